#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images between hosts in network namespaces: from one to many, and over cables that are pulled."""

import contextlib
import filecmp
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'harness'))
from harness import (Failure, adopt_orphans, end_descendants, end_on_signals,  # noqa: E402
                     wait_until)
from namespaces import MIB, TEMPLATE, Network, follow, hosts, make_image, run  # noqa: E402
import tap  # noqa: E402

SIZE = 48 * MIB
PATIENCE = 120

ASK = '''
import http.client, sys
connection = http.client.HTTPConnection(*sys.argv[1].split(':'), timeout=60,
                                        source_address=(sys.argv[2], 0))
connection.request('GET', sys.argv[3])
print(connection.getresponse().status)
'''


class Stage:
    """Nine hosts, the first of which has the image."""

    def __init__(self, network, all_hosts, folder):
        self.network = network
        self.hosts = all_hosts
        self.image = os.path.join(folder, 'image')
        self.sha256 = make_image(self.image, SIZE)
        self.hosts[0].offer(self.image)

    def distribute(self, others):
        fetches = [host.fetch(self.sha256, self.hosts[0]) for host in others]
        follow(fetches, PATIENCE)
        for host in others:
            assert filecmp.cmp(host.target, self.image, shallow=False)
        return fetches

    def forget(self):
        for host in self.hosts[1:]:
            host.forget()


def test_to_two(stage):
    stage.distribute(stage.hosts[1:3])
    stage.forget()


def test_to_eight(stage):
    fetches = stage.distribute(stage.hosts[1:])
    names = {host.name for host in stage.hosts[1:]}
    # Not all of it from the one that had it.
    assert any(fetch.sources & names for fetch in fetches)
    stage.forget()


def test_cable_of_a_source(stage):
    first, second, third = stage.hosts[:3]
    stage.distribute([second])
    second.offer(second.target)
    fetch = third.fetch(stage.sha256, first, second)
    follow([fetch], PATIENCE, lambda: fetch.percent >= 20)
    stage.network.plug(1, 'down')
    try:
        follow([fetch], PATIENCE)
    finally:
        stage.network.plug(1, 'up')
    assert filecmp.cmp(third.target, stage.image, shallow=False)
    stage.forget()


def test_own_cable_and_kill(stage):
    first, second = stage.hosts[:2]
    fetch = second.fetch(stage.sha256, first)
    follow([fetch], PATIENCE, lambda: fetch.percent >= 20)
    stage.network.plug(2, 'down')
    fetch.kill()
    before = fetch.percent
    stage.network.plug(2, 'up')
    again = second.fetch(stage.sha256, first)
    follow([again], PATIENCE, lambda: again.percent > 0)
    assert again.percent >= before, f'{again.percent} after {before}'
    follow([again], PATIENCE)
    assert filecmp.cmp(second.target, stage.image, shallow=False)
    stage.forget()


def status(stage, number, source, path):
    result = subprocess.run([*stage.network.enter(number), 'python3', '-c', ASK,
                             stage.hosts[0].name, source, path], check=True, text=True,
                            stdout=subprocess.PIPE)
    return int(result.stdout)


def test_stranger(stage):
    """Who is of no network of the host's gets history, and no template."""
    network = stage.network
    run('ip', '-n', network.prefix + '2', 'address', 'add', '10.78.0.2/24', 'dev', 'net')
    run('ip', '-n', network.prefix + '1', 'route', 'add', '10.78.0.0/24', 'dev', 'net')
    path = f'/v1/templates/{TEMPLATE}'
    # After its cable was pulled, the switch has to find it again.
    wait_until(lambda: status(stage, 2, '10.77.0.2', path) == 200, PATIENCE, 'a neighbour\'s')
    assert status(stage, 2, '10.78.0.2', path) == 403
    assert status(stage, 2, '10.78.0.2', path + '/image') == 403


def main():
    adopt_orphans()
    end_on_signals()
    with contextlib.ExitStack() as stack:
        stack.callback(end_descendants, 1)
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-transfer-'))
            network = stack.enter_context(Network(9, '100mbit'))
            all_hosts = stack.enter_context(hosts(network, folder))
        except Failure as failure:
            print(f'1..0 # SKIP {failure}')
            return 0
        return tap.run([test_to_two, test_to_eight, test_cable_of_a_source,
                        test_own_cable_and_kill, test_stranger],
                       Stage(network, all_hosts, folder))


if __name__ == '__main__':
    sys.exit(main())
