/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/** Whoever deletes more VMs than this types their number. */
#define MURI_DELETION_TYPED_ABOVE 5

/**
 * MuriDeletionReason: why a VM is not deleted.
 * @MURI_DELETION_POSSIBLE: it is
 * @MURI_DELETION_UNREACHABLE: its host cannot be asked
 * @MURI_DELETION_UNSUPPORTED: its hypervisor or its configuration cannot
 * @MURI_DELETION_GUARDED: it is protected
 * @MURI_DELETION_RUNNING: it is not off
 */
typedef enum
{
  MURI_DELETION_POSSIBLE,
  MURI_DELETION_UNREACHABLE,
  MURI_DELETION_UNSUPPORTED,
  MURI_DELETION_GUARDED,
  MURI_DELETION_RUNNING,
} MuriDeletionReason;

/**
 * MuriDeletionStay: why a volume stays whatever is chosen.
 * @MURI_DELETION_GOES: it goes if it is chosen
 * @MURI_DELETION_SHARED: another VM, a template or a clone reads it; @users names the VMs that are
 *   known to
 * @MURI_DELETION_MEDIUM: a medium in a drive
 */
typedef enum
{
  MURI_DELETION_GOES,
  MURI_DELETION_SHARED,
  MURI_DELETION_MEDIUM,
} MuriDeletionStay;

/**
 * MuriDeletionVolume: a disk of a VM that is to be deleted.
 * @target: "vda"
 * @source: where it is
 * @capacity: bytes, 0 unknown
 * @allocation: bytes that become free, 0 unknown
 * @stay: why it stays
 * @users: (array zero-terminated=1): names of other VMs that use it
 * @chosen: it goes; change it by muri_deletion_choose()
 */
typedef struct
{
  const char *target;
  const char *source;
  guint64 capacity;
  guint64 allocation;
  MuriDeletionStay stay;
  char **users;
  gboolean chosen;
} MuriDeletionVolume;

/**
 * MuriDeletionItem: a VM, and what goes with it. Its definition always does; snapshots go too,
 * and the agent says how many there were.
 * @vm: the VM
 * @reason: why it stays
 * @managed_save: a saved state goes
 * @nvram: variables of UEFI go
 * @volumes: (element-type MuriDeletionVolume)
 */
typedef struct
{
  MuriVm *vm;
  MuriDeletionReason reason;
  gboolean managed_save;
  gboolean nvram;
  GPtrArray *volumes;
} MuriDeletionItem;

/**
 * MuriDeletion: what goes when VMs are deleted. A picture of one moment.
 * @items: (element-type MuriDeletionItem)
 * @n_possible: how many of them can be deleted
 * @stop: those that run can, too, since they are forced off first
 */
typedef struct
{
  GPtrArray *items;
  guint n_possible;
  gboolean stop;
} MuriDeletion;

/* @vms: (element-type MuriVm); volumes that may go are chosen if @volumes. */
MuriDeletion *muri_deletion_new (GPtrArray *vms, gboolean volumes);
void muri_deletion_free (MuriDeletion *deletion);

/* Whether those that run are forced off first: by whom calls this. */
void muri_deletion_set_stop (MuriDeletion *deletion, gboolean stop);

/* (element-type MuriVm): those that run and go. Transfer full. */
GPtrArray *muri_deletion_list_running (MuriDeletion *deletion);

/* @item, @volume: (nullable): all of them */
void muri_deletion_choose (MuriDeletion *deletion, MuriDeletionItem *item,
                           MuriDeletionVolume *volume, gboolean chosen);

/* Of the volumes that go. */
guint muri_deletion_count_volumes (MuriDeletion *deletion);
guint64 muri_deletion_sum_allocation (MuriDeletion *deletion);

/* Whether their number is to be typed first. */
gboolean muri_deletion_is_large (MuriDeletion *deletion);

/* (element-type MuriRequest): one for each choice of volumes. Transfer full. */
GPtrArray *muri_deletion_make_requests (MuriDeletion *deletion);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriDeletion, muri_deletion_free)

G_END_DECLS
