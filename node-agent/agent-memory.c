/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-memory.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "agent-memory-file.h"
#include "muri-uuid.h"

#define FOLDER "domains"
#define NODE_FILE "node.xml"
#define TEST_DRIVER "test:///"

/* Milliseconds in which changes are gathered for one turn of writing. */
#define WRITE_AFTER 100

struct _AgentMemory
{
  GObject parent_instance;

  char *folder;
  AgentConnections *connections;
  AgentInventory *inventory;
  GHashTable *dirty;   /* muri_v1_Uuid: changed or gone */
  GHashTable *members; /* muri_v1_Uuid: those that the node file names */
  gboolean members_changed;
  guint timer;

  GMutex writing; /* one turn at a time, in their order */
};

G_DEFINE_FINAL_TYPE (AgentMemory, agent_memory, G_TYPE_OBJECT)

/**
 * What a turn shall write. Belongs to its worker.
 */
typedef struct
{
  AgentMemory *memory; /* who writes keeps it alive */
  GArray *changed;     /* muri_v1_Uuid */
  GArray *gone;
  GPtrArray *members; /* names of files; NULL: the same as before */
} Turn;

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_array_unref (turn->changed);
  g_array_unref (turn->gone);
  if (turn->members)
    g_ptr_array_unref (turn->members);
  g_free (turn);
}

static char *
name_file (const muri_v1_Uuid *uuid)
{
  char text[MURI_UUID_TEXT];

  return g_strconcat (muri_uuid_format (uuid, text), ".xml", NULL);
}

/* ---- writing, on a worker ---- */

static void
write_text (AgentMemory *self, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, text, -1, &error))
    g_message ("Cannot remember this node's VMs: %s", error->message);
}

static void
write_domain (AgentMemory *self, virConnectPtr connection, const muri_v1_Uuid *uuid)
{
  g_autofree char *name = name_file (uuid);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  virDomainPtr domain = virDomainLookupByUUID (connection, uuid->b);

  /* Gone again: that comes as a turn of its own. */
  if (domain == NULL)
    return;
  text = agent_memory_file_domain (domain, &error);
  if (text)
    write_text (self, name, text);
  else
    g_message ("Cannot remember a VM: %s", error->message);
  virDomainFree (domain);
}

static void
write_node (AgentMemory *self, virConnectPtr connection, GPtrArray *members)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  text = agent_memory_file_node (connection, (char **)members->pdata, &error);
  if (text)
    write_text (self, NODE_FILE, text);
  else
    g_message ("Cannot remember this node: %s", error->message);
}

/* Domains before the node file that names them, and the removed ones after it. */
static void
write_turn (const Turn *turn)
{
  AgentMemory *self = turn->memory;
  virConnectPtr connection =
      agent_connections_acquire (self->connections, AGENT_CONNECTION_EVENTS, NULL);

  if (connection == NULL)
    return;
  g_mutex_lock (&self->writing);
  for (guint i = 0; i < turn->changed->len; i++)
    write_domain (self, connection, &g_array_index (turn->changed, muri_v1_Uuid, i));
  if (turn->members)
    write_node (self, connection, turn->members);
  for (guint i = 0; i < turn->gone->len; i++)
    {
      g_autofree char *name = name_file (&g_array_index (turn->gone, muri_v1_Uuid, i));
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_mutex_unlock (&self->writing);
  virConnectClose (connection);
}

static void
write_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  write_turn (data);
  g_task_return_boolean (task, TRUE);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_object_unref (user_data);
}

/* ---- what changed, on the main context ---- */

static void
add_member (gpointer uuid, gpointer value, gpointer members)
{
  g_ptr_array_add (members, name_file (uuid));
}

static Turn *
take_turn (AgentMemory *self)
{
  Turn *turn = g_new0 (Turn, 1);
  GHashTableIter iter;
  gpointer uuid;

  g_clear_handle_id (&self->timer, g_source_remove);
  turn->memory = self;
  turn->changed = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
  turn->gone = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
  g_hash_table_iter_init (&iter, self->dirty);
  while (g_hash_table_iter_next (&iter, &uuid, NULL))
    g_array_append_vals (g_hash_table_contains (self->members, uuid) ? turn->changed : turn->gone,
                         uuid, 1);
  g_hash_table_remove_all (self->dirty);

  if (self->members_changed)
    {
      turn->members = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_foreach (self->members, add_member, turn->members);
      g_ptr_array_add (turn->members, NULL);
    }
  self->members_changed = FALSE;
  return turn;
}

