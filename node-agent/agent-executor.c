/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-executor.h"

#include <string.h>

#include "agent-membership.h"
#include "agent-pace.h"
#include "agent-work.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* Calls that may be in progress at once, each on a connection of its own. */
#define POOL 8
/* Calls that hang are not counted, up to this many: libvirtd has 20 workers for all its clients. */
#define STALLED_MAX 10

#define TICK 100 /* ms */
#define STALLED_AFTER (2 * G_TIME_SPAN_SECOND)
#define RUNNING_AFTER (150 * G_TIME_SPAN_MILLISECOND)
#define AGAIN_AFTER (5 * G_TIME_SPAN_SECOND)
#define RETRY_AFTER (500 * G_TIME_SPAN_MILLISECOND)
#define RETRY_FOR (10 * G_TIME_SPAN_SECOND)

typedef enum
{
  PHASE_QUEUED,
  PHASE_CALL, /* a worker has it */
  PHASE_WAIT, /* for the guest, or for the connection */
} Phase;

/* Of one VM, or of the node itself. */
typedef enum
{
  LANE_ACTION,
  LANE_STATE, /* what is only written down */
  N_LANES
} Lane;

typedef struct _Queue Queue;

/* One target of one operation. Main context only. */
typedef struct
{
  Queue *queue;
  AgentWork work; /* the worker's while in PHASE_CALL, but for claim */
  AgentExecutor *executor;
  muri_v1_Uuid operation;
  muri_v1_Uuid vm;
  guint verb;
  AgentParameters *parameters;
  AgentPace *pace; /* NULL: as fast as it goes */
  gint64 deadline;

  Phase phase;
  AgentWorkKind kind; /* of the next turn, or this one */
  gboolean running;   /* said so */
  gboolean over;      /* its last outcome was told */
  gboolean stalled;   /* its call hangs */
  gboolean paced;     /* counts as one of those that its operation has under way */
  gboolean parked;    /* until the pace lets it begin */
  gboolean poked;     /* its VM changed while it was in a call */
  gboolean rebooted;
  gboolean ready; /* for another turn, as soon as a thread is free */
  gboolean again; /* the next turn may ask the guest once more */
  guint vm_state; /* as last seen */
  gint64 started;
  gint64 since; /* monotonic: this call, or this wait */
  gint64 asked; /* monotonic: when the guest was last asked */
  gint64 lost;  /* monotonic: no connection since; 0 there is one */
} Item;

/* What is asked of one VM, in order. */
struct _Queue
{
  muri_v1_Uuid vm;
  Lane lane;
  GQueue waiting; /* Item, PHASE_QUEUED */
  GQueue active;  /* Item, others */
  gboolean in_turn;
};

struct _AgentExecutor
{
  GObject parent_instance;
  AgentWorkContext context;

  GHashTable *queues[N_LANES]; /* by VM */
  GQueue turn;                 /* Queue: those that have something waiting, or ready */
  GHashTable *held;            /* operations */
  GQueue stopping;             /* Stop: operations that have failed too often */
  GThreadPool *pool;
  guint calls;
  guint stalled;
  guint tick;
  gboolean stopped;

  GAsyncQueue *done; /* Item, from the workers */
  GSource *doorbell;
};

G_DEFINE_FINAL_TYPE (AgentExecutor, agent_executor, G_TYPE_OBJECT)

