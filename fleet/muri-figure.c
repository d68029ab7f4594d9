/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-figure-private.h"

#include "muri-words.h"

#include <math.h>

void
muri_figures_forget (float *values, guint n)
{
  for (guint i = 0; i < n; i++)
    values[i] = NAN;
}

void
muri_figures_read_vm (const muri_v1_VmFigures *figures, float values[MURI_N_VM_FIGURES])
{
  const guint known = figures->known;
  const gboolean cpu = (known & MURI_VM_FIGURE_CPU) != 0;
  const gboolean disk = (known & MURI_VM_FIGURE_DISK) != 0;
  const gboolean net = (known & MURI_VM_FIGURE_NET) != 0;

  values[MURI_FIGURE_CPU] = cpu ? figures->cpu : NAN;
  values[MURI_FIGURE_HOST_CPU] = cpu ? figures->host_cpu : NAN;
  values[MURI_FIGURE_MEMORY] =
      (known & MURI_VM_FIGURE_MEMORY) != 0 ? (float)figures->memory * 1024 : NAN;
  values[MURI_FIGURE_DISK_READ] = disk ? figures->disk_read : NAN;
  values[MURI_FIGURE_DISK_WRITE] = disk ? figures->disk_write : NAN;
  values[MURI_FIGURE_DISK_REQUESTS] = disk ? figures->disk_requests : NAN;
  values[MURI_FIGURE_DISK_LATENCY] =
      (known & MURI_VM_FIGURE_DISK_LATENCY) != 0 ? figures->disk_latency : NAN;
  values[MURI_FIGURE_NET_RX] = net ? figures->net_rx : NAN;
  values[MURI_FIGURE_NET_TX] = net ? figures->net_tx : NAN;
}

static void
read_rates (const muri_v1_NodeFigures *figures, float *values)
{
  const gboolean disk = (figures->known & MURI_NODE_FIGURE_DISK) != 0;
  const gboolean net = (figures->known & MURI_NODE_FIGURE_NET) != 0;
  const gboolean load = (figures->known & MURI_NODE_FIGURE_LOAD) != 0;
  const gboolean pressure = (figures->known & MURI_NODE_FIGURE_PRESSURE) != 0;

  values[MURI_FIGURE_DISK_READ] = disk ? figures->disk_read : NAN;
  values[MURI_FIGURE_DISK_WRITE] = disk ? figures->disk_write : NAN;
  values[MURI_FIGURE_DISK_LATENCY] =
      (figures->known & MURI_NODE_FIGURE_DISK_LATENCY) != 0 ? figures->disk_latency : NAN;
  values[MURI_FIGURE_NET_RX] = net ? figures->net_rx : NAN;
  values[MURI_FIGURE_NET_TX] = net ? figures->net_tx : NAN;
  values[MURI_FIGURE_LOAD1] = load ? figures->load1 : NAN;
  values[MURI_FIGURE_LOAD5] = load ? figures->load5 : NAN;
  values[MURI_FIGURE_LOAD15] = load ? figures->load15 : NAN;
  values[MURI_FIGURE_PRESSURE_CPU] = pressure ? figures->pressure_cpu : NAN;
  values[MURI_FIGURE_PRESSURE_MEMORY] = pressure ? figures->pressure_memory : NAN;
  values[MURI_FIGURE_PRESSURE_IO] = pressure ? figures->pressure_io : NAN;
}

void
muri_figures_read_node (const muri_v1_NodeFigures *figures, float values[MURI_N_FIGURES])
{
  const gboolean cpu = (figures->known & MURI_NODE_FIGURE_CPU) != 0;
  const gboolean memory = (figures->known & MURI_NODE_FIGURE_MEMORY) != 0;

  muri_figures_forget (values, MURI_N_FIGURES);
  if (cpu)
    {
      values[MURI_FIGURE_CPU] = figures->cpu;
      values[MURI_FIGURE_IOWAIT] = figures->iowait;
      values[MURI_FIGURE_STEAL] = figures->steal;
    }
  if (memory)
    {
      values[MURI_FIGURE_MEMORY] = (float)figures->memory * 1024;
      values[MURI_FIGURE_MEMORY_CACHED] = (float)figures->memory_cached * 1024;
      values[MURI_FIGURE_SWAP] = (float)figures->swap * 1024;
    }
  if ((figures->known & MURI_NODE_FIGURE_STORAGE) != 0)
    {
      values[MURI_FIGURE_STORAGE] = (float)figures->storage;
      values[MURI_FIGURE_STORAGE_SIZE] = (float)figures->storage_size;
    }
  read_rates (figures, values);
}
