#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of two zones that starts at once, is cut off for longer than a lease, and is back; and a
console that did not run for as long: it knows each VM as it is, and its operations reach all."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ('harness', 'bench'):
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), folder))
from harness import Failure, adopt_orphans, end_descendants, end_on_signals  # noqa: E402
from storm import AGENTS, Storm  # noqa: E402
import tap  # noqa: E402

LEASE = 10


def test_all_start_at_once(storm):
    print(f'# all run after {storm.start()[0]:.1f} s')
    storm.console.operate()


def test_a_console_joins(storm):
    print(f'# it knows all after {storm.join():.1f} s')


def test_cut(storm):
    print(f'# all is known {storm.cut(LEASE + 5).seconds:.1f} s after it')
    print(f'# all have done what they were asked for {storm.console.operate():.1f} s later')


def test_asked_while_cut(storm):
    """It is done by each host once that can be reached."""
    storm.network.plug(AGENTS, 'down')
    try:
        storm.console.hear('incomplete')
        storm.console.say('operate')
        truth = storm.meanwhile(LEASE / 2)
    finally:
        storm.network.plug(AGENTS, 'up')
    print(f'# all have done it {storm.console.hear("operated")[1]:.1f} s after they were asked')
    storm.console.await_truth(truth)


def test_suspended(storm):
    print(f'# all is known {storm.suspend(LEASE + 5).seconds:.1f} s after it')
    print(f'# all have done what they were asked for {storm.console.operate():.1f} s later')


def main():
    adopt_orphans()
    end_on_signals()
    try:
        with Storm(50, 500, 2, changes=20) as storm:
            return tap.run([test_all_start_at_once, test_a_console_joins, test_cut,
                            test_asked_while_cut, test_suspended], storm)
    except Failure as failure:
        print(f'1..0 # SKIP {failure}')
        return 0
    finally:
        end_descendants(1)


if __name__ == '__main__':
    sys.exit(main())
