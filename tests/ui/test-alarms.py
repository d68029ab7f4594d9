# SPDX-License-Identifier: GPL-3.0-or-later
"""A crashed VM raises an alarm, which is told of, acknowledged and ended by its rule; in a real
window, on real agents."""

import contextlib
import os
import sys

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from dialog import Dialog  # noqa: E402
from harness import wait_until  # noqa: E402
from notifications import Notifications  # noqa: E402
from stage import Stage  # noqa: E402
import tap  # noqa: E402

CRASHED = 'Virtual machine crashed'


def press(window, name, root=None):
    window.click(window.wait_for(name, 'push button', root=root))


def line(window, name, rule):
    return window.wait_for(lambda text: text.startswith(f'{name}, {rule}'), 'list item')


def test_it_is_told_of(stage):
    entry = wait_until(lambda: stage.notifications.find('test-001'), 20, 'a notification')
    assert 'crashed' in entry[2], entry
    stage.window.wait_for('1 alarm', 'push button')
    # It stands at the VM, its host and the fleet.
    stage.window.wait_for('There is an alarm', 'image')
    stage.notifications.press(entry)
    # Its page: what can be done about it.
    stage.window.wait_for('Start', 'push button')


def test_the_list(stage):
    press(stage.window, '1 alarm')
    line(stage.window, 'test-001', CRASHED)
    stage.window.screenshot(tap.artefact('alarms'))


def test_acknowledge(stage):
    press(stage.window, 'Acknowledge', line(stage.window, 'test-001', CRASHED))
    stage.window.wait_for_words(['Acknowledged'])
    stage.window.wait_gone('1 alarm', 'push button')
    stage.window.wait_gone('There is an alarm', 'image')
    # It is so still.
    line(stage.window, 'test-001', CRASHED)


def test_a_rule_that_is_off_has_no_alarms(stage):
    press(stage.window, 'Rules…')
    rules = Dialog(stage.window, ['Alarm Rules'])
    rules.click(CRASHED, 'check box')
    wait_until(lambda: not stage.window.has_state(rules.wait_for(CRASHED, 'check box'), 'checked'),
               5, 'the rule is off')
    stage.window.key('Escape')
    rules.wait_gone()
    stage.window.wait_for_words(['No Alarms Now'])
    stage.window.click(stage.window.wait_for('All', 'push button'))
    line(stage.window, 'test-001', CRASHED)


def test_a_rule_of_ones_own(stage):
    press(stage.window, 'Rules…')
    rules = Dialog(stage.window, ['Alarm Rules'])
    rules.click('Add a Rule')
    editor = Dialog(stage.window, ['New Rule'])
    # The name has the focus.
    stage.window.type('Anything')
    editor.set_number('Limit', 0)
    editor.set_number('For at Least', 1)
    stage.window.screenshot(tap.artefact('alarm-rule'))
    editor.click('Save')
    editor.wait_gone()
    rules.wait_for('Anything', 'check box')
    stage.window.key('Escape')
    rules.wait_gone()
    stage.window.wait_for(lambda text: ', Anything: CPU over 0' in text, 'list item')
    # One notification of all of them.
    wait_until(lambda: any('Anything: ' in entry[1] for entry in stage.notifications.shown), 10,
               'a notification of many')
    stage.window.screenshot(tap.artefact('alarms-many'))


def main():
    with contextlib.ExitStack() as stack:
        notifications = Notifications()
        stage = Stage(stack)
        stage.notifications = notifications
        tests = [test_it_is_told_of, test_the_list, test_acknowledge,
                 test_a_rule_that_is_off_has_no_alarms, test_a_rule_of_ones_own]
        status = tap.run(tests, stage, lambda name: stage.window.screenshot(tap.artefact(name)))
        stage.check_warnings()
        return status


if __name__ == '__main__':
    sys.exit(main())
