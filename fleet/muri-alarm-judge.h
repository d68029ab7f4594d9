/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-alarm-rule.h"

G_BEGIN_DECLS

/**
 * MuriAlarmState: how far a rule is with one object. All zero at first.
 * @raised: there is an alarm
 * @since: it has been so since; 0: it is not
 * @begun: the last alarm began then
 * @ending: it has been past the end since; 0: it is not
 * @last: it was judged last
 * @peak: the worst value since @since
 */
typedef struct
{
  gboolean raised;
  gint64 since;
  gint64 begun;
  gint64 ending;
  gint64 last;
  double peak;
} MuriAlarmState;

typedef enum
{
  MURI_ALARM_NOTHING,
  MURI_ALARM_BEGINS, /* since @since of the state */
  MURI_ALARM_ENDS,   /* at @ending of the state */
} MuriAlarmVerdict;

/**
 * muri_alarm_judge:
 * @rule: a rule
 * @state: of it with one object; updated
 * @value: what its measure is now; a state 0 or 1; NaN unknown
 * @time: now, microseconds, of any clock that is always the same one
 * @step: values come this often, microseconds; after three that did not come nothing is known to
 *   have lasted
 *
 * Unknown does neither begin nor end anything, and what was on its way to an alarm begins anew.
 */
MuriAlarmVerdict muri_alarm_judge (MuriAlarmRule *rule, MuriAlarmState *state, double value,
                                   gint64 time, gint64 step);

/* Nothing is on its way, so the state need not be kept. */
gboolean muri_alarm_state_is_idle (const MuriAlarmState *state);

G_END_DECLS
