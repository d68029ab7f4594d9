# SPDX-License-Identifier: GPL-3.0-or-later
"""Agents that start at once, that a console joins, that are cut off and are back, and a console
that did not run for a while: how long until it knows what is so. Four minutes for a thousand."""

import collections
import contextlib
import os
import signal
import subprocess
import threading
import time

from figures import PROGRAMS, figure
from flock import Flock
from harness import Failure, Processes
from namespaces import Network
from usage import processor_seconds

HOSTS, VMS, ZONES = 1000, 20000, 8
CUTS = 5, 15, 60  # seconds: below the lease of ten, above it, and a switch that starts anew
SUSPENDED = 60
AGENTS, CONSOLE = 1, 2  # places of the network
PATIENCE = 180
CHANGES = 100  # VMs a second that change their state while nobody hears of it

# Seconds until all is known; of a processor, that the console and all agents have used for it.
Spent = collections.namedtuple('Spent', 'seconds console agents')


class Console:
    """measure-storm, and what it says."""

    def __init__(self, processes, command):
        self.processes = processes
        self.said = []
        self.news = threading.Condition()
        self.process = processes.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.keep(line.rstrip('\n'))
        self.keep('over')

    def keep(self, line):
        with self.news:
            self.said.append(line.split('\t'))
            self.news.notify()

    def hear(self, word):
        """The next line of that word; what was said before it is dropped."""
        deadline = time.monotonic() + PATIENCE
        with self.news:
            while True:
                while self.said:
                    line = self.said.pop(0)
                    if line[0] == word:
                        return [float(field) for field in line[1:]]
                    if line[0] == 'over':
                        raise Failure('the console has ended')
                if not self.news.wait(deadline - time.monotonic()):
                    raise Failure(f'the console has not said “{word}” within {PATIENCE} s')

    def say(self, *lines):
        self.process.stdin.write('\n'.join(lines) + '\n')
        self.process.stdin.flush()

    def await_truth(self, truth):
        """When it knows that."""
        self.say('truth', *truth, 'end')
        when, differences = self.hear('true')
        if differences:
            raise Failure(f'the console knows {differences:g} hosts or VMs otherwise')
        return when

    def operate(self):
        """Seconds until all hosts have done what they were asked for."""
        self.say('operate')
        return self.hear('operated')[1]

    def end(self):
        self.processes.stop_one(self.process)


class Storm:
    """Agents on one side of a cable, and consoles on the other, while the `with` block lasts."""

    def __init__(self, hosts, vms, zones, changes=CHANGES):
        self.hosts, self.vms, self.changes = hosts, vms, changes
        self.zones = [str(number) for number in range(1, zones + 1)]
        self.console = self.flock = None

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.network = stack.enter_context(Network(2))
            for number in (AGENTS, CONSOLE):
                self.network.route_multicast(number)
            self.processes = stack.enter_context(Processes())
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *exception):
        self.stack.close()

    def add_console(self):
        return Console(self.processes, [
            *self.network.enter(CONSOLE), os.path.join(PROGRAMS, 'measure-storm'), 'net',
            str(self.hosts), str(self.vms), *self.zones])

    def truth(self):
        """When nothing happens any more."""
        self.flock.calm(PATIENCE)
        self.flock.say('inventory')
        return self.flock.lines_until('end', PATIENCE)

    def meanwhile(self, seconds):
        """VMs change for half of that; what came of it, once it is over."""
        end = time.monotonic() + seconds
        self.flock.say('churn')
        time.sleep(seconds / 2)
        truth = self.truth()
        time.sleep(max(end - time.monotonic(), 0))
        return truth

    def start(self):
        """Agents beside a console that waits: seconds until all run, and until it knows all."""
        self.console = self.add_console()
        self.console.hear('begun')
        began = time.monotonic()
        self.flock = Flock(self.processes, self.zones, self.hosts, self.vms,
                           prefix=self.network.enter(AGENTS), interface='net',
                           changes=self.changes).wait_ready(PATIENCE)
        ready = time.monotonic()
        complete, = self.console.hear('complete')
        self.console.await_truth(self.truth())
        return ready - began, complete - began

    def join(self):
        """Seconds that another console takes."""
        console = self.add_console()
        began, = console.hear('begun')
        complete, = console.hear('complete')
        console.await_truth(self.truth())
        console.end()
        return complete - began

    def used(self):
        """Seconds of a processor."""
        return (processor_seconds(self.console.process.pid),
                sum(processor_seconds(pid) for pid in self.flock.pids()))

    def spend(self, truth, heard):
        """What it takes from heard() on, with which the console hears of the agents again."""
        used = self.used()
        heard()
        began = time.monotonic()
        seconds = self.console.await_truth(truth) - began
        return Spent(seconds, *(after - before for before, after in zip(used, self.used())))

    def cut(self, seconds):
        """After so many with the cable pulled."""
        self.network.plug(AGENTS, 'down')
        try:
            truth = self.meanwhile(seconds)
        except BaseException:
            self.network.plug(AGENTS, 'up')
            raise
        return self.spend(truth, lambda: self.network.plug(AGENTS, 'up'))

    def suspend(self, seconds):
        """After the console did not run, as with the lid of a laptop closed."""
        process = self.console.process
        process.send_signal(signal.SIGSTOP)
        try:
            truth = self.meanwhile(seconds)
        except BaseException:
            process.send_signal(signal.SIGCONT)
            raise
        return self.spend(truth, lambda: process.send_signal(signal.SIGCONT))


def report(name, spent, operated):
    figure(name, spent.seconds, 's')
    figure(f'{name}-console-cpu', spent.console, 's')
    figure(f'{name}-agents-cpu', spent.agents, 's')
    figure(f'{name}-operation', operated, 's')


def measure():
    with Storm(HOSTS, VMS, ZONES) as storm:
        ready, known = storm.start()
        console, agents = storm.used()
        figure('storm-start-agents', ready, 's')
        figure('storm-start', known, 's')
        figure('storm-start-console-cpu', console, 's')
        figure('storm-start-agents-cpu', agents, 's')
        figure('storm-join', storm.join(), 's')
        for seconds in CUTS:
            report(f'storm-cut-{seconds}', storm.cut(seconds), storm.console.operate())
        report(f'storm-suspended-{SUSPENDED}', storm.suspend(SUSPENDED), storm.console.operate())
