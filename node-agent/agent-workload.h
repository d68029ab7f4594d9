/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentWorkloadVm: what of a VM its simulated workload depends on.
 * @memory: KiB
 */
typedef struct
{
  muri_v1_Uuid uuid;
  gboolean running; /* else paused */
  guint vcpus;
  guint64 memory;
  gboolean disk, net;
  gint64 booted; /* microseconds since the epoch, 0 unknown */
} AgentWorkloadVm;

/**
 * A simulated workload: figures that look like those of a fleet at work, for demonstrations on
 * the test driver, whose own are constant. A function of the UUID and the time, so it is the same
 * after a restart. @time: microseconds since the epoch.
 */
void agent_workload_vm (const AgentWorkloadVm *vm, guint host_cpus, gint64 time,
                        muri_v1_VmFigures *figures);

/* The host of these VMs: their sum and what the host itself needs, within what it has. Scales
 * @figures down where they want more than that. @memory: KiB that the host has. */
void agent_workload_host (const muri_v1_Uuid *node, muri_v1_VmFigures *figures, guint n_figures,
                          guint host_cpus, guint64 memory, gint64 time, muri_v1_NodeFigures *host);

G_END_DECLS
