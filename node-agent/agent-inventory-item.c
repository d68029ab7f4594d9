/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-inventory-item.h"

#include <libvirt/libvirt.h>
#include <string.h>

#include "agent-domain-state.h"
#include "agent-vm.h"
#include "muri-words.h"

/* A reset raises more than one REBOOT event. */
#define REPEAT_WITHIN (2 * G_TIME_SPAN_SECOND)

/* A growing image is told in steps, not with every block. */
#define ALLOCATION_STEP (16 * 1024 * 1024)

AgentInventoryItem *
agent_inventory_item_new (const muri_v1_Uuid *uuid)
{
  AgentInventoryItem *item = g_new0 (AgentInventoryItem, 1);

  item->uuid = *uuid;
  return item;
}

void
agent_inventory_item_free (AgentInventoryItem *item)
{
  agent_vm_free (item->vm);
  g_free (item->definition);
  g_free (item);
}

static muri_v1_Disk *
find_disk (muri_v1_Vm *vm, const char *target)
{
  for (guint i = 0; i < vm->disks._length; i++)
    if (strcmp (vm->disks._buffer[i].target, target) == 0)
      return &vm->disks._buffer[i];
  return NULL;
}

/* What a reading of the definition does not know, from the one before. */
static void
keep_known (muri_v1_Vm *vm, muri_v1_Vm *before, gboolean active)
{
  for (guint i = 0; i < vm->disks._length; i++)
    {
      muri_v1_Disk *disk = &vm->disks._buffer[i];
      const muri_v1_Disk *old = find_disk (before, disk->target);

      if (old && strcmp (old->source, disk->source) == 0)
        {
          disk->capacity = old->capacity;
          disk->allocation = old->allocation;
          disk->shared = old->shared;
        }
    }

  if (active)
    {
      vm->unanswered = before->unanswered;
      agent_vm_set_addresses (vm, before->addresses._buffer, before->addresses._length);
    }
}

/* A libvirtd that was restarted has forgotten why a domain is off. It cannot have changed from
 * crashed to off without having run. */
static void
keep_reason (muri_v1_Vm *vm, const muri_v1_Vm *before)
{
  if (vm->state != MURI_VM_STATE_OFF || vm->reason != VIR_DOMAIN_SHUTOFF_UNKNOWN)
    return;
  if (before->state == MURI_VM_STATE_CRASHED || before->state == MURI_VM_STATE_OFF)
    {
      vm->state = before->state;
      vm->reason = before->reason;
    }
}

static gint64
choose_boot (AgentInventoryItem *item, const muri_v1_Vm *vm, gboolean active, gint64 now,
             gboolean found)
{
  gboolean was_active = item->vm && agent_domain_state_is_active (item->vm->state);

  if (!active)
    return 0;
  if (item->boot)
    return item->boot;
  if (was_active)
    return item->vm->booted;
  return found ? vm->booted : now;
}

gboolean
agent_inventory_item_update (AgentInventoryItem *item, muri_v1_Vm *vm, gint64 now, gboolean found)
{
  gboolean active = agent_domain_state_is_active (vm->state);

  if (item->vm)
    keep_reason (vm, item->vm);
  vm->booted = choose_boot (item, vm, active, now, found);
  if (active)
    item->boot = 0;

  if (item->vm == NULL)
    vm->since = found ? 0 : now;
  else
    vm->since = item->vm->state == vm->state ? item->vm->since : now;

  if (item->vm)
    {
      keep_known (vm, item->vm, active);
      if (agent_vm_equal (vm, item->vm))
        {
          agent_vm_free (vm);
          return FALSE;
        }
      agent_vm_free (item->vm);
    }
  item->vm = vm;
  return TRUE;
}

gboolean
agent_inventory_item_accept (AgentInventoryItem *item, guint kind, gint64 now)
{
  guint state = item->vm ? item->vm->state : MURI_VM_STATE_UNKNOWN;
  gboolean accepted;

  switch (kind)
    {
    case MURI_EVENT_VM_RESUMED:
      /* Also said while a guest is being started. */
      accepted = state == MURI_VM_STATE_PAUSED || state == MURI_VM_STATE_SUSPENDED
                 || item->last_kind == MURI_EVENT_VM_PAUSED;
      break;
    case MURI_EVENT_VM_REBOOTED:
      accepted = item->last_kind != kind || now - item->last_time > REPEAT_WITHIN;
      break;
    default:
      accepted = TRUE;
      break;
    }

  if (accepted)
    {
      item->last_kind = kind;
      item->last_time = now;
    }
  return accepted;
}

guint
agent_inventory_item_event_between (guint before, guint after)
{
  gboolean was_active = agent_domain_state_is_active (before);

  if (before == after)
    return MURI_EVENT_UNKNOWN;

  switch (after)
    {
    case MURI_VM_STATE_RUNNING:
      return was_active ? MURI_EVENT_VM_RESUMED : MURI_EVENT_VM_STARTED;
    case MURI_VM_STATE_PAUSED:
    case MURI_VM_STATE_SUSPENDED:
      return MURI_EVENT_VM_PAUSED;
    case MURI_VM_STATE_OFF:
      return MURI_EVENT_VM_STOPPED;
    case MURI_VM_STATE_SAVED:
      return MURI_EVENT_VM_SAVED;
    case MURI_VM_STATE_CRASHED:
      return MURI_EVENT_VM_CRASHED;
    default:
      return MURI_EVENT_UNKNOWN;
    }
}

gboolean
agent_inventory_item_set_disks (AgentInventoryItem *item, const AgentDiskSize *disks, guint n_disks)
{
  gboolean differs = FALSE;

  for (guint i = 0; i < n_disks; i++)
    {
      muri_v1_Disk *disk = find_disk (item->vm, disks[i].target);
      guint64 step;

      if (disk == NULL)
        continue;
      step =
          MAX (disk->allocation, disks[i].allocation) - MIN (disk->allocation, disks[i].allocation);
      if (disk->capacity == disks[i].capacity
          && (step == 0 || (disk->allocation != 0 && step < ALLOCATION_STEP)))
        continue;
      disk->capacity = disks[i].capacity;
      disk->allocation = disks[i].allocation;
      differs = TRUE;
    }
  return differs;
}

gboolean
agent_inventory_item_set_shared (AgentInventoryItem *item, guint64 disks)
{
  gboolean differs = FALSE;

  for (guint i = 0; i < item->vm->disks._length; i++)
    {
      bool shared = (disks >> i & 1) != 0;

      differs |= item->vm->disks._buffer[i].shared != shared;
      item->vm->disks._buffer[i].shared = shared;
    }
  return differs;
}
