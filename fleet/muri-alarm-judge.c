/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-alarm-judge.h"

#include <math.h>

/* A figure has to be past the end so long, that an alarm does not flicker; a state ends at once. */
#define ENDS_AFTER_MAX 60 /* s */

typedef enum
{
  BAD,
  BETWEEN,
  GOOD
} Side;

static Side
find_side (MuriAlarmRule *rule, double value)
{
  const MuriAlarmRuleBody *body = muri_alarm_rule_get (rule);
  double end = muri_alarm_rule_get_end (rule);

  if (muri_alarm_measure_is_state (body->measure))
    return value > end ? BAD : GOOD;
  if (body->above)
    return value > body->threshold ? BAD : value > end ? BETWEEN : GOOD;
  return value < body->threshold ? BAD : value < end ? BETWEEN : GOOD;
}

static gint64
ends_after (MuriAlarmRule *rule)
{
  const MuriAlarmRuleBody *body = muri_alarm_rule_get (rule);

  if (muri_alarm_measure_is_state (body->measure))
    return 0;
  return (gint64)MIN (body->duration, ENDS_AFTER_MAX) * G_TIME_SPAN_SECOND;
}

static MuriAlarmVerdict
judge_quiet (MuriAlarmRule *rule, MuriAlarmState *state, Side side, double value, gint64 time)
{
  const MuriAlarmRuleBody *body = muri_alarm_rule_get (rule);
  gboolean worse = body->above ? value > state->peak : value < state->peak;

  if (side == GOOD)
    state->since = 0;
  if (side != BAD)
    return MURI_ALARM_NOTHING;
  if (state->since == 0)
    {
      state->since = time;
      state->peak = value;
    }
  else if (worse)
    state->peak = value;
  if (time - state->since < (gint64)body->duration * G_TIME_SPAN_SECOND)
    return MURI_ALARM_NOTHING;
  state->raised = TRUE;
  state->begun = state->since;
  state->ending = 0;
  return MURI_ALARM_BEGINS;
}

static MuriAlarmVerdict
judge_raised (MuriAlarmRule *rule, MuriAlarmState *state, Side side, double value, gint64 time)
{
  if (side == BAD
      && (muri_alarm_rule_get (rule)->above ? value > state->peak : value < state->peak))
    state->peak = value;
  if (side != GOOD)
    {
      state->ending = 0;
      return MURI_ALARM_NOTHING;
    }
  if (state->ending == 0)
    state->ending = time;
  if (time - state->ending < ends_after (rule))
    return MURI_ALARM_NOTHING;
  state->raised = FALSE;
  state->since = 0;
  return MURI_ALARM_ENDS;
}

MuriAlarmVerdict
muri_alarm_judge (MuriAlarmRule *rule, MuriAlarmState *state, double value, gint64 time,
                  gint64 step)
{
  gboolean gap = state->last != 0 && (time < state->last || time - state->last > 3 * step);

  if (gap || isnan (value))
    {
      state->ending = 0;
      if (!state->raised)
        state->since = 0;
    }
  state->last = time;
  if (isnan (value))
    return MURI_ALARM_NOTHING;
  return state->raised ? judge_raised (rule, state, find_side (rule, value), value, time)
                       : judge_quiet (rule, state, find_side (rule, value), value, time);
}

gboolean
muri_alarm_state_is_idle (const MuriAlarmState *state)
{
  return !state->raised && state->since == 0;
}
