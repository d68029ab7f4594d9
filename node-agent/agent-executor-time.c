/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-executor-private.h"

#include <string.h>

#include "muri-uuid.h"
#include "muri-words.h"

/* Calls that hang are not counted, up to this many: libvirtd has 20 workers for all its clients. */
#define STALLED_MAX 10

#define STALLED_AFTER (2 * G_TIME_SPAN_SECOND)
#define RUNNING_AFTER (150 * G_TIME_SPAN_MILLISECOND)
#define AGAIN_AFTER (5 * G_TIME_SPAN_SECOND)
#define RETRY_AFTER (500 * G_TIME_SPAN_MILLISECOND)

static void
overdue (AgentItem *item)
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
    agent_item_end (item, MURI_OUTCOME_EXPIRED, "the deadline passed before it could be begun");
  else if (item->phase == PHASE_CALL)
    agent_item_end (item, MURI_OUTCOME_TIMED_OUT, "the hypervisor has not answered in time");
  else if (item->lost != 0)
    agent_item_end (item, MURI_OUTCOME_TIMED_OUT, "the hypervisor could not be reached in time");
  else
    agent_item_end (item, MURI_OUTCOME_TIMED_OUT, "the guest has not followed in time");
  agent_item_drop (item);
}

static gboolean
is_force_due (const AgentItem *item, gint64 now, gint64 wall)
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
hand_over (AgentItem *item, gint64 now, gint64 wall)
{
  AgentItem *next = g_memdup2 (item, sizeof *item);
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
  agent_executor_want_turn (item->executor, item->queue);
}

static void
force (AgentItem *item, gint64 now, gint64 wall)
{
  if (item->phase == PHASE_CALL)
    {
      hand_over (item, now, wall);
      return;
    }
  item->kind = AGENT_WORK_FORCE;
  item->ready = TRUE;
  agent_executor_want_turn (item->executor, item->queue);
}

static void
consider (AgentExecutor *self, AgentItem *item, gint64 now, gint64 wall)
{
  if (item->over)
    return;
  if (item->phase == PHASE_JOB)
    {
      if (wall >= item->deadline && item->kind != AGENT_WORK_FIND)
        agent_job_cancel (item->job, AGENT_JOB_OVERDUE);
      return;
    }
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
        agent_item_tell_running (item);
      if (!item->stalled && now - item->since >= STALLED_AFTER && self->stalled < STALLED_MAX)
        {
          item->stalled = TRUE;
          self->stalled++;
          agent_executor_want_turn (self, item->queue);
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
    agent_executor_want_turn (self, item->queue);
}

gboolean
agent_executor_tick (gpointer user_data)
{
  AgentExecutor *self = user_data;
  gint64 now = g_get_monotonic_time (), wall = g_get_real_time ();
  GList *items = agent_executor_all_items (self);
  self->scheduling = TRUE;
  for (GList *l = items; l != NULL; l = l->next)
    consider (self, l->data, now, wall);
  self->scheduling = FALSE;
  g_list_free (items);
  agent_executor_schedule (self);
  if (!agent_executor_is_idle (self))
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

/* What has not begun. */
void
agent_executor_cancel_targets (AgentExecutor *self, const muri_v1_Uuid *operation,
                               const char *message)
{
  GList *items = agent_executor_all_items (self);
  for (GList *l = items; l != NULL; l = l->next)
    {
      AgentItem *item = l->data;
      if (item->over || item->started != 0 || item->phase == PHASE_JOB
          || !muri_uuid_equal (&item->operation, operation))
        continue;
      if (item->phase == PHASE_CALL
          && !g_atomic_int_compare_and_exchange (&item->work.claim, AGENT_WORK_FREE,
                                                 AGENT_WORK_GIVEN_UP))
        continue;
      agent_item_end (item, MURI_OUTCOME_CANCELLED, message);
      agent_item_drop (item);
    }
  g_list_free (items);
}

void
agent_executor_cancel_stopped (AgentExecutor *self)
{
  AgentStop *next;
  while ((next = g_queue_pop_head (&self->stopping)) != NULL)
    {
      g_autofree char *message =
          g_strdup_printf ("not begun: %u failed on this server before it", next->failures);
      agent_executor_cancel_targets (self, &next->operation, message);
      g_free (next);
    }
}
