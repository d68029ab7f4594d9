# SPDX-License-Identifier: GPL-3.0-or-later
"""A click on a graph pins its moment: VMs rank by what they did then, and nothing can be done until
it is let go; in a real window, on real agents."""

import contextlib
import os
import sys

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi  # noqa: E402

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from harness import wait_until  # noqa: E402
from stage import Stage  # noqa: E402
import tap  # noqa: E402

BACK = 'Back to Now'


class MomentStage(Stage):
    def show_host(self):
        self.show('node:' + self.agents.node_id('seoul-1'), 'overview')
        return self.window.wait_for('CPU', 'image')

    def click_lately(self):
        """Near the right edge, where something has been measured by now."""
        plot = self.show_host()
        extents = plot.get_extents(Atspi.CoordType.WINDOW)
        x, y = self.window.position(plot)
        self.window.xdotool('mousemove', str(x), str(y), 'mousemove',
                            str(x + extents.width // 2 - 8), str(y), 'click', '1')

    def is_pinned(self):
        """The bar that is not there keeps its button, which does nothing then."""
        return self.window.has_state(self.window.wait_for(BACK, 'push button', showing=False),
                                     'sensitive')

    def wait_pinned(self, pinned):
        wait_until(lambda: self.is_pinned() == pinned, 10, f'a moment is pinned: {pinned}')

    def knows(self, n, of):
        """Whether something is known of at least n VMs at the moment that is pinned."""
        words = self.window.find(lambda text: text.endswith(f' of {of} VMs known'), 'label')
        return words and int(words.get_name().split()[0]) >= n

    def can_restart(self):
        button = self.window.wait_for('Restart', 'push button')
        return self.window.has_state(button, 'sensitive')


def test_a_click_ranks_the_vms(stage):
    def click():
        stage.window.action('win.back-to-now')
        stage.wait_pinned(False)
        stage.click_lately()
        stage.wait_pinned(True)
        return stage.window.find('Of Host') and stage.knows(10, 14)

    wait_until(click, 60, 'the host’s VMs rank', 1)
    stage.window.wait_for_words(['You look at'])
    stage.window.screenshot(tap.artefact('moment'))


def test_the_table_is_of_then(stage):
    stage.show('fleet')
    stage.window.wait_for_words(['You look at', 'Of Host'])
    wait_until(lambda: stage.knows(20, 36), 20, 'VMs of all hosts are known then')
    stage.window.screenshot(tap.artefact('moment-vms'))


def test_nothing_can_be_done(stage):
    stage.window.action('win.jump')
    stage.window.wait_for('Jump to', 'entry')
    stage.window.type('db-001')
    stage.window.wait_for_words(['db-001'])
    stage.window.key('Return')
    stage.window.wait_for_words(['Running on seoul-1'])
    wait_until(lambda: not stage.can_restart(), 5, 'actions are off')


def test_back_to_now(stage):
    stage.window.click(stage.window.wait_for(BACK, 'push button'))
    stage.wait_pinned(False)
    wait_until(stage.can_restart, 5, 'actions are on')
    stage.show()
    stage.row('db-001', 'running')


def test_escape_lets_go(stage):
    stage.click_lately()
    stage.wait_pinned(True)
    stage.window.key('Escape')
    stage.wait_pinned(False)


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = MomentStage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
