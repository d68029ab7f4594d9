# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups by mouse and by keyboard, in a real window on real agents: what is dragged where, what
is forbidden and says why, and how it is taken back. What came of it is read from what the agents
publish, as any other console would see it."""

import contextlib
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from demo import (DEMO_HOSTS, console_command, console_environment,  # noqa: E402
                  prepare_settings, start_demo)  # noqa: E402
from display import MESSAGE_SECONDS  # noqa: E402
from harness import Failure, Processes, Zone, wait_until, warnings_in  # noqa: E402
import tap  # noqa: E402
from window import Window  # noqa: E402
from drag import AFTER, BEFORE, INTO, Drag  # noqa: E402
from rows import Rows  # noqa: E402
from watch import Watch  # noqa: E402

UNFOLDED = ['groups', 'hosts', 'group:web', 'group:db', 'group:web/db', 'group:spare',
            'group:theirs', 'group:reserve']
LISTS = ('list', 'table', 'tree table')

# A row that opened by hovering takes nothing for so long (and a little, for the machine).
SETTLED = 0.5


class Stage:
    def __init__(self, stack):
        self.directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-groups-'))
        processes = stack.enter_context(Processes())
        zone = Zone().number_held(stack)
        self.agents = start_demo(processes, self.directory, zone)
        self.watch = Watch(processes, zone)
        # Else there is a frame around it that nobody counts; and a row that opens in the midst of a
        # drag takes nothing for a while, so that only “folded” does.
        prepare_settings(os.environ, **{'unfolded-rows': UNFOLDED,
                                        'message-seconds': MESSAGE_SECONDS})
        with open(os.path.join(self.directory, 'console.log'), 'wb') as log:
            self.console = processes.start(
                console_command([zone], os.path.join(self.directory, 'console')),
                env=console_environment(os.environ), stdout=log, stderr=log)
        self.window = Window(self.console.pid)
        self.window.wait_for_words(DEMO_HOSTS, 30)
        self.sidebar = Rows.sidebar(self.window)

    def warnings(self):
        return warnings_in(os.path.join(self.directory, 'console.log'))

    # Where a person goes

    def show(self, scope, first, view='vms'):
        """The table of a scope, which has a row called first."""
        self.window.action('win.show-scope', scope)
        self.window.action('win.show-view', view)
        return Rows.table(self.window, first)

    def show_host(self, name, first):
        return self.show('node:' + self.agents.node_id(name), first)

    def pick(self, table, name, modifiers=()):
        self.window.click(self.window.wait_for(name, 'label', root=table.wait(name)),
                          modifiers=modifiers)

    def focus(self, name, below=None):
        """The keyboard's way to a row of the sidebar."""
        self.window.key_until('F6', lambda: self.sidebar.focused() is not None,
                              'the sidebar has the focus')
        row = self.sidebar.wait(name, below)

        def step():
            place = [other for _name, other in self.sidebar.all()].index(row)
            now = self.sidebar.focused()
            if now is not None and now != place:
                self.window.key('Down' if now < place else 'Up')
            return now == place
        wait_until(step, 20, f'the focus is on “{name}”')
        return row

    def wait_gone(self, name, below=None):
        """Until a row that had the focus is gone and another one has it: between the two GTK hears
        no keys."""
        wait_until(lambda: not self.sidebar.find(name, below)
                   and self.sidebar.focused() is not None, 10, f'“{name}” is gone')

    # What a person sees and does

    def drag(self, source, target, says, where=INTO, modifiers=(), drop=True):
        """Drags and, once the row under the pointer says that, lets go."""
        with Drag(self.window, source, modifiers) as drag:
            drag.until(target, lambda: says in self.sidebar.says(target),
                       f'the row says “{says}”', where)
            if drop:
                drag.drop()
            return drag

    def refuse(self, source, target, why, modifiers=()):
        """Is let go where it cannot go: the row says why, and no one is asked for anything."""
        before = len(self.watch.poll().operations)
        self.drag(source, target, why, modifiers=modifiers)
        wait_until(lambda: why not in self.sidebar.says(target), 10, 'the row is itself again')
        self.nothing_was_asked(before)

    def nothing_was_asked(self, before):
        """An edit of this console would be known here, or be on its way for an instant."""
        time.sleep(0.2)
        after = len(self.watch.poll().operations)
        if after != before:
            raise Failure(f'{after - before} operations were published')

    def undo_by_toast(self):
        # It is there for five seconds only: the rows of lists are not looked at. GTK calls it
        # "_Undo Undo".
        self.window.click(self.window.wait_for(lambda name: name.endswith('Undo'), 'push button',
                                               closed=LISTS))

    def toast(self, words):
        self.window.wait_for_words([words], 10, LISTS)

    def in_order(self, *names):
        """Until these groups follow each other in the sidebar."""
        def are():
            own = [name.split(', ')[0] for name in self.sidebar.names()]
            return [name for name in own if name in names] == list(names)
        wait_until(are, 10, f'the groups are {names}')

    def name(self, heading, text):
        """Answers a question for a name."""
        entry = self.window.wait_for(heading, 'text')
        wait_until(lambda: self.window.has_state(entry, 'focused'), 5, 'the entry has the focus')
        self.window.key('ctrl+a')
        self.window.type(text)
        self.window.key('Return')
        self.window.wait_gone(heading, 'text')

    def menu(self, item):
        """An item of the menu that a key opens, by the keyboard."""
        self.window.key('Menu')
        self.window.choose(item)


