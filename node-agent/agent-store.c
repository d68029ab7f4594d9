/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-store-private.h"

#include <glib/gstdio.h>

#include "agent-vm.h"
#include "muri-uuid.h"
#include "muri-words.h"

G_DEFINE_QUARK (agent - store - error - quark, agent_store_error)

G_DEFINE_FINAL_TYPE (AgentStore, agent_store, G_TYPE_OBJECT)

enum
{
  CHANGED,
  EVENT,
  FACTS,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- what is known ---------------------------------------------------------------------- */

void
agent_store_set_error (AgentStore *self, const char *message)
{
  if (message != NULL && g_strcmp0 (message, self->error) != 0)
    g_message ("Templates cannot be kept here: %s", message);
  g_free (self->error);
  self->error = g_strdup (message);
  g_signal_emit (self, signals[FACTS], 0);
}

void
agent_store_tell (AgentStore *self, guint kind, guint severity, const char *name, const char *more)
{
  muri_v1_Event event = { .kind = kind, .severity = severity };
  g_autofree char *text = more != NULL ? g_strdup_printf ("%s: %s", name, more) : NULL;
  AGENT_TEXT_COPY (event.detail, text != NULL ? text : name);
  g_signal_emit (self, signals[EVENT], 0, &event);
}

void
agent_store_put (AgentStore *self, const muri_v1_Uuid *id, AgentTemplate *template)
{
  const muri_v1_Uuid key = *id; /* which may be the old one's */
  const AgentTemplate *known = agent_store_peek (self, &key);
  g_autoptr (AgentTemplate) before = known != NULL ? agent_template_ref (known) : NULL;
  if (template != NULL)
    {
      g_hash_table_replace (self->templates, &template->id, template);
      agent_store_publish (self, before, template);
    }
  else if (g_hash_table_remove (self->templates, &key))
    agent_store_dispose_template (self, &key);
  else
    return;
  g_signal_emit (self, signals[CHANGED], 0, &key);
}

void
agent_store_get_facts (AgentStore *self, AgentStoreFacts *facts)
{
  *facts = (AgentStoreFacts){ .error = self->error };
  if (self->pool == NULL)
    return;
  facts->pool = self->pool->name;
  facts->path = self->pool->path;
  facts->clones_pool = self->pool->clones;
  facts->clones_path = self->pool->clones_path;
  facts->volumes = self->pool->volumes;
  facts->size = self->pool->size;
  facts->available = self->pool->available;
}

const AgentTemplate *
agent_store_peek (AgentStore *self, const muri_v1_Uuid *id)
{
  return g_hash_table_lookup (self->templates, id);
}

void
agent_store_foreach (AgentStore *self, void (*func) (const AgentTemplate *, gpointer),
                     gpointer user_data)
{
  GHashTableIter iter;
  gpointer template;
  g_hash_table_iter_init (&iter, self->templates);
  while (g_hash_table_iter_next (&iter, NULL, &template))
    func (template, user_data);
}

void
agent_store_hold (AgentStore *self, const muri_v1_Uuid *id)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->holds, id));
  g_hash_table_replace (self->holds, g_memdup2 (id, sizeof *id), GUINT_TO_POINTER (n + 1));
}

void
agent_store_release (AgentStore *self, const muri_v1_Uuid *id)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->holds, id));
  g_return_if_fail (n > 0);
  if (n == 1)
    g_hash_table_remove (self->holds, id);
  else
    g_hash_table_replace (self->holds, g_memdup2 (id, sizeof *id), GUINT_TO_POINTER (n - 1));
}

/* ---- linked clones ---------------------------------------------------------------------- */

static void
count_clone (const muri_v1_Vm *vm, gpointer counts)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, &vm->template_id));
  if (vm->linked && !muri_uuid_is_zero (&vm->template_id))
    g_hash_table_replace (counts, g_memdup2 (&vm->template_id, sizeof vm->template_id),
                          GUINT_TO_POINTER (n + 1));
}

static gboolean
on_recount (gpointer user_data)
{
  AgentStore *self = user_data;
  g_autoptr (GHashTable) counts =
      g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  g_autofree gpointer *templates = g_hash_table_get_keys_as_array (self->templates, NULL);
  self->recount = 0;
  agent_inventory_foreach (self->inventory, count_clone, counts);
  for (guint i = 0; templates[i] != NULL; i++)
    {
      const AgentTemplate *template = agent_store_peek (self, templates[i]);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, &template->id));
      AgentTemplate *now;
      if (template->clones == n)
        continue;
      now = agent_template_copy (template);
      now->clones = n;
      agent_store_put (self, &now->id, now);
    }
  return G_SOURCE_REMOVE;
}

void
agent_store_recount (AgentStore *self)
{
  if (self->recount == 0 && g_hash_table_size (self->templates) > 0)
    self->recount = g_idle_add (on_recount, self);
}

void
agent_store_find_parent (AgentStore *self, const muri_v1_Uuid *vm, muri_v1_Uuid *parent)
{
  const muri_v1_Vm *known = agent_inventory_find (self->inventory, vm);
  if (known != NULL)
    *parent = known->template_id;
}

