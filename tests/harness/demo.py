#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""demo.py run|fleet|shots: fleets to look at, and the console on them. Called by ./dev."""

import argparse
import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
import xml.etree.ElementTree as xml

from display import Display
from flock import HOSTS_A_ZONE, Flock
from harness import (BUILD_ROOT, SOURCE_ROOT, Failure, Processes, Zone, adopt_orphans,
                     cache_directory, end_descendants, end_on_signals, reap,
                     run_quietly, wait_until)
from libvirtd import Libvirtd, working_guests
from templates import Images, copy
from watch import Watch

AGENT = os.path.join(BUILD_ROOT, 'node-agent', 'muri-agent')
CONSOLE = os.path.join(BUILD_ROOT, 'gui', 'muri')
TEMPLATES = os.path.join(SOURCE_ROOT, 'templates')
DEMO_HOSTS = ('seoul-1', 'busan-1', 'daegu-2')
REAL_HOST = 'muri-real'
# What is started before pictures are taken, so that there are operations and events to see.
STARTED = ['staging-web', 'build-005', 'archive']
GROUPS = [
    ['Production/web', ['web-001', 'web-002', 'web-003', 'web-004', 'web-005']],
    ['Production/db', ['db-001', 'cache-001']],
    ['Production/app', ['app-001', 'app-002']],
    ['Production/build', ['build-001', 'build-002']],
    ['Staging', ['staging-web', 'test-001', 'test-002']],
]
UNFOLDED = ['groups', 'hosts', 'group:Production', 'group:Production/web']
START_ORDER = [['Production/db', 'db-001', 1, 30], ['Production/db', 'cache-001', 2, 10]]
SMART_GROUP = ['Busy', 'state:running cpu>20']
PROTECTED = ['db-001']
# Name, system, GiB, MiB of data, hosts. What has much data takes a while to come to another host.
TEMPLATES_MADE = [
    ['Debian 12', 'debian12', 8, 96, ['seoul-1']],
    ['Ubuntu 24.04 LTS', 'ubuntu24.04', 16, 2, ['busan-1', 'seoul-1', 'daegu-2']],
    ['Build agent', 'fedora41', 40, 1, ['busan-1', 'daegu-2']],
    ['Windows Server', 'win2k22', 60, 1, ['daegu-2']],
]
# Bytes a second, so that there is something to see while an image comes to another host.
SLOW = 8 << 20
# What was asked of these went well for some, was refused by one, and did not reach two.
SILENT_HOST = 'daegu-2'
SILENT_VMS = ['web-001', 'web-002', 'web-003', 'web-004', 'db-001', 'cache-001', 'build-001',
              'build-002']


def state_home(*parts):
    base = os.environ.get('XDG_STATE_HOME') or os.path.expanduser('~/.local/state')
    path = os.path.join(base, *parts)
    os.makedirs(path, mode=0o700, exist_ok=True)
    return path


def last_words(path):
    with contextlib.suppress(OSError), open(path, encoding='utf-8', errors='replace') as log:
        lines = [line.strip() for line in log if line.strip()]
        if lines:
            return lines[-1]
    return 'it said nothing'


@contextlib.contextmanager
def only_one(directory):
    """Two demos would fight for the same state directories."""
    with open(os.path.join(directory, 'lock'), 'a', encoding='utf-8') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(f'a demo already runs on {directory}; end that one first') from None
        yield