def test_a_new_group_by_keyboard(stage):
    stage.focus('Groups')
    stage.menu('New Group…')
    stage.name('New Group', 'web')
    stage.sidebar.wait('web')


def test_a_vm_of_a_host_is_added(stage):
    table = stage.show_host('seoul-1', 'app-001')
    stage.drag(table.wait('app-001'), stage.sidebar.wait('web'), 'Add 1 to web')
    stage.watch.wait_groups({'app-001': {'web'}})
    table.wait('app-001')


def test_a_selection_is_added(stage):
    table = stage.show_host('seoul-1', 'app-001')
    stage.pick(table, 'app-001')
    stage.pick(table, 'db-001', ['shift'])
    names = [name.split(',')[0] for name in table.names()]
    names = names[:names.index('db-001') + 1]
    # Who is in it already does not count.
    stage.drag(table.wait('app-002'), stage.sidebar.wait('web'), f'Add {len(names) - 1} to web')
    stage.watch.wait_groups({name: {'web'} for name in names})


def test_a_new_group_of_a_selection(stage):
    table = stage.show_host('busan-1', 'db-002')
    stage.pick(table, 'db-002')
    stage.menu('New Group from Selection…')
    stage.name('New Group', 'db')
    stage.watch.wait_groups({'db-002': {'db'}})
    stage.sidebar.wait('db')


def test_a_member_is_moved(stage):
    table = stage.show('group:web', 'app-001')
    stage.drag(table.wait('app-001'), stage.sidebar.wait('db'), 'Move 1 to db')
    stage.watch.wait_groups({'app-001': {'db'}, 'app-002': {'web'}})
    table.wait_gone('app-001')


def test_ctrl_adds(stage):
    table = stage.show('group:web', 'app-002')
    stage.drag(table.wait('app-002'), stage.sidebar.wait('db'), 'Add 1 to db', modifiers=['ctrl'])
    stage.watch.wait_groups({'app-002': {'web', 'db'}})


def test_shift_moves(stage):
    table = stage.show_host('seoul-1', 'app-002')
    stage.drag(table.wait('app-002'), stage.sidebar.wait('web'), 'Move 1 to web',
               modifiers=['shift'])
    stage.watch.wait_groups({'app-002': {'web'}})


def test_one_gesture_is_one_undo(stage):
    """From two groups into one: that is several operations, and taken back together."""
    before = {'app-001': {'db'}, 'app-002': {'web'}, 'cache-001': {'web'}}
    table = stage.show_host('seoul-1', 'app-001')
    stage.pick(table, 'app-001')
    stage.pick(table, 'cache-001', ['shift'])
    stage.watch.submit('join-group', ['wiki'], group='spare')
    stage.drag(table.wait('app-001'), stage.sidebar.wait('spare'), 'Move 3 to spare',
               modifiers=['shift'])
    stage.watch.wait_groups({name: {'spare'} for name in before})
    stage.window.key('ctrl+z')
    stage.watch.wait_groups(before)


