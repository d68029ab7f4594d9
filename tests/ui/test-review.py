# SPDX-License-Identifier: GPL-3.0-or-later
"""The question about a group: what is protected is left alone and named, the VMs of its hosts are
asked about apart, and it tells what others did meanwhile; in a real window, on real agents."""

import contextlib
import os
import sys

from gi.repository import GLib

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from dialog import Dialog  # noqa: E402
from stage import Stage  # noqa: E402
import tap  # noqa: E402


class ReviewStage(Stage):
    def menu_of(self, name, item):
        row = self.window.wait_for(lambda text: text.startswith(name + ', '), 'table row')
        self.window.click(self.window.wait_for(name, 'label', root=row))
        self.window.key('shift+F10')
        self.choose(item)

    def add_to_group(self, name):
        self.menu_of(name, 'Add to Group…')
        dialog = Dialog(self.window, ['Add to Group'])
        self.window.type('web')
        dialog.wait_for(lambda text: text in ('web', 'Create “web”'), 'label')
        self.window.key('Return')
        dialog.wait_gone()

    def group_says(self, count):
        row = self.window.wait_for(lambda text: text.startswith('web, '), 'list item')
        self.window.wait_for(count, 'label', root=row)

    def ask(self, verb):
        self.window.action('win.act-scope', GLib.Variant('(ss)', (verb, 'group:web')))


def test_a_group_with_a_host(stage):
    stage.show()
    stage.add_to_group('app-001')
    stage.group_says('1')
    stage.add_to_group('app-002')
    stage.group_says('2')
    stage.menu_of('app-002', 'Protect')
    stage.window.wait_for(lambda name: name.startswith('Protected'), 'image')
    stage.show('fleet', 'hosts')
    stage.add_to_group('busan-1')
    stage.window.action('win.show-scope', 'group:web')
    stage.window.wait_for_words(['busan-1'])


def test_notes_of_others_come_while_it_is_read(stage):
    stage.ask('shutdown')
    dialog = Dialog(stage.window, ['Shut down 1 VM on 1 host. app-002 is protected.'])
    if dialog.says('of these'):
        raise AssertionError('somebody did something')
    stage.submit('reboot', 'app-001')
    dialog.wait_says('restarted 1 of these')
    stage.window.screenshot(tap.artefact('notes'))
    stage.window.key('Escape')
    dialog.wait_gone()


def test_vms_of_a_host_are_apart(stage):
    stage.ask('shutdown')
    dialog = Dialog(stage.window, ['Shut down 1 VM on 1 host. app-002 is protected.'])
    also = dialog.wait_for(lambda name: name.startswith('Also the 9 VMs on busan-1'), 'check box')
    if stage.window.has_state(also, 'checked'):
        raise AssertionError('it is ticked')
    dialog.click(lambda name: name.startswith('Also the 9 VMs'), 'check box')
    dialog.wait_says('Shut down 9 VMs on 2 hosts.')
    stage.window.screenshot(tap.artefact('host-vms'))
    dialog.click(lambda name: name.startswith('Also the 9 VMs'), 'check box')
    dialog.wait_says('Shut down 1 VM on 1 host.')
    dialog.click('Shut Down 1 VM')
    stage.show()
    stage.row('app-001', 'off')
    stage.row('app-002', 'running')
    stage.row('db-002', 'running')


def test_protected_alone_is_said(stage):
    stage.show()
    row = stage.row('app-002', 'running')
    stage.window.click(stage.window.wait_for('app-002', 'label', root=row))
    stage.window.click(stage.window.wait_for('Shut Down', 'push button'))
    # A toast does not wait until the whole table was read.
    stage.window.wait_for_words(['app-002: is protected'], closed=('table', 'tree table', 'list'))
    stage.row('app-002', 'running')


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = ReviewStage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
