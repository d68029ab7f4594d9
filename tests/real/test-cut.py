#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fifty agents and a console on two sides of a cable: all start at once, a console joins while they
run, and the cable is pulled for longer than either side waits for the other."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'harness'))
from harness import (BUILD_ROOT, Failure, adopt_orphans, die_with_parent,  # noqa: E402
                     end_descendants, end_on_signals, wait_until)
from namespaces import Network  # noqa: E402
import tap  # noqa: E402

HOSTS = 50
VMS = 200
ZONE = '77'
LEASE = 10
PATIENCE = 120

FLOCK = os.path.join(BUILD_ROOT, 'tests', 'tools', 'muri-flock')
WATCH = os.path.join(BUILD_ROOT, 'tests', 'tools', 'muri-watch')


class Console:
    """What a console believes, without a window."""

    def __init__(self, network, folder, name):
        command = [*network.enter(2), WATCH, '--interface', 'net', '--zone', ZONE, '--data-dir',
                   os.path.join(folder, name)]
        self.nodes = {}
        self.vms = {}
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                                      preexec_fn=die_with_parent)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.child.stdout:
            facts = json.loads(line)
            if facts['what'] == 'node':
                self.nodes[facts['id']] = facts['state']
            elif facts['what'] == 'vm':
                self.vms[facts['id']] = (facts['name'], facts['state'] if facts['known'] else '')

    def count(self, *states):
        return sum(state in states for state in list(self.nodes.values()))

    def agrees(self, truth):
        return self.count('up') == HOSTS and dict(self.vms) == truth

    def await_truth(self, truth):
        try:
            wait_until(lambda: self.agrees(truth), PATIENCE, 'the console knows all')
        except Failure:
            wrong = [(vm, self.vms.get(vm), truth.get(vm)) for vm in {*truth, *self.vms}
                     if self.vms.get(vm) != truth.get(vm)]
            print(f'# {self.count("up")} hosts are up; wrong: {len(wrong)}: {wrong[:5]}')
            raise

    def end(self):
        self.child.terminate()
        self.child.wait()


class Flock:
    """The agents."""

    def __init__(self, network, folder):
        command = [*network.enter(1), FLOCK, '--hosts', str(HOSTS), '--vms', str(VMS), '--zone',
                   ZONE, '--interface', 'net', '--changes', '20', '--directory', folder]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      text=True, preexec_fn=die_with_parent)

    def lines_until(self, word):
        timer = threading.Timer(PATIENCE, self.child.kill)
        timer.start()
        try:
            lines = []
            for line in self.child.stdout:
                if line.rstrip('\n') == word:
                    return lines
                lines.append(line.rstrip('\n'))
        finally:
            timer.cancel()
        raise Failure(f'the agents have not said “{word}”')

    def say(self, line, answer=None):
        print(line, file=self.child.stdin, flush=True)
        return self.lines_until(answer) if answer else []

    def truth(self):
        """VM's id: its name and state, when nothing happens any more."""
        self.say('calm', 'calm')
        found = {}
        for line in self.say('inventory', 'end'):
            word, *fields = line.split('\t')
            if word == 'vm':
                found[f'{fields[0]}/{fields[1]}'] = (fields[2], fields[3])
        return found

    def end(self):
        self.child.terminate()
        self.child.wait()


class Stage:
    def __init__(self, network, folder, stack):
        self.network = network
        self.folder = folder
        self.stack = stack
        self.console = self.add_console('first')
        os.mkdir(os.path.join(folder, 'flock'))
        self.flock = Flock(network, os.path.join(folder, 'flock'))
        stack.callback(self.flock.end)

    def add_console(self, name):
        console = Console(self.network, self.folder, name)
        self.stack.callback(console.end)
        return console


def test_all_start_at_once(stage):
    began = time.monotonic()
    stage.flock.lines_until('ready')
    wait_until(lambda: stage.console.count('up') == HOSTS, PATIENCE, 'all hosts are up')
    print(f'# {HOSTS} hosts known after {time.monotonic() - began:.1f} s')
    stage.console.await_truth(stage.flock.truth())


def test_console_joins(stage):
    stage.flock.say('churn')
    console = stage.add_console('second')
    began = time.monotonic()
    wait_until(lambda: console.count('up') == HOSTS, PATIENCE, 'the second console knows all hosts')
    print(f'# a console that joins knows {HOSTS} hosts after {time.monotonic() - began:.1f} s')
    truth = stage.flock.truth()
    console.await_truth(truth)
    stage.console.await_truth(truth)
    console.end()


def test_cable_is_pulled(stage):
    """VMs change meanwhile; the agents wait as long for the console as it for them."""
    stage.network.plug(1, 'down')
    try:
        wait_until(lambda: stage.console.count('unreachable') == HOSTS, PATIENCE,
                   'all hosts are unreachable')
        stage.flock.say('churn')
        # How long it lasts is what is tried here.
        time.sleep(2 * LEASE)
        truth = stage.flock.truth()
    finally:
        stage.network.plug(1, 'up')
    began = time.monotonic()
    stage.console.await_truth(truth)
    print(f'# all is known {time.monotonic() - began:.1f} s after the cable was plugged in')


def test_cable_is_loose(stage):
    """For about as long as the lease: one side may have given the other up, and not the other."""
    for seconds in (LEASE - 1.5, LEASE - 0.5, LEASE + 0.5):
        stage.network.plug(1, 'down')
        stage.flock.say('churn')
        time.sleep(seconds)
        stage.network.plug(1, 'up')
        stage.console.await_truth(stage.flock.truth())


def main():
    adopt_orphans()
    end_on_signals()
    with contextlib.ExitStack() as stack:
        stack.callback(end_descendants, 1)
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-cut-'))
            network = stack.enter_context(Network(2))
            for number in (1, 2):
                network.route_multicast(number)
        except Failure as failure:
            print(f'1..0 # SKIP {failure}')
            return 0
        return tap.run([test_all_start_at_once, test_console_joins, test_cable_is_pulled,
                        test_cable_is_loose], Stage(network, folder, stack))


if __name__ == '__main__':
    sys.exit(main())
