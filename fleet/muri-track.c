/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-track-private.h"

#include <math.h>

struct _MuriTrack
{
  gatomicrefcount refs;
  MuriFigure figure;
  gboolean has_key;
  MuriTargetKey key;
  gint64 start;
  gint64 step;
  guint length;
  float values[]; /* a column after the other */
};

MuriTrack *
muri_track_new (const MuriTargetKey *key, MuriFigure figure, gint64 start, gint64 step,
                guint length)
{
  MuriTrack *track = g_malloc0 (sizeof *track + sizeof (float) * 4 * length);

  g_atomic_ref_count_init (&track->refs);
  track->figure = figure;
  track->has_key = key != NULL;
  if (key != NULL)
    track->key = *key;
  track->start = start;
  track->step = step;
  track->length = length;
  for (guint i = 0; i < 3 * length; i++)
    track->values[i] = NAN;
  return track;
}

MuriTrackColumns
muri_track_columns (MuriTrack *track)
{
  float *values = track->values;
  const guint n = track->length;

  return (MuriTrackColumns){ values, values + n, values + 2 * n, values + 3 * n };
}

/* The macro for this is no ISO C. */
GType
muri_track_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
                       g_boxed_type_register_static ("MuriTrack", (GBoxedCopyFunc)muri_track_ref,
                                                     (GBoxedFreeFunc)muri_track_unref));
  return type;
}

/**
 * muri_track_ref:
 * @track: a track
 *
 * Returns: (transfer full): @track
 */
MuriTrack *
muri_track_ref (MuriTrack *track)
{
  g_atomic_ref_count_inc (&track->refs);
  return track;
}

/**
 * muri_track_unref:
 * @track: (transfer full): a track
 */
void
muri_track_unref (MuriTrack *track)
{
  if (g_atomic_ref_count_dec (&track->refs))
    g_free (track);
}

/**
 * muri_track_get_figure:
 * @track: a track
 *
 * Returns: which figure it tells of
 */
MuriFigure
muri_track_get_figure (MuriTrack *track)
{
  return track->figure;
}

/**
 * muri_track_get_key:
 * @track: a track
 *
 * Returns: (transfer none) (nullable): the object, or %NULL for several taken together
 */
const MuriTargetKey *
muri_track_get_key (MuriTrack *track)
{
  return track->has_key ? &track->key : NULL;
}

/**
 * muri_track_get_start:
 * @track: a track
 *
 * Returns: when its first slot begins, microseconds since the epoch
 */
gint64
muri_track_get_start (MuriTrack *track)
{
  return track->start;
}

/**
 * muri_track_get_step:
 * @track: a track
 *
 * Returns: how long a slot is, microseconds
 */
gint64
muri_track_get_step (MuriTrack *track)
{
  return track->step;
}

/**
 * muri_track_get_length:
 * @track: a track
 *
 * Returns: how many slots it has
 */
guint
muri_track_get_length (MuriTrack *track)
{
  return track->length;
}

/**
 * muri_track_get_min:
 * @track: a track
 *
 * Returns: (array) (transfer none): the least value in each slot, in the unit of #MuriFigure
 */
const float *
muri_track_get_min (MuriTrack *track)
{
  return muri_track_columns (track).min;
}

/**
 * muri_track_get_average:
 * @track: a track
 *
 * Returns: (array) (transfer none): the average of the known seconds of each slot
 */
const float *
muri_track_get_average (MuriTrack *track)
{
  return muri_track_columns (track).average;
}

/**
 * muri_track_get_max:
 * @track: a track
 *
 * Returns: (array) (transfer none): the greatest value in each slot
 */
const float *
muri_track_get_max (MuriTrack *track)
{
  return muri_track_columns (track).max;
}

/**
 * muri_track_get_known:
 * @track: a track
 *
 * Returns: (array) (transfer none): what share of each slot was known, 0 to 1
 */
const float *
muri_track_get_known (MuriTrack *track)
{
  return muri_track_columns (track).known;
}
