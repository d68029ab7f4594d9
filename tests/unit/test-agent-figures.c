/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "agent-host-figures.h"
#include "agent-slow-reader.h"
#include "agent-stats.h"
#include "agent-vm-figures.h"
#include "agent-workload.h"
#include "muri-check.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define SECOND G_USEC_PER_SEC

/* ---- rates ---- */

static void
test_rates (void)
{
  AgentVmFigures figures = { 0 };
  muri_v1_VmFigures wire = { 0 };
  const gint64 t = 100 * SECOND;

  agent_vm_figures_set_cpu (&figures, 5000000000, 2, t);
  agent_vm_figures_set_net (&figures, 1000, 5000, t);
  agent_vm_figures_fill (&figures, 8, t, SECOND, SECOND, &wire);
  g_assert_cmpuint (wire.known, ==, 0);

  /* Half of two vCPUs in two seconds: an eighth of the host's eight processors. */
  agent_vm_figures_set_cpu (&figures, 7000000000, 2, t + 2 * SECOND);
  agent_vm_figures_set_net (&figures, 3000, 5000, t + 2 * SECOND);
  agent_vm_figures_set_memory (&figures, 4096, t + 2 * SECOND);
  agent_vm_figures_fill (&figures, 8, t + 2 * SECOND, SECOND, SECOND, &wire);
  g_assert_cmpuint (wire.known, ==,
                    MURI_VM_FIGURE_CPU | MURI_VM_FIGURE_NET | MURI_VM_FIGURE_MEMORY);
  g_assert_cmpfloat_with_epsilon (wire.cpu, 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (wire.host_cpu, 0.125, 1e-6);
  g_assert_cmpfloat_with_epsilon (wire.net_rx, 1000, 1e-3);
  g_assert_cmpfloat (wire.net_tx, ==, 0);
  g_assert_cmpuint (wire.memory, ==, 4096);
}

static void
test_reset_is_unknown (void)
{
  AgentVmFigures figures = { 0 };
  muri_v1_VmFigures wire = { 0 };
  const gint64 t = 100 * SECOND;

  agent_vm_figures_set_disk (&figures, 5000, 5000, 10, 1000000, t);
  agent_vm_figures_set_disk (&figures, 100, 6000, 2, 1000, t + SECOND);
  agent_vm_figures_fill (&figures, 8, t + SECOND, SECOND, SECOND, &wire);
  g_assert_cmpuint (wire.known, ==, 0);

  agent_vm_figures_set_disk (&figures, 1100, 6000, 12, 5001000, t + 2 * SECOND);
  agent_vm_figures_fill (&figures, 8, t + 2 * SECOND, SECOND, SECOND, &wire);
  g_assert_cmpuint (wire.known, ==, MURI_VM_FIGURE_DISK | MURI_VM_FIGURE_DISK_LATENCY);
  g_assert_cmpfloat_with_epsilon (wire.disk_read, 1000, 1e-3);
  g_assert_cmpfloat_with_epsilon (wire.disk_requests, 10, 1e-3);
  g_assert_cmpfloat_with_epsilon (wire.disk_latency, 0.0005, 1e-6);
}

static void
test_old_is_unknown (void)
{
  AgentVmFigures figures = { 0 };
  const gint64 t = 100 * SECOND;

  agent_vm_figures_set_cpu (&figures, 1, 1, t);
  agent_vm_figures_set_cpu (&figures, 2, 1, t + SECOND);
  agent_vm_figures_set_memory (&figures, 1, t + SECOND);
  for (guint late = 0; late < 8; late++)
    {
      muri_v1_VmFigures wire = { 0 };

      agent_vm_figures_fill (&figures, 1, t + (1 + late) * SECOND, 3 * SECOND / 2, 5 * SECOND,
                             &wire);
      g_assert_cmpint ((wire.known & MURI_VM_FIGURE_CPU) != 0, ==, late <= 1);
      g_assert_cmpint ((wire.known & MURI_VM_FIGURE_MEMORY) != 0, ==, late <= 5);
    }
}

/* An emulator's own threads come on top of its vCPUs'; a share stays one. */
static void
test_share_is_a_share (void)
{
  AgentVmFigures figures = { 0 };
  muri_v1_VmFigures wire = { 0 };

  agent_vm_figures_set_cpu (&figures, 0, 1, SECOND);
  agent_vm_figures_set_cpu (&figures, 9000000000, 1, 2 * SECOND);
  agent_vm_figures_fill (&figures, 1, 2 * SECOND, SECOND, SECOND, &wire);
  g_assert_cmpfloat (wire.cpu, ==, 1);
  g_assert_cmpfloat (wire.host_cpu, ==, 1);
}

/* ---- libvirt's groups ---- */

typedef struct
{
  virTypedParameterPtr params;
  int n, room;
} Params;

static void
add (Params *params, const char *name, guint64 value)
{
  g_assert_cmpint (
      virTypedParamsAddULLong (&params->params, &params->n, &params->room, name, value), ==, 0);
}

static void
test_net_group (void)
{
  Params params = { 0 };
  guint64 rx, tx;

  g_assert_false (agent_stats_read_net (params.params, params.n, &rx, &tx));
  add (&params, "net.count", 2);
  add (&params, "net.0.rx.bytes", 10);
  add (&params, "net.0.rx.pkts", 1000);
  add (&params, "net.0.tx.bytes", 20);
  add (&params, "net.1.rx.bytes", 100);
  add (&params, "net.junk", 1);
  g_assert_true (agent_stats_read_net (params.params, params.n, &rx, &tx));
  g_assert_cmpuint (rx, ==, 110);
  g_assert_cmpuint (tx, ==, 20);
  virTypedParamsFree (params.params, params.n);
}

static void
test_block_group (void)
{
  g_autofree AgentBlockStats *block = g_new0 (AgentBlockStats, 1);
  Params params = { 0 };

  /* So it looks while somebody else's job keeps the monitor busy. */
  add (&params, "block.count", 1);
  add (&params, "block.0.backingIndex", 1);
  g_assert_false (agent_stats_read_block (params.params, params.n, block));

  virTypedParamsAddString (&params.params, &params.n, &params.room, "block.0.name", "vda");
  add (&params, "block.0.rd.reqs", 3);
  add (&params, "block.0.rd.bytes", 30);
  add (&params, "block.0.rd.times", 300);
  add (&params, "block.0.wr.reqs", 4);
  add (&params, "block.0.wr.bytes", 40);
  add (&params, "block.0.wr.times", 400);
  add (&params, "block.0.allocation", 500);
  add (&params, "block.0.capacity", 9000);
  add (&params, "block.0.physical", 700);
  add (&params, "block.77.rd.bytes", 1); /* beyond what the wire can hold */
  g_assert_true (agent_stats_read_block (params.params, params.n, block));
  g_assert_cmpuint (block->requests, ==, 7);
  g_assert_cmpuint (block->read, ==, 30);
  g_assert_cmpuint (block->written, ==, 40);
  g_assert_cmpuint (block->nanoseconds, ==, 700);
  g_assert_cmpuint (block->n_disks, ==, 1);
  g_assert_cmpstr (block->disks[0].target, ==, "vda");
  g_assert_cmpuint (block->disks[0].capacity, ==, 9000);
  g_assert_cmpuint (block->disks[0].allocation, ==, 700);
  virTypedParamsFree (params.params, params.n);
}

static void
test_no_disk_is_an_answer (void)
{
  g_autofree AgentBlockStats *block = g_new0 (AgentBlockStats, 1);
  Params params = { 0 };

  add (&params, "block.count", 0);
  g_assert_true (agent_stats_read_block (params.params, params.n, block));
  virTypedParamsFree (params.params, params.n);
}

static void
test_memory_group (void)
{
  Params params = { 0 };
  guint64 memory = 0;

  g_assert_false (agent_stats_read_memory (params.params, params.n, &memory));
  add (&params, "balloon.current", 1000);
  add (&params, "balloon.rss", 777);
  g_assert_true (agent_stats_read_memory (params.params, params.n, &memory));
  g_assert_cmpuint (memory, ==, 777);
  add (&params, "balloon.available", 900);
  add (&params, "balloon.unused", 500);
  g_assert_true (agent_stats_read_memory (params.params, params.n, &memory));
  g_assert_cmpuint (memory, ==, 400);
  add (&params, "balloon.usable", 600);
  g_assert_true (agent_stats_read_memory (params.params, params.n, &memory));
  g_assert_cmpuint (memory, ==, 300);
  virTypedParamsFree (params.params, params.n);
}

static void
test_interval (void)
{
  g_assert_cmpint (agent_slow_reader_interval (0), ==, AGENT_SLOW_INTERVAL);
  g_assert_cmpint (agent_slow_reader_interval (8), ==, AGENT_SLOW_INTERVAL);
  g_assert_cmpint (agent_slow_reader_interval (1000), >, 10 * SECOND);
}

/* ---- the host ---- */

static void
test_host (void)
{
  g_autoptr (AgentHostFigures) figures = agent_host_figures_new ();
  muri_v1_Sample sample = { .parts = 1 };
  muri_v1_NodeFigures host;
  guint64 used, size;

  muri_uuid_generate (&sample.node);
  sample.host._buffer = &host;
  sample.host._length = 1;
  for (guint i = 0; i < 3; i++)
    {
      agent_host_figures_read (figures, g_get_monotonic_time () + i * SECOND, &host);
      g_assert_cmpstr (muri_check_sample (&sample), ==, NULL);
      g_assert_true (host.known & MURI_NODE_FIGURE_MEMORY);
      g_assert_true (host.known & MURI_NODE_FIGURE_LOAD);
      g_assert_cmpuint (host.memory, >, 0);
    }
  g_assert_true (agent_host_figures_read_storage ("/does/not/exist", &used, &size));
  g_assert_cmpuint (used, <=, size);
}

static void
test_pressure (void)
{
  float share = -1;

  g_assert_true (agent_host_figures_parse_pressure (
      "some avg10=12.50 avg60=1.29 avg300=6.23 total=102522284\nfull avg10=0.00", &share));
  g_assert_cmpfloat_with_epsilon (share, 0.125, 1e-6);
  g_assert_false (agent_host_figures_parse_pressure ("", &share));
  g_assert_false (agent_host_figures_parse_pressure ("some avg10=", &share));
  g_assert_false (agent_host_figures_parse_pressure ("some avg10=nan", &share));
  g_assert_false (agent_host_figures_parse_pressure ("some avg10=300.0", &share));
}

/* ---- the simulated workload ---- */

#define N_VMS 20
#define HOST_CPUS 8
#define HOST_MEMORY (16 * 1024 * 1024)

static void
fill_vms (const AgentWorkloadVm *vms, gint64 time, muri_v1_VmFigures *figures)
{
  for (guint i = 0; i < N_VMS; i++)
    agent_workload_vm (&vms[i], HOST_CPUS, time, &figures[i]);
}

/* More VMs than the host can carry, over a day: everything stays what a host can be. */
static void
test_workload_is_sound (void)
{
  AgentWorkloadVm vms[N_VMS] = { 0 };
  muri_v1_VmFigures figures[N_VMS];
  muri_v1_NodeFigures host;
  muri_v1_Sample sample = { .parts = 1 };
  double low = 1, high = 0;

  muri_uuid_generate (&sample.node);
  for (guint i = 0; i < N_VMS; i++)
    {
      muri_uuid_generate (&vms[i].uuid);
      vms[i].running = i != 3;
      vms[i].vcpus = 1 + i % 8;
      vms[i].memory = 1024 * 1024;
      vms[i].disk = vms[i].net = i != 4;
    }
  sample.host._buffer = &host;
  sample.host._length = 1;
  sample.vms._buffer = figures;
  sample.vms._length = N_VMS;

  for (gint64 s = 0; s < 24 * 60 * 60; s += 61)
    {
      gint64 time = (G_GINT64_CONSTANT (1700000000) + s) * SECOND;
      double cpu = 0;

      fill_vms (vms, time, figures);
      agent_workload_host (&sample.node, figures, N_VMS, HOST_CPUS, HOST_MEMORY, time, &host);
      g_assert_cmpstr (muri_check_sample (&sample), ==, NULL);
      for (guint i = 0; i < N_VMS; i++)
        cpu += figures[i].host_cpu;
      g_assert_cmpfloat (cpu, <=, host.cpu + 1e-4);
      g_assert_cmpfloat (host.cpu + host.iowait, <=, 1 + 1e-4);
      g_assert_cmpuint (host.memory, <=, HOST_MEMORY);
      g_assert_cmpfloat (figures[3].cpu, ==, 0);
      g_assert_false (figures[4].known & (MURI_VM_FIGURE_DISK | MURI_VM_FIGURE_NET));
      low = MIN (low, figures[0].cpu);
      high = MAX (high, figures[0].cpu);
    }
  g_assert_cmpfloat (high, >, low + 0.01);
}

static void
test_workload_is_the_same_again (void)
{
  AgentWorkloadVm vm = { .running = TRUE, .vcpus = 2, .memory = 1024 * 1024, .disk = TRUE };
  muri_v1_VmFigures once, again;
  double before = -1, most = 0;

  muri_uuid_parse ("9d1e2f7c-8f1a-4a1e-9d0e-0123456789ab", &vm.uuid);
  for (guint s = 0; s < 600; s++)
    {
      gint64 time = (G_GINT64_CONSTANT (1700000000) + s) * SECOND;

      agent_workload_vm (&vm, HOST_CPUS, time, &once);
      agent_workload_vm (&vm, HOST_CPUS, time, &again);
      g_assert_cmpmem (&once, sizeof once, &again, sizeof again);
      if (before >= 0)
        most = MAX (most, fabs (once.cpu - before));
      before = once.cpu;
    }
  /* Smooth: a second does not turn a VM over. */
  g_assert_cmpfloat (most, <, 0.5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (virInitialize (), ==, 0);
  g_test_add_func ("/agent-figures/rates", test_rates);
  g_test_add_func ("/agent-figures/reset-is-unknown", test_reset_is_unknown);
  g_test_add_func ("/agent-figures/old-is-unknown", test_old_is_unknown);
  g_test_add_func ("/agent-figures/share-is-a-share", test_share_is_a_share);
  g_test_add_func ("/agent-figures/net-group", test_net_group);
  g_test_add_func ("/agent-figures/block-group", test_block_group);
  g_test_add_func ("/agent-figures/no-disk-is-an-answer", test_no_disk_is_an_answer);
  g_test_add_func ("/agent-figures/memory-group", test_memory_group);
  g_test_add_func ("/agent-figures/interval", test_interval);
  g_test_add_func ("/agent-figures/host", test_host);
  g_test_add_func ("/agent-figures/pressure", test_pressure);
  g_test_add_func ("/agent-figures/workload-is-sound", test_workload_is_sound);
  g_test_add_func ("/agent-figures/workload-is-the-same-again", test_workload_is_the_same_again);
  return g_test_run ();
}
