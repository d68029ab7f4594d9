#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an agent costs its host, beside what others take who watch the same guests, and what console
and agent together take for 1,000 VMs, beside virt-manager. Arguments name sections.
"""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'harness'))
from demo import AGENT, Agents, console_command, console_environment  # noqa: E402
from display import Display  # noqa: E402
from figures import PROGRAMS, figure  # noqa: E402
from harness import (Failure, Processes, Zone, adopt_orphans, end_descendants,  # noqa: E402
                     end_on_signals, run_quietly, wait_until)
from libvirtd import Libvirtd, plain_guests  # noqa: E402
from usage import megabytes, watch_processor  # noqa: E402

REAL_GUESTS = 8
VMS_OF_ONE_AGENT = 50
VMS_OF_ONE_HOST = 1000
WINDOW = 30
SETTLE = 12
LOADED = 30  # until a window with so many VMs is quiet
WATCHED = 600  # more than any section takes

COLLECTD_CONF = '''BaseDir "{directory}"
PIDFile "{directory}/collectd.pid"
PluginDir "/usr/lib/collectd"
TypesDB "/usr/share/collectd/types.db"
Interval 1
LoadPlugin csv
LoadPlugin virt
<Plugin csv>
  DataDir "{directory}/csv"
</Plugin>
<Plugin virt>
  Connection "{uri}"
  RefreshInterval 60
</Plugin>
'''

DOMAIN = '''<domain type="test"><name>vm-{number:04}</name>
<uuid>00000000-0000-4000-8000-{number:012x}</uuid><memory unit="MiB">512</memory><vcpu>1</vcpu>
<os><type>hvm</type></os><devices><disk type="file" device="disk"><source file="/{number}.img"/>
<target dev="vda" bus="virtio"/></disk><interface type="network">
<mac address="52:54:00:00:{high:02x}:{low:02x}"/><source network="default"/>
<target dev="tap{number}"/></interface></devices></domain>'''

# The test driver of libvirt 9 falls over a network without an address.
NODE = '''<node><cpu><mhz>2400</mhz><model>test</model><active>32</active><nodes>1</nodes>
<sockets>2</sockets><cores>8</cores><threads>2</threads></cpu><memory>268435456</memory>
{domains}<network><name>default</name><bridge name="virbr0"/>
<ip address="10.0.0.1" netmask="255.255.0.0"/></network></node>'''

MANAGER_SETTINGS = '''[org/virt-manager/virt-manager]
stats-update-interval=1
xmleditor-enabled=false

[org/virt-manager/virt-manager/stats]
enable-cpu-poll=true
enable-disk-poll=true
enable-net-poll=true
enable-memory-poll=true

[org/virt-manager/virt-manager/vmlist-fields]
cpu-usage=true
host-cpu-usage=true
memory-usage=true
disk-usage=true
network-traffic=true
'''


def write_node(path, count):
    domains = ''.join(DOMAIN.format(number=number, high=number // 256, low=number % 256)
                      for number in range(1, count + 1))
    with open(path, 'w', encoding='utf-8') as file:
        file.write(NODE.format(domains=domains))


def lines_until(process, word, seconds):
    """Reads a process' lines until one has word in it; when that was."""
    os.set_blocking(process.stdout.fileno(), False)
    text = b''

    def has_come():
        nonlocal text
        text += process.stdout.read() or b''
        if word in text:
            return time.monotonic()
        if process.poll() is not None:
            raise Failure(f'{process.args[0]} ended: {text.decode(errors="replace")[-500:]}')
        return None
    return wait_until(has_come, seconds, f'{process.args[0]} says {word.decode()}', 0.002)


def start_watch(processes, directory, zone, count, prefix=()):
    """A console's model in that zone: without a reader nothing is sent."""
    watch = processes.start(
        [*prefix, os.path.join(PROGRAMS, 'measure-watch'), str(count), str(WATCHED)],
        stdout=subprocess.PIPE,
        env={**os.environ, 'MURI_TEST_ZONE': str(zone), 'TMPDIR': directory})
    lines_until(watch, b'ready\n', 120)
    return watch


# ---- eight real guests ----

def start_collectd(processes, directory, uri):
    path = os.path.join(directory, 'collectd.conf')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(COLLECTD_CONF.format(directory=directory, uri=uri))
    with open(os.path.join(directory, 'collectd.log'), 'wb') as log:
        collectd = processes.start(['/usr/sbin/collectd', '-f', '-C', path], stdout=log,
                                   stderr=log)

    def has_written():
        if collectd.poll() is not None:
            raise Failure('collectd ended; see apt show collectd-core')
        return any(files for _folder, _folders, files in os.walk(f'{directory}/csv'))
    wait_until(has_written, 30, 'collectd writes figures', 0.1)
    return collectd


