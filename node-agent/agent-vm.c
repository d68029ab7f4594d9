/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-vm.h"

#include <string.h>

#include "muri-topics.h"

#define ADDRESSES_MAX 32
#define DISKS_MAX 64
#define NICS_MAX 32

void
agent_text_copy (char *target, gsize size, const char *text)
{
  g_autofree char *valid = NULL;
  gsize length;

  if (text == NULL)
    text = "";
  if (!g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);

  length = strlen (text);
  if (length >= size)
    {
      length = size - 1;
      /* Back to the first byte of the character that does not fit. */
      while (length > 0 && (text[length] & 0xc0) == 0x80)
        length--;
    }
  memcpy (target, text, length);
  memset (target + length, 0, size - length);
}

muri_v1_Vm *
agent_vm_new (void)
{
  return muri_topic_sample_new (MURI_TOPIC_VM);
}

void
agent_vm_free (muri_v1_Vm *vm)
{
  if (vm)
    muri_topic_sample_free (MURI_TOPIC_VM, vm);
}

static gpointer
copy_buffer (gconstpointer buffer, gsize size)
{
  gpointer copy;

  if (size == 0)
    return NULL;
  copy = dds_alloc (size);
  memcpy (copy, buffer, size);
  return copy;
}

muri_v1_Vm *
agent_vm_copy (const muri_v1_Vm *vm)
{
  muri_v1_Vm *copy = agent_vm_new ();

  *copy = *vm;
  copy->addresses._buffer =
      copy_buffer (vm->addresses._buffer, vm->addresses._length * sizeof (muri_v1_Address));
  copy->addresses._maximum = vm->addresses._length;
  copy->addresses._release = true;
  copy->disks._buffer = copy_buffer (vm->disks._buffer, vm->disks._length * sizeof (muri_v1_Disk));
  copy->disks._maximum = vm->disks._length;
  copy->disks._release = true;
  copy->nics._buffer = copy_buffer (vm->nics._buffer, vm->nics._length * sizeof (muri_v1_Nic));
  copy->nics._maximum = vm->nics._length;
  copy->nics._release = true;
  copy->groups._buffer =
      copy_buffer (vm->groups._buffer, vm->groups._length * sizeof (muri_v1_Membership));
  copy->groups._maximum = vm->groups._length;
  copy->groups._release = true;
  return copy;
}

static gboolean
lists_equal (const muri_v1_Vm *a, const muri_v1_Vm *b)
{
  if (a->addresses._length != b->addresses._length || a->disks._length != b->disks._length
      || a->nics._length != b->nics._length || a->groups._length != b->groups._length)
    return FALSE;

  for (guint i = 0; i < a->addresses._length; i++)
    if (strcmp (a->addresses._buffer[i], b->addresses._buffer[i]) != 0)
      return FALSE;

  for (guint i = 0; i < a->disks._length; i++)
    {
      const muri_v1_Disk *x = &a->disks._buffer[i], *y = &b->disks._buffer[i];

      if (strcmp (x->target, y->target) != 0 || strcmp (x->device, y->device) != 0
          || strcmp (x->bus, y->bus) != 0 || strcmp (x->source, y->source) != 0
          || x->capacity != y->capacity || x->allocation != y->allocation || x->shared != y->shared)
        return FALSE;
    }

  for (guint i = 0; i < a->nics._length; i++)
    {
      const muri_v1_Nic *x = &a->nics._buffer[i], *y = &b->nics._buffer[i];

      if (strcmp (x->mac, y->mac) != 0 || strcmp (x->model, y->model) != 0
          || strcmp (x->network, y->network) != 0 || strcmp (x->target, y->target) != 0)
        return FALSE;
    }

  for (guint i = 0; i < a->groups._length; i++)
    {
      const muri_v1_Membership *x = &a->groups._buffer[i], *y = &b->groups._buffer[i];

      if (strcmp (x->group, y->group) != 0 || x->start_order != y->start_order
          || x->start_delay != y->start_delay)
        return FALSE;
    }
  return TRUE;
}

