/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A generalised copy of a template: a template of its own, since an image never changes under its
 * id. Their thread only. */
#include "agent-store-work.h"

#include <string.h>

#include "agent-guestfs.h"
#include "agent-image.h"
#include "muri-words.h"

guint64
agent_store_get_unsupported (gboolean simulated)
{
  return simulated || agent_guestfs_can_empty ()
             ? 0
             : G_GUINT64_CONSTANT (1) << MURI_VERB_GENERALISE_TEMPLATE;
}

static gboolean
check_program (AgentStoreWork *work, GError **error)
{
  if (work->pool->dataless || agent_guestfs_can_empty ())
    return TRUE;
  g_set_error_literal (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_UNSUPPORTED,
                       "virt-sysprep (package guestfs-tools) is not installed on this host");
  return FALSE;
}

static void
describe (AgentStoreWork *work)
{
  const AgentParameters *parameters = work->order.parameters;
  AgentTemplate *template = work->template = agent_template_copy (work->origin);
  template->id = work->order.id;
  template->state = MURI_TEMPLATE_STATE_MAKING;
  template->parent = work->origin->id;
  template->created = g_get_real_time ();
  template->generalised = MURI_GENERALISED_YES;
  template->clones = 0;
  memset (template->sha256, 0, sizeof template->sha256);
  agent_template_set (&template->generalised_note, "");
  agent_template_set (&template->volume, "");
  agent_template_set (&template->path, "");
  if (parameters->name != NULL)
    agent_template_set (&template->name, parameters->name);
  if (work->order.notes != NULL)
    agent_template_set (&template->notes, work->order.notes);
}

static gboolean
empty (AgentStoreWork *work, const char *part, GError **error)
{
  g_autofree char *directory = g_build_filename (work->directory, "guestfs", NULL);
  if (work->pool->dataless)
    {
      work->message = g_strdup ("this host is simulated: nothing was in its disk");
      return TRUE;
    }
  agent_store_work_step (work, MURI_STEP_GENERALISING, MURI_PERCENT_UNKNOWN, NULL);
  return agent_guestfs_empty (part, directory, work->cancellable, error);
}

gboolean
agent_store_generalise (AgentStoreWork *work, GError **error)
{
  const AgentTemplate *origin = work->origin;
  g_autofree char *part = agent_store_work_part (work);
  if (!check_program (work, error)
      || !agent_store_work_check_space (work, origin->allocation, error))
    return FALSE;
  describe (work);
  if (!agent_store_work_save (work, error))
    return FALSE;
  agent_store_work_step (work, MURI_STEP_COPYING, 0, NULL);
  return agent_image_convert (origin->path, origin->format, FALSE, part, origin->size,
                              work->cancellable, agent_store_work_percent, work, error)
         && empty (work, part, error) && agent_store_work_finish (work, error);
}
