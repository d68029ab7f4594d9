# SPDX-License-Identifier: GPL-3.0-or-later
"""The language of searches in the filter and in smart groups: offered, explained, and counted
while things change; in a real window, on real agents."""

import contextlib
import os
import sys

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from dialog import Dialog  # noqa: E402
from harness import wait_until  # noqa: E402
from stage import Stage  # noqa: E402
import tap  # noqa: E402


class SearchStage(Stage):
    def filter(self, text):
        self.window.key('ctrl+f')
        wait_until(lambda: any(self.window.has_state(part, 'focused')
                               for entry in self.window.walk() if entry.get_name() == 'Filter'
                               for part in self.window.walk(entry)), 5, 'the filter has the focus')
        self.window.key('ctrl+a', 'BackSpace')
        if text:
            self.window.type(text)

    def menu_of(self, name, item):
        row = self.window.wait_for(lambda text: text.startswith(name + ', '), 'table row')
        self.window.click(self.window.wait_for(name, 'label', root=row))
        self.window.key('shift+F10')
        self.choose(item)

    def offered(self, term, words):
        self.window.wait_for(lambda text: text == term, 'label')
        self.window.wait_for(lambda text: text == words, 'label')

    def wait_hidden(self, name):
        self.window.wait_gone(lambda text: text.startswith(name + ', '), 'table row')


def test_keys_are_explained(stage):
    stage.show()
    stage.row('app-001', 'running')
    stage.filter('')
    stage.window.key('ctrl+space')
    stage.offered('group:', 'In this group, or in one below it')
    stage.window.screenshot(tap.artefact('search-keys'))
    stage.window.key('Escape')


def test_group(stage):
    stage.menu_of('app-001', 'Add to Group…')
    Dialog(stage.window, ['Add to Group'])
    stage.window.type('Production')
    stage.window.wait_for_words(['Create “Production”'])
    stage.window.key('Return')
    stage.window.wait_for(lambda name: name.startswith('Production'), 'list item')
    stage.filter('group:pro')
    stage.window.wait_for('group:Production', 'label')
    stage.window.key('Down', 'Return')
    stage.wait_hidden('app-002')
    stage.row('app-001', 'running')


def test_protected(stage):
    stage.filter('')
    stage.menu_of('app-002', 'Protect')
    stage.window.wait_for(lambda name: name.startswith('Protected'), 'image')
    stage.filter('is:pro')
    stage.offered('is:protected', 'Has a padlock')
    stage.window.key('Tab')
    stage.wait_hidden('app-001')
    stage.row('app-002', 'running')


def test_errors_are_explained(stage):
    stage.filter('state:runing')
    stage.window.wait_for_words(['“runing” is not one of running, paused, off'])
    stage.filter('colour:red')
    stage.window.wait_for_words(['“colour” cannot be searched for'])
    stage.filter('cpu~80')
    stage.window.wait_for_words(['“cpu” is a number: compare it with'])
    stage.filter('')
    stage.window.key('Escape')


def test_names_that_are_typed(stage):
    stage.filter('app-001 db-001')
    stage.window.wait_for_words(['Enter selects what has these names.'])
    stage.window.key('Return')
    stage.window.wait_for_words(['2 names selected.', '2 selected'])
    stage.filter('app-001, nothing-like-it')
    stage.window.wait_for_words(['Enter selects what has these names.'])
    stage.window.key('Return')
    stage.window.wait_for_words(['1 name selected. Not found: nothing-like-it'])
    stage.window.key('Escape')


def test_smart_group_counts(stage):
    stage.filter('state:off')
    stage.window.click(stage.window.wait_for('Save as Smart Group…', 'push button'))
    dialog = Dialog(stage.window, ['New Smart Group'])
    dialog.wait_says('Finds 5 VMs now')
    stage.submit('power-on', 'backup')
    dialog.wait_says('Finds 4 VMs now')
    stage.window.type('Sleeping')
    stage.window.screenshot(tap.artefact('smart-group'))
    stage.window.key('Return')
    dialog.wait_gone()
    row = stage.window.wait_for(lambda name: name.startswith('Sleeping'), 'list item')
    stage.window.wait_for('4', 'label', root=row)
    stage.submit('power-on', 'archive')
    stage.window.wait_for('3', 'label', root=row)
    stage.window.wait_for_words(['3 VMs'])


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = SearchStage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
