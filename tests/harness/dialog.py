# SPDX-License-Identifier: GPL-3.0-or-later
"""A question of the console: a window of its own, which the pointer reaches by its own place."""

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi  # noqa: E402

from harness import run_quietly, wait_until  # noqa: E402


class Dialog:
    """The newest window of the console besides its first one; waits until it is there and has the
    keyboard."""

    def __init__(self, window, words=(), seconds=10):
        self.window = window
        self.root = wait_until(lambda: self._find(words), seconds,
                               'there is a dialog that says ' + ', '.join(words), 0.1)
        window.wait_active(self.root)

    def _find(self, words):
        application = self.window.application
        application.clear_cache()
        for index in reversed(range(1, application.get_child_count())):
            root = application.get_child_at_index(index)
            if root is not None and self.window.has_size(root):
                text = '\n'.join(self.window.words(root))
                if all(word in text for word in words):
                    return root
        return None

    def says(self, text):
        return any(text in word for word in self.window.words(self.root))

    def wait_says(self, text, seconds=10):
        wait_until(lambda: self.says(text), seconds, f'the dialog says “{text}”', 0.1)

    def find(self, name=None, role=None):
        return self.window.find(name, role, self.root)

    def wait_for(self, name=None, role=None, seconds=10):
        """A button with a mnemonic is called by both of its labels: “_Cancel Cancel”."""
        if isinstance(name, str):
            return self.window.wait_for(
                lambda own: own == name or own.endswith(' ' + name), role, seconds, self.root)
        return self.window.wait_for(name, role, seconds, self.root)

    def focused(self):
        """What has the focus: its role and its name."""
        for accessible in self.window.walk(self.root):
            if self.window.has_state(accessible, 'focused'):
                return accessible.get_role_name(), accessible.get_name()
        return None, None

    def click(self, name, role='push button'):
        across, down = self.window.middle(self.wait_for(name, role))
        self.window.wait_active(self.root)
        place = run_quietly(['xdotool', 'getactivewindow', 'getwindowgeometry', '--shell'])
        values = dict(line.split('=') for line in place.splitlines() if '=' in line)
        run_quietly(['xdotool', 'mousemove',
                     str(int(values['X']) + across), str(int(values['Y']) + down), 'click', '1'])

    def set_number(self, name, number):
        """Into a spin button."""
        self.click(name, 'spin button')
        self.window.key('ctrl+a')
        self.window.type(str(number))
        self.window.key('Tab')

    def wait_gone(self, seconds=10):
        def is_gone():
            application = self.window.application
            application.clear_cache()
            return all(application.get_child_at_index(index) != self.root
                       for index in range(application.get_child_count()))
        wait_until(is_gone, seconds, 'the dialog is gone', 0.1)
