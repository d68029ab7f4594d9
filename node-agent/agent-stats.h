/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

#include "agent-vm.h"

G_BEGIN_DECLS

/* What libvirt's grouped statistics say. Each returns FALSE when the group was not answered. */

gboolean agent_stats_read_net (virTypedParameterPtr params, int n_params, guint64 *rx, guint64 *tx);

/**
 * AgentBlockStats: sums over the disks of a VM, and the size of each.
 */
typedef struct
{
  guint64 read, written, requests, nanoseconds;
  guint n_disks;
  AgentDiskSize disks[64];
} AgentBlockStats;

gboolean agent_stats_read_block (virTypedParameterPtr params, int n_params, AgentBlockStats *block);

/* KiB that the guest uses as it says itself, else what its process holds of the host's. */
gboolean agent_stats_read_memory (virTypedParameterPtr params, int n_params, guint64 *memory);

/* The same of virDomainMemoryStats(), where there are no groups. */
gboolean
agent_stats_memory_from_tags (const virDomainMemoryStatStruct *stats, int n_stats, guint64 *memory);

G_END_DECLS
