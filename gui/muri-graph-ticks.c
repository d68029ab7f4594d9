/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-graph-ticks.h"

#include <glib/gi18n.h>

/* All offsets from UTC that are in use are multiples of this. */
#define OFFSET_UNIT (15 * 60)

/* More ticks than this are not asked of any axis. */
#define MAX_TICKS 48

/* Between two labels is room of this share of the widest. */
#define AIR 0.35

typedef enum
{
  SECONDS,
  DAYS,
  MONTHS,
} Kind;

typedef struct
{
  Kind kind;
  int count;
} Step;

static const Step steps[] = {
  { SECONDS, 1 },     { SECONDS, 2 },     { SECONDS, 5 },    { SECONDS, 10 },   { SECONDS, 15 },
  { SECONDS, 30 },    { SECONDS, 60 },    { SECONDS, 120 },  { SECONDS, 300 },  { SECONDS, 600 },
  { SECONDS, 900 },   { SECONDS, 1800 },  { SECONDS, 3600 }, { SECONDS, 7200 }, { SECONDS, 10800 },
  { SECONDS, 21600 }, { SECONDS, 43200 }, { DAYS, 1 },       { DAYS, 2 },       { DAYS, 7 },
  { DAYS, 14 },       { MONTHS, 1 },      { MONTHS, 2 },     { MONTHS, 3 },     { MONTHS, 6 },
  { MONTHS, 12 },     { MONTHS, 24 },     { MONTHS, 60 },    { MONTHS, 120 },
};

/* Microseconds; of months about. */
static double
step_length (const Step *step)
{
  static const double lengths[] = { [SECONDS] = 1e6, [DAYS] = 86400e6, [MONTHS] = 2629746e6 };

  return lengths[step->kind] * step->count;
}

static void
clear_tick (gpointer data)
{
  g_free (((MuriGraphTick *)data)->label);
}

/* Where a day, a month or a year begins, it is what is said. */
static char *
make_label (GDateTime *date, const Step *step)
{
  gboolean midnight = g_date_time_get_hour (date) == 0 && g_date_time_get_minute (date) == 0
                      && g_date_time_get_second (date) == 0;

  if (step->kind == SECONDS && !midnight)
    return g_date_time_format (date, step->count < 60 ? "%H:%M:%S" : "%H:%M");
  if (step->kind != SECONDS && g_date_time_get_day_of_year (date) == 1)
    /* Translators: a year on a time axis, for strftime */
    return g_date_time_format (date, C_ ("time axis", "%Y"));
  if (step->kind == MONTHS)
    /* Translators: a month on a time axis, for strftime */
    return g_date_time_format (date, C_ ("time axis", "%b"));
  /* Translators: a day on a time axis, for strftime */
  return g_date_time_format (date, C_ ("time axis", "%b %-d"));
}

static void
add_tick (GArray *ticks, GDateTime *date, const Step *step)
{
  MuriGraphTick tick = { g_date_time_to_unix (date) * G_TIME_SPAN_SECOND, make_label (date, step) };

  if (tick.label)
    g_array_append_val (ticks, tick);
}

static int
greatest_common_divisor (int a, int b)
{
  while (b != 0)
    {
      int rest = a % b;

      a = b;
      b = rest;
    }
  return a;
}

/* Every moment that may be round is asked what the clocks say then: that way no change of the
 * clocks is a special case. */
static void
add_seconds (GArray *ticks, gint64 start, gint64 end, GTimeZone *zone, const Step *step)
{
  gint64 quantum = greatest_common_divisor (step->count, OFFSET_UNIT);
  gint64 first = (start + G_TIME_SPAN_SECOND - 1) / G_TIME_SPAN_SECOND;

  first = (first + quantum - 1) / quantum * quantum;
  for (gint64 time = first; time * G_TIME_SPAN_SECOND <= end; time += quantum)
    {
      g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time);
      g_autoptr (GDateTime) date = utc ? g_date_time_to_timezone (utc, zone) : NULL;

      if (!date)
        return;
      if ((g_date_time_get_hour (date) * 3600 + g_date_time_get_minute (date) * 60
           + g_date_time_get_second (date))
              % step->count
          == 0)
        add_tick (ticks, date, step);
    }
}

