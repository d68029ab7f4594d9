/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-time-words.h"

#include <glib/gi18n.h>

#include "muri-format.h"

static GDateTime *
make_date (gint64 time, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_TIME_SPAN_SECOND);

  return utc ? g_date_time_to_timezone (utc, zone) : NULL;
}

static gboolean
same_year (GDateTime *a, GDateTime *b)
{
  return g_date_time_get_year (a) == g_date_time_get_year (b);
}

static gboolean
same_day (GDateTime *a, GDateTime *b)
{
  return same_year (a, b) && g_date_time_get_day_of_year (a) == g_date_time_get_day_of_year (b);
}

static char *
format_day (GDateTime *date, GDateTime *now)
{
  if (same_year (date, now))
    /* Translators: a day of this year, for strftime */
    return g_date_time_format (date, C_ ("day", "%b %-d"));
  /* Translators: a day of another year, for strftime */
  return g_date_time_format (date, C_ ("day", "%b %-d, %Y"));
}

static char *
format_clock (GDateTime *date, gint64 resolution)
{
  return g_date_time_format (date, resolution < 30 * G_TIME_SPAN_SECOND ? "%H:%M:%S" : "%H:%M");
}

static char *
join (const char *day, const char *clock)
{
  /* Translators: a day and a time of it: "Mar 30, 14:02" */
  return g_strdup_printf (C_ ("day and time", "%s, %s"), day, clock);
}

static GDateTime *
make_now (GTimeZone *zone)
{
  return g_date_time_new_now (zone);
}

char *
muri_time_words_moment (gint64 time, gint64 resolution, GTimeZone *zone)
{
  g_autoptr (GDateTime) date = make_date (time, zone);
  g_autoptr (GDateTime) now = make_now (zone);
  g_autofree char *day = NULL;
  g_autofree char *clock = NULL;

  if (date == NULL)
    return g_strdup (MURI_FORMAT_UNKNOWN);
  clock = format_clock (date, resolution);
  if (same_day (date, now))
    return g_steal_pointer (&clock);
  day = format_day (date, now);
  return join (day, clock);
}

char *
muri_time_words_range (gint64 from, gint64 to, GTimeZone *zone)
{
  g_autoptr (GDateTime) first = make_date (from, zone);
  g_autoptr (GDateTime) last = make_date (to, zone);
  g_autoptr (GDateTime) now = make_now (zone);
  gint64 resolution = (to - from) / 60;
  g_autofree char *first_day = NULL;
  g_autofree char *last_day = NULL;
  g_autofree char *begin = NULL;
  g_autofree char *end = NULL;

  if (first == NULL || last == NULL)
    return g_strdup (MURI_FORMAT_UNKNOWN);
  first_day = format_day (first, now);
  last_day = format_day (last, now);
  if (to - from >= 14 * G_TIME_SPAN_DAY)
    /* Translators: from a moment to a moment */
    return g_strdup_printf (C_ ("span of time", "%s – %s"), first_day, last_day);
  begin = format_clock (first, resolution);
  end = format_clock (last, resolution);
  if (!same_day (first, now) || !same_day (last, now))
    {
      g_autofree char *clock = g_steal_pointer (&begin);

      begin = join (first_day, clock);
    }
  if (!same_day (first, last))
    {
      g_autofree char *clock = g_steal_pointer (&end);

      end = join (last_day, clock);
    }
  return g_strdup_printf (C_ ("span of time", "%s – %s"), begin, end);
}

static gboolean
is_about (gint64 span, gint64 unit)
{
  return ABS (span - unit) <= unit / 50;
}

char *
muri_time_words_span (gint64 span)
{
  gint64 days = (span + G_TIME_SPAN_DAY / 2) / G_TIME_SPAN_DAY;

  if (is_about (span, 365 * G_TIME_SPAN_DAY))
    return g_strdup (_ ("1 year"));
  if (is_about (span, 7 * G_TIME_SPAN_DAY))
    return g_strdup (_ ("1 week"));
  if (span >= 2 * G_TIME_SPAN_DAY)
    return g_strdup_printf (ngettext ("%u day", "%u days", (guint)days), (guint)days);
  return muri_format_duration (span);
}
