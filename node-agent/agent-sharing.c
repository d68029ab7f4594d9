/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-sharing.h"

/* Many change together. */
#define COLLECT 200 /* ms */

struct _AgentSharing
{
  GObject parent_instance;
  AgentInventory *inventory;
  AgentStore *store;
  guint timer;
};

G_DEFINE_FINAL_TYPE (AgentSharing, agent_sharing, G_TYPE_OBJECT)

static void
count (GHashTable *counts, const char *source)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, source));

  if (*source != '\0')
    g_hash_table_insert (counts, (gpointer)source, GUINT_TO_POINTER (n + 1));
}

static void
count_vm (const muri_v1_Vm *vm, gpointer counts)
{
  for (guint i = 0; i < vm->disks._length; i++)
    count (counts, vm->disks._buffer[i].source);
}

/* A template alone has readers, or will have. */
static void
count_template (const AgentTemplate *template, gpointer counts)
{
  count (counts, template->path);
}

typedef struct
{
  muri_v1_Uuid vm;
  guint64 disks;
} Found;

typedef struct
{
  GHashTable *counts;
  GArray *found; /* Found: those that are otherwise now */
} Search;

static void
compare_vm (const muri_v1_Vm *vm, gpointer data)
{
  Search *search = data;
  Found found = { .vm = vm->vm };
  gboolean differs = FALSE;

  for (guint i = 0; i < vm->disks._length; i++)
    {
      const muri_v1_Disk *disk = &vm->disks._buffer[i];
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (search->counts, disk->source));

      differs |= disk->shared != (n > 1);
      found.disks |= (guint64)(n > 1) << i;
    }
  if (differs)
    g_array_append_val (search->found, found);
}

static gboolean
on_timer (gpointer user_data)
{
  AgentSharing *self = user_data;
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Found));
  Search search = { counts, found };

  self->timer = 0;
  agent_inventory_foreach (self->inventory, count_vm, counts);
  agent_store_foreach (self->store, count_template, counts);
  agent_inventory_foreach (self->inventory, compare_vm, &search);
  g_hash_table_remove_all (counts);
  for (guint i = 0; i < found->len; i++)
    agent_inventory_note_shared (self->inventory, &g_array_index (found, Found, i).vm,
                                 g_array_index (found, Found, i).disks);
  return G_SOURCE_REMOVE;
}

static void
collect (AgentSharing *self)
{
  if (self->timer == 0)
    self->timer = g_timeout_add (COLLECT, on_timer, self);
}

AgentSharing *
agent_sharing_new (AgentInventory *inventory, AgentStore *store)
{
  AgentSharing *self = g_object_new (AGENT_TYPE_SHARING, NULL);

  self->inventory = g_object_ref (inventory);
  self->store = g_object_ref (store);
  g_signal_connect_object (inventory, "vm-changed", G_CALLBACK (collect), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (inventory, "vm-removed", G_CALLBACK (collect), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "changed", G_CALLBACK (collect), self, G_CONNECT_SWAPPED);
  return self;
}

static void
agent_sharing_dispose (GObject *object)
{
  AgentSharing *self = AGENT_SHARING (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->inventory);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (agent_sharing_parent_class)->dispose (object);
}

static void
agent_sharing_class_init (AgentSharingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = agent_sharing_dispose;
}

static void
agent_sharing_init (AgentSharing *self)
{
}