class Scraper:
    """Asks an exporter for its figures once a second, as Prometheus would."""

    def __init__(self, port):
        self.port = port
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.size = 0
        wait_until(self._ask, 30, 'the exporter answers', 0.1)
        self.thread.start()

    def _ask(self):
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=10)
            with contextlib.closing(connection):
                connection.request('GET', '/metrics')
                self.size = len(connection.getresponse().read())
                return self.size
        return 0

    def _run(self):
        while not self.ended.wait(1):
            self._ask()

    def end(self):
        self.ended.set()
        self.thread.join()


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def start_exporter(processes, directory, uri, stack):
    port = free_port()
    with open(os.path.join(directory, 'exporter.log'), 'wb') as log:
        exporter = processes.start(
            ['prometheus-libvirt-exporter', '--libvirt.uri', uri, '--web.listen-address',
             f'127.0.0.1:{port}'], stdout=log, stderr=log)
    scraper = Scraper(port)
    stack.callback(scraper.end)
    return exporter


def watch_client(libvirtd, start=None):
    """CPU of a client and of libvirtd while it is the only one; in ms a second, and MB."""
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-bench-'))
        processes = stack.enter_context(Processes())
        pids = {'libvirtd': libvirtd.pid}
        if start:
            pids['client'] = start(processes, directory, libvirtd.uri, stack).pid
        time.sleep(SETTLE)
        used = {name: 1000 * value for name, value in watch_processor(WINDOW, pids).items()}
        if start:
            used['memory'] = megabytes(pids['client'])
        return used


def start_agent(processes, directory, uri, stack):
    zone = Zone().number_held(stack)
    agents = Agents(processes, directory)
    agent = agents.start('bench', uri, zone)
    agents.wait_ready(60)
    start_watch(processes, directory, zone, REAL_GUESTS)
    return agent


def report_guests(idle, agent, peers):
    load = agent['libvirtd'] - idle['libvirtd']
    figure('libvirtd-cpu-nobody-asks', idle['libvirtd'], 'ms/s')
    figure('agent-memory-8-guests', agent['memory'], 'MB', '< 25')
    for name, peer in peers.items():
        words = name.replace(' ', '-')
        figure(f'agent-cpu-8-guests-beside-{words}', agent['client'], 'ms/s', '<= 1/5', name,
               peer['client'])
        figure(f'agent-libvirtd-load-8-guests-beside-{words}', load, 'ms/s', '<= 1/2', name,
               peer['libvirtd'] - idle['libvirtd'])


def measure_guests():
    starts = {'collectd virt plugin': lambda processes, directory, uri, _stack:
              start_collectd(processes, directory, uri),
              'prometheus-libvirt-exporter': start_exporter}
    programs = {'collectd virt plugin': '/usr/lib/collectd/virt.so',
                'prometheus-libvirt-exporter': shutil.which('prometheus-libvirt-exporter')}
    guests = plain_guests(REAL_GUESTS)
    names = [guest.name for guest in guests]
    with Libvirtd(guests) as libvirtd:
        libvirtd.power_on(names)
        libvirtd.wait_ready(names, 300)
        idle = watch_client(libvirtd)
        agent = watch_client(libvirtd, start_agent)
        peers = {}
        for name, start in starts.items():
            if programs[name] and os.path.exists(programs[name]):
                peers[name] = watch_client(libvirtd, start)
            else:
                print(f'peers: no {name}, so no yardstick of it', file=sys.stderr)
    report_guests(idle, agent, peers)


# ---- fifty VMs ----

def received_bytes(pid):
    """Of the loopback interface of that process' network, headers included, each packet once."""
    with open(f'/proc/{pid}/net/dev', encoding='ascii') as table:
        for line in table:
            name, _colon, rest = line.partition(':')
            if name.strip() == 'lo':
                return int(rest.split()[0])
    raise Failure('no loopback interface')


