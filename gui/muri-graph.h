/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-format.h"
#include "muri-graph-group.h"
#include "muri-series.h"

G_BEGIN_DECLS

/**
 * MuriGraph: the last five minutes of a few figures, with a header that reads them.
 *
 * The header says the figures of now, or those under the crosshair of the group.
 */
#define MURI_TYPE_GRAPH (muri_graph_get_type ())
G_DECLARE_FINAL_TYPE (MuriGraph, muri_graph, MURI, GRAPH, GtkWidget)

GtkWidget *muri_graph_new (const char *title, MuriUnit unit, MuriGraphGroup *group);

/* @name: of the line, in the header; NULL when the title says it all */
void muri_graph_add_line (MuriGraph *self, const char *name, MuriFigure figure);

/* Where the figures come from; NULL: nothing is known. */
void muri_graph_set_series (MuriGraph *self, MuriSeries *series);

/* The axis reaches at least this, as total memory; and figures are read as "0.6 / 1 GiB". */
void muri_graph_set_total (MuriGraph *self, double total);

G_END_DECLS