class Agents:
    """Agents that are ready: each has said so as it would say it to systemd."""

    def __init__(self, processes, directory):
        self.processes = processes
        self.directory = directory
        self.started = []

    def start(self, name, uri, zone, simulate=False, rate=0, configuration='', interface='lo'):
        """configuration: more sections of the agent's configuration file."""
        state = os.path.join(self.directory, f'node-{name}')
        os.makedirs(state, mode=0o700, exist_ok=True)
        ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        ready.setblocking(False)
        address = f'\0muri-demo-{uuid.uuid4()}'
        ready.bind(address)
        command = [AGENT, '--uri', uri, '--state-dir', state, '--interface', interface,
                   '--zone', str(zone), '--name', name]
        if interface != 'lo':
            command.append('--insecure')
        if simulate:
            command.append('--simulate')
        path = os.path.join(self.directory, f'{name}.conf')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(f'[templates]\nrate={rate}\n')
            if not uri.startswith('test'):
                # A private libvirtd has a /var/lib of its own.
                file.write(f'path={state}/images\n')
            file.write(configuration)
        command += ['--config', path]
        log = os.path.join(self.directory, f'{name}.log')
        with open(log, 'wb') as output:
            process = self.processes.start(
                command, stdout=output, stderr=output,
                env={**os.environ, 'NOTIFY_SOCKET': '@' + address[1:]})
        self.started.append((name, process, ready, log))
        return process

    def wait_ready(self, seconds):
        for name, process, ready, log in self.started:
            def is_ready():
                if process.poll() is not None:
                    raise Failure(f'the agent of {name} ended at once: {last_words(log)}')
                try:
                    return b'READY=1' in ready.recv(4096)
                except BlockingIOError:
                    return False
            if not ready._closed:
                wait_until(is_ready, seconds, f'the agent of {name} is ready', 0.02)
                ready.close()

    def process(self, name):
        return next(process for own, process, *_rest in self.started if own == name)

    def node_id(self, name):
        """The node's UUID, as its agent keeps it in its state directory."""
        with open(os.path.join(self.directory, f'node-{name}', 'node'), encoding='ascii') as file:
            return file.read().strip()


def start_demo(processes, directory, zone, rate=0):
    agents = Agents(processes, directory)
    for name in DEMO_HOSTS:
        agents.start(name, f'test://{TEMPLATES}/node-{name}.xml', zone, simulate=True, rate=rate)
    agents.wait_ready(30)
    return agents


def start_real(processes, stack, directory, zone):
    print('Starting small real guests (about half a minute)', file=sys.stderr)
    guests = working_guests()
    libvirtd = stack.enter_context(Libvirtd(guests, REAL_HOST))
    agents = Agents(processes, directory)
    agents.start(REAL_HOST, libvirtd.uri, zone)
    agents.wait_ready(30)
    # The last one stays off: there must be something to start.
    names = [guest.name for guest in guests[:-1]]
    libvirtd.power_on(names)
    libvirtd.wait_ready(names, 120)
    return agents


def console_command(zones, data):
    command = [CONSOLE, '--interface', 'lo', '--data-dir', data]
    for zone in zones:
        command += ['--zone', str(zone)]
    return command


def console_environment(environment):
    return {**environment, 'GSETTINGS_SCHEMA_DIR': os.path.join(BUILD_ROOT, 'data'),
            'MURI_LOCALEDIR': os.path.join(BUILD_ROOT, 'po')}


def look(processes, zones, data, words):
    """Opens the console on the user's own display and stays until it is closed."""
    console = processes.start(console_command(zones, data),
                              env=console_environment(os.environ))
    print(f'The console is open on {words}; close it or press Ctrl-C to end all of this',
          file=sys.stderr)
    while console.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            console.wait(0.5)
        reap()
    if console.returncode:
        raise Failure(f'the console ended with status {console.returncode}')


