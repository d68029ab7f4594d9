/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-series.h"

#include <math.h>

static void
push (MuriSeries *series, gint64 time, float a, float b)
{
  const float values[] = { a, b };

  muri_series_push (series, time, values);
}

static void
test_empty (void)
{
  g_autoptr (MuriSeries) series = muri_series_new (2, 4);

  g_assert_cmpuint (muri_series_get_length (series), ==, 0);
  g_assert_cmpint (muri_series_find (series, G_MAXINT64), ==, -1);
}

static void
test_ring (void)
{
  g_autoptr (MuriSeries) series = muri_series_new (2, 4);

  for (int i = 0; i < 11; i++)
    {
      push (series, 100 + i, (float)i, (float)-i);
      g_assert_cmpuint (muri_series_get_length (series), ==, MIN (i + 1, 4));
    }

  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpint (muri_series_get_time (series, i), ==, 107 + i);
      g_assert_cmpfloat (muri_series_get_value (series, i, 0), ==, 7.f + i);
      g_assert_cmpfloat (muri_series_get_value (series, i, 1), ==, -7.f - i);
    }
}

static void
test_find (void)
{
  g_autoptr (MuriSeries) series = muri_series_new (2, 4);

  for (int i = 0; i < 6; i++)
    push (series, 10 * i, 0, 0);

  /* It holds 20, 30, 40, 50. */
  g_assert_cmpint (muri_series_find (series, 19), ==, -1);
  g_assert_cmpint (muri_series_find (series, 20), ==, 0);
  g_assert_cmpint (muri_series_find (series, 39), ==, 1);
  g_assert_cmpint (muri_series_find (series, 50), ==, 3);
  g_assert_cmpint (muri_series_find (series, 51), ==, 3);
}

static void
test_unknown (void)
{
  g_autoptr (MuriSeries) series = muri_series_new (2, 4);

  push (series, 1, NAN, 2);
  g_assert_true (isnan (muri_series_get_value (series, 0, 0)));
  g_assert_cmpfloat (muri_series_get_value (series, 0, 1), ==, 2);
}

static void
test_clock_set_back (void)
{
  g_autoptr (MuriSeries) series = muri_series_new (2, 4);

  for (int i = 0; i < 6; i++)
    push (series, 1000 + i, 1, 1);
  push (series, 500, 2, 2);
  push (series, 501, 3, 3);

  g_assert_cmpuint (muri_series_get_length (series), ==, 2);
  g_assert_cmpint (muri_series_get_time (series, 0), ==, 500);
  g_assert_cmpfloat (muri_series_get_value (series, 1, 0), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fleet/series/empty", test_empty);
  g_test_add_func ("/fleet/series/ring", test_ring);
  g_test_add_func ("/fleet/series/find", test_find);
  g_test_add_func ("/fleet/series/unknown", test_unknown);
  g_test_add_func ("/fleet/series/clock-set-back", test_clock_set_back);
  return g_test_run ();
}
