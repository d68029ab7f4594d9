/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-clone-job-private.h"

#include "agent-child.h"
#include "agent-clone-xml.h"
#include "agent-node-state.h"
#include "muri-words.h"

#define POOL_AGAIN 200 /* ms */

G_DEFINE_FINAL_TYPE (AgentCloneJob, agent_clone_job, AGENT_TYPE_JOB)

/* ---- making ---------------------------------------------------------------------------- */

static void
finished (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);
  guint ready = self->clone->start ? agent_clone_job_parameters (self)->ready : 0;

  if (!agent_clone_job_goes_on (self))
    return;
  if (ready == 0)
    {
      agent_clone_job_end_well (self, NULL);
      return;
    }
  self->ready_until = g_get_monotonic_time () + ready * G_TIME_SPAN_SECOND;
  agent_job_step (job, MURI_STEP_READYING, MURI_PERCENT_UNKNOWN, NULL);
  agent_clone_job_await_guest (self);
}

static void
on_progress (guint percent, gpointer user_data)
{
  agent_job_step (user_data, MURI_STEP_COPYING, percent, NULL);
}

static void
on_copied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentCloneJob) self = user_data;

  if (agent_job_is_abandoned (AGENT_JOB (self)))
    return;
  agent_child_run_finish (result, &self->error);
  if (agent_clone_job_goes_on (self))
    agent_job_run (AGENT_JOB (self), agent_clone_job_finish_turn, finished);
}

static void
fill_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  AgentCloneJob *self = data;
  AgentConnections *connections = agent_clone_job_request (self)->context->connections;
  GError *error = NULL;
  virConnectPtr connection = agent_connections_borrow (connections, &error);

  if (connection != NULL)
    {
      agent_volumes_fill (self->clone->volumes, connection, self->clone->disk, self->template->path,
                          self->template->format, cancellable, on_progress, self, &error);
      agent_connections_give_back (connections, connection);
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
fill (AgentCloneJob *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, agent_job_get_cancellable (AGENT_JOB (self)),
                                       on_copied, g_object_ref (self));

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_object_ref (self), g_object_unref);
  g_task_run_in_thread (task, fill_thread);
}

/* Into the volume that libvirt has just made, which is empty. */
static void
copy (AgentCloneJob *self)
{
  const char *const argv[] = { "qemu-img",
                               "convert",
                               "-p",
                               "-n",
                               "--target-is-zero",
                               "-f",
                               self->template->format,
                               "-O",
                               "qcow2",
                               self->template->path,
                               self->clone->disk_path,
                               NULL };

  agent_child_run_async (argv, agent_job_get_cancellable (AGENT_JOB (self)), on_progress, self,
                         on_copied, g_object_ref (self));
}

static void
made (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);

  if (self->clone->linked || self->limits.dataless)
    finished (job);
  else if (!agent_clone_job_goes_on (self))
    return;
  else if (self->clone->volumes != NULL)
    fill (self);
  else
    copy (self);
}

static void
refuse (AgentCloneJob *self, const char *message)
{
  agent_job_end (AGENT_JOB (self), MURI_OUTCOME_REFUSED, message);
}

/* ---- the beginning ----------------------------------------------------------------------- */

static gboolean
plan (AgentCloneJob *self)
{
  const AgentParameters *asked = agent_clone_job_parameters (self);
  AgentStoreFacts facts;

  agent_store_get_facts (agent_vm_jobs_get_store (self->jobs), &facts);
  if (asked->disk != 0 && asked->disk < self->template->size)
    {
      g_autofree char *message =
          g_strdup_printf ("its template's disk has %" G_GUINT64_FORMAT " bytes, which cannot "
                           "become fewer",
                           self->template->size);
      refuse (self, message);
      return FALSE;
    }
  self->clone = agent_clone_new (&agent_clone_job_request (self)->vm,
                                 agent_clone_job_request (self)->argument, facts.clones_pool,
                                 facts.clones_path, facts.volumes, asked->seed);
  self->clone->linked = asked->linked;
  self->clone->start = asked->start;
  self->clone->network = g_strdup (asked->network);
  self->clone->capacity = MAX (asked->disk, self->template->size);
  self->macs = agent_vm_jobs_reserve_macs (
      self->jobs, agent_clone_xml_count_nics (self->template->xml, asked->network));
  return TRUE;
}

static void
on_fetched (guint step, guint percent, const char *from, gpointer user_data)
{
  agent_job_step (user_data, step, percent, from);
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentCloneJob) self = user_data;
  g_autoptr (GError) error = NULL;

  self->clone->base = agent_store_prepare_finish (AGENT_STORE (source), result, &error);
  if (agent_job_is_abandoned (AGENT_JOB (self)))
    return;
  if (self->clone->base == NULL || agent_job_is_stopped (AGENT_JOB (self)))
    agent_clone_job_end_badly (self, error);
  else
    agent_job_run (AGENT_JOB (self), agent_clone_job_make_turn, made);
}

