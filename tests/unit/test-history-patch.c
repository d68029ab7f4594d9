/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-history.h"

#include "muri-history-worker.h"
#include "muri-segment.h"

#include <math.h>

#define HOUR 3600

typedef struct
{
  char *directory;
  MuriHistoryWorker *worker;
} Fixture;

static void
on_status (const MuriHistoryStatus *status, gpointer data)
{
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const MuriTargetKey key = history_key (1, 1);
  g_autofree char *path = NULL;

  fixture->directory = fixture_directory ();
  path = g_build_filename (fixture->directory, "history.db", NULL);
  fixture->worker = muri_history_worker_new (on_status, NULL);
  muri_history_worker_open (fixture->worker, path);
  muri_history_worker_note (fixture->worker, &key, "vm-1", "node-1", 0);

  /* The file knows it after this. */
  muri_history_worker_pass_time (fixture->worker, (HISTORY_BEGIN + HOUR) * G_USEC_PER_SEC, 1);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  muri_history_worker_stop (fixture->worker);
  fixture_remove_directory (fixture->directory);
  g_free (fixture->directory);
}

/* ---- what an agent sends ---- */

/* Of objects that all have the same. */
static GBytes *
make_segment (GBytes *chunk, guint step, gint64 start, const muri_v1_Uuid *objects, guint n)
{
  MuriSegment segment = { .step = step, .start = start, .used = 300 };
  const gsize length = g_bytes_get_size (chunk);
  GByteArray *data = g_byte_array_new ();
  g_autoptr (GBytes) head = NULL;

  segment.entries = g_array_new (FALSE, FALSE, sizeof (MuriSegmentEntry));
  for (guint i = 0; i < n; i++)
    {
      const MuriSegmentEntry entry = { objects[i],
                                       (guint32)(muri_segment_measure_head (n) + i * length),
                                       (guint32)length };

      g_array_append_val (segment.entries, entry);
    }
  head = muri_segment_build_head (&segment);
  g_byte_array_append (data, g_bytes_get_data (head, NULL), (guint)g_bytes_get_size (head));
  for (guint i = 0; i < n; i++)
    g_byte_array_append (data, g_bytes_get_data (chunk, NULL), (guint)length);
  g_array_unref (segment.entries);
  return g_byte_array_free_to_bytes (data);
}

/* A segment of the VM alone. */
static GBytes *
make_chunk (guint tier, gint64 start, guint first, guint n, float value)
{
  g_autoptr (MuriChunkBuilder) builder =
      muri_chunk_builder_new (muri_tiers[tier].step, start, muri_tiers[tier].slots);
  const muri_v1_Uuid vm = history_key (1, 1).vm;
  g_autoptr (GBytes) chunk = NULL;

  for (guint i = first; i < first + n; i++)
    {
      const MuriRollup rollup = { muri_tiers[tier].step, value, value,
                                  (double)value * muri_tiers[tier].step };

      g_assert_true (muri_chunk_builder_add (builder, i, &rollup, 1));
    }
  chunk = muri_chunk_builder_encode (builder, TRUE);
  return make_segment (chunk, muri_tiers[tier].step, start, &vm, 1);
}

static MuriHistoryPatched
fill (Fixture *fixture, GBytes *bytes, gint64 ahead)
{
  MuriHistoryPatch *patch = g_new0 (MuriHistoryPatch, 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree MuriHistoryPatched *patched = NULL;

  patch->node = history_key (1, 1).node;
  patch->bytes = g_bytes_ref (bytes);
  patch->ahead = ahead;
  muri_history_worker_fill (fixture->worker, patch, g_task_new (NULL, NULL, fixture_keep, &result));
  fixture_await (result != NULL);
  patched = g_task_propagate_pointer (G_TASK (result), NULL);
  g_assert_nonnull (patched);
  return *patched;
}

static MuriTrack *
ask (Fixture *fixture, gint64 from, gint64 to, guint slots)
{
  static const MuriFigure cpu = MURI_FIGURE_CPU;
  const MuriTargetKey key = history_key (1, 1);
  const MuriHistoryRequest request = {
    &key, NULL, 1, &cpu, 1, from * G_USEC_PER_SEC, to * G_USEC_PER_SEC, slots, MURI_HISTORY_EACH
  };
  MuriHistoryQuery *query = muri_history_query_new (&request);
  g_autoptr (GAsyncResult) result = NULL;
  MuriHistoryAnswer *answer;
  MuriTrack *track;

  query->task = g_task_new (NULL, NULL, fixture_keep, &result);
  muri_history_worker_query (fixture->worker, query);
  fixture_await (result != NULL);
  answer = g_task_propagate_pointer (G_TASK (result), NULL);
  track = muri_track_ref (g_ptr_array_index (answer->tracks, 0));
  muri_history_answer_free (answer);
  return track;
}

static float
value_at (Fixture *fixture, gint64 second, guint step)
{
  g_autoptr (MuriTrack) track = ask (fixture, second, second + step, 1);

  g_assert_cmpint (muri_track_get_step (track), ==, step * G_USEC_PER_SEC);
  return muri_track_get_known (track)[0] > 0 ? muri_track_get_average (track)[0] : NAN;
}

/* ---- */

/* What is finer makes what is coarser. */
static void
test_rolled_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_chunk (0, HISTORY_BEGIN, 60, 120, 0.5f);
  MuriHistoryPatched patched = fill (fixture, bytes, 0);
  g_autoptr (MuriTrack) minutes = ask (fixture, HISTORY_BEGIN, HISTORY_BEGIN + 600, 10);

  g_assert_cmpint (patched.from, ==, HISTORY_BEGIN + 60);
  g_assert_cmpint (patched.to, ==, HISTORY_BEGIN + 180);
  g_assert_cmpfloat (value_at (fixture, HISTORY_BEGIN + 60, 1), ==, 0.5f);
  g_assert_true (isnan (value_at (fixture, HISTORY_BEGIN + 59, 1)));
  g_assert_cmpfloat (muri_track_get_known (minutes)[0], ==, 0);
  g_assert_cmpfloat (muri_track_get_known (minutes)[1], ==, 1);
  g_assert_cmpfloat (muri_track_get_max (minutes)[2], ==, 0.5f);
  g_assert_cmpfloat (muri_track_get_known (minutes)[3], ==, 0);
  g_assert_cmpfloat (value_at (fixture, HISTORY_BEGIN, 600), ==, 0.5f);

  /* The same once more is no news. */
  patched = fill (fixture, bytes, 0);
  g_assert_cmpint (patched.from, >, patched.to);
}

