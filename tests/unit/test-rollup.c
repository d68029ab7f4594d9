/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-rollup.h"

#include <float.h>
#include <math.h>

#include "muri-figures.h"

#define SECONDS 3600

/* What history may lose of a sum over a long time. */
#define SUM_ERROR 0.001

/* Spells of noise, of rest and of silence, and now and then a spike of one second. */
static float *
random_series (guint n)
{
  float *values = g_new (float, n);
  guint left = 0;
  guint mood = 0;

  for (guint i = 0; i < n; i++, left--)
    {
      if (left == 0)
        {
          left = g_test_rand_int_range (1, 120);
          mood = g_test_rand_int_range (0, 4);
        }
      values[i] = mood == 0   ? NAN
                  : mood == 1 ? 0
                  : mood == 2 ? (float)g_test_rand_double_range (0, 1)
                              : (float)pow (10, g_test_rand_double_range (-3, 9));
      if (g_test_rand_int_range (0, 200) == 0)
        values[i] = 5e9f;
    }
  return values;
}

/* The plain reference: looks at every second. */
static void
check_against_all (const float *values, guint from, guint n, const MuriRollup *rollup)
{
  guint known = 0;
  double sum = 0;
  float min = INFINITY;
  float max = -INFINITY;

  for (guint i = from; i < from + n; i++)
    if (!isnan (values[i]))
      {
        known++;
        sum += values[i];
        min = fminf (min, values[i]);
        max = fmaxf (max, values[i]);
      }

  g_assert_cmpuint (rollup->known, ==, known);
  if (known == 0)
    {
      g_assert_true (isnan (muri_rollup_get_average (rollup)));
      return;
    }
  g_assert_cmpfloat (rollup->min, ==, min);
  g_assert_cmpfloat (rollup->max, ==, max);
  g_assert_cmpfloat_with_epsilon (rollup->sum, sum, fabs (sum) * 1e-12 + 1e-12);
  g_assert_cmpfloat_with_epsilon (muri_rollup_get_average (rollup), sum / known,
                                  fabs (sum / known) * FLT_EPSILON + FLT_MIN);
}

static void
fold (const MuriRollup *fine, MuriRollup *coarse, guint n, guint factor)
{
  for (guint i = 0; i < n; i++)
    {
      coarse[i] = (MuriRollup){ 0 };
      for (guint j = 0; j < factor; j++)
        muri_rollup_merge (&coarse[i], &fine[i * factor + j]);
    }
}

static void
test_tiers (void)
{
  for (guint round = 0; round < 50; round++)
    {
      g_autofree float *values = random_series (SECONDS);
      MuriRollup tens[SECONDS / 10] = { 0 };
      MuriRollup minutes[SECONDS / 60];
      MuriRollup longest[SECONDS / 600];

      for (guint i = 0; i < SECONDS; i++)
        muri_rollup_add (&tens[i / 10], values[i]);
      fold (tens, minutes, G_N_ELEMENTS (minutes), 6);
      fold (minutes, longest, G_N_ELEMENTS (longest), 10);

      for (guint i = 0; i < G_N_ELEMENTS (tens); i++)
        check_against_all (values, i * 10, 10, &tens[i]);
      for (guint i = 0; i < G_N_ELEMENTS (minutes); i++)
        check_against_all (values, i * 60, 60, &minutes[i]);
      for (guint i = 0; i < G_N_ELEMENTS (longest); i++)
        check_against_all (values, i * 600, 600, &longest[i]);
    }
}

static void
test_spike (void)
{
  MuriRollup rollup = { 0 };
  MuriRollup nothing = { 0 };

  for (guint i = 0; i < 600; i++)
    muri_rollup_add (&rollup, i == 311 ? 0.9f : 0.01f);
  muri_rollup_merge (&rollup, &nothing);
  muri_rollup_merge (&nothing, &rollup);
  g_assert_cmpfloat (nothing.max, ==, 0.9f);
  g_assert_cmpfloat (nothing.min, ==, 0.01f);
  g_assert_cmpfloat_with_epsilon (muri_rollup_get_average (&nothing), (599 * 0.01 + 0.9) / 600,
                                  1e-6);

  /* What is no number is not known. */
  nothing = (MuriRollup){ 0 };
  muri_rollup_add (&nothing, INFINITY);
  muri_rollup_add (&nothing, NAN);
  g_assert_cmpuint (nothing.known, ==, 0);
}

static void
test_starts (void)
{
  const gint64 noon = G_GINT64_CONSTANT (1700049600);

  g_assert_null (muri_tier_find (7));
  for (guint i = 0; i < MURI_N_TIERS; i++)
    {
      const MuriTier *tier = muri_tier_find (muri_tiers[i].step);
      gint64 span = muri_tier_get_span (tier);
      gint64 start = muri_tier_get_start (tier, noon + 12345);

      g_assert_true (tier == &muri_tiers[i]);
      g_assert_cmpint (start % span, ==, 0);
      g_assert_cmpint (start, <=, noon + 12345);
      g_assert_cmpint (start + span, >, noon + 12345);
      g_assert_cmpint (muri_tier_get_start (tier, start), ==, start);
      g_assert_cmpint (muri_tier_get_start (tier, start - 1), ==, start - span);
      g_assert_cmpint (muri_tier_get_start (tier, -1), ==, -span);
    }
}

static gint64
expect_second (MuriTick *tick, gint64 time)
{
  gint64 second = 0;

  g_assert_true (muri_tick_next (tick, time, &second));
  return second;
}

