# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of VMs and their resources: what runs is forced off first, what is protected stays, many
are typed; resources of many have ticks and a pace; in a real window, on real agents."""

import contextlib
import os
import sys

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from dialog import Dialog  # noqa: E402
from harness import Failure, comes_true, wait_until  # noqa: E402
from stage import Stage  # noqa: E402
import tap  # noqa: E402

BUILDERS = [f'build-{number:03}' for number in range(1, 6)]


class LifeStage(Stage):
    def select(self, text, *names):
        """All VMs that a filter shows, which are these."""
        self.show()
        # The filter takes the focus when it has come up, which nobody is told of.
        for _attempt in range(5):
            self.window.key('ctrl+f')
            self.window.key('ctrl+a')
            self.window.type(text)
            if comes_true(lambda: self.shown() == set(names), 15):
                break
        else:
            raise Failure(f'{self.shown()} are shown')
        row = self.window.wait_for(lambda text: text.startswith(names[0] + ', '), 'table row')
        self.window.click(self.window.wait_for(names[0], 'label', root=row))
        self.window.wait_for('1 selected', 'label')
        self.window.key('ctrl+a')
        self.window.wait_for(f'{len(names)} selected', 'label')

    def shown(self):
        names = set()
        for found in self.window.walk():
            # A row may go while it is asked.
            with contextlib.suppress(GLib.Error):
                if found.get_role_name() == 'table row' and ', ' in (found.get_name() or ''):
                    names.add(found.get_name().partition(',')[0])
        return names

    def gone(self, name, seconds=30):
        self.window.wait_gone(lambda text: text.startswith(name + ', '), 'table row', seconds)

    def ledger_says(self, *words):
        self.window.action('win.show-operations')
        self.window.wait_for_words(words, 30)


def test_what_runs_is_forced_off_first(stage):
    stage.select('dns', 'dns-001', 'dns-002')
    stage.window.key('shift+Delete')
    dialog = Dialog(stage.window, ['Delete VMs', 'None of these is deleted.',
                                   '2 are running and are left out.'])
    stage.window.screenshot(tap.artefact('deletion-running'))
    dialog.click(lambda text: text.endswith('2 that are running'), 'check box')
    dialog.wait_says('2 VMs go for good')
    dialog.wait_says('What guests have not saved is lost.')
    stage.window.screenshot(tap.artefact('deletion-forced'))
    dialog.click('Delete 2 VMs')
    dialog.wait_gone()
    stage.gone('dns-001')
    stage.gone('dns-002')
    stage.ledger_says('Force Off 2 VMs', 'Delete 2 VMs', 'follows an earlier one', '2 done')


def test_what_is_protected_is_left_alone(stage):
    stage.submit('guard', 'build-005')
    stage.submit('power-off', 'build-004')
    stage.select('build-', *BUILDERS)
    stage.row('build-004', 'off')
    stage.window.key('shift+Delete')
    dialog = Dialog(stage.window, ['Delete 1 VM', 'Protected and left alone: build-005.',
                                   '3 are running and are left out.'])
    dialog.click('Delete 1 VM')
    dialog.wait_gone()
    stage.gone('build-004')
    stage.row('build-005', 'off')


def test_what_was_saved_is_named_and_goes(stage):
    stage.submit('save', 'monitor')
    stage.select('monitor', 'monitor')
    stage.row('monitor', 'saved')
    stage.window.key('shift+Delete')
    dialog = Dialog(stage.window, ['Delete VMs', '1 VM goes for good'])
    dialog.wait_says('definition and snapshots, saved state')
    stage.window.screenshot(tap.artefact('deletion-saved'))
    dialog.click('Delete 1 VM')
    dialog.wait_gone()
    stage.gone('monitor')


def test_many_are_typed(stage):
    names = [f'web-{number:03}' for number in range(1, 9)]
    stage.select('web-0', *names)
    stage.window.key('shift+Delete')
    dialog = Dialog(stage.window, ['None of these is deleted.'])
    dialog.click(lambda text: text.endswith('that are running'), 'check box')
    dialog.wait_says('These are many. Type 8 to confirm.')
    button = dialog.wait_for('Delete 8 VMs', 'push button')
    if stage.window.has_state(button, 'sensitive'):
        raise AssertionError('it can be done without a number')
    dialog.click(lambda text: text.startswith('These are many'), 'text')
    stage.window.type('8')
    wait_until(lambda: stage.window.has_state(button, 'sensitive'), 10, 'it can be done')
    dialog.click('Delete 8 VMs')
    dialog.wait_gone()
    for name in names:
        stage.gone(name)


def test_resources_of_many_have_ticks_and_a_pace(stage):
    stage.select('build-', *[name for name in BUILDERS if name != 'build-004'])
    stage.window.key('alt+shift+Return')
    dialog = Dialog(stage.window, ['Resources', '4 VMs. Say what they shall have.'])
    stage.window.type('+1')
    dialog.wait_says('Change 4 VMs')
    dialog.click('build-002', 'check box')
    dialog.wait_says('Change 3 VMs')
    dialog.wait_says('stays as it is')
    dialog.click('Pace', 'label')
    # It may still be on its way into view: not by the mouse.
    Atspi.Value.set_current_value(dialog.wait_for('At a Time', 'spin button'), 2)
    dialog.wait_says('2 at a time')
    stage.window.screenshot(tap.artefact('resources-many'))
    dialog.click('Change 3 VMs')
    dialog.wait_gone()
    stage.ledger_says('Change Resources of 3 VMs', '3 done')


def test_a_refused_change_says_why(stage):
    stage.select('build-', *[name for name in BUILDERS if name != 'build-004'])
    stage.window.key('alt+shift+Return')
    dialog = Dialog(stage.window, ['Resources', '4 VMs. Say what they shall have.'])
    stage.window.type('many')
    dialog.wait_says('vCPUs are a number, or a change like +1 or +25 %.')
    stage.window.key('ctrl+a')
    stage.window.type('500')
    dialog.wait_says('its host has')
    dialog.wait_says('Change 0 VMs')
    button = dialog.wait_for('Change 0 VMs', 'push button')
    wait_until(lambda: not stage.window.has_state(button, 'sensitive'), 10, 'nothing can be done')
    stage.window.key('Escape')
    dialog.wait_gone()


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = LifeStage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
