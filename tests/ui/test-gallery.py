# SPDX-License-Identifier: GPL-3.0-or-later
"""The gallery of templates: a file is imported, clones are made by the keyboard and deleted again;
in a real window, on real agents with libvirt's test driver."""

import contextlib
import os
import sys

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from dialog import Dialog  # noqa: E402
from drag import Drag  # noqa: E402
from rows import Rows  # noqa: E402
from stage import Stage  # noqa: E402
from templates import Images  # noqa: E402
import tap  # noqa: E402

CLONES = ('tiny-linux-001', 'tiny-linux-002', 'tiny-linux-003')


class TemplateStage(Stage):
    def __init__(self, stack):
        super().__init__(stack)
        self.images = Images(stack)

    def card(self, name, state):
        return self.window.wait_for(lambda text: text.startswith(name) and text.endswith(state),
                                    None, 60)


def test_the_empty_page_explains(stage):
    stage.window.action('win.show-templates')
    stage.window.wait_for_words(['No Templates Yet', 'Import File…', 'From Address…'])


def choose_hosts(stage, dialog, *names):
    dialog.click('Choose hosts…', 'label')
    dialog.wait_for(names[0], 'label')
    for name in names:
        stage.window.key('ctrl+a')
        stage.window.type(name)
        stage.window.key('Return')
    stage.window.key('Escape')
    dialog.wait_for(lambda text: all(name in text for name in names), 'label')


def test_a_file_is_imported(stage):
    path = stage.images.make('Tiny Linux.qcow2', 1 << 30, 2 << 20)
    stage.window.action('win.import-template', path)
    dialog = Dialog(stage.window, ['Import Template', 'Tiny Linux.qcow2'])
    choose_hosts(stage, dialog, 'busan-1')
    stage.window.screenshot(tap.artefact('import'))
    dialog.click('Import')
    dialog.wait_gone(60)
    stage.card('Tiny Linux, ', 'Ready')
    stage.window.screenshot(tap.artefact('gallery'))


def test_a_template_is_dragged_to_a_host(stage):
    sidebar = Rows.sidebar(stage.window)
    host = sidebar.wait('daegu-2')
    with Drag(stage.window, stage.card('Tiny Linux, ', 'Ready')) as drag:
        drag.until(host, lambda: 'New VMs on daegu-2…' in sidebar.says(host),
                   'the host says what a drop means')
        drag.drop()
    dialog = Dialog(stage.window, ['New VMs', 'daegu-2', 'Create 1 VM'])
    dialog.click('Cancel')
    dialog.wait_gone()


def drag_to_templates(stage, name, state, says, drop):
    row = stage.row(name, state)
    place = stage.window.wait_for('Templates', 'list item')
    with Drag(stage.window, stage.window.wait_for(name, 'label', root=row)) as drag:
        drag.until(place, lambda: any(says in word for word in stage.window.words(place)),
                   f'the place says “{says}”')
        if drop:
            drag.drop()


def test_a_vm_is_dragged_to_the_templates(stage):
    stage.show()
    drag_to_templates(stage, 'app-001', 'running', 'app-001: is running, shut it down first', False)
    drag_to_templates(stage, 'build-005', 'off', 'Make a template of build-005…', True)
    dialog = Dialog(stage.window, ['Make Template', 'build-005'])
    stage.window.screenshot(tap.artefact('make-template'))
    dialog.click('Make')
    dialog.wait_gone()
    stage.window.action('win.show-templates')
    stage.card('build-005, ', 'Ready')


def test_clones_are_made_by_the_keyboard(stage):
    stage.window.click(stage.window.wait_for('Tiny Linux', 'label'))
    stage.window.key('ctrl+n')
    dialog = Dialog(stage.window, ['New VMs', 'Create 1 VM'])
    stage.window.type('3')
    dialog.wait_says('Create 3 VMs')
    dialog.wait_says('3 VMs on')
    stage.window.screenshot(tap.artefact('placement'))
    stage.window.key('Return')
    dialog.wait_gone()
    stage.show()
    stage.window.key('ctrl+f')
    stage.window.type('tiny-linux')
    for name in CLONES:
        stage.row(name, 'running', 60)


def test_they_are_deleted(stage):
    stage.submit('power-off', *CLONES)
    for name in CLONES:
        stage.row(name, 'off')
    stage.window.key('Down')
    stage.window.key('ctrl+a')
    stage.window.key('shift+Delete')
    dialog = Dialog(stage.window, ['Delete VMs', 'Delete 3 VMs'])
    stage.window.screenshot(tap.artefact('deletion'))
    # Enter is not the answer that takes them away.
    stage.window.key('Return')
    dialog.wait_gone()
    stage.row(CLONES[0], 'off')
    stage.window.key('shift+Delete')
    dialog = Dialog(stage.window, ['Delete VMs', 'Delete 3 VMs'])
    dialog.click('Delete 3 VMs')
    for name in CLONES:
        stage.window.wait_gone(lambda text, own=name: text.startswith(own + ', '), 'table row', 30)


def test_resources_change(stage):
    stage.window.key('ctrl+f')
    stage.window.key('ctrl+a')
    stage.window.type('build-005')
    row = stage.row('build-005', 'off')
    stage.window.click(stage.window.wait_for('build-005', 'label', root=row))
    stage.window.key('alt+shift+Return')
    dialog = Dialog(stage.window, ['Resources', 'build-005'])
    stage.window.type('3')
    dialog.wait_says('→ 3 vCPUs')
    dialog.click('Change')
    dialog.wait_gone()
    stage.window.action('win.show-operations')
    stage.window.wait_for_words(['Change Resources of build-005', '1 done'])


def test_a_template_is_renamed_and_deleted(stage):
    stage.window.action('win.show-templates')
    if not stage.window.find(lambda text: text.startswith('Tiny Linux, ')):
        stage.window.key('alt+Left')
    stage.window.click(stage.card('Tiny Linux, ', 'Ready'))
    stage.window.key('F2')
    dialog = Dialog(stage.window, ['Rename Template'])
    stage.window.key('ctrl+a')
    stage.window.type('Small Linux')
    stage.window.key('Return')
    dialog.wait_gone()
    card = stage.card('Small Linux, ', 'Ready')
    stage.window.click(card)
    stage.window.key('shift+Delete')
    dialog = Dialog(stage.window, ['Delete Template Small Linux?'])
    # Enter is not the answer that takes it away.
    stage.window.key('Return')
    dialog.wait_gone()
    stage.card('Small Linux, ', 'Ready')
    stage.window.key('shift+Delete')
    dialog = Dialog(stage.window, ['Delete Template Small Linux?'])
    dialog.click('Delete Template')
    dialog.wait_gone()
    stage.window.wait_gone(lambda text: text.startswith('Small Linux, '), None, 30)


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = TemplateStage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
