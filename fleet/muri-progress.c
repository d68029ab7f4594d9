/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-progress.h"

#include "muri-operation-private.h"
#include "muri-words.h"

/* Where the steps of a verb begin, in the order in which they come: by how long they usually take.
 */
typedef struct
{
  guint step;
  double start;
} Stretch;

static const Stretch cloning[] = {
  { MURI_STEP_FETCHING, 0 },    { MURI_STEP_CHECKING, 0.5 },  { MURI_STEP_COPYING, 0.6 },
  { MURI_STEP_SEEDING, 0.85 },  { MURI_STEP_DEFINING, 0.88 }, { MURI_STEP_STARTING, 0.9 },
  { MURI_STEP_READYING, 0.93 }, { MURI_STEP_NONE, 1 },
};

static const Stretch arrival[] = {
  { MURI_STEP_RECEIVING, 0 },  { MURI_STEP_FETCHING, 0 }, { MURI_STEP_CHECKING, 0.7 },
  { MURI_STEP_COPYING, 0.85 }, { MURI_STEP_NONE, 1 },
};

static const Stretch other[] = {
  { MURI_STEP_COPYING, 0 },
  { MURI_STEP_CHECKING, 0.9 },
  { MURI_STEP_NONE, 1 },
};

static const Stretch *
stretches_of (guint verb)
{
  switch (verb)
    {
    case MURI_VERB_CLONE:
      return cloning;
    case MURI_VERB_RECEIVE_TEMPLATE:
    case MURI_VERB_FETCH_TEMPLATE:
      return arrival;
    default:
      return other;
    }
}

/* Where the next one begins that begins later. */
static double
end_of (const Stretch *stretch)
{
  const Stretch *next = stretch;

  while (next->step != MURI_STEP_NONE && next->start <= stretch->start)
    next++;
  return next->start;
}

/**
 * muri_target_get_fraction:
 * @target: a target
 * @verb: what its operation asks for
 *
 * Returns: 1 when it is over, whatever became of it; else how far it is, by the step that it is at
 */
double
muri_target_get_fraction (MuriTarget *target, guint verb)
{
  const Stretch *stretch = stretches_of (verb);
  guint step = muri_target_get_step (target);
  guint percent = muri_target_get_percent (target);

  if (muri_target_state_is_final (muri_target_get_state (target)))
    return 1;
  if (muri_target_get_state (target) != MURI_OUTCOME_RUNNING)
    return 0;
  while (stretch->step != MURI_STEP_NONE && stretch->step != step)
    stretch++;
  if (stretch->step == MURI_STEP_NONE)
    return 0;
  return percent > 100 ? stretch->start
                       : stretch->start + (end_of (stretch) - stretch->start) * percent / 100.0;
}

/**
 * muri_operation_get_fraction:
 * @operation: an operation
 *
 * Returns: the mean of its targets' fractions; 0 where it has none
 */
double
muri_operation_get_fraction (MuriOperation *operation)
{
  guint n = muri_operation_get_n_targets (operation);
  guint verb = muri_operation_get_verb (operation);
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += muri_target_get_fraction (muri_operation_peek_target (operation, i), verb);
  return n > 0 ? sum / n : 0;
}
