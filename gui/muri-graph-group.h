/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-graph-marks.h"
#include "muri-time-range.h"

G_BEGIN_DECLS

/**
 * MuriGraphGroup: what the graphs of a page have in common: their clock, the span of time that they
 * show, their crosshair, and the marks on their axes.
 *
 * Properties: crosshair (gint64, microseconds since the epoch; 0: none, figures are of now), range
 * (MuriTimeRange).
 * Signal "tick": it is time to draw; at most once a second, and only while a graph is held.
 */
#define MURI_TYPE_GRAPH_GROUP (muri_graph_group_get_type ())
G_DECLARE_FINAL_TYPE (MuriGraphGroup, muri_graph_group, MURI, GRAPH_GROUP, GObject)

MuriGraphGroup *muri_graph_group_new (void);

/* There are new figures. */
void muri_graph_group_touch (MuriGraphGroup *self);

/* When it ticked last; the right edge of all graphs while they follow. */
gint64 muri_graph_group_get_now (MuriGraphGroup *self);

/* Never NULL. */
MuriTimeRange *muri_graph_group_get_range (MuriGraphGroup *self);
void muri_graph_group_set_range (MuriGraphGroup *self, MuriTimeRange *range);
MuriGraphMarks *muri_graph_group_get_marks (MuriGraphGroup *self);

/* Whether a click pins its moment: so by default. */
gboolean muri_graph_group_get_pins (MuriGraphGroup *self);
void muri_graph_group_set_pins (MuriGraphGroup *self, gboolean pins);

gint64 muri_graph_group_get_crosshair (MuriGraphGroup *self);
void muri_graph_group_set_crosshair (MuriGraphGroup *self, gint64 time);

/* Ticks only come while something holds the group: a mapped graph does. */
gboolean muri_graph_group_is_held (MuriGraphGroup *self);
void muri_graph_group_hold (MuriGraphGroup *self);
void muri_graph_group_release (MuriGraphGroup *self);

G_END_DECLS
