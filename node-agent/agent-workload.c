/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-workload.h"

#include <math.h>
#include <string.h>

#include "muri-words.h"

#define DAY (24 * 60 * 60.0)
#define KIB 1024.0

/* What a node's VMs may take of its processors together: above it everything waits. */
#define HOST_CPU_MAX 0.94

/* A host keeps at least this share of its memory free. */
#define HOST_MEMORY_MAX 0.96

/* ---- numbers from a seed: the same ones each time ---- */

static guint64
mix (guint64 x)
{
  /* The finalizer of splitmix64 (Steele, Lea, Flood, 2014). */
  x += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ (x >> 31);
}

static guint64
seed_of (const muri_v1_Uuid *uuid)
{
  guint64 parts[2];

  memcpy (parts, uuid->b, sizeof parts);
  return mix (parts[0] ^ mix (parts[1]));
}

/* 0 to 1, the @n-th of this seed. */
static double
pick (guint64 seed, guint64 n)
{
  return (mix (seed ^ mix (n)) >> 11) / 9007199254740992.0;
}

/* 0 to 1, smooth in time: values at multiples of @period seconds, and a soft way between. */
static double
drift (guint64 seed, guint64 n, double time, double period)
{
  double place = time / period;
  double step = floor (place);
  double way = place - step;
  double from = pick (seed + n, (guint64)step);
  double to = pick (seed + n, (guint64)step + 1);

  return from + (to - from) * way * way * (3 - 2 * way);
}

/* 0 most of the time, up to 1 in a burst that begins somewhere in its slot. */
static double
burst (guint64 seed, guint64 n, double time, double slot, double likely)
{
  guint64 index = (guint64)(time / slot);
  double within = fmod (time, slot) / slot;
  double begin = pick (seed + n, index) * 0.5;
  double length = 0.1 + 0.35 * pick (seed + n + 1, index);
  double way = (within - begin) / length;

  if (pick (seed + n + 2, index) > likely || way <= 0 || way >= 1)
    return 0;
  return MIN (1, 8 * MIN (way, 1 - way)) * (0.6 + 0.4 * pick (seed + n + 3, index));
}

/* ---- a VM ---- */

/* How busy the VM is, 0 to 1: a few are, most are not, by day more than by night. */
static double
activity (guint64 seed, double time)
{
  double level = 0.02 + 0.55 * pow (pick (seed, 1), 3);
  double day = 0.5 - 0.5 * cos (2 * G_PI * (time / DAY - 0.15 + 0.1 * pick (seed, 2)));
  double wave = 0.55 + 0.45 * day;
  double noise = 0.75 + 0.3 * drift (seed, 100, time, 47) + 0.2 * drift (seed, 200, time, 5)
                 + 0.12 * drift (seed, 300, time, 1.3);
  double bursts = burst (seed, 400, time, 180 + 400 * pick (seed, 3), 0.25 + 0.5 * pick (seed, 4));

  return CLAMP (level * wave * noise + bursts * (0.1 + 0.55 * pick (seed, 5)), 0.002, 1);
}

static void
fill_disk (guint64 seed, double busy, double time, muri_v1_VmFigures *figures)
{
  double size = 1 + 15 * pick (seed, 10);
  double reads = busy * size * 1.5e6 * drift (seed, 500, time, 7);
  double writes = (0.004 + busy) * size * 0.9e6 * drift (seed, 600, time, 4);
  double each = (8 + 56 * pick (seed, 11)) * KIB;

  figures->known |= MURI_VM_FIGURE_DISK;
  figures->disk_read = reads < 2048 ? 0 : reads;
  figures->disk_write = writes < 2048 ? 0 : writes;
  figures->disk_requests = (figures->disk_read + figures->disk_write) / each;
  if (figures->disk_requests > 0)
    {
      figures->known |= MURI_VM_FIGURE_DISK_LATENCY;
      figures->disk_latency = 0.0004 + 0.004 * busy * busy + 0.001 * drift (seed, 700, time, 11);
    }
}

static void
fill_net (guint64 seed, double busy, double time, muri_v1_VmFigures *figures)
{
  double size = 0.2 + 5 * pow (pick (seed, 20), 2);
  double asked = 0.15 + 0.85 * pick (seed, 21);

  figures->known |= MURI_VM_FIGURE_NET;
  figures->net_rx = 120 + busy * size * asked * 2.4e6 * drift (seed, 800, time, 6);
  figures->net_tx = 90 + busy * size * 4.2e6 * drift (seed, 900, time, 5);
}

/* A guest fills its memory in the first minutes, and then moves slowly. */
static double
memory_share (guint64 seed, double busy, double time, gint64 booted)
{
  double level = 0.25 + 0.5 * pick (seed, 30);
  double slow = 0.08 * drift (seed, 1000, time, 400) + 0.04 * busy;
  double age = booted > 0 ? time - booted / (double)G_USEC_PER_SEC : 3600;

  return CLAMP ((level + slow) * (1 - 0.75 * exp (-MAX (age, 0) / 60)), 0.05, 0.95);
}

