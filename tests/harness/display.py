# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop without a monitor: Xvfb, openbox, a session bus, private XDG directories."""

import os
import shutil
import subprocess
import tempfile

from harness import BUILD_ROOT, Failure, Processes, run_quietly, wait_until

OPENBOX = '''<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <placement><policy>Smart</policy><center>no</center></placement>
  <desktops><number>1</number></desktops>
  <keyboard/>
  <mouse>
    <context name="Client">
      <mousebind button="Left" action="Press">
        <action name="Focus"/><action name="Raise"/>
      </mousebind>
    </context>
  </mouse>
</openbox_config>
'''


MESSAGE_SECONDS = 60


class Display:
    """`with Display(1280, 800) as display:` gives display.environment for what runs on it."""

    def __init__(self, width=1280, height=800, language='C.UTF-8'):
        self.width = width
        self.height = height
        self.environment = dict(os.environ)
        self.environment.update({
            'LANG': language, 'GDK_BACKEND': 'x11', 'GSK_RENDERER': 'cairo', 'GTK_USE_PORTAL': '0',
            'GSETTINGS_BACKEND': 'keyfile',
            'GSETTINGS_SCHEMA_DIR': os.path.join(BUILD_ROOT, 'data'),
            'MURI_LOCALEDIR': os.path.join(BUILD_ROOT, 'po'),
        })
        for name in ('WAYLAND_DISPLAY', 'LC_ALL', 'LC_MESSAGES', 'LANGUAGE', 'GTK_THEME',
                     'XDG_SESSION_TYPE', 'XDG_CURRENT_DESKTOP', 'NO_AT_BRIDGE'):
            self.environment.pop(name, None)
        self.processes = Processes()

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix='muri-display-')
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception):
        self.processes.__exit__()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _start(self):
        for variable, name in (('XDG_RUNTIME_DIR', 'run'), ('XDG_CONFIG_HOME', 'config'),
                               ('XDG_DATA_HOME', 'data'), ('XDG_STATE_HOME', 'state'),
                               ('XDG_CACHE_HOME', 'cache')):
            path = os.path.join(self.directory, name)
            os.mkdir(path, 0o700)
            self.environment[variable] = path
        number = self._line_from(
            lambda fd: ['Xvfb', '-displayfd', str(fd), '-screen', '0',
                        f'{self.width}x{self.height}x24', '-nolisten', 'tcp', '-noreset'], 'Xvfb')
        self.environment['DISPLAY'] = ':' + number
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = self._line_from(
            lambda fd: ['dbus-daemon', '--session', '--nofork', '--nopidfile', '--nosyslog',
                        f'--print-address={fd}'], 'dbus-daemon')
        self._start_openbox()
        self._write_settings()

    def _line_from(self, command, name):
        """Starts what writes a line to a file descriptor once it is ready; that line."""
        reading, writing = os.pipe()
        with open(os.path.join(self.directory, name + '.log'), 'wb') as log:
            process = self.processes.start(command(writing), pass_fds=[writing], stdout=log,
                                           stderr=log, env=self.environment)
        os.close(writing)
        os.set_blocking(reading, False)
        text = b''

        def is_whole():
            nonlocal text
            try:
                text += os.read(reading, 4096)
            except BlockingIOError:
                pass
            if process.poll() is not None:
                raise Failure(f'{name} ended at once: {self.log(name)}')
            return text.endswith(b'\n')
        try:
            wait_until(is_whole, 20, f'{name} is ready', 0.02)
        finally:
            os.close(reading)
        return text.decode().strip()

    def _start_openbox(self):
        configuration = os.path.join(self.directory, 'openbox.xml')
        ready = os.path.join(self.directory, 'openbox.ready')
        with open(configuration, 'w', encoding='utf-8') as file:
            file.write(OPENBOX)
        with open(os.path.join(self.directory, 'openbox.log'), 'wb') as log:
            process = self.processes.start(
                ['openbox', '--sm-disable', '--config-file', configuration,
                 '--startup', f'touch {ready}'], stdout=log, stderr=log, env=self.environment)

        def is_ready():
            if process.poll() is not None:
                raise Failure(f'openbox ended at once: {self.log("openbox")}')
            return os.path.exists(ready)
        wait_until(is_ready, 20, 'openbox is ready', 0.02)

    def _write_settings(self):
        """GNOME's font, which a desktop without its settings daemon does not tell, and no frame
        around maximized windows, which GTK draws where there is no compositor. Messages stay until
        also a slow reader has seen them."""
        folder = os.path.join(self.environment['XDG_CONFIG_HOME'], 'gtk-4.0')
        os.mkdir(folder)
        with open(os.path.join(folder, 'settings.ini'), 'w', encoding='utf-8') as file:
            file.write('[Settings]\ngtk-font-name=Cantarell 11\n')
        with open(os.path.join(folder, 'gtk.css'), 'w', encoding='utf-8') as file:
            file.write('window.solid-csd.maximized { padding: 0; border: none; box-shadow: none; }')
        folder = os.path.join(self.environment['XDG_CONFIG_HOME'], 'glib-2.0', 'settings')
        os.makedirs(folder)
        with open(os.path.join(folder, 'keyfile'), 'w', encoding='utf-8') as file:
            file.write(f'[io/github/muri/Muri]\nmessage-seconds={MESSAGE_SECONDS}\n')

    def log(self, name):
        try:
            with open(os.path.join(self.directory, name + '.log'), encoding='utf-8',
                      errors='replace') as file:
                return file.read().strip()
        except OSError:
            return ''

    def screenshot(self, path):
        run_quietly(['import', '-window', 'root', path], env=self.environment)

    def windows(self, pid):
        """The X windows of a process that are on the screen."""
        found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(pid)],
                               env=self.environment, stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.DEVNULL, check=False)
        return found.stdout.split()
