/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-template-job.h"

#include "agent-error.h"
#include "muri-words.h"

struct _AgentTemplateJob
{
  AgentJob parent_instance;
  AgentStore *store;
  GError *error; /* of beginning */
  guint step;
};

G_DEFINE_FINAL_TYPE (AgentTemplateJob, agent_template_job, AGENT_TYPE_JOB)

static const guint verbs[] = {
  MURI_VERB_MAKE_TEMPLATE,   MURI_VERB_RECEIVE_TEMPLATE, MURI_VERB_FETCH_TEMPLATE,
  MURI_VERB_CHANGE_TEMPLATE, MURI_VERB_DELETE_TEMPLATE,  MURI_VERB_GENERALISE_TEMPLATE,
};

/* Which template it makes, changes or deletes. */
static const muri_v1_Uuid *
subject_of (AgentJob *job)
{
  const AgentJobRequest *request = agent_job_get_request (job);
  return request->verb == MURI_VERB_GENERALISE_TEMPLATE ? &request->parameters->into
                                                        : &request->parameters->template_id;
}

/* ---- its end ---------------------------------------------------------------------------- */

static guint
outcome_of (const GError *error)
{
  if (g_error_matches (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_MISSING))
    return MURI_OUTCOME_NOT_HERE;
  if (g_error_matches (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_UNSUPPORTED))
    return MURI_OUTCOME_UNSUPPORTED;
  if (g_error_matches (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED))
    return MURI_OUTCOME_REFUSED;
  if (agent_error_is_no_domain (error))
    return MURI_OUTCOME_NOT_HERE;
  return MURI_OUTCOME_FAILED;
}

static void
end_badly (AgentJob *job, const GError *error)
{
  if (agent_job_is_stopped (job))
    agent_job_end_stopped (job, "nothing of it is left");
  else
    agent_job_end_error (job, outcome_of (error), error);
}

/* The new one is there in any case. */
static void
on_replaced (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentTemplateJob) self = user_data;
  AgentJob *job = AGENT_JOB (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  if (agent_store_run_finish (AGENT_STORE (source), result, NULL, &error)
      || g_error_matches (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_MISSING))
    agent_job_end (job, MURI_OUTCOME_DONE, "the old template is deleted");
  else
    {
      message =
          g_strdup_printf ("the new template is there, and the old one stays: %s", error->message);
      agent_job_end (job, MURI_OUTCOME_DONE, message);
    }
}

/* From here on what is asked for is there: it is not given up any more. */
static void
replace (AgentTemplateJob *self)
{
  const AgentJobRequest *request = agent_job_get_request (AGENT_JOB (self));
  const AgentStoreOrder order = {
    .verb = MURI_VERB_DELETE_TEMPLATE,
    .id = request->parameters->template_id,
  };
  agent_job_step (AGENT_JOB (self), MURI_STEP_DELETING, MURI_PERCENT_UNKNOWN, NULL);
  agent_store_run_async (self->store, &order, NULL, NULL, NULL, on_replaced, g_object_ref (self));
}

static gboolean
replaces (AgentJob *job)
{
  const AgentJobRequest *request = agent_job_get_request (job);
  return request->verb == MURI_VERB_GENERALISE_TEMPLATE && request->parameters->replace;
}

static void
on_run (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentTemplateJob) self = user_data;
  AgentJob *job = AGENT_JOB (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  if (!agent_store_run_finish (AGENT_STORE (source), result, &message, &error))
    end_badly (job, error);
  else if (replaces (job))
    replace (self);
  else
    agent_job_end (job, MURI_OUTCOME_DONE, message);
}

static void
on_progress (guint step, guint percent, const char *from, gpointer user_data)
{
  agent_job_step (user_data, step, percent, from);
}

/* ---- its beginning ---------------------------------------------------------------------- */

static void
run (AgentTemplateJob *self)
{
  AgentJob *job = AGENT_JOB (self);
  const AgentJobRequest *request = agent_job_get_request (job);
  AgentStoreOrder order = {
    .verb = request->verb,
    .id = *subject_of (job),
    .vm = request->vm,
    .parameters = request->parameters,
    .notes = request->document,
    .sources = request->parameters->sources,
  };
  if (request->verb == MURI_VERB_GENERALISE_TEMPLATE)
    order.origin = request->parameters->template_id;
  agent_store_run_async (self->store, &order, agent_job_get_cancellable (job), on_progress, job,
                         on_run, g_object_ref (self));
}

