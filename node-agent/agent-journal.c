/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-journal.h"

#include "agent-journal-db.h"

/* What goes to disk in one transaction. */
#define BATCH_MAX 256

G_DEFINE_QUARK (agent - journal - error - quark, agent_journal_error)

/* What the storage thread is asked for. It runs inside a transaction that others may share, and
 * is told how that ended. */
typedef struct _Job Job;
struct _Job
{
  gboolean (*run) (AgentJournal *self, Job *job, GError **error);
  void (*done) (Job *job, GError *error); /* on the storage thread; takes @error */
  GTask *task;
  AgentOperation *operation;
  muri_v1_Uuid id;
  muri_v1_Uuid vm;
  GArray *targets;
  AgentJournalFunc func;
  gpointer data;
  GDestroyNotify destroy;
  gint64 time;
  guint8 control;
  struct
  {
    GMutex mutex;
    GCond cond;
    gboolean over;
    GError *error;
    GPtrArray *loaded;
  } wait; /* of a caller that blocks; the job is then on its stack */
  GError *error;
};

struct _AgentJournal
{
  GObject parent_instance;

  /* Any thread. */
  GAsyncQueue *queue;
  gint closed;

  /* The opening thread, then the storage thread only. */
  AgentJournalDb *db;

  /* The owner's. */
  GThread *thread;
};

G_DEFINE_FINAL_TYPE (AgentJournal, agent_journal, G_TYPE_OBJECT)

static gboolean
run_add (AgentJournal *self, Job *job, GError **error)
{
  return agent_journal_db_add (self->db, job->operation, error);
}

static gboolean
run_note (AgentJournal *self, Job *job, GError **error)
{
  return agent_journal_db_note (self->db, &job->id, job->targets, error);
}

static gboolean
run_acting (AgentJournal *self, Job *job, GError **error)
{
  return agent_journal_db_mark_acting (self->db, &job->id, &job->vm, job->time, error);
}

static gboolean
run_control (AgentJournal *self, Job *job, GError **error)
{
  return agent_journal_db_set_control (self->db, &job->id, job->control, error);
}

static gboolean
run_prune (AgentJournal *self, Job *job, GError **error)
{
  return agent_journal_db_prune (self->db, job->time, error);
}

static gboolean
run_load (AgentJournal *self, Job *job, GError **error)
{
  return agent_journal_db_load (self->db, job->time, job->wait.loaded, error);
}

static gboolean
run_func (AgentJournal *self, Job *job, GError **error)
{
  return job->func (agent_journal_db_get_handle (self->db), job->data, error);
}

/* What cannot be committed has failed for all who shared it. */
static void
run_batch (AgentJournal *self, GPtrArray *jobs)
{
  g_autoptr (GError) whole = NULL;
  gboolean open = agent_journal_db_begin (self->db, &whole);
  for (guint i = 0; open && i < jobs->len; i++)
    {
      Job *job = g_ptr_array_index (jobs, i);
      open = agent_journal_db_part (self->db, &whole)
             && agent_journal_db_end_part (self->db, job->run (self, job, &job->error), &whole);
    }
  open = open && agent_journal_db_commit (self->db, &whole);
  if (!open)
    agent_journal_db_roll_back (self->db);

  for (guint i = 0; i < jobs->len; i++)
    {
      Job *job = g_ptr_array_index (jobs, i);
      if (!open && job->error == NULL)
        job->error = g_error_copy (whole);
      job->done (job, g_steal_pointer (&job->error));
    }
}

static gpointer
storage_thread (gpointer data)
{
  AgentJournal *self = data;
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  gboolean last = FALSE;
  while (!last)
    {
      Job *job = g_async_queue_pop (self->queue);
      g_ptr_array_set_size (jobs, 0);
      for (; job != NULL; job = jobs->len < BATCH_MAX ? g_async_queue_try_pop (self->queue) : NULL)
        {
          last = job->run == NULL;
          if (last)
            {
              g_free (job);
              break;
            }
          g_ptr_array_add (jobs, job);
        }
      if (jobs->len > 0)
        run_batch (self, jobs);
    }
  g_clear_pointer (&self->db, agent_journal_db_close);
  return NULL;
}

static void
done_free (Job *job, GError *error)
{
  if (job->task != NULL && error != NULL)
    g_task_return_error (job->task, error);
  else if (job->task != NULL)
    g_task_return_boolean (job->task, TRUE);
  else if (error != NULL)
    {
      /* What comes after the end of a clean stop is made up for by the next start. */
      if (!g_error_matches (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_CLOSED))
        g_warning ("%s", error->message);
      g_error_free (error);
    }
  g_clear_object (&job->task);
  g_clear_pointer (&job->operation, agent_operation_free);
  g_clear_pointer (&job->targets, g_array_unref);
  if (job->destroy != NULL)
    job->destroy (job->data);
  g_free (job);
}

static void
done_wake (Job *job, GError *error)
{
  g_mutex_lock (&job->wait.mutex);
  job->wait.error = error;
  job->wait.over = TRUE;
  g_cond_signal (&job->wait.cond);
  g_mutex_unlock (&job->wait.mutex);
}

/* After closing nobody would run it. A closing that overtakes a push is harmless: the owner
 * closes when those who push have stopped. */
static void
push (AgentJournal *self, Job *job)
{
  if (g_atomic_int_get (&self->closed))
    job->done (job, g_error_new_literal (AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_CLOSED,
                                         "the journal is closed"));
  else
    g_async_queue_push (self->queue, job);
}

