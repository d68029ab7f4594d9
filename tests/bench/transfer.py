# SPDX-License-Identifier: GPL-3.0-or-later
"""How long an image takes to one host and to eight, in network namespaces with 200 Mbit/s each."""

import contextlib
import os
import selectors
import shutil
import subprocess
import tempfile
import time

from figures import figure
from harness import BUILD_ROOT, Failure

MIB = 1024 * 1024
SIZE = 256 * MIB
HOSTS = 8
RATE = '200mbit'
TEMPLATE = '5f1c9e0a-7d2b-4c63-9b1e-2a4d6c8e0f13'
AGENT_HTTP = os.path.join(BUILD_ROOT, 'node-agent', 'muri-agent-http')
AGENT_FETCH = os.path.join(BUILD_ROOT, 'node-agent', 'muri-agent-fetch')
HOST = os.path.join(BUILD_ROOT, 'tests', 'tools', 'muri-host')

# Of everything, in seconds.
PATIENCE = 300


def run(*words):
    result = subprocess.run(words, check=False, text=True, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        raise Failure(f'{" ".join(words)}: {result.stdout.strip()}')


class Network:
    """A switch, and a namespace for each host on it."""

    def __init__(self, n_hosts):
        self.prefix = f'muri{os.getpid()}-'
        self.names = []
        try:
            switch = self.add('switch')
            run('ip', '-n', switch, 'link', 'add', 'switch', 'type', 'bridge')
            run('ip', '-n', switch, 'link', 'set', 'switch', 'up')
            for number in range(1, n_hosts + 1):
                self.add_host(switch, number)
        except Failure:
            self.remove()
            raise

    def add(self, name):
        run('ip', 'netns', 'add', self.prefix + name)
        self.names.append(self.prefix + name)
        return self.prefix + name

    def add_host(self, switch, number):
        host = self.add(str(number))
        port = f'port{number}'
        run('ip', '-n', host, 'link', 'add', 'net', 'type', 'veth', 'peer', 'name', port, 'netns',
            switch)
        run('ip', '-n', host, 'link', 'set', 'lo', 'up')
        run('ip', '-n', host, 'address', 'add', self.address(number) + '/24', 'dev', 'net')
        run('ip', '-n', host, 'link', 'set', 'net', 'up')
        run('ip', '-n', switch, 'link', 'set', port, 'master', 'switch', 'up')
        # What it sends, and what it gets.
        for namespace, device in ((host, 'net'), (switch, port)):
            run('tc', '-n', namespace, 'qdisc', 'add', 'dev', device, 'root', 'tbf', 'rate', RATE,
                'burst', '128kb', 'latency', '100ms')

    def namespace(self, number):
        return self.prefix + str(number)

    @staticmethod
    def address(number):
        return f'10.77.0.{number}'

    def remove(self):
        for name in self.names:
            subprocess.run(['ip', 'netns', 'delete', name], check=False)
        self.names = []


class Host:
    """What serves templates in a namespace, and what fetches them there."""

    def __init__(self, network, number, folder):
        self.enter = ['ip', 'netns', 'exec', network.namespace(number)]
        self.target = os.path.join(folder, f'image-{number}')
        self.server = subprocess.Popen([*self.enter, HOST, network.address(number), AGENT_HTTP],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        words = self.server.stdout.readline().split()
        if len(words) != 2:
            raise Failure('what serves did not start')
        self.port = words[1]
        self.name = f'{network.address(number)}:{self.port}'

    def offer(self, image, word):
        print('offer', TEMPLATE, image, image + '.map', image + '.facts', image + '.xml', word,
              file=self.server.stdin, flush=True)
        self.server.stdout.readline()

    def withdraw(self):
        print('withdraw', TEMPLATE, file=self.server.stdin, flush=True)
        self.server.stdout.readline()

    def fetch(self, source, sha256):
        for suffix in ('', '.map', '.facts', '.xml'):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.target + suffix)
        self.offer(self.target, 'partial')
        child = subprocess.Popen([*self.enter, AGENT_FETCH], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        child.stdin.write(f'[fetch]\ntemplate={TEMPLATE}\nsources={source.name}\n'
                          f'sha256={sha256}\ntarget={self.target}\nport={self.port}\n')
        child.stdin.close()
        return child

    def end(self):
        self.server.stdin.close()
        self.server.wait()


def make_image(path):
    with open(path, 'wb') as file:
        for _part in range(SIZE // MIB):
            file.write(os.urandom(MIB))
    for suffix, text in (('.facts', '[template]\nname=measured\n'), ('.xml', '<domain/>\n')):
        with open(path + suffix, 'w', encoding='utf-8') as file:
            file.write(text)
    result = subprocess.run([AGENT_FETCH], input=f'[check]\nfile={path}\nmap={path}.map\n',
                            check=False, text=True, stdout=subprocess.PIPE)
    word, sha256, _size = result.stdout.splitlines()[-1].split(' ', 2)
    if word != 'done':
        raise Failure(result.stdout)
    return sha256


def await_all(children):
    """Reads what they say until they end, so that none waits to be heard."""
    selector = selectors.DefaultSelector()
    last = {}
    for child in children:
        selector.register(child.stdout, selectors.EVENT_READ, child)
    deadline = time.monotonic() + PATIENCE
    while selector.get_map():
        ready = selector.select(max(deadline - time.monotonic(), 0))
        if not ready:
            raise Failure('a host did not get the image')
        for key, _events in ready:
            line = key.fileobj.readline()
            if line:
                last[key.data] = line
            else:
                selector.unregister(key.fileobj)
    for child in children:
        if child.wait():
            raise Failure(f'a host did not get the image: {last.get(child)}')


def distribute(seed, hosts, sha256):
    began = time.monotonic()
    await_all([host.fetch(seed, sha256) for host in hosts])
    took = time.monotonic() - began
    for host in hosts:
        host.withdraw()
    return took


def measure():
    if os.geteuid() != 0:
        raise Failure('network namespaces are root\'s')
    # Eight hosts would have eight disks.
    folder = tempfile.mkdtemp(prefix='muri-transfer-', dir='/dev/shm')
    network = None
    hosts = []
    try:
        network = Network(HOSTS + 1)
        image = os.path.join(folder, 'image')
        sha256 = make_image(image)
        for number in range(1, HOSTS + 2):
            hosts.append(Host(network, number, folder))
        seed, others = hosts[0], hosts[1:]
        seed.offer(image, 'complete')
        one = distribute(seed, others[:1], sha256)
        two = distribute(seed, others[:2], sha256)
        eight = distribute(seed, others, sha256)
        figure('distribute-256-mb-1-host', one, 's', '-', 'the line alone',
               SIZE * 8 / 200e6)
        figure('distribute-256-mb-2-hosts', two, 's', '<2', 'to one host', one)
        figure('distribute-256-mb-8-hosts', eight, 's', '<2', 'to one host', one)
    finally:
        for host in hosts:
            host.end()
        if network:
            network.remove()
        shutil.rmtree(folder)