def test_a_host_in_a_group(stage):
    stage.drag(stage.sidebar.wait('daegu-2'), stage.sidebar.wait('web'), 'Add 1 to web')
    stage.watch.wait_groups({'daegu-2': {'web'}})


def test_groups_are_put_in_order(stage):
    stage.in_order('db', 'spare', 'web')
    stage.drag(stage.sidebar.wait('web'), stage.sidebar.wait('db'), 'Put before db', BEFORE)
    stage.in_order('web', 'db', 'spare')
    stage.drag(stage.sidebar.wait('db'), stage.sidebar.wait('spare'), 'Put after spare', AFTER)
    stage.in_order('web', 'spare', 'db')


def test_a_group_in_a_group(stage):
    stage.drag(stage.sidebar.wait('db'), stage.sidebar.wait('web'), 'Move into web')
    stage.watch.wait_groups({'db-002': {'web/db'}, 'app-001': {'web/db'}, 'app-002': {'web'}})


def test_what_is_forbidden(stage):
    child = stage.sidebar.wait('db', below='web')
    stage.refuse(stage.sidebar.wait('web'), stage.sidebar.wait('web'), 'Cannot go into itself')
    stage.refuse(stage.sidebar.wait('web'), child, 'Cannot go into itself')
    stage.refuse(stage.sidebar.wait('spare'), stage.sidebar.wait('web'),
                 'A group can only be moved', ['ctrl'])
    stage.refuse(stage.sidebar.wait('spare'), stage.sidebar.wait('seoul-1'),
                 'Only VMs can be on a host')
    table = stage.show_host('seoul-1', 'app-002')
    stage.refuse(table.wait('db-001'), stage.sidebar.wait('busan-1'),
                 'Cannot migrate yet')
    stage.refuse(table.wait('db-001'), stage.sidebar.wait('web'), 'Already in web')
    stage.watch.wait_groups({'db-001': {'web'}, 'db-002': {'web/db'}, 'wiki': {'spare'}})


def test_escape_gives_up(stage):
    before = len(stage.watch.poll().operations)
    table = stage.show_host('seoul-1', 'mail')
    spare = stage.sidebar.wait('spare')
    with Drag(stage.window, table.wait('mail')) as drag:
        drag.until(spare, lambda: 'Add 1 to spare' in stage.sidebar.says(spare), 'the row says it')
        drag.give_up()
    wait_until(lambda: 'Add 1' not in stage.sidebar.says(spare), 10, 'the row is itself again')
    stage.nothing_was_asked(before)


def test_undo_in_the_toast(stage):
    table = stage.show_host('seoul-1', 'mail')
    stage.drag(table.wait('mail'), stage.sidebar.wait('spare'), 'Add 1 to spare')
    stage.watch.wait_groups({'mail': {'spare'}})
    stage.undo_by_toast()
    stage.watch.wait_groups({'mail': set()})
    stage.toast('Undone: Added mail to spare')


def test_undo_skips_what_others_changed(stage):
    table = stage.show_host('seoul-1', 'mail')
    stage.pick(table, 'mail')
    stage.pick(table, 'monitor', ['shift'])
    stage.drag(table.wait('mail'), stage.sidebar.wait('spare'), 'Add 2 to spare')
    stage.watch.wait_groups({'mail': {'spare'}, 'monitor': {'spare'}})
    stage.watch.submit('join-group', ['monitor'], group='theirs')
    stage.sidebar.wait('theirs')
    stage.window.key('ctrl+z')
    stage.watch.wait_groups({'mail': set(), 'monitor': {'spare', 'theirs'}})
    stage.toast('1 was changed by someone else since and left alone.')


