#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-tree.py SOURCE BUILD: what holds for the whole tree, a TAP line a rule."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE, BUILD = (os.path.abspath(path) for path in sys.argv[1:3])
FOLDERS = ('idl', 'fleet', 'node-agent', 'gui', 'data', 'templates', 'po', 'flatpak', 'tests',
           'docs', '.ci')
LICENSED = ('.c', '.h', '.py', '.sh', '.ui', '.svg', '.css', '.idl', '.build', '.po', '.conf',
            '.1', '.8', '.in', '.xml')

# What a layer must neither include nor be compiled with. The arrows of docs/architecture.md.
FORBIDDEN_INCLUDES = {
    'idl': r'gtk/|adwaita|libvirt|sqlite3|muri-(fleet|node|vm|operation|window)\.h|agent-',
    'fleet': r'gtk/|adwaita|libvirt|agent-|muri-(window|application)\.h',
    'gui': r'libvirt|sqlite3|dds/|agent-',
    'node-agent': r'gtk/|adwaita|muri-(fleet|node|vm|operation|window)\.h',
}
FORBIDDEN_PACKAGES = {
    'idl': ('gtk-4.0', 'libadwaita-1'),
    'fleet': ('gtk-4.0', 'libadwaita-1'),
    'node-agent': ('gtk-4.0', 'libadwaita-1'),
}
FORBIDDEN_LIBRARIES = {
    'gui/muri': r'libvirt|libproc2|libnl-',
    'node-agent/muri-agent': r'libgtk|libadwaita|libgdk',
}


class Skip(Exception):
    pass


def files(*endings):
    for folder in FOLDERS:
        for where, folders, names in os.walk(os.path.join(SOURCE, folder)):
            folders[:] = sorted(name for name in folders if name != '__pycache__')
            for name in sorted(names):
                if name.endswith(endings):
                    yield os.path.join(where, name)


def shown(path):
    return os.path.relpath(path, SOURCE)


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def run(*command, may_say=None):
    """What a checker complains about: nothing, or its words."""
    if not shutil.which(command[0]):
        raise Skip(f'{command[0]} is not installed')
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    lines = result.stdout.splitlines()
    if may_say is not None:
        return [line for line in lines if line and not re.search(may_say, line)]
    return lines if result.returncode else []


def check_formatted():
    return run('clang-format', '--dry-run', '-Werror', *files('.c', '.h'))


def check_licensed():
    for path in files(*LICENSED):
        if 'SPDX-License-Identifier: GPL-3.0-or-later' not in '\n'.join(
                read(path).splitlines()[:5]):
            yield f'{shown(path)}: no SPDX line among the first'


def check_text():
    """What .editorconfig says, where no formatter sees to it."""
    for path in files('.c', '.h', '.py', '.build', '.ui', '.idl', '.css', '.xml', '.in', '.conf'):
        text = read(path)
        if text and not text.endswith('\n'):
            yield f'{shown(path)}: no newline at the end'
        for number, line in enumerate(text.splitlines(), 1):
            if line != line.rstrip():
                yield f'{shown(path)}:{number}: space at the end'
            if '\t' in line:
                yield f'{shown(path)}:{number}: a tab'
            if len(line) > 100 and path.endswith('.py'):
                yield f'{shown(path)}:{number}: longer than 100'


def check_headers():
    for path in files('.h'):
        if '#pragma once' not in read(path):
            yield f'{shown(path)}: no #pragma once'


def check_includes():
    for layer, forbidden in FORBIDDEN_INCLUDES.items():
        pattern = re.compile(rf'^\s*#\s*include\s*[<"]({forbidden}).*$', re.M)
        for path in files('.c', '.h'):
            if shown(path).startswith(layer + os.sep):
                for match in pattern.finditer(read(path)):
                    yield f'{shown(path)}: {match.group(0).strip()}'


def check_compiled():
    """What Meson gives each layer to compile with."""
    with open(os.path.join(BUILD, 'meson-info', 'intro-targets.json'), encoding='utf-8') as file:
        targets = json.load(file)
    for target in targets:
        layer = os.path.relpath(os.path.dirname(target['defined_in']), SOURCE)
        words = [word for source in target['target_sources'] for word in source['parameters']]
        for package in FORBIDDEN_PACKAGES.get(layer, ()):
            if any(word.startswith('-I') and package in word for word in words):
                yield f'{target["name"]} ({layer}) is compiled with {package}'


def check_linked():
    for program, forbidden in FORBIDDEN_LIBRARIES.items():
        path = os.path.join(BUILD, program)
        if not os.path.exists(path):
            yield f'{program} was not built'
            continue
        output = subprocess.run(['objdump', '-p', path], stdout=subprocess.PIPE, text=True,
                                check=True).stdout
        for library in re.findall(r'NEEDED\s+(\S+)', output):
            if re.search(forbidden, library):
                yield f'{program} links {library}'


def check_desktop_entry():
    return run('desktop-file-validate', os.path.join(BUILD, 'data', 'io.github.muri.Muri.desktop'))


def check_metainfo():
    return run('appstreamcli', 'validate', '--no-net',
               os.path.join(BUILD, 'data', 'io.github.muri.Muri.metainfo.xml'))


def check_schema():
    return run('glib-compile-schemas', '--strict', '--dry-run', os.path.join(SOURCE, 'data'))


def check_unit():
    # Programs and manual pages are not installed where this runs.
    with tempfile.TemporaryDirectory() as home:
        os.environ['HOME'] = home
        return run('systemd-analyze', 'verify', os.path.join(BUILD, 'data', 'muri-agent.service'),
                   may_say=r"is not executable|man muri-agent|Failed to (connect|create|open).*bus")