void
agent_workload_vm (const AgentWorkloadVm *vm, guint host_cpus, gint64 time,
                   muri_v1_VmFigures *figures)
{
  guint64 seed = seed_of (&vm->uuid);
  double seconds = time / (double)G_USEC_PER_SEC;
  double busy = activity (seed, seconds);

  memset (figures, 0, sizeof *figures);
  figures->vm = vm->uuid;
  figures->known = MURI_VM_FIGURE_CPU | MURI_VM_FIGURE_MEMORY;
  figures->memory = MIN (vm->memory * memory_share (seed, busy, seconds, vm->booted), G_MAXUINT32);
  if (!vm->running)
    {
      figures->known |= MURI_VM_FIGURE_DISK | MURI_VM_FIGURE_NET;
      return;
    }

  figures->cpu = busy;
  figures->host_cpu = MIN (busy * vm->vcpus / MAX (host_cpus, 1), 1);
  if (vm->disk)
    fill_disk (seed, busy, seconds, figures);
  if (vm->net)
    fill_net (seed, busy, seconds, figures);
}

/* ---- their host ---- */

static double
sum_up (const muri_v1_VmFigures *figures, guint n_figures, double *memory,
        muri_v1_NodeFigures *host)
{
  double cpu = 0, latency = 0, requests = 0;

  *memory = 0;
  for (guint i = 0; i < n_figures; i++)
    {
      cpu += figures[i].host_cpu;
      *memory += figures[i].memory;
      host->disk_read += figures[i].disk_read;
      host->disk_write += figures[i].disk_write;
      host->net_rx += figures[i].net_rx;
      host->net_tx += figures[i].net_tx;
      requests += figures[i].disk_requests;
      latency += figures[i].disk_requests * figures[i].disk_latency;
    }
  /* The host's disks are one layer nearer. */
  host->disk_latency = requests > 0 ? 0.8 * latency / requests : 0;
  return cpu;
}

void
agent_workload_host (const muri_v1_Uuid *node, muri_v1_VmFigures *figures, guint n_figures,
                     guint host_cpus, guint64 memory, gint64 time, muri_v1_NodeFigures *host)
{
  guint64 seed = seed_of (node);
  double seconds = time / (double)G_USEC_PER_SEC;
  double own = 0.008 + 0.02 * drift (seed, 1, seconds, 9);
  double used, cpu, wanted;

  memset (host, 0, sizeof *host);
  cpu = sum_up (figures, n_figures, &used, host);
  wanted = cpu + own;
  if (cpu > HOST_CPU_MAX - own)
    {
      double scale = (HOST_CPU_MAX - own) / cpu;

      for (guint i = 0; i < n_figures; i++)
        {
          figures[i].cpu *= scale;
          figures[i].host_cpu *= scale;
        }
      cpu *= scale;
    }
  if (used > HOST_MEMORY_MAX * memory * 0.95)
    {
      double scale = HOST_MEMORY_MAX * memory * 0.95 / used;

      for (guint i = 0; i < n_figures; i++)
        figures[i].memory *= scale;
      used *= scale;
    }

  host->known = MURI_NODE_FIGURE_CPU | MURI_NODE_FIGURE_LOAD | MURI_NODE_FIGURE_MEMORY
                | MURI_NODE_FIGURE_PRESSURE | MURI_NODE_FIGURE_DISK | MURI_NODE_FIGURE_NET
                | MURI_NODE_FIGURE_STORAGE;
  if (host->disk_latency > 0)
    host->known |= MURI_NODE_FIGURE_DISK_LATENCY;
  host->cpu = cpu + own;
  host->iowait = MIN (0.12, host->disk_latency * 15) * drift (seed, 2, seconds, 8);
  host->iowait = MIN (host->iowait, 1 - host->cpu);
  host->load1 = wanted * host_cpus * (0.9 + 0.2 * drift (seed, 3, seconds, 30));
  host->load5 = wanted * host_cpus * (0.9 + 0.2 * drift (seed, 4, seconds, 150));
  host->load15 = wanted * host_cpus * (0.9 + 0.2 * drift (seed, 5, seconds, 450));
  host->memory = used + 0.04 * memory;
  host->memory_cached = (memory - MIN (host->memory, memory)) * (0.3 + 0.3 * pick (seed, 6));
  host->pressure_cpu = CLAMP (0.15 * wanted * wanted + MAX (wanted - 0.7, 0), 0, 1)
                       * (0.6 + 0.4 * drift (seed, 7, seconds, 10));
  host->pressure_memory =
      CLAMP (used / MAX (memory, 1) - 0.85, 0, 1) * drift (seed, 8, seconds, 10);
  host->pressure_io = CLAMP (host->iowait * 1.5, 0, 1);
  host->storage_size = (guint64)(2 + 6 * pick (seed, 9)) << 40;
  host->storage =
      host->storage_size * (0.25 + 0.4 * pick (seed, 10) + 0.02 * drift (seed, 11, seconds, 3600));
}