enum
{
  OUTCOME,
  UNSUPPORTED,
  ACTED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void schedule (AgentExecutor *self);
static void want_turn (AgentExecutor *self, Queue *queue);

/* ---- outcomes ------------------------------------------------------------------------- */

static void
tell (Item *item, const AgentTarget *target)
{
  g_signal_emit (item->executor, signals[OUTCOME], 0, &item->operation, target);
}

static void
tell_running (Item *item)
{
  AgentTarget target = {
    .vm = item->vm,
    .state = MURI_OUTCOME_RUNNING,
    .vm_state = item->vm_state,
    .started = item->started,
  };
  if (item->running)
    return;
  item->running = TRUE;
  tell (item, &target);
}

/* An operation of which no more is begun. */
typedef struct
{
  muri_v1_Uuid operation;
  guint failures;
} Stop;

/* The next one of its operation may begin. */
static void
let_next (AgentExecutor *self, AgentPace *pace)
{
  Item *next = agent_pace_unpark (pace);

  if (next == NULL)
    return;
  next->parked = FALSE;
  want_turn (self, next->queue);
}

static void
stop (AgentExecutor *self, const muri_v1_Uuid *operation, AgentPace *pace)
{
  Stop *new = g_new0 (Stop, 1);

  new->operation = *operation;
  new->failures = agent_pace_get_failures (pace);
  g_queue_push_tail (&self->stopping, new);
}

/* The last word on a target. */
static void
finish (Item *item, const AgentTarget *target)
{
  AgentExecutor *self = item->executor;

  item->over = TRUE;
  if (item->pace != NULL && agent_pace_note (item->pace, target->state))
    stop (self, &item->operation, item->pace);
  if (item->paced)
    {
      item->paced = FALSE;
      agent_pace_end (item->pace);
      let_next (self, item->pace);
    }
  tell (item, target);
}

/* The executor's own verdict, where no call says it. */
static void
end (Item *item, guint state, const char *message)
{
  AgentTarget target = {
    .vm = item->vm,
    .state = state,
    .vm_state = item->vm_state,
    .started = item->started,
    .finished = g_get_real_time (),
    .message = (char *)message,
  };
  finish (item, &target);
}

/* ---- queues --------------------------------------------------------------------------- */

static void
item_free (gpointer data)
{
  Item *item = data;
  agent_parameters_unref (item->parameters);
  g_clear_pointer (&item->pace, agent_pace_unref);
  g_free (item);
}

static void
queue_free (gpointer data)
{
  Queue *queue = data;
  g_queue_clear_full (&queue->waiting, item_free);
  g_queue_clear_full (&queue->active, item_free);
  g_free (queue);
}

static Queue *
queue_of (AgentExecutor *self, const muri_v1_Uuid *vm, guint verb)
{
  Lane lane = agent_membership_is_verb (verb) || verb == MURI_VERB_MAINTENANCE_ON
                      || verb == MURI_VERB_MAINTENANCE_OFF
                  ? LANE_STATE
                  : LANE_ACTION;
  Queue *queue = g_hash_table_lookup (self->queues[lane], vm);
  if (queue == NULL)
    {
      queue = g_new0 (Queue, 1);
      queue->vm = *vm;
      queue->lane = lane;
      g_queue_init (&queue->waiting);
      g_queue_init (&queue->active);
      g_hash_table_insert (self->queues[lane], &queue->vm, queue);
    }
  return queue;
}

static void
want_turn (AgentExecutor *self, Queue *queue)
{
  if (!queue->in_turn)
    g_queue_push_tail (&self->turn, queue);
  queue->in_turn = TRUE;
}

/* Out of its queue, unless a worker still has it: then when that returns. */
static void
drop (Item *item)
{
  AgentExecutor *self = item->executor;
  Queue *queue = item->queue;
  if (item->phase == PHASE_CALL)
    return;
  if (!g_queue_remove (&queue->waiting, item))
    g_queue_remove (&queue->active, item);
  if (item->parked)
    agent_pace_forget (item->pace, item);
  item_free (item);
  want_turn (self, queue);
}

/* Forced off is what helps a VM that does not answer, so that it does not wait for one. */
static gboolean
may_start (AgentExecutor *self, Queue *queue, const Item *item)
{
  if (g_hash_table_contains (self->held, &item->operation))
    return FALSE;
  for (GList *l = queue->active.head; l != NULL; l = l->next)
    {
      const Item *other = l->data;
      if (other->over
          || (item->verb == MURI_VERB_POWER_OFF && item->kind == AGENT_WORK_ACT
              && (other->phase == PHASE_WAIT || other->stalled)))
        continue;
      return FALSE;
    }
  return TRUE;
}

/* Its VM would let it begin, or not: then another one of its operation may. */
static gboolean
pace_allows (AgentExecutor *self, Item *item, gboolean may)
{
  if (item->pace == NULL || item->parked)
    return may && !item->parked;
  if (agent_pace_may_begin (item->pace))
    {
      if (!may)
        let_next (self, item->pace);
      return may;
    }
  item->parked = TRUE;
  agent_pace_park (item->pace, item);
  return FALSE;
}

/* What of this VM is to have a thread next. */
static Item *
next_of (AgentExecutor *self, Queue *queue)
{
  for (GList *l = queue->active.head; l != NULL; l = l->next)
    if (((Item *)l->data)->phase == PHASE_WAIT && ((Item *)l->data)->ready)
      return l->data;
  for (GList *l = queue->waiting.head; l != NULL; l = l->next)
    {
      Item *item = l->data;
      if (pace_allows (self, item, may_start (self, queue, item)))
        return item;
      if (!g_hash_table_contains (self->held, &item->operation))
        return NULL;
    }
  return NULL;
}

/* ---- workers -------------------------------------------------------------------------- */

static void
worker (gpointer data, gpointer user_data)
{
  Item *item = data;
  AgentExecutor *self = item->executor;
  agent_work_run (&item->work, &self->context);
  g_async_queue_push (self->done, item);
  g_source_set_ready_time (self->doorbell, 0);
  g_object_unref (self);
}

static void
dispatch (AgentExecutor *self, Item *item)
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
  *work = (AgentWork){
    .kind = item->kind,
    .verb = item->verb,
    .parameters = item->parameters,
    .deadline = item->deadline,
    .operation = item->operation,
    .begun = item->started != 0,
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
wait_on (Item *item)
{
  item->phase = PHASE_WAIT;
  item->kind = AGENT_WORK_CHECK;
  item->since = g_get_monotonic_time ();
  item->ready = item->poked;
  tell_running (item);
}

/* Nothing was done where the work had not begun: it may be tried again for a while. */
static void
lost (Item *item)
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
  finish (item, &target);
}

/* A worker gave the item back. */
static void
returned (AgentExecutor *self, Item *item)
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
    finish (item, &work->target);
  else if (!item->over && work->result == AGENT_WORK_WAIT)
    {
      item->lost = 0;
      wait_on (item);
    }
  else if (!item->over)
    lost (item);

