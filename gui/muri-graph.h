/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-format.h"
#include "muri-graph-group.h"
#include "muri-graph-source.h"

G_BEGIN_DECLS

/**
 * MuriGraph: figures over the range of time of its group, with a header that reads them.
 *
 * The header says the figures under the crosshair of the group; without one those of now, or of a
 * range in the past what they were on average.
 */
#define MURI_TYPE_GRAPH (muri_graph_get_type ())
G_DECLARE_FINAL_TYPE (MuriGraph, muri_graph, MURI, GRAPH, GtkWidget)

GtkWidget *muri_graph_new (const char *title, MuriUnit unit, MuriGraphGroup *group);

/* A figure of the source's first part. @name: of the line, in the header; NULL when the title says
 * it all */
void muri_graph_add_line (MuriGraph *self, const char *name, MuriFigure figure);

/* One figure, and a line for each part of the source; or, stacked, an area. */
void muri_graph_set_parts (MuriGraph *self, MuriFigure figure, gboolean stacked);

/* Where the figures come from; NULL: nothing is known. */
void muri_graph_set_source (MuriGraph *self, MuriGraphSource *source);

/* Whose figures they are, for the names of files. */
void muri_graph_set_subject (MuriGraph *self, const char *subject);

/* The axis reaches at least this, as total memory; and figures are read as "0.6 / 1 GiB". */
void muri_graph_set_total (MuriGraph *self, double total);

G_END_DECLS
