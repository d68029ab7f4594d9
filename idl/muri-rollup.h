/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MuriRollup:
 * @known: so many seconds have a value; with none, the rest means nothing
 * @min: the smallest of them
 * @max: the greatest of them
 * @sum: over them
 *
 * What is kept of one figure over a span of seconds. All bytes 0 is one of nothing known.
 */
typedef struct
{
  guint32 known;
  float min;
  float max;
  double sum;
} MuriRollup;

void muri_rollup_add (MuriRollup *rollup, float value);
void muri_rollup_merge (MuriRollup *rollup, const MuriRollup *other);
float muri_rollup_get_average (const MuriRollup *rollup);

/**
 * MuriTier:
 * @step: seconds of a slot
 * @slots: of a chunk, which begins at a multiple of their span since the epoch
 *
 * One resolution that history is kept at. Steps are multiples of one another.
 */
typedef struct
{
  guint step;
  guint slots;
} MuriTier;

#define MURI_N_TIERS 4

extern const MuriTier muri_tiers[MURI_N_TIERS];

const MuriTier *muri_tier_find (guint step);
gint64 muri_tier_get_span (const MuriTier *tier);
gint64 muri_tier_get_start (const MuriTier *tier, gint64 second);

/**
 * MuriTick:
 *
 * Gives samples their seconds: who measures once a second, but never at the very same moment of it,
 * gets each second once. All bytes 0 at first.
 */
typedef struct
{
  gint64 time;
  gint64 second;
  gboolean begun;
} MuriTick;

gboolean muri_tick_next (MuriTick *tick, gint64 time, gint64 *second);

G_END_DECLS
