# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can have the focus says what it is: on every view, in every dialog."""

import contextlib
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from demo import DEMO_HOSTS, console_command, console_environment, start_demo  # noqa: E402
from harness import Failure, Processes, Zone  # noqa: E402
import tap  # noqa: E402
from window import Window  # noqa: E402

# What only holds others: its own name is not what a person hears there.
CONTAINERS = {'scroll pane', 'frame', 'dialog', 'filler', 'panel', 'window', 'application',
              'table', 'tree table', 'list', 'list box'}


class Stage:
    def __init__(self, stack):
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-names-'))
        processes = stack.enter_context(Processes())
        zone = Zone().number_held(stack)
        start_demo(processes, directory, zone)
        with open(os.path.join(directory, 'console.log'), 'wb') as log:
            console = processes.start(
                console_command([zone], os.path.join(directory, 'console')),
                env=console_environment(os.environ), stdout=log, stderr=log)
        self.window = Window(console.pid)
        self.window.wait_for_words(DEMO_HOSTS, 30)

    def nameless(self):
        """How much can have the focus, and the roles of what of it has no name."""
        found = []
        seen = 0
        for accessible in self.window.walk():
            if accessible.get_role_name() in CONTAINERS \
                    or not self.window.has_state(accessible, 'focusable') \
                    or not self.window.has_size(accessible):
                continue
            seen += 1
            if not self.label(accessible):
                parent = accessible.get_parent()
                found.append(f'{accessible.get_role_name()} in {parent.get_role_name()} '
                             f'“{parent.get_name()}”')
        return seen, found

    def label(self, accessible):
        name = accessible.get_name() or accessible.get_description()
        # GTK calls what nobody named after its type, or after the type of what is in it.
        if name and not name.startswith(('Gtk', 'Adw', 'Muri')):
            return name
        # The column view's own, which take the focus only to hand it on.
        if name in ('GtkListItemWidget', 'GtkColumnListView'):
            return name
        # A row of a list is called what its label says.
        return ' '.join(word for word in self.window.words(accessible)
                        if word.strip() and not word.startswith(('Gtk', 'Adw', 'Muri')))

    def check(self, where):
        seen, found = self.nameless()
        print(f'# {where}: {seen} things can have the focus', flush=True)
        if seen < 4:
            raise Failure(f'{where}: only {seen} things can have the focus')
        if found:
            raise Failure(f'{where}: without a name: ' + '; '.join(found))


def view(stage, name, words):
    stage.window.action('win.show-scope', 'fleet')
    stage.window.action('win.show-view', name)
    stage.window.wait_for_words(words)
    stage.check(name)


def test_overview(stage):
    view(stage, 'overview', ['Needs Attention'])


def test_vms(stage):
    view(stage, 'vms', ['36 VMs'])


def test_hosts(stage):
    view(stage, 'hosts', ['3 hosts'])


def test_events(stage):
    view(stage, 'events', ['event'])


def test_selection(stage):
    view(stage, 'vms', ['36 VMs'])
    row = stage.window.wait_for(lambda text: text.startswith('app-001, '), 'table row')
    stage.window.click(stage.window.wait_for('app-001', 'label', root=row))
    stage.window.wait_for('Shut Down', 'push button')
    stage.check('selection bar')


def test_a_vm(stage):
    stage.window.action('win.jump')
    stage.window.wait_for('Jump to', 'entry')
    stage.check('jump')
    stage.window.type('db-001')
    stage.window.wait_for_words(['db-001'])
    stage.window.key('Return')
    stage.window.wait_for_words(['Running on seoul-1'])
    stage.check('VM')
    stage.window.screenshot(tap.artefact('jumped'))


def test_operations(stage):
    stage.window.action('win.show-operations')
    stage.window.wait_for_words(['Operations'])
    stage.check('operations')


def test_preferences(stage):
    stage.window.action('app.preferences')
    stage.window.wait_for_words(['Preferences'])
    stage.check('preferences')


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = Stage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
