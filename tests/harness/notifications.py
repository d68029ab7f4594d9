# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop's notifications, as a shell would be asked to show them."""

import threading

from gi.repository import Gio, GLib

INTERFACE = '''<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/>
<arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>'''
PATH = '/org/freedesktop/Notifications'


class Notifications:
    """Take the name before the console starts: it asks once whether there is somebody."""

    def __init__(self):
        self.shown = []  # (number, summary, body)
        self.loop = None
        self.bus = None
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait(10)

    def _run(self, ready):
        context = GLib.MainContext()
        context.push_thread_default()
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        info = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        self.bus.register_object(PATH, info, self._on_call, None, None)
        Gio.bus_own_name_on_connection(self.bus, 'org.freedesktop.Notifications',
                                       Gio.BusNameOwnerFlags.NONE, lambda *_a: ready.set(), None)
        self.loop = GLib.MainLoop(context)
        self.loop.run()

    def _on_call(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        if method == 'Notify':
            _app, replaced, _icon, summary, body = parameters.unpack()[:5]
            number = replaced or len(self.shown) + 1
            self.shown.append((number, summary, body))
            invocation.return_value(GLib.Variant('(u)', (number,)))
        elif method == 'GetCapabilities':
            invocation.return_value(GLib.Variant('(as)', (['actions', 'body'],)))
        else:
            invocation.return_value(None)

    def find(self, summary):
        return next((entry for entry in self.shown if entry[1] == summary), None)

    def press(self, entry):
        """What a click on it does."""
        self.bus.emit_signal(None, PATH, 'org.freedesktop.Notifications', 'ActionInvoked',
                             GLib.Variant('(us)', (entry[0], 'default')))
