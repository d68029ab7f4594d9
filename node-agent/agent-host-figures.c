/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-host-figures.h"

#include <fcntl.h>
#include <libproc2/diskstats.h>
#include <libproc2/meminfo.h>
#include <libproc2/stat.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "agent-host-net.h"
#include "agent-vm-figures.h"
#include "muri-words.h"

#define SECTOR 512
#define N_PRESSURES 3

struct _AgentHostFigures
{
  struct stat_info *stat;
  struct meminfo_info *memory;
  struct diskstats_info *disks;
  AgentHostNet *net;
  int pressure[N_PRESSURES]; /* file descriptors, -1 where the kernel has none */

  /* What is read in turns: memory, which moves slowly, and pressures, which the kernel itself
   * only reckons every two seconds. */
  muri_v1_NodeFigures kept;
  gboolean is_pressures_turn;

  guint64 busy, iowait, steal, total; /* ticks, of the reading before */
  AgentRates disk_rates;              /* bytes read, bytes written, requests, milliseconds */
  AgentRates net_rates;
};

AgentHostFigures *
agent_host_figures_new (void)
{
  static const char *const files[N_PRESSURES] = { "/proc/pressure/cpu", "/proc/pressure/memory",
                                                  "/proc/pressure/io" };
  AgentHostFigures *figures = g_new0 (AgentHostFigures, 1);

  if (procps_stat_new (&figures->stat) < 0)
    figures->stat = NULL;
  if (procps_meminfo_new (&figures->memory) < 0)
    figures->memory = NULL;
  if (procps_diskstats_new (&figures->disks) < 0)
    figures->disks = NULL;
  figures->net = agent_host_net_new ();
  for (guint i = 0; i < N_PRESSURES; i++)
    figures->pressure[i] = open (files[i], O_RDONLY | O_CLOEXEC);
  return figures;
}

void
agent_host_figures_free (AgentHostFigures *figures)
{
  if (figures->stat)
    procps_stat_unref (&figures->stat);
  if (figures->memory)
    procps_meminfo_unref (&figures->memory);
  if (figures->disks)
    procps_diskstats_unref (&figures->disks);
  agent_host_net_free (figures->net);
  for (guint i = 0; i < N_PRESSURES; i++)
    if (figures->pressure[i] >= 0)
      close (figures->pressure[i]);
  g_free (figures);
}

static void
read_cpu (AgentHostFigures *figures, muri_v1_NodeFigures *wire)
{
  /* Not libproc2's own sums: they count the time of guests twice, since the kernel has it in
   * that of users already. */
  static enum stat_item items[] = { STAT_TIC_USER,   STAT_TIC_NICE,    STAT_TIC_SYSTEM,
                                    STAT_TIC_IRQ,    STAT_TIC_SOFTIRQ, STAT_TIC_IDLE,
                                    STAT_TIC_IOWAIT, STAT_TIC_STOLEN };
  struct stat_stack *stack =
      figures->stat ? procps_stat_select (figures->stat, items, G_N_ELEMENTS (items)) : NULL;
  guint64 busy = 0, iowait, steal, total;

  if (stack == NULL)
    return;
  for (guint i = 0; i < 5; i++)
    busy += stack->head[i].result.ull_int;
  iowait = stack->head[6].result.ull_int;
  steal = stack->head[7].result.ull_int;
  total = busy + stack->head[5].result.ull_int + iowait + steal;

  /* The kernel lets iowait run backwards at times. */
  if (figures->total != 0 && total > figures->total && busy >= figures->busy
      && iowait >= figures->iowait && steal >= figures->steal)
    {
      double ticks = total - figures->total;

      wire->known |= MURI_NODE_FIGURE_CPU;
      wire->cpu = (busy - figures->busy) / ticks;
      wire->iowait = (iowait - figures->iowait) / ticks;
      wire->steal = (steal - figures->steal) / ticks;
    }
  figures->busy = busy;
  figures->iowait = iowait;
  figures->steal = steal;
  figures->total = total;
}

static void
read_memory (AgentHostFigures *figures, muri_v1_NodeFigures *wire)
{
  static enum meminfo_item items[] = { MEMINFO_MEM_TOTAL, MEMINFO_MEM_AVAILABLE,
                                       MEMINFO_MEM_CACHED_ALL, MEMINFO_SWAP_USED };
  struct meminfo_stack *stack =
      figures->memory ? procps_meminfo_select (figures->memory, items, G_N_ELEMENTS (items)) : NULL;

  wire->known &= ~MURI_NODE_FIGURE_MEMORY;
  if (stack == NULL)
    return;
  wire->known |= MURI_NODE_FIGURE_MEMORY;
  wire->memory = stack->head[0].result.ul_int
                 - MIN (stack->head[1].result.ul_int, stack->head[0].result.ul_int);
  wire->memory_cached = stack->head[2].result.ul_int;
  wire->swap = stack->head[3].result.ul_int;
}

