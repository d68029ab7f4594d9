/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-allocation.h"

#include "muri-placement.h"
#include "muri-room.h"

/* Nothing boots with less, KiB. */
#define MEMORY_MIN 1024

/* What it has, and what the limits are, before anything of this changes. */
static MuriAllocationItem *
make_item (MuriVm *vm)
{
  MuriAllocationItem *item = g_new0 (MuriAllocationItem, 1);

  item->vm = g_object_ref (vm);
  muri_vm_get_resources (vm, &item->now, &item->next);
  item->then_now = item->now;
  item->then_next = item->next;
  return item;
}

static void
item_free (gpointer data)
{
  MuriAllocationItem *item = data;

  g_object_unref (item->vm);
  g_free (item);
}

static gboolean
is_running (const MuriAllocationItem *item)
{
  return muri_room_state_counts (muri_vm_get_state (item->vm));
}

/* ---- what becomes of one ---- */

/* What is relative is to what it has now, if that is to change; the same value is for both. */
static guint64
find_wanted (const MuriAllocationItem *item, const MuriAllocationWish *wish,
             const MuriAdjustment *adjustment, guint64 now, guint64 next)
{
  gboolean live = is_running (item) && wish->when != MURI_ALLOCATION_NEXT;

  return muri_adjustment_apply (adjustment, live ? now : next);
}

/* Live only up to what it was booted with; the next boot takes what is beyond. */
static void
change_vcpus (MuriAllocationItem *item, const MuriAllocationWish *wish)
{
  guint64 wanted = find_wanted (item, wish, &wish->vcpus, item->now.vcpus, item->next.vcpus);
  guint vcpus = (guint)MIN (wanted, G_MAXUINT);

  if (wish->vcpus.kind == MURI_ADJUSTMENT_NONE)
    return;
  if (wish->when != MURI_ALLOCATION_NOW)
    {
      item->then_next.vcpus = vcpus;
      item->then_next.vcpus_max = MAX (item->next.vcpus_max, vcpus);
    }
  if (!is_running (item) || wish->when == MURI_ALLOCATION_NEXT)
    return;
  item->vcpus_wait = vcpus > item->now.vcpus_max;
  item->guest_decides = vcpus < item->now.vcpus;
  if (!item->vcpus_wait)
    item->then_now.vcpus = vcpus;
}

static void
change_memory (MuriAllocationItem *item, const MuriAllocationWish *wish)
{
  guint64 memory = find_wanted (item, wish, &wish->memory, item->now.memory, item->next.memory);

  if (wish->memory.kind == MURI_ADJUSTMENT_NONE)
    return;
  if (wish->when != MURI_ALLOCATION_NOW)
    {
      item->then_next.memory = memory;
      item->then_next.memory_max = MAX (item->next.memory_max, memory);
    }
  if (!is_running (item) || wish->when == MURI_ALLOCATION_NEXT)
    return;
  item->memory_waits = memory > item->now.memory_max;
  if (!item->memory_waits)
    item->then_now.memory = memory;
}

static gboolean
are_same (const MuriResources *a, const MuriResources *b)
{
  return a->vcpus == b->vcpus && a->vcpus_max == b->vcpus_max && a->memory == b->memory
         && a->memory_max == b->memory_max;
}

static MuriAllocationReason
judge_state (const MuriAllocationItem *item, MuriAllocationWhen when)
{
  if (!muri_vm_is_known (item->vm))
    return MURI_ALLOCATION_UNREACHABLE;
  if (!muri_node_supports (muri_vm_get_node (item->vm), MURI_VERB_RESIZE))
    return MURI_ALLOCATION_UNSUPPORTED;
  return when == MURI_ALLOCATION_NOW && !is_running (item) ? MURI_ALLOCATION_OFF
                                                           : MURI_ALLOCATION_POSSIBLE;
}

static MuriAllocationReason
judge (MuriAllocationItem *item)
{
  const muri_v1_Node *host = muri_node_get_facts (muri_vm_get_node (item->vm));
  guint vcpus = MAX (item->then_now.vcpus, item->then_next.vcpus);
  guint64 memory = MAX (item->then_now.memory, item->then_next.memory);
  gboolean waits = item->vcpus_wait || item->memory_waits;

  if (MIN (item->then_now.vcpus, item->then_next.vcpus) == 0
      || MIN (item->then_now.memory, item->then_next.memory) < MEMORY_MIN)
    return MURI_ALLOCATION_LITTLE;
  if (are_same (&item->now, &item->then_now) && are_same (&item->next, &item->then_next))
    return waits ? MURI_ALLOCATION_BEYOND : MURI_ALLOCATION_SAME;
  if (host->cpus > 0 && vcpus > host->cpus && vcpus > item->next.vcpus)
    {
      item->limit = host->cpus;
      return MURI_ALLOCATION_PROCESSORS;
    }
  if (host->memory > 0 && memory > host->memory && memory > item->next.memory)
    {
      item->limit = host->memory;
      return MURI_ALLOCATION_MEMORY;
    }
  return MURI_ALLOCATION_POSSIBLE;
}

/* ---- all of a host together ---- */

