/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-executor-private.h"

#include "muri-uuid.h"
#include "muri-words.h"

/* Calls that may be in progress at once, each on a connection of its own. */
#define POOL 8
#define TICK 100 /* ms */
#define RETRY_FOR (10 * G_TIME_SPAN_SECOND)

G_DEFINE_FINAL_TYPE (AgentExecutor, agent_executor, G_TYPE_OBJECT)

enum
{
  OUTCOME,
  UNSUPPORTED,
  ACTED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

void
agent_executor_emit_outcome (AgentExecutor *self, const muri_v1_Uuid *operation,
                             const AgentTarget *target)
{
  g_signal_emit (self, signals[OUTCOME], 0, operation, target);
}

void
agent_executor_emit_acted (AgentExecutor *self, const muri_v1_Uuid *vm, guint verb)
{
  g_signal_emit (self, signals[ACTED], 0, vm, verb);
}

/* ---- workers ---- */

static void
worker (gpointer data, gpointer user_data)
{
  AgentItem *item = data;
  AgentExecutor *self = item->executor;
  agent_work_run (&item->work, &self->context);
  g_async_queue_push (self->done, item);
  g_source_set_ready_time (self->doorbell, 0);
  g_object_unref (self);
}

static void
dispatch (AgentExecutor *self, AgentItem *item)
{
  AgentWork *work = &item->work;
  if (item->phase == PHASE_QUEUED)
    {
      g_queue_remove (&item->queue->waiting, item);
      g_queue_push_tail (&item->queue->active, item);
      item->paced = item->pace != NULL;
      if (item->paced)
        agent_pace_begin (item->pace);
    }
  if (item->is_job)
    {
      agent_item_begin_job (item);
      return;
    }
  *work = (AgentWork){
    .kind = item->kind,
    .verb = item->verb,
    .parameters = item->parameters,
    .deadline = item->deadline,
    .operation = item->operation,
    .begun = item->started != 0,
    .known = agent_inventory_get_current_state (self->inventory, &item->vm),
    .rebooted = item->rebooted,
    .target = { .vm = item->vm,
                .vm_state = item->vm_state,
                .started = item->started,
                .state = MURI_OUTCOME_RUNNING },
  };
  if (item->kind == AGENT_WORK_CHECK && item->again && item->verb == MURI_VERB_SHUTDOWN)
    work->kind = AGENT_WORK_AGAIN;
  if (work->kind == AGENT_WORK_AGAIN)
    item->asked = g_get_monotonic_time ();
  item->phase = PHASE_CALL;
  item->ready = item->poked = item->again = FALSE;
  item->since = g_get_monotonic_time ();
  self->calls++;
  g_object_ref (self);
  g_thread_pool_push (self->pool, item, NULL);
}

static void
wait_on (AgentItem *item)
{
  item->phase = PHASE_WAIT;
  item->kind = AGENT_WORK_CHECK;
  item->since = g_get_monotonic_time ();
  item->ready = item->poked;
  agent_item_tell_running (item);
}

/* Nothing was done where the work had not begun: it may be tried again for a while. */
static void
lost (AgentItem *item)
{
  gint64 now = g_get_monotonic_time ();
  AgentTarget target = item->work.target;
  if (item->lost == 0)
    item->lost = now;
  item->phase = PHASE_WAIT;
  item->since = now;
  if (item->started != 0 && item->kind == AGENT_WORK_ACT)
    item->kind = AGENT_WORK_CHECK;
  if (now - item->lost < RETRY_FOR || item->kind == AGENT_WORK_CHECK)
    return;
  target.state = item->kind == AGENT_WORK_FIND ? MURI_OUTCOME_INTERRUPTED : MURI_OUTCOME_FAILED;
  target.finished = g_get_real_time ();
  agent_item_finish (item, &target);
}

/* A worker gave the item back. */
static void
returned (AgentExecutor *self, AgentItem *item)
{
  AgentWork *work = &item->work;
  gboolean begun = work->begun;
  self->calls--;
  if (item->stalled)
    self->stalled--;
  item->stalled = FALSE;
  item->phase = PHASE_WAIT;
  item->vm_state = work->target.vm_state;
  if (begun && item->asked == 0)
    item->asked = g_get_monotonic_time ();
  if (begun)
    item->started = work->target.started;

  if (!item->over && work->result == AGENT_WORK_FINAL)
    agent_item_finish (item, &work->target);
  else if (!item->over && work->result == AGENT_WORK_WAIT)
    {
      item->lost = 0;
      wait_on (item);
    }
  else if (!item->over)
    lost (item);

  agent_target_clear (&work->target);
  if (begun)
    agent_executor_emit_acted (self, &item->vm, item->verb);
  if (work->unsupported)
    g_signal_emit (self, signals[UNSUPPORTED], 0, item->verb);
  if (item->over)
    agent_item_drop (item);
  else
    agent_executor_want_turn (self, item->queue);
}

static gboolean
ring (gpointer user_data)
{
  AgentExecutor *self = user_data;
  AgentItem *item;
  g_source_set_ready_time (self->doorbell, -1);
  while ((item = g_async_queue_try_pop (self->done)) != NULL)
    returned (self, item);
  agent_executor_schedule (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
ring_dispatch (GSource *source, GSourceFunc func, gpointer user_data)
{
  return func (user_data);
}

static GSourceFuncs doorbell_funcs = { .dispatch = ring_dispatch };

void
agent_executor_schedule (AgentExecutor *self)
{
  AgentQueue *queue;
  if (self->scheduling)
    return;
  self->scheduling = TRUE;
  agent_executor_cancel_stopped (self);
  agent_executor_feed (self);
  while (!self->stopped && self->calls < POOL + self->stalled
         && (queue = g_queue_pop_head (&self->turn)) != NULL)
    {
      AgentItem *item = agent_executor_next_of (self, queue);
      queue->in_turn = FALSE;
      if (item != NULL)
        {
          dispatch (self, item);
          agent_executor_want_turn (self, queue);
        }
      else if (g_queue_is_empty (&queue->active) && g_queue_is_empty (&queue->waiting))
        {
          if (queue->starved)
            g_queue_remove (&self->starved, queue);
          g_hash_table_remove (self->queues[queue->lane], &queue->vm);
        }
      agent_executor_feed (self);
    }
  self->scheduling = FALSE;
  /* What was changed is read afterwards, all at once. */
  if (!self->stopped)
    agent_inventory_hold (self->inventory, !g_queue_is_empty (&self->turn));
}

/* ---- public ---- */

/* What a former life began or failed at counts as well. */
static AgentPace *
pace_of (const AgentOperation *operation, const AgentParameters *parameters)
{
  guint failures = 0;
  if (parameters->per_node == 0 && parameters->stop_after == 0)
    return NULL;
  for (guint i = 0; i < operation->targets->len; i++)
    failures += agent_pace_is_failure (agent_operation_target (operation, i)->state);
  return agent_pace_new (parameters->per_node, parameters->stop_after, failures);
}

static AgentItem *
item_new (AgentExecutor *self, const AgentOperation *operation, const AgentTarget *target,
          AgentWorkKind kind)
{
  AgentItem *item = g_new0 (AgentItem, 1);
  item->queue = agent_executor_queue_of (self, &target->vm, operation->verb);
  item->executor = self;
  item->operation = operation->id;
  item->vm = target->vm;
  item->verb = operation->verb;
  item->deadline = operation->deadline;
  item->kind = kind;
  item->started = target->started;
  item->running = target->state == MURI_OUTCOME_RUNNING;
  if (g_hash_table_contains (self->makers, GUINT_TO_POINTER (item->verb)))
    agent_item_take_job (item, operation, target);
  return item;
}

/* Parameters were accepted before they were journalled. */
static AgentParameters *
parameters_of (const AgentOperation *operation)
{
  g_autoptr (GVariant) none = NULL;
  AgentParameters *parameters = agent_parameters_new (operation->verb, operation->parameters, NULL);
  if (parameters != NULL)
    return parameters;
  none = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{ss}"), NULL, 0));
  return agent_parameters_new (MURI_VERB_NONE, none, NULL);
}

static void
add (AgentExecutor *self, const AgentOperation *operation, guint state, AgentWorkKind kind)
{
  g_autoptr (AgentParameters) parameters = parameters_of (operation);
  g_autoptr (AgentPace) pace = kind == AGENT_WORK_ACT ? pace_of (operation, parameters) : NULL;
  for (guint i = 0; i < operation->targets->len; i++)
    {
      const AgentTarget *target = agent_operation_target (operation, i);
      if (target->state != state)
        continue;
      AgentItem *item = item_new (self, operation, target, kind);
      item->parameters = agent_parameters_ref (parameters);
      item->pace = pace != NULL ? agent_pace_ref (pace) : NULL;
      g_queue_push_tail (&item->queue->waiting, item);
      agent_executor_want_turn (self, item->queue);
    }
  if (pace != NULL && agent_pace_is_stopped (pace))
    agent_executor_give_up (self, &operation->id, pace);
  agent_executor_schedule (self);
  if (self->tick == 0 && !agent_executor_is_idle (self))
    self->tick = g_timeout_add (TICK, agent_executor_tick, self);
}

void
agent_executor_add (AgentExecutor *self, const AgentOperation *operation)
{
  add (self, operation, MURI_OUTCOME_QUEUED, AGENT_WORK_ACT);
}

void
agent_executor_recover (AgentExecutor *self, const AgentOperation *operation)
{
  add (self, operation, MURI_OUTCOME_RUNNING, AGENT_WORK_FIND);
}

void
agent_executor_hold (AgentExecutor *self, const muri_v1_Uuid *operation, gboolean hold)
{
  if (hold)
    {
      g_hash_table_add (self->held, g_memdup2 (operation, sizeof *operation));
      return;
    }
  if (!g_hash_table_remove (self->held, operation))
    return;
  GHashTableIter iter;
  gpointer queue;
  for (AgentLane lane = 0; lane < N_LANES; lane++)
    {
      g_hash_table_iter_init (&iter, self->queues[lane]);
      while (g_hash_table_iter_next (&iter, NULL, &queue))
        agent_executor_want_turn (self, queue);
    }
  agent_executor_schedule (self);
}

void
agent_executor_cancel (AgentExecutor *self, const muri_v1_Uuid *operation)
{
  agent_executor_cancel_targets (self, operation, NULL);
  agent_executor_cancel_jobs (self, operation);
  g_hash_table_remove (self->held, operation);
  agent_executor_schedule (self);
}

static void
poke (AgentExecutor *self, const muri_v1_Uuid *vm, gboolean rebooted)
{
  AgentQueue *queue = g_hash_table_lookup (self->queues[LANE_ACTION], vm);
  if (queue == NULL)
    return;
  for (GList *l = queue->active.head; l != NULL; l = l->next)
    {
      AgentItem *item = l->data;
      item->rebooted |= rebooted;
      item->poked |= item->phase == PHASE_CALL;
      item->ready |= item->phase == PHASE_WAIT;
    }
  agent_executor_want_turn (self, queue);
  agent_executor_schedule (self);
}

void
agent_executor_vm_changed (AgentExecutor *self, const muri_v1_Uuid *vm)
{
  poke (self, vm, FALSE);
}

void
agent_executor_vm_rebooted (AgentExecutor *self, const muri_v1_Uuid *vm)
{
  poke (self, vm, TRUE);
}

void
agent_executor_stop (AgentExecutor *self, gint64 patience)
{
  gint64 until = g_get_monotonic_time () + patience;
  self->stopped = TRUE;
  agent_inventory_hold (self->inventory, FALSE);
  g_clear_object (&self->inventory);
  g_clear_handle_id (&self->tick, g_source_remove);
  agent_executor_abandon_jobs (self, until);
  while (self->calls > 0)
    {
      gint64 left = until - g_get_monotonic_time ();
      AgentItem *item = left > 0 ? g_async_queue_timeout_pop (self->done, left) : NULL;
      if (item == NULL)
        break;
      returned (self, item);
    }
}

AgentExecutor *
agent_executor_new (const AgentWorkContext *context, AgentInventory *inventory)
{
  AgentExecutor *self = g_object_new (AGENT_TYPE_EXECUTOR, NULL);
  self->context = *context;
  self->inventory = g_object_ref (inventory);
  agent_connections_ref (context->connections);
  g_object_ref (context->journal);
  g_object_ref (context->mirror);
  g_object_ref (context->state);
  return self;
}

static void
agent_executor_dispose (GObject *object)
{
  AgentExecutor *self = AGENT_EXECUTOR (object);
  g_clear_handle_id (&self->tick, g_source_remove);
  g_source_destroy (self->doorbell);
  G_OBJECT_CLASS (agent_executor_parent_class)->dispose (object);
}

/* Maybe on a worker: each holds a reference until it has given its item back. */
static void
agent_executor_finalize (GObject *object)
{
  AgentExecutor *self = AGENT_EXECUTOR (object);
  AgentItem *item;
  while ((item = g_async_queue_try_pop (self->done)) != NULL)
    agent_target_clear (&item->work.target);
  g_async_queue_unref (self->done);
  g_source_unref (self->doorbell);
  g_queue_clear (&self->turn);
  g_queue_clear_full (&self->stopping, g_free);
  for (AgentLane lane = 0; lane < N_LANES; lane++)
    g_hash_table_unref (self->queues[lane]);
  g_hash_table_unref (self->held);
  g_hash_table_unref (self->makers);
  g_clear_pointer (&self->notes, g_hash_table_unref);
  g_queue_clear (&self->starved);
  g_thread_pool_free (self->pool, FALSE, FALSE);
  agent_connections_unref (self->context.connections);
  g_clear_object (&self->inventory);
  g_object_unref (self->context.journal);
  g_object_unref (self->context.mirror);
  g_object_unref (self->context.state);
  G_OBJECT_CLASS (agent_executor_parent_class)->finalize (object);
}

static void
agent_executor_class_init (AgentExecutorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = agent_executor_dispose;
  object_class->finalize = agent_executor_finalize;
  signals[OUTCOME] = g_signal_new ("outcome", AGENT_TYPE_EXECUTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_POINTER);
  signals[UNSUPPORTED] = g_signal_new ("unsupported", AGENT_TYPE_EXECUTOR, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[ACTED] = g_signal_new ("acted", AGENT_TYPE_EXECUTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_UINT);
}

static void
agent_executor_init (AgentExecutor *self)
{
  for (AgentLane lane = 0; lane < N_LANES; lane++)
    self->queues[lane] =
        g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, agent_queue_free);
  g_queue_init (&self->stopping);
  self->held = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  g_queue_init (&self->turn);
  g_queue_init (&self->starved);
  self->makers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->done = g_async_queue_new ();
  self->pool = g_thread_pool_new (worker, NULL, -1, FALSE, NULL);
  self->doorbell = g_source_new (&doorbell_funcs, sizeof (GSource));
  g_source_set_callback (self->doorbell, ring, self, NULL);
  g_source_attach (self->doorbell, NULL);
}
