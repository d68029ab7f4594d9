/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-query.h"

#include "muri-figures.h"
#include "muri-fleet.h"
#include "muri-track-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Chunks of a window of a sum: whole slots of the coarsest tier. */
#define WINDOW 4

enum
{
  SUM_MIN,
  SUM_AVERAGE,
  SUM_MAX,
  SUM_KNOWN,
  N_SUMS
};

MuriHistoryQuery *
muri_history_query_new (const MuriHistoryRequest *request)
{
  MuriHistoryQuery *query = g_new0 (MuriHistoryQuery, 1);

  query->keys = g_memdup2 (request->keys, sizeof *request->keys * request->n_keys);
  query->weights = g_memdup2 (request->weights, sizeof *request->weights * request->n_keys);
  query->n_keys = request->n_keys;
  query->figures = g_memdup2 (request->figures, sizeof *request->figures * request->n_figures);
  query->n_figures = request->n_figures;
  query->from = request->from;
  query->to = request->to;
  query->slots = request->slots;
  query->combine = request->combine;
  query->tracks = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_track_unref);
  return query;
}

void
muri_history_answer_free (MuriHistoryAnswer *answer)
{
  g_clear_pointer (&answer->tracks, g_ptr_array_unref);
  g_free (answer);
}

void
muri_history_query_free (MuriHistoryQuery *query)
{
  g_free (query->keys);
  g_free (query->weights);
  g_free (query->figures);
  g_free (query->series);
  g_free (query->sums);
  g_clear_pointer (&query->pieces, g_array_unref);
  g_clear_pointer (&query->tracks, g_ptr_array_unref);
  g_clear_object (&query->task);
  g_free (query);
}

static gint64
round_down (gint64 value, gint64 step)
{
  gint64 within = value % step;

  return value - (within < 0 ? within + step : within);
}

guint
muri_history_choose_tier (guint tiers, double wanted)
{
  guint chosen = MURI_N_TIERS;

  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    if ((tiers & 1u << tier) != 0 && (chosen == MURI_N_TIERS || muri_tiers[tier].step <= wanted))
      chosen = tier;
  return MIN (chosen, MURI_N_TIERS - 1);
}

/* To whole slots of the coarsest tier: a slot is only spread over where nothing finer is known in
 * any part of it. */
static void
widen (MuriHistoryQuery *query, guint length)
{
  const gint64 coarse = muri_tiers[MURI_N_TIERS - 1].step;
  const gint64 step = query->step;
  const gint64 end = query->first + step * length;
  const gint64 begin = round_down (query->first, coarse);

  query->length = length;
  if (step >= coarse)
    return;
  query->offset = (guint)((query->first - begin + step - 1) / step);
  query->first -= query->offset * step;
  query->length +=
      query->offset
      + (guint)((coarse - 1 - (end - 1 - round_down (end - 1, coarse)) + step - 1) / step);
}

/* The last one before slot @end. What is summed stays in the processor's caches, and no chunk is in
 * two windows. */
static void
find_window (MuriHistoryQuery *query, guint end)
{
  const gint64 span = WINDOW * muri_tier_get_span (&muri_tiers[query->tier]);
  const gint64 last = query->first + (gint64)query->step * (end - 1);

  query->window = query->combine == MURI_HISTORY_SUM
                      ? (guint)(MAX (round_down (last, span) - query->first, 0) / query->step)
                      : 0;
  query->window_slots = end - query->window;
}

gboolean
muri_history_query_plan (MuriHistoryQuery *query, guint tiers, GError **error)
{
  const double range = (double)(query->to - query->from) / G_USEC_PER_SEC;
  const guint slots = CLAMP (query->slots, 1, MURI_HISTORY_SLOTS_MAX);
  const gint64 end = round_down (query->to + G_USEC_PER_SEC - 1, G_USEC_PER_SEC) / G_USEC_PER_SEC;
  double length;
  guint step;

  query->tier = muri_history_choose_tier (tiers, range / slots);
  step = muri_tiers[query->tier].step;
  query->factor = (guint)CLAMP (range / slots / step, 1, 1e6);
  query->first = round_down (round_down (query->from, G_USEC_PER_SEC) / G_USEC_PER_SEC,
                             (gint64)step * query->factor);

  length = ceil ((double)(end - query->first) / ((double)step * query->factor));
  query->step = step;
  if (query->combine == MURI_HISTORY_EACH)
    query->step *= query->factor;
  else
    length *= query->factor;
  if (length > MURI_HISTORY_LENGTH_MAX)
    {
      g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE,
                   _ ("So long a time cannot be shown at once"));
      return FALSE;
    }

  query->n = (guint)length / (query->combine == MURI_HISTORY_SUM ? query->factor : 1);
  widen (query, (guint)length);
  find_window (query, query->length);
  query->series =
      g_new (MuriRollup, (query->combine == MURI_HISTORY_SUM
                              ? MIN (query->length, WINDOW * muri_tiers[query->tier].slots)
                              : (gsize)query->length)
                             * query->n_figures);
  if (query->combine == MURI_HISTORY_SUM)
    query->sums = g_new0 (double, (gsize)query->length * query->n_figures * N_SUMS);
  return TRUE;
}