class HiddenConsole:
    """The console on a screen that nobody sees; screens.py, beside it, takes pictures."""

    def __init__(self, zones, data, size=(1280, 800), variables=None, language='C.UTF-8',
                 **settings):
        self.command = console_command(zones, data)
        self.variables = variables or {}
        self.settings = settings
        self.display = Display(*size, language)

    def __enter__(self):
        self.display.__enter__()
        self.environment = {**self.display.environment, **self.variables}
        prepare_settings(self.environment, **self.settings)
        self.log = os.path.join(self.display.directory, 'console.log')
        with open(self.log, 'wb') as output:
            self.process = self.display.processes.start(
                self.command, stdout=output, stderr=output, env=self.environment)
        return self

    def __exit__(self, *exception):
        with open(self.log, encoding='utf-8', errors='replace') as output:
            warnings = {line.strip() for line in output
                        if '-WARNING' in line or '-CRITICAL' in line}
        for line in sorted(warnings):
            print(f'console: {line}', file=sys.stderr)
        self.display.__exit__(*exception)

    def shoot(self, job):
        wait_until(lambda: self.display.windows(self.process.pid)
                   or self.process.poll() is not None, 30, 'the console shows a window', 0.1)
        if self.process.poll() is not None:
            raise Failure(f'the console ended at once: {last_words(self.log)}')
        here = os.path.dirname(os.path.abspath(__file__))
        result = subprocess.run(['/usr/bin/python3', os.path.join(here, 'screens.py')],
                                input=json.dumps({'pid': self.process.pid, **job}), text=True,
                                env=self.environment, check=False)
        if result.returncode:
            raise Failure('not every picture could be taken')


def prepare_settings(environment, **values):
    """The settings' file of that desktop: the window fills the screen, and what else is given."""
    folder = os.path.join(environment['XDG_CONFIG_HOME'], 'glib-2.0', 'settings')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'keyfile'), 'w', encoding='utf-8') as file:
        file.write('[io/github/muri/Muri]\nwindow-maximized=true\n')
        file.writelines(f'{key}={value}\n' for key, value in values.items())


def command_run(options):
    directory = state_home('muri-demo' + ('-real' if options.real else ''))
    with contextlib.ExitStack() as stack:
        if options.screenshot:
            # What earlier demos left behind is not part of the picture.
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-picture-'))
        stack.enter_context(only_one(directory))
        zone = Zone().number_held(stack)
        processes = stack.enter_context(Processes())
        if options.real:
            start_real(processes, stack, directory, zone)
            expected = [REAL_HOST]
        else:
            start_demo(processes, directory, zone)
            expected = list(DEMO_HOSTS)
        if not options.screenshot:
            words = '8 real guests' if options.real else '36 VMs on 3 simulated hosts'
            look(processes, [zone], os.path.join(directory, 'console'), words)
            return
        screen = {'file': os.path.abspath(options.screenshot), 'settle': 40 if options.real else 5}
        data = os.path.join(directory, 'console')
        if options.real:
            screen['actions'] = [['win.show-scope', 'fleet'], ['win.show-view', 'vms']]
            screen['expect'] = [guest.name for guest in working_guests()]
        else:
            make_groups(Watch(processes, zone))
            data = make_past(directory, zone)
            screen['actions'] = [['win.show-scope', 'group:Production'],
                                 ['win.show-view', 'overview'], ['win.show-span', '1d']]
        with HiddenConsole([zone], data, **{'unfolded-rows': UNFOLDED}) as console:
            console.shoot({'expect': expected, 'screens': [screen]})
        print(f'Wrote {options.screenshot}', file=sys.stderr)


def korean():
    """A Korean locale, made where the machine has none."""
    folder = cache_directory('locale')
    target = os.path.join(folder, 'ko_KR.UTF-8')
    if not os.path.isdir(target):
        made = tempfile.mkdtemp(dir=folder)
        run_quietly(['localedef', '--no-archive', '-i', 'ko_KR', '-f', 'UTF-8',
                     os.path.join(made, 'ko_KR.UTF-8')])
        with contextlib.suppress(OSError):
            os.rename(os.path.join(made, 'ko_KR.UTF-8'), target)
    return {'LOCPATH': folder}


def demo_vm_ids():
    """host/name of a demo VM: its UUID, from the node files."""
    found = {}
    for host in DEMO_HOSTS:
        for domain in xml.parse(os.path.join(TEMPLATES, f'node-{host}.xml')).iter('domain'):
            found[domain.findtext('name')] = (host, domain.findtext('uuid'))
    return found