static gboolean
push_and_wait (AgentJournal *self, Job *job, GError **error)
{
  g_mutex_init (&job->wait.mutex);
  g_cond_init (&job->wait.cond);
  job->done = done_wake;
  push (self, job);
  g_mutex_lock (&job->wait.mutex);
  while (!job->wait.over)
    g_cond_wait (&job->wait.cond, &job->wait.mutex);
  g_mutex_unlock (&job->wait.mutex);
  g_mutex_clear (&job->wait.mutex);
  g_cond_clear (&job->wait.cond);
  if (job->wait.error == NULL)
    return TRUE;
  g_propagate_error (error, job->wait.error);
  return FALSE;
}

static Job *
job_new (AgentJournal *self, gboolean (*run) (AgentJournal *, Job *, GError **),
         GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = g_new0 (Job, 1);
  job->run = run;
  job->done = done_free;
  if (callback != NULL)
    job->task = g_task_new (self, NULL, callback, user_data);
  return job;
}

void
agent_journal_add_async (AgentJournal *self, const AgentOperation *operation,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = job_new (self, run_add, callback, user_data);
  job->operation = agent_operation_copy (operation);
  push (self, job);
}

gboolean
agent_journal_add_finish (AgentJournal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
clear_target (gpointer target)
{
  agent_target_clear (target);
}

static GArray *
copy_targets (const AgentTarget *targets, gsize n_targets)
{
  GArray *copy = g_array_sized_new (FALSE, TRUE, sizeof (AgentTarget), n_targets);
  g_array_set_clear_func (copy, clear_target);
  g_array_set_size (copy, n_targets);
  for (gsize i = 0; i < n_targets; i++)
    agent_target_set (&g_array_index (copy, AgentTarget, i), &targets[i]);
  return copy;
}

void
agent_journal_note_async (AgentJournal *self, const muri_v1_Uuid *operation,
                          const AgentTarget *targets, gsize n_targets, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Job *job = job_new (self, run_note, callback, user_data);
  job->id = *operation;
  job->targets = copy_targets (targets, n_targets);
  push (self, job);
}

gboolean
agent_journal_note (AgentJournal *self, const muri_v1_Uuid *operation, const AgentTarget *targets,
                    gsize n_targets, GError **error)
{
  g_autoptr (GArray) copy = copy_targets (targets, n_targets);
  Job job = { .run = run_note, .id = *operation, .targets = copy };
  return push_and_wait (self, &job, error);
}

gboolean
agent_journal_note_finish (AgentJournal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
agent_journal_mark_acting (AgentJournal *self, const muri_v1_Uuid *operation,
                           const muri_v1_Uuid *vm, gint64 started, GError **error)
{
  Job job = { .run = run_acting, .id = *operation, .vm = *vm, .time = started };
  return push_and_wait (self, &job, error);
}

GPtrArray *
agent_journal_load (AgentJournal *self, gint64 since, GError **error)
{
  Job job = { .run = run_load, .time = since };
  job.wait.loaded = g_ptr_array_new_with_free_func ((GDestroyNotify)agent_operation_free);
  if (!push_and_wait (self, &job, error))
    g_clear_pointer (&job.wait.loaded, g_ptr_array_unref);
  return job.wait.loaded;
}

void
agent_journal_set_control (AgentJournal *self, const muri_v1_Uuid *operation, guint8 control)
{
  Job *job = job_new (self, run_control, NULL, NULL);
  job->id = *operation;
  job->control = control;
  push (self, job);
}

void
agent_journal_prune (AgentJournal *self, gint64 before)
{
  Job *job = job_new (self, run_prune, NULL, NULL);
  job->time = before;
  push (self, job);
}

AgentJournal *
agent_journal_new (const char *path, GError **error)
{
  g_autoptr (AgentJournal) self = g_object_new (AGENT_TYPE_JOURNAL, NULL);
  self->db = agent_journal_db_open (path, error);
  if (self->db == NULL)
    return NULL;
  self->thread = g_thread_new ("journal", storage_thread, self);
  return g_steal_pointer (&self);
}

gboolean
agent_journal_call (AgentJournal *self, AgentJournalFunc func, gpointer data, GError **error)
{
  Job job = { .run = run_func, .func = func, .data = data };
  return push_and_wait (self, &job, error);
}

void
agent_journal_post (AgentJournal *self, AgentJournalFunc func, gpointer data,
                    GDestroyNotify destroy)
{
  Job *job = job_new (self, run_func, NULL, NULL);
  job->func = func;
  job->data = data;
  job->destroy = destroy;
  push (self, job);
}

void
agent_journal_close (AgentJournal *self)
{
  if (self->thread == NULL)
    return;
  g_atomic_int_set (&self->closed, TRUE);
  g_async_queue_push (self->queue, g_new0 (Job, 1));
  g_clear_pointer (&self->thread, g_thread_join);
}

static void
agent_journal_finalize (GObject *object)
{
  AgentJournal *self = AGENT_JOURNAL (object);
  agent_journal_close (self);
  g_clear_pointer (&self->db, agent_journal_db_close);
  g_async_queue_unref (self->queue);
  G_OBJECT_CLASS (agent_journal_parent_class)->finalize (object);
}

static void
agent_journal_class_init (AgentJournalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = agent_journal_finalize;
}

static void
agent_journal_init (AgentJournal *self)
{
  self->queue = g_async_queue_new ();
}
