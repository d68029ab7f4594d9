# SPDX-License-Identifier: GPL-3.0-or-later
"""What processes use."""

import time

from harness import Failure


def processor_seconds(pid):
    """CPU that a process has used, ended threads included, to the nanosecond."""
    return time.clock_gettime(~pid << 3 | 2)  # the process' clock, as clock_getcpuclockid() says


def megabytes(pid, kind='Rss'):
    """Resident memory, or its share where several processes have it (Pss)."""
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii', errors='replace') as rollup:
        for line in rollup:
            if line.startswith(f'{kind}:'):
                return int(line.split()[1]) * 1024 / 1e6
    raise Failure(f'process {pid} has no memory')


def watch_processor(seconds, pids):
    """CPU seconds a second of each process over a window."""
    before = {name: processor_seconds(pid) for name, pid in pids.items()}
    start = time.monotonic()
    time.sleep(seconds)
    span = time.monotonic() - start
    return {name: (processor_seconds(pid) - before[name]) / span for name, pid in pids.items()}
