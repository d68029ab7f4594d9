# SPDX-License-Identifier: GPL-3.0-or-later
"""An operation at a pace, a console that is closed in the midst of it, and what the ledger offers
afterwards; in a real window, on real agents."""

import contextlib
import csv
import os
import sys

from gi.repository import GLib

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from clipboard import read_clipboard  # noqa: E402
from dialog import Dialog  # noqa: E402
from harness import Failure, comes_true, wait_until  # noqa: E402
from stage import Stage  # noqa: E402
import tap  # noqa: E402


class LedgerStage(Stage):
    def operation(self, words, seconds=20):
        """The row of an operation, once it says all of this."""
        def is_it(name):
            return all(word in name for word in words)
        return self.window.wait_for(is_it, 'list item', seconds)

    def choose_for(self, words, item):
        # Right after another menu has closed, or a row has changed, a press may be lost.
        for _press in range(3):
            row = self.operation(words)
            self.window.click(self.window.wait_for('More Actions', 'push button', root=row))
            if comes_true(lambda: self.window.find(item, 'menu item'), 5):
                break
        self.choose(item)

    def filter(self, text):
        self.window.key('ctrl+f')
        entry = self.window.wait_for('Filter', 'entry')
        wait_until(lambda: any(self.window.has_state(part, 'focused')
                               for part in self.window.walk(entry)), 5, 'the filter has the focus')
        self.window.key('ctrl+a', 'BackSpace')
        if text:
            self.window.type(text)
        return entry


def test_a_pace(stage):
    stage.show()
    stage.row('app-001', 'running')
    node = 'node:' + stage.agents.node_id('seoul-1')
    stage.show(node)
    stage.window.action('win.act-scope', GLib.Variant('(ss)', ('shutdown', node)))
    dialog = Dialog(stage.window, ['Shut down 12 VMs on 1 host'])
    dialog.click('Pace', 'list item')
    dialog.set_number('At a Time', 2)
    dialog.set_number('Pause Between Batches', 3600)
    dialog.wait_says('In 6 batches')
    dialog.wait_says('2 at a time, 3600 s between batches')
    stage.window.screenshot(tap.artefact('pace'))
    dialog.click('Shut Down 12 VMs')
    stage.window.action('win.show-operations')
    stage.operation(['Shut Down 12 VMs of seoul-1', '10 not sent yet', '2 done', 'batch 1 of 6'])


def test_closing_in_the_midst_is_asked(stage):
    stage.window.key('ctrl+w')
    dialog = Dialog(stage.window, ['This console sends the batches; 5 of 6 remain.'])
    wait_until(lambda: 'Keep Running' in (dialog.focused()[1] or ''), 5, 'it would rather stay')
    stage.window.screenshot(tap.artefact('closing'))
    stage.window.key('Escape')
    dialog.wait_gone()
    stage.operation(['10 not sent yet', 'batch 1 of 6'])
    stage.window.key('ctrl+q')
    Dialog(stage.window, ['5 of 6 remain']).click('Stop After This Batch')
    wait_until(lambda: stage.console.poll() is not None, 20, 'the console has ended')


def test_what_was_not_sent_waits(stage):
    stage.open()
    stage.window.wait_for_words(['10 targets of “Shut Down 12 VMs of seoul-1” were not sent.'])
    stage.window.click(stage.window.wait_for('Show', 'push button'))
    stage.operation(['Shut Down 12 VMs of seoul-1', '10 not sent yet', 'stopped midway'])
    stage.window.screenshot(tap.artefact('held'))
    # Who says go on does not wait for the pause between batches.
    stage.choose_for(['stopped midway'], 'Send the Other 10')
    stage.operation(['Shut Down 12 VMs of seoul-1', '8 not sent yet', '4 done', 'batch 2 of 6'])
    stage.choose_for(['batch 2 of 6'], 'Hold After This Batch')
    stage.choose_for(['stopped midway'], 'Give Up the Other 8')
    stage.operation(['Shut Down 12 VMs of seoul-1', '4 done', '8 cancelled'])