/* Days since a Monday. */
static gboolean
is_round_day (GDateTime *date, int count)
{
  GDate day;

  g_date_clear (&day, 1);
  g_date_set_dmy (&day, (GDateDay)g_date_time_get_day_of_month (date),
                  (GDateMonth)g_date_time_get_month (date), (GDateYear)g_date_time_get_year (date));
  return (g_date_get_julian (&day) - 1) % (guint)count == 0;
}

static gboolean
is_round (GDateTime *date, const Step *step)
{
  int months = g_date_time_get_year (date) * 12 + g_date_time_get_month (date) - 1;

  return step->kind == DAYS ? is_round_day (date, step->count) : months % step->count == 0;
}

static void
add_dates (GArray *ticks, gint64 start, gint64 end, GTimeZone *zone, const Step *step)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (start / G_TIME_SPAN_SECOND);
  g_autoptr (GDateTime) date = utc ? g_date_time_to_timezone (utc, zone) : NULL;

  while (date)
    {
      int day = step->kind == DAYS ? g_date_time_get_day_of_month (date) : 1;
      g_autoptr (GDateTime) begin = g_date_time_new (zone, g_date_time_get_year (date),
                                                     g_date_time_get_month (date), day, 0, 0, 0);
      /* From noon to noon: there is one every day. */
      g_autoptr (GDateTime) noon = g_date_time_new (zone, g_date_time_get_year (date),
                                                    g_date_time_get_month (date), day, 12, 0, 0);
      gint64 time = begin ? g_date_time_to_unix (begin) * G_TIME_SPAN_SECOND : G_MAXINT64;

      if (time > end)
        return;
      if (time >= start && is_round (begin, step))
        add_tick (ticks, begin, step);
      g_date_time_unref (date);
      date = step->kind == DAYS ? g_date_time_add_days (noon, 1) : g_date_time_add_months (noon, 1);
    }
}

static double
widest (GArray *ticks, MuriGraphMeasure measure, gpointer user_data)
{
  double width = 0;

  for (guint i = 0; i < ticks->len; i++)
    width = MAX (width, measure (g_array_index (ticks, MuriGraphTick, i).label, user_data));
  return width;
}

/* Where the clocks are set back, round hours may stand closer than their labels. @pixel: how long
 * it is, in microseconds */
static void
thin_out (GArray *ticks, double pixel, MuriGraphMeasure measure, gpointer user_data)
{
  for (guint i = 1; i < ticks->len;)
    {
      MuriGraphTick *tick = &g_array_index (ticks, MuriGraphTick, i);
      double need = (measure (tick->label, user_data) + measure (tick[-1].label, user_data)) / 2;

      if ((double)(tick->time - tick[-1].time) < need * pixel)
        g_array_remove_index (ticks, i);
      else
        i++;
    }
}

GArray *
muri_graph_ticks_new (gint64 start, gint64 end, double width, GTimeZone *zone,
                      MuriGraphMeasure measure, gpointer user_data)
{
  GArray *ticks = g_array_new (FALSE, FALSE, sizeof (MuriGraphTick));
  double span = (double)(end - start);

  g_array_set_clear_func (ticks, clear_tick);
  if (span <= 0 || width <= 0)
    return ticks;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      double room = step_length (&steps[i]) / span * width;

      if (span / step_length (&steps[i]) > MAX_TICKS)
        continue;
      if (steps[i].kind == SECONDS)
        add_seconds (ticks, start, end, zone, &steps[i]);
      else
        add_dates (ticks, start, end, zone, &steps[i]);
      if (widest (ticks, measure, user_data) * (1 + AIR) <= room)
        {
          thin_out (ticks, span / width, measure, user_data);
          break;
        }
      g_array_set_size (ticks, 0);
    }
  return ticks;
}
