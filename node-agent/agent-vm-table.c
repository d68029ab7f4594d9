/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-vm-table.h"

#include "agent-connections.h"
#include "agent-domain-state.h"
#include "muri-uuid.h"

static void
record_free (gpointer data)
{
  AgentVmRecord *record = data;

  g_strfreev (record->disks);
  g_strfreev (record->nics);
  g_free (record->sizes);
  agent_connections_release (NULL, record->slow_domain);
  g_free (record);
}

AgentNote *
agent_note_new (AgentNoteKind kind, const muri_v1_Uuid *vm)
{
  AgentNote *note = g_new0 (AgentNote, 1);

  note->kind = kind;
  note->vm = *vm;
  return note;
}

void
agent_note_free (AgentNote *note)
{
  g_free (note->addresses);
  g_free (note->disks);
  g_free (note);
}

AgentVmTable *
agent_vm_table_new (void)
{
  AgentVmTable *table = g_new0 (AgentVmTable, 1);

  g_atomic_ref_count_init (&table->references);
  g_mutex_init (&table->lock);
  table->records = g_ptr_array_new_with_free_func (record_free);
  table->by_uuid = g_hash_table_new (muri_uuid_hash, muri_uuid_equal);
  table->notes = g_ptr_array_new_with_free_func ((GDestroyNotify)agent_note_free);
  return table;
}

AgentVmTable *
agent_vm_table_ref (AgentVmTable *table)
{
  g_atomic_ref_count_inc (&table->references);
  return table;
}

void
agent_vm_table_unref (AgentVmTable *table)
{
  if (!g_atomic_ref_count_dec (&table->references))
    return;
  g_hash_table_unref (table->by_uuid);
  g_ptr_array_unref (table->records);
  g_ptr_array_unref (table->notes);
  g_free (table->storage);
  g_mutex_clear (&table->lock);
  g_free (table);
}

AgentVmRecord *
agent_vm_table_find (AgentVmTable *table, const muri_v1_Uuid *uuid)
{
  return g_hash_table_lookup (table->by_uuid, uuid);
}

static int
compare_records (gconstpointer a, gconstpointer b)
{
  const AgentVmRecord *const *x = a, *const *y = b;

  return muri_uuid_compare (&(*x)->uuid, &(*y)->uuid);
}

static void
name_devices (AgentVmRecord *record, const muri_v1_Vm *vm)
{
  g_strfreev (record->disks);
  g_strfreev (record->nics);
  record->disks = g_new0 (char *, vm->disks._length + 1);
  record->nics = g_new0 (char *, vm->nics._length + 1);
  for (guint i = 0; i < vm->disks._length; i++)
    record->disks[i] = g_strdup (vm->disks._buffer[i].target);
  /* libvirt takes the MAC address too, where an interface has no name on the host. */
  for (guint i = 0; i < vm->nics._length; i++)
    record->nics[i] = g_strdup (vm->nics._buffer[i].target[0] ? vm->nics._buffer[i].target
                                                              : vm->nics._buffer[i].mac);
}

static void
remove_locked (AgentVmTable *table, const muri_v1_Uuid *uuid)
{
  AgentVmRecord *record = agent_vm_table_find (table, uuid);

  if (record == NULL)
    return;
  g_hash_table_remove (table->by_uuid, uuid);
  g_ptr_array_remove (table->records, record);
}

void
agent_vm_table_remove (AgentVmTable *table, const muri_v1_Uuid *uuid)
{
  g_mutex_lock (&table->lock);
  remove_locked (table, uuid);
  g_mutex_unlock (&table->lock);
}

void
agent_vm_table_put (AgentVmTable *table, const muri_v1_Vm *vm)
{
  AgentVmRecord *record;

  g_mutex_lock (&table->lock);
  record = agent_vm_table_find (table, &vm->vm);
  if (!agent_domain_state_is_active (vm->state))
    {
      remove_locked (table, &vm->vm);
    }
  else
    {
      if (record == NULL)
        {
          record = g_new0 (AgentVmRecord, 1);
          record->uuid = vm->vm;
          g_hash_table_insert (table->by_uuid, &record->uuid, record);
          g_ptr_array_add (table->records, record);
          g_ptr_array_sort (table->records, compare_records);
        }
      if (record->booted != vm->booted)
        record->addresses_next = record->addresses_pause = 0;
      record->state = vm->state;
      record->vcpus = vm->vcpus;
      record->memory = vm->memory;
      record->booted = vm->booted;
      record->guest_agent = vm->guest_agent;
      name_devices (record, vm);
    }
  g_mutex_unlock (&table->lock);
}
