/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <libvirt/libvirt.h>

#include "agent-mirror.h"
#include "agent-vm.h"

G_BEGIN_DECLS

/**
 * AgentInventory: the VMs of this node as they are published.
 *
 * Driven by libvirt's events with a slow resync. Main context only.
 *
 * Signals:
 * - "vm-changed" (const muri_v1_Vm *): a VM is new or differs from before
 * - "vm-removed" (const muri_v1_Vm *): libvirt no longer has it
 * - "event" (const muri_v1_Event *): something to tell the fleet; node, number and time are
 *   filled in by the publisher
 * - "loaded": the first complete reading is in
 */
#define AGENT_TYPE_INVENTORY (agent_inventory_get_type ())
G_DECLARE_FINAL_TYPE (AgentInventory, agent_inventory, AGENT, INVENTORY, GObject)

AgentInventory *agent_inventory_new (const muri_v1_Uuid *node);

/* Who says which groups a VM is in; without one, the VM itself. */
void agent_inventory_set_mirror (AgentInventory *inventory, AgentMirror *mirror);

/* The connection was opened, or is gone. After a loss the VMs stay as last known. */
void agent_inventory_attach (AgentInventory *inventory, virConnectPtr connection);
void agent_inventory_detach (AgentInventory *inventory);

/* Whether all VMs have been read at least once. */
gboolean agent_inventory_is_loaded (AgentInventory *inventory);

guint agent_inventory_get_size (AgentInventory *inventory);
const muri_v1_Vm *agent_inventory_find (AgentInventory *inventory, const muri_v1_Uuid *vm);
void agent_inventory_foreach (AgentInventory *inventory,
                              void (*func) (const muri_v1_Vm *, gpointer), gpointer user_data);

/* What other ways of looking at a VM found out. */
void
agent_inventory_note_unanswered (AgentInventory *inventory, const muri_v1_Uuid *vm, gint64 since);
void agent_inventory_note_booted (AgentInventory *inventory, const muri_v1_Uuid *vm, gint64 booted);
void agent_inventory_note_addresses (AgentInventory *inventory, const muri_v1_Uuid *vm,
                                     muri_v1_Address *addresses, guint n_addresses);
void agent_inventory_note_disks (AgentInventory *inventory, const muri_v1_Uuid *vm,
                                 const AgentDiskSize *disks, guint n_disks);

/* Bit N: others read disk N too. */
void agent_inventory_note_shared (AgentInventory *inventory, const muri_v1_Uuid *vm, guint64 disks);

/* Read this VM again soon (an operation acted on it); or, where the events say everything else,
 * only its state. */
void agent_inventory_refresh (AgentInventory *inventory, const muri_v1_Uuid *vm);
void agent_inventory_refresh_state (AgentInventory *inventory, const muri_v1_Uuid *vm);
/* @causes: AGENT_MIRROR_* */
void agent_inventory_refresh_for (AgentInventory *inventory, const muri_v1_Uuid *vm, guint causes);

/* MURI_VM_STATE_* of @vm as far as the events tell. Unknown while one of it has not been read yet;
 * and of a VM without a definition, which ends with its state. */
guint agent_inventory_get_current_state (AgentInventory *inventory, const muri_v1_Uuid *vm);

/* While something more urgent is done VMs are not read again, for a second at most. */
void agent_inventory_hold (AgentInventory *inventory, gboolean hold);

G_END_DECLS
