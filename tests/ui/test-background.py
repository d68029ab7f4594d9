# SPDX-License-Identifier: GPL-3.0-or-later
"""Who closes the window while alarms are on can keep Muri watching without one; in a real window,
on real agents."""

import contextlib
import os
import sys

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from demo import console_command, console_environment  # noqa: E402
from dialog import Dialog  # noqa: E402
from harness import is_alive, wait_until  # noqa: E402
from notifications import Notifications  # noqa: E402
from stage import Stage  # noqa: E402
import tap  # noqa: E402
from window import Window  # noqa: E402

QUESTION = 'Keep Watching in the Background?'
TOLD = 'Muri Keeps Watching'


def test_closing_asks(stage):
    # The daemon is known by now: it has been told of the VM that crashed.
    wait_until(lambda: stage.notifications.find('test-001'), 20, 'a notification')
    stage.window.key('ctrl+w')
    dialog = Dialog(stage.window, [QUESTION])
    stage.window.screenshot(tap.artefact('background'))
    stage.window.key('Escape')
    dialog.wait_gone()


def test_it_goes_on_without_a_window(stage):
    stage.window.key('ctrl+w')
    Dialog(stage.window, [QUESTION]).click('Keep Watching')
    entry = wait_until(lambda: stage.notifications.find(TOLD), 20, 'it says that it watches')
    wait_until(lambda: stage.window.application.get_child_count() == 0, 10, 'the window is gone')
    assert is_alive(stage.console.pid)
    stage.notifications.press(entry)
    stage.window = Window(stage.console.pid)
    stage.window.wait_for_words(stage.hosts)


def test_the_answer_is_remembered(stage):
    before = len(stage.notifications.shown)
    stage.window.wait_for_words(['Needs Attention'])
    stage.window.key('ctrl+w')
    entry = wait_until(lambda: next((entry for entry in stage.notifications.shown[before:]
                                     if entry[1] == TOLD), None), 20, 'it says so again')
    stage.notifications.press(entry)
    stage.window = Window(stage.console.pid)
    stage.window.wait_for_words(stage.hosts)


def test_starting_it_again_shows_its_window(stage):
    # Once while it is there, once while there is none.
    assert start_again(stage) == 0
    stage.window.key('ctrl+w')
    wait_until(lambda: stage.window.application.get_child_count() == 0, 10, 'the window is gone')
    assert start_again(stage) == 0
    stage.window = Window(stage.console.pid)
    stage.window.wait_for_words(stage.hosts)


def start_again(stage):
    """With the same directory; what it ends with."""
    directory = os.path.join(stage.directory, 'console')
    second = stage.processes.start(console_command([stage.zone], directory),
                                   env=console_environment(os.environ))
    return wait_until(lambda: second.poll() is not None and (second.returncode,), 30,
                      'the second console has ended')[0]


def test_quitting_quits(stage):
    stage.window.wait_for_words(['Needs Attention'])
    stage.window.key('ctrl+q')
    wait_until(lambda: stage.console.poll() is not None, 20, 'the console has ended')
    assert stage.console.returncode == 0, stage.console.returncode


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        notifications = Notifications()
        stage = Stage(stack)
        stage.notifications = notifications
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
