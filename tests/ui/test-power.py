# SPDX-License-Identifier: GPL-3.0-or-later
"""Find a VM by its accessible name, act on it with the mouse and with the keyboard, and see its
state change; in a real window, on real agents."""

import contextlib
import os
import signal
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from demo import DEMO_HOSTS, console_command, console_environment, start_demo  # noqa: E402
from harness import Failure, Processes, Zone, wait_until, warnings_in  # noqa: E402
import tap  # noqa: E402
from window import Window  # noqa: E402


class Stage:
    def __init__(self, stack):
        self.stack = stack
        self.directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-ui-'))
        self.processes = stack.enter_context(Processes())
        self.zone = Zone().number_held(stack)
        start_demo(self.processes, self.directory, self.zone)
        self.console = None
        self.window = None
        self.open()

    def open(self, data='console'):
        with open(os.path.join(self.directory, 'console.log'), 'ab') as log:
            self.console = self.processes.start(
                console_command([self.zone], os.path.join(self.directory, data)),
                env=console_environment(os.environ), stdout=log, stderr=log)
        self.window = Window(self.console.pid)
        self.window.wait_for_words(DEMO_HOSTS, 30)

    def warnings(self):
        return warnings_in(os.path.join(self.directory, 'console.log'))

    def show_vms(self):
        self.window.action('win.show-scope', 'fleet')
        self.window.action('win.show-view', 'vms')
        return self.window.wait_for(lambda name: name.startswith('app-001, '), 'table row')

    def row(self, name, state, seconds=10):
        """The VM's row, once it says that state."""
        return self.window.wait_for(lambda text: text.startswith(f'{name}, {state}'), 'table row',
                                    seconds)

    def filter(self):
        self.window.key('ctrl+f')
        entry = self.window.wait_for('Filter', 'entry')
        wait_until(lambda: any(self.window.has_state(part, 'focused')
                               for part in self.window.walk(entry)), 5, 'the filter has the focus')

    def question(self):
        found = self.window.wait_for(lambda name: True, 'dialog')
        self.window.wait_active(found)
        return found

    def focused(self, root):
        """The name of what has the focus below root."""
        for accessible in self.window.walk(root):
            if self.window.has_state(accessible, 'focused'):
                return accessible.get_name()
        return ''

    def press(self, name):
        self.window.click(self.window.wait_for(name, 'push button'))


def test_the_fleet_appears(stage):
    stage.show_vms()
    stage.window.wait_for_words(['36 VMs', 'staging-web'])
    stage.window.screenshot(tap.artefact('fleet'))


def test_start_with_the_keyboard(stage):
    stage.show_vms()
    stage.row('build-005', 'off')
    stage.filter()
    stage.window.type('build-005')
    stage.window.wait_gone(lambda text: text.startswith('app-001, '), 'table row')
    stage.window.key('Down')
    stage.window.key('shift+F10')
    stage.window.choose('Start')
    stage.row('build-005', 'running')
    stage.filter()
    stage.window.key('Escape')


def test_start_with_the_mouse(stage):
    stage.show_vms()
    stage.window.click(stage.window.wait_for('staging-web', 'label',
                                             root=stage.row('staging-web', 'off')))
    stage.press('Start')
    stage.row('staging-web', 'running')
    stage.window.screenshot(tap.artefact('started'))


def test_stopping_is_asked_first(stage):
    stage.show_vms()
    stage.window.click(stage.window.wait_for('app-002', 'label',
                                             root=stage.row('app-002', 'running')))
    stage.press('Shut Down')
    stage.question()
    stage.window.key('Escape')
    stage.row('app-002', 'running')
    stage.press('Shut Down')
    # Enter is never the destructive answer.
    stage.question()
    stage.window.key('Return')
    stage.row('app-002', 'running')
    stage.press('Shut Down')
    question = stage.question()
    stage.window.screenshot(tap.artefact('question'))
    stage.window.key_until('Tab', lambda: stage.focused(question).startswith('Shut Down'),
                           'the answer has the focus', state=lambda: stage.focused(question))
    stage.window.key('space')
    stage.row('app-002', 'off')


def test_a_second_console_sees_it(stage):
    first = stage.console, stage.window
    try:
        stage.open('second')
        stage.show_vms()
        stage.row('staging-web', 'running')
        stage.row('build-005', 'running')
    finally:
        stage.processes.stop_one(stage.console)
        stage.console, stage.window = first


def test_a_killed_console_forgets_nothing(stage):
    os.kill(stage.console.pid, signal.SIGKILL)
    stage.console.wait()
    stage.open()
    stage.window.action('win.show-operations')
    stage.window.wait_for_words(['staging-web', 'build-005', '1 done'])
    stage.window.screenshot(tap.artefact('operations'))


def test_narrow(stage):
    # 12 for the frame that GTK draws where there is no compositor.
    stage.window.resize(360, 640)
    wait_until(lambda: stage.window.size()[0] <= 360 + 12, 5, 'the window is 360 pixels wide')
    stage.window.wait_for('Back to the Hosts', 'push button')
    stage.window.screenshot(tap.artefact('narrow'))


def test_nothing_was_warned_of(stage):
    warnings = stage.warnings()
    if warnings:
        raise Failure('; '.join(warnings))


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = Stage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
