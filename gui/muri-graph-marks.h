/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-graph-picture.h"
#include "muri-scope.h"

G_BEGIN_DECLS

/**
 * MuriGraphMarks: what happened to a scope, or to several, as marks on the axes of graphs: events
 * and operations.
 *
 * Of many VMs only what is a warning or worse, and what people did.
 *
 * Signal "changed".
 */
#define MURI_TYPE_GRAPH_MARKS (muri_graph_marks_get_type ())
G_DECLARE_FINAL_TYPE (MuriGraphMarks, muri_graph_marks, MURI, GRAPH_MARKS, GObject)

MuriGraphMarks *muri_graph_marks_new (void);

/* NULL: of nothing any more. */
void muri_graph_marks_watch (MuriGraphMarks *self, MuriScope *scope);

/* @scopes: (element-type MuriScope): of one fleet */
void muri_graph_marks_watch_all (MuriGraphMarks *self, GPtrArray *scopes);

/* Appends those between @from and @to to @marks (of MuriGraphMark), in ascending order. */
void muri_graph_marks_list (MuriGraphMarks *self, gint64 from, gint64 to, GArray *marks);

/* (element-type GObject) (transfer container): the MuriEvents and MuriOperations between @from and
 * @to, both included, in ascending order. */
GPtrArray *muri_graph_marks_find (MuriGraphMarks *self, gint64 from, gint64 to);

G_END_DECLS
