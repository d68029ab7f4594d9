/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include <math.h>

static GPtrArray *
ask (MuriFleet *fleet, const MuriTargetKey *keys, guint n_keys, gint64 from, gint64 to)
{
  static const MuriFigure figure = MURI_FIGURE_CPU;
  MuriHistory *history = muri_fleet_get_history (fleet);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *tracks;

  muri_history_query_async (history, keys, n_keys, &figure, 1, from, to, 10, MURI_HISTORY_EACH,
                            NULL, fixture_keep, &result);
  fixture_await (result != NULL);
  tracks = muri_history_query_finish (history, result, &error);
  g_assert_no_error (error);
  return tracks;
}

static float
find_max (MuriTrack *track)
{
  float max = NAN;

  for (guint i = 0; i < muri_track_get_length (track); i++)
    max = fmaxf (max, muri_track_get_max (track)[i]);
  return max;
}

/* What was folded a moment ago is known; of an object that never was there nothing is. */
static void
test_live (void)
{
  const MuriTargetKey keys[] = {
    { .node = fixture_uuid (1) },
    { fixture_uuid (1), fixture_uuid (100) },
    { fixture_uuid (1), fixture_uuid (999) },
  };
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange changes[] = {
    fixture_node (1, 1),
    fixture_vm (1, 100, MURI_VM_STATE_RUNNING),
    fixture_sample (1, 0.25f, 100, 2),
  };
  gint64 now = g_get_real_time ();
  g_autoptr (GPtrArray) tracks = NULL;

  fixture_fold (fleet, changes, G_N_ELEMENTS (changes));
  tracks = ask (fleet, keys, G_N_ELEMENTS (keys), now - 60 * G_TIME_SPAN_SECOND,
                now + 60 * G_TIME_SPAN_SECOND);

  g_assert_cmpuint (tracks->len, ==, 3);
  g_assert_cmpfloat (find_max (tracks->pdata[0]), ==, 0.25f);
  g_assert_cmpfloat (find_max (tracks->pdata[1]), ==, 0.25f);
  g_assert_true (isnan (find_max (tracks->pdata[2])));
  fixture_close (fleet);
}

static void
test_cancelled (void)
{
  static const MuriFigure figure = MURI_FIGURE_CPU;
  const MuriTargetKey key = { .node = fixture_uuid (1) };
  MuriFleet *fleet = fixture_open (NULL);
  MuriHistory *history = muri_fleet_get_history (fleet);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  muri_history_query_async (history, &key, 1, &figure, 1, 0, G_USEC_PER_SEC, 10, MURI_HISTORY_SUM,
                            cancellable, fixture_keep, &result);
  fixture_await (result != NULL);
  g_assert_null (muri_history_query_finish (history, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  fixture_close (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/live", test_live);
  g_test_add_func ("/history/cancelled", test_cancelled);
  return g_test_run ();
}
