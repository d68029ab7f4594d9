#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes pictures of the console. The job comes as JSON on standard input:

pid      the console's process
expect   words that the window must say before anything is taken
ids      what stands for {WORDS} in parameters
actions  actions (name, parameter) done first; a parameter is text, or has a type and a value
hand     what a person does then
screens  each with file, and optionally actions (name, parameter), hand (what a person does then:
         see HAND), expect (words), settle (seconds that graphs are given to fill), drag (what is
         held over the sidebar in the picture), dialog (a window of its own that Escape closes)
"""

import contextlib
import json
import sys
import time

from gi.repository import GLib

from drag import Drag
from harness import Failure, wait_until
from rows import Rows
from window import Window


def fill_in(value, ids):
    if isinstance(value, list):
        return [fill_in(part, ids) for part in value]
    if isinstance(value, dict):
        content = fill_in(value['value'], ids)
        return GLib.Variant(value['type'], tuple(content) if value['type'][0] == '(' else content)
    for words, text in ids.items():
        value = value.replace('{' + words + '}', text)
    return value


def act(window, actions, ids):
    for name, *parameters in actions:
        window.action(name, *[fill_in(parameter, ids) for parameter in parameters])


def count_windows(window):
    window.application.clear_cache()
    return window.application.get_child_count()


def wait_for_dialog(window):
    wait_until(lambda: count_windows(window) > 1, 10, 'there is a dialog')


def scroll(window, turns):
    """The wheel at the right side of the page, downwards."""
    x, y = window.origin()
    width, height = window.size()
    window.xdotool('mousemove', str(x + width - 16), str(y + height // 2),
                   'click', '--repeat', str(turns), '5')


def click(window, x, y):
    """So far from the window's corner."""
    left, top = window.origin()
    window.xdotool('mousemove', str(left + x), str(top + y), 'click', '1')


def pick(window, name):
    window.click(window.wait_for(name, 'label', root=Rows.table(window, name).wait(name)))


def plot(window, name):
    """A click in the middle of a graph, once it is drawn."""
    window.click(window.wait_for(name, 'image'))


# Nothing here depends on the language.
HAND = {
    'key': lambda window, *keys: window.key(*keys),
    'type': lambda window, text: window.type(text),
    'pick': pick,
    'click': click,
    'wait': lambda window, seconds: time.sleep(seconds),
    'plot': plot,
    'scroll': scroll,
    'row': lambda window, name: window.click(Rows.leftmost(window).wait(name)),
    'dialog': wait_for_dialog,
}


def drag(window, words):
    """From a row of the table, or else of the sidebar, over one of the sidebar."""
    sidebar = Rows.leftmost(window)
    held = (Rows.table(window, words['table']).wait(words['table']) if 'table' in words
            else sidebar.wait(words['sidebar']))
    return Drag(window, held, over=sidebar.wait(words['over']))


def take(window, screen, ids):
    act(window, screen.get('actions', []), ids)
    for name, *words in screen.get('hand', []):
        HAND[name](window, *words)
    if screen.get('expect'):
        window.wait_for_words(screen['expect'])
    # Out of the way, unless it drags: what is under the pointer looks different.
    window.xdotool('mousemove', str(window.size()[0] // 3), '2')
    with drag(window, screen['drag']) if 'drag' in screen else contextlib.nullcontext():
        # Transitions take 200 to 400 ms, and the figures come once a second.
        time.sleep(screen.get('settle', 1.2))
        window.screenshot(screen['file'])
    if screen.get('dialog'):
        # The first may close what is open in it.
        window.key_until('Escape', lambda: count_windows(window) == 1, 'the dialog is closed')


def main():
    job = json.load(sys.stdin)
    failures = 0
    try:
        window = Window(job['pid'])
    except Failure as failure:
        print(f'dev: {failure}', file=sys.stderr)
        return 1
    screens = job['screens']
    try:
        window.wait_for_words(job['expect'], 30)
        act(window, job.get('actions', []), job.get('ids', {}))
        for name, *words in job.get('hand', []):
            HAND[name](window, *words)
    except Failure as failure:
        print(f'dev: {failure}', file=sys.stderr)
        if screens:
            window.screenshot(screens[0]['file'] + '.failed.png')
        return 1
    for screen in screens:
        try:
            take(window, screen, job.get('ids', {}))
        except Failure as failure:
            print(f'dev: {screen["file"]}: {failure}', file=sys.stderr)
            window.screenshot(screen['file'] + '.failed.png')
            failures += 1
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