/* Where disks are no files, a linked one reads what is made of the template first. */
static void
make (AgentCloneJob *self)
{
  AgentJob *job = AGENT_JOB (self);

  if (self->clone->volumes != NULL && self->clone->linked)
    agent_store_prepare_async (agent_vm_jobs_get_store (self->jobs), self->template,
                               agent_job_get_cancellable (job), on_fetched, self, on_prepared,
                               g_object_ref (self));
  else
    agent_job_run (job, agent_clone_job_make_turn, made);
}

static void begin (AgentCloneJob *self);

static gboolean
begin_again (gpointer user_data)
{
  AgentCloneJob *self = user_data;

  self->timer = 0;
  begin (self);
  return G_SOURCE_REMOVE;
}

/* An agent that has just started does not know its pools yet. */
static void
begin (AgentCloneJob *self)
{
  gboolean loaded = agent_inventory_is_loaded (agent_vm_jobs_get_inventory (self->jobs));
  AgentStoreFacts facts;

  agent_store_get_facts (agent_vm_jobs_get_store (self->jobs), &facts);
  if (facts.clones_pool == NULL && facts.error != NULL && loaded)
    agent_job_end (AGENT_JOB (self), MURI_OUTCOME_FAILED, facts.error);
  else if (facts.clones_pool == NULL || !loaded)
    self->timer = g_timeout_add (POOL_AGAIN, begin_again, self);
  else if (plan (self))
    make (self);
}

static void
on_ensured (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentCloneJob) self = user_data;
  g_autoptr (GError) error = NULL;

  self->template = agent_store_ensure_finish (AGENT_STORE (source), result, &error);
  if (agent_job_is_abandoned (AGENT_JOB (self)))
    return;
  if (self->template == NULL || agent_job_is_stopped (AGENT_JOB (self)))
    agent_clone_job_end_badly (self, error);
  else
    begin (self);
}

static void
start (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);
  const AgentJobRequest *asked = agent_clone_job_request (self);

  if (agent_node_state_get_maintenance (asked->context->state))
    refuse (self, "this host is in maintenance and takes no new VMs");
  else if (!agent_vm_jobs_reserve_name (self->jobs, asked->argument))
    agent_job_end (job, MURI_OUTCOME_FAILED, "another VM of this host has that name");
  else
    {
      self->name = g_strdup (asked->argument);
      agent_store_ensure_async (agent_vm_jobs_get_store (self->jobs),
                                &asked->parameters->template_id, asked->parameters->sources,
                                agent_job_get_cancellable (job), on_fetched, self, on_ensured,
                                g_object_ref (self));
    }
}

/* Turns and programs end by themselves; what only waits does not. */
static void
cancel (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);

  if (self->timer == 0 || (self->ready_until == 0 && self->clone != NULL))
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->clone == NULL)
    agent_clone_job_end_badly (self, NULL);
  else
    agent_clone_job_looked (job);
}

/* ---- the object -------------------------------------------------------------------------- */

AgentJob *
agent_clone_job_new (AgentVmJobs *jobs)
{
  AgentCloneJob *self = g_object_new (AGENT_TYPE_CLONE_JOB, NULL);

  self->jobs = g_object_ref (jobs);
  return AGENT_JOB (self);
}

static void
agent_clone_job_finalize (GObject *object)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->template != NULL)
    agent_store_release (agent_vm_jobs_get_store (self->jobs), &self->template->id);
  g_clear_pointer (&self->template, agent_template_unref);
  if (self->macs != NULL)
    agent_vm_jobs_release_macs (self->jobs, self->macs);
  if (self->name != NULL)
    agent_vm_jobs_release_name (self->jobs, self->name);
  g_strfreev (self->macs);
  g_free (self->name);
  g_free (self->address);
  g_clear_pointer (&self->clone, agent_clone_free);
  g_clear_error (&self->error);
  g_clear_error (&self->why);
  g_object_unref (self->jobs);
  G_OBJECT_CLASS (agent_clone_job_parent_class)->finalize (object);
}

static void
agent_clone_job_class_init (AgentCloneJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = agent_clone_job_finalize;
  AGENT_JOB_CLASS (klass)->start = start;
  AGENT_JOB_CLASS (klass)->recover = agent_clone_job_recover;
  AGENT_JOB_CLASS (klass)->cancel = cancel;
}

static void
agent_clone_job_init (AgentCloneJob *self)
{
}
