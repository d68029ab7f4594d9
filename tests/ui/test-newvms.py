# SPDX-License-Identifier: GPL-3.0-or-later
"""New VMs: what is not possible is said while it is chosen, the ledger tells the steps, and what
was begun or made can be taken back; in a real window, on real agents with libvirt's test driver."""

import contextlib
import os
import signal
import sys

from gi.repository import GLib

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from demo import start_demo  # noqa: E402
from dialog import Dialog  # noqa: E402
from harness import wait_until  # noqa: E402
from stage import Stage  # noqa: E402
from templates import Images  # noqa: E402
from watch import Watch  # noqa: E402
import tap  # noqa: E402

# Bytes a second that a host sends: there is time to look at what comes from it.
SLOW = 1 << 20
KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAbcdefghijklmnopqrstuvwxyz012345678 jiwoo'


class NewVmsStage(Stage):
    def __init__(self, stack):
        super().__init__(stack, start=lambda *words: start_demo(*words, rate=SLOW))
        images = Images(stack)
        images.make('small.qcow2', 1 << 30, 1 << 20)
        images.make('large.qcow2', 1 << 30, 32 << 20)
        self.watch = Watch(self.processes, self.zone)
        self.small = images.fetch(self.watch, 'seoul-1', 'small.qcow2', 'Small', memory='65536')
        self.large = images.fetch(self.watch, 'seoul-1', 'large.qcow2', 'Large', memory='65536')
        self.window.action('win.show-templates')
        for name in ('Small', 'Large'):
            self.window.wait_for(lambda text, own=name: text.startswith(own + ', ')
                                 and text.endswith('Ready'), None, 60)

    def ask(self, template, place=''):
        self.window.action('win.new-vms', GLib.Variant('(ss)', (template, place)))
        return Dialog(self.window, ['New VMs', 'Create 1 VM'])

    def go_to(self, dialog, *place):
        """By the keyboard, which brings into view what is not."""
        self.window.key_until('Tab', lambda: dialog.focused() == place,
                              f'{place} has the focus', 40, dialog.focused)

    def replace(self, text):
        self.window.key('ctrl+a')
        self.window.type(text)

    def name_them(self, text):
        """After their number, which has the focus at first."""
        self.window.key('Tab')
        self.replace(text)

    def give_key(self, dialog, text):
        self.go_to(dialog, 'check box', 'Own name and keys')
        self.window.key('Tab')
        self.replace(text)

    def choose_next(self, dialog, row):
        """The one after the first in a list to choose from."""
        self.go_to(dialog, 'combo box', row)
        self.window.key('space')
        self.window.key('Down', 'Return')

    def give_user_data(self, dialog, *lines):
        self.go_to(dialog, 'list item', 'User data')
        self.window.key('space')
        self.go_to(dialog, 'text', 'User data')
        for line in lines:
            self.window.type(line)
            self.window.key('Return')

    def can_create(self, dialog):
        button = dialog.wait_for(lambda text: text.startswith('Create '), 'push button')
        return self.window.has_state(button, 'sensitive')

    def begin_large(self, count):
        dialog = self.ask(self.large, 'node:' + self.agents.node_id('daegu-2'))
        self.window.type(str(count))
        dialog.wait_says(f'Create {count} VMs')
        dialog.click(f'Create {count} VMs')
        dialog.wait_gone()
        self.window.action('win.show-operations')
        row = self.window.wait_for(lambda text: text.startswith(f'Create {count} VMs from Large, '),
                                   'list item', 30)
        self.window.click(row)


def test_the_preview_follows_the_hosts(stage):
    dialog = stage.ask(stage.small)
    stage.watch.submit('maintenance-on', nodes=['busan-1'])
    dialog.wait_says('In maintenance', 20)
    stage.window.screenshot(tap.artefact('newvms-maintenance'))
    stage.watch.submit('maintenance-off', nodes=['busan-1'])
    stage.window.key('Escape')
    dialog.wait_gone()


