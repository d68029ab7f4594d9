/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-query.h"
#include "muri-history-table.h"

#include <math.h>

/* A round moment: all tiers begin a chunk there. */
#define BEGIN (G_GINT64_CONSTANT (6600) * 432 * 600)

#define LENGTH 3000

static const MuriTargetKey vm_key = { .node = { { 1 } }, .vm = { { 2 } } };
static const MuriTargetKey other_key = { .node = { { 1 } }, .vm = { { 3 } } };

/* Values of some seconds; NaN: there was no sample. */
static float *
random_series (guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  float *values = g_new (float, LENGTH);
  guint gap = 0;

  for (guint i = 0; i < LENGTH; i++)
    {
      if (gap == 0 && g_rand_int_range (rand, 0, 60) == 0)
        gap = (guint)g_rand_int_range (rand, 1, g_rand_boolean (rand) ? 5 : 200);
      values[i] = gap > 0 ? NAN : (float)g_rand_double_range (rand, 0, 100);
      gap -= gap > 0;
    }
  return values;
}

static void
fill (MuriHistoryTable *table, MuriHistoryObject *object, const float *series)
{
  float values[MURI_N_VM_FIGURES];
  gboolean stepped_back;

  for (guint i = 0; i < LENGTH; i++)
    {
      if (isnan (series[i]))
        continue;
      for (guint figure = 0; figure < MURI_N_VM_FIGURES; figure++)
        values[figure] = series[i] + (float)figure;
      g_assert_true (muri_history_table_add (table, object, BEGIN + i, values, &stepped_back));
      g_assert_false (stepped_back);
    }
}

/* The plain way. */
static MuriRollup
reference (const float *series, gint64 first, gint64 n, float add)
{
  MuriRollup rollup = { .min = INFINITY, .max = -INFINITY };

  for (gint64 i = MAX (first, 0); i < MIN (first + n, LENGTH); i++)
    if (!isnan (series[i]))
      {
        rollup.known++;
        rollup.min = MIN (rollup.min, series[i] + add);
        rollup.max = MAX (rollup.max, series[i] + add);
        rollup.sum += series[i] + add;
      }
  return rollup;
}

static void
assert_same (const MuriRollup *a, const MuriRollup *b)
{
  g_assert_cmpuint (a->known, ==, b->known);
  if (a->known == 0)
    return;
  g_assert_cmpfloat (a->min, ==, b->min);
  g_assert_cmpfloat (a->max, ==, b->max);
  g_assert_cmpfloat_with_epsilon (a->sum, b->sum, 1e-3 * a->known);
}

/* ---- what comes out of memory or into the sink is what went in ---- */

typedef struct
{
  const float *series;
  guint n[MURI_N_TIERS];
  gint64 next[MURI_N_TIERS];
} Sunk;

static void
check_slots (Sunk *sunk, MuriHistoryObject *object, guint tier, gint64 first, guint n)
{
  const guint step = muri_tiers[tier].step;

  for (gint64 slot = first; slot < first + n; slot++)
    for (guint figure = 0; figure < MURI_N_VM_FIGURES; figure += 4)
      {
        MuriRollup found = muri_history_object_get (object, tier, slot, figure);
        MuriRollup wanted = reference (sunk->series, slot * step - BEGIN, step, (float)figure);

        assert_same (&found, &wanted);
      }
  sunk->n[tier] += n;
}

static void
sink (MuriHistoryObject *object, guint tier, gint64 first, guint n, gpointer data)
{
  Sunk *sunk = data;

  g_assert_cmpint (first, >=, sunk->next[tier]);
  sunk->next[tier] = first + n;
  check_slots (sunk, object, tier, first, n);
}

