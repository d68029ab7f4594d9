# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true on the data space: a muri-watch beside the console that is tested."""

import json
import os
import subprocess
import sys

from harness import BUILD_ROOT, Failure, wait_until

# Its exit status when the operation is finished, and not done for all of its targets.
NOT_ALL = 3
PROGRAM = os.path.join(BUILD_ROOT, 'tests', 'tools', 'muri-watch')


class Watch:
    """Keeps what agents publish: groups by the name of a VM or host, and others' operations."""

    def __init__(self, processes, zone, lease=10, data=None):
        """data: a folder in which those who submit remember hosts that have fallen silent."""
        self.zone = zone
        self.data = data
        self.groups = {}
        self.states = {}
        self.hosts = set()
        self.operations = {}
        self._rest = b''
        self.process = processes.start([PROGRAM, '--zone', str(zone), '--lease', str(lease)],
                                       stdout=subprocess.PIPE)
        os.set_blocking(self.process.stdout.fileno(), False)

    def poll(self):
        """Takes in what was said since; itself, so that it can be asked at once."""
        if self.process.poll() is not None:
            raise Failure('muri-watch ended')
        while True:
            try:
                text = os.read(self.process.stdout.fileno(), 1 << 20)
            except BlockingIOError:
                return self
            if not text:
                return self
            *lines, self._rest = (self._rest + text).split(b'\n')
            for line in lines:
                self._take(json.loads(line))

    def _take(self, line):
        if line['what'] in ('vm', 'node'):
            self.groups[line['name']] = set(line['groups'])
            self.states[line['name']] = line['state']
            if line['what'] == 'node':
                self.hosts.add(line['name'])
        elif line['what'] == 'operation' and not line['own']:
            self.operations[line['id']] = line

    def wait_groups(self, expected, seconds=10):
        """Until each name in expected is in exactly these groups."""
        def as_expected():
            self.poll()
            return all(self.groups.get(name) == set(groups) for name, groups in expected.items())
        try:
            wait_until(as_expected, seconds, f'the groups are {expected}')
        except Failure as failure:
            found = {name: self.groups.get(name) for name in expected}
            raise Failure(f'{failure}; they are {found}') from None

    def wait_state(self, name, state, seconds=10):
        wait_until(lambda: self.poll().states.get(name) == state, seconds, f'{name} is {state}')

    def submit(self, verb, vms=(), nodes=(), timeout=60, words=None, **parameters):
        """As somebody else would: an operation of another console. words: what it is for. Whether
        it was possible for all of them."""
        command = [PROGRAM, '--zone', str(self.zone), '--submit', verb, '--quiet',
                   '--timeout', str(timeout)]
        # Targets are chosen by name from all that is known, here as there.
        wait_until(lambda: self.poll().states.keys() >= {*vms, *nodes}, 30,
                   f'{[*vms, *nodes]} are known')
        hosts = [name for name in self.poll().hosts if self.states[name] == 'up']
        command += ['--wait-nodes', str(len(hosts))]
        for name in vms:
            command += ['--vm', name]
        for name in nodes:
            command += ['--node', name]
        for name, value in parameters.items():
            command += ['--parameter', f'{name}={value}']
        if words:
            command += ['--group', words]
        if self.data:
            command += ['--data-dir', self.data]
        status = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
        if status not in (0, NOT_ALL):
            raise Failure(f'muri-watch ended with status {status}')
        return status == 0
