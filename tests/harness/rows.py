# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of one list of the console: found at once, without the rest of the window."""

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

from harness import wait_until  # noqa: E402


def is_called(own, name):
    return own == name or own.startswith(name + ', ')


class Rows:
    """Rows are called by what a screen reader says of them, or by the beginning of that up to a
    comma: "web" is "web, group, 3 VMs, 1 running"."""

    def __init__(self, window, accessible):
        self.window = window
        self.list = accessible

    @classmethod
    def sidebar(cls, window):
        return cls(window, window.wait_for('Groups, hosts and VMs', 'list'))

    @classmethod
    def leftmost(cls, window):
        """The sidebar's, in any language."""
        lists = [accessible for accessible in window.walk()
                 if accessible.get_role_name() == 'list' and window.has_size(accessible)]
        return cls(window, min(lists, key=lambda found: (
            found.get_extents(Atspi.CoordType.WINDOW).x,
            found.get_extents(Atspi.CoordType.WINDOW).y)))

    @classmethod
    def table(cls, window, name):
        """The table that has a row of this name."""
        row = window.wait_for(lambda text: text.startswith(name + ', '), 'table row')
        return cls(window, row.get_parent())

    def all(self):
        """Names and rows, from the top; a row that leaves while it is asked is left out."""
        found = []
        self.list.clear_cache()
        for index in range(self.list.get_child_count()):
            try:
                row = self.list.get_child_at_index(index)
                if row and self.window.has_size(row):
                    place = row.get_extents(Atspi.CoordType.WINDOW)
                    found.append((place.y, row.get_name() or '', row))
            except GLib.Error:
                continue
        return [(name, row) for _y, name, row in sorted(found, key=lambda entry: entry[0])]

    def count(self):
        self.list.clear_cache()
        return self.list.get_child_count()

    def names(self):
        return [name for name, _row in self.all()]

    def find(self, name, below=None):
        """below: of several of that name, the first one under a row of that name."""
        for own, row in self.all():
            if below and is_called(own, below):
                below = None
            elif not below and is_called(own, name):
                return row
        return None

    def wait(self, name, below=None, seconds=10):
        return wait_until(lambda: self.find(name, below), seconds, f'there is a row “{name}”')

    def wait_gone(self, name, seconds=10):
        wait_until(lambda: not self.find(name), seconds, f'there is no row “{name}” any more')

    def focused(self):
        """The place of the row that the keyboard is at, from the top, or None."""
        for place, (_name, row) in enumerate(self.all()):
            # In a tree the expander takes the focus for its row.
            if any(part and self.window.has_state(part, 'focused')
                   for part in (row, row.get_child_at_index(0))):
                return place
        return None

    def says(self, row):
        """What is written in a row."""
        return ' '.join(word for word in self.window.words(row))
