# SPDX-License-Identifier: GPL-3.0-or-later
"""A template that is known not to be generalised: who clones it is warned, and gets a generalised
one from there; in a real window, on real agents with libvirt's test driver."""

import contextlib
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from gi.repository import GLib  # noqa: E402

from demo import start_demo  # noqa: E402
from dialog import Dialog  # noqa: E402
from harness import run_quietly  # noqa: E402
from stage import Stage  # noqa: E402
import tap  # noqa: E402

ID = str(uuid.uuid4())
HOST = 'busan-1'
FACTS = '''[template]
name=Debian 12
os=debian12
format=qcow2
state=1
pool=muri
volume=muri-{id}.qcow2
path={images}/muri-{id}.qcow2
size=1073741824
allocation=200704
vcpus=2
memory=1048576
generalised=2
created=1700000000000000
'''
MACHINE = '''<domain type="test"><memory unit="MiB">1024</memory><vcpu>2</vcpu>
<os><type arch="x86_64">hvm</type></os><devices><disk type="file" device="disk">
<driver name="qemu" type="qcow2"/><target dev="vda" bus="virtio"/></disk></devices></domain>'''


def start(processes, directory, zone):
    """As it would be known after a look into it, which simulated hosts cannot take."""
    state = os.path.join(directory, f'node-{HOST}')
    templates, images = os.path.join(state, 'templates'), os.path.join(state, 'images')
    for path in (templates, images):
        os.makedirs(path, mode=0o700)
    run_quietly(['qemu-img', 'create', '-q', '-f', 'qcow2', f'{images}/muri-{ID}.qcow2', '1G'])
    for suffix, text in (('ini', FACTS.format(id=ID, images=images)), ('xml', MACHINE)):
        with open(os.path.join(templates, f'{ID}.{suffix}'), 'w', encoding='utf-8') as file:
            file.write(text)
    return start_demo(processes, directory, zone)


class TemplateStage(Stage):
    def __init__(self, stack):
        super().__init__(stack, start=start)

    def card(self, name):
        return self.window.wait_for(
            lambda text: text.startswith(name) and text.endswith('Ready'), None, 60)


def test_its_page_says_so(stage):
    stage.window.action('win.show-templates')
    stage.card('Debian 12, ')
    stage.window.action('win.show-template', ID)
    stage.window.wait_for_words(['It is not generalised', 'Generalise…'])
    stage.window.screenshot(tap.artefact('template'))


def test_who_clones_it_is_warned(stage):
    stage.window.action('win.new-vms', GLib.Variant('(ss)', (ID, '')))
    dialog = Dialog(stage.window, ['New VMs', 'share its machine ID'])
    stage.window.screenshot(tap.artefact('new-vms'))
    dialog.click('Generalise First…')
    question = Dialog(stage.window, ['Generalise Debian 12?', HOST, 'Name of the new template'])
    stage.window.screenshot(tap.artefact('question'))
    question.click('Generalise')
    question.wait_gone()


def test_the_new_one_is_another(stage):
    stage.window.action('win.show-templates')
    stage.card('Debian 12, generalised, ')
    stage.card('Debian 12, Debian 12')


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = TemplateStage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
