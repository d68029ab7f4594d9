/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-workload-details.h"

#include "muri-uuid.h"

/* Made-up boots lie up to this long before the last month that began at the epoch's pace. */
#define MONTH (30 * G_TIME_SPAN_DAY)
#define BOOTED_WITHIN (12 * G_TIME_SPAN_DAY)

#define GIB (G_GUINT64_CONSTANT (1) << 30)

void
agent_workload_address (const muri_v1_Uuid *node, const muri_v1_Uuid *vm, muri_v1_Address *address)
{
  guint network = muri_uuid_hash (node) % 250 + 1;
  guint host = muri_uuid_hash (vm) % (250 * 250);

  g_snprintf (*address, sizeof *address, "10.%u.%u.%u", network, host / 250, host % 250 + 2);
}

void
agent_workload_disk (const muri_v1_Uuid *vm, guint index, AgentDiskSize *size)
{
  static const guint sizes[] = { 20, 40, 40, 80, 120, 200 };
  guint number = muri_uuid_hash (vm) + 7919 * index;

  size->capacity = sizes[number % G_N_ELEMENTS (sizes)] * GIB;
  size->allocation = size->capacity / 100 * (8 + number / 7 % 60);
}

gint64
agent_workload_boot (const muri_v1_Uuid *vm, gint64 now)
{
  return now / MONTH * MONTH - (gint64)(muri_uuid_hash (vm) / (double)G_MAXUINT * BOOTED_WITHIN);
}
