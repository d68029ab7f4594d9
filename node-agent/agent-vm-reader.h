/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

#include "agent-vm-wish.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentVmMetadata: Muri's own metadata of a domain, as it was found; free with
 * agent_vm_metadata_free().
 * @definition: (nullable): where it counts: in a persistent domain's definition, else in its state
 * @running: (nullable): in the running guest
 * @has_running: the domain has both
 */
typedef struct
{
  char *definition;
  char *running;
  gboolean has_running;
} AgentVmMetadata;

void agent_vm_metadata_free (AgentVmMetadata *metadata);

/* Reads what a domain is, in calls that ask no guest's monitor. Blocks: for worker threads.
 * Members that only time tells (since, booted, unanswered) stay 0, or as they were.
 * @wish: (nullable): how much may differ; %NULL: all
 * @metadata: (out) (nullable): %NULL where only the state was read */
muri_v1_Vm *
agent_vm_reader_read (virDomainPtr domain, const muri_v1_Uuid *node, const AgentVmWish *wish,
                      AgentVmMetadata **metadata, GError **error);

/**
 * AgentVmReading: what was found. One of them per request; free with agent_vm_reading_free().
 * @vms: (element-type muri_v1_Vm)
 * @metadata: (element-type AgentVmMetadata): of each of @vms; %NULL where only its state was read
 * @gone: (element-type muri_v1_Uuid): asked for by name, and libvirt has no such domain
 * @error: (nullable): what went wrong with the connection; the rest is what was read until then
 */
typedef struct
{
  GPtrArray *vms;
  GPtrArray *metadata;
  GArray *gone;
  GError *error;
} AgentVmReading;

AgentVmReading *agent_vm_reader_read_all (virConnectPtr connection, const muri_v1_Uuid *node);
/* @wishes: (element-type muri_v1_Uuid AgentVmWish) */
AgentVmReading *
agent_vm_reader_read_some (virConnectPtr connection, const muri_v1_Uuid *node, GHashTable *wishes);
void agent_vm_reading_free (AgentVmReading *reading);

/* When the process of a QEMU guest on this machine was started, in microseconds since the
 * epoch; 0 if unknown. Reads files. */
gint64 agent_vm_reader_find_boot (const muri_v1_Vm *vm);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentVmMetadata, agent_vm_metadata_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentVmReading, agent_vm_reading_free)

G_END_DECLS
