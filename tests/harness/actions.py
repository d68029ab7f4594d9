#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""actions.py PID GROUP.ACTION [TEXT]: activates an action of the console with this pid.

GTK exports them on the session bus: app.NAME of the application, win.NAME of its first window.
"""

import sys

from gi.repository import Gio, GLib

from harness import APPLICATION_ID, Failure, wait_until

OBJECT_PATH = '/' + APPLICATION_ID.replace('.', '/')


class Actions:
    def __init__(self, pid, seconds=10):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.owner = wait_until(lambda: self._find_owner(pid), seconds,
                                'the console exports its actions on the session bus')

    def activate(self, name, parameter=None):
        """The parameter is a GVariant or a string."""
        group, _, action = name.partition('.')
        path = OBJECT_PATH if group == 'app' else f'{OBJECT_PATH}/window/1'
        if isinstance(parameter, str):
            parameter = GLib.Variant('s', parameter)
        known = self._call(self.owner, path, 'org.gtk.Actions', 'List')[0]
        if action not in known:
            raise Failure(f'the console has no action {name}')
        self._call(self.owner, path, 'org.gtk.Actions', 'Activate', GLib.Variant(
            '(sava{sv})', (action, [] if parameter is None else [parameter], {})))

    def _find_owner(self, pid):
        """By pid: a console with a data directory of its own takes no well-known name."""
        for name in self._call_bus('ListNames')[0]:
            try:
                if name.startswith(':') and pid == self._call_bus(
                        'GetConnectionUnixProcessID', GLib.Variant('(s)', (name,)))[0]:
                    self._call(name, f'{OBJECT_PATH}/window/1', 'org.gtk.Actions', 'List')
                    return name
            except GLib.Error:
                continue
        return None

    def _call_bus(self, method, parameters=None):
        return self._call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                          method, parameters)

    def _call(self, *words):
        words, parameters = (words[:4], words[4]) if len(words) > 4 else (words, None)
        return self.bus.call_sync(*words, parameters, None, Gio.DBusCallFlags.NONE, 60000,
                                  None).unpack()


def main():
    if len(sys.argv) not in (3, 4):
        print('usage: actions.py PID GROUP.ACTION [TEXT]', file=sys.stderr)
        return 2
    try:
        Actions(int(sys.argv[1])).activate(*sys.argv[2:])
    except Failure as failure:
        print(f'actions.py: {failure}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
