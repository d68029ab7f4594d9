/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-executor-private.h"

#include "muri-words.h"

static void
tell (AgentItem *item, const AgentTarget *target)
{
  agent_executor_emit_outcome (item->executor, &item->operation, target);
}

void
agent_item_tell_running (AgentItem *item)
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

/* The next one of its operation may begin. */
void
agent_executor_let_next (AgentExecutor *self, AgentPace *pace)
{
  AgentItem *next = agent_pace_unpark (pace);

  if (next == NULL)
    return;
  next->parked = FALSE;
  agent_executor_want_turn (self, next->queue);
}

void
agent_executor_give_up (AgentExecutor *self, const muri_v1_Uuid *operation, AgentPace *pace)
{
  AgentStop *new = g_new0 (AgentStop, 1);

  new->operation = *operation;
  new->failures = agent_pace_get_failures (pace);
  g_queue_push_tail (&self->stopping, new);
}

/* The last word on a target. */
void
agent_item_finish (AgentItem *item, const AgentTarget *target)
{
  AgentExecutor *self = item->executor;

  item->over = TRUE;
  if (item->pace != NULL && agent_pace_note (item->pace, target->state))
    agent_executor_give_up (self, &item->operation, item->pace);
  if (item->paced)
    {
      item->paced = FALSE;
      agent_pace_end (item->pace);
      agent_executor_let_next (self, item->pace);
    }
  tell (item, target);
}

/* The executor's own verdict, where no call says it. */
void
agent_item_end (AgentItem *item, guint state, const char *message)
{
  AgentTarget target = {
    .vm = item->vm,
    .state = state,
    .vm_state = item->vm_state,
    .started = item->started,
    .finished = g_get_real_time (),
    .message = (char *)message,
  };
  agent_item_finish (item, &target);
}