def measure_agent():
    """In a network of its own, so that every byte there is the agent's and its reader's."""
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-bench-'))
        processes = stack.enter_context(Processes())
        zone = Zone().number_held(stack)
        node = os.path.join(directory, 'node.xml')
        write_node(node, VMS_OF_ONE_AGENT)
        holder = processes.start(
            ['unshare', '--net', 'sh', '-c', 'ip link set lo up && echo ready && sleep infinity'],
            stdout=subprocess.PIPE)
        lines_until(holder, b'ready\n', 20)
        inside = ['nsenter', '-t', str(holder.pid), '-n', '--']
        with open(os.path.join(directory, 'agent.log'), 'wb') as log:
            agent = processes.start(
                [*inside, AGENT, '--uri', f'test://{node}', '--simulate', '--state-dir',
                 os.path.join(directory, 'state'), '--interface', 'lo', '--zone', str(zone),
                 '--name', 'bench'], stdout=log, stderr=log)
        start_watch(processes, directory, zone, VMS_OF_ONE_AGENT, inside)
        time.sleep(SETTLE)
        before, began = received_bytes(holder.pid), time.monotonic()
        used = watch_processor(WINDOW, {'agent': agent.pid})['agent']
        sent = (received_bytes(holder.pid) - before) / (time.monotonic() - began)
        figure('agent-cpu-50-vms', 100 * used, '% of a core', '< 0.5')
        figure('agent-memory-50-vms', megabytes(agent.pid), 'MB', '< 25')
        figure('agent-wire-50-vms', sent / 1000, 'kB/s', '< 10')


# ---- a thousand VMs in a window ----

def measure_console(display, directory, stack, node):
    processes = stack.enter_context(Processes())
    zone = Zone().number_held(stack)
    agents = Agents(processes, directory)
    agent = agents.start('bench', f'test://{node}', zone)
    agents.wait_ready(60)
    environment = {**console_environment(display.environment), 'MURI_DEBUG': 'startup'}
    console = processes.start(
        console_command([zone], os.path.join(directory, 'console')), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=environment)
    lines_until(console, f'frame with {VMS_OF_ONE_HOST} VMs'.encode(), 120)
    run_quietly(['/usr/bin/python3', os.path.join(os.path.dirname(HERE), 'harness', 'actions.py'),
                 str(console.pid), 'win.show-view', 'vms'], env=display.environment)
    time.sleep(LOADED)
    pids = {'console': console.pid, 'agent': agent.pid}
    return watch_processor(WINDOW, pids), {name: megabytes(pid) for name, pid in pids.items()}


def measure_manager(display, stack, node):
    processes = stack.enter_context(Processes())
    folder = os.path.join(display.environment['XDG_CONFIG_HOME'], 'glib-2.0', 'settings')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'keyfile'), 'w', encoding='utf-8') as file:
        file.write(MANAGER_SETTINGS)
    with open(os.path.join(display.directory, 'virt-manager.log'), 'wb') as log:
        manager = processes.start(['virt-manager', '--no-fork', '--connect', f'test://{node}'],
                                  stdout=log, stderr=log, env=display.environment)
    wait_until(lambda: display.windows(manager.pid) or manager.poll() is not None, 60,
               'virt-manager shows a window', 0.2)
    time.sleep(LOADED)
    if manager.poll() is not None:
        raise Failure(f'virt-manager ended: {display.log("virt-manager")}')
    used = watch_processor(WINDOW, {'manager': manager.pid})['manager']
    return used, megabytes(manager.pid)


def measure_window():
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-bench-'))
        node = os.path.join(directory, 'node.xml')
        write_node(node, VMS_OF_ONE_HOST)
        with contextlib.ExitStack() as ours:
            display = ours.enter_context(Display())
            used, memory = measure_console(display, directory, ours, node)
        peer, peer_memory = None, None
        if shutil.which('virt-manager'):
            with contextlib.ExitStack() as theirs:
                display = theirs.enter_context(Display())
                peer, peer_memory = measure_manager(display, theirs, node)
        else:
            print('peers: no virt-manager, so no yardstick of it', file=sys.stderr)
    for name, share in used.items():
        figure(f'{name}-cpu-1000-vms', 100 * share, '% of a core')
        figure(f'{name}-memory-1000-vms', memory[name], 'MB')
    yardstick = 'virt-manager' if peer else None
    figure('console-and-agent-cpu-1000-vms', 100 * sum(used.values()), '% of a core', '<= 1/20',
           yardstick, 100 * (peer or 0))
    figure('console-and-agent-memory-1000-vms', sum(memory.values()), 'MB', '<= 1/2', yardstick,
           peer_memory)


SECTIONS = {'guests': measure_guests, 'agent': measure_agent, 'manager': measure_window}


def main():
    adopt_orphans()
    end_on_signals()
    try:
        for name in sys.argv[1:] or SECTIONS:
            SECTIONS[name]()
    except Failure as failure:
        print(f'peers: {failure}', file=sys.stderr)
        return 1
    finally:
        end_descendants(1)
    return 0


if __name__ == '__main__':
    sys.exit(main())
