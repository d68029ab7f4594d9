/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-report-span.h"

#include <glib/gi18n.h>

const char *
muri_report_span_get_name (MuriReportSpan span)
{
  static const char *const names[MURI_N_REPORT_SPANS] = {
    [MURI_REPORT_DAY] = N_ ("Last 24 Hours"),          [MURI_REPORT_WEEK] = N_ ("Last 7 Days"),
    [MURI_REPORT_DAYS_30] = N_ ("Last 30 Days"),       [MURI_REPORT_YEAR] = N_ ("Last 365 Days"),
    [MURI_REPORT_THIS_MONTH] = N_ ("This Month"),      [MURI_REPORT_LAST_MONTH] = N_ ("Last Month"),
    [MURI_REPORT_AS_GRAPHS] = N_ ("As in the Graphs"),
  };

  return _ (names[span]);
}

/* Where the month of @now begins, and where that before it did. */
static gint64
month_begin (gint64 now, GTimeZone *zone, int months_before)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now / G_TIME_SPAN_SECOND);
  g_autoptr (GDateTime) date = utc ? g_date_time_to_timezone (utc, zone) : NULL;
  g_autoptr (GDateTime) first = NULL;
  g_autoptr (GDateTime) wanted = NULL;
  g_autoptr (GDateTime) begin = NULL;

  if (date == NULL)
    return now;
  first = g_date_time_new (zone, g_date_time_get_year (date), g_date_time_get_month (date), 1, 12,
                           0, 0);
  wanted = g_date_time_add_months (first, -months_before);
  begin = g_date_time_new (zone, g_date_time_get_year (wanted), g_date_time_get_month (wanted), 1,
                           0, 0, 0);
  return g_date_time_to_unix (begin) * G_TIME_SPAN_SECOND;
}

void
muri_report_span_get (MuriReportSpan span, gint64 now, GTimeZone *zone, MuriTimeRange *range,
                      gint64 *from, gint64 *to)
{
  static const int days[MURI_N_REPORT_SPANS] = { [MURI_REPORT_DAY] = 1,
                                                 [MURI_REPORT_WEEK] = 7,
                                                 [MURI_REPORT_DAYS_30] = 30,
                                                 [MURI_REPORT_YEAR] = 365 };

  *to = now;
  switch (span)
    {
    case MURI_REPORT_THIS_MONTH:
      *from = month_begin (now, zone, 0);
      break;
    case MURI_REPORT_LAST_MONTH:
      *from = month_begin (now, zone, 1);
      *to = month_begin (now, zone, 0);
      break;
    case MURI_REPORT_AS_GRAPHS:
      *from = muri_time_range_get_from (range);
      *to = muri_time_range_get_to (range);
      break;
    default:
      *from = now - days[span] * G_TIME_SPAN_DAY;
    }
  /* On the first of a month, at its first second. */
  *from = MIN (*from, *to - G_TIME_SPAN_SECOND);
}
