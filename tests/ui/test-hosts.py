# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of servers themselves, from their menus: maintenance, storage, power by a typed
name, waking; in a real window, on real agents. logind is python-dbusmock's template."""

import contextlib
import os
import signal
import sys

from gi.repository import Gio, GLib

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from demo import DEMO_HOSTS, TEMPLATES, Agents  # noqa: E402
from dialog import Dialog  # noqa: E402
from harness import wait_until  # noqa: E402
from stage import Stage  # noqa: E402
import tap  # noqa: E402

# Only this one's configuration allows what its server is asked for.
ALLOWED = 'daegu-2'


def start_hosts(processes, directory, zone):
    agents = Agents(processes, directory)
    for name in DEMO_HOSTS:
        agents.start(name, f'test://{TEMPLATES}/node-{name}.xml', zone, simulate=True,
                     configuration='[host]\nallow-power=true\n' if name == ALLOWED else '')
    agents.wait_ready(30)
    return agents


class HostStage(Stage):
    def __init__(self, stack):
        # The bus of this desktop is the agents' system bus too, with a logind on it.
        os.environ['DBUS_SYSTEM_BUS_ADDRESS'] = os.environ['DBUS_SESSION_BUS_ADDRESS']
        super().__init__(stack, start=start_hosts)
        self.log = os.path.join(self.directory, 'logind.log')
        self.processes.start(['/usr/bin/python3', '-m', 'dbusmock', '--system', '--logfile',
                              self.log, '--template', 'logind'])
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        wait_until(lambda: bus.call_sync(
            'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameHasOwner',
            GLib.Variant('(s)', ('org.freedesktop.login1',)), None, 0, 5000, None).unpack()[0],
                   20, 'logind is there')

    def asked_of_logind(self):
        with open(self.log, encoding='utf-8') as file:
            return file.read()

    def ask(self, verb, host):
        self.window.action('win.act-node',
                           GLib.Variant('(ss)', (verb, self.agents.node_id(host))))

    def host(self, name, state, seconds=20):
        return self.window.wait_for(lambda text: text.startswith(f'{name}, {state}'), 'table row',
                                    seconds)

    def operation(self, *words):
        self.window.action('win.show-operations')
        self.window.wait_for(lambda name: all(word in name for word in words), 'list item', 20)


def test_maintenance_from_the_menu(stage):
    stage.show('fleet', 'hosts')
    stage.host('seoul-1', 'up')
    row = stage.window.wait_for(lambda name: name.startswith('seoul-1, '), 'list item')
    stage.window.click(row, button=3)
    stage.choose('Server')
    stage.choose('Enter Maintenance')
    stage.show('fleet', 'hosts')
    stage.host('seoul-1', 'in maintenance')
    stage.window.screenshot(tap.artefact('maintenance'))
    stage.operation('Enter Maintenance on seoul-1', '1 done')
    stage.ask('maintenance-off', 'seoul-1')
    stage.show('fleet', 'hosts')
    stage.host('seoul-1', 'up')


def test_storage(stage):
    stage.ask('refresh-storage', 'busan-1')
    stage.operation('Refresh Storage of busan-1', '1 done')


def test_what_is_not_allowed_is_explained(stage):
    stage.ask('host-shutdown', 'seoul-1')
    dialog = Dialog(stage.window, ['Shut Down Server seoul-1: Not Allowed'])
    dialog.wait_says('allow-power=true')
    stage.window.screenshot(tap.artefact('not-allowed'))
    stage.window.key('Escape')
    dialog.wait_gone()


def test_power_by_typed_name(stage):
    stage.ask('host-reboot', ALLOWED)
    dialog = Dialog(stage.window, [f'Restart Server {ALLOWED}?', f'Type {ALLOWED} to confirm.'])
    wait_until(lambda: dialog.focused()[0] in ('text', 'entry'), 5, 'the entry has the focus')
    button = dialog.wait_for('Restart Server', 'push button')
    if stage.window.has_state(button, 'sensitive'):
        raise AssertionError('it can be pressed before the name is typed')
    stage.window.type('daegu-')
    stage.window.key('Return')
    stage.window.type('2')
    wait_until(lambda: stage.window.has_state(button, 'sensitive'), 5, 'it can be pressed')
    stage.window.screenshot(tap.artefact('typed-name'))
    # Enter is never the destructive answer.
    if 'Reboot' in stage.asked_of_logind():
        raise AssertionError('it was restarted')
    dialog.click('Restart Server')
    stage.operation(f'Restart Server {ALLOWED}', '1 done')
    wait_until(lambda: 'Reboot' in stage.asked_of_logind(), 10, 'logind was asked')


def test_protected_vm_holds_its_server(stage):
    stage.submit('guard', 'ci')
    stage.ask('host-shutdown', ALLOWED)
    dialog = Dialog(stage.window, [f'Shut Down Server {ALLOWED}?'])
    stage.window.type(ALLOWED)
    dialog.click('Shut Down Server')
    stage.operation(f'Shut Down Server {ALLOWED}', '1 protected')
    if 'PowerOff' in stage.asked_of_logind():
        raise AssertionError('it was shut down')


def test_wake(stage):
    agent = next(process for name, process, _ready, _log in stage.agents.started
                 if name == 'busan-1')
    os.kill(agent.pid, signal.SIGTERM)
    stage.show('fleet', 'hosts')
    stage.host('busan-1', 'agent stopped')
    stage.ask('wake', 'busan-1')
    stage.operation('Wake Server busan-1', '1 done')


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = HostStage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
