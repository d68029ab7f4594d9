# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's hosts and a console on them, for tests that drive its window."""

import contextlib
import os
import tempfile

from demo import DEMO_HOSTS, console_command, console_environment, start_demo
from harness import (BUILD_ROOT, Failure, Processes, Zone, descendants, is_alive, run_quietly,
                     wait_until)
from window import Window


class Stage:
    def __init__(self, stack, hosts=DEMO_HOSTS, start=start_demo):
        self.directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-ui-'))
        self.processes = stack.enter_context(Processes())
        self.zone = Zone().number_held(stack)
        self.hosts = hosts
        self.agents = start(self.processes, self.directory, self.zone)
        self.console = None
        self.window = None
        self.open()

    def open(self):
        with open(os.path.join(self.directory, 'console.log'), 'ab') as log:
            self.console = self.processes.start(
                console_command([self.zone], os.path.join(self.directory, 'console')),
                env=console_environment(os.environ), stdout=log, stderr=log)
        self.window = Window(self.console.pid)
        self.window.wait_for_words(self.hosts, 30)

    def check_warnings(self):
        with open(os.path.join(self.directory, 'console.log'), encoding='utf-8') as log:
            warnings = [line.strip() for line in log if 'WARNING' in line or 'CRITICAL' in line]
        if warnings:
            raise Failure('; '.join(warnings))

    def submit(self, verb, *vms, seconds=60):
        """As somebody else would, on another console."""
        command = [os.path.join(BUILD_ROOT, 'tests', 'tools', 'muri-watch'), '--quiet',
                   '--zone', str(self.zone), '--wait-nodes', str(len(self.hosts)),
                   '--submit', verb, '--timeout', str(seconds)]
        for name in vms:
            command += ['--vm', name]
        run_quietly(command)

    def server_of(self, host):
        """What speaks HTTP for this host's agent; it is there once somebody has called."""
        def find():
            for pid in descendants(self.agents.process(host).pid):
                with contextlib.suppress(OSError):
                    with open(f'/proc/{pid}/comm', encoding='ascii') as name:
                        if name.read().strip() == 'muri-agent-http' and is_alive(pid):
                            return pid
            return None
        return wait_until(find, 30, f'{host} has a server of templates')

    # Where a person goes

    def show(self, scope='fleet', view='vms'):
        self.window.action('win.show-scope', scope)
        self.window.action('win.show-view', view)

    def row(self, name, state, seconds=10):
        """The VM's row, once it says that state."""
        return self.window.wait_for(lambda text: text.startswith(f'{name}, {state}'), 'table row',
                                    seconds)

    def choose(self, item):
        self.window.choose(item)
