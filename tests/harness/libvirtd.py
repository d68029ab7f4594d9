# SPDX-License-Identifier: GPL-3.0-or-later
"""A private libvirtd with small real guests.

It lives in namespaces of its own, so it neither sees nor disturbs the machine's own libvirt, and
nothing that its guests send leaves the machine. Its socket is in a directory that everyone sees.
Root gets a system's libvirtd with its own /run, /etc/libvirt and so on, and a network that leases
addresses. Anyone else gets a session's, with taps made beforehand and static addresses.
"""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import uuid

from harness import (SOURCE_ROOT, Failure, Processes, cache_directory, descendants, is_alive,
                     run_quietly, wait_until)

NETWORK = '10.77.0'
PRIVATE = {'/etc/libvirt': 'etc', '/run': 'run', '/var/lib': 'lib', '/var/log': 'log',
           '/var/cache': 'cache'}
SESSION = {'RUNTIME_DIR': 'run', 'CONFIG_HOME': 'etc', 'DATA_HOME': 'lib', 'CACHE_HOME': 'cache'}

# name, vCPUs, MiB, what it does, title
WORKING_GUESTS = [
    ('web-001', 1, 88, 'web', 'Web server'),
    ('web-002', 2, 88, 'web', 'Web server'),
    ('web-003', 1, 88, 'web', 'Web server'),
    ('db-001', 2, 96, 'db', 'Database, primary'),
    ('db-002', 1, 96, 'db', 'Database, replica'),
    ('build-001', 2, 96, 'batch', 'Build worker'),
    ('mail', 1, 80, 'db', 'Mail'),
    ('dns', 1, 80, 'none', 'Name server'),
]

QEMU_CONF = '''user = "root"
group = "root"
security_driver = "none"
stdio_handler = "file"
cgroup_controllers = []
namespaces = []
remember_owner = 0
vnc_listen = "127.0.0.1"
'''

SESSION_QEMU_CONF = '''security_driver = "none"
stdio_handler = "file"
'''

LIBVIRTD_CONF = '''unix_sock_dir = "{sockets}"
auth_unix_rw = "none"
auth_unix_ro = "none"
unix_sock_rw_perms = "0700"
host_uuid = "{host_uuid}"
log_outputs = "2:file:{directory}/libvirtd.log"
'''

# What runs inside the new namespaces before they are kept open by a sleeping process.
NAMESPACE = '''set -e
ip link set lo up
hostname {hostname}
{commands}
echo ready >{directory}/namespace
exec sleep infinity
'''

# "open": libvirt leaves the firewall alone, and there is nowhere to go from this namespace.
NETWORK_XML = '''<network>
  <name>muri</name>
  <forward mode="open"/>
  <bridge name="muri0" stp="off" delay="0"/>
  <ip address="{network}.1" netmask="255.255.255.0">
    <dhcp><range start="{network}.10" end="{network}.250"/>{hosts}</dhcp>
  </ip>
</network>
'''

START = '''#!/bin/sh
# Starts the private libvirtd (again) and returns when it answers.
cd /
{environment}
setsid nsenter {enter} -- tini -s -- /usr/sbin/libvirtd -f {directory}/libvirtd.conf \\
  -p {directory}/libvirtd.pid </dev/null >>{directory}/libvirtd.out 2>&1 &
tries=0
until virsh -q -c '{uri}' uri >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -lt 300 ] || {{
    tail -n 5 {directory}/libvirtd.log >&2
    echo 'libvirtd does not answer' >&2
    exit 1
  }}
  sleep 0.1
done
'''


class Guest:
    def __init__(self, index, name, vcpus=1, memory=88, work='none', title=''):
        self.name = name
        self.vcpus = vcpus
        self.memory = memory
        self.work = work
        self.title = title or name
        self.uuid = str(uuid.uuid5(uuid.NAMESPACE_DNS, f'{name}.guest.muri.test'))
        self.address = f'{NETWORK}.{10 + index}'
        self.tap = f'tap{index}'
        self.mac = f'52:54:00:4d:55:{10 + index:02x}'


def plain_guests(count):
    return [Guest(index, f'guest-{index + 1}') for index in range(count)]


