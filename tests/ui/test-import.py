# SPDX-License-Identifier: GPL-3.0-or-later
"""Images come in: of a file and of an address, to several hosts at once, hostile and damaged ones,
cancelled and cut midway; in a real window, on real agents with libvirt's test driver."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ['MURI_SOURCE_ROOT'], 'tests', 'harness'))
from dialog import Dialog  # noqa: E402
from harness import wait_until  # noqa: E402
from stage import Stage  # noqa: E402
from templates import Images  # noqa: E402
import tap  # noqa: E402

GIB = 1 << 30


class ImportStage(Stage):
    def __init__(self, stack):
        super().__init__(stack)
        self.images = Images(stack)

    def begin(self, path):
        self.window.action('win.import-template', path)
        return Dialog(self.window, ['Import Template', os.path.basename(path)])

    def choose_hosts(self, dialog, *names):
        dialog.click('Choose hosts…', 'label')
        for name in names:
            dialog.wait_for(name, 'label')
            self.window.key('ctrl+a')
            self.window.type(name)
            self.window.key('Return')
        self.window.key('Escape')
        dialog.wait_for(lambda text: all(name in text for name in names), 'label')

    def ready(self, name, seconds=60):
        self.window.action('win.show-templates')
        return self.window.wait_for(
            lambda text: text.startswith(name + ', ') and text.endswith('Ready'), None, seconds)

    def no_card(self, name):
        self.window.action('win.show-templates')
        self.window.wait_gone(lambda text: text.startswith(name + ', '), None, 30)

    def ledger_says(self, *words):
        self.window.action('win.show-operations')
        self.window.wait_for_words(words, 60)


def write(path, data):
    with open(path, 'wb') as file:
        file.write(data)
    return path


def test_several_hosts_get_one_file(stage):
    dialog = stage.begin(stage.images.make('Tiny Linux.qcow2', GIB, 2 << 20))
    dialog.wait_says('qcow2')
    dialog.wait_says('a disk of 1\u00a0GiB')
    stage.choose_hosts(dialog, 'busan-1', 'seoul-1')
    stage.window.screenshot(tap.artefact('import-several'))
    dialog.click('Import')
    dialog.wait_gone(60)
    stage.ready('Tiny Linux')
    stage.ledger_says('Import Template Tiny Linux', 'Fetch Tiny Linux to 1 Host', '1 done',
                      'follows an earlier one')
    stage.window.action('win.show-templates')
    stage.window.wait_for_words(['2 holders'], 30)


def test_what_reads_other_files_is_not_sent(stage):
    path = os.path.join(stage.images.directory, 'hostile.qcow2')
    subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-u', '-b', '/etc/shadow', '-F',
                    'raw', path, '1G'], check=True)
    dialog = stage.begin(path)
    dialog.wait_says('it reads another file, “/etc/shadow”')
    stage.choose_hosts(dialog, 'busan-1')
    button = dialog.wait_for('Import', 'push button')
    wait_until(lambda: not stage.window.has_state(button, 'sensitive'), 10, 'it is not imported')
    stage.window.screenshot(tap.artefact('import-hostile'))
    stage.window.key('Escape')
    dialog.wait_gone()


def test_an_absurd_size_is_not_sent(stage):
    path = stage.images.make('absurd.qcow2', GIB)
    with open(path, 'r+b') as file:
        file.seek(24)
        file.write((1 << 60).to_bytes(8, 'big'))
    dialog = stage.begin(path)
    dialog.wait_says('its disk is larger than any host takes')
    stage.window.key('Escape')
    dialog.wait_gone()


def test_what_is_cut_off_is_refused_with_the_reason(stage):
    whole = stage.images.make('whole.qcow2', GIB, 2 << 20)
    with open(whole, 'rb') as file:
        data = file.read()
    dialog = stage.begin(write(os.path.join(stage.images.directory, 'cut.qcow2'),
                               data[:len(data) * 3 // 4]))
    stage.choose_hosts(dialog, 'busan-1')
    dialog.click('Import')
    dialog.wait_says('busan-1 did not take it', 60)
    stage.window.screenshot(tap.artefact('import-cut'))
    # The questions are there again, with their answers.
    dialog.wait_says('cut.qcow2')
    stage.window.key('Escape')
    dialog.wait_gone()
    stage.no_card('cut')


def test_a_cancelled_import_leaves_nothing(stage):
    server = stage.server_of('busan-1')
    os.kill(server, signal.SIGSTOP)
    try:
        dialog = stage.begin(stage.images.make('Given up.qcow2', GIB, 4 << 20))
        stage.choose_hosts(dialog, 'busan-1')
        dialog.click('Import')
        dialog.wait_says('Sending to busan-1', 30)
        stage.window.screenshot(tap.artefact('import-sending'))
        dialog.click('Cancel')
        dialog.wait_gone()
    finally:
        os.kill(server, signal.SIGCONT)
    stage.ledger_says('Import Template Given up', '1 cancelled')
    stage.no_card('Given up')


def test_a_cut_upload_goes_on(stage):
    server = stage.server_of('busan-1')
    os.kill(server, signal.SIGSTOP)
    dialog = stage.begin(stage.images.make('Interrupted.qcow2', GIB, 4 << 20))
    stage.choose_hosts(dialog, 'busan-1')
    dialog.click('Import')
    dialog.wait_says('Sending to busan-1', 30)
    os.kill(server, signal.SIGKILL)
    dialog.wait_gone(90)
    stage.ready('Interrupted')


def test_from_an_address(stage):
    path = stage.images.make('Remote.qcow2', GIB, 1 << 20)
    with open(path, 'rb') as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    shutil.copy(path, os.path.join(stage.images.directory, 'Other.qcow2'))
    for file, digits, words in (('Remote', digest, '1 done'), ('Other', '0' * 64, '1 failed')):
        stage.window.action('win.fetch-template')
        dialog = Dialog(stage.window, ['Template from an Address'])
        dialog.click(lambda text: text.startswith('Address'), 'text')
        stage.window.type(f'{stage.images.address}/{file}.qcow2')
        dialog.click(lambda text: text.startswith('SHA-256'), 'text')
        stage.window.type(digits)
        dialog.click('Name', 'text')
        stage.window.type(file)
        stage.choose_hosts(dialog, 'daegu-2')
        stage.window.screenshot(tap.artefact(f'address-{file}'))
        dialog.click('Import')
        dialog.wait_gone()
        stage.ledger_says(f'Fetch {file} to 1 Host', words)
    stage.ready('Remote')
    stage.window.screenshot(tap.artefact('gallery-after'))


def test_nothing_was_warned_of(stage):
    stage.check_warnings()


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    with contextlib.ExitStack() as stack:
        stage = ImportStage(stack)
        return tap.run(tests, stage,
                       lambda name: stage.window.screenshot(tap.artefact('failed ' + name)))


sys.exit(main())
