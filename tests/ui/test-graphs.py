# SPDX-License-Identifier: GPL-3.0-or-later
"""Graphs by mouse and keys: spans of time, the crosshair, marks, export, comparison."""

import contextlib
import csv
import os
import sys
import tempfile
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from demo import (DEMO_HOSTS, console_command, console_environment, demo_vm_ids,  # noqa: E402
                  start_demo)
from harness import (PATIENCE, Failure, Processes, Zone, comes_true, run_quietly,  # noqa: E402
                     wait_until)  # noqa: E402
import tap  # noqa: E402
from window import Window  # noqa: E402


class Stage:
    def __init__(self, stack):
        self.directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-graphs-'))
        processes = stack.enter_context(Processes())
        zone = Zone().number_held(stack)
        agents = start_demo(processes, self.directory, zone)
        self.log = os.path.join(self.directory, 'console.log')
        with open(self.log, 'wb') as log:
            console = processes.start(
                console_command([zone], os.path.join(self.directory, 'console')),
                env=console_environment(os.environ), stdout=log, stderr=log)
        self.window = Window(console.pid)
        self.window.wait_for_words(DEMO_HOSTS, 30)
        self.ids = {name: f'vm:{agents.node_id(host)}/{vm}'
                    for name, (host, vm) in demo_vm_ids().items()}
        self.found = None
        self.show('db-001')

    def show(self, name):
        self.found = None
        self.window.action('win.show-scope', self.ids[name])
        self.window.action('win.show-view', 'overview')
        self.plot()
        # Something to point at.
        wait_until(lambda: '—' not in self.read(), 20, 'figures of CPU came')

    def plot(self):
        if self.found is None:
            self.found = self.window.wait_for('CPU', 'image')
        return self.found

    def place(self, across, down=0.4):
        """A place of the plot, on the screen: shares of its width and height."""
        extents = self.plot().get_extents(Atspi.CoordType.WINDOW)
        x, y = self.window.position(self.plot())
        return (round(x + (across - 0.5) * extents.width),
                round(y + (down - 0.5) * extents.height))

    def pointer(self, *words):
        run_quietly(['xdotool', *[str(word) for word in words]])

    def move(self, across, down=0.4):
        x, y = self.place(across, down)
        self.pointer('mousemove', x - 3, y)
        time.sleep(0.1)
        self.pointer('mousemove', x, y)
        time.sleep(0.1)

    def drag(self, start, end, down=0.4):
        self.move(start, down)
        self.pointer('mousedown', '1')
        for step in range(1, 11):
            self.pointer('mousemove', *self.place(start + (end - start) * step / 10, down))
            time.sleep(0.03)
        self.pointer('mouseup', '1')

    def focus(self):
        """A press without a drag gives the plot the focus; the moment that it pins is let go."""
        for attempt in range(10):
            self.move(0.97)
            self.pointer('click', '1')
            # A page that was just being shown may take a press for itself.
            if comes_true(lambda: self.window.has_state(self.plot(), 'focused')
                          and self.is_pinned(), 5 if attempt < 9 else PATIENCE):
                break
        else:
            raise Failure('a press does not pin a moment')
        self.window.key('Escape')
        self.wait_pinned(False)

    def is_pinned(self):
        button = self.window.find('Back to Now', 'push button', showing=False)
        return button and self.window.has_state(button, 'sensitive')

    def wait_pinned(self, pinned):
        wait_until(lambda: bool(self.is_pinned()) == pinned, 10, f'a moment is pinned: {pinned}')

    def read(self):
        """What a screen reader is told: when, and the figures."""
        self.focus()
        return self.plot().get_description() or ''

    def follow(self):
        button = self.window.find('Now', 'push button')
        if button:
            self.window.click(button)
            self.window.wait_gone('Now', 'push button')

    def choose(self, name):
        """An item of the menu that is open; where a popover is on the screen AT-SPI cannot tell."""
        self.window.choose(name)

    def is_chosen(self, name):
        toggle = self.window.wait_for(name, 'push button')
        return self.window.has_state(toggle, 'pressed') or self.window.has_state(toggle, 'checked')


def test_the_ranges(stage):
    for name in ('1 h', '1 y', '5 min'):
        stage.window.click(stage.window.wait_for(name, 'push button'))
        wait_until(lambda: stage.is_chosen(name), 10, f'{name} is chosen')
    # It follows all the while: there is no way back to the present.
    stage.window.wait_gone('Now', 'push button')


