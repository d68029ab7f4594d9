/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whoever needs a template gets it, from here or from elsewhere. */
#include "agent-store-work.h"

#include "muri-uuid.h"
#include "muri-words.h"

typedef struct
{
  AgentTemplate *template; /* NULL: it is gone */
  char *message;
} Result;

static void
result_free (gpointer data)
{
  Result *result = data;
  g_clear_pointer (&result->template, agent_template_unref);
  g_free (result->message);
  g_free (result);
}

/* Who has ensured it has a hold on it, from this moment on. */
void
agent_store_return (AgentStore *self, GTask *task, const AgentTemplate *template,
                    const char *message)
{
  Result *result = g_new0 (Result, 1);
  gboolean ensures = GPOINTER_TO_INT (g_task_get_task_data (task));
  result->template = template != NULL ? agent_template_ref (template) : NULL;
  result->message = g_strdup (message);
  if (ensures && template != NULL)
    agent_store_hold (self, &template->id);
  g_task_return_pointer (task, result, result_free);
}

static GTask *
task_new (AgentStore *self, gboolean ensures, GCancellable *cancellable,
          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_check_cancellable (task, FALSE); /* what was done is told */
  g_task_set_task_data (task, GINT_TO_POINTER (ensures), NULL);
  return task;
}

/* What is going to go is not used any more. */
static gboolean
is_ending (AgentStore *self, const muri_v1_Uuid *id)
{
  const AgentStoreWork *work = g_hash_table_lookup (self->works, id);
  return work != NULL && work->order.verb == MURI_VERB_DELETE_TEMPLATE;
}

void
agent_store_ensure_async (AgentStore *self, const muri_v1_Uuid *id, const char *sources,
                          GCancellable *cancellable, AgentStoreProgress progress,
                          gpointer progress_data, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = task_new (self, TRUE, cancellable, callback, user_data);
  const AgentTemplate *template = agent_store_peek (self, id);
  const AgentStoreOrder order = {
    .verb = MURI_VERB_FETCH_TEMPLATE,
    .id = *id,
    .sources = sources,
  };
  if (g_task_return_error_if_cancelled (task))
    return;
  if (is_ending (self, id))
    g_task_return_new_error (task, AGENT_STORE_ERROR, AGENT_STORE_ERROR_BUSY,
                             "the template is being deleted");
  else if (template != NULL && template->state == MURI_TEMPLATE_STATE_READY)
    agent_store_return (self, task, template, NULL);
  else if (template != NULL && template->state == MURI_TEMPLATE_STATE_BROKEN && sources == NULL)
    g_task_return_new_error (task, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s",
                             template->error);
  else
    agent_store_run_task (self, &order, task, progress, progress_data);
}

AgentTemplate *
agent_store_ensure_finish (AgentStore *self, GAsyncResult *result, GError **error)
{
  Result *value = g_task_propagate_pointer (G_TASK (result), error);
  AgentTemplate *template = value != NULL ? g_steal_pointer (&value->template) : NULL;
  g_clear_pointer (&value, result_free);
  return template;
}

void
agent_store_run_async (AgentStore *self, const AgentStoreOrder *order, GCancellable *cancellable,
                       AgentStoreProgress progress, gpointer progress_data,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = task_new (self, FALSE, cancellable, callback, user_data);
  if (!g_task_return_error_if_cancelled (task))
    agent_store_run_task (self, order, task, progress, progress_data);
}

gboolean
agent_store_run_finish (AgentStore *self, GAsyncResult *result, char **message, GError **error)
{
  Result *value = g_task_propagate_pointer (G_TASK (result), error);
  if (value == NULL)
    return FALSE;
  if (message != NULL)
    *message = g_steal_pointer (&value->message);
  result_free (value);
  return TRUE;
}
