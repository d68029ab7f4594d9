# SPDX-License-Identifier: GPL-3.0-or-later
"""How long an image takes to one host and to eight, in network namespaces with 200 Mbit/s each."""

import os
import tempfile
import time

from figures import figure
from harness import Failure
from namespaces import MIB, Network, follow, hosts, make_image

SIZE = 256 * MIB
HOSTS = 8
BITS = 200e6

# Without a word from any of them, in seconds.
PATIENCE = 300


def distribute(seed, others, sha256):
    began = time.monotonic()
    follow([host.fetch(sha256, seed) for host in others], PATIENCE)
    took = time.monotonic() - began
    for host in others:
        host.forget()
    return took


def measure():
    if os.geteuid() != 0:
        raise Failure('network namespaces are made by root')
    # Eight hosts would have eight disks: in memory none waits for another's.
    with tempfile.TemporaryDirectory(prefix='muri-transfer-', dir='/dev/shm') as folder:
        image = os.path.join(folder, 'image')
        sha256 = make_image(image, SIZE)
        with Network(HOSTS + 1, '200mbit') as network, hosts(network, folder) as all_hosts:
            seed, *others = all_hosts
            seed.offer(image)
            one = distribute(seed, others[:1], sha256)
            two = distribute(seed, others[:2], sha256)
            eight = distribute(seed, others, sha256)
    figure('distribute-256-mb-1-host', one, 's', '-', 'the line alone', SIZE * 8 / BITS)
    figure('distribute-256-mb-2-hosts', two, 's', '<2', 'to one host', one)
    figure('distribute-256-mb-8-hosts', eight, 's', '<2', 'to one host', one)
