# SPDX-License-Identifier: GPL-3.0-or-later
"""A console and a fleet of a thousand agents: joining, holding, showing, asking, growing."""

import contextlib
import os
import subprocess

from figures import figure, figures_of, measured
from flock import Flock
from harness import Failure, Processes, SOURCE_ROOT, Zone
from usage import megabytes, watch_processor

HERE = os.path.dirname(os.path.abspath(__file__))
HOSTS, VMS, ZONES = 1000, 20000, 8
FEW_HOSTS, FEW_VMS = 100, 2000
HELD = 10  # seconds


class Fleet:
    """Agents of a fleet in zones of their own, while the `with` block lasts."""

    def __init__(self, hosts, vms, zones, *arguments):
        self.wanted = hosts, vms, zones, arguments

    def __enter__(self):
        hosts, vms, zones, arguments = self.wanted
        with contextlib.ExitStack() as stack:
            processes = stack.enter_context(Processes())
            self.zones = [str(Zone().number_held(stack)) for _number in range(zones)]
            self.vms = vms
            self.flock = Flock(processes, self.zones, hosts, vms, *arguments).wait_ready(300)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *exception):
        self.stack.close()

    def pids(self):
        return {f'agents-{number}': pid for number, pid in enumerate(self.flock.pids(), 1)}


def measured_table(*arguments):
    """What measure-table says, which has a desktop of its own."""
    result = subprocess.run(
        [os.path.join(SOURCE_ROOT, 'tests', 'harness', 'with-display'), '/usr/bin/python3',
         os.path.join(HERE, 'measure-table'), *arguments],
        env={**os.environ, 'MURI_SOURCE_ROOT': SOURCE_ROOT}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode:
        raise Failure(f'measure-table ended with status {result.returncode}')
    return figures_of(result.stdout)


def report_agents(fleet):
    used = watch_processor(HELD, fleet.pids())
    for name, share in used.items():
        figure(f'{name}-cpu', 100 * share, '% of a core')
    figure('agents-cpu', 100 * sum(used.values()), '% of a core')
    figure('agents-memory', sum(megabytes(pid, 'Pss') for pid in fleet.pids().values()), 'MB')


def report_model(bare, console):
    figure('join-time', console['join-seconds'], 's', '<= 1.3 x', 'bare reader',
           bare['join-seconds'])
    figure('join-cpu', console['join-cpu'], 's', '<= 1.3 x', 'bare reader', bare['join-cpu'])
    figure('model-cpu', 100 * console['steady-cpu'], '% of a core', '-', 'bare reader',
           100 * bare['steady-cpu'])
    figure('model-memory', console['memory'], 'MB', '-', 'bare reader', bare['memory'])
    figure('operation-all-hosts', console['operation-seconds'], 's', '< 1')
    figure('operation-all-hosts-again', console['operation-again-seconds'], 's', '< 1')


def report_table(bare, table):
    both = 100 * (bare['steady-cpu'] + table['bare-cpu'])
    figure('bare-columns-cpu', 100 * table['bare-cpu'], '% of a core')
    figure('bare-columns-memory', table['bare-memory'], 'MB')
    figure('console-cpu', 100 * table['console-cpu'], '% of a core', '<= 1.5 x',
           'bare reader and bare columns', both)
    figure('console-memory', table['console-memory'], 'MB', '< 250')
    for kind in ('frame', 'work'):
        figure(f'steady-{kind}-max', table[f'console-steady-{kind}-max'], 'ms',
               '< 50' if kind == 'frame' else '-', 'bare columns', table[f'bare-steady-{kind}-max'])
        figure(f'scroll-{kind}-p99', table[f'console-scroll-{kind}-p99'], 'ms', '<= 1.3 x',
               'bare columns', table[f'bare-scroll-{kind}-p99'])
    figure('search-median', table['search-median'], 'ms', '< 50')
    figure('search-max', table['search-max'], 'ms', '< 50')


def model_of(fleet, program, *options):
    return measured(program, *options, str(fleet.vms), str(HELD), *fleet.zones)


def measure():
    with Fleet(FEW_HOSTS, FEW_VMS, 1) as fleet:
        few_model = model_of(fleet, 'measure-console')
        few = measured_table('--use', str(FEW_VMS), *fleet.zones)
    with Fleet(HOSTS, VMS, ZONES) as fleet:
        report_agents(fleet)
        bare = model_of(fleet, 'bare-reader')
        model = model_of(fleet, 'measure-console', 'operate')
        report_model(bare, model)
        table = measured_table(str(VMS), *fleet.zones)
    report_table(bare, table)
    figure('growth-model-cpu', 100 * model['steady-cpu'], '% of a core', f'<= {VMS // FEW_VMS} x',
           f'{FEW_VMS} VMs', 100 * few_model['steady-cpu'])
    figure('growth-console-cpu', 100 * table['console-cpu'], '% of a core',
           f'<= {VMS // FEW_VMS} x', f'{FEW_VMS} VMs', 100 * few['console-cpu'])
