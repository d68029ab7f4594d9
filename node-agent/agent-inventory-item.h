/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "agent-vm.h"

G_BEGIN_DECLS

/**
 * AgentInventoryItem: one VM and what only time tells of it.
 * @uuid: stays where it is while @vm is replaced
 * @vm: as it was published last; %NULL until it was read
 * @definition: (nullable): Muri's metadata in its definition, as it was read last
 * @boot: when an event said that the guest began anew, until a reading takes it up; 0 none
 */
typedef struct
{
  muri_v1_Uuid uuid;
  muri_v1_Vm *vm;
  char *definition;
  gint64 boot;
  guint last_kind;
  gint64 last_time;
} AgentInventoryItem;

AgentInventoryItem *agent_inventory_item_new (const muri_v1_Uuid *uuid);
void agent_inventory_item_free (AgentInventoryItem *item);

/* Takes @vm, as a reader found it. @found: it was there before anybody looked. Returns whether
 * it differs from before. @now: microseconds since the epoch. */
gboolean
agent_inventory_item_update (AgentInventoryItem *item, muri_v1_Vm *vm, gint64 now, gboolean found);

/* Whether an event of @kind tells something: libvirt says some things more than once.
 * @now: monotonic. */
gboolean agent_inventory_item_accept (AgentInventoryItem *item, guint kind, gint64 now);

/* The event that stands for a change from state @before to @after when nobody saw it happen;
 * MURI_EVENT_UNKNOWN if none does. */
guint agent_inventory_item_event_between (guint before, guint after);

/* Sizes of disks, matched by target. Returns whether something differs that is worth telling. */
gboolean agent_inventory_item_set_disks (AgentInventoryItem *item, const AgentDiskSize *disks,
                                         guint n_disks);

/* Bit N: others read disk N too. The same. */
gboolean agent_inventory_item_set_shared (AgentInventoryItem *item, guint64 disks);

G_END_DECLS
