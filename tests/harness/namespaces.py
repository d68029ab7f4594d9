# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts in network namespaces, joined by a switch, that serve templates and fetch them."""

import contextlib
import os
import selectors
import subprocess
import time

from harness import BUILD_ROOT, Failure, die_with_parent

MIB = 1024 * 1024
TEMPLATE = '5f1c9e0a-7d2b-4c63-9b1e-2a4d6c8e0f13'
AGENT_HTTP = os.path.join(BUILD_ROOT, 'node-agent', 'muri-agent-http')
AGENT_FETCH = os.path.join(BUILD_ROOT, 'node-agent', 'muri-agent-fetch')
HOST = os.path.join(BUILD_ROOT, 'tests', 'tools', 'muri-host')


def run(*words):
    result = subprocess.run(words, check=False, text=True, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        raise Failure(f'{" ".join(words)}: {result.stdout.strip()}')
    return result.stdout


class Network:
    """A switch, and a namespace for each host on it, numbered from 1. A context manager: all of it
    is gone at the end. Needs to be root."""

    def __init__(self, n_hosts, rate=None):
        self.prefix = f'muri{os.getpid()}-'
        self.names = []
        self.n_hosts = n_hosts
        self.rate = rate

    def __enter__(self):
        try:
            self.switch = self.add('switch')
            run('ip', '-n', self.switch, 'link', 'add', 'switch', 'type', 'bridge')
            run('ip', '-n', self.switch, 'link', 'set', 'switch', 'up')
            for number in range(1, self.n_hosts + 1):
                self.add_host(number)
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_exception):
        self.remove()

    def add(self, name):
        run('ip', 'netns', 'add', self.prefix + name)
        self.names.append(self.prefix + name)
        return self.prefix + name

    def add_host(self, number):
        host = self.add(str(number))
        port = f'port{number}'
        run('ip', '-n', host, 'link', 'add', 'net', 'type', 'veth', 'peer', 'name', port, 'netns',
            self.switch)
        run('ip', '-n', host, 'link', 'set', 'lo', 'up')
        run('ip', '-n', host, 'address', 'add', self.address(number) + '/24', 'dev', 'net')
        run('ip', '-n', host, 'link', 'set', 'net', 'up')
        run('ip', '-n', self.switch, 'link', 'set', port, 'master', 'switch', 'up')
        if self.rate:
            # What it sends, and what it gets.
            for namespace, device in ((host, 'net'), (self.switch, port)):
                run('tc', '-n', namespace, 'qdisc', 'add', 'dev', device, 'root', 'tbf', 'rate',
                    self.rate, 'burst', '128kb', 'latency', '100ms')

    def plug(self, number, state):
        """Its cable: 'up' or 'down'."""
        run('ip', '-n', self.switch, 'link', 'set', f'port{number}', state)

    def route_multicast(self, number):
        """What DDS sends to all goes out there."""
        run('ip', '-n', self.prefix + str(number), 'route', 'add', '239.0.0.0/8', 'dev', 'net')

    def enter(self, number):
        """What a command begins with that runs there."""
        return ['ip', 'netns', 'exec', self.prefix + str(number)]

    @staticmethod
    def address(number):
        return f'10.77.0.{number}'

    def remove(self):
        for name in self.names:
            subprocess.run(['ip', 'netns', 'delete', name], check=False)
        self.names = []


class Fetch:
    """A program that fetches."""

    def __init__(self, command, job):
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      text=True, preexec_fn=die_with_parent)
        self.child.stdin.write(job)
        self.child.stdin.close()
        self.percent = 0
        self.sources = set()
        self.last = ''

    def take_line(self, line):
        words = line.split()
        if words[:1] == ['progress']:
            self.percent = int(words[1])
            self.sources.add(words[2])
        else:
            self.last = line.strip()

    def kill(self):
        self.child.kill()
        self.child.wait()
        self.child.stdout.close()


def follow(fetches, seconds, until=None):
    """Reads what they say, until they end or until() is true."""
    with selectors.DefaultSelector() as selector:
        for fetch in fetches:
            selector.register(fetch.child.stdout, selectors.EVENT_READ, fetch)
        deadline = time.monotonic() + seconds
        while selector.get_map():
            ready = selector.select(max(deadline - time.monotonic(), 0))
            if not ready:
                raise Failure('nothing came of a fetch for too long')
            for key, _events in ready:
                line = key.fileobj.readline()
                if line:
                    key.data.take_line(line)
                else:
                    selector.unregister(key.fileobj)
            if until and until():
                return
    for fetch in fetches:
        if fetch.child.wait():
            raise Failure(f'a host did not get the image: {fetch.last}')


class Host:
    """What serves templates in a namespace, and what fetches them there."""

    def __init__(self, network, number, folder):
        self.command = network.enter(number)
        self.target = os.path.join(folder, f'image-{number}')
        self.server = subprocess.Popen([*self.command, HOST, network.address(number), AGENT_HTTP],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                       preexec_fn=die_with_parent)
        words = self.server.stdout.readline().split()
        if len(words) != 2:
            raise Failure('what serves did not start')
        self.port = words[1]
        self.name = f'{network.address(number)}:{self.port}'

    def say(self, *words):
        print(*words, file=self.server.stdin, flush=True)
        self.server.stdout.readline()

    def offer(self, image, word='complete'):
        self.say('offer', TEMPLATE, image, image + '.map', image + '.facts', image + '.xml', word)

    def forget(self):
        self.say('withdraw', TEMPLATE)
        for suffix in ('', '.map', '.facts', '.xml'):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.target + suffix)

    def fetch(self, sha256, *sources):
        self.offer(self.target, 'partial')
        names = ' '.join(source.name for source in sources)
        return Fetch([*self.command, AGENT_FETCH],
                     f'[fetch]\ntemplate={TEMPLATE}\nsources={names}\nsha256={sha256}\n'
                     f'target={self.target}\nport={self.port}\n')

    def end(self):
        self.server.stdin.close()
        self.server.wait()


@contextlib.contextmanager
def hosts(network, folder):
    """One on each place of the network, the first at 0."""
    with contextlib.ExitStack() as stack:
        started = []
        for number in range(1, network.n_hosts + 1):
            host = Host(network, number, folder)
            stack.callback(host.end)
            started.append(host)
        yield started


def make_image(path, size):
    """Its SHA-256; beside it is what a holder has."""
    with open(path, 'wb') as file:
        for _part in range(size // MIB):
            file.write(os.urandom(MIB))
    for suffix, text in (('.facts', '[template]\nname=measured\n'), ('.xml', '<domain/>\n')):
        with open(path + suffix, 'w', encoding='utf-8') as file:
            file.write(text)
    result = subprocess.run([AGENT_FETCH], input=f'[check]\nfile={path}\nmap={path}.map\n',
                            check=False, text=True, stdout=subprocess.PIPE)
    words = result.stdout.splitlines()[-1].split(' ')
    if words[0] != 'done':
        raise Failure(result.stdout)
    return words[1]