def working_guests():
    return [Guest(index, *row) for index, row in enumerate(WORKING_GUESTS)]


class Libvirtd:
    """`with Libvirtd(guests) as libvirtd:` gives libvirtd.uri with these guests defined."""

    def __init__(self, guests, hostname='muri-real'):
        self.guests = guests
        self.hostname = hostname
        self.is_root = os.geteuid() == 0
        self.processes = Processes()

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix='muri-libvirtd-')
        try:
            self._build_guest()
            self._unshare()
            self._write_start()
            self.start()
            self._define()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception):
        """Quickly: a stopped QEMU, or one at work, has nothing to lose."""
        with contextlib.suppress(AttributeError, FileNotFoundError):
            for pid in self._members():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.processes.__exit__()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def uri(self):
        kind = 'system' if self.is_root else 'session'
        return f'qemu+unix:///{kind}?socket={self.directory}/sock/libvirt-sock'

    @property
    def pid(self):
        with open(f'{self.directory}/libvirtd.pid', encoding='utf-8') as file:
            return int(file.read())

    @property
    def variables(self):
        """What a test finds in its environment."""
        return {
            'MURI_TEST_URI': self.uri,
            'MURI_TEST_LIBVIRTD_DIR': self.directory,
            'MURI_TEST_LIBVIRTD_PID': str(self.pid),
            'MURI_TEST_LIBVIRTD_PIDFILE': f'{self.directory}/libvirtd.pid',
            'MURI_TEST_LIBVIRTD_START': f'{self.directory}/start',
            'MURI_TEST_QEMU_PIDS': f'{self.directory}/run/libvirt/qemu'
                                   + ('' if self.is_root else '/run'),
            'MURI_TEST_SERIAL': f'{self.directory}/serial',
            'MURI_TEST_GUESTS': ' '.join(guest.name for guest in self.guests),
        }

    def virsh(self, *words):
        return run_quietly(['virsh', '-q', '-c', self.uri, *words])

    def start(self):
        run_quietly([f'{self.directory}/start'])

    def power_on(self, names):
        for name in names:
            self.virsh('start', name)

    def wait_ready(self, names, seconds=60):
        """Until each has written its ready line to its serial port."""
        for name in names:
            wait_until(lambda: f'muri guest {name} is ready' in self._serial(name), seconds,
                       f'guest {name} is ready', 0.1)

    def _serial(self, name):
        try:
            with open(f'{self.directory}/serial/{name}.log', encoding='utf-8',
                      errors='replace') as file:
                return file.read()
        except OSError:
            return ''

    def _build_guest(self):
        cache = cache_directory('guest')
        builder = os.path.join(SOURCE_ROOT, 'tests', 'harness', 'guest', 'build')
        if subprocess.run([builder, cache], stdin=subprocess.DEVNULL, check=False).returncode:
            raise Failure('the small guest cannot be built')
        # A copy: a test's guests keep booting when the cache is rebuilt meanwhile.
        for name in ('vmlinuz', 'initramfs.gz'):
            shutil.copy(os.path.join(cache, name), self.directory)

    def _unshare(self):
        directory = self.directory
        for name in ('sock', 'serial', 'disks', *PRIVATE.values()):
            os.makedirs(f'{directory}/{name}')
        os.chmod(directory, 0o711)
        # The same file for a system's libvirtd and a session's, each at its place.
        os.makedirs(f'{directory}/etc/libvirt')
        for place in ('etc', 'etc/libvirt'):
            with open(f'{directory}/{place}/qemu.conf', 'w', encoding='utf-8') as file:
                file.write(QEMU_CONF if self.is_root else SESSION_QEMU_CONF)
        with open(f'{directory}/libvirtd.conf', 'w', encoding='utf-8') as file:
            file.write(LIBVIRTD_CONF.format(directory=directory, sockets=f'{directory}/sock',
                                            host_uuid=uuid.uuid4()))
        if self.is_root:
            flags = []
            commands = [f'mount --bind {directory}/{name} {place}'
                        for place, name in PRIVATE.items()]
        else:
            flags = ['--map-current-user', '--keep-caps']
            commands = ['ip link add muri0 type bridge', f'ip addr add {NETWORK}.1/24 dev muri0',
                        'ip link set muri0 up']
            for guest in self.guests:
                commands += [f'ip tuntap add dev {guest.tap} mode tap user {os.geteuid()}',
                             f'ip link set {guest.tap} master muri0 up']
        script = NAMESPACE.format(directory=directory, commands='\n'.join(commands),
                                  hostname=shlex.quote(self.hostname))
        flags += ['--mount', '--net', '--uts']
        with open(f'{directory}/namespace.log', 'wb') as log:
            self.holder = self.processes.start(['unshare', *flags, 'sh', '-c', script],
                                               stdout=log, stderr=log)

        def is_ready():
            if self.holder.poll() is not None:
                with open(f'{directory}/namespace.log', encoding='utf-8') as log:
                    raise Failure(f'no namespaces for a private libvirtd: {log.read().strip()}')
            return os.path.exists(f'{directory}/namespace')
        wait_until(is_ready, 10, 'the namespaces are ready', 0.02)

    def _write_start(self):
        flags = ['-t', str(self.holder.pid), '-m', '-n', '-u']
        environment = ''
        if not self.is_root:
            flags += ['-U', '--preserve-credentials']
            environment = ''.join(f'export XDG_{name}={self.directory}/{place}\n'
                                  for name, place in SESSION.items())
        path = f'{self.directory}/start'
        with open(path, 'w', encoding='utf-8') as file:
            file.write(START.format(directory=self.directory, enter=' '.join(flags), uri=self.uri,
                                    environment=environment))
        os.chmod(path, 0o755)

    def _start_network(self):
        hosts = ''.join(f'<host mac="{guest.mac}" name="{guest.name}" ip="{guest.address}"/>'
                        for guest in self.guests)
        network = f'{self.directory}/network.xml'
        with open(network, 'w', encoding='utf-8') as file:
            file.write(NETWORK_XML.format(network=NETWORK, hosts=hosts))
        self.virsh('net-define', network)
        self.virsh('net-start', 'muri')
        self.virsh('net-autostart', 'muri')

    def _define(self):
        if self.is_root:
            self._start_network()
        with open(os.path.join(SOURCE_ROOT, 'templates', 'guest.xml'), encoding='utf-8') as file:
            skeleton = file.read()
        for index, guest in enumerate(self.guests):
            # Nobody talks to the last one, which the demo leaves off.
            peer = self.guests[(index + 1) % max(1, len(self.guests) - 1)]
            disk = f'{self.directory}/disks/{guest.name}.qcow2'
            run_quietly(['qemu-img', 'create', '-q', '-f', 'qcow2', disk, '64M'])
            xml = skeleton
            for word, value in {
                    'NAME': guest.name, 'UUID': guest.uuid, 'TITLE': guest.title,
                    'MEMORY': guest.memory, 'VCPUS': guest.vcpus, 'ADDRESS': guest.address,
                    'PEER': peer.address, 'WORK': guest.work, 'MAC': guest.mac, 'DISK': disk,
                    'KERNEL': f'{self.directory}/vmlinuz',
                    'INITRAMFS': f'{self.directory}/initramfs.gz',
                    'SERIAL': f'{self.directory}/serial/{guest.name}.log'}.items():
                xml = xml.replace(f'@{word}@', str(value))
            if not self.is_root:
                xml = xml.replace('<interface type="network">', '<interface type="ethernet">')
                xml = xml.replace('<source network="muri"/>',
                                  f'<target dev="{guest.tap}" managed="no"/>')
            path = f'{self.directory}/{guest.name}.xml'
            with open(path, 'w', encoding='utf-8') as file:
                file.write(xml)
            self.virsh('define', path)

    def _members(self):
        """libvirtd and the QEMUs of this instance, wherever they hang in the process tree."""
        namespace = os.readlink(f'/proc/{self.holder.pid}/ns/mnt')
        found = []
        for pid in descendants(1):
            with contextlib.suppress(OSError):
                if pid != self.holder.pid and os.readlink(f'/proc/{pid}/ns/mnt') == namespace:
                    found.append(pid)
        return [pid for pid in found if is_alive(pid)]