static void
test_rollups (void)
{
  for (guint32 seed = 1; seed < 40; seed++)
    {
      g_autofree float *series = random_series (seed);
      MuriHistoryTable *table = muri_history_table_new ();
      MuriHistoryObject *object = muri_history_table_ensure (table, &vm_key);
      Sunk sunk = { .series = series };

      muri_history_table_set_sink (table, sink, &sunk);
      fill (table, object, series);
      for (guint tier = 0; tier < MURI_N_TIERS; tier++)
        {
          gint64 first;
          gint64 last;

          g_assert_true (muri_history_object_get_span (object, tier, &first, &last));
          check_slots (&sunk, object, tier, first, (guint)(last - first + 1));
          g_assert_cmpuint (sunk.n[tier], >, LENGTH * 6 / 10 / muri_tiers[tier].step);
        }
      muri_history_table_reset (table, object);
      muri_history_table_free (table);
    }
}

static void
test_spill (void)
{
  g_autofree float *series = random_series (1);
  MuriHistoryTable *table = muri_history_table_new ();
  MuriHistoryObject *object = muri_history_table_ensure (table, &vm_key);
  Sunk sunk = { .series = series };
  float values[MURI_N_VM_FIGURES] = { 0 };
  gboolean stepped_back;

  muri_history_table_set_sink (table, sink, &sunk);
  fill (table, object, series);
  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    {
      const gint64 end = (BEGIN + LENGTH) / muri_tiers[tier].step;
      gint64 first;
      gint64 last;

      guint n;

      muri_history_table_close (table, object, BEGIN + LENGTH);
      n = muri_history_object_count (object, tier, BEGIN + LENGTH);
      sink (object, tier, object->tails[tier].first, n, &sunk);
      muri_history_object_drop (object, tier, n);
      g_assert_cmpint (sunk.next[tier], <=, end);
      g_assert_cmpint (sunk.next[tier], >=, end - 200 / muri_tiers[tier].step - 1);
      if (muri_history_object_get_span (object, tier, &first, &last))
        g_assert_cmpint (first, >=, sunk.next[tier]);
    }

  /* Too late now. */
  g_assert_false (
      muri_history_table_add (table, object, BEGIN + LENGTH - 1, values, &stepped_back));
  g_assert_false (stepped_back);
  g_assert_true (muri_history_table_add (table, object, BEGIN + LENGTH, values, &stepped_back));
  muri_history_table_free (table);
}

static void
test_coarse (void)
{
  g_autofree float *series = random_series (3);
  MuriHistoryTable *table = muri_history_table_new ();
  MuriHistoryObject *object = muri_history_table_ensure (table, &vm_key);
  Sunk sunk = { .series = series };
  gsize fine = 0;

  muri_history_table_set_sink (table, sink, &sunk);
  fill (table, object, series);
  fine = muri_history_table_get_memory (table);
  muri_history_table_set_fine (table, FALSE);
  g_assert_cmpuint (muri_history_table_get_memory (table), <, fine / 2);

  memset (sunk.n, 0, sizeof sunk.n);
  muri_history_table_reset (table, object);
  g_assert_cmpuint (sunk.n[0] + sunk.n[1], ==, 0);
  g_assert_cmpuint (sunk.n[2], >, 0);
  muri_history_table_free (table);
}

static void
test_clock (void)
{
  MuriHistoryTable *table = muri_history_table_new ();
  MuriHistoryObject *object = muri_history_table_ensure (table, &vm_key);
  float values[MURI_N_VM_FIGURES] = { 0 };
  gboolean stepped_back;

  g_assert_true (muri_history_table_add (table, object, BEGIN, values, &stepped_back));
  g_assert_false (muri_history_table_add (table, object, BEGIN, values, &stepped_back));
  g_assert_false (stepped_back);
  g_assert_false (muri_history_table_add (table, object, BEGIN - 100, values, &stepped_back));
  g_assert_false (stepped_back);
  g_assert_false (muri_history_table_add (table, object, BEGIN - 3600, values, &stepped_back));
  g_assert_true (stepped_back);

  muri_history_table_reset (table, object);
  g_assert_true (muri_history_table_add (table, object, BEGIN - 3600, values, &stepped_back));

  /* Years ahead: no room is made for what is in between. */
  g_assert_true (muri_history_table_add (table, object, BEGIN + 100000000, values, &stepped_back));
  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    g_assert_cmpuint (object->tails[tier].length, <=, object->tails[tier].room);
  muri_history_table_free (table);
}