gboolean
agent_vm_equal (const muri_v1_Vm *a, const muri_v1_Vm *b)
{
  return memcmp (&a->node, &b->node, sizeof a->node) == 0
         && memcmp (&a->vm, &b->vm, sizeof a->vm) == 0 && strcmp (a->name, b->name) == 0
         && strcmp (a->title, b->title) == 0 && a->state == b->state && a->reason == b->reason
         && a->since == b->since && a->booted == b->booted && a->vcpus == b->vcpus
         && a->vcpus_max == b->vcpus_max && a->memory == b->memory && a->memory_max == b->memory_max
         && a->persistent == b->persistent && a->autostart == b->autostart
         && a->managed_save == b->managed_save && a->guest_agent == b->guest_agent
         && a->unanswered == b->unanswered && strcmp (a->os, b->os) == 0 && a->guarded == b->guarded
         && strcmp (a->metadata_error, b->metadata_error) == 0 && strcmp (a->arch, b->arch) == 0
         && strcmp (a->machine, b->machine) == 0
         && memcmp (&a->template_id, &b->template_id, sizeof a->template_id) == 0
         && a->linked == b->linked && a->uefi == b->uefi && a->vcpus_next == b->vcpus_next
         && a->memory_next == b->memory_next && a->memory_max_next == b->memory_max_next
         && a->vcpus_max_next == b->vcpus_max_next && lists_equal (a, b);
}

void
agent_vm_set_addresses (muri_v1_Vm *vm, muri_v1_Address *addresses, guint n_addresses)
{
  n_addresses = MIN (n_addresses, ADDRESSES_MAX);
  if (vm->addresses._release)
    dds_free (vm->addresses._buffer);
  vm->addresses._buffer = copy_buffer (addresses, n_addresses * sizeof (muri_v1_Address));
  vm->addresses._length = vm->addresses._maximum = n_addresses;
  vm->addresses._release = true;
}

void
agent_vm_set_metadata (muri_v1_Vm *vm, AgentMetadata *metadata)
{
  gboolean linked = FALSE;

  if (vm->groups._release)
    dds_free (vm->groups._buffer);
  vm->groups._buffer = NULL;
  vm->groups._length =
      metadata != NULL ? agent_metadata_get_memberships (metadata, &vm->groups._buffer) : 0;
  vm->groups._maximum = vm->groups._length;
  vm->groups._release = true;
  vm->guarded = metadata != NULL && agent_metadata_is_guarded (metadata);
  vm->template_id = (muri_v1_Uuid){ 0 };
  vm->linked = false;
  if (metadata != NULL && agent_metadata_get_clone (metadata, &vm->template_id, &linked))
    vm->linked = linked;
}

/* Room for one more element, doubled so that many of them cost few copies. */
static gpointer
grow (gpointer buffer, uint32_t *maximum, uint32_t *length, bool *release, gsize size, guint bound)
{
  if (*length >= bound)
    return NULL;

  if (*length == *maximum)
    {
      guint room = MIN (MAX (*maximum * 2, 2u), bound);
      gpointer larger = dds_alloc (room * size);

      if (*length > 0)
        memcpy (larger, buffer, *length * size);
      if (*release)
        dds_free (buffer);
      buffer = larger;
      *maximum = room;
      *release = true;
    }
  memset ((char *)buffer + *length * size, 0, size);
  (*length)++;
  return buffer;
}

muri_v1_Disk *
agent_vm_add_disk (muri_v1_Vm *vm)
{
  muri_v1_Disk *buffer = grow (vm->disks._buffer, &vm->disks._maximum, &vm->disks._length,
                               &vm->disks._release, sizeof (muri_v1_Disk), DISKS_MAX);

  if (buffer == NULL)
    return NULL;
  vm->disks._buffer = buffer;
  return &buffer[vm->disks._length - 1];
}

muri_v1_Nic *
agent_vm_add_nic (muri_v1_Vm *vm)
{
  muri_v1_Nic *buffer = grow (vm->nics._buffer, &vm->nics._maximum, &vm->nics._length,
                              &vm->nics._release, sizeof (muri_v1_Nic), NICS_MAX);

  if (buffer == NULL)
    return NULL;
  vm->nics._buffer = buffer;
  return &buffer[vm->nics._length - 1];
}
