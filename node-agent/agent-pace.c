/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-pace.h"

#include "muri-words.h"

struct _AgentPace
{
  guint per_node;
  guint stop_after;
  guint active;
  guint failures;
  GQueue parked;
};

AgentPace *
agent_pace_new (guint per_node, guint stop_after, guint failures)
{
  AgentPace *pace = g_rc_box_new0 (AgentPace);

  pace->per_node = per_node;
  pace->stop_after = stop_after;
  pace->failures = failures;
  g_queue_init (&pace->parked);
  return pace;
}

AgentPace *
agent_pace_ref (AgentPace *pace)
{
  return g_rc_box_acquire (pace);
}

static void
clear (gpointer data)
{
  g_queue_clear (&((AgentPace *)data)->parked);
}

void
agent_pace_unref (AgentPace *pace)
{
  g_rc_box_release_full (pace, clear);
}

gboolean
agent_pace_is_stopped (AgentPace *pace)
{
  return pace->stop_after > 0 && pace->failures >= pace->stop_after;
}

gboolean
agent_pace_may_begin (AgentPace *pace)
{
  return !agent_pace_is_stopped (pace) && (pace->per_node == 0 || pace->active < pace->per_node);
}

void
agent_pace_begin (AgentPace *pace)
{
  pace->active++;
}

void
agent_pace_end (AgentPace *pace)
{
  pace->active--;
}

/* What somebody took back or has protected did not fail. */
gboolean
agent_pace_is_failure (guint outcome)
{
  return muri_outcome_is_final (outcome) && !muri_outcome_is_success (outcome)
         && outcome != MURI_OUTCOME_CANCELLED && outcome != MURI_OUTCOME_PROTECTED;
}

gboolean
agent_pace_note (AgentPace *pace, guint outcome)
{
  gboolean stopped = agent_pace_is_stopped (pace);

  pace->failures += agent_pace_is_failure (outcome);
  return !stopped && agent_pace_is_stopped (pace);
}

guint
agent_pace_get_failures (AgentPace *pace)
{
  return pace->failures;
}

void
agent_pace_park (AgentPace *pace, gpointer who)
{
  g_queue_push_tail (&pace->parked, who);
}

void
agent_pace_forget (AgentPace *pace, gpointer who)
{
  g_queue_remove (&pace->parked, who);
}

gpointer
agent_pace_unpark (AgentPace *pace)
{
  return g_queue_pop_head (&pace->parked);
}
