/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool: opened when the hypervisor answers, and measured from time to time. */
#include "agent-base.h"
#include "agent-store-work.h"

#include <glib/gstdio.h>

#include "muri-uuid.h"
#include "muri-words.h"

#define MEASURE_SECONDS 60

/* Operations that a former life left are taken up long before. */
#define CLAIM_SECONDS 60

/* What is done on a thread, with what it needs for that. */
typedef struct
{
  AgentConnections *connections;
  AgentStorePool *pool; /* NULL: to be opened */
  muri_v1_Uuid node;
  char *name, *path, *clones, *directory;
  GPtrArray *templates; /* AgentTemplate */
  GArray *unfinished;   /* muri_v1_Uuid */
  GPtrArray *changed;   /* AgentTemplate: those that are otherwise now */
} Opening;

static void
opening_free (Opening *opening)
{
  agent_connections_unref (opening->connections);
  g_clear_pointer (&opening->pool, agent_store_pool_unref);
  g_free (opening->name);
  g_free (opening->path);
  g_free (opening->clones);
  g_free (opening->directory);
  g_ptr_array_unref (opening->templates);
  g_array_unref (opening->unfinished);
  g_ptr_array_unref (opening->changed);
  g_free (opening);
}

static Opening *
opening_new (AgentStore *self)
{
  Opening *opening = g_new0 (Opening, 1);
  GHashTableIter iter;
  gpointer template;
  opening->connections = agent_connections_ref (self->connections);
  opening->pool = self->pool != NULL ? agent_store_pool_ref (self->pool) : NULL;
  opening->node = self->node;
  opening->name = g_strdup (self->wanted_pool);
  opening->path = g_strdup (self->wanted_path);
  opening->clones = g_strdup (self->wanted_clones);
  opening->directory = g_strdup (self->directory);
  opening->templates = g_ptr_array_new_with_free_func ((GDestroyNotify)agent_template_unref);
  opening->changed = g_ptr_array_new_with_free_func ((GDestroyNotify)agent_template_unref);
  opening->unfinished = g_array_copy (self->unfinished);
  g_hash_table_iter_init (&iter, self->templates);
  while (g_hash_table_iter_next (&iter, NULL, &template))
    g_ptr_array_add (opening->templates, agent_template_ref (template));
  return opening;
}

/* ---- on a thread ------------------------------------------------------------------------ */

/* Its image may have gone while the agent looked away, and come back. */
static void
look_at (Opening *opening, AgentStorePool *pool, AgentTemplate *template)
{
  gboolean there = g_file_test (template->path, G_FILE_TEST_IS_REGULAR);
  AgentTemplate *now;
  if (template->state != MURI_TEMPLATE_STATE_READY)
    return;
  if (there && pool->dataless)
    agent_store_pool_adopt (pool, opening->connections, template->volume, template->size,
                            template->allocation, NULL);
  if (there)
    return;
  now = agent_template_copy (template);
  now->state = MURI_TEMPLATE_STATE_BROKEN;
  g_free (now->error);
  now->error = g_strdup_printf ("its image %s is gone", template->path);
  g_ptr_array_add (opening->changed, now);
}

/* What a former life was at, and nobody goes on with, leaves nothing. */
static void
sweep (Opening *opening, const AgentStorePool *pool)
{
  for (guint i = 0; i < opening->unfinished->len; i++)
    agent_store_work_erase (opening->directory, opening->connections, pool,
                            &g_array_index (opening->unfinished, muri_v1_Uuid, i));
  g_autoptr (GHashTable) keep = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < opening->templates->len; i++)
    {
      const AgentTemplate *template = opening->templates->pdata[i];
      if (template->state != MURI_TEMPLATE_STATE_READY)
        g_hash_table_add (keep, agent_store_pool_part (pool, &template->id));
    }
  agent_store_pool_sweep (pool, keep);
  agent_base_sweep (opening->directory, opening->connections);
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *opening = data;
  g_autoptr (GError) error = NULL;
  AgentStorePool *pool = agent_store_pool_open (opening->connections, &opening->node, opening->name,
                                                opening->path, opening->clones, &error);
  if (pool == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  sweep (opening, pool);
  for (guint i = 0; i < opening->templates->len; i++)
    look_at (opening, pool, opening->templates->pdata[i]);
  g_task_return_pointer (task, pool, (GDestroyNotify)agent_store_pool_unref);
}

static void
measure_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *opening = data;
  g_autoptr (GError) error = NULL;
  AgentStorePool *pool = agent_store_pool_measure (opening->pool, opening->connections, &error);
  agent_base_sweep (opening->directory, opening->connections);
  if (pool != NULL)
    g_task_return_pointer (task, pool, (GDestroyNotify)agent_store_pool_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* ---- on the main context ---------------------------------------------------------------- */

static gboolean
on_measure (gpointer user_data)
{
  AgentStore *self = user_data;
  if (self->pool != NULL)
    agent_store_measure (self);
  else
    agent_store_open (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_unclaimed (gpointer user_data)
{
  AgentStore *self = user_data;
  self->unclaimed = 0;
  agent_store_drop_unclaimed (self);
  return G_SOURCE_REMOVE;
}

static void
take_changes (AgentStore *self, Opening *opening)
{
  for (guint i = 0; i < opening->changed->len; i++)
    {
      AgentTemplate *now = opening->changed->pdata[i];
      const AgentTemplate *before = agent_store_peek (self, &now->id);
      if (before == NULL || before->state != MURI_TEMPLATE_STATE_READY)
        continue;
      agent_store_tell (self, MURI_EVENT_TEMPLATE_BROKEN, MURI_SEVERITY_ERROR, now->name,
                        now->error);
      agent_store_put (self, &now->id, agent_template_ref (now));
    }
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AgentStore *self = AGENT_STORE (source);
  g_autoptr (GError) error = NULL;
  AgentStorePool *pool = g_task_propagate_pointer (G_TASK (result), &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_pointer (&pool, agent_store_pool_unref);
      return;
    }
  self->opening = FALSE;
  if (pool != NULL)
    {
      if (self->pool == NULL)
        self->unclaimed = g_timeout_add_seconds (CLAIM_SECONDS, on_unclaimed, self);
      g_clear_pointer (&self->pool, agent_store_pool_unref);
      self->pool = pool;
      g_array_set_size (self->unfinished, 0);
      take_changes (self, g_task_get_task_data (G_TASK (result)));
    }
  agent_store_set_error (self, error != NULL ? error->message : NULL);
  agent_store_begin_waiting (self);
  agent_store_look (self);
  if (self->measure == 0)
    self->measure = g_timeout_add_seconds (MEASURE_SECONDS, on_measure, self);
  if (self->again)
    agent_store_measure (self);
}

static void
run (AgentStore *self, GTaskThreadFunc func)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_opened, NULL);
  self->opening = TRUE;
  self->again = FALSE;
  g_task_set_task_data (task, opening_new (self), (GDestroyNotify)opening_free);
  g_task_run_in_thread (task, func);
}

void
agent_store_open (AgentStore *self)
{
  if (!self->opening)
    run (self, open_thread);
}

/* Where that is under way already it may have missed what just happened. */
void
agent_store_measure (AgentStore *self)
{
  if (self->opening)
    self->again = TRUE;
  else if (self->pool != NULL)
    run (self, measure_thread);
}
