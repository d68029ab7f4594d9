/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whoever needs a template gets it, from here or from elsewhere. */
#include "agent-store-private.h"

#include "muri-uuid.h"
#include "muri-words.h"

void
agent_store_ensure_async (AgentStore *self, const muri_v1_Uuid *id, const char *sources,
                          GCancellable *cancellable, AgentStoreProgress progress,
                          gpointer progress_data, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const AgentTemplate *template = agent_store_peek (self, id);
  if (template != NULL && template->state == MURI_TEMPLATE_STATE_READY)
    {
      agent_store_hold (self, id);
      g_task_return_pointer (task, agent_template_ref (template),
                             (GDestroyNotify)agent_template_unref);
    }
  else if (template != NULL && template->state == MURI_TEMPLATE_STATE_BROKEN)
    g_task_return_new_error (task, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s",
                             template->error);
  else
    g_task_return_new_error (task, AGENT_STORE_ERROR, AGENT_STORE_ERROR_MISSING,
                             "this host does not hold that template");
}

AgentTemplate *
agent_store_ensure_finish (AgentStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
