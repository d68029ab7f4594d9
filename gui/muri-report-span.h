/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-time-range.h"

G_BEGIN_DECLS

/* What span of time a report is about. */
typedef enum
{
  MURI_REPORT_DAY,
  MURI_REPORT_WEEK,
  MURI_REPORT_DAYS_30,
  MURI_REPORT_YEAR,
  MURI_REPORT_THIS_MONTH, /* of the calendar, up to now */
  MURI_REPORT_LAST_MONTH,
  MURI_REPORT_AS_GRAPHS, /* what the graphs show */
  MURI_N_REPORT_SPANS
} MuriReportSpan;

/* In words, translated. */
const char *muri_report_span_get_name (MuriReportSpan span);

/* Microseconds since the epoch; months as the clocks of @zone have them. */
void muri_report_span_get (MuriReportSpan span, gint64 now, GTimeZone *zone, MuriTimeRange *range,
                           gint64 *from, gint64 *to);

G_END_DECLS