/* ---- queries ---- */

static GPtrArray *
ask (MuriHistoryTable *table, const MuriTargetKey *keys, guint n_keys, gint64 from, gint64 to,
     guint slots, MuriHistoryCombine combine)
{
  static const MuriFigure figures[] = { MURI_FIGURE_CPU, MURI_FIGURE_NET_RX };
  const MuriHistoryRequest request = { keys,
                                       NULL,
                                       n_keys,
                                       figures,
                                       G_N_ELEMENTS (figures),
                                       from * G_USEC_PER_SEC,
                                       to * G_USEC_PER_SEC,
                                       slots,
                                       combine };
  MuriHistoryQuery *query = muri_history_query_new (&request);
  g_autoptr (GError) error = NULL;
  GPtrArray *tracks;

  muri_history_query_plan (query, 0xf, &error);
  g_assert_no_error (error);
  while (!muri_history_query_is_done (query))
    {
      MuriHistoryObject *object = muri_history_table_find (table, &query->keys[query->next]);

      muri_history_query_begin_object (query);
      for (guint tier = query->tier; object != NULL && tier < MURI_N_TIERS; tier++)
        muri_history_query_add_memory (query, object, tier);
      muri_history_query_finish_object (query);
    }
  tracks = muri_history_query_steal_tracks (query);
  muri_history_query_free (query);
  return tracks;
}

static void
check_track (MuriTrack *track, const float *series, float add)
{
  const gint64 step = muri_track_get_step (track) / G_USEC_PER_SEC;
  const gint64 start = muri_track_get_start (track) / G_USEC_PER_SEC;

  g_assert_cmpint (start % step, ==, 0);
  for (guint i = 0; i < muri_track_get_length (track); i++)
    {
      MuriRollup wanted = reference (series, start + i * step - BEGIN, step, add);

      g_assert_cmpfloat_with_epsilon (muri_track_get_known (track)[i],
                                      (double)wanted.known / (double)step, 1e-6);
      g_assert_true ((wanted.known == 0) == isnan (muri_track_get_average (track)[i]));
      if (wanted.known == 0)
        continue;
      g_assert_cmpfloat (muri_track_get_min (track)[i], ==, wanted.min);
      g_assert_cmpfloat (muri_track_get_max (track)[i], ==, wanted.max);
      g_assert_cmpfloat_with_epsilon (muri_track_get_average (track)[i], wanted.sum / wanted.known,
                                      1e-3);
    }
}

static void
test_query (void)
{
  static const guint slots[] = { 1000, 100, 30, 7, 1 };
  g_autofree float *series = random_series (7);
  MuriHistoryTable *table = muri_history_table_new ();

  fill (table, muri_history_table_ensure (table, &vm_key), series);
  for (guint i = 0; i < G_N_ELEMENTS (slots); i++)
    {
      g_autoptr (GPtrArray) tracks = ask (table, &vm_key, 1, BEGIN + LENGTH - 480, BEGIN + LENGTH,
                                          slots[i], MURI_HISTORY_EACH);
      MuriTrack *track = g_ptr_array_index (tracks, 1);

      g_assert_cmpuint (tracks->len, ==, 2);
      g_assert_cmpuint (muri_track_get_figure (track), ==, MURI_FIGURE_NET_RX);
      g_assert_true (muri_target_key_equal (muri_track_get_key (track), &vm_key));
      g_assert_cmpint (muri_track_get_start (track), <=, (BEGIN + LENGTH - 480) * G_USEC_PER_SEC);
      g_assert_cmpint (muri_track_get_start (track)
                           + muri_track_get_step (track) * muri_track_get_length (track),
                       >=, (BEGIN + LENGTH) * G_USEC_PER_SEC);
      g_assert_cmpuint (muri_track_get_length (track), >=, MIN (slots[i], 480));
      g_assert_cmpuint (muri_track_get_length (track), <=, 2 * slots[i] + 2);
      check_track (g_ptr_array_index (tracks, 0), series, MURI_FIGURE_CPU);
      check_track (track, series, MURI_FIGURE_NET_RX);
    }
  muri_history_table_free (table);
}

