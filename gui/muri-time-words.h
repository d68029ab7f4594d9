/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Moments are microseconds since the epoch, and said by the clocks of @zone. @resolution: how
 * finely it is known, in microseconds. "14:02:11", "Mar 30, 14:02", "Mar 30, 2024, 14:02". */
char *muri_time_words_moment (gint64 time, gint64 resolution, GTimeZone *zone);

/* "14:02 – 15:02", "Mar 30, 14:02 – 15:02", "Mar 30 – Apr 6". */
char *muri_time_words_range (gint64 from, gint64 to, GTimeZone *zone);

/* How long a range is: "6 h", "45 min", "1 week"; in one or two units. */
char *muri_time_words_span (gint64 span);

G_END_DECLS
