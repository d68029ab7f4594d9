/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-rollup.h"

#include <math.h>

/* How far a second may be from the clock's, before the clock is believed again. */
#define EARLIEST (-G_TIME_SPAN_SECOND / 2)
#define LATEST (3 * G_TIME_SPAN_SECOND / 2)

/* A sample that comes later than this after the last one has no rhythm to follow. */
#define RHYTHM (5 * G_TIME_SPAN_SECOND)

/** From the finest to the coarsest. */
const MuriTier muri_tiers[MURI_N_TIERS] = {
  { .step = 1, .slots = 300 },   /* 5 minutes */
  { .step = 10, .slots = 360 },  /* an hour */
  { .step = 60, .slots = 360 },  /* 6 hours */
  { .step = 600, .slots = 432 }, /* 3 days */
};

/**
 * muri_rollup_add:
 * @rollup: what is known so far
 * @value: of one more second; NaN adds nothing
 */
void
muri_rollup_add (MuriRollup *rollup, float value)
{
  if (!isfinite (value))
    return;

  rollup->min = rollup->known > 0 ? MIN (rollup->min, value) : value;
  rollup->max = rollup->known > 0 ? MAX (rollup->max, value) : value;
  rollup->sum = rollup->known > 0 ? rollup->sum + value : value;
  rollup->known++;
}

/**
 * muri_rollup_merge:
 * @rollup: what is known so far
 * @other: of other seconds
 *
 * An average of both is weighted by what was known of each.
 */
void
muri_rollup_merge (MuriRollup *rollup, const MuriRollup *other)
{
  if (other->known == 0)
    return;
  if (rollup->known == 0)
    {
      *rollup = *other;
      return;
    }

  rollup->min = MIN (rollup->min, other->min);
  rollup->max = MAX (rollup->max, other->max);
  rollup->sum += other->sum;
  rollup->known += other->known;
}

/**
 * muri_rollup_get_average:
 * @rollup: what is known
 *
 * Returns: the average over the seconds that are known, NaN where none is
 */
float
muri_rollup_get_average (const MuriRollup *rollup)
{
  return rollup->known > 0 ? (float)(rollup->sum / rollup->known) : NAN;
}

/**
 * muri_tier_find:
 * @step: seconds
 *
 * Returns: (nullable) (transfer none): the tier of that step
 */
const MuriTier *
muri_tier_find (guint step)
{
  for (guint i = 0; i < MURI_N_TIERS; i++)
    if (muri_tiers[i].step == step)
      return &muri_tiers[i];
  return NULL;
}

/**
 * muri_tier_get_span:
 * @tier: a tier
 *
 * Returns: seconds that a chunk of it covers
 */
gint64
muri_tier_get_span (const MuriTier *tier)
{
  return (gint64)tier->step * tier->slots;
}

/**
 * muri_tier_get_start:
 * @tier: a tier
 * @second: since the epoch
 *
 * Returns: where the chunk begins that has this second, in seconds since the epoch
 */
gint64
muri_tier_get_start (const MuriTier *tier, gint64 second)
{
  gint64 span = muri_tier_get_span (tier);
  gint64 within = second % span;

  return second - (within < 0 ? within + span : within);
}

static gint64
whole_seconds (gint64 time)
{
  gint64 within = time % G_USEC_PER_SEC;

  return time / G_USEC_PER_SEC - (within < 0 ? 1 : 0);
}

/**
 * muri_tick_next:
 * @tick: what is known of the rhythm
 * @time: of a sample, microseconds since the epoch, by the clock of whoever took it
 * @second: (out): the second that it stands for, since the epoch
 *
 * A sample a moment before the full second and the next a moment after the following one leave no
 * second out. After a step of the clock seconds are the clock's again: forward they leave a gap,
 * backward they come a second time, which is for the keeper of history to decide.
 *
 * Returns: %FALSE when this second had its sample; @second is not set then
 */
gboolean
muri_tick_next (MuriTick *tick, gint64 time, gint64 *second)
{
  gint64 passed = time - tick->time;
  gint64 next = whole_seconds (time);

  if (tick->begun && passed > -RHYTHM && passed < RHYTHM)
    {
      gint64 rhythm = tick->second + whole_seconds (passed + G_USEC_PER_SEC / 2);
      gint64 off = time - rhythm * G_USEC_PER_SEC;

      if (off >= EARLIEST && off < LATEST)
        next = rhythm;
      if (next == tick->second)
        return FALSE;
    }

  tick->begun = TRUE;
  tick->time = time;
  tick->second = next;
  *second = next;
  return TRUE;
}