static void
note (AgentJob *job)
{
  AgentTemplateJob *self = AGENT_TEMPLATE_JOB (job);
  agent_job_begin (job, "", &self->error);
}

static void
on_noted (AgentJob *job)
{
  AgentTemplateJob *self = AGENT_TEMPLATE_JOB (job);
  if (self->error == NULL)
    run (self);
  else if (agent_job_is_stopped (job))
    agent_job_end_stopped (job, NULL);
  else
    agent_job_end_error (job, MURI_OUTCOME_FAILED, self->error);
}

static void
start (AgentJob *job)
{
  AgentTemplateJob *self = AGENT_TEMPLATE_JOB (job);
  const muri_v1_Uuid *id = &agent_job_get_request (job)->parameters->template_id;
  const AgentTemplate *known = agent_store_peek (self->store, id);
  guint verb = agent_job_get_request (job)->verb;
  if (verb == MURI_VERB_FETCH_TEMPLATE && known != NULL
      && known->state == MURI_TEMPLATE_STATE_READY)
    agent_job_end (job, MURI_OUTCOME_ALREADY, "this host holds it already");
  else
    agent_job_run (job, note, on_noted);
}

/* A copy that was cut cannot be gone on with; that of a VM may not even be wanted any more. */
static void
recover (AgentJob *job, const char *notes)
{
  AgentTemplateJob *self = AGENT_TEMPLATE_JOB (job);
  const AgentJobRequest *request = agent_job_get_request (job);
  const AgentTemplate *known = agent_store_peek (self->store, subject_of (job));
  gboolean ready = known != NULL && known->state == MURI_TEMPLATE_STATE_READY;
  switch (request->verb)
    {
    case MURI_VERB_MAKE_TEMPLATE:
      if (ready)
        agent_job_end (job, MURI_OUTCOME_DONE, NULL);
      else
        {
          agent_store_disown (self->store, subject_of (job));
          agent_job_end (job, MURI_OUTCOME_INTERRUPTED,
                         "the agent was stopped while it copied; nothing of it is left");
        }
      break;
    case MURI_VERB_GENERALISE_TEMPLATE:
      if (ready && replaces (job))
        replace (self);
      else if (ready)
        agent_job_end (job, MURI_OUTCOME_DONE, NULL);
      else
        agent_job_end (job, MURI_OUTCOME_INTERRUPTED,
                       "the agent was stopped while it acted; the template is as it was, and "
                       "nothing of a new one is left");
      break;
    case MURI_VERB_DELETE_TEMPLATE:
      if (known == NULL)
        agent_job_end (job, MURI_OUTCOME_DONE, NULL);
      else
        run (self);
      break;
    default:
      if (known != NULL && known->state == MURI_TEMPLATE_STATE_BROKEN)
        agent_job_end (job, MURI_OUTCOME_REFUSED, known->error);
      else if (ready && request->verb != MURI_VERB_CHANGE_TEMPLATE)
        agent_job_end (job, MURI_OUTCOME_DONE, NULL);
      else
        run (self);
    }
}

/* The store, whose cancellable is the job's, takes back and answers. */
static void
agent_template_job_finalize (GObject *object)
{
  AgentTemplateJob *self = AGENT_TEMPLATE_JOB (object);
  g_clear_error (&self->error);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (agent_template_job_parent_class)->finalize (object);
}

static void
agent_template_job_class_init (AgentTemplateJobClass *klass)
{
  AgentJobClass *job_class = AGENT_JOB_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = agent_template_job_finalize;
  job_class->start = start;
  job_class->recover = recover;
}

static void
agent_template_job_init (AgentTemplateJob *self)
{
}

static AgentJob *
make (guint verb, gpointer store)
{
  AgentTemplateJob *self = g_object_new (AGENT_TYPE_TEMPLATE_JOB, NULL);
  self->store = g_object_ref (store);
  return AGENT_JOB (self);
}

void
agent_template_job_register (AgentExecutor *executor, AgentStore *store)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    agent_executor_add_verb (executor, verbs[i], make, store);
}
