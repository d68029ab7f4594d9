# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates for hosts that have none: small images, which agents fetch from an address here."""

import functools
import http.server
import os
import tempfile
import threading
import uuid

from harness import run_quietly


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_words):
        pass


class Images:
    """A folder of images, and its address."""

    def __init__(self, stack):
        self.directory = stack.enter_context(tempfile.TemporaryDirectory(prefix='muri-images-'))
        handler = functools.partial(Quiet, directory=self.directory)
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
        server.daemon_threads = True
        self.address = f'http://127.0.0.1:{server.server_address[1]}'
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        stack.callback(server.server_close)
        stack.callback(server.shutdown)

    def make(self, name, size, data=0):
        """A file: empty, or with so many bytes that no packing makes fewer."""
        path = os.path.join(self.directory, name)
        run_quietly(['qemu-img', 'create', '-q', '-f', 'qcow2', path, str(size)])
        if data:
            raw = path + '.raw'
            with open(raw, 'wb') as file:
                for _ in range(data >> 20):
                    file.write(os.urandom(1 << 20))
                file.truncate(size)
            run_quietly(['qemu-img', 'convert', '-q', '-f', 'raw', '-O', 'qcow2', raw, path])
            os.unlink(raw)
        return path

    def fetch(self, watch, host, file, name, **parameters):
        """The host makes a template of it; its id."""
        identity = str(uuid.uuid4())
        watch.submit('fetch-template', nodes=[host], timeout=120, words=name, template=identity,
                     url=f'{self.address}/{file}', name=name, format='qcow2', **parameters)
        return identity


def copy(watch, identity, name, *hosts):
    """These hosts get it from those that have it."""
    watch.submit('fetch-template', nodes=hosts, timeout=120, words=name, template=identity)
