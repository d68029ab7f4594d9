/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MuriGraphGroup: what the graphs of a page have in common: their clock and their crosshair.
 *
 * Property: crosshair (gint64, microseconds since the epoch; 0: none, figures are of now).
 * Signal "tick": it is time to draw; at most once a second, and only while a graph is held.
 */
#define MURI_TYPE_GRAPH_GROUP (muri_graph_group_get_type ())
G_DECLARE_FINAL_TYPE (MuriGraphGroup, muri_graph_group, MURI, GRAPH_GROUP, GObject)

MuriGraphGroup *muri_graph_group_new (void);

/* There are new figures. */
void muri_graph_group_touch (MuriGraphGroup *self);

/* The right edge of all graphs. */
gint64 muri_graph_group_get_now (MuriGraphGroup *self);

gint64 muri_graph_group_get_crosshair (MuriGraphGroup *self);
void muri_graph_group_set_crosshair (MuriGraphGroup *self, gint64 time);

/* Ticks only come while something holds the group: a mapped graph does. */
void muri_graph_group_hold (MuriGraphGroup *self);
void muri_graph_group_release (MuriGraphGroup *self);

G_END_DECLS
