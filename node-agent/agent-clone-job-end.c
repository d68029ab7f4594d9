/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-clone-job-private.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "agent-error.h"
#include "muri-words.h"

/* A storage with less than that is full. */
#define FULL (1024 * 1024)

/* So often an undoing is tried where the hypervisor itself answers: Ceph holds for half a minute
 * what a program that was killed had open. */
#define UNDO_TRIES 45

/* ---- the end ----------------------------------------------------------------------------- */

void
agent_clone_job_end_well (AgentCloneJob *self, const char *message)
{
  gboolean warn = self->template != NULL && self->template->generalised == MURI_GENERALISED_NO;
  g_autofree char *words =
      warn ? g_strconcat ("its template is not generalised: it has the same machine-id",
                          message != NULL ? "; " : NULL, message, NULL)
           : g_strdup (message);

  agent_job_set_result (AGENT_JOB (self),
                        self->clone->start ? MURI_VM_STATE_RUNNING : MURI_VM_STATE_OFF, 0);
  agent_job_end (AGENT_JOB (self), MURI_OUTCOME_DONE, words);
}

/* Nothing was made. */
void
agent_clone_job_end_badly (AgentCloneJob *self, const GError *error)
{
  AgentJob *job = AGENT_JOB (self);

  if (agent_job_is_stopped (job))
    agent_job_end_stopped (job, NULL);
  else
    agent_job_end_error (job, self->outcome != 0 ? self->outcome : MURI_OUTCOME_FAILED, error);
}

/* ---- undoing ----------------------------------------------------------------------------- */

/* Before what was copied goes: how much there was no room for. */
static void
explain_room (AgentCloneJob *self)
{
  const AgentClone *clone = self->clone;
  g_autofree char *directory =
      clone->disk_path != NULL ? g_path_get_dirname (clone->disk_path) : NULL;
  struct statvfs room;
  struct stat disk;
  guint64 copied;

  if (self->explained || self->why == NULL || self->template == NULL || clone->linked
      || clone->volumes != NULL || directory == NULL || statvfs (directory, &room) != 0
      || (guint64)room.f_bavail * room.f_frsize >= FULL || stat (clone->disk_path, &disk) != 0)
    return;
  self->explained = TRUE;
  copied = MIN ((guint64)disk.st_blocks * 512, self->template->allocation);
  g_prefix_error (&self->why, "the storage is full, and %" G_GUINT64_FORMAT " MiB are missing: ",
                  ((self->template->allocation - copied) >> 20) + 1);
}

static void
undo_turn (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);
  AgentConnections *connections = agent_clone_job_request (self)->context->connections;
  virConnectPtr connection;

  g_clear_error (&self->error);
  explain_room (self);
  connection = agent_connections_borrow (connections, &self->error);
  if (connection == NULL)
    return;
  if (!self->uncertain || agent_clone_find (self->clone, connection, &self->error))
    {
      self->uncertain = FALSE;
      agent_clone_undo (self->clone, connection, &self->error);
    }
  agent_connections_give_back (connections, connection);
}

static gboolean
undo_again (gpointer user_data)
{
  AgentCloneJob *self = user_data;

  self->timer = 0;
  agent_clone_job_undo (self);
  return G_SOURCE_REMOVE;
}

static void
end_failed (AgentCloneJob *self)
{
  g_autofree char *message =
      g_strdup_printf ("%s; what had been made of it was taken away", self->why->message);
  gint32 code = self->why->domain == AGENT_LIBVIRT_ERROR ? self->why->code : 0;

  agent_job_set_result (AGENT_JOB (self), MURI_VM_STATE_GONE, code);
  agent_job_end (AGENT_JOB (self), MURI_OUTCOME_FAILED, message);
}

static void
end_undone (AgentCloneJob *self)
{
  AgentJob *job = AGENT_JOB (self);

  agent_job_set_result (job, MURI_VM_STATE_GONE, 0);
  if (agent_job_is_stopped (job) == AGENT_JOB_OVERDUE)
    agent_job_end_stopped (job, "it was not done before its deadline, and what had been made of it "
                                "was taken away");
  else if (agent_job_is_stopped (job))
    agent_job_end_stopped (job, NULL);
  else if (self->why != NULL)
    end_failed (self);
  else
    agent_job_end (job, MURI_OUTCOME_INTERRUPTED,
                   "the agent was stopped meanwhile; what had been made of it was taken away");
}

/* While there is no hypervisor nothing can be said. */
static void
undone (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);
  g_autofree char *message = NULL;

  if (self->error == NULL)
    {
      end_undone (self);
      return;
    }
  if (agent_error_is_disconnected (self->error) || ++self->tries < UNDO_TRIES)
    {
      self->timer = g_timeout_add_seconds (AGENT_CLONE_JOB_AGAIN, undo_again, self);
      return;
    }
  message = g_strdup_printf ("%s; and what had been made of it could not be taken away: %s",
                             self->why != NULL ? self->why->message : "it was given up",
                             self->error->message);
  agent_job_end (job, MURI_OUTCOME_FAILED, message);
}

void
agent_clone_job_undo (AgentCloneJob *self)
{
  agent_job_step (AGENT_JOB (self), MURI_STEP_UNDOING, MURI_PERCENT_UNKNOWN, NULL);
  agent_job_run (AGENT_JOB (self), undo_turn, undone);
}

/* What a turn came to. TRUE: it goes on. */
gboolean
agent_clone_job_goes_on (AgentCloneJob *self)
{
  AgentJob *job = AGENT_JOB (self);

  if (self->error == NULL && !agent_job_is_stopped (job))
    return TRUE;
  self->uncertain = self->error != NULL && agent_error_is_disconnected (self->error);
  self->why = g_steal_pointer (&self->error);
  if (agent_job_get_started (job) == 0)
    agent_clone_job_end_badly (self, self->why);
  else
    agent_clone_job_undo (self);
  return FALSE;
}