/* What is given back by some is there for the others. */
static double
room_after (GPtrArray *items, MuriNode *node, double overcommit)
{
  MuriRoom room;

  muri_room_measure (&room, node, overcommit, MURI_OVERCOMMIT_CPU);
  for (guint i = 0; i < items->len; i++)
    {
      const MuriAllocationItem *item = items->pdata[i];

      if (muri_vm_get_node (item->vm) == node && item->reason == MURI_ALLOCATION_POSSIBLE
          && is_running (item) && item->then_now.memory < item->now.memory)
        room.memory += (double)(item->now.memory - item->then_now.memory);
    }
  return room.memory;
}

static void
judge_room (GPtrArray *items, MuriAllocationItem *item, GHashTable *rooms, double overcommit)
{
  MuriNode *node = muri_vm_get_node (item->vm);
  double *room = g_hash_table_lookup (rooms, node);
  double more = (double)item->then_now.memory - (double)item->now.memory;

  if (more <= 0 || muri_node_get_facts (node)->memory == 0)
    return;
  if (room == NULL)
    {
      const double after = room_after (items, node, overcommit);

      room = g_memdup2 (&after, sizeof after);
      g_hash_table_insert (rooms, node, room);
    }
  if (more <= *room)
    {
      *room -= more;
      return;
    }
  item->reason = MURI_ALLOCATION_OVERCOMMIT;
  item->limit = item->now.memory + (guint64)MAX (0, *room);
}

static void
judge_rooms (GPtrArray *items, double overcommit)
{
  g_autoptr (GHashTable) rooms = g_hash_table_new_full (NULL, NULL, NULL, g_free);

  for (guint i = 0; i < items->len; i++)
    {
      MuriAllocationItem *item = items->pdata[i];

      if (item->reason == MURI_ALLOCATION_POSSIBLE)
        judge_room (items, item, rooms, overcommit);
    }
}

/**
 * muri_allocation_wish_init:
 * @wish: (out caller-allocates): nothing is changed
 */
void
muri_allocation_wish_init (MuriAllocationWish *wish)
{
  *wish = (MuriAllocationWish){ .overcommit_memory = MURI_OVERCOMMIT_MEMORY };
}

/**
 * muri_allocation_new:
 * @vms: (element-type MuriVm): whose resources are changed
 * @wish: how
 *
 * Returns: (transfer full): what becomes of them
 */
MuriAllocation *
muri_allocation_new (GPtrArray *vms, const MuriAllocationWish *wish)
{
  MuriAllocation *allocation = g_new0 (MuriAllocation, 1);

  allocation->wish = *wish;
  allocation->items = g_ptr_array_new_with_free_func (item_free);
  for (guint i = 0; i < vms->len; i++)
    {
      MuriAllocationItem *item = make_item (vms->pdata[i]);

      g_ptr_array_add (allocation->items, item);
      change_vcpus (item, wish);
      change_memory (item, wish);
      item->reason = judge_state (item, wish->when);
      if (item->reason == MURI_ALLOCATION_POSSIBLE)
        item->reason = judge (item);
    }
  judge_rooms (allocation->items, wish->overcommit_memory);

  for (guint i = 0; i < allocation->items->len; i++)
    {
      const MuriAllocationItem *item = allocation->items->pdata[i];
      gboolean possible = item->reason == MURI_ALLOCATION_POSSIBLE;

      allocation->n_possible += possible;
      allocation->n_waiting += possible && (item->vcpus_wait || item->memory_waits);
    }
  return allocation;
}

/**
 * muri_allocation_free:
 * @allocation: (transfer full): an allocation
 */
void
muri_allocation_free (MuriAllocation *allocation)
{
  g_ptr_array_unref (allocation->items);
  g_free (allocation);
}

static const char *
name_when (MuriAllocationWhen when)
{
  switch (when)
    {
    case MURI_ALLOCATION_NOW:
      return MURI_WHEN_NOW;
    case MURI_ALLOCATION_NEXT:
      return MURI_WHEN_NEXT;
    default:
      return MURI_WHEN_BOTH;
    }
}

/**
 * muri_allocation_make_request:
 * @allocation: an allocation
 *
 * Returns: (transfer full) (nullable): for those that it is possible for; %NULL for none
 */
MuriRequest *
muri_allocation_make_request (MuriAllocation *allocation)
{
  g_autofree char *vcpus = muri_adjustment_print (&allocation->wish.vcpus);
  g_autofree char *memory = muri_adjustment_print (&allocation->wish.memory);
  MuriRequest *request;

  if (allocation->n_possible == 0)
    return NULL;
  request = muri_request_new (MURI_VERB_RESIZE);
  for (guint i = 0; i < allocation->items->len; i++)
    {
      const MuriAllocationItem *item = allocation->items->pdata[i];

      if (item->reason == MURI_ALLOCATION_POSSIBLE)
        muri_request_add_vm (request, item->vm);
    }
  muri_request_set_parameter (request, MURI_PARAMETER_VCPUS, vcpus);
  muri_request_set_parameter (request, MURI_PARAMETER_MEMORY, memory);
  muri_request_set_parameter (request, MURI_PARAMETER_WHEN, name_when (allocation->wish.when));
  return request;
}
