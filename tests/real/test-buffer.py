#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What agents and a console say where the kernel gives less room than a fleet needs: one line each,
with what mends it; and nothing where the limit is that of the file that does."""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'harness'))
from harness import (BUILD_ROOT, SOURCE_ROOT, Failure, adopt_orphans,  # noqa: E402
                     die_with_parent, end_descendants, end_on_signals)
from namespaces import Network  # noqa: E402
import tap  # noqa: E402

HOSTS = 3
FEW = 212992  # what kernels have when nobody has said anything
FILE = '60-muri.conf'
PATIENCE = '120'

TOOLS = os.path.join(BUILD_ROOT, 'tests', 'tools')
PRELOADED = os.path.join(BUILD_ROOT, 'tests', 'support', 'libmuri-small-buffers.so')


def limit_of_file():
    with open(os.path.join(SOURCE_ROOT, 'data', FILE), encoding='utf-8') as file:
        return int(re.search(r'^net\.core\.rmem_max = (\d+)$', file.read(), re.MULTILINE)[1])


def limit_of_kernel():
    with open('/proc/sys/net/core/rmem_max', encoding='ascii') as file:
        return int(file.read())


class Stage:
    def __init__(self, network, folder):
        self.network = network
        self.folder = folder

    def hear(self, limit):
        """Lines about the buffer: the agents', who are several in a process, and a console's."""
        environment = {**os.environ, 'LD_PRELOAD': PRELOADED, 'MURI_TEST_RMEM_MAX': str(limit),
                       # Simulated agents say nothing otherwise.
                       'G_MESSAGES_DEBUG': 'muri-agent'}
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir=self.folder))
            log = stack.enter_context(open(os.path.join(folder, 'log'), 'w+', encoding='utf-8'))
            flock = subprocess.Popen(
                [*self.network.enter(1), os.path.join(TOOLS, 'muri-flock'), '--hosts', str(HOSTS),
                 '--vms', str(HOSTS), '--zone', '77', '--interface', 'net', '--directory', folder],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log, env=environment,
                preexec_fn=die_with_parent)
            try:
                console = self.listen(os.path.join(folder, 'console'), environment)
            finally:
                flock.terminate()
                flock.wait()
            log.seek(0)
            return ([line for line in log if 'receive buffer' in line],
                    [text for text in console if 'receive buffer' in text])

    def listen(self, folder, environment):
        """What a console tells its person until it knows all agents."""
        with subprocess.Popen(
                [*self.network.enter(2), os.path.join(TOOLS, 'muri-watch'), '--interface', 'net',
                 '--zone', '77', '--data-dir', folder, '--seconds', PATIENCE],
                stdout=subprocess.PIPE, text=True, env=environment,
                preexec_fn=die_with_parent) as watch:
            notices, up = [], set()
            for line in watch.stdout:
                facts = json.loads(line)
                if facts['what'] == 'notice':
                    notices.append(facts['text'])
                elif facts['what'] == 'node' and facts['state'] == 'up':
                    up.add(facts['id'])
                if len(up) == HOSTS:
                    watch.terminate()
        if len(up) != HOSTS:
            raise Failure(f'the console knows {len(up)} of {HOSTS} agents')
        return notices


def test_a_line_each_of_few(stage):
    agents, console = stage.hear(FEW)
    print(f'# {agents}\n# {console}')
    assert len(agents) == 1 and len(console) == 1
    assert str(FEW) in agents[0] and f'{FEW // 1024} KiB' in console[0]
    assert FILE in agents[0] and FILE in console[0]


def test_none_with_the_file(stage):
    if limit_of_kernel() < limit_of_file():
        print(f'# the kernel here gives {limit_of_kernel()} bytes, so this cannot be tried')
        return
    assert stage.hear(limit_of_file()) == ([], [])


def test_the_file_is_installed(_stage):
    with open(os.path.join(BUILD_ROOT, 'meson-info', 'intro-installed.json'),
              encoding='utf-8') as file:
        places = [place for place in json.load(file).values() if place.endswith(FILE)]
    assert len(places) == 1 and places[0].endswith('/doc/muri/examples/' + FILE), places
    with open(os.path.join(BUILD_ROOT, 'muri-config.h'), encoding='utf-8') as file:
        assert f'"{os.path.dirname(places[0])}"' in file.read(), 'the agent names another place'


def main():
    adopt_orphans()
    end_on_signals()
    with contextlib.ExitStack() as stack:
        stack.callback(end_descendants, 1)
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-buffer-'))
            network = stack.enter_context(Network(2))
            for number in (1, 2):
                network.route_multicast(number)
        except Failure as failure:
            print(f'1..0 # SKIP {failure}')
            return 0
        return tap.run([test_a_line_each_of_few, test_none_with_the_file,
                        test_the_file_is_installed], Stage(network, folder))


if __name__ == '__main__':
    sys.exit(main())