gboolean
muri_history_query_is_done (MuriHistoryQuery *query)
{
  return query->next >= query->n_keys;
}

void
muri_history_query_begin_object (MuriHistoryQuery *query)
{
  memset (query->series, 0, sizeof *query->series * query->window_slots * query->n_figures);
}

static void
merge (MuriRollup *slot, const MuriRollup *rollup, guint step)
{
  guint32 known = slot->known + rollup->known;

  muri_rollup_merge (slot, rollup);
  if (known > step)
    {
      slot->sum *= (double)step / known;
      slot->known = step;
    }
}

/* A long slot over short ones: each of them is like it. */
static void
spread (MuriHistoryQuery *query, MuriRollup *series, gint64 at, guint step,
        const MuriRollup *rollup)
{
  const gint64 begin = muri_history_query_get_begin (query);
  gint64 first = MAX (at - begin, 0) / query->step;
  gint64 last = MIN ((at + step - 1 - begin) / query->step, (gint64)query->window_slots - 1);
  guint known = MAX (1, rollup->known * query->step / step);
  MuriRollup part = { known, rollup->min, rollup->max,
                      (double)muri_rollup_get_average (rollup) * known };

  for (gint64 i = first; i <= last; i++)
    if (series[i].known > 0)
      return;
  for (gint64 i = first; i <= last; i++)
    series[i] = part;
}

void
muri_history_query_add (MuriHistoryQuery *query, guint figure, gint64 at, guint step,
                        const MuriRollup *rollup)
{
  MuriRollup *series = query->series + (gsize)figure * query->window_slots;
  const gint64 begin = muri_history_query_get_begin (query);

  if (rollup->known == 0 || at + step <= begin || at >= muri_history_query_get_end (query))
    return;

  if (step <= query->step)
    merge (&series[(at - begin) / query->step], rollup, query->step);
  else
    spread (query, series, at, step, rollup);
}

gint64
muri_history_query_get_begin (MuriHistoryQuery *query)
{
  return query->first + (gint64)query->step * query->window;
}

gint64
muri_history_query_get_end (MuriHistoryQuery *query)
{
  return muri_history_query_get_begin (query) + (gint64)query->step * query->window_slots;
}

gboolean
muri_history_query_is_full (MuriHistoryQuery *query)
{
  const guint slots = query->n * (query->combine == MURI_HISTORY_SUM ? query->factor : 1);
  const guint first = MAX (query->offset, query->window) - query->window;
  const guint end =
      MIN (MAX (query->offset + slots, query->window) - query->window, query->window_slots);

  for (guint figure = 0; figure < query->n_figures; figure++)
    {
      const MuriRollup *series = query->series + (gsize)figure * query->window_slots;

      for (guint i = first; i < end; i++)
        if (series[i].known == 0)
          return FALSE;
    }
  return TRUE;
}

static inline MuriRollup
read_slot (const MuriChunkColumn *column, guint i)
{
  return (MuriRollup){ column->known[i], column->min[i], column->max[i],
                       (double)column->average[i] * column->known[i] };
}

/* Slots no longer than those of the series, in the order of time: nothing is divided. */
static void
add_short (MuriHistoryQuery *query, MuriRollup *series, const MuriChunkColumn *column, gint64 at,
           guint step, guint first, guint end)
{
  const gint64 begin = muri_history_query_get_begin (query);
  gint64 from = MAX (at + (gint64)first * step - begin, 0);
  MuriRollup *slot = series + from / query->step;
  gint64 next = from / query->step * query->step + query->step;

  for (guint i = first; i < end; i++)
    {
      const MuriRollup rollup = read_slot (column, i);

      if (rollup.known > 0 && slot->known == 0)
        *slot = rollup;
      else if (rollup.known > 0)
        merge (slot, &rollup, query->step);
      if (at + (gint64)(i + 1) * step - begin >= next)
        {
          slot++;
          next += query->step;
        }
    }
}

void
muri_history_query_add_chunk (MuriHistoryQuery *query, MuriChunk *chunk, gint64 ahead)
{
  const guint step = muri_chunk_get_step (chunk);
  const gint64 start = muri_chunk_get_start (chunk) - ahead;
  const gint64 begin = muri_history_query_get_begin (query);
  const gint64 left = muri_history_query_get_end (query) - start;
  const guint n = muri_chunk_get_slots (chunk);
  const guint end = (guint)CLAMP ((left + step - 1) / step, 0, n);
  const guint first = start < begin ? (guint)MIN ((begin - start) / step, n) : 0;

  for (guint figure = 0; figure < query->n_figures; figure++)
    {
      const MuriChunkColumn *column = muri_chunk_find (chunk, query->figures[figure]);

      if (column == NULL || first >= end)
        continue;
      if (step <= query->step)
        add_short (query, query->series + (gsize)figure * query->window_slots, column, start, step,
                   first, end);
      else
        for (guint i = first; i < end; i++)
          {
            const MuriRollup rollup = read_slot (column, i);

            muri_history_query_add (query, figure, start + (gint64)i * step, step, &rollup);
          }
    }
}

