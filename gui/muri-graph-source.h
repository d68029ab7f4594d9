/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-graph-group.h"
#include "muri-graph-part.h"
#include "muri-graph-trace.h"

G_BEGIN_DECLS

/**
 * MuriGraphSource: what graphs draw: parts, and of each part figures over the group's range of
 * time, from history, and the last minutes as they come in.
 *
 * It asks while a graph of the group is on the screen, and shows what it has until it has better.
 *
 * Signal "changed": there is something new to draw, other than that live figures came.
 */
#define MURI_TYPE_GRAPH_SOURCE (muri_graph_source_get_type ())
G_DECLARE_FINAL_TYPE (MuriGraphSource, muri_graph_source, MURI, GRAPH_SOURCE, GObject)

MuriGraphSource *muri_graph_source_new (MuriGraphGroup *group);

/* The parts of another page, or of nothing. @history: (nullable): only the last minutes;
 * @parts: (nullable) (element-type MuriGraphPart) */
void muri_graph_source_set (MuriGraphSource *self, MuriHistory *history, GPtrArray *parts);

/* As that, of one part. @part: (transfer full) */
void muri_graph_source_set_one (MuriGraphSource *self, MuriHistory *history, MuriGraphPart *part);

/* A graph needs this figure, in so many slots. */
void muri_graph_source_want (MuriGraphSource *self, MuriFigure figure);
void muri_graph_source_want_slots (MuriGraphSource *self, guint slots);

/* A graph came to the screen. */
void muri_graph_source_wake (MuriGraphSource *self);

guint muri_graph_source_get_n_parts (MuriGraphSource *self);
const char *muri_graph_source_get_name (MuriGraphSource *self, guint part);

/* What it is now, NaN when that is not known. */
double muri_graph_source_get_now (MuriGraphSource *self, guint part, MuriFigure figure);

/* (transfer full): never NULL, but maybe without points */
MuriGraphTrace *muri_graph_source_get_trace (MuriGraphSource *self, guint part, MuriFigure figure);

G_END_DECLS
