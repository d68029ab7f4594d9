# SPDX-License-Identifier: GPL-3.0-or-later
"""How long clones take: linked, full and a hundred at once, beside libvirt's own tools."""

import contextlib
import os
import shutil
import statistics
import subprocess
import tempfile
import time

from figures import figure, measured
from harness import Failure
from libvirtd import Libvirtd

MIB = 1024 * 1024
SIZE = 2048 * MIB
WRITTEN = 300
HOSTS = 4
COPIES = 3

ORIGINAL = '''<domain type="qemu"><name>original</name><memory unit="MiB">64</memory><vcpu>1</vcpu>
<os><type arch="x86_64" machine="q35">hvm</type></os><devices>
<disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="{image}"/>
<target dev="vda" bus="virtio"/></disk></devices></domain>'''


def run(*words):
    result = subprocess.run(words, check=False, text=True, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        raise Failure(f'{" ".join(words)}: {result.stdout.strip()}')


def make_image(path):
    run('qemu-img', 'create', '-q', '-f', 'qcow2', path, str(SIZE))
    run('qemu-io', '-f', 'qcow2', '-c', f'write -q -P 0x5a 0 {WRITTEN}M', path)


def by_virt_clone(libvirtd, folder, image):
    """Seconds that it takes, the median of some; None where it is not installed."""
    if not shutil.which('virt-clone'):
        return None
    definition = os.path.join(folder, 'original.xml')
    with open(definition, 'w', encoding='utf-8') as file:
        file.write(ORIGINAL.format(image=image))
    libvirtd.virsh('define', definition)
    took = []
    for number in range(COPIES):
        copy = os.path.join(folder, f'copy-{number}.qcow2')
        began = time.monotonic()
        run('virt-clone', '--quiet', '--connect', libvirtd.uri, '--original', 'original', '--name',
            f'copy-{number}', '--file', copy)
        took.append(time.monotonic() - began)
        os.unlink(copy)
    return statistics.median(took)


def report(values, virt_clone):
    overhead = values['linked'] - values['bare']
    figure('clone-linked', values['linked'], 'ms', '-', 'the bare libvirt calls', values['bare'])
    figure('clone-linked-over-bare-calls', overhead, 'ms', '< 12', 'the bare libvirt calls',
           values['bare'])
    if virt_clone:
        figure('clone-linked-of-300-mb', values['linked'], 'ms', '< 0.1', 'virt-clone',
               virt_clone * 1000)
    else:
        figure('clone-linked-of-300-mb', values['linked'], 'ms', 'virt-clone is not installed')
    figure('clone-full-of-300-mb', values['full'] / 1000, 's', '< 1.2',
           'qemu-img convert and sync', values['convert-synced'] / 1000)
    figure('clone-full-of-300-mb', values['full'] / 1000, 's', '-',
           'qemu-img convert, in memory only', values['convert'] / 1000)
    figure('clone-100-linked-on-4-hosts', values['hundred'] / 1000, 's', '< 10',
           'one after the other by bare calls', values['bare'] * 100 / 1000)


def measure():
    folder = tempfile.mkdtemp(prefix='muri-clones-')
    try:
        image = os.path.join(folder, 'image.qcow2')
        make_image(image)
        with contextlib.ExitStack() as stack:
            libvirtds = [stack.enter_context(Libvirtd([])) for _number in range(HOSTS)]
            values = measured('measure-clone', image, str(SIZE), *(one.uri for one in libvirtds))
            report(values, by_virt_clone(libvirtds[0], folder, image))
    finally:
        shutil.rmtree(folder)
