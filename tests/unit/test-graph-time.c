/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <math.h>

#include "muri-graph-ticks.h"
#include "muri-graph-trace.h"
#include "muri-time-range.h"
#include "muri-time-words.h"

#define S G_TIME_SPAN_SECOND
#define H G_TIME_SPAN_HOUR
#define D G_TIME_SPAN_DAY

/* As wide as a label is long, six pixels a letter. */
static double
measure (const char *text, gpointer user_data)
{
  return 6.0 * (double)g_utf8_strlen (text, -1);
}

static gint64
parse (const char *text)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (text, NULL);

  g_assert_nonnull (date);
  return g_date_time_to_unix (date) * S;
}

/* "00:00 01:00 03:00": the labels of the ticks, which stand at round moments in order. */
static char *
list_ticks (const char *zone_name, const char *from, const char *to, double width)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);
  g_autoptr (GArray) ticks =
      muri_graph_ticks_new (parse (from), parse (to), width, zone, measure, NULL);
  GString *text = g_string_new (NULL);
  gint64 last = G_MININT64;

  for (guint i = 0; i < ticks->len; i++)
    {
      const MuriGraphTick *tick = &g_array_index (ticks, MuriGraphTick, i);

      g_assert_cmpint (tick->time, >, last);
      g_assert_cmpint (tick->time, >=, parse (from));
      g_assert_cmpint (tick->time, <=, parse (to));
      last = tick->time;
      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", tick->label);
    }
  return g_string_free (text, FALSE);
}