/* Disks themselves: what is made of them would be counted twice. */
static gboolean
is_disk (const struct diskstats_stack *stack)
{
  static const char *const others[] = { "loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd" };
  const char *name = stack->head[0].result.str;

  if (stack->head[1].result.s_int != DISKSTATS_TYPE_DISK)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_str_has_prefix (name, others[i]))
      return FALSE;
  return TRUE;
}

static void
read_disks (AgentHostFigures *figures, gint64 now, muri_v1_NodeFigures *wire)
{
  static enum diskstats_item items[] = { DISKSTATS_NAME,         DISKSTATS_TYPE,
                                         DISKSTATS_READ_SECTORS, DISKSTATS_WRITE_SECTORS,
                                         DISKSTATS_READS,        DISKSTATS_WRITES,
                                         DISKSTATS_READ_TIME,    DISKSTATS_WRITE_TIME };
  struct diskstats_reaped *reaped =
      figures->disks ? procps_diskstats_reap (figures->disks, items, G_N_ELEMENTS (items)) : NULL;
  AgentRates *rates = &figures->disk_rates;
  guint64 values[4] = { 0 };

  if (reaped == NULL)
    return;
  for (int i = 0; i < reaped->total; i++)
    {
      const struct diskstats_result *head = reaped->stacks[i]->head;

      if (!is_disk (reaped->stacks[i]))
        continue;
      values[0] += (guint64)head[2].result.ul_int * SECTOR;
      values[1] += (guint64)head[3].result.ul_int * SECTOR;
      values[2] += head[4].result.ul_int + head[5].result.ul_int;
      values[3] += head[6].result.ul_int + head[7].result.ul_int;
    }

  agent_rates_update (rates, values, G_N_ELEMENTS (values), now);
  if (!rates->known)
    return;
  wire->known |= MURI_NODE_FIGURE_DISK;
  wire->disk_read = rates->rates[0];
  wire->disk_write = rates->rates[1];
  if (rates->rates[2] > 0)
    {
      wire->known |= MURI_NODE_FIGURE_DISK_LATENCY;
      wire->disk_latency = rates->rates[3] / rates->rates[2] / 1000;
    }
}

static void
read_net (AgentHostFigures *figures, gint64 now, muri_v1_NodeFigures *wire)
{
  guint64 values[2];

  if (!agent_host_net_read (figures->net, now, &values[0], &values[1]))
    {
      figures->net_rates.read = 0;
      return;
    }
  agent_rates_update (&figures->net_rates, values, G_N_ELEMENTS (values), now);
  if (!figures->net_rates.known)
    return;
  wire->known |= MURI_NODE_FIGURE_NET;
  wire->net_rx = figures->net_rates.rates[0];
  wire->net_tx = figures->net_rates.rates[1];
}

gboolean
agent_host_figures_parse_pressure (const char *text, float *share)
{
  static const char before[] = "some avg10=";
  const char *number = text + strlen (before);
  char *end;
  double percent;

  if (!g_str_has_prefix (text, before))
    return FALSE;
  percent = g_ascii_strtod (number, &end);
  if (end == number || !(percent >= 0 && percent <= 100))
    return FALSE;
  *share = percent / 100;
  return TRUE;
}

static void
read_pressure (AgentHostFigures *figures, muri_v1_NodeFigures *wire)
{
  float *shares[N_PRESSURES] = { &wire->pressure_cpu, &wire->pressure_memory, &wire->pressure_io };

  wire->known &= ~MURI_NODE_FIGURE_PRESSURE;
  for (guint i = 0; i < N_PRESSURES; i++)
    {
      char text[64];
      gssize length =
          figures->pressure[i] >= 0 ? pread (figures->pressure[i], text, sizeof text - 1, 0) : -1;

      if (length < 0)
        return;
      text[length] = 0;
      if (!agent_host_figures_parse_pressure (text, shares[i]))
        return;
    }
  wire->known |= MURI_NODE_FIGURE_PRESSURE;
}

gboolean
agent_host_figures_read_storage (const char *path, guint64 *used, guint64 *size)
{
  struct statvfs fs;

  if ((path == NULL || statvfs (path, &fs) != 0) && statvfs ("/", &fs) != 0)
    return FALSE;
  *size = (guint64)fs.f_blocks * fs.f_frsize;
  *used = (guint64)(fs.f_blocks - fs.f_bfree) * fs.f_frsize;
  return TRUE;
}

void
agent_host_figures_read (AgentHostFigures *figures, gint64 now, muri_v1_NodeFigures *wire)
{
  double load[3];

  if (figures->is_pressures_turn)
    read_pressure (figures, &figures->kept);
  else
    read_memory (figures, &figures->kept);
  figures->is_pressures_turn = !figures->is_pressures_turn;

  *wire = figures->kept;
  read_cpu (figures, wire);
  read_disks (figures, now, wire);
  read_net (figures, now, wire);
  if (getloadavg (load, 3) == 3)
    {
      wire->known |= MURI_NODE_FIGURE_LOAD;
      wire->load1 = load[0];
      wire->load5 = load[1];
      wire->load15 = load[2];
    }
}
