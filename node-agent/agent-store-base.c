/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What linked clones read, where volumes are no files. */
#include "agent-base.h"
#include "agent-store-work.h"

#include <string.h>

#include "muri-words.h"

typedef struct
{
  AgentTemplate *template;
  AgentConnections *connections;
  AgentStorePool *pool;
  char *directory;
  AgentStoreProgress progress;
  gpointer progress_data;
} Preparing;

static void
preparing_free (gpointer data)
{
  Preparing *preparing = data;
  agent_template_unref (preparing->template);
  agent_connections_unref (preparing->connections);
  agent_store_pool_unref (preparing->pool);
  g_free (preparing->directory);
  g_free (preparing);
}

static AgentBase
base_of (const char *directory, AgentConnections *connections, const AgentStorePool *pool)
{
  return (AgentBase){
    .directory = directory,
    .connections = connections,
    .volumes = pool->volumes,
    .agent = pool->suffix + strlen ("part-"),
  };
}

static void
on_progress (guint percent, gpointer data)
{
  const Preparing *preparing = data;
  preparing->progress (MURI_STEP_COPYING, percent, "", preparing->progress_data);
}

static void
prepare_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Preparing *preparing = data;
  const AgentBase base = base_of (preparing->directory, preparing->connections, preparing->pool);
  g_autoptr (GError) error = NULL;
  char *volume = agent_base_ensure (&base, preparing->template, preparing->template->path,
                                    cancellable, on_progress, preparing, &error);
  if (volume != NULL)
    g_task_return_pointer (task, volume, g_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
agent_store_prepare_async (AgentStore *self, const AgentTemplate *template,
                           GCancellable *cancellable, AgentStoreProgress progress,
                           gpointer progress_data, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Preparing *preparing = g_new0 (Preparing, 1);
  preparing->template = agent_template_ref (template);
  preparing->connections = agent_connections_ref (self->connections);
  preparing->pool = agent_store_pool_ref (self->pool);
  preparing->directory = g_strdup (self->directory);
  preparing->progress = progress;
  preparing->progress_data = progress_data;
  g_task_set_task_data (task, preparing, preparing_free);
  g_task_run_in_thread (task, prepare_thread);
}

char *
agent_store_prepare_finish (AgentStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- of a work: its thread -------------------------------------------------------------- */

gboolean
agent_store_work_make_base (AgentStoreWork *work, const char *image, GError **error)
{
  const AgentBase base = base_of (work->directory, work->connections, work->pool);
  g_autofree char *volume = NULL;
  if (work->pool->volumes == NULL)
    return TRUE;
  agent_store_work_step (work, MURI_STEP_COPYING, 0, NULL);
  volume = agent_base_ensure (&base, work->template, image, work->cancellable,
                              agent_store_work_percent, work, error);
  return volume != NULL;
}
