/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri.h"

#include <glib.h>
#include <stdbool.h>

G_BEGIN_DECLS

/**
 * MuriDisk: muri_v1_Disk with texts as long as they are.
 */
typedef struct
{
  const char *target;
  const char *device;
  const char *bus;
  const char *source;
  guint64 capacity;   /* bytes, 0 unknown */
  guint64 allocation; /* bytes, 0 unknown */
  gboolean shared;
} MuriDisk;

/**
 * MuriNic: muri_v1_Nic with texts as long as they are.
 */
typedef struct
{
  const char *mac;
  const char *model;
  const char *network;
  const char *target;
} MuriNic;

/**
 * MuriMember: muri_v1_Membership with a text as long as it is.
 */
typedef struct
{
  const char *group;
  gint32 start_order;
  guint32 start_delay;
} MuriMember;

/**
 * MuriVmFacts: all that an agent says of a VM, in one piece of memory, without room for what is not
 * there.
 *
 * Members mean what they mean in muri_v1_Vm; no text is %NULL. Nothing of it changes after it was
 * made, so any thread may read it.
 */
typedef struct
{
  /* What may be compared as bytes: nothing that points anywhere, and no gap. */
  muri_v1_Uuid node;
  muri_v1_Uuid vm;
  muri_v1_Uuid template_id;
  gint64 since;
  gint64 booted;
  gint64 unanswered;
  guint64 memory;
  guint64 memory_max;
  guint64 memory_next;
  guint64 memory_max_next;
  guint32 vcpus;
  guint32 vcpus_max;
  guint32 vcpus_next;
  guint32 vcpus_max_next;
  gint32 reason;
  guint8 state;
  bool persistent;
  bool autostart;
  bool managed_save;
  bool guest_agent;
  bool guarded;
  bool linked;
  bool uefi;
  guint8 n_addresses;
  guint8 n_disks;
  guint8 n_nics;
  guint8 n_groups;
  gsize texts_size; /* of all texts, which begin with the name */

  const char *name;
  const char *title;
  const char *os;
  const char *arch;
  const char *machine;
  const char *metadata_error;
  const char *const *addresses;
  const MuriDisk *disks;
  const MuriNic *nics;
  const MuriMember *groups;
} MuriVmFacts;

MuriVmFacts *muri_vm_facts_pack (const muri_v1_Vm *sample);
muri_v1_Vm *muri_vm_facts_unpack (const MuriVmFacts *facts);
gboolean muri_vm_facts_equal (const MuriVmFacts *a, const MuriVmFacts *b);
void muri_vm_facts_free (MuriVmFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriVmFacts, muri_vm_facts_free)

G_END_DECLS
