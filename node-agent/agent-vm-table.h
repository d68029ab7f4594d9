/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "agent-stats.h"
#include "agent-vm-figures.h"

G_BEGIN_DECLS

/**
 * AgentVmRecord: an active VM as the sampling threads see it.
 *
 * Belongs to its table and is touched only while that is locked.
 * @disks, @nics: names of devices, for drivers that must be asked for each
 * @wrong_state: how often in a row libvirt's state was another than that of the inventory
 * @slow_domain: (nullable): of the connection for slow figures, for the next time
 * @slow_next: monotonic, when to ask the monitor again
 * @slow_outstanding: a call is under way or waits for its turn
 * @partial_since: monotonic: since then the monitor was busy with somebody else; 0 it was not
 * @unanswered: microseconds since the epoch; 0: it answers
 * @addresses_next: monotonic, when to look for IP addresses again
 * @addresses_pause: how long after the look before; 0 there was none
 * @sizes: of disks, as the inventory was told
 */
typedef struct
{
  muri_v1_Uuid uuid;
  guint state;
  guint vcpus;
  guint64 memory; /* KiB */
  gint64 booted;
  gboolean guest_agent;
  char **disks;
  char **nics;

  AgentVmFigures figures;
  guint wrong_state;

  virDomainPtr slow_domain;
  gint64 slow_next;
  gboolean slow_outstanding;
  guint slow_failures;
  gint64 partial_since;
  gint64 unanswered;
  gint64 addresses_next;
  gint64 addresses_pause;
  AgentDiskSize *sizes;
  guint n_sizes;
} AgentVmRecord;

typedef enum
{
  AGENT_NOTE_REFRESH,
  AGENT_NOTE_UNANSWERED,
  AGENT_NOTE_ADDRESSES,
  AGENT_NOTE_DISKS,
} AgentNoteKind;

/**
 * AgentNote: what a sampling thread tells the inventory.
 */
typedef struct
{
  AgentNoteKind kind;
  muri_v1_Uuid vm;
  gint64 unanswered;
  guint n; /* of what follows */
  muri_v1_Address *addresses;
  AgentDiskSize *disks;
} AgentNote;

AgentNote *agent_note_new (AgentNoteKind kind, const muri_v1_Uuid *vm);
void agent_note_free (AgentNote *note);

/**
 * AgentVmTable: what the main context and the sampling threads share.
 *
 * Lock it, do little, unlock it; never call libvirt meanwhile. Reference counted, since a thread
 * that hangs in libvirt outlives everybody else.
 * @records: sorted by UUID
 * @notes: (element-type AgentNote): for the main context to fetch
 * @host_cpus, @memory (KiB), @storage: of the host, as libvirt says
 * @connected: libvirt can be asked
 * @fast_read: monotonic, when it answered a question that asks no guest, last
 */
typedef struct
{
  gatomicrefcount references;
  GMutex lock;
  GPtrArray *records;
  GHashTable *by_uuid;
  GPtrArray *notes;
  guint host_cpus;
  guint64 memory;
  char *storage;
  gboolean connected;
  gint64 fast_read;
} AgentVmTable;

AgentVmTable *agent_vm_table_new (void);
AgentVmTable *agent_vm_table_ref (AgentVmTable *table);
void agent_vm_table_unref (AgentVmTable *table);

AgentVmRecord *agent_vm_table_find (AgentVmTable *table, const muri_v1_Uuid *uuid);

/* These two lock the table themselves. An inactive VM is not kept. */
void agent_vm_table_put (AgentVmTable *table, const muri_v1_Vm *vm);
void agent_vm_table_remove (AgentVmTable *table, const muri_v1_Uuid *uuid);

G_END_DECLS