def test_a_group_that_goes_while_something_is_dragged(stage):
    table = stage.show_host('seoul-1', 'mail')
    theirs = stage.sidebar.wait('theirs')
    with Drag(stage.window, table.wait('mail')) as drag:
        drag.until(theirs, lambda: 'Add 1 to theirs' in stage.sidebar.says(theirs),
                   'the row says it')
        stage.watch.submit('leave-group', ['monitor'], group='theirs')
        stage.sidebar.wait_gone('Add 1 to theirs')
        stage.sidebar.wait_gone('theirs')
        drag.drop()
    stage.watch.wait_groups({'monitor': {'spare'}, 'mail': set()})


def test_a_row_that_just_opened_takes_nothing(stage):
    """Who lets go right then meant what was there before. On a busy machine the hand can be late;
    then it is tried again."""
    stage.watch.submit('join-group', ['git'], group='folded')
    for _attempt in range(5):
        table = stage.show_host('seoul-1', 'dns-001')
        folded = stage.sidebar.wait('folded')
        before = len(stage.watch.poll().operations)
        with Drag(stage.window, table.wait('dns-001')) as drag:
            drag.drop_when(folded, lambda rows=stage.sidebar.count(): stage.sidebar.count() > rows,
                           'the row opens')
        with contextlib.suppress(Failure):
            stage.nothing_was_asked(before)
            break
        stage.window.key('ctrl+z')
        stage.watch.wait_groups({'dns-001': set()})
        stage.focus('folded')
        stage.window.key('Left')
    else:
        raise Failure('what was let go at once went into the group each time')
    # It takes what is let go there later.
    folded = stage.sidebar.wait('folded')
    with Drag(stage.window, table.wait('dns-001')) as drag:
        drag.until(folded, lambda: 'Add 1 to folded' in stage.sidebar.says(folded), 'it says so')
        time.sleep(SETTLED)
        drag.drop()
    stage.watch.wait_groups({'dns-001': {'folded'}})


def test_rename_by_key(stage):
    stage.focus('spare')
    stage.window.key('F2')
    stage.name('Rename spare', 'reserve')
    stage.watch.wait_groups({'wiki': {'reserve'}, 'monitor': {'reserve'}})
    stage.sidebar.wait('reserve')


def test_cut_copy_and_paste(stage):
    stage.focus('monitor', below='reserve')
    stage.window.key('ctrl+c')
    stage.toast('monitor copied')
    stage.focus('web')
    stage.window.key('ctrl+v')
    stage.watch.wait_groups({'monitor': {'reserve', 'web'}})
    stage.focus('wiki', below='reserve')
    stage.window.key('ctrl+x')
    stage.toast('wiki cut.')
    stage.focus('web')
    stage.window.key('ctrl+v')
    stage.watch.wait_groups({'wiki': {'web'}})


def test_remove_by_key(stage):
    stage.show('group:reserve', 'monitor')
    stage.focus('monitor', below='reserve')
    stage.window.key('Delete')
    stage.watch.wait_groups({'monitor': {'web'}})
    stage.wait_gone('monitor', below='reserve')
    stage.window.key('ctrl+z')
    stage.watch.wait_groups({'monitor': {'web', 'reserve'}})


def test_move_to_by_typing(stage):
    table = stage.show('group:reserve', 'monitor')
    stage.pick(table, 'monitor')
    stage.menu('Move to…')
    stage.window.wait_for('Group', 'entry')
    stage.window.type('DB')
    stage.window.wait_for('db, in web', 'list item')
    stage.window.key('Return')
    stage.watch.wait_groups({'monitor': {'web', 'web/db'}})


def test_delete_a_group(stage):
    stage.focus('web')
    stage.window.key('Delete')
    stage.watch.wait_groups({'db-002': set(), 'app-002': set(), 'daegu-2': set()})
    stage.wait_gone('web')
    stage.window.key('ctrl+z')
    stage.watch.wait_groups({'db-002': {'web/db'}, 'app-002': {'web'}, 'daegu-2': {'web'}})


def test_nothing_was_warned_of(stage):
    if stage.console.poll() is not None:
        raise Failure(f'the console ended with status {stage.console.returncode}')
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
