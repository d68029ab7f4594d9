/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs that run as jobs. */
#include "agent-executor-private.h"

#include "agent-job-notes.h"
#include "agent-verbs.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* At work at once, of a node. Those that only wait for a guest are not counted. */
#define JOBS_MAX 8

typedef struct
{
  AgentJobMake make;
  gpointer user_data;
} AgentJobMaker;

void
agent_executor_add_verb (AgentExecutor *self, guint verb, AgentJobMake make, gpointer user_data)
{
  AgentJobMaker *maker = g_new (AgentJobMaker, 1);

  *maker = (AgentJobMaker){ make, user_data };
  g_hash_table_replace (self->makers, GUINT_TO_POINTER (verb), maker);
}

gboolean
agent_executor_knows (AgentExecutor *self, guint verb)
{
  return agent_verbs_knows (verb) || g_hash_table_contains (self->makers, GUINT_TO_POINTER (verb));
}

/* ---- so many at once --------------------------------------------------------------------- */

/* FALSE: @queue is asked again when there is one. */
gboolean
agent_executor_has_slot (AgentExecutor *self, AgentQueue *queue)
{
  if (self->jobs < JOBS_MAX)
    return TRUE;
  if (!queue->starved)
    g_queue_push_tail (&self->starved, queue);
  queue->starved = TRUE;
  return FALSE;
}

/* In order: one at a time, since another one may not need what the first leaves. */
void
agent_executor_feed (AgentExecutor *self)
{
  AgentQueue *queue;

  if (self->jobs >= JOBS_MAX || !g_queue_is_empty (&self->turn))
    return;
  queue = g_queue_pop_head (&self->starved);
  if (queue == NULL)
    return;
  queue->starved = FALSE;
  agent_executor_want_turn (self, queue);
}

static void
leave_slot (AgentItem *item)
{
  if (item->slot)
    item->executor->jobs--;
  item->slot = FALSE;
}

/* ---- one of them ------------------------------------------------------------------------- */

static const char *
find_notes (AgentExecutor *self, const AgentItem *item)
{
  const AgentJobKey key = { item->operation, item->vm };
  g_autoptr (GError) error = NULL;

  if (self->notes == NULL)
    self->notes = agent_job_notes_load (self->context.journal, &error);
  if (self->notes != NULL)
    return g_hash_table_lookup (self->notes, &key);
  g_message ("What a former life noted of its jobs cannot be read: %s", error->message);
  return NULL;
}

/* At recovery, which may block. */
void
agent_item_take_job (AgentItem *item, const AgentOperation *operation, const AgentTarget *target)
{
  item->is_job = TRUE;
  item->argument = g_strdup (target->argument);
  if (operation->document != NULL)
    item->document = g_ref_string_acquire (operation->document);
  if (item->kind == AGENT_WORK_FIND)
    item->notes = g_strdup (find_notes (item->executor, item));
}

static void
on_step (AgentJob *job, guint step, guint percent, const char *message, AgentItem *item)
{
  AgentTarget target = {
    .vm = item->vm,
    .state = MURI_OUTCOME_RUNNING,
    .vm_state = item->vm_state,
    .started = agent_job_get_started (job),
    .step = step,
    .percent = MIN (percent, MURI_PERCENT_UNKNOWN),
    .message = (char *)message,
  };

  item->step = step;
  item->running = TRUE;
  if (step == MURI_STEP_READYING)
    leave_slot (item);
  agent_executor_emit_outcome (item->executor, &item->operation, &target);
  if (step == MURI_STEP_READYING)
    agent_executor_schedule (item->executor);
}

static void
on_done (AgentJob *job, guint outcome, const char *message, AgentItem *item)
{
  AgentExecutor *self = item->executor;
  muri_v1_Uuid vm = item->vm;
  guint state = agent_job_get_vm_state (job);
  AgentTarget target = {
    .vm = vm,
    .state = outcome,
    .vm_state = state != 0 ? state : agent_inventory_get_current_state (self->inventory, &vm),
    .error = agent_job_get_error (job),
    .started = agent_job_get_started (job),
    .finished = g_get_real_time (),
    .message = (char *)message,
  };

  leave_slot (item);
  agent_item_finish (item, &target);
  if (target.started != 0)
    agent_executor_emit_acted (self, &vm, item->verb);
  item->phase = PHASE_WAIT;
  agent_item_drop (item);
  agent_executor_schedule (self);
}

void
agent_item_begin_job (AgentItem *item)
{
  AgentExecutor *self = item->executor;
  const AgentJobMaker *maker = g_hash_table_lookup (self->makers, GUINT_TO_POINTER (item->verb));
  const AgentJobRequest request = {
    .context = &self->context,
    .operation = item->operation,
    .vm = item->vm,
    .verb = item->verb,
    .deadline = item->deadline,
    .parameters = item->parameters,
    .argument = item->argument,
    .document = item->document,
  };
  AgentJob *job = maker->make (item->verb, maker->user_data);

  item->phase = PHASE_JOB;
  item->since = g_get_monotonic_time ();
  item->slot = TRUE;
  item->job = job;
  self->jobs++;
  agent_job_set_request (job, &request);
  g_signal_connect (job, "step", G_CALLBACK (on_step), item);
  g_signal_connect (job, "done", G_CALLBACK (on_done), item);
  /* That may be its end, and the item's. */
  if (item->kind == AGENT_WORK_FIND)
    agent_job_recover (job, item->notes, item->started);
  else
    agent_job_start (job);
}

void
agent_item_free_job (AgentItem *item)
{
  if (item->job != NULL)
    g_signal_handlers_disconnect_by_data (item->job, item);
  g_clear_object (&item->job);
  g_clear_pointer (&item->document, g_ref_string_release);
  g_free (item->argument);
  g_free (item->notes);
}

void
agent_executor_cancel_jobs (AgentExecutor *self, const muri_v1_Uuid *operation)
{
  GList *items = agent_executor_all_items (self);

  /* What one leaves is for others when all have been told. */
  self->scheduling = TRUE;
  for (GList *l = items; l != NULL; l = l->next)
    {
      AgentItem *item = l->data;

      if (item->phase == PHASE_JOB && muri_uuid_equal (&item->operation, operation))
        agent_job_cancel (item->job, AGENT_JOB_CANCELLED);
    }
  self->scheduling = FALSE;
  g_list_free (items);
}

/* The first may use up all the time; the others have ended by then, or are left. */
void
agent_executor_abandon_jobs (AgentExecutor *self, gint64 until)
{
  GList *items = agent_executor_all_items (self);

  for (GList *l = items; l != NULL; l = l->next)
    if (((AgentItem *)l->data)->phase == PHASE_JOB)
      agent_job_abandon (((AgentItem *)l->data)->job, until);
  g_list_free (items);
}