static gboolean
on_timer (gpointer user_data)
{
  AgentMemory *self = user_data;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_written, g_object_ref (self));

  self->timer = 0;
  g_task_set_name (task, "remember-domains");
  g_task_set_task_data (task, take_turn (self), turn_free);
  g_task_run_in_thread (task, write_thread);
  return G_SOURCE_REMOVE;
}

/* Not before all VMs are known: a node file with some of them would be taken for the whole. */
static void
schedule (AgentMemory *self)
{
  if (self->timer == 0 && agent_inventory_is_loaded (self->inventory))
    self->timer = g_timeout_add (WRITE_AFTER, on_timer, self);
}

static void
mark_dirty (AgentMemory *self, const muri_v1_Uuid *uuid)
{
  g_hash_table_add (self->dirty, g_memdup2 (uuid, sizeof *uuid));
  schedule (self);
}

static void
on_vm_changed (AgentMemory *self, const muri_v1_Vm *vm)
{
  if (g_hash_table_add (self->members, g_memdup2 (&vm->vm, sizeof vm->vm)))
    self->members_changed = TRUE;
  mark_dirty (self, &vm->vm);
}

static void
on_vm_removed (AgentMemory *self, const muri_v1_Vm *vm)
{
  if (g_hash_table_remove (self->members, &vm->vm))
    self->members_changed = TRUE;
  mark_dirty (self, &vm->vm);
}

void
agent_memory_flush (AgentMemory *self)
{
  Turn *turn;

  if (!agent_inventory_is_loaded (self->inventory))
    return;
  turn = take_turn (self);
  write_turn (turn);
  turn_free (turn);
}

/* ---- the rest ---- */

gboolean
agent_memory_is_needed (const char *uri)
{
  return g_str_has_prefix (uri, TEST_DRIVER);
}

char *
agent_memory_resolve (const char *state_dir, const char *uri)
{
  g_autofree char *path = g_build_filename (state_dir, FOLDER, NODE_FILE, NULL);
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *escaped = NULL;

  if (!agent_memory_is_needed (uri) || !g_file_test (absolute, G_FILE_TEST_IS_REGULAR))
    return g_strdup (uri);
  escaped = g_uri_escape_string (absolute + 1, G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);
  return g_strconcat (TEST_DRIVER, escaped, NULL);
}

static void
agent_memory_dispose (GObject *object)
{
  AgentMemory *self = AGENT_MEMORY (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->inventory);
  G_OBJECT_CLASS (agent_memory_parent_class)->dispose (object);
}

static void
agent_memory_finalize (GObject *object)
{
  AgentMemory *self = AGENT_MEMORY (object);

  g_hash_table_unref (self->dirty);
  g_hash_table_unref (self->members);
  agent_connections_unref (self->connections);
  g_free (self->folder);
  g_mutex_clear (&self->writing);
  G_OBJECT_CLASS (agent_memory_parent_class)->finalize (object);
}

static void
agent_memory_class_init (AgentMemoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = agent_memory_dispose;
  object_class->finalize = agent_memory_finalize;
}

static void
agent_memory_init (AgentMemory *self)
{
  self->dirty = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  self->members = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  g_mutex_init (&self->writing);
}

AgentMemory *
agent_memory_new (const char *state_dir, AgentConnections *connections, AgentInventory *inventory)
{
  AgentMemory *self = g_object_new (AGENT_TYPE_MEMORY, NULL);

  self->folder = g_build_filename (state_dir, FOLDER, NULL);
  self->connections = agent_connections_ref (connections);
  self->inventory = g_object_ref (inventory);
  if (g_mkdir_with_parents (self->folder, 0700) < 0)
    g_message ("Cannot remember this node's VMs in %s", self->folder);

  g_signal_connect_object (inventory, "vm-changed", G_CALLBACK (on_vm_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (inventory, "vm-removed", G_CALLBACK (on_vm_removed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (inventory, "loaded", G_CALLBACK (schedule), self, G_CONNECT_SWAPPED);
  return self;
}