static void
test_ticks (void)
{
  const gint64 day = G_GINT64_CONSTANT (1700000000);
  const gint64 ms = G_TIME_SPAN_MILLISECOND;
  MuriTick tick = { 0 };
  gint64 second;

  /* Around the full second, to both sides of it. */
  for (gint64 i = 0; i < 100; i++)
    g_assert_cmpint (
        expect_second (&tick, (day + i) * G_USEC_PER_SEC + (i % 2 == 0 ? 20 : -20) * ms), ==,
        day + i);

  /* Missed ones leave a gap, and one that comes twice is not taken again. */
  g_assert_cmpint (expect_second (&tick, (day + 103) * G_USEC_PER_SEC), ==, day + 103);
  g_assert_false (muri_tick_next (&tick, (day + 103) * G_USEC_PER_SEC + 300 * ms, &second));
  g_assert_cmpint (expect_second (&tick, (day + 104) * G_USEC_PER_SEC), ==, day + 104);

  /* A clock that is set is believed. */
  g_assert_cmpint (expect_second (&tick, (day + 9000) * G_USEC_PER_SEC + 1), ==, day + 9000);
  g_assert_cmpint (expect_second (&tick, (day + 9001) * G_USEC_PER_SEC + 1), ==, day + 9001);
  g_assert_cmpint (expect_second (&tick, day * G_USEC_PER_SEC + 999 * ms), ==, day);
  g_assert_cmpint (expect_second (&tick, (day + 2) * G_USEC_PER_SEC), ==, day + 1);
}

/* A clock that is slewed, or a beat that drifts: each second once, never far from the clock. */
static void
test_drift (void)
{
  MuriTick tick = { 0 };
  gint64 time = G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC + 700000;
  gint64 last = 0;
  guint taken = 0;

  for (guint i = 0; i < 20000; i++, time += G_USEC_PER_SEC + 500)
    {
      gint64 second;

      if (!muri_tick_next (&tick, time, &second))
        continue;
      g_assert_cmpint (second, >, last);
      g_assert_cmpint (ABS (second * G_USEC_PER_SEC - time), <, 2 * G_USEC_PER_SEC);
      last = second;
      taken++;
    }
  g_assert_cmpuint (taken, ==, 20000);
}

static void
check_precision (MuriFigure figure)
{
  const MuriPrecision precision = muri_figure_get_info (figure)->precision;
  const float smallest = ldexpf (1, precision.exponent);
  guint32 before = 0;
  float value = 0;

  for (guint i = 0; i < 3000; i++, value = value * 1.011f + smallest / 7)
    {
      guint32 number = muri_figure_quantize (value, precision);
      float restored = muri_figure_restore (number, precision);

      g_assert_cmpuint (number, >=, before);
      g_assert_cmpuint (muri_figure_quantize (restored, precision), ==, number);
      g_assert_cmpfloat_with_epsilon (
          restored, value, MAX (smallest / 2, value * ldexpf (1, -precision.bits - 1)) * 1.001f);
      before = number;
    }
}

static void
test_precision (void)
{
  for (guint i = 0; i < MURI_N_FIGURES; i++)
    {
      MuriFigure found;

      g_assert_true (muri_figure_from_code (muri_figure_get_info (i)->code, &found));
      g_assert_cmpuint (found, ==, i);
      check_precision (i);
    }
  g_assert_false (muri_figure_from_code (0, &(MuriFigure){ 0 }));

  /* A share: a thousandth, and finer near zero. */
  for (float share = 0; share <= 1; share += 0.0001f)
    {
      const MuriPrecision precision = muri_figure_get_info (MURI_FIGURE_CPU)->precision;
      float kept = muri_figure_restore (muri_figure_quantize (share, precision), precision);

      g_assert_cmpfloat_with_epsilon (kept, share, 0.0005);
    }
}

/* What a usage report adds up: a year's worth of slots, of rates of any size. */
static void
test_sums (void)
{
  const MuriFigure summed[] = { MURI_FIGURE_CPU, MURI_FIGURE_HOST_CPU, MURI_FIGURE_MEMORY,
                                MURI_FIGURE_DISK_READ, MURI_FIGURE_NET_TX };
  const double top[] = { 1, 1, 64e9, 4e9, 4e9 };

  for (guint i = 0; i < G_N_ELEMENTS (summed); i++)
    for (guint round = 0; round < 20; round++)
      {
        const MuriPrecision precision = muri_figure_get_info (summed[i])->precision;
        const double scale = top[i] * pow (10, -3 * g_test_rand_double ());
        double exact = 0;
        double kept = 0;

        for (guint slot = 0; slot < 5000; slot++)
          {
            float value = scale * (round == 0 ? 1 : g_test_rand_double ());

            exact += value;
            kept += muri_figure_restore (muri_figure_quantize (value, precision), precision);
          }
        g_assert_cmpfloat_with_epsilon (kept / exact, 1, SUM_ERROR);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rollup/tiers", test_tiers);
  g_test_add_func ("/rollup/spike", test_spike);
  g_test_add_func ("/rollup/starts", test_starts);
  g_test_add_func ("/rollup/ticks", test_ticks);
  g_test_add_func ("/rollup/drift", test_drift);
  g_test_add_func ("/figures/precision", test_precision);
  g_test_add_func ("/figures/sums", test_sums);
  return g_test_run ();
}
