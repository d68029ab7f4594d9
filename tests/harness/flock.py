# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated fleet: muri-flock, and what is said to it."""

import os
import subprocess
import tempfile
import threading

from harness import BUILD_ROOT, Failure

PROGRAM = os.path.join(BUILD_ROOT, 'tests', 'tools', 'muri-flock')
HOSTS_A_ZONE = 125


class Flock:
    """Agents of `hosts` hosts with `vms` VMs in all, spread over the zones. options: muri-flock's,
    by their names. prefix: what its command begins with."""

    def __init__(self, processes, zones, hosts, vms, *arguments, prefix=(), **options):
        # Many small files that nobody needs afterwards, also when it had to be killed.
        self.directory = tempfile.TemporaryDirectory(
            prefix='muri-flock-', ignore_cleanup_errors=True,
            dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None)
        command = [*prefix, PROGRAM, '--hosts', str(hosts), '--vms', str(vms),
                   '--directory', self.directory.name, *arguments]
        for zone in zones:
            command += ['--zone', str(zone)]
        for name, value in options.items():
            command += [f'--{name.replace("_", "-")}', str(value)]
        self.process = processes.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       text=True)

    def say(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()

    def lines_until(self, word, seconds):
        """What it says before a line of that word."""
        timer = threading.Timer(seconds, self.process.kill)
        timer.start()
        try:
            lines = []
            for line in self.process.stdout:
                line = line.rstrip('\n')
                if line == word:
                    return lines
                lines.append(line)
        finally:
            timer.cancel()
        raise Failure(f'the simulated fleet has ended, or not said “{word}” within {seconds:g} s')

    def wait_ready(self, seconds=120):
        self.lines_until('ready', seconds)
        return self

    def calm(self, seconds=120):
        self.say('calm')
        self.lines_until('calm', seconds)

    def ignore(self):
        """Nobody asks it anything any more; that hosts die and are back is not kept."""
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def inventory(self, seconds=60):
        """host id: name; (host id, VM id): (name, state)"""
        self.say('inventory')
        hosts, vms = {}, {}
        for line in self.lines_until('end', seconds):
            word, *fields = line.split('\t')
            if word == 'host':
                hosts[fields[0]] = fields[1]
            elif word == 'vm':
                vms[fields[0], fields[1]] = tuple(fields[2:])
        return hosts, vms

    def pids(self):
        """Those of its processes that have agents."""
        path = f'/proc/{self.process.pid}/task/{self.process.pid}/children'
        with open(path, encoding='ascii') as file:
            return [int(pid) for pid in file.read().split()]