static void
test_sum (void)
{
  const MuriTargetKey keys[] = { vm_key, other_key, { .node = { { 9 } } } };
  g_autofree float *a = random_series (7);
  g_autofree float *b = random_series (8);
  MuriHistoryTable *table = muri_history_table_new ();
  g_autoptr (GPtrArray) tracks = NULL;
  MuriTrack *track;

  fill (table, muri_history_table_ensure (table, &vm_key), a);
  fill (table, muri_history_table_ensure (table, &other_key), b);
  tracks = ask (table, keys, G_N_ELEMENTS (keys), BEGIN + LENGTH - 480, BEGIN + LENGTH, 48,
                MURI_HISTORY_SUM);
  track = g_ptr_array_index (tracks, 0);

  g_assert_cmpuint (tracks->len, ==, 2);
  g_assert_null (muri_track_get_key (track));
  g_assert_cmpint (muri_track_get_step (track), ==, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (muri_track_get_length (track), ==, 48);
  for (guint i = 0; i < 48; i++)
    {
      MuriRollup x = reference (a, LENGTH - 480 + 10 * i, 10, 0);
      MuriRollup y = reference (b, LENGTH - 480 + 10 * i, 10, 0);
      double sum = (x.known > 0 ? x.sum / x.known : 0) + (y.known > 0 ? y.sum / y.known : 0);

      g_assert_cmpfloat_with_epsilon (muri_track_get_known (track)[i], (x.known + y.known) / 30.0,
                                      1e-6);
      if (x.known + y.known == 0)
        g_assert_true (isnan (muri_track_get_average (track)[i]));
      else
        g_assert_cmpfloat_with_epsilon (muri_track_get_average (track)[i], sum, 1e-3);
      if (x.known > 0 && y.known > 0)
        g_assert_cmpfloat_with_epsilon (muri_track_get_max (track)[i], x.max + y.max, 1e-4);
    }
  muri_history_table_free (table);
}

/* Shares by what they are of; bytes as they are. */
static void
test_weights (void)
{
  static const MuriFigure figures[] = { MURI_FIGURE_CPU, MURI_FIGURE_NET_RX };
  const MuriTargetKey keys[] = { vm_key, other_key };
  const float weights[] = { 0.25f, 0.75f };
  MuriHistoryTable *table = muri_history_table_new ();
  const MuriHistoryRequest request = {
    keys, weights,         2, figures, 2, BEGIN * G_USEC_PER_SEC, (BEGIN + 1) * G_USEC_PER_SEC,
    1,    MURI_HISTORY_SUM
  };
  MuriHistoryQuery *query = muri_history_query_new (&request);
  float values[MURI_N_VM_FIGURES] = { 0 };
  g_autoptr (GPtrArray) tracks = NULL;
  gboolean stepped_back;

  for (guint i = 0; i < 2; i++)
    {
      values[MURI_FIGURE_CPU] = i == 0 ? 0.2f : 0.6f;
      values[MURI_FIGURE_NET_RX] = 1000;
      muri_history_table_add (table, muri_history_table_ensure (table, &keys[i]), BEGIN, values,
                              &stepped_back);
    }
  g_assert_true (muri_history_query_plan (query, 0xf, NULL));
  while (!muri_history_query_is_done (query))
    {
      MuriHistoryObject *object = muri_history_table_find (table, &query->keys[query->next]);

      muri_history_query_begin_object (query);
      muri_history_query_add_memory (query, object, 0);
      muri_history_query_finish_object (query);
    }
  tracks = muri_history_query_steal_tracks (query);
  g_assert_cmpfloat_with_epsilon (muri_track_get_average (tracks->pdata[0])[0], 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (muri_track_get_average (tracks->pdata[1])[0], 2000, 1e-3);
  muri_history_query_free (query);
  muri_history_table_free (table);
}

/* Any value of a second, of a VM. */
static float
any_value (guint vm, gint64 second)
{
  return (float)((second * 7919 + vm * 104729) % 1009);
}

/* A sum goes through windows, from the newest to the oldest. */
static void
test_windows (void)
{
  enum
  {
    SPAN = 7919,
    SLOTS = 100,
    N = 3,
  };
  static const MuriFigure figure = MURI_FIGURE_NET_RX;
  const gint64 first = BEGIN + 123;
  const MuriTargetKey keys[N] = { vm_key, other_key, { .node = { { 9 } } } };
  const MuriHistoryRequest request = { keys,
                                       NULL,
                                       N,
                                       &figure,
                                       1,
                                       first * G_USEC_PER_SEC,
                                       (first + SPAN) * G_USEC_PER_SEC,
                                       SLOTS,
                                       MURI_HISTORY_SUM };
  MuriHistoryQuery *query = muri_history_query_new (&request);
  g_autoptr (GPtrArray) tracks = NULL;
  gint64 before = G_MAXINT64;
  MuriTrack *track;
  gint64 step;

  g_assert_true (muri_history_query_plan (query, 0x1, NULL));
  while (!muri_history_query_is_done (query))
    {
      const guint vm = query->next;
      const gint64 begin = muri_history_query_get_begin (query);

      g_assert_cmpint (begin, <=, before);
      before = begin;
      muri_history_query_begin_object (query);
      for (gint64 at = begin; at < muri_history_query_get_end (query); at++)
        {
          MuriRollup rollup = { 0 };

          muri_rollup_add (&rollup, any_value (vm, at));
          muri_history_query_add (query, 0, at, 1, &rollup);
        }
      g_assert_true (muri_history_query_is_full (query));
      muri_history_query_finish_object (query);
    }
  tracks = muri_history_query_steal_tracks (query);
  track = tracks->pdata[0];
  step = muri_track_get_step (track) / G_USEC_PER_SEC;
  g_assert_cmpint (step, >, 1);
  for (guint i = 0; i < muri_track_get_length (track); i++)
    {
      gint64 at = muri_track_get_start (track) / G_USEC_PER_SEC + i * step;
      MuriRollup wanted = { 0 };

      for (gint64 second = at; second < at + step; second++)
        muri_rollup_add (&wanted,
                         any_value (0, second) + any_value (1, second) + any_value (2, second));
      g_assert_cmpfloat_with_epsilon (muri_track_get_min (track)[i], wanted.min, 0.01);
      g_assert_cmpfloat_with_epsilon (muri_track_get_max (track)[i], wanted.max, 0.01);
      g_assert_cmpfloat_with_epsilon (muri_track_get_average (track)[i],
                                      muri_rollup_get_average (&wanted), 0.01);
      g_assert_cmpfloat_with_epsilon (muri_track_get_known (track)[i], 1, 1e-5);
    }
  muri_history_query_free (query);
}

static void
test_too_long (void)
{
  static const MuriFigure figure = MURI_FIGURE_CPU;
  const MuriHistoryRequest request = { &vm_key,        NULL,           1,   &figure,         1,
                                       G_MININT64 / 2, G_MAXINT64 / 2, 100, MURI_HISTORY_SUM };
  MuriHistoryQuery *query = muri_history_query_new (&request);
  g_autoptr (GError) error = NULL;

  g_assert_false (muri_history_query_plan (query, 0xf, &error));
  g_assert_nonnull (error);
  muri_history_query_free (query);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/table/rollups", test_rollups);
  g_test_add_func ("/history/table/spill", test_spill);
  g_test_add_func ("/history/table/coarse", test_coarse);
  g_test_add_func ("/history/table/clock", test_clock);
  g_test_add_func ("/history/query/each", test_query);
  g_test_add_func ("/history/query/sum", test_sum);
  g_test_add_func ("/history/query/weights", test_weights);
  g_test_add_func ("/history/query/windows", test_windows);
  g_test_add_func ("/history/query/too-long", test_too_long);
  return g_test_run ();
}
