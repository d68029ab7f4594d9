/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-adjustment.h"
#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriAllocationReason: why a VM's resources are not changed.
 * @MURI_ALLOCATION_POSSIBLE: they are
 * @MURI_ALLOCATION_SAME: they are so already
 * @MURI_ALLOCATION_UNREACHABLE: its host cannot be asked
 * @MURI_ALLOCATION_UNSUPPORTED: its hypervisor or its configuration cannot
 * @MURI_ALLOCATION_OFF: it does not run, and only now was asked for
 * @MURI_ALLOCATION_LITTLE: nothing would be left of them
 * @MURI_ALLOCATION_BEYOND: only a boot could give so much, and only now was asked for
 * @MURI_ALLOCATION_PROCESSORS: more vCPUs than its host has processors; limit says how many
 * @MURI_ALLOCATION_MEMORY: more than its host has; limit: KiB
 * @MURI_ALLOCATION_OVERCOMMIT: with the other running VMs of its host more than may be promised;
 *   limit: what it may have, KiB
 */
typedef enum
{
  MURI_ALLOCATION_POSSIBLE,
  MURI_ALLOCATION_SAME,
  MURI_ALLOCATION_UNREACHABLE,
  MURI_ALLOCATION_UNSUPPORTED,
  MURI_ALLOCATION_OFF,
  MURI_ALLOCATION_LITTLE,
  MURI_ALLOCATION_BEYOND,
  MURI_ALLOCATION_PROCESSORS,
  MURI_ALLOCATION_MEMORY,
  MURI_ALLOCATION_OVERCOMMIT,
} MuriAllocationReason;

/** When a change takes effect. */
typedef enum
{
  MURI_ALLOCATION_BOTH,
  MURI_ALLOCATION_NOW,
  MURI_ALLOCATION_NEXT,
} MuriAllocationWhen;

/**
 * MuriAllocationWish: what is to be changed; all zero but overcommit_memory is nothing.
 * @overcommit_memory: see #MuriPlacementWish
 */
typedef struct
{
  MuriAdjustment vcpus;
  MuriAdjustment memory;
  MuriAllocationWhen when;
  double overcommit_memory;
} MuriAllocationWish;

/**
 * MuriAllocationItem: a VM, and what becomes of its resources.
 * @vm: the VM
 * @reason: why not
 * @limit: see #MuriAllocationReason
 * @now: what it has
 * @next: what it was to have with the next boot
 * @then_now: what it has after the change; as @now where it does not run
 * @then_next: what it will have with the next boot
 * @vcpus_wait: the vCPUs cannot change while it runs: only with the next boot
 * @memory_waits: the same of its memory
 * @guest_decides: vCPUs are taken from a running guest, which may refuse
 */
typedef struct
{
  MuriVm *vm;
  MuriAllocationReason reason;
  guint64 limit;
  MuriResources now;
  MuriResources next;
  MuriResources then_now;
  MuriResources then_next;
  gboolean vcpus_wait;
  gboolean memory_waits;
  gboolean guest_decides;
} MuriAllocationItem;

/**
 * MuriAllocation: what becomes of VMs' resources. A picture of one moment.
 * @items: (element-type MuriAllocationItem)
 * @n_possible: how many change
 * @n_waiting: of these, how many wait for their next boot in part or whole
 */
typedef struct
{
  GPtrArray *items;
  guint n_possible;
  guint n_waiting;

  /*< private >*/
  MuriAllocationWish wish;
} MuriAllocation;

void muri_allocation_wish_init (MuriAllocationWish *wish);

/* @vms: (element-type MuriVm) */
MuriAllocation *muri_allocation_new (GPtrArray *vms, const MuriAllocationWish *wish);
void muri_allocation_free (MuriAllocation *allocation);

/* For those that it is possible for. Transfer full; NULL: for none. */
MuriRequest *muri_allocation_make_request (MuriAllocation *allocation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriAllocation, muri_allocation_free)

G_END_DECLS
