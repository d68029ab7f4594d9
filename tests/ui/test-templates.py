# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a template: copied to hosts, exported, described, deleted with its clones; in a
real window, on real agents with libvirt's test driver."""

import contextlib
import hashlib
import os
import sys

from gi.repository import GLib

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from demo import start_demo  # noqa: E402
from dialog import Dialog  # noqa: E402
from harness import run_quietly, wait_until  # noqa: E402
from stage import Stage  # noqa: E402
from templates import Images  # noqa: E402
from watch import Watch  # noqa: E402
import tap  # noqa: E402

# Bytes a second that a host sends: there is time to look at what comes from it.
SLOW = 2 << 20
CLONES = [f'base-{number:03}' for number in range(1, 8)]


class TemplatesStage(Stage):
    def __init__(self, stack):
        super().__init__(stack, start=lambda *words: start_demo(*words, rate=SLOW))
        self.images = Images(stack)
        self.images.make('base.qcow2', 1 << 30, 8 << 20)
        self.watch = Watch(self.processes, self.zone)
        self.id = self.images.fetch(self.watch, 'seoul-1', 'base.qcow2', 'Base', memory='65536')
        self.window.action('win.show-templates')
        self.window.wait_for(lambda text: text.startswith('Base, ') and text.endswith('Ready'),
                             None, 60)
        self.window.action('win.show-template', self.id)

    def export_to(self, path):
        self.window.action('win.export-template', self.id)
        Dialog(self.window, ['Export Template'])
        # The part of the name that is selected is typed over; a path is taken as one.
        self.window.key('ctrl+a')
        self.window.type(path)
        self.window.key('Return')
        return Dialog(self.window, ['Exporting Base'])


def test_it_is_copied_to_hosts(stage):
    stage.window.action('win.copy-template', stage.id)
    dialog = Dialog(stage.window, ['Copy Base'])
    dialog.click('Choose hosts…', 'label')
    # Who has it already says so.
    dialog.wait_says('Has it already')
    for name in ('busan-1', 'daegu-2'):
        dialog.wait_for(name, 'label')
        stage.window.type(name)
        stage.window.key('Return')
    stage.window.key('Escape')
    dialog.click('Copy to 2 Hosts')
    dialog.wait_gone()
    stage.window.screenshot(tap.artefact('template-copied'))
    stage.window.wait_for_words(['3 holders'], 90)


def test_it_is_described(stage):
    stage.window.action('win.change-template', stage.id)
    dialog = Dialog(stage.window, ['Base'])
    stage.window.type('For the shop')
    stage.window.screenshot(tap.artefact('template-editor'))
    dialog.click('Save')
    dialog.wait_gone()
    stage.window.wait_for_words(['For the shop'], 30)


def test_an_export_is_stopped(stage):
    path = os.path.join(stage.directory, 'stopped.qcow2')
    dialog = stage.export_to(path)
    stage.window.screenshot(tap.artefact('template-exporting'))
    dialog.click('Stop')
    dialog.wait_gone()
    wait_until(lambda: not [name for name in os.listdir(stage.directory)
                            if 'stopped' in name or name.endswith('.part')], 20,
               'nothing is left of it')


def test_it_is_exported(stage):
    path = os.path.join(stage.directory, 'exported.qcow2')
    stage.export_to(path).wait_gone(60)
    stage.window.wait_for_words([f'was exported to {path}'], 20, closed=('table', 'list'))
    run_quietly(['qemu-img', 'check', '-q', path])
    with open(path, 'rb') as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    stage.window.wait_for_words([digest])


def test_it_goes_with_its_clones(stage):
    stage.window.action('win.new-vms', GLib.Variant('(ss)', (stage.id, '')))
    dialog = Dialog(stage.window, ['New VMs', 'Create 1 VM'])
    stage.window.type('7')
    dialog.wait_says('Create 7 VMs')
    dialog.click('Create 7 VMs')
    dialog.wait_gone()
    stage.window.wait_for_words(['7 clones', *CLONES], 60)
    stage.window.screenshot(tap.artefact('template-clones'))
    stage.window.action('win.delete-template', stage.id)
    dialog = Dialog(stage.window, ['Delete Template Base?', 'base-001'])
    stage.window.screenshot(tap.artefact('template-deletion'))
    dialog.click('Delete with 7 Clones…')
    dialog = Dialog(stage.window, ['Delete VMs', 'The template Base stays'])
    dialog.click(lambda text: text.endswith('7 that are running'), 'check box')
    dialog.wait_says('Then the template Base is deleted, too.')
    dialog.click(lambda text: text.startswith('These are many'), 'text')
    stage.window.type('7')
    button = dialog.wait_for('Delete 7 VMs', 'push button')
    wait_until(lambda: stage.window.has_state(button, 'sensitive'), 10, 'it can be done')
    stage.window.screenshot(tap.artefact('template-clones-deletion'))
    dialog.click('Delete 7 VMs')
    dialog.wait_gone()
    stage.window.action('win.show-operations')
    stage.window.wait_for_words(['Force Off 7 VMs', 'Delete Template Base', '3 done'], 60)
    stage.window.action('win.show-templates')
    stage.window.wait_for_words(['No Templates Yet'], 30)


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = TemplatesStage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
