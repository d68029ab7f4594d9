/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-job.h"

#include "agent-error.h"
#include "agent-job-notes.h"
#include "muri-words.h"

typedef struct
{
  AgentJobRequest request;
  AgentWorkContext context;
  GCancellable *cancellable;
  gint stop; /* AgentJobStop; atomic */

  GMutex lock;
  GCond turned;
  gboolean in_turn;   /* under lock */
  gboolean abandoned; /* under lock */
  gint64 started;     /* the same */

  guint vm_state;
  gint32 error;
  gboolean over;
} AgentJobPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (AgentJob, agent_job, G_TYPE_OBJECT)

enum
{
  STEP,
  DONE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static AgentJobPrivate *private(AgentJob *self)
{
  return agent_job_get_instance_private (self);
}

gboolean
agent_job_is_abandoned (AgentJob *self)
{
  AgentJobPrivate *priv = private(self);
  gboolean abandoned;

  g_mutex_lock (&priv->lock);
  abandoned = priv->abandoned;
  g_mutex_unlock (&priv->lock);
  return abandoned;
}

/* ---- of whoever runs it ------------------------------------------------------------------ */

void
agent_job_set_request (AgentJob *self, const AgentJobRequest *request)
{
  AgentJobPrivate *priv = private(self);

  g_return_if_fail (priv->request.context == NULL);
  priv->request = *request;
  priv->context = *request->context;
  priv->request.context = &priv->context;
  agent_connections_ref (priv->context.connections);
  g_object_ref (priv->context.journal);
  g_object_ref (priv->context.mirror);
  g_object_ref (priv->context.state);
  agent_parameters_ref (priv->request.parameters);
  priv->request.argument = g_strdup (request->argument);
  if (request->document != NULL)
    g_ref_string_acquire (priv->request.document);
}

void
agent_job_start (AgentJob *self)
{
  AGENT_JOB_GET_CLASS (self)->start (self);
}

void
agent_job_recover (AgentJob *self, const char *notes, gint64 started)
{
  private (self)->started = started;
  AGENT_JOB_GET_CLASS (self)->recover (self, notes);
}

void
agent_job_cancel (AgentJob *self, AgentJobStop why)
{
  AgentJobPrivate *priv = private(self);

  if (priv->over || !g_atomic_int_compare_and_exchange (&priv->stop, AGENT_JOB_GOES_ON, why))
    return;
  g_cancellable_cancel (priv->cancellable);
  AGENT_JOB_GET_CLASS (self)->cancel (self);
}

void
agent_job_abandon (AgentJob *self, gint64 until)
{
  AgentJobPrivate *priv = private(self);

  g_mutex_lock (&priv->lock);
  priv->abandoned = TRUE;
  g_mutex_unlock (&priv->lock);
  g_cancellable_cancel (priv->cancellable);

  g_mutex_lock (&priv->lock);
  while (priv->in_turn && g_cond_wait_until (&priv->turned, &priv->lock, until))
    continue;
  g_mutex_unlock (&priv->lock);
}

gint64
agent_job_get_started (AgentJob *self)
{
  AgentJobPrivate *priv = private(self);
  gint64 started;

  g_mutex_lock (&priv->lock);
  started = priv->started;
  g_mutex_unlock (&priv->lock);
  return started;
}

gint32
agent_job_get_error (AgentJob *self)
{
  return private(self)->error;
}

guint
agent_job_get_vm_state (AgentJob *self)
{
  return private(self)->vm_state;
}

/* ---- of the job itself ------------------------------------------------------------------- */

const AgentJobRequest *
agent_job_get_request (AgentJob *self)
{
  return &private(self)->request;
}

GCancellable *
agent_job_get_cancellable (AgentJob *self)
{
  return private(self)->cancellable;
}

AgentJobStop
agent_job_is_stopped (AgentJob *self)
{
  return g_atomic_int_get (&private(self)->stop);
}

gboolean
agent_job_begin (AgentJob *self, const char *notes, GError **error)
{
  AgentJobPrivate *priv = private(self);
  const AgentJobKey key = { priv->request.operation, priv->request.vm };
  gint64 begun = agent_job_get_started (self);
  gint64 now = begun == 0 ? g_get_real_time () : 0;

  if (agent_job_is_abandoned (self) || agent_job_is_stopped (self))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "it is not to begin any more");
      return FALSE;
    }
  if (!agent_job_notes_write (priv->context.journal, &key, notes, now, error))
    return FALSE;
  g_mutex_lock (&priv->lock);
  priv->started = begun != 0 ? begun : now;
  g_mutex_unlock (&priv->lock);
  return TRUE;
}

gboolean
agent_job_note (AgentJob *self, const char *notes, GError **error)
{
  AgentJobPrivate *priv = private(self);
  const AgentJobKey key = { priv->request.operation, priv->request.vm };

  if (agent_job_is_abandoned (self))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the agent stops");
      return FALSE;
    }
  return agent_job_notes_write (priv->context.journal, &key, notes, 0, error);
}

typedef struct
{
  AgentJob *job; /* a reference */
  guint step;
  guint percent;
  char *message;
} Told;

static void
told_free (gpointer data)
{
  Told *told = data;

  g_object_unref (told->job);
  g_free (told->message);
  g_free (told);
}