def test_a_drag_zooms(stage):
    stage.drag(0.6, 0.9)
    stage.window.wait_for('Now', 'push button')
    stage.window.screenshot(tap.artefact('zoomed'))
    wait_until(lambda: not stage.is_chosen('5 min'), 10, 'a part of five minutes is none')
    stage.follow()


def test_the_wheel_zooms_at_the_pointer(stage):
    stage.window.click(stage.window.wait_for('5 min', 'push button'))
    stage.move(0.6)
    stage.pointer('click', '4')
    stage.window.wait_for('Now', 'push button')
    stage.move(0.6)
    stage.pointer('click', '5')
    stage.follow()
    stage.window.click(stage.window.wait_for('5 min', 'push button'))
    wait_until(lambda: stage.is_chosen('5 min'), 10, '5 min is chosen')


def test_the_axis_pans(stage):
    stage.drag(0.5, 0.7, 0.93)
    stage.window.wait_for('Now', 'push button')
    wait_until(lambda: stage.is_chosen('5 min'), 10, 'what was moved is as long as before')
    stage.follow()


def test_keys(stage):
    stage.focus()
    stage.window.key('Left')
    wait_until(lambda: ':' in stage.plot().get_description()[:4], 10, 'it is said when that was')
    # Of a second that this console slept through there are none.
    stage.window.key_until('Left', lambda: '%' in stage.plot().get_description(),
                           'figures are read')
    first = stage.plot().get_description()
    stage.window.key('Left')
    wait_until(lambda: stage.plot().get_description() != first, 10, 'the crosshair moves')
    stage.window.key('ctrl+Left', 'ctrl+Left', 'ctrl+Left')
    stage.window.key('plus')
    stage.window.wait_for('Now', 'push button')
    stage.window.key('Escape', 'End')
    stage.window.wait_gone('Now', 'push button')


def test_marks(stage):
    stage.window.action('win.act', GLib.Variant(
        '(sas)', ('power-on', [stage.ids['staging-web'].removeprefix('vm:')])))
    stage.show('staging-web')
    stage.focus()
    stage.window.key('Escape')

    def at_a_mark():
        stage.window.key('m')
        stage.window.key('Return')
        return stage.window.find(lambda text: text.startswith('Start staging-web'), 'label')

    words = wait_until(at_a_mark, 20, 'the mark of the operation says what it is', 0.5)
    stage.window.screenshot(tap.artefact('mark'))
    stage.window.click(words)
    stage.window.wait_for_words(['Operations', 'staging-web'])
    stage.show('db-001')


def test_export(stage):
    path = os.path.join(stage.directory, 'figures.csv')
    stage.window.click(stage.window.wait_for('Export', 'push button'))
    stage.choose('Export Data as CSV…')
    stage.window.wait_for('Export Graph')
    stage.window.key('ctrl+a')
    stage.window.type(path)
    stage.window.key('Return')
    wait_until(lambda: os.path.exists(path) and os.path.getsize(path) > 0, 20, 'it was written')
    with open(path, encoding='utf-8', newline='') as file:
        rows = list(csv.reader(file))
    if rows[0][0] != 'time' or len(rows) < 3 or len(rows[0]) != 7:
        raise Failure(f'that is no table of figures: {rows[:3]}')
    stage.window.wait_for_words(['Written to figures.csv'])


def test_comparison(stage):
    stage.window.action('win.show-scope', 'fleet')
    stage.window.action('win.show-view', 'vms')
    for name, modifiers in (('app-001', ()), ('app-002', ('ctrl',))):
        row = stage.window.wait_for(lambda text: text.startswith(name + ', '), 'table row')
        stage.window.click(stage.window.wait_for(name, 'label', root=row), modifiers=modifiers)
    stage.window.key('shift+F10')
    stage.choose('Compare…')
    stage.window.wait_for_words(['app-001 and app-002', 'Disk, Written'])
    stage.window.screenshot(tap.artefact('comparison'))
    stage.window.key('Escape')
    stage.window.wait_gone('app-001 and app-002')


def test_nothing_was_warned_of(stage):
    with open(stage.log, encoding='utf-8', errors='replace') as log:
        warnings = [line.strip() for line in log if '-WARNING' in line or '-CRITICAL' in line]
    warnings = [line for line in warnings if 'org.freedesktop.Notifications' not in line]
    if warnings:
        raise Failure('; '.join(warnings))


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = Stage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
