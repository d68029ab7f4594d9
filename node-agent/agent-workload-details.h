/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-vm.h"

G_BEGIN_DECLS

/* What the test driver does not know of a VM and a demonstration shows: its address (a different
 * one for each) and the sizes of its disks. Functions of the UUIDs. */
void
agent_workload_address (const muri_v1_Uuid *node, const muri_v1_Uuid *vm, muri_v1_Address *address);
void agent_workload_disk (const muri_v1_Uuid *vm, guint index, AgentDiskSize *size);

/* When a VM that runs already was booted: days ago, and the same after a restart of the agent.
 * @now: microseconds since the epoch. */
gint64 agent_workload_boot (const muri_v1_Uuid *vm, gint64 now);

G_END_DECLS