/* ---- the object ------------------------------------------------------------------------- */

void
agent_store_set_zone (AgentStore *self, MuriZone *zone)
{
  if (g_set_object (&self->zone, zone))
    agent_store_publish_all (self);
}

void
agent_store_set_grants (AgentStore *self, AgentGrants *grants, guint16 port)
{
  GHashTableIter iter;
  gpointer template;
  g_set_object (&self->grants, grants);
  self->port = port;
  g_signal_connect_object (grants, "received", G_CALLBACK (agent_store_on_received), self,
                           G_CONNECT_SWAPPED);
  g_hash_table_iter_init (&iter, self->templates);
  while (g_hash_table_iter_next (&iter, NULL, &template))
    agent_store_serve (self, &((const AgentTemplate *)template)->id);
}

void
agent_store_attach (AgentStore *self)
{
  agent_store_open (self);
}

void
agent_store_stop (AgentStore *self)
{
  g_cancellable_cancel (self->cancellable);
  agent_store_end_look (self, NULL);
  agent_store_abandon_works (self);
  g_clear_handle_id (&self->measure, g_source_remove);
  g_clear_handle_id (&self->recount, g_source_remove);
  g_clear_handle_id (&self->unclaimed, g_source_remove);
  agent_published_flush (self->published);
}

/* What was being made is not whole, and cannot be gone on with. */
static void
load (AgentStore *self)
{
  g_autoptr (GArray) list = agent_template_list (self->directory);
  for (guint i = 0; i < list->len; i++)
    {
      const muri_v1_Uuid *id = &g_array_index (list, muri_v1_Uuid, i);
      g_autoptr (GError) error = NULL;
      AgentTemplate *template = agent_template_load (self->directory, id, &error);
      /* The agent may have been killed before it remembered that it told of it. */
      agent_published_add (self->published, id);
      if (template == NULL)
        g_message ("A template in %s is not readable: %s", self->directory, error->message);
      else if (template->state == MURI_TEMPLATE_STATE_MAKING)
        {
          g_array_append_vals (self->unfinished, id, 1);
          agent_template_unref (template);
        }
      else
        g_hash_table_replace (self->templates, &template->id, template);
    }
}

AgentStore *
agent_store_new (const muri_v1_Uuid *node, const AgentConfig *config, AgentConnections *connections,
                 AgentInventory *inventory)
{
  AgentStore *self = g_object_new (AGENT_TYPE_STORE, NULL);
  self->node = *node;
  self->connections = agent_connections_ref (connections);
  self->inventory = g_object_ref (inventory);
  self->directory = g_build_filename (config->state_dir, "templates", NULL);
  self->wanted_pool = g_strdup (config->templates_pool);
  self->wanted_path = config->templates_path != NULL ? g_strdup (config->templates_path)
                                                     : agent_config_default_templates_path (config);
  self->rate = config->templates_rate;
  self->looks = config->templates_look;
  if (config->certificate != NULL)
    self->security =
        g_strdupv ((char *[]){ config->certificate, config->key, config->authority, NULL });
  self->size_max = (guint64)config->templates_size_max << 30;
  self->wanted_clones = g_strdup (config->templates_clones);
  if (g_mkdir_with_parents (self->directory, 0700) != 0)
    g_message ("%s cannot be made", self->directory);
  self->published = agent_published_new (self->directory);
  load (self);
  g_signal_connect_object (inventory, "vm-changed", G_CALLBACK (agent_store_recount), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (inventory, "vm-removed", G_CALLBACK (agent_store_recount), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (inventory, "loaded", G_CALLBACK (agent_store_recount), self,
                           G_CONNECT_SWAPPED);
  return self;
}

static void
agent_store_finalize (GObject *object)
{
  AgentStore *self = AGENT_STORE (object);
  agent_connections_unref (self->connections);
  g_object_unref (self->inventory);
  g_object_unref (self->published);
  g_object_unref (self->cancellable);
  g_clear_object (&self->zone);
  g_clear_object (&self->grants);
  g_clear_pointer (&self->pool, agent_store_pool_unref);
  g_hash_table_unref (self->templates);
  g_hash_table_unref (self->holds);
  g_hash_table_unref (self->works);
  g_array_unref (self->unfinished);
  g_hash_table_unref (self->told);
  g_hash_table_unref (self->looked);
  g_free (self->directory);
  g_strfreev (self->security);
  g_free (self->wanted_pool);
  g_free (self->wanted_path);
  g_free (self->wanted_clones);
  g_free (self->error);
  G_OBJECT_CLASS (agent_store_parent_class)->finalize (object);
}

static void
agent_store_class_init (AgentStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->finalize = agent_store_finalize;
  signals[CHANGED] = g_signal_new ("changed", AGENT_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[EVENT] = g_signal_new ("event", AGENT_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[FACTS] = g_signal_new ("facts", AGENT_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
agent_store_init (AgentStore *self)
{
  self->templates = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL,
                                           (GDestroyNotify)agent_template_unref);
  self->holds = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  self->told = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, g_free);
  self->looked = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  self->works = agent_store_works_new ();
  self->unfinished = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
  self->cancellable = g_cancellable_new ();
}