def test_starting_again(stage):
    stage.choose_for(['Shut Down 12 VMs of seoul-1'], 'Start These Again')
    # At the same pace.
    stage.operation(['Start 4 VMs of seoul-1', '2 not sent yet', '2 done', 'batch 1 of 2',
                     'follows an earlier one'])
    stage.choose_for(['Start 4 VMs of seoul-1'], 'Hold After This Batch')
    stage.choose_for(['Start 4 VMs of seoul-1', 'stopped midway'], 'Send the Other 2')
    stage.operation(['Start 4 VMs of seoul-1', '4 done', 'follows an earlier one'])
    stage.show()
    stage.row('app-001', 'running')
    stage.row('app-002', 'running')
    stage.row('cache-001', 'running')


def test_retrying_what_failed(stage):
    with contextlib.suppress(Failure):  # it is off
        stage.submit('resume', 'backup')
    stage.window.action('win.show-operations')
    stage.operation(['Resume backup', '1 failed'])
    stage.submit('power-on', 'backup')
    stage.submit('pause', 'backup')
    stage.show()
    stage.row('backup', 'paused')
    stage.window.action('win.show-operations')
    stage.choose_for(['Resume backup', '1 failed'], 'Retry 1 Failed…')
    stage.operation(['Resume backup', '1 done', 'follows an earlier one'])
    stage.show()
    stage.row('backup', 'running')
    stage.window.action('win.show-operations')
    stage.choose_for(['Resume backup', 'follows'], 'Show the Earlier Operation')
    stage.window.wait_for_words(['backup on busan-1'])


def test_chips_and_filter(stage):
    stage.window.action('win.show-operations')
    stage.operation(['Start 4 VMs of seoul-1'])
    stage.window.click(stage.window.wait_for('Cancelled', 'push button'))
    stage.window.wait_gone(lambda name: name.startswith('Start 4 VMs'), 'list item')
    stage.operation(['Shut Down 12 VMs of seoul-1'])
    stage.window.click(stage.window.wait_for('All', 'push button'))
    stage.operation(['Start 4 VMs of seoul-1'])
    stage.filter('backup')
    stage.window.wait_gone(lambda name: name.startswith('Start 4 VMs'), 'list item')
    stage.operation(['Resume backup'])
    stage.window.screenshot(tap.artefact('ledger-filtered'))
    stage.filter('')
    stage.operation(['Start 4 VMs of seoul-1'])


def test_commands(stage):
    stage.choose_for(['Start 4 VMs of seoul-1'], 'Copy as Command')

    def copied():
        with contextlib.suppress(Failure):
            text = read_clipboard()
            return text if 'virsh' in text else None
    lines = wait_until(copied, 10, 'the commands are copied').splitlines()
    if len(lines) != 4 or not all(line.startswith('virsh -c ') for line in lines) \
            or not lines[0].endswith("start --domain 'app-001'"):
        raise AssertionError(lines)


def test_export(stage):
    path = os.path.join(stage.directory, 'ledger.csv')
    stage.choose_for(['Shut Down 12 VMs of seoul-1'], 'Export…')
    Dialog(stage.window, ['Export Operation'])
    stage.window.key('ctrl+a')
    stage.window.type(path)
    stage.window.key('Return')
    wait_until(lambda: os.path.exists(path), 10, 'the file is there')
    wait_until(lambda: os.path.getsize(path) > 0, 10, 'something is in it')
    with open(path, encoding='utf-8', newline='') as file:
        rows = list(csv.DictReader(file))
    states = sorted(row['state'] for row in rows)
    if states != ['cancelled'] * 8 + ['done'] * 4 \
            or {row['host'] for row in rows} != {'seoul-1'}:
        raise AssertionError(rows)


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = LedgerStage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