/* What is known already stays, and gaps beside it are filled. */
static void
test_known_stays (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) first = make_chunk (1, HISTORY_BEGIN, 10, 5, 0.25f);
  g_autoptr (GBytes) second = make_chunk (1, HISTORY_BEGIN, 8, 10, 0.75f);

  fill (fixture, first, 0);
  fill (fixture, second, 0);
  g_assert_cmpfloat (value_at (fixture, HISTORY_BEGIN + 80, 10), ==, 0.75f);
  g_assert_cmpfloat (value_at (fixture, HISTORY_BEGIN + 100, 10), ==, 0.25f);
  g_assert_cmpfloat (value_at (fixture, HISTORY_BEGIN + 140, 10), ==, 0.25f);
  g_assert_cmpfloat (value_at (fixture, HISTORY_BEGIN + 150, 10), ==, 0.75f);
}

/* A clock that is hours off; and what is not yet, by ours. */
static void
test_clock_off (Fixture *fixture, gconstpointer data)
{
  const gint64 off = 5 * HOUR + 7;
  g_autoptr (GBytes) ahead = make_chunk (0, HISTORY_BEGIN + 5 * HOUR, 0, 300, 0.5f);
  g_autoptr (GBytes) behind = make_chunk (1, HISTORY_BEGIN - 5 * HOUR, 0, 360, 0.5f);
  g_autoptr (GBytes) future = make_chunk (0, HISTORY_BEGIN + 2 * HOUR, 0, 300, 0.5f);
  MuriHistoryPatched patched = fill (fixture, ahead, off * G_USEC_PER_SEC);

  g_assert_cmpint (patched.from, ==, HISTORY_BEGIN - 7);
  g_assert_cmpint (patched.to, ==, HISTORY_BEGIN + 293);

  patched = fill (fixture, behind, -off * G_USEC_PER_SEC);
  g_assert_cmpint (patched.from, ==, HISTORY_BEGIN + 10);
  g_assert_cmpint (patched.to, <=, HISTORY_BEGIN + HOUR + 10);

  patched = fill (fixture, future, 0);
  g_assert_cmpint (patched.from, >, patched.to);
}

/* Objects that nobody knows are left out; whatever else arrives does no harm. */
static void
test_segment (Fixture *fixture, gconstpointer data)
{
  const muri_v1_Uuid objects[] = { fixture_uuid (1), history_key (1, 1).vm };
  g_autoptr (MuriChunkBuilder) builder = muri_chunk_builder_new (1, HISTORY_BEGIN, 300);
  const MuriRollup rollup = { 1, 0.5f, 0.5f, 0.5 };
  g_autoptr (GBytes) chunk = NULL;
  g_autoptr (GBytes) good = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  MuriHistoryPatched patched;
  gconstpointer bytes;
  gsize length;

  for (guint i = 0; i < 300; i++)
    g_assert_true (muri_chunk_builder_add (builder, i, &rollup, 1));
  chunk = muri_chunk_builder_encode (builder, TRUE);
  good = make_segment (chunk, 1, HISTORY_BEGIN, objects, G_N_ELEMENTS (objects));
  bytes = g_bytes_get_data (good, &length);
  for (guint i = 0; i < 300; i++)
    {
      guint8 *copy = g_memdup2 (bytes, length);
      gsize size = i % 3 == 0 ? (gsize)g_rand_int_range (rand, 0, (gint32)length) : length;
      g_autoptr (GBytes) bad = NULL;

      for (guint j = 0; j < 1 + i % 5; j++)
        copy[g_rand_int_range (rand, 0, (gint32)length)] ^= (guint8)g_rand_int_range (rand, 1, 256);
      bad = g_bytes_new_take (copy, size);
      fill (fixture, bad, 0);
    }

  patched = fill (fixture, good, 0);
  g_assert_cmpuint (patched.n_damaged, ==, 0);
  g_assert_cmpfloat (value_at (fixture, HISTORY_BEGIN + 299, 1), ==, 0.5f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/history/patch/rolled-up", Fixture, NULL, set_up, test_rolled_up, tear_down);
  g_test_add ("/history/patch/known-stays", Fixture, NULL, set_up, test_known_stays, tear_down);
  g_test_add ("/history/patch/clock-off", Fixture, NULL, set_up, test_clock_off, tear_down);
  g_test_add ("/history/patch/segment", Fixture, NULL, set_up, test_segment, tear_down);
  return g_test_run ();
}