def check_manual():
    for path in files('.1', '.8'):
        if shutil.which('groff'):
            yield from run('groff', '-man', '-ww', '-z', path, may_say=r'^$')


def check_xml():
    paths = [*files('.xml', '.xml.in', '.ui', '.svg')]
    return run('xmllint', '--noout', '--nonet', *paths)


def check_demo_nodes():
    """36 VMs, whose names, UUIDs and MAC addresses are their own."""
    text = ''.join(read(path) for path in files('.xml')
                   if os.path.basename(path).startswith('node-'))
    domains = re.findall(r'<domain .*?</domain>', text, re.S)
    if len(domains) != 36:
        yield f'there are {len(domains)} VMs'
    for what, pattern in (('name', r'<name>(.*?)</name>'), ('uuid', r'<uuid>(.*?)</uuid>'),
                          ('mac', r'<mac address="(.*?)"/>')):
        found = re.findall(pattern, ''.join(domains))
        yield from (f'{what} {value} comes twice' for value in set(found)
                    if found.count(value) > 1)


def check_shell():
    scripts = ('dev', '.ci/run', 'data/security/muri-certificate',
               'tests/harness/guest/build', 'tests/harness/guest/init')
    return run('shellcheck', '-S', 'warning', *(os.path.join(SOURCE, name) for name in scripts))


def check_python():
    for path in files('.py', 'with-display', 'with-libvirtd', 'run-suites'):
        try:
            compile(read(path), shown(path), 'exec')
        except SyntaxError as error:
            yield str(error)


def check_translations():
    """Complete, without doubtful entries, and with the same placeholders."""
    folder = os.path.join(SOURCE, 'po')
    languages = [line for line in read(os.path.join(folder, 'LINGUAS')).split()
                 if not line.startswith('#')]
    with tempfile.TemporaryDirectory() as scratch:
        template = os.path.join(scratch, 'muri.pot')
        subprocess.run(['xgettext', '--from-code=UTF-8', '--add-comments', '--keyword=_',
                        '--keyword=N_', '--keyword=C_:1c,2', '--keyword=NC_:1c,2',
                        '--keyword=ngettext:1,2', '--keyword=g_dngettext:2,3',
                        '-D', SOURCE, '-f', os.path.join(folder, 'POTFILES'), '-o', template],
                       check=True, stderr=subprocess.DEVNULL)
        for language in languages:
            path = os.path.join(folder, language + '.po')
            yield from run('msgfmt', '--check', '-o', os.devnull, path)
            if not os.path.exists(template):
                continue
            merged = os.path.join(scratch, language + '.po')
            subprocess.run(['msgmerge', '-q', '--no-fuzzy-matching', '-o', merged, path, template],
                           check=True)
            missing = subprocess.run(['msgattrib', '--untranslated', '--no-obsolete', merged],
                                     stdout=subprocess.PIPE, text=True, check=True).stdout
            entries = [line for line in missing.splitlines()
                       if line.startswith('msgid "') and line != 'msgid ""']
            doubtful = subprocess.run(['msgattrib', '--only-fuzzy', '--no-obsolete', path],
                                      stdout=subprocess.PIPE, text=True, check=True).stdout
            yield from (f'{language}: not translated: {entry}' for entry in entries)
            yield from (f'{language}: doubtful: {line}' for line in doubtful.splitlines()
                        if line.startswith('msgid "') and line != 'msgid ""')


def check_potfiles():
    """Every file with text for people is known to gettext."""
    listed = {line for line in read(os.path.join(SOURCE, 'po', 'POTFILES')).splitlines()
              if line and not line.startswith('#')}
    for path in files('.c', '.h', '.ui'):
        name = shown(path)
        if not name.startswith(('gui/', 'fleet/')) or name in listed:
            continue
        if re.search(r'translatable="(yes|true)"|\b(_|N_|C_|NC_|ngettext) \(', read(path)):
            yield f'{name} is not in po/POTFILES'
    for name in sorted(listed):
        if not os.path.exists(os.path.join(SOURCE, name)):
            yield f'{name} is in po/POTFILES and nowhere else'


def check_flatpak():
    path = os.path.join(SOURCE, 'flatpak', 'io.github.muri.Muri.json')
    manifest = json.loads(read(path))
    for key in ('id', 'runtime', 'runtime-version', 'sdk', 'command', 'modules'):
        if key not in manifest:
            yield f'{shown(path)} has no {key}'
    if shutil.which('flatpak-builder'):
        yield from run('flatpak-builder', '--show-manifest', path)


CHECKS = {
    'C sources are formatted': check_formatted,
    'files say their licence': check_licensed,
    'text is plain': check_text,
    'headers are included once': check_headers,
    'layers include only what they may': check_includes,
    'layers are compiled with what they may': check_compiled,
    'programs link what they may': check_linked,
    'desktop entry': check_desktop_entry,
    'metainfo': check_metainfo,
    'settings schema': check_schema,
    'systemd unit': check_unit,
    'manual pages': check_manual,
    'XML is well-formed': check_xml,
    'demo fleet': check_demo_nodes,
    'shell scripts': check_shell,
    'Python scripts': check_python,
    'translations are complete': check_translations,
    'gettext knows every file': check_potfiles,
    'Flatpak manifest': check_flatpak,
}


def main():
    print(f'1..{len(CHECKS)}')
    for number, (name, check) in enumerate(CHECKS.items(), 1):
        try:
            complaints = list(check() or [])
        except Skip as reason:
            print(f'ok {number} {name} # SKIP {reason}')
            continue
        for line in complaints[:40]:
            print(f'# {line}')
        print(f'{"not ok" if complaints else "ok"} {number} {name}')


if __name__ == '__main__':
    main()
