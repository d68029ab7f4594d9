# SPDX-License-Identifier: GPL-3.0-or-later
"""TAP for tests in Python: run(stage, tests) calls each with what the stage set up."""

import os
import sys
import traceback


def run(tests, stage, on_failure=None):
    """The tests share a stage and go on where the one before left it, as a person would."""
    print(f'1..{len(tests)}', flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__name__.removeprefix('test_').replace('_', ' ')
        try:
            test(stage)
            print(f'ok {number} {name}', flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            traceback.print_exc()
            if on_failure:
                on_failure(name)
            print(f'not ok {number} {name}', flush=True)
    return 1 if failed else 0


def artefact(name):
    """Where a picture of a test run is kept: beside Meson's logs."""
    folder = os.path.join(os.environ.get('MURI_BUILD_ROOT', '.'), 'meson-logs')
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f'ui-{name.replace(" ", "-")}.png')
    print(f'# {path}', file=sys.stderr)
    return path