def test_names_and_keys_are_checked(stage):
    dialog = stage.ask(stage.small)
    stage.name_them('web-001')
    dialog.wait_says('A VM of this fleet has this name already.')
    wait_until(lambda: not stage.can_create(dialog), 10, 'a name is taken')
    stage.replace('fresh-{001}')
    dialog.wait_says('fresh-001')
    stage.give_key(dialog, 'hello')
    dialog.wait_says('One public key')
    wait_until(lambda: not stage.can_create(dialog), 10, 'that is no key')
    stage.window.screenshot(tap.artefact('newvms-problems'))
    stage.window.key('Escape')
    dialog.wait_gone()


def test_what_was_chosen_is_made(stage):
    dialog = stage.ask(stage.small, 'node:' + stage.agents.node_id('seoul-1'))
    stage.window.type('2')
    dialog.wait_says('Create 2 VMs')
    stage.name_them('shop-{001}')
    stage.choose_next(dialog, 'Disk')
    dialog.wait_for('Full copy', 'label')
    stage.go_to(dialog, 'spin button', 'Disk size (GiB)')
    stage.replace('2')
    stage.choose_next(dialog, 'Network')
    dialog.wait_for('default', 'label')
    stage.go_to(dialog, 'push button', 'None')
    stage.window.key('space')
    stage.window.type('Shop')
    stage.window.key('Return', 'Escape')
    dialog.wait_for('Shop', 'push button')
    stage.give_key(dialog, KEY)
    stage.give_user_data(dialog, '#cloud-config', 'timezone: Asia/Seoul')
    dialog.wait_says('2 VMs on 1 host.')
    stage.window.screenshot(tap.artefact('newvms-filled'))
    dialog.click('Create 2 VMs')
    dialog.wait_gone()
    # The way back is offered at once.
    stage.window.wait_for(lambda text: text.endswith('Delete These…'), 'push button', 60,
                          closed=('table', 'tree table', 'list'))
    stage.window.screenshot(tap.artefact('newvms-made'))
    stage.watch.wait_groups({'shop-001': ['Shop'], 'shop-002': ['Shop']}, 30)


def test_they_are_taken_back_from_the_ledger(stage):
    stage.window.action('win.show-operations')
    stage.window.click(stage.window.wait_for(
        lambda text: text.startswith('Create 2 VMs from Small, 2 done'), 'list item', 30))
    stage.window.key('shift+F10')
    stage.choose('Delete the 2 Created…')
    dialog = Dialog(stage.window, ['Delete VMs', 'shop-001', 'shop-002'])
    dialog.click(lambda text: text.endswith('2 that are running'), 'check box')
    dialog.wait_says('2 VMs go for good')
    dialog.click('Delete 2 VMs')
    dialog.wait_gone()
    stage.window.wait_for_words(['Delete 2 VMs', 'follows an earlier one'], 30)
    stage.show()
    stage.window.wait_gone(lambda text: text.startswith('shop-001, '), 'table row', 30)


def test_the_ledger_tells_the_steps_and_a_cancel_leaves_nothing(stage):
    stage.begin_large(2)
    stage.window.wait_for_words(['Fetching', 'from seoul-1'], 60)
    # It does not come to its end before somebody has cancelled it.
    server = stage.server_of('seoul-1')
    os.kill(server, signal.SIGSTOP)
    try:
        cancel_large(stage)
    finally:
        os.kill(server, signal.SIGCONT)
    stage.show()
    stage.window.wait_gone(lambda text: text.startswith('large-'), 'table row')


def cancel_large(stage):
    stage.window.screenshot(tap.artefact('newvms-steps'))
    row = stage.window.wait_for(lambda text: text.startswith('Create 2 VMs from Large, '),
                                'list item')
    stage.window.click(row)
    stage.window.key('shift+F10')
    stage.choose('Cancel and Undo')
    stage.window.wait_for_words(['2 cancelled'], 60)
    stage.window.screenshot(tap.artefact('newvms-cancelled'))


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = NewVmsStage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
