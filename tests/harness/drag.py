# SPDX-License-Identifier: GPL-3.0-or-later
"""Drag and drop with a real pointer.

    with Drag(window, row) as drag:
        drag.over(target)
        drag.drop()

A drag that is neither dropped nor given up is given up at the end of the block.
"""

import subprocess

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi  # noqa: E402

from harness import wait_until  # noqa: E402

# GTK begins a drag only after the pointer has moved some way.
STEPS = (4, 9, 15, 22)
# Left in a row, where neither a figure nor a button is.
INDENT = 70

INTO, BEFORE, AFTER = 0.5, 0.1, 0.9


class Drag:
    def __init__(self, window, source, modifiers=(), over=None):
        """over: where it is held from the beginning."""
        self.window = window
        self.origin = window.origin()
        self.modifiers = list(modifiers)
        self.source = source
        self.target = over
        self.held = False

    def __enter__(self):
        # What was dragged before may still be there: it flies back when nobody took it.
        windows = set(self.window.x_windows())
        x, y = self.point(self.source)
        self.window.xdotool('mousemove', str(x), str(y), 'mousedown', '1')
        self.held = True
        try:
            for step in STEPS:
                self.window.xdotool('mousemove', str(x + step), str(y))
            for modifier in self.modifiers:
                self.window.xdotool('keydown', modifier)
            # What is dragged hangs at the pointer, in a window of its own.
            wait_until(lambda: set(self.window.x_windows()) - windows, 10,
                       'the drag has begun', 0.02)
            if self.target:
                self.over(self.target)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        if self.held:
            self.give_up()
        for modifier in self.modifiers:
            self.window.xdotool('keyup', modifier)

    def point(self, accessible, where=INTO):
        """A place on a row, on the screen; where: the share of its height from the top."""
        extents = accessible.get_extents(Atspi.CoordType.WINDOW)
        x, y = self.origin
        return (x + extents.x + min(INDENT, extents.width // 2),
                y + extents.y + round(extents.height * where))

    def over(self, accessible, where=INTO):
        """Moves there in steps, as a hand does, and stays."""
        x, y = self.point(accessible, where)
        words = []
        for step in (-12, -6, -2, 0):
            words += ['mousemove', str(x + step), str(y)]
        self.window.xdotool(*words)

    def until(self, accessible, condition, what, where=INTO, seconds=10):
        """Is held there until the condition holds; a hand is never quite still."""
        self.over(accessible, where)
        x, y = self.point(accessible, where)
        turn = 0

        def holds():
            nonlocal turn
            value = condition()
            if not value:
                turn = 1 - turn
                self.window.xdotool('mousemove', str(x + turn), str(y))
            return value
        return wait_until(holds, seconds, what)

    def drop_when(self, accessible, condition, what, seconds=10):
        """Is held there until the condition holds, and let go at that very moment."""
        with subprocess.Popen(['xdotool', '-'], stdin=subprocess.PIPE, text=True) as hand:
            self.over(accessible)
            wait_until(condition, seconds, what, 0.005)
            self.held = False
            hand.communicate('mouseup 1\n')

    def drop(self):
        self.held = False
        self.window.xdotool('mouseup', '1')

    def give_up(self):
        self.held = False
        self.window.xdotool('key', 'Escape', 'mouseup', '1')
