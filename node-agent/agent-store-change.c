/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of a template, and its end. Their thread only. */
#include "agent-base.h"
#include "agent-store-users.h"
#include "agent-store-work.h"

#include "muri-words.h"

gboolean
agent_store_change (AgentStoreWork *work, GError **error)
{
  const AgentParameters *parameters = work->order.parameters;
  AgentTemplate *template = work->template = agent_template_copy (work->before);
  if (parameters->name != NULL)
    agent_template_set (&template->name, parameters->name);
  if (parameters->os != NULL)
    agent_template_set (&template->os, parameters->os);
  if (work->order.notes != NULL)
    agent_template_set (&template->notes, work->order.notes);
  if (parameters->vcpus.given)
    template->vcpus = parameters->vcpus.value;
  if (parameters->memory.given)
    template->memory = parameters->memory.value;
  if (parameters->has_memory_min)
    template->memory_min = parameters->memory_min;
  return agent_store_work_save (work, error);
}

/* Nobody who uses it would be left with half a disk. */
static gboolean
check_unused (AgentStoreWork *work, GError **error)
{
  g_autoptr (GPtrArray) users = NULL;
  g_autofree char *names = NULL, *base = NULL;
  if (work->held > 0)
    {
      g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_BUSY,
                   "it cannot be deleted: %u clones or templates are being made of it", work->held);
      return FALSE;
    }
  base = agent_base_get_path (work->directory, &work->order.id);
  users = agent_store_users_find (work->connections, work->before, base, error);
  if (users == NULL)
    return FALSE;
  if (users->len == 0)
    return TRUE;
  names = agent_store_users_say (users);
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_BUSY,
               "it cannot be deleted: linked clones read it: %s", names);
  return FALSE;
}

/* From the first write on a new life of the agent goes on with it. */
gboolean
agent_store_delete (AgentStoreWork *work, GError **error)
{
  g_autoptr (AgentTemplate) ending = agent_template_copy (work->before);
  agent_store_work_step (work, MURI_STEP_DELETING, MURI_PERCENT_UNKNOWN, NULL);
  if (work->before->path[0] != '\0' && !check_unused (work, error))
    return FALSE;
  ending->state = MURI_TEMPLATE_STATE_MAKING;
  if (!agent_template_save (ending, work->directory, error))
    return FALSE;
  if (!agent_base_remove (work->directory, work->connections, &work->order.id, error))
    {
      g_prefix_error (error, "it cannot be deleted: ");
      agent_template_save (work->before, work->directory, NULL);
      return FALSE;
    }
  agent_store_work_erase (work->directory, work->connections, work->pool, &work->order.id);
  return TRUE;
}