def make_past(state, zone):
    """The data of a console that has watched the demo for a year."""
    data = os.path.join(state, 'past')
    with HiddenConsole([zone], data) as console:
        # What only a console knows: its saved searches.
        console.shoot({'expect': list(DEMO_HOSTS), 'screens': [],
                       'actions': [['win.new-smart-group', '']],
                       'hand': [['dialog'], ['type', SMART_GROUP[0]], ['key', 'Tab'],
                                ['type', SMART_GROUP[1]], ['key', 'Return']]})
        # What it knows of the hosts is written within seconds.
        wait_until(lambda: knows_hosts(data), 30, 'the console has noted its hosts', 0.5)
    run_quietly([os.path.join(BUILD_ROOT, 'tests', 'tools', 'muri-past'), data])
    return data


def knows_hosts(data):
    with contextlib.suppress(sqlite3.Error):
        connection = sqlite3.connect(f'file:{data}/muri.db?mode=ro', uri=True)
        with contextlib.closing(connection):
            count = connection.execute('SELECT count(*) FROM vm').fetchone()[0]
            return count >= len(demo_vm_ids())
    return False


def start_consoles(stack, state, zone, past, like):
    """All at once, so that the minutes in which their graphs fill are spent only once."""
    consoles = {}
    for language, variables in (('en', {}), ('ko', korean())):
        for scheme in ('light', 'dark'):
            for size in ((1280, 800), (900, 600)):
                suffix = f'{size[0]}x{size[1]}-{scheme}-{language}'
                if like not in suffix:
                    continue
                shutil.copytree(past, os.path.join(state, suffix))
                consoles[suffix] = stack.enter_context(HiddenConsole(
                    [zone], os.path.join(state, suffix), size,
                    {**variables, 'ADW_DEBUG_COLOR_SCHEME': 'prefer-' + scheme},
                    'ko_KR.UTF-8' if language == 'ko' else 'C.UTF-8',
                    **{'unfolded-rows': UNFOLDED[:3]}))
    if not consoles:
        raise Failure(f'there is no console like “{like}”')
    return consoles


def take_all(consoles, screens, ids, directory):
    """How many consoles had a picture that could not be taken."""
    failures = 0
    for suffix, console in consoles.items():
        print(f'Taking {suffix}', file=sys.stderr)
        try:
            console.shoot({'expect': list(DEMO_HOSTS), 'ids': ids, 'screens': [
                {**screen, 'file': os.path.abspath(os.path.join(
                    directory, f'{screen["name"]}-{suffix}.png'))} for screen in screens]})
        except Failure as failure:
            print(f'dev: {suffix}: {failure}', file=sys.stderr)
            failures += 1
    return failures


def make_groups(watch):
    for group, vms in GROUPS:
        watch.submit('join-group', vms, words=group, group=group)


def make_templates(stack, watch):
    """Three templates on some of the hosts; their ids by their names."""
    images = Images(stack)
    found = {}
    for name, system, size, data, hosts in TEMPLATES_MADE:
        file = f'{system}.qcow2'
        images.make(file, size << 30, data << 20)
        found[name] = images.fetch(watch, hosts[0], file, name, os=system)
        if hosts[1:]:
            copy(watch, found[name], name, *hosts[1:])
    return {f'template {name}': identity for name, identity in found.items()}


