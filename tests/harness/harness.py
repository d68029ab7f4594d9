# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts and ends real parts: processes, waits with a deadline, free zones."""

import contextlib
import ctypes
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time

SOURCE_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD_ROOT = os.environ.get('MURI_BUILD_ROOT', os.path.join(SOURCE_ROOT, 'build'))
APPLICATION_ID = 'io.github.muri.Muri'

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)

# What will come true is given so many seconds at least: a busy machine is many times slower, and
# who waits for what is already so loses nothing.
PATIENCE = 90
# Exceptions of a condition that only mean: ask again.
ASK_AGAIN = []


class Failure(Exception):
    """What cannot be done, in a sentence for a person."""


def die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def adopt_orphans():
    """Whatever a part leaves behind becomes a child of this process, which can then end it."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_on_signals():
    """SIGTERM, SIGINT and SIGHUP unwind the stack, so that what was started is ended."""
    def leave(number, _frame):
        raise SystemExit(128 + number)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, leave)


def comes_true(condition, seconds, interval=0.05):
    """The condition's first true value; None when there is none before the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            value = condition()
        except tuple(ASK_AGAIN):
            value = None
        if value or time.monotonic() > deadline:
            return value or None
        time.sleep(interval)


def wait_until(condition, seconds, what, interval=0.05):
    """The condition's first true value; Failure after the deadline."""
    seconds = max(seconds, PATIENCE)
    value = comes_true(condition, seconds, interval)
    if not value:
        raise Failure(f'{what}: not so after {seconds:g} s')
    return value


def descendants(pid):
    """The processes below pid, children before grandchildren, zombies too."""
    parents = {}
    for entry in os.listdir('/proc'):
        if not entry.isdigit():
            continue
        try:
            with open(f'/proc/{entry}/stat', encoding='utf-8', errors='replace') as stat:
                fields = stat.read().rpartition(')')[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry))
    found = []
    queue = [pid]
    while queue:
        children = parents.get(queue.pop(0), [])
        found += children
        queue += children
    return found


def is_alive(pid):
    try:
        with open(f'/proc/{pid}/stat', encoding='utf-8', errors='replace') as stat:
            return stat.read().rpartition(')')[2].split()[0] not in 'ZX'
    except OSError:
        return False


def reap():
    """Collects the children that Popen does not know: adopted orphans."""
    with contextlib.suppress(ChildProcessError):
        for pid in _zombies():
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def _zombies():
    known = {process.pid for process in Processes.everyone}
    for entry in os.listdir('/proc'):
        if entry.isdigit() and int(entry) not in known:
            with contextlib.suppress(OSError):
                with open(f'/proc/{entry}/stat', encoding='utf-8', errors='replace') as stat:
                    fields = stat.read().rpartition(')')[2].split()
                if fields[0] == 'Z' and int(fields[1]) == os.getpid():
                    yield int(entry)


class Processes:
    """Processes that end with the `with` block, the last one first, each by its pid."""

    everyone = []

    def __init__(self):
        self.processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        for process in reversed(self.processes):
            stop(process)

    def start(self, command, **options):
        options.setdefault('stdin', subprocess.DEVNULL)
        process = subprocess.Popen(command, preexec_fn=die_with_parent, **options)
        self.processes.append(process)
        Processes.everyone.append(process)
        return process


    def stop_one(self, process):
        self.processes.remove(process)
        stop(process)


def stop(process, seconds=5):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_descendants(seconds=3):
    """Ends all that this process started, directly or not, and that is still there."""
    deadline = time.monotonic() + seconds
    number = signal.SIGTERM
    while True:
        reap()
        pids = descendants(os.getpid())
        if not pids:
            return
        if time.monotonic() > deadline:
            number = signal.SIGKILL
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        if number == signal.SIGKILL and time.monotonic() > deadline + 3:
            return
        time.sleep(0.05)


def run_quietly(command, **options):
    """Runs a command to its end; its words are shown only when it fails."""
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False, **options)
    if result.returncode:
        sys.stderr.write(result.stdout)
        raise Failure(f'{os.path.basename(command[0])} failed ({result.returncode})')
    return result.stdout


def warnings_in(path):
    """What a console warned of; that a desktop without a shell notifies of nothing is not ours."""
    with open(path, encoding='utf-8') as log:
        return [line.strip() for line in log if ('WARNING' in line or 'CRITICAL' in line)
                and 'unable to send notifications' not in line]


class Zone:
    """A DDS domain that nobody on this machine uses, held by a lock while it is in use.

    Tests in C choose theirs below 101; the ports of those between are taken at random."""

    def __init__(self, first=215, last=230):
        self.number = None
        start = os.getpid() % (last - first + 1)
        numbers = list(range(first, last + 1))
        for number in numbers[start:] + numbers[:start]:
            if self._take(number):
                self.number = number
                return
        raise Failure(f'every DDS domain from {first} to {last} is in use')

    def number_held(self, stack):
        """The number, held until the ExitStack unwinds."""
        stack.callback(os.close, self.lock)
        return self.number

    def _take(self, number):
        path = os.path.join('/tmp', f'muri-zone-{number}.lock')
        try:
            self.lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except PermissionError:
            return False
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self.lock)
            return False
        if self._is_silent(7400 + 250 * number):
            return True
        os.close(self.lock)
        return False

    @staticmethod
    def _is_silent(port):
        probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            probe.bind(('', port))
            return True
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
        finally:
            probe.close()


def cache_directory(*parts):
    base = os.environ.get('MURI_CACHE_DIR') or os.path.join(
        os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache'), 'muri')
    path = os.path.join(base, *parts)
    os.makedirs(path, exist_ok=True)
    return path
