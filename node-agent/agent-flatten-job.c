/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-flatten-job-private.h"

#include "agent-child.h"
#include "agent-error.h"
#include "muri-words.h"

/* Milliseconds. */
#define LOOK_AFTER 500
#define LOOK_SOON 20
#define AGAIN_AFTER 1000

/* From here on its end is looked for more often: what QEMU has not flushed then is at stake. */
#define SOON 90

G_DEFINE_FINAL_TYPE (AgentFlattenJob, agent_flatten_job, AGENT_TYPE_JOB)

static void next (AgentFlattenJob *self);

static void
tell_progress (AgentFlattenJob *self, guint percent)
{
  guint before = self->n - self->left->len;

  agent_job_step (AGENT_JOB (self), MURI_STEP_COPYING, (before * 100 + percent) / self->n,
                  agent_flatten_job_current (self)->target);
}

/* ---- turns -------------------------------------------------------------------------------- */

static void turned (AgentJob *job);

static gboolean
run_again (gpointer user_data)
{
  AgentFlattenJob *self = user_data;

  self->timer = 0;
  agent_job_run (AGENT_JOB (self), self->turn, turned);
  return G_SOURCE_REMOVE;
}

static void
run_after (AgentFlattenJob *self, guint after)
{
  self->timer = g_timeout_add (after, run_again, self);
}

/* What has begun goes on when the hypervisor's daemon is back. */
static void
turned (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  if (self->error == NULL || agent_job_get_started (job) == 0
      || !agent_error_is_disconnected (self->error))
    {
      self->then (job);
      return;
    }
  self->outcome = 0;
  g_clear_error (&self->error);
  run_after (self, AGAIN_AFTER);
}

static void
run (AgentFlattenJob *self, AgentJobFunc turn, AgentJobFunc then)
{
  self->turn = turn;
  self->then = then;
  agent_job_run (AGENT_JOB (self), turn, turned);
}

/* ---- ends --------------------------------------------------------------------------------- */

static void
end (AgentFlattenJob *self)
{
  AgentJob *job = AGENT_JOB (self);
  gboolean begun = agent_job_get_started (job) != 0;

  if (!agent_job_is_stopped (job))
    agent_job_end (job, self->outcome, self->message);
  else if (self->unflushed->len > 0)
    agent_job_end_stopped (job, "it reads its template no more, but is paused: what was copied is "
                                "all on disk when it was resumed or powered off");
  else
    agent_job_end_stopped (job,
                           begun ? "it still reads its template; nothing of it is lost" : NULL);
}

static void
noted (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  if (self->outcome == 0)
    agent_flatten_job_say (
        self, MURI_OUTCOME_DONE,
        self->recovering ? "the agent was stopped meanwhile, and has finished it since" : NULL);
  agent_job_end (job, self->outcome, self->message);
}

/* ---- the hypervisor copies ---------------------------------------------------------------- */

static void
watched (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  if (self->outcome != 0)
    end (self);
  else if (!self->pulling)
    next (self);
  else
    {
      tell_progress (self, self->percent);
      run_after (self, self->percent < SOON ? LOOK_AFTER : LOOK_SOON);
    }
}

static void
pulled (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  self->pulling = self->running;
  if (self->outcome != 0)
    end (self);
  else if (self->pulling)
    run (self, agent_flatten_job_watch_turn, watched);
  else
    next (self);
}

/* ---- a program copies --------------------------------------------------------------------- */

static void
on_progress (guint percent, gpointer user_data)
{
  tell_progress (user_data, percent);
}

static void
on_rebased (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentFlattenJob) self = user_data;

  if (agent_job_is_abandoned (AGENT_JOB (self)))
    return;
  if (!agent_child_run_finish (result, &self->error))
    agent_flatten_job_say (self, MURI_OUTCOME_FAILED, self->error->message);
  else
    g_ptr_array_add (self->done, g_ptr_array_steal_index (self->left, 0));
  if (self->outcome != 0)
    end (self);
  else
    next (self);
}

static void
rebase (AgentFlattenJob *self)
{
  const char *path = agent_flatten_job_current (self)->path;
  const char *const argv[] = { "qemu-img", "rebase", "-p", "-f", "qcow2", "-b", "", path, NULL };

  agent_child_run_async (argv, agent_job_get_cancellable (AGENT_JOB (self)), on_progress, self,
                         on_rebased, g_object_ref (self));
}

/* ---- what was copied is on disk ----------------------------------------------------------- */