def arrange(agents, watch):
    """What was done before: groups, and an operation while one host was silent; its id."""
    make_groups(watch)
    for group, vm, order, delay in START_ORDER:
        watch.submit('join-group', [vm], words=group, group=group, order=order, delay=delay)
    watch.submit('guard', PROTECTED)
    agent = agents.process(SILENT_HOST)
    os.kill(agent.pid, signal.SIGSTOP)
    try:
        watch.wait_state(SILENT_HOST, 'unreachable', 60)
        watch.submit('reboot', SILENT_VMS, timeout=5, words='Production')
    finally:
        os.kill(agent.pid, signal.SIGCONT)
    watch.wait_state(SILENT_HOST, 'up', 60)
    return next(key for key, operation in watch.poll().operations.items()
                if operation['verb'] == 'reboot')


def command_shots(options):
    os.makedirs(options.directory, exist_ok=True)
    with open(os.path.join(os.path.dirname(__file__), 'screens.json'), encoding='utf-8') as file:
        screens = json.load(file)
    if options.only:
        screens = [screen for screen in screens if screen['name'] in options.only]
    with contextlib.ExitStack() as stack:
        state = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-shots-'))
        zone = Zone().number_held(stack)
        processes = stack.enter_context(Processes())
        agents = start_demo(processes, state, zone, SLOW)
        ids = {f'node {host}': agents.node_id(host) for host in DEMO_HOSTS}
        ids.update({f'vm {name}': f'{ids["node " + host]}/{vm}'
                    for name, (host, vm) in demo_vm_ids().items()})
        print('Making a year of history', file=sys.stderr)
        past = make_past(state, zone)
        watch = Watch(processes, zone, data=past)
        ids.update(make_templates(stack, watch))
        ids['operation reboot'] = arrange(agents, watch)
        consoles = start_consoles(stack, state, zone, past, options.like)
        for console in consoles.values():
            console.shoot({'expect': list(DEMO_HOSTS), 'screens': []})
        for name in STARTED:
            watch.submit('power-on', [name])
        print(f'Letting graphs fill for {options.settle} s', file=sys.stderr)
        time.sleep(options.settle)
        failures = take_all(consoles, screens, ids, options.directory)
        if failures:
            raise Failure('not every picture could be taken')


def command_fleet(options, more):
    nodes, vms = options.nodes, options.vms
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-fleet-'))
        processes = stack.enter_context(Processes())
        zones = [Zone().number_held(stack) for _ in range(0, nodes, HOSTS_A_ZONE)]
        flock = Flock(processes, zones, nodes, vms, *more).wait_ready(300)
        flock.ignore()
        words = f'{vms} VMs on {nodes} simulated hosts'
        if os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY'):
            look(processes, zones, os.path.join(directory, 'console'), words)
            return
        print(f'There is no display: {words} run without a console. Open one with\n  '
              + ' '.join(console_command(zones, '/tmp/muri-fleet-console'))
              + '\nCtrl-C ends all of this', file=sys.stderr)
        wait_until(lambda: flock.process.poll() is not None, 365 * 86400,
                   'the fleet ended', 1)
        raise Failure('the fleet ended by itself')


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest='command', required=True)
    run = commands.add_parser('run')
    run.add_argument('--real', action='store_true')
    run.add_argument('--screenshot')
    shots = commands.add_parser('shots')
    shots.add_argument('directory')
    shots.add_argument('--only', action='append', help='only screens of this name')
    shots.add_argument('--like', default='', help='only consoles of this size, scheme, language')
    shots.add_argument('--settle', type=int, default=100, help='seconds for graphs to fill')
    fleet = commands.add_parser('fleet')
    fleet.add_argument('nodes', type=int)
    fleet.add_argument('vms', type=int)
    options, more = parser.parse_known_args()
    if more and options.command != 'fleet':
        parser.error(f'{more[0]} is not known')
    adopt_orphans()
    end_on_signals()
    try:
        if options.command == 'fleet':
            command_fleet(options, more)
        else:
            {'run': command_run, 'shots': command_shots}[options.command](options)
    except Failure as failure:
        print(f'dev: {failure}', file=sys.stderr)
        return 1
    finally:
        end_descendants(1)
    return 0


if __name__ == '__main__':
    sys.exit(main())
