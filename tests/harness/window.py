# SPDX-License-Identifier: GPL-3.0-or-later
"""The console's window as a person or a screen reader meets it: AT-SPI, mouse, keys, actions.

Import it only on a desktop that stands (with-display), in Debian's own python3.
"""

import subprocess

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

from actions import Actions  # noqa: E402
from harness import ASK_AGAIN, Failure, comes_true, run_quietly, wait_until  # noqa: E402

# What was asked is gone in the meantime, or had no time to answer.
ASK_AGAIN.append(GLib.Error)


class Window:
    """The first window of the process with this pid; waits until it is on the screen."""

    def __init__(self, pid, seconds=20):
        self.pid = pid
        Atspi.init()
        Atspi.set_timeout(30000, 60000)
        self.application = wait_until(self._find_application, seconds,
                                      'the console has a window that AT-SPI sees')
        self._actions = None
        self._own = None

    def _find_application(self):
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for index in range(desktop.get_child_count()):
            try:
                child = desktop.get_child_at_index(index)
                if child and child.get_process_id() == self.pid and child.get_child_count():
                    return child
            except GLib.Error:
                continue
        return None

    # What is there

    def walk(self, root=None, showing=True, closed=()):
        """Every accessible below root, parents first; by default without what is hidden.
        closed: roles whose insides are left out."""
        if root is None:
            self.application.clear_cache()
            root = self.application
        queue = [root]
        while queue:
            accessible = queue.pop()
            try:
                if showing and accessible is not root \
                        and accessible.get_role() != Atspi.Role.FRAME \
                        and not self.has_state(accessible, 'visible'):
                    continue
                yield accessible
                if accessible.get_role_name() in closed:
                    continue
                children = [accessible.get_child_at_index(index)
                            for index in range(accessible.get_child_count())]
            except GLib.Error:
                continue
            queue += [child for child in reversed(children) if child is not None]

    @staticmethod
    def has_state(accessible, state):
        return accessible.get_state_set().contains(getattr(Atspi.StateType, state.upper()))

    @staticmethod
    def has_size(accessible):
        """GTK 4.8 never says *showing*; what was never on the screen has no size."""
        extents = accessible.get_extents(Atspi.CoordType.WINDOW)
        return extents.width > 0 and extents.height > 0

    def find(self, name=None, role=None, root=None, showing=True, closed=()):
        """The first accessible whose name is, or satisfies, name and whose role is role."""
        for accessible in self.walk(root, showing, closed):
            try:
                if role and accessible.get_role_name() != role:
                    continue
                own = accessible.get_name() or ''
                if (name is None or (name(own) if callable(name) else own == name)) \
                        and (not showing or self.has_size(accessible)):
                    return accessible
            except GLib.Error:
                continue
        return None

    def wait_for(self, name=None, role=None, seconds=10, root=None, showing=True, closed=()):
        return wait_until(lambda: self.find(name, role, root, showing, closed), seconds,
                          f'there is {role or "something"} “{name}”', 0.1)

    def wait_gone(self, name=None, role=None, seconds=10, root=None):
        wait_until(lambda: self.find(name, role, root) is None, seconds,
                   f'there is no {role or "thing"} “{name}” any more', 0.1)

    def words(self, root=None, closed=()):
        """Everything that the window says, for conditions and for messages."""
        found = []
        for accessible in self.walk(root, closed=closed):
            try:
                found.append(accessible.get_name() or '')
                if accessible.is_text():
                    text = accessible.get_text_iface()
                    found.append(Atspi.Text.get_text(text, 0, text.get_character_count()) or '')
            except (GLib.Error, AttributeError):
                continue
        return [word for word in found if word]

    def wait_for_words(self, words, seconds=20, closed=()):
        def are_there():
            text = '\n'.join(self.words(closed=closed))
            return all(word in text for word in words)
        try:
            wait_until(are_there, seconds, 'the window says ' + ', '.join(words), 0.2)
        except Failure as failure:
            raise Failure(f'{failure}; it says: {"; ".join(self.words())[:2000]}') from None

    # What a person does

    def position(self, accessible):
        """The middle of an accessible on the screen."""
        x, y = self.origin()
        across, down = self.middle(accessible)
        return x + across, y + down

    @staticmethod
    def middle(accessible):
        """The middle of an accessible in its window, once it does not move any more."""
        before = None

        def at_rest():
            nonlocal before
            extents = accessible.get_extents(Atspi.CoordType.WINDOW)
            last, before = before, (extents.x, extents.y, extents.width, extents.height)
            return before == last and extents
        extents = wait_until(at_rest, 10, 'it is at rest')
        return extents.x + extents.width // 2, extents.y + extents.height // 2

    def wait_active(self, root=None):
        """Until what is typed goes to the console, and to this window of it."""
        if root is not None:
            # GTK tells of frames only. A question without anything that takes the focus is rare.
            comes_true(lambda: any(self.has_state(part, 'focused') for part in self.walk(root)), 5)
        command = ['xdotool', 'getactivewindow', 'getwindowpid']
        wait_until(lambda: subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False,
                                          stderr=subprocess.DEVNULL).stdout.strip()
                   == str(self.pid), 10, 'the console has the keyboard')

    def origin(self):
        """Where the window is on the screen, its shadow included."""
        return self._geometry()[:2]

    def size(self):
        return self._geometry()[2:]

    def resize(self, width, height):
        self.xdotool('windowsize', self._x_window(), str(width), str(height))

    def _x_window(self):
        """The largest: an application that drags has small ones besides, here and there."""
        if self._own is None or not self._area(self._own):
            self._own = max(self.x_windows(), key=self._area)
        return self._own

    def x_windows(self):
        """Asked again when one went in the midst of the search."""
        command = ['xdotool', 'search', '--onlyvisible', '--pid', str(self.pid)]
        return wait_until(lambda: subprocess.run(command, stdout=subprocess.PIPE, text=True,
                                                 stderr=subprocess.DEVNULL, check=False).stdout,
                          5, 'the console has a window on the screen').split()

    def _area(self, window):
        try:
            _x, _y, width, height = self._geometry_of(window)
            return width * height
        except Failure:
            return 0  # it went in the meantime

    def _geometry(self):
        return self._geometry_of(self._x_window())

    def _geometry_of(self, window):
        lines = self.xdotool('getwindowgeometry', '--shell', window).splitlines()
        values = dict(line.split('=') for line in lines if '=' in line)
        return tuple(int(values[name]) for name in ('X', 'Y', 'WIDTH', 'HEIGHT'))

    @staticmethod
    def xdotool(*words):
        return run_quietly(['xdotool', *words])

    def click(self, accessible, button=1, modifiers=()):
        x, y = self.position(accessible)
        words = ['mousemove', str(x), str(y)]
        for modifier in modifiers:
            words += ['keydown', modifier]
        words += ['click', str(button)]
        for modifier in modifiers:
            words += ['keyup', modifier]
        self.xdotool(*words)

    def key(self, *keys):
        self.wait_active()
        self.xdotool('key', '--clearmodifiers', *keys)

    def key_until(self, key, condition, what, presses=20, state=None):
        """Presses a key until the condition holds. state: what each press changes, so that none is
        pressed before the last one has taken effect."""
        for _press in range(presses):
            if comes_true(condition, 0.1 if state else 2):
                return
            before = state and state()
            self.key(key)
            if state:
                comes_true(lambda old=before: state() != old, 5)
        wait_until(condition, 1, what)

    def choose(self, name):
        """By the keyboard, in the menu that is open."""
        item = self.wait_for(name, 'menu item')
        items = self._items_beside(item)

        def focus():
            return [self.has_state(other, 'focused') for other in items]
        # A menu that was just opened may give the focus to its first item by itself.
        comes_true(lambda: any(focus()), 1)
        self.key_until('Down', lambda: self.has_state(item, 'focused'), f'“{name}” has the focus',
                       60, focus)
        self.key('Return')

    def _items_beside(self, item):
        """All items of an item's menu."""
        menu = item
        while menu.get_parent() is not None and menu.get_role_name() != 'menu':
            menu = menu.get_parent()
        return [found for found in self.walk(menu) if found.get_role_name() == 'menu item']

    def type(self, text):
        self.wait_active()
        self.xdotool('type', '--delay', '10', text)

    def action(self, name, parameter=None):
        """Activates app.NAME or win.NAME."""
        if self._actions is None:
            self._actions = Actions(self.pid)
        self._actions.activate(name, parameter)

    @staticmethod
    def screenshot(path):
        subprocess.run(['import', '-window', 'root', path], check=True)