void
muri_history_query_add_memory (MuriHistoryQuery *query, MuriHistoryObject *object, guint tier)
{
  const guint step = muri_tiers[tier].step;
  gint64 end = muri_history_query_get_end (query) - 1;
  gint64 first;
  gint64 last;

  if (!muri_history_object_get_span (object, tier, &first, &last))
    return;

  first = MAX (first, muri_history_slot_of (muri_history_query_get_begin (query), tier));
  last = MIN (last, muri_history_slot_of (end, tier));
  for (guint i = 0; i < query->n_figures; i++)
    for (gint64 slot = first; slot <= last; slot++)
      {
        MuriRollup rollup = muri_history_object_get (object, tier, slot, query->figures[i]);

        muri_history_query_add (query, i, slot * step, step, &rollup);
      }
}

static void
write_slot (MuriTrackColumns columns, guint at, const MuriRollup *rollup, guint step)
{
  if (rollup->known == 0)
    return;

  columns.min[at] = rollup->min;
  columns.average[at] = muri_rollup_get_average (rollup);
  columns.max[at] = rollup->max;
  columns.known[at] = MIN (1, (float)rollup->known / (float)step);
}

static MuriTrack *
make_track (MuriHistoryQuery *query, const MuriTargetKey *key, guint figure)
{
  const gint64 step = (gint64)muri_tiers[query->tier].step * query->factor * G_USEC_PER_SEC;
  const gint64 start = query->first + (gint64)query->offset * query->step;

  return muri_track_new (key, query->figures[figure], start * G_USEC_PER_SEC, step, query->n);
}

static void
add_to_sums (MuriHistoryQuery *query, guint figure, double weight)
{
  const MuriRollup *series = query->series + (gsize)figure * query->window_slots;
  double *sums = query->sums + ((gsize)figure * query->length + query->window) * N_SUMS;

  for (guint i = 0; i < query->window_slots; i++, sums += N_SUMS)
    if (series[i].known > 0)
      {
        sums[SUM_MIN] += weight * series[i].min;
        sums[SUM_AVERAGE] += weight * series[i].sum / series[i].known;
        sums[SUM_MAX] += weight * series[i].max;
        sums[SUM_KNOWN] += series[i].known;
      }
}

static double
weight_of (MuriHistoryQuery *query, guint key, guint figure)
{
  return query->weights != NULL
                 && muri_figure_get_info (query->figures[figure])->unit == MURI_UNIT_SHARE
             ? query->weights[key]
             : 1;
}

void
muri_history_query_finish_object (MuriHistoryQuery *query)
{
  const guint index = query->next++;
  const MuriTargetKey *key = &query->keys[index];

  for (guint figure = 0; figure < query->n_figures; figure++)
    if (query->combine == MURI_HISTORY_SUM)
      add_to_sums (query, figure, weight_of (query, index, figure));
    else
      {
        MuriTrack *track = make_track (query, key, figure);
        const MuriRollup *series = query->series + (gsize)figure * query->length + query->offset;

        for (guint i = 0; i < query->n; i++)
          write_slot (muri_track_columns (track), i, &series[i], query->step);
        g_ptr_array_add (query->tracks, track);
      }
  if (query->combine == MURI_HISTORY_SUM && query->next == query->n_keys && query->window > 0)
    {
      query->next = 0;
      find_window (query, query->window);
    }
}

/* Some slots of a sum become one: between the least and the greatest, and their average. */
static void
write_sum (MuriHistoryQuery *query, MuriTrackColumns columns, guint at, const double *sums)
{
  double min = INFINITY;
  double max = -INFINITY;
  double sum = 0;
  double known = 0;
  guint n = 0;

  for (guint i = 0; i < query->factor; i++, sums += N_SUMS)
    if (sums[SUM_KNOWN] > 0)
      {
        min = MIN (min, sums[SUM_MIN]);
        max = MAX (max, sums[SUM_MAX]);
        sum += sums[SUM_AVERAGE];
        known += sums[SUM_KNOWN];
        n++;
      }
  if (n == 0)
    return;

  columns.min[at] = (float)min;
  columns.average[at] = (float)(sum / n);
  columns.max[at] = (float)max;
  columns.known[at] = (float)(known / query->n_keys / query->factor / query->step);
}

GPtrArray *
muri_history_query_make_part (MuriHistoryQuery *query)
{
  GPtrArray *tracks = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_track_unref);

  for (guint figure = 0; figure < query->n_figures; figure++)
    {
      MuriTrack *track = make_track (query, NULL, figure);
      const double *sums = query->sums + ((gsize)figure * query->length + query->offset) * N_SUMS;

      for (guint i = 0; i < query->n; i++)
        write_sum (query, muri_track_columns (track), i, sums + (gsize)i * query->factor * N_SUMS);
      g_ptr_array_add (tracks, track);
    }
  return tracks;
}

GPtrArray *
muri_history_query_steal_tracks (MuriHistoryQuery *query)
{
  return query->combine == MURI_HISTORY_SUM ? muri_history_query_make_part (query)
                                            : g_steal_pointer (&query->tracks);
}
