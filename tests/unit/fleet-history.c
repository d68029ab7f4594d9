/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-history.h"

#include "muri-words.h"

#include <math.h>

MuriTargetKey
history_key (guint node, guint vm)
{
  MuriTargetKey key = { .node = fixture_uuid (node) };

  if (vm > 0)
    key.vm = fixture_uuid (1000 + vm);
  return key;
}

float
history_value (guint vm, gint64 second)
{
  return (float)((second * 7919 + vm * 104729) % 1009) / 1009;
}

MuriHistory *
history_open (const char *directory, guint n_vms)
{
  MuriHistory *history = muri_history_new ();
  g_autofree char *path = g_build_filename (directory, "history.db", NULL);

  muri_history_open (history, path);
  for (guint vm = 0; vm <= n_vms; vm++)
    {
      const MuriTargetKey key = history_key (1, vm);
      g_autofree char *name = g_strdup_printf ("vm-%u", vm);

      muri_history_note (history, &key, vm > 0 ? name : "node-1", vm > 0 ? "node-1" : "",
                         vm > 0 ? 0 : 8);
    }
  return history;
}

static void
fill_vm (muri_v1_VmFigures *figures, guint vm, float value)
{
  figures->vm = history_key (1, vm).vm;
  if (isnan (value))
    return;
  figures->known = MURI_VM_FIGURE_CPU | MURI_VM_FIGURE_MEMORY | MURI_VM_FIGURE_DISK;
  figures->cpu = value;
  figures->memory = 1024 * 1024;
  figures->disk_read = value * 1e6f;
}

static muri_v1_Sample *
make_sample (guint n_vms, HistoryValue value, gint64 second)
{
  MuriChange change = fixture_sample (1, value (0, second), 0, n_vms);
  muri_v1_Sample *sample = change.sample;

  sample->sequence_number = (guint32)second;
  if (isnan (value (0, second)))
    sample->host._buffer[0].known = 0;
  for (guint vm = 1; vm <= n_vms; vm++)
    {
      sample->vms._buffer[vm - 1].known = 0;
      fill_vm (&sample->vms._buffer[vm - 1], vm, value (vm, second));
    }
  return sample;
}

void
history_feed (MuriHistory *history, guint n_vms, HistoryValue value, gint64 from, gint64 to)
{
  static gint64 monotonic;

  for (gint64 second = from; second < to; second++)
    {
      GArray *samples = muri_history_samples_new ();
      const MuriHistorySample sample = { make_sample (n_vms, value, second),
                                         second * G_USEC_PER_SEC + G_USEC_PER_SEC / 4 };

      g_array_append_val (samples, sample);
      muri_history_take (history, samples);
      muri_history_pass_time (history, (second + 1) * G_USEC_PER_SEC, monotonic += G_USEC_PER_SEC);
    }
}

static void
on_idle (gpointer data)
{
  *(gboolean *)data = TRUE;
}

static gboolean
be_idle (gpointer data)
{
  on_idle (data);
  return G_SOURCE_REMOVE;
}

void
history_settle (MuriHistory *history)
{
  gboolean idle = FALSE;

  muri_track_unref (history_ask (history, 0, MURI_FIGURE_CPU, 0, 1, 1));
  g_idle_add_full (G_PRIORITY_LOW, be_idle, &idle, NULL);
  fixture_await (idle);
}

MuriTrack *
history_ask (MuriHistory *history, guint vm, MuriFigure figure, gint64 from, gint64 to, guint slots)
{
  const MuriTargetKey key = history_key (1, vm);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) tracks = NULL;
  g_autoptr (GError) error = NULL;

  muri_history_query_async (history, &key, 1, &figure, 1, from * G_USEC_PER_SEC,
                            to * G_USEC_PER_SEC, slots, MURI_HISTORY_EACH, NULL, fixture_keep,
                            &result);
  fixture_await (result != NULL);
  tracks = muri_history_query_finish (history, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tracks->len, ==, 1);
  return muri_track_ref (g_ptr_array_index (tracks, 0));
}

static MuriRollup
reference (guint vm, HistoryValue value, MuriFigure figure, gint64 from, gint64 to)
{
  const float factor = figure == MURI_FIGURE_DISK_READ ? 1e6f : 1;
  MuriRollup rollup = { 0 };

  for (gint64 second = from; second < to; second++)
    muri_rollup_add (&rollup, factor * value (vm, second));
  return rollup;
}

void
history_check (MuriTrack *track, guint vm, HistoryValue value, gint64 from, gint64 to)
{
  const gint64 step = muri_track_get_step (track) / G_USEC_PER_SEC;
  const gint64 start = muri_track_get_start (track) / G_USEC_PER_SEC;
  const float *known = muri_track_get_known (track);

  for (guint i = 0; i < muri_track_get_length (track); i++)
    {
      const gint64 at = start + (gint64)i * step;
      const MuriRollup wanted =
          reference (vm, value, muri_track_get_figure (track), MAX (at, from), MIN (at + step, to));
      const double slack = wanted.max / 256 + 1e-4;

      g_assert_cmpfloat_with_epsilon (known[i], (double)wanted.known / (double)step, 1e-5);
      if (wanted.known == 0)
        {
          g_assert_true (isnan (muri_track_get_average (track)[i]));
          continue;
        }
      g_assert_cmpfloat_with_epsilon (muri_track_get_min (track)[i], wanted.min, slack);
      g_assert_cmpfloat_with_epsilon (muri_track_get_max (track)[i], wanted.max, slack);
      g_assert_cmpfloat_with_epsilon (muri_track_get_average (track)[i], wanted.sum / wanted.known,
                                      slack);
    }
}
