/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A moment of the time axis with its label. */
typedef struct
{
  gint64 time; /* microseconds since the epoch */
  char *label;
} MuriGraphTick;

/* How wide a text is, in the unit of the axis' width. */
typedef double (*MuriGraphMeasure) (const char *text, gpointer user_data);

/**
 * muri_graph_ticks_new: round moments of @zone between @start and @end, as close to one another as
 * their labels have room on @width. An hour that a clock repeats has two ticks, one that it skips
 * has none.
 *
 * Returns: (element-type MuriGraphTick) (transfer full): in ascending order
 */
GArray *muri_graph_ticks_new (gint64 start, gint64 end, double width, GTimeZone *zone,
                              MuriGraphMeasure measure, gpointer user_data);

G_END_DECLS