static void
on_mended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentFlattenJob) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  AgentVmDisk *disk;

  if (agent_job_is_abandoned (AGENT_JOB (self)))
    return;
  disk = g_ptr_array_steal_index (self->unflushed, 0);
  g_ptr_array_insert (self->left, 0, disk);
  self->n = MAX (self->n, self->left->len);
  if (agent_child_run_finish (result, &error))
    {
      next (self);
      return;
    }
  message = g_strdup_printf ("its hypervisor's process ended before what had been copied was on "
                             "disk, and %s could not be made to read %s again, without which it "
                             "is not whole: %s",
                             disk->target, disk->backing, error->message);
  agent_job_end (AGENT_JOB (self), MURI_OUTCOME_FAILED, message);
}

/* What of the copy is on disk still comes first; for the rest it reads what it has read. */
static void
mend (AgentFlattenJob *self)
{
  const AgentVmDisk *disk = self->unflushed->pdata[0];
  const char *const argv[] = { "qemu-img",    "rebase", "-u",
                               "-f",          "qcow2",  "-b",
                               disk->backing, "-F",     disk->backing_format,
                               disk->path,    NULL };

  agent_child_run_async (argv, NULL, NULL, NULL, on_mended, g_object_ref (self));
}

static void
flushed (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  if (self->outcome != 0)
    end (self);
  else if (self->flush == AGENT_FLUSH_LOST)
    mend (self);
  else if (self->flush == AGENT_FLUSH_STOPPED)
    {
      g_clear_error (&self->error);
      run_after (self, AGAIN_AFTER);
    }
  else if (self->flush == AGENT_FLUSH_WAITS && agent_job_is_stopped (job))
    end (self);
  else if (self->flush == AGENT_FLUSH_WAITS)
    run_after (self, AGAIN_AFTER);
  else
    {
      g_ptr_array_add (self->done, g_ptr_array_steal_index (self->unflushed, 0));
      next (self);
    }
}

/* ---- the flow ----------------------------------------------------------------------------- */

static void
next (AgentFlattenJob *self)
{
  if (self->unflushed->len > 0)
    run (self, agent_flatten_job_flush_turn, flushed);
  else if (self->left->len == 0)
    run (self, agent_flatten_job_note_turn, noted);
  else if (agent_job_is_stopped (AGENT_JOB (self)))
    end (self);
  else
    {
      tell_progress (self, 0);
      self->percent = 0;
      if (self->running)
        run (self, agent_flatten_job_pull_turn, pulled);
      else
        rebase (self);
    }
}

static void
looked (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  if (self->outcome == 0 && self->n == 0 && !self->recovering)
    agent_flatten_job_say (self, MURI_OUTCOME_ALREADY, "its disks read no others");
  if (self->outcome != 0)
    end (self);
  else
    next (self);
}

static void
start (AgentJob *job)
{
  run (AGENT_FLATTEN_JOB (job), agent_flatten_job_look_turn, looked);
}

static void
recover (AgentJob *job, const char *notes)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  self->recovering = TRUE;
  agent_flatten_job_read_notes (self, notes);
  run (self, agent_flatten_job_look_turn, looked);
}

static void
cancel (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  if (self->timer == 0)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  agent_job_step (job, MURI_STEP_UNDOING, MURI_PERCENT_UNKNOWN, NULL);
  agent_job_run (job, self->turn, turned);
}

AgentJob *
agent_flatten_job_new (AgentVmJobs *jobs)
{
  AgentFlattenJob *self = g_object_new (AGENT_TYPE_FLATTEN_JOB, NULL);

  self->jobs = g_object_ref (jobs);
  return AGENT_JOB (self);
}

static void
agent_flatten_job_finalize (GObject *object)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_ptr_array_unref (self->left);
  g_ptr_array_unref (self->unflushed);
  g_ptr_array_unref (self->done);
  g_free (self->message);
  g_clear_error (&self->error);
  g_object_unref (self->jobs);
  G_OBJECT_CLASS (agent_flatten_job_parent_class)->finalize (object);
}

static void
agent_flatten_job_class_init (AgentFlattenJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = agent_flatten_job_finalize;
  AGENT_JOB_CLASS (klass)->start = start;
  AGENT_JOB_CLASS (klass)->recover = recover;
  AGENT_JOB_CLASS (klass)->cancel = cancel;
}

static void
agent_flatten_job_init (AgentFlattenJob *self)
{
  self->left = g_ptr_array_new_with_free_func (agent_vm_disk_free);
  self->unflushed = g_ptr_array_new_with_free_func (agent_vm_disk_free);
  self->done = g_ptr_array_new_with_free_func (agent_vm_disk_free);
}
