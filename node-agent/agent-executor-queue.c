/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-executor-private.h"

#include "agent-membership.h"
#include "muri-uuid.h"
#include "muri-words.h"

static void
item_free (gpointer data)
{
  AgentItem *item = data;
  agent_parameters_unref (item->parameters);
  g_clear_pointer (&item->pace, agent_pace_unref);
  agent_item_free_job (item);
  g_free (item);
}

void
agent_queue_free (gpointer data)
{
  AgentQueue *queue = data;
  g_queue_clear_full (&queue->waiting, item_free);
  g_queue_clear_full (&queue->active, item_free);
  g_free (queue);
}

static AgentLane
lane_of (AgentExecutor *self, const muri_v1_Uuid *vm, guint verb)
{
  if (agent_membership_is_verb (verb) || verb == MURI_VERB_MAINTENANCE_ON
      || verb == MURI_VERB_MAINTENANCE_OFF)
    return LANE_STATE;
  if (muri_uuid_is_zero (vm) && g_hash_table_contains (self->makers, GUINT_TO_POINTER (verb)))
    return LANE_FREE;
  return LANE_ACTION;
}

AgentQueue *
agent_executor_queue_of (AgentExecutor *self, const muri_v1_Uuid *vm, guint verb)
{
  AgentLane lane = lane_of (self, vm, verb);
  AgentQueue *queue = g_hash_table_lookup (self->queues[lane], vm);
  if (queue == NULL)
    {
      queue = g_new0 (AgentQueue, 1);
      queue->vm = *vm;
      queue->lane = lane;
      g_queue_init (&queue->waiting);
      g_queue_init (&queue->active);
      g_hash_table_insert (self->queues[lane], &queue->vm, queue);
    }
  return queue;
}

void
agent_executor_want_turn (AgentExecutor *self, AgentQueue *queue)
{
  if (!queue->in_turn)
    g_queue_push_tail (&self->turn, queue);
  queue->in_turn = TRUE;
}

/* Out of its queue, unless a worker still has it: then when that returns. */
void
agent_item_drop (AgentItem *item)
{
  AgentExecutor *self = item->executor;
  AgentQueue *queue = item->queue;
  if (item->phase == PHASE_CALL)
    return;
  if (!g_queue_remove (&queue->waiting, item))
    g_queue_remove (&queue->active, item);
  if (item->parked)
    agent_pace_forget (item->pace, item);
  item_free (item);
  agent_executor_want_turn (self, queue);
}

/* Forced off is what helps a VM that does not answer, so that it does not wait for one. */
static gboolean
stands_back (const AgentItem *other)
{
  return other->phase == PHASE_WAIT || other->stalled
         || (other->phase == PHASE_JOB && other->step == MURI_STEP_READYING);
}

static gboolean
may_start (AgentExecutor *self, AgentQueue *queue, const AgentItem *item)
{
  if (g_hash_table_contains (self->held, &item->operation))
    return FALSE;
  for (GList *l = queue->lane != LANE_FREE ? queue->active.head : NULL; l != NULL; l = l->next)
    {
      const AgentItem *other = l->data;
      if (other->over
          || (item->verb == MURI_VERB_POWER_OFF && item->kind == AGENT_WORK_ACT
              && stands_back (other)))
        continue;
      return FALSE;
    }
  return TRUE;
}

/* Its VM would let it begin, or not: then another one of its operation may. */
static gboolean
pace_allows (AgentExecutor *self, AgentItem *item, gboolean may)
{
  if (item->pace == NULL || item->parked)
    return may && !item->parked;
  if (agent_pace_may_begin (item->pace))
    {
      if (!may)
        agent_executor_let_next (self, item->pace);
      return may;
    }
  item->parked = TRUE;
  agent_pace_park (item->pace, item);
  return FALSE;
}

/* What of this VM is to have a thread next. */
AgentItem *
agent_executor_next_of (AgentExecutor *self, AgentQueue *queue)
{
  for (GList *l = queue->active.head; l != NULL; l = l->next)
    if (((AgentItem *)l->data)->phase == PHASE_WAIT && ((AgentItem *)l->data)->ready)
      return l->data;
  for (GList *l = queue->waiting.head; l != NULL; l = l->next)
    {
      AgentItem *item = l->data;
      if (item->is_job && !agent_executor_has_slot (self, queue))
        return NULL;
      if (pace_allows (self, item, may_start (self, queue, item)))
        return item;
      if (!g_hash_table_contains (self->held, &item->operation))
        return NULL;
    }
  return NULL;
}

GList *
agent_executor_all_items (AgentExecutor *self)
{
  GHashTableIter iter;
  gpointer queue;
  GList *items = NULL;
  for (AgentLane lane = 0; lane < N_LANES; lane++)
    {
      g_hash_table_iter_init (&iter, self->queues[lane]);
      while (g_hash_table_iter_next (&iter, NULL, &queue))
        {
          for (GList *l = ((AgentQueue *)queue)->active.head; l != NULL; l = l->next)
            items = g_list_prepend (items, l->data);
          for (GList *l = ((AgentQueue *)queue)->waiting.head; l != NULL; l = l->next)
            items = g_list_prepend (items, l->data);
        }
    }
  return items;
}

gboolean
agent_executor_is_idle (AgentExecutor *self)
{
  for (AgentLane lane = 0; lane < N_LANES; lane++)
    if (g_hash_table_size (self->queues[lane]) > 0)
      return FALSE;
  return TRUE;
}
