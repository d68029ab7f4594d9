# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts that measure share: our programs' figures, and lines of them."""

import os
import subprocess

from harness import BUILD_ROOT, Failure

PROGRAMS = os.path.join(BUILD_ROOT, 'tests', 'bench')


def figure(name, value, unit, goal='-', yardstick=None, yardstick_value=None):
    """A line: name, value, unit, goal, yardstick with its own value from this run, ratio."""
    words, ratio = '-', '-'
    if yardstick:
        words = f'{yardstick}: {yardstick_value:.4g} {unit}'
        ratio = f'{value / yardstick_value:.3g}' if yardstick_value else '-'
    print('\t'.join((name, f'{value:.4g}', unit, goal, words, ratio)), flush=True)


def measured(program, *arguments, environment=None):
    """What a program of ours measured, by name."""
    result = subprocess.run([os.path.join(PROGRAMS, program), *arguments], check=False, text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            env={**os.environ, **(environment or {})})
    if result.returncode:
        raise Failure(f'{program} ended with status {result.returncode}')
    return figures_of(result.stdout)


def figures_of(text):
    rows = (line.split('\t') for line in text.splitlines() if line.startswith('figure\t'))
    return {name: float(value) for _word, name, value in rows}
