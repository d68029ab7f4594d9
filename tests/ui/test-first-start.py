# SPDX-License-Identifier: GPL-3.0-or-later
"""The first start on a computer with several networks: which of them has hosts is found out, and
the one chosen is used. The networks are a namespace's, so nothing leaves it."""

import contextlib
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from demo import DEMO_HOSTS, TEMPLATES, Agents, console_command, console_environment  # noqa: E402
from harness import Failure, Processes, Zone, warnings_in  # noqa: E402
from namespaces import run  # noqa: E402
import tap  # noqa: E402
from window import Window  # noqa: E402

INSIDE = 'MURI_TEST_INSIDE'
HOSTS = 'hosts0'
QUIET = 'quiet0'


def make_networks():
    run('ip', 'link', 'set', 'lo', 'up')
    for number, name in enumerate((QUIET, HOSTS)):
        run('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', f'{name}-end')
        run('ip', 'address', 'add', f'10.93.{number}.1/24', 'dev', name)
        run('ip', 'link', 'set', name, 'up')
        run('ip', 'link', 'set', f'{name}-end', 'up')


class Stage:
    def __init__(self, stack):
        make_networks()
        self.directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-ui-'))
        self.processes = stack.enter_context(Processes())
        self.zone = Zone().number_held(stack)
        self.agents = Agents(self.processes, self.directory)
        self.start_agent(DEMO_HOSTS[0])
        self.log = os.path.join(self.directory, 'console.log')
        with open(self.log, 'ab') as log:
            command = console_command([self.zone], os.path.join(self.directory, 'console'))
            self.console = self.processes.start(
                [word for word in command if word not in ('--interface', 'lo')],
                env=console_environment(os.environ), stdout=log, stderr=log)
        self.window = Window(self.console.pid)

    def start_agent(self, name):
        self.agents.start(name, f'test://{TEMPLATES}/node-{name}.xml', self.zone, simulate=True,
                          interface=HOSTS)
        self.agents.wait_ready(30)

    def buttons(self, name):
        return [part for part in self.window.walk()
                if part.get_role_name() == 'push button' and part.get_name() == name]

    def focused(self, root):
        return next((part.get_name() for part in self.window.walk(root)
                     if self.window.has_state(part, 'focused')), '')

    def press(self, name, role='push button'):
        self.window.click(self.window.wait_for(name, role))


def test_each_network_says_who_is_heard(stage):
    window = stage.window
    window.wait_for_words(['Choose a Network', 'No agent speaks on lo, but on another network.',
                           '10.93.1.1 · 1 host heard', '10.93.0.1 · no host heard'], 30)
    window.screenshot(tap.artefact('first start'))


def test_looking_again_finds_who_came(stage):
    stage.start_agent(DEMO_HOSTS[1])
    stage.press('Look Again')
    stage.window.wait_for_words(['10.93.1.1 · 2 hosts heard'], 30)


def test_the_chosen_network_is_used(stage):
    # In the kernel's order: the quiet one came first.
    stage.window.click(stage.buttons('Use This Network')[1])
    question = stage.window.wait_for(lambda name: True, 'dialog')
    stage.window.wait_active(question)
    stage.window.key_until('Tab', lambda: stage.focused(question).startswith('Use This Network'),
                           'the answer has the focus', state=lambda: stage.focused(question))
    stage.window.key('space')
    stage.window.wait_for_words(DEMO_HOSTS[:2], 30)


def test_nothing_was_warned_of(stage):
    if warnings := warnings_in(stage.log):
        raise Failure('; '.join(warnings))


def main():
    if INSIDE not in os.environ:
        os.environ[INSIDE] = '1'
        os.execvp('unshare', ['unshare', '--net', sys.executable, *sys.argv])
    with contextlib.ExitStack() as stack:
        stage = Stage(stack)
        return tap.run([value for name, value in globals().items() if name.startswith('test_')],
                       stage, lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
