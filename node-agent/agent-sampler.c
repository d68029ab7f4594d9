/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-sampler.h"

#include <string.h>

#include "agent-beat.h"
#include "agent-domain-state.h"
#include "agent-vm-table.h"
#include "agent-workload-details.h"
#include "muri-words.h"

struct _AgentSampler
{
  GObject parent_instance;

  AgentConnections *connections;
  AgentHypervisor *hypervisor;
  AgentInventory *inventory;
  muri_v1_Uuid node;
  gboolean simulate;

  AgentVmTable *table;
  AgentBeat *beat; /* while started */
};

G_DEFINE_FINAL_TYPE (AgentSampler, agent_sampler, G_TYPE_OBJECT)

enum
{
  FRAME,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
take_note (AgentSampler *self, AgentNote *note)
{
  switch (note->kind)
    {
    case AGENT_NOTE_REFRESH:
      agent_inventory_refresh (self->inventory, &note->vm);
      break;
    case AGENT_NOTE_UNANSWERED:
      agent_inventory_note_unanswered (self->inventory, &note->vm, note->unanswered);
      break;
    case AGENT_NOTE_ADDRESSES:
      agent_inventory_note_addresses (self->inventory, &note->vm, note->addresses, note->n);
      break;
    case AGENT_NOTE_DISKS:
      agent_inventory_note_disks (self->inventory, &note->vm, note->disks, note->n);
      break;
    }
}

static void
take_notes (AgentSampler *self)
{
  g_autoptr (GPtrArray) notes = NULL;

  g_mutex_lock (&self->table->lock);
  if (self->table->notes->len > 0)
    {
      notes = self->table->notes;
      self->table->notes = g_ptr_array_new_with_free_func ((GDestroyNotify)agent_note_free);
    }
  g_mutex_unlock (&self->table->lock);

  for (guint i = 0; notes && i < notes->len; i++)
    take_note (self, notes->pdata[i]);
}

static void
on_beat (const AgentFrame *frame, gpointer user_data)
{
  AgentSampler *self = user_data;

  take_notes (self);
  g_signal_emit (self, signals[FRAME], 0, frame);
}

/* A demonstration's details of a VM that the test driver does not have. */
static void
make_up_details (AgentSampler *self, const muri_v1_Vm *vm)
{
  muri_v1_Address address = "";
  AgentDiskSize sizes[8];
  guint n = MIN (vm->disks._length, G_N_ELEMENTS (sizes));

  for (guint i = 0; i < n; i++)
    {
      AGENT_TEXT_COPY (sizes[i].target, vm->disks._buffer[i].target);
      agent_workload_disk (&vm->vm, i, &sizes[i]);
    }
  agent_inventory_note_disks (self->inventory, &vm->vm, sizes, n);

  if (vm->booted == 0 && agent_domain_state_is_active (vm->state))
    agent_inventory_note_booted (self->inventory, &vm->vm,
                                 agent_workload_boot (&vm->vm, g_get_real_time ()));
  if (vm->nics._length == 0 || vm->state != MURI_VM_STATE_RUNNING)
    return;
  agent_workload_address (&self->node, &vm->vm, &address);
  agent_inventory_note_addresses (self->inventory, &vm->vm, &address, 1);
}

static void
on_vm_changed (AgentSampler *self, const muri_v1_Vm *vm)
{
  agent_vm_table_put (self->table, vm);
  /* Says that the VM changed once more where something is new, and ends there. */
  if (self->simulate)
    make_up_details (self, vm);
}

static void
on_vm_removed (AgentSampler *self, const muri_v1_Vm *vm)
{
  agent_vm_table_remove (self->table, &vm->vm);
}

static void
on_hypervisor_changed (AgentSampler *self)
{
  const AgentHypervisorFacts *facts = agent_hypervisor_get_facts (self->hypervisor);

  g_mutex_lock (&self->table->lock);
  self->table->connected = agent_hypervisor_get_state (self->hypervisor) == MURI_CONNECTION_UP;
  self->table->host_cpus = facts->cpus;
  self->table->memory = facts->memory;
  if (g_strcmp0 (self->table->storage, facts->storage) != 0)
    {
      g_free (self->table->storage);
      self->table->storage = g_strdup (facts->storage);
    }
  g_mutex_unlock (&self->table->lock);
}

void
agent_sampler_start (AgentSampler *self)
{
  if (self->beat == NULL)
    self->beat = agent_beat_start (self->connections, self->table, &self->node, self->simulate,
                                   on_beat, self);
}

void
agent_sampler_stop (AgentSampler *self)
{
  g_clear_pointer (&self->beat, agent_beat_stop);
}

static void
agent_sampler_dispose (GObject *object)
{
  AgentSampler *self = AGENT_SAMPLER (object);

  agent_sampler_stop (self);
  g_clear_object (&self->hypervisor);
  g_clear_object (&self->inventory);
  G_OBJECT_CLASS (agent_sampler_parent_class)->dispose (object);
}

static void
agent_sampler_finalize (GObject *object)
{
  AgentSampler *self = AGENT_SAMPLER (object);

  agent_vm_table_unref (self->table);
  agent_connections_unref (self->connections);
  G_OBJECT_CLASS (agent_sampler_parent_class)->finalize (object);
}

static void
agent_sampler_class_init (AgentSamplerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = agent_sampler_dispose;
  object_class->finalize = agent_sampler_finalize;

  signals[FRAME] = g_signal_new ("frame", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
agent_sampler_init (AgentSampler *self)
{
  self->table = agent_vm_table_new ();
}

AgentSampler *
agent_sampler_new (AgentConnections *connections, AgentHypervisor *hypervisor,
                   AgentInventory *inventory, const muri_v1_Uuid *node, gboolean simulate)
{
  AgentSampler *self = g_object_new (AGENT_TYPE_SAMPLER, NULL);

  self->connections = agent_connections_ref (connections);
  self->hypervisor = g_object_ref (hypervisor);
  self->inventory = g_object_ref (inventory);
  self->node = *node;
  self->simulate = simulate;

  g_signal_connect_object (inventory, "vm-changed", G_CALLBACK (on_vm_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (inventory, "vm-removed", G_CALLBACK (on_vm_removed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hypervisor, "changed", G_CALLBACK (on_hypervisor_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
