/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-graph-group.h"
#include "muri-graph-trace.h"

G_BEGIN_DECLS

/**
 * MuriGraphSource: what graphs draw: parts, and of each part figures over the group's range of
 * time.
 *
 * Signal "changed": there is something new to draw, other than that live figures came.
 */
#define MURI_TYPE_GRAPH_SOURCE (muri_graph_source_get_type ())
G_DECLARE_FINAL_TYPE (MuriGraphSource, muri_graph_source, MURI, GRAPH_SOURCE, GObject)

MuriGraphSource *muri_graph_source_new (MuriGraphGroup *group);

void muri_graph_source_clear (MuriGraphSource *self);

/* @name: (nullable): of the part, where there are several; @live: (nullable): its last minutes */
void muri_graph_source_add (MuriGraphSource *self, const char *name, MuriSeries *live);

guint muri_graph_source_get_n_parts (MuriGraphSource *self);
const char *muri_graph_source_get_name (MuriGraphSource *self, guint part);

/* (transfer full): never NULL, but maybe without points */
MuriGraphTrace *muri_graph_source_get_trace (MuriGraphSource *self, guint part, MuriFigure figure);

G_END_DECLS
