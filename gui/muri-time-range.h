/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define MURI_TIME_RANGE_MIN (10 * G_TIME_SPAN_SECOND)
#define MURI_TIME_RANGE_MAX (2 * 366 * G_TIME_SPAN_DAY)

/* The spans that are offered, from the shortest to the longest. */
#define MURI_TIME_RANGE_PRESETS 7
extern const gint64 muri_time_range_presets[MURI_TIME_RANGE_PRESETS];

/* "5min", "1h", "6h", "1d", "1w", "1m", "1y"; 0: there is no such one */
gint64 muri_time_range_span_from_name (const char *name);

/**
 * MuriTimeRange: the span of time that the graphs of a page show.
 *
 * While it follows, its end is now; time passes by muri_time_range_set_now(). It never reaches
 * beyond now. All times are microseconds since the epoch.
 *
 * A moment of it can be pinned: that is what is looked at until it is let go.
 *
 * Properties: following (gboolean), span (gint64), pin (gint64; 0: no moment is pinned).
 * Signal "changed": somebody chose another range; that time passes is no change.
 */
#define MURI_TYPE_TIME_RANGE (muri_time_range_get_type ())
G_DECLARE_FINAL_TYPE (MuriTimeRange, muri_time_range, MURI, TIME_RANGE, GObject)

MuriTimeRange *muri_time_range_new (gint64 now);

gint64 muri_time_range_get_from (MuriTimeRange *self);
gint64 muri_time_range_get_to (MuriTimeRange *self);
gint64 muri_time_range_get_span (MuriTimeRange *self);
gboolean muri_time_range_is_following (MuriTimeRange *self);

void muri_time_range_set_now (MuriTimeRange *self, gint64 now);

/* So long, about what is in the middle; following goes on. */
void muri_time_range_set_span (MuriTimeRange *self, gint64 span);
void muri_time_range_set (MuriTimeRange *self, gint64 from, gint64 to);

/* @factor times as long, and @at stays where it is. */
void muri_time_range_zoom (MuriTimeRange *self, gint64 at, double factor);
gboolean muri_time_range_can_zoom (MuriTimeRange *self, double factor);

/* Later by @by; at now it begins to follow. */
void muri_time_range_pan (MuriTimeRange *self, gint64 by);
void muri_time_range_follow (MuriTimeRange *self);

gint64 muri_time_range_get_pin (MuriTimeRange *self);
void muri_time_range_set_pin (MuriTimeRange *self, gint64 pin);

G_END_DECLS
