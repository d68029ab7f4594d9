# SPDX-License-Identifier: GPL-3.0-or-later
"""What was copied, read as another application would."""

import os

import gi

gi.require_version('Gdk', '4.0')
from gi.repository import Gdk, GLib  # noqa: E402

from harness import Failure  # noqa: E402


def read_clipboard(seconds=10):
    display = Gdk.Display.open(os.environ['DISPLAY'])
    loop = GLib.MainLoop()
    found = []

    def on_read(clipboard, result):
        try:
            found.append(clipboard.read_text_finish(result))
        except GLib.Error as error:
            found.append(error)
        loop.quit()

    display.get_clipboard().read_text_async(None, on_read)
    GLib.timeout_add_seconds(seconds, loop.quit)
    loop.run()
    if not found or not isinstance(found[0], str):
        raise Failure(f'the clipboard has no text: {found}')
    return found[0]