static void
assert_ticks (const char *zone, const char *from, const char *to, double width,
              const char *expected)
{
  g_autofree char *text = list_ticks (zone, from, to, width);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_ticks (void)
{
  assert_ticks ("Asia/Seoul", "2025-06-03T14:00:10+09:00", "2025-06-03T14:05:10+09:00", 300,
                "14:01 14:02 14:03 14:04 14:05");
  assert_ticks ("Asia/Seoul", "2025-06-03T14:00:00+09:00", "2025-06-03T14:00:30+09:00", 300,
                "14:00:00 14:00:10 14:00:20 14:00:30");
  assert_ticks ("Asia/Seoul", "2025-06-03T14:10:00+09:00", "2025-06-04T14:10:00+09:00", 300,
                "18:00 Jun 4 06:00 12:00");
  assert_ticks ("Asia/Seoul", "2025-06-01T14:10:00+09:00", "2025-06-08T14:10:00+09:00", 300,
                "Jun 2 Jun 3 Jun 4 Jun 5 Jun 6 Jun 7 Jun 8");
  assert_ticks ("Asia/Seoul", "2025-05-03T14:10:00+09:00", "2025-06-03T14:10:00+09:00", 300,
                "May 5 May 12 May 19 May 26 Jun 2");
  assert_ticks ("Asia/Seoul", "2024-06-03T14:10:00+09:00", "2025-06-03T14:10:00+09:00", 400,
                "Jul Aug Sep Oct Nov Dec 2025 Feb Mar Apr May Jun");
  /* Nepal's clocks are at a quarter. */
  assert_ticks ("Asia/Kathmandu", "2025-06-03T14:10:00+05:45", "2025-06-03T16:10:00+05:45", 300,
                "14:30 15:00 15:30 16:00");
}

/* At two o'clock it is three. */
static void
test_ticks_spring (void)
{
  assert_ticks ("Europe/Berlin", "2025-03-30T00:30:00+01:00", "2025-03-30T05:30:00+02:00", 300,
                "01:00 03:00 04:00 05:00");
  assert_ticks ("Europe/Berlin", "2025-03-29T12:00:00+01:00", "2025-03-30T12:00:00+02:00", 300,
                "12:00 18:00 Mar 30 06:00 12:00");
  assert_ticks ("Europe/Berlin", "2025-03-28T12:00:00+01:00", "2025-04-01T12:00:00+02:00", 300,
                "Mar 29 Mar 30 Mar 31 Apr 1");
}

/* At three o'clock it is two again. */
static void
test_ticks_autumn (void)
{
  assert_ticks ("Europe/Berlin", "2025-10-26T00:30:00+02:00", "2025-10-26T04:30:00+01:00", 300,
                "01:00 02:00 02:00 03:00 04:00");
  assert_ticks ("Europe/Berlin", "2025-10-25T12:00:00+02:00", "2025-10-26T12:00:00+01:00", 300,
                "12:00 18:00 Oct 26 06:00 12:00");
  assert_ticks ("Europe/Berlin", "2025-10-24T12:00:00+02:00", "2025-10-28T12:00:00+01:00", 300,
                "Oct 25 Oct 26 Oct 27 Oct 28");
}

/* Whatever the span: some ticks, and none in the way of another. */
static void
test_ticks_any (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  gint64 end = parse ("2025-11-15T12:34:56Z");

  for (double span = 10e6; span < 2 * 366 * 86400e6; span *= 1.31)
    for (double width = 120; width < 1300; width *= 1.9)
      {
        gint64 start = end - (gint64)span;
        g_autoptr (GArray) ticks = muri_graph_ticks_new (start, end, width, zone, measure, NULL);

        for (guint i = 1; i < ticks->len; i++)
          {
            const MuriGraphTick *tick = &g_array_index (ticks, MuriGraphTick, i);
            double room = (double)(tick->time - tick[-1].time) / span * width;
            double need = (measure (tick->label, NULL) + measure (tick[-1].label, NULL)) / 2;

            g_assert_cmpfloat (room, >=, need);
          }
        if (width > 200)
          g_assert_cmpuint (ticks->len, >=, 1);
      }
}

static void
count (guint *n)
{
  (*n)++;
}

#define NOW (G_GINT64_CONSTANT (1750000000) * S)

static void
test_range (void)
{
  MuriTimeRange *range = muri_time_range_new (NOW);
  guint changes = 0;

  g_signal_connect_swapped (range, "changed", G_CALLBACK (count), &changes);
  g_assert_true (muri_time_range_is_following (range));
  g_assert_cmpint (muri_time_range_get_to (range), ==, NOW);
  g_assert_cmpint (muri_time_range_get_from (range), ==, NOW - 300 * S);

  /* Time passes: that is no change. */
  muri_time_range_set_now (range, NOW + 5 * S);
  g_assert_cmpint (muri_time_range_get_to (range), ==, NOW + 5 * S);
  g_assert_cmpuint (changes, ==, 0);

  muri_time_range_set_span (range, H);
  g_assert_true (muri_time_range_is_following (range));
  g_assert_cmpint (muri_time_range_get_from (range), ==, NOW + 5 * S - H);
  muri_time_range_set_span (range, H);
  g_assert_cmpuint (changes, ==, 1);

  muri_time_range_set (range, NOW - 2 * H, NOW - H);
  g_assert_false (muri_time_range_is_following (range));
  muri_time_range_set_now (range, NOW + 60 * S);
  g_assert_cmpint (muri_time_range_get_to (range), ==, NOW - H);
  /* About its middle. */
  muri_time_range_set_span (range, 2 * H);
  g_assert_cmpint (muri_time_range_get_from (range), ==, NOW - 5 * H / 2);

  muri_time_range_follow (range);
  g_assert_true (muri_time_range_is_following (range));
  g_assert_cmpint (muri_time_range_get_to (range), ==, NOW + 60 * S);
  g_assert_cmpint (muri_time_range_get_span (range), ==, 2 * H);
  g_assert_finalize_object (range);
}

static void
test_range_zoom (void)
{
  MuriTimeRange *range = muri_time_range_new (NOW);

  /* At the right edge it goes on following. */
  muri_time_range_zoom (range, NOW, 2);
  g_assert_true (muri_time_range_is_following (range));
  g_assert_cmpint (muri_time_range_get_span (range), ==, 600 * S);
  muri_time_range_zoom (range, NOW - S, 0.5);
  g_assert_true (muri_time_range_is_following (range));

  /* Elsewhere what is under the pointer stays where it is. */
  muri_time_range_zoom (range, NOW - 150 * S, 0.5);
  g_assert_false (muri_time_range_is_following (range));
  g_assert_cmpint (muri_time_range_get_span (range), ==, 150 * S);
  g_assert_cmpint (muri_time_range_get_to (range), ==, NOW - 75 * S);
  muri_time_range_zoom (range, NOW - 150 * S, 2);
  g_assert_cmpint (muri_time_range_get_to (range), ==, NOW);
  g_assert_true (muri_time_range_is_following (range));

  for (guint i = 0; i < 40; i++)
    muri_time_range_zoom (range, NOW - 100 * S, 0.5);
  g_assert_cmpint (muri_time_range_get_span (range), ==, MURI_TIME_RANGE_MIN);
  g_assert_false (muri_time_range_can_zoom (range, 0.5));
  for (guint i = 0; i < 60; i++)
    muri_time_range_zoom (range, NOW - 100 * S, 2);
  g_assert_cmpint (muri_time_range_get_span (range), ==, MURI_TIME_RANGE_MAX);
  g_assert_true (muri_time_range_is_following (range));
  g_assert_finalize_object (range);
}

static void
test_range_pan (void)
{
  MuriTimeRange *range = muri_time_range_new (NOW);

  muri_time_range_pan (range, 100 * S);
  g_assert_true (muri_time_range_is_following (range));
  muri_time_range_pan (range, -100 * S);
  g_assert_false (muri_time_range_is_following (range));
  g_assert_cmpint (muri_time_range_get_to (range), ==, NOW - 100 * S);
  muri_time_range_pan (range, 40 * S);
  g_assert_cmpint (muri_time_range_get_to (range), ==, NOW - 60 * S);
  muri_time_range_pan (range, 100 * S);
  g_assert_true (muri_time_range_is_following (range));
  g_assert_cmpint (muri_time_range_get_to (range), ==, NOW);

  /* There was nothing before the year 2000. */
  muri_time_range_pan (range, -100 * 365 * D);
  g_assert_cmpint (muri_time_range_get_from (range), ==, parse ("2000-01-01T00:00:00Z"));
  g_assert_finalize_object (range);
}

static void
assert_words (char *words, const char *expected)
{
  g_assert_cmpstr (words, ==, expected);
  g_free (words);
}

static void
test_words (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  gint64 spring = parse ("2023-03-26T00:30:00Z");

  assert_words (muri_time_words_moment (spring, S, zone), "Mar 26, 2023, 01:30:00");
  assert_words (muri_time_words_moment (spring + H, 60 * S, zone), "Mar 26, 2023, 03:30");
  assert_words (muri_time_words_range (spring, spring + 2 * H, zone),
                "Mar 26, 2023, 01:30 – 04:30");
  assert_words (muri_time_words_range (spring, spring + 31 * D, zone),
                "Mar 26, 2023 – Apr 26, 2023");
  assert_words (muri_time_words_span (45 * 60 * S), "45\302\240min");
  assert_words (muri_time_words_span (365 * D), "1 year");
  assert_words (muri_time_words_span (3 * D), "3 days");
}

/* The slots of a trace are looked up by time. */
static void
test_find (void)
{
  const MuriGraphPoint points[] = {
    { 0, 1, 1, 1 },
    { 10 * S, 2, 2, 5 },
    { 20 * S, NAN, NAN, NAN },
    { 50 * S, 4, 4, 4 },
  };
  g_autoptr (MuriGraphTrace) trace = muri_graph_trace_new (10 * S, 15 * S, points, 4);
  MuriGraphPoint all;

  g_assert_cmpint (muri_graph_trace_find (trace, -1), ==, -1);
  g_assert_cmpint (muri_graph_trace_find (trace, 0), ==, 0);
  g_assert_cmpint (muri_graph_trace_find (trace, 19 * S), ==, 1);
  g_assert_cmpint (muri_graph_trace_find (trace, 40 * S), ==, -1);
  g_assert_true (muri_graph_trace_joins (trace, 0));
  g_assert_false (muri_graph_trace_joins (trace, 1));
  all = muri_graph_trace_sum_up (trace, 5 * S, 45 * S);
  g_assert_cmpfloat (all.min, ==, 1);
  g_assert_cmpfloat (all.max, ==, 5);
  g_assert_cmpfloat (all.average, ==, 1.5f);
  all = muri_graph_trace_sum_up (trace, 60 * S + 1, 70 * S);
  g_assert_true (isnan (all.average));
}

/* Any trace in few columns: what was largest stays so, and nothing is made up. */
static void
test_reduce (void)
{
  for (guint round = 0; round < 50; round++)
    {
      guint n = (guint)g_test_rand_int_range (1, 4000);
      guint columns = (guint)g_test_rand_int_range (1, 400);
      g_autofree MuriGraphPoint *points = g_new (MuriGraphPoint, n);
      g_autoptr (MuriGraphTrace) trace = NULL;
      g_autoptr (MuriGraphTrace) reduced = NULL;
      MuriGraphPoint before, after;
      guint length;

      for (guint i = 0; i < n; i++)
        {
          float value = g_test_rand_int_range (0, 5) == 0 ? NAN : (float)g_test_rand_double ();

          points[i] = (MuriGraphPoint){ i * S, value / 2, value, value * 2 };
        }
      trace = muri_graph_trace_new (S, 3 * S / 2, points, n);
      reduced = muri_graph_trace_reduce (trace, 0, n * S, columns);
      muri_graph_trace_get_points (reduced, &length);
      g_assert_cmpuint (length, <=, MAX (2 * columns, 1));
      before = muri_graph_trace_sum_up (trace, 0, n * S);
      after = muri_graph_trace_sum_up (reduced, -(gint64)n * S, 2 * n * S);
      g_assert_true (before.max == after.max || (isnan (before.max) && isnan (after.max)));
      g_assert_true (before.min == after.min || (isnan (before.min) && isnan (after.min)));
    }
}

static void
test_join (void)
{
  const MuriGraphPoint old[] = { { 0, 1, 1, 1 }, { 10 * S, 2, 2, 2 }, { 20 * S, 3, 3, 3 } };
  const MuriGraphPoint new[] = { { 15 * S, 7, 7, 7 }, { 16 * S, 8, 8, 8 } };
  g_autoptr (MuriGraphTrace) older = muri_graph_trace_new (0, MURI_GRAPH_GAP, old, 3);
  g_autoptr (MuriGraphTrace) newer = muri_graph_trace_new (0, MURI_GRAPH_GAP, new, 2);
  g_autoptr (MuriGraphTrace) empty = muri_graph_trace_new (0, MURI_GRAPH_GAP, NULL, 0);
  g_autoptr (MuriGraphTrace) both = muri_graph_trace_join (older, newer);
  g_autoptr (MuriGraphTrace) first = muri_graph_trace_join (older, empty);
  const MuriGraphPoint *points;
  guint n;

  points = muri_graph_trace_get_points (both, &n);
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpfloat (points[1].average, ==, 2);
  g_assert_cmpfloat (points[2].average, ==, 7);
  muri_graph_trace_get_points (first, &n);
  g_assert_cmpuint (n, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph-time/ticks", test_ticks);
  g_test_add_func ("/graph-time/ticks-spring", test_ticks_spring);
  g_test_add_func ("/graph-time/ticks-autumn", test_ticks_autumn);
  g_test_add_func ("/graph-time/ticks-any", test_ticks_any);
  g_test_add_func ("/graph-time/range", test_range);
  g_test_add_func ("/graph-time/range-zoom", test_range_zoom);
  g_test_add_func ("/graph-time/range-pan", test_range_pan);
  g_test_add_func ("/graph-time/words", test_words);
  g_test_add_func ("/graph-time/find", test_find);
  g_test_add_func ("/graph-time/reduce", test_reduce);
  g_test_add_func ("/graph-time/join", test_join);
  return g_test_run ();
}