  agent_target_clear (&work->target);
  if (begun)
    g_signal_emit (self, signals[ACTED], 0, &item->vm);
  if (work->unsupported)
    g_signal_emit (self, signals[UNSUPPORTED], 0, item->verb);
  if (item->over)
    drop (item);
  else
    want_turn (self, item->queue);
}

static gboolean
ring (gpointer user_data)
{
  AgentExecutor *self = user_data;
  Item *item;
  g_source_set_ready_time (self->doorbell, -1);
  while ((item = g_async_queue_try_pop (self->done)) != NULL)
    returned (self, item);
  schedule (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
ring_dispatch (GSource *source, GSourceFunc func, gpointer user_data)
{
  return func (user_data);
}

static GSourceFuncs doorbell_funcs = { .dispatch = ring_dispatch };

/* ---- time ----------------------------------------------------------------------------- */

static void
overdue (Item *item)
{
  gint claim = AGENT_WORK_ACTING;
  if (item->kind == AGENT_WORK_FIND)
    return;
  if (item->phase == PHASE_CALL && item->started == 0
      && g_atomic_int_compare_and_exchange (&item->work.claim, AGENT_WORK_FREE,
                                            AGENT_WORK_GIVEN_UP))
    claim = AGENT_WORK_GIVEN_UP;
  if (item->phase == PHASE_QUEUED || (item->started == 0 && item->phase == PHASE_WAIT)
      || claim == AGENT_WORK_GIVEN_UP)
    end (item, MURI_OUTCOME_EXPIRED, "the deadline passed before it could be begun");
  else if (item->phase == PHASE_CALL)
    end (item, MURI_OUTCOME_TIMED_OUT, "the hypervisor has not answered in time");
  else if (item->lost != 0)
    end (item, MURI_OUTCOME_TIMED_OUT, "the hypervisor could not be reached in time");
  else
    end (item, MURI_OUTCOME_TIMED_OUT, "the guest has not followed in time");
  drop (item);
}

static gboolean
is_force_due (const Item *item, gint64 now, gint64 wall)
{
  gint64 grace = item->parameters->grace * G_TIME_SPAN_SECOND;
  if (!item->parameters->power_off || item->kind == AGENT_WORK_FORCE
      || item->kind == AGENT_WORK_FIND)
    return FALSE;
  if (item->started != 0)
    return wall - item->started >= grace;
  return item->phase == PHASE_CALL && now - item->since >= grace
         && g_atomic_int_get (&item->work.claim) == AGENT_WORK_ACTING;
}

/* The call that asks the guest hangs, and its thread with it: another item goes on from here. */
static void
hand_over (Item *item, gint64 now, gint64 wall)
{
  Item *next = g_memdup2 (item, sizeof *item);
  memset (&next->work, 0, sizeof next->work);
  agent_parameters_ref (next->parameters);
  if (item->started == 0)
    next->started = wall - (now - item->since);
  next->phase = PHASE_WAIT;
  next->stalled = FALSE;
  item->over = TRUE;
  item->paced = FALSE;
  item->pace = NULL;
  g_queue_push_tail (&item->queue->active, next);
  next->kind = AGENT_WORK_FORCE;
  next->since = now;
  next->ready = TRUE;
  want_turn (item->executor, item->queue);
}

static void
force (Item *item, gint64 now, gint64 wall)
{
  if (item->phase == PHASE_CALL)
    {
      hand_over (item, now, wall);
      return;
    }
  item->kind = AGENT_WORK_FORCE;
  item->ready = TRUE;
  want_turn (item->executor, item->queue);
}

static void
consider (AgentExecutor *self, Item *item, gint64 now, gint64 wall)
{
  if (item->over)
    return;
  if (wall >= item->deadline && item->kind != AGENT_WORK_FIND)
    {
      overdue (item);
      return;
    }
  if (is_force_due (item, now, wall))
    {
      force (item, now, wall);
      return;
    }
  if (item->phase == PHASE_CALL)
    {
      if (now - item->since >= RUNNING_AFTER
          && g_atomic_int_get (&item->work.claim) == AGENT_WORK_ACTING)
        tell_running (item);
      if (!item->stalled && now - item->since >= STALLED_AFTER && self->stalled < STALLED_MAX)
        {
          item->stalled = TRUE;
          self->stalled++;
          want_turn (self, item->queue);
        }
      return;
    }
  if (item->phase != PHASE_WAIT)
    return;
  if (item->lost != 0 && now - item->since >= RETRY_AFTER)
    item->ready = TRUE;
  else if (item->lost == 0 && now - item->asked >= AGAIN_AFTER && item->verb == MURI_VERB_SHUTDOWN)
    item->ready = item->again = TRUE;
  if (item->ready)
    want_turn (self, item->queue);
}

static GList *
all_items (AgentExecutor *self)
{
  GHashTableIter iter;
  gpointer queue;
  GList *items = NULL;
  for (Lane lane = 0; lane < N_LANES; lane++)
    {
      g_hash_table_iter_init (&iter, self->queues[lane]);
      while (g_hash_table_iter_next (&iter, NULL, &queue))
        {
          for (GList *l = ((Queue *)queue)->active.head; l != NULL; l = l->next)
            items = g_list_prepend (items, l->data);
          for (GList *l = ((Queue *)queue)->waiting.head; l != NULL; l = l->next)
            items = g_list_prepend (items, l->data);
        }
    }
  return items;
}

static gboolean
is_idle (AgentExecutor *self)
{
  for (Lane lane = 0; lane < N_LANES; lane++)
    if (g_hash_table_size (self->queues[lane]) > 0)
      return FALSE;
  return TRUE;
}

static gboolean
tick (gpointer user_data)
{
  AgentExecutor *self = user_data;
  gint64 now = g_get_monotonic_time (), wall = g_get_real_time ();
  GList *items = all_items (self);
  for (GList *l = items; l != NULL; l = l->next)
    consider (self, l->data, now, wall);
  g_list_free (items);
  schedule (self);
  if (!is_idle (self))
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

/* What has not begun. */
static void
cancel (AgentExecutor *self, const muri_v1_Uuid *operation, const char *message)
{
  GList *items = all_items (self);
  for (GList *l = items; l != NULL; l = l->next)
    {
      Item *item = l->data;
      if (item->over || item->started != 0 || !muri_uuid_equal (&item->operation, operation))
        continue;
      if (item->phase == PHASE_CALL
          && !g_atomic_int_compare_and_exchange (&item->work.claim, AGENT_WORK_FREE,
                                                 AGENT_WORK_GIVEN_UP))
        continue;
      end (item, MURI_OUTCOME_CANCELLED, message);
      drop (item);
    }
  g_list_free (items);
}

static void
cancel_stopped (AgentExecutor *self)
{
  Stop *next;
  while ((next = g_queue_pop_head (&self->stopping)) != NULL)
    {
      g_autofree char *message =
          g_strdup_printf ("not begun: %u failed on this server before it", next->failures);
      cancel (self, &next->operation, message);
      g_free (next);
    }
}

static void
schedule (AgentExecutor *self)
{
  Queue *queue;
  cancel_stopped (self);
  while (!self->stopped && self->calls < POOL + self->stalled
         && (queue = g_queue_pop_head (&self->turn)) != NULL)
    {
      Item *item = next_of (self, queue);
      queue->in_turn = FALSE;
      if (item != NULL)
        {
          dispatch (self, item);
          want_turn (self, queue);
        }
      else if (g_queue_is_empty (&queue->active) && g_queue_is_empty (&queue->waiting))
        g_hash_table_remove (self->queues[queue->lane], &queue->vm);
    }
}

/* ---- public --------------------------------------------------------------------------- */

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

static Item *
item_new (AgentExecutor *self, const AgentOperation *operation, const AgentTarget *target,
          AgentWorkKind kind)
{
  Item *item = g_new0 (Item, 1);
  item->queue = queue_of (self, &target->vm, operation->verb);
  item->executor = self;
  item->operation = operation->id;
  item->vm = target->vm;
  item->verb = operation->verb;
  item->deadline = operation->deadline;
  item->kind = kind;
  item->started = target->started;
  item->running = target->state == MURI_OUTCOME_RUNNING;
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
      Item *item = item_new (self, operation, target, kind);
      item->parameters = agent_parameters_ref (parameters);
      item->pace = pace != NULL ? agent_pace_ref (pace) : NULL;
      g_queue_push_tail (&item->queue->waiting, item);
      want_turn (self, item->queue);
    }
  if (pace != NULL && agent_pace_is_stopped (pace))
    stop (self, &operation->id, pace);
  schedule (self);
  if (self->tick == 0 && !is_idle (self))
    self->tick = g_timeout_add (TICK, tick, self);
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
  for (Lane lane = 0; lane < N_LANES; lane++)
    {
      g_hash_table_iter_init (&iter, self->queues[lane]);
      while (g_hash_table_iter_next (&iter, NULL, &queue))
        want_turn (self, queue);
    }
  schedule (self);
}

void
agent_executor_cancel (AgentExecutor *self, const muri_v1_Uuid *operation)
{
  cancel (self, operation, NULL);
  g_hash_table_remove (self->held, operation);
  schedule (self);
}

static void
poke (AgentExecutor *self, const muri_v1_Uuid *vm, gboolean rebooted)
{
  Queue *queue = g_hash_table_lookup (self->queues[LANE_ACTION], vm);
  if (queue == NULL)
    return;
  for (GList *l = queue->active.head; l != NULL; l = l->next)
    {
      Item *item = l->data;
      item->rebooted |= rebooted;
      item->poked |= item->phase == PHASE_CALL;
      item->ready |= item->phase == PHASE_WAIT;
    }
  want_turn (self, queue);
  schedule (self);
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
  g_clear_handle_id (&self->tick, g_source_remove);
  while (self->calls > 0)
    {
      gint64 left = until - g_get_monotonic_time ();
      Item *item = left > 0 ? g_async_queue_timeout_pop (self->done, left) : NULL;
      if (item == NULL)
        break;
      returned (self, item);
    }
}

AgentExecutor *
agent_executor_new (const AgentWorkContext *context)
{
  AgentExecutor *self = g_object_new (AGENT_TYPE_EXECUTOR, NULL);
  self->context = *context;
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
  Item *item;
  while ((item = g_async_queue_try_pop (self->done)) != NULL)
    agent_target_clear (&item->work.target);
  g_async_queue_unref (self->done);
  g_source_unref (self->doorbell);
  g_queue_clear (&self->turn);
  g_queue_clear_full (&self->stopping, g_free);
  for (Lane lane = 0; lane < N_LANES; lane++)
    g_hash_table_unref (self->queues[lane]);
  g_hash_table_unref (self->held);
  g_thread_pool_free (self->pool, FALSE, FALSE);
  agent_connections_unref (self->context.connections);
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
                                 NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
agent_executor_init (AgentExecutor *self)
{
  for (Lane lane = 0; lane < N_LANES; lane++)
    self->queues[lane] = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, queue_free);
  g_queue_init (&self->stopping);
  self->held = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  g_queue_init (&self->turn);
  self->done = g_async_queue_new ();
  self->pool = g_thread_pool_new (worker, NULL, -1, FALSE, NULL);
  self->doorbell = g_source_new (&doorbell_funcs, sizeof (GSource));
  g_source_set_callback (self->doorbell, ring, self, NULL);
  g_source_attach (self->doorbell, NULL);
}
