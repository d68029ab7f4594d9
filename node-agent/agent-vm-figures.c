/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-vm-figures.h"

#include "muri-words.h"

#define NANOSECONDS 1e9

void
agent_rates_update (AgentRates *rates, const guint64 *values, guint n_values, gint64 now)
{
  double seconds = (now - rates->read) / (double)G_USEC_PER_SEC;

  rates->known = rates->read != 0 && seconds > 0;
  for (guint i = 0; i < n_values; i++)
    {
      if (values[i] < rates->values[i])
        rates->known = FALSE;
      else if (rates->known)
        rates->rates[i] = (values[i] - rates->values[i]) / seconds;
    }
  for (guint i = 0; i < n_values; i++)
    rates->values[i] = values[i];
  rates->read = now;
}

void
agent_vm_figures_set_cpu (AgentVmFigures *figures, guint64 nanoseconds, guint vcpus, gint64 now)
{
  figures->vcpus = vcpus;
  agent_rates_update (&figures->cpu, &nanoseconds, 1, now);
}

void
agent_vm_figures_set_net (AgentVmFigures *figures, guint64 rx, guint64 tx, gint64 now)
{
  const guint64 values[] = { rx, tx };

  agent_rates_update (&figures->net, values, G_N_ELEMENTS (values), now);
}

void
agent_vm_figures_set_disk (AgentVmFigures *figures, guint64 read, guint64 written, guint64 requests,
                           guint64 nanoseconds, gint64 now)
{
  const guint64 values[] = { read, written, requests, nanoseconds };

  agent_rates_update (&figures->disk, values, G_N_ELEMENTS (values), now);
}

void
agent_vm_figures_set_memory (AgentVmFigures *figures, guint64 memory, gint64 now)
{
  figures->memory = memory;
  figures->memory_read = now;
}

void
agent_vm_figures_fill (const AgentVmFigures *figures, guint host_cpus, gint64 now, gint64 fast_age,
                       gint64 slow_age, muri_v1_VmFigures *wire)
{
  if (figures->cpu.known && now - figures->cpu.read <= fast_age && figures->vcpus > 0)
    {
      double processors = figures->cpu.rates[0] / NANOSECONDS;

      wire->known |= MURI_VM_FIGURE_CPU;
      /* The emulator's own threads may take it above what its vCPUs can. */
      wire->cpu = MIN (processors / figures->vcpus, 1.0);
      wire->host_cpu = MIN (processors / MAX (host_cpus, 1), 1.0);
    }
  if (figures->net.known && now - figures->net.read <= fast_age)
    {
      wire->known |= MURI_VM_FIGURE_NET;
      wire->net_rx = figures->net.rates[0];
      wire->net_tx = figures->net.rates[1];
    }
  if (figures->memory_read != 0 && now - figures->memory_read <= slow_age)
    {
      wire->known |= MURI_VM_FIGURE_MEMORY;
      wire->memory = MIN (figures->memory, G_MAXUINT32);
    }
  if (figures->disk.known && now - figures->disk.read <= slow_age)
    {
      wire->known |= MURI_VM_FIGURE_DISK;
      wire->disk_read = figures->disk.rates[0];
      wire->disk_write = figures->disk.rates[1];
      wire->disk_requests = figures->disk.rates[2];
      if (figures->disk.rates[2] > 0)
        {
          wire->known |= MURI_VM_FIGURE_DISK_LATENCY;
          wire->disk_latency = figures->disk.rates[3] / figures->disk.rates[2] / NANOSECONDS;
        }
    }
}