static gboolean
tell (gpointer data)
{
  Told *told = data;

  if (!private(told->job)->over && !agent_job_is_abandoned (told->job))
    g_signal_emit (told->job, signals[STEP], 0, told->step, told->percent, told->message);
  return G_SOURCE_REMOVE;
}

void
agent_job_step (AgentJob *self, guint step, guint percent, const char *message)
{
  Told *told = g_new (Told, 1);

  *told = (Told){ g_object_ref (self), step, percent, g_strdup (message) };
  if (g_main_context_is_owner (NULL))
    {
      tell (told);
      told_free (told);
    }
  else
    g_idle_add_full (G_PRIORITY_DEFAULT, tell, told, told_free);
}

/* ---- turns ------------------------------------------------------------------------------- */

typedef struct
{
  AgentJob *job; /* a reference */
  AgentJobFunc turn;
  AgentJobFunc then;
} Turn;

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_object_unref (turn->job);
  g_free (turn);
}

static gboolean
turned (gpointer data)
{
  Turn *turn = data;

  if (!agent_job_is_abandoned (turn->job))
    turn->then (turn->job);
  return G_SOURCE_REMOVE;
}

static void
worker (gpointer data, gpointer user_data)
{
  Turn *turn = data;
  AgentJobPrivate *priv = private(turn->job);

  turn->turn (turn->job);
  g_mutex_lock (&priv->lock);
  priv->in_turn = FALSE;
  g_cond_signal (&priv->turned);
  g_mutex_unlock (&priv->lock);
  g_idle_add_full (G_PRIORITY_DEFAULT, turned, turn, turn_free);
}

/* Whoever runs jobs bounds them, so that this need not. */
static GThreadPool *
workers (void)
{
  static gsize pool;

  if (g_once_init_enter (&pool))
    g_once_init_leave (&pool, (gsize)g_thread_pool_new (worker, NULL, -1, FALSE, NULL));
  return (GThreadPool *)pool;
}

void
agent_job_run (AgentJob *self, AgentJobFunc turn_func, AgentJobFunc then)
{
  AgentJobPrivate *priv = private(self);
  Turn *turn = g_new (Turn, 1);

  *turn = (Turn){ g_object_ref (self), turn_func, then };
  g_mutex_lock (&priv->lock);
  priv->in_turn = TRUE;
  g_mutex_unlock (&priv->lock);
  g_thread_pool_push (workers (), turn, NULL);
}

/* ---- the last word ----------------------------------------------------------------------- */

void
agent_job_set_result (AgentJob *self, guint vm_state, gint32 error)
{
  private (self)->vm_state = vm_state;
  private (self)->error = error;
}

void
agent_job_end (AgentJob *self, guint outcome, const char *message)
{
  AgentJobPrivate *priv = private(self);

  if (priv->over || agent_job_is_abandoned (self))
    return;
  priv->over = TRUE;
  g_signal_emit (self, signals[DONE], 0, outcome, message);
}

void
agent_job_end_error (AgentJob *self, guint outcome, const GError *error)
{
  if (error->domain == AGENT_LIBVIRT_ERROR)
  private (self)->error = error->code;
  agent_job_end (self, outcome, error->message);
}

void
agent_job_end_stopped (AgentJob *self, const char *message)
{
  if (agent_job_is_stopped (self) != AGENT_JOB_OVERDUE)
    agent_job_end (self, MURI_OUTCOME_CANCELLED, message);
  else if (agent_job_get_started (self) == 0)
    agent_job_end (self, MURI_OUTCOME_EXPIRED, "the deadline passed before it could be begun");
  else
    agent_job_end (self, MURI_OUTCOME_TIMED_OUT,
                   message != NULL ? message : "it was not done before its deadline");
}

/* ---- the object -------------------------------------------------------------------------- */

static void
recover (AgentJob *self, const char *notes)
{
  agent_job_end (self, MURI_OUTCOME_INTERRUPTED, "the agent was stopped while it acted");
}

static void
cancel (AgentJob *self)
{
}

static void
agent_job_finalize (GObject *object)
{
  AgentJob *self = AGENT_JOB (object);
  AgentJobPrivate *priv = private(self);

  if (priv->request.context != NULL)
    {
      agent_connections_unref (priv->context.connections);
      g_object_unref (priv->context.journal);
      g_object_unref (priv->context.mirror);
      g_object_unref (priv->context.state);
      agent_parameters_unref (priv->request.parameters);
      g_free ((char *)priv->request.argument);
      g_clear_pointer (&priv->request.document, g_ref_string_release);
    }
  g_object_unref (priv->cancellable);
  g_mutex_clear (&priv->lock);
  g_cond_clear (&priv->turned);
  G_OBJECT_CLASS (agent_job_parent_class)->finalize (object);
}

static void
agent_job_class_init (AgentJobClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = agent_job_finalize;
  klass->recover = recover;
  klass->cancel = cancel;
  signals[STEP] = g_signal_new ("step", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                3, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_STRING);
  signals[DONE] = g_signal_new ("done", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                2, G_TYPE_UINT, G_TYPE_STRING);
}

static void
agent_job_init (AgentJob *self)
{
  AgentJobPrivate *priv = private(self);

  g_mutex_init (&priv->lock);
  g_cond_init (&priv->turned);
  priv->cancellable = g_cancellable_new ();
}
