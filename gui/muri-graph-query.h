/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-graph-part.h"
#include "muri-graph-trace.h"

G_BEGIN_DECLS

/* Traces by figure, NULL where one was not asked for. */
typedef struct
{
  MuriGraphTrace *traces[MURI_N_FIGURES];
} MuriGraphTraces;

/* @known: (element-type MuriGraphTraces): what there is of all parts before the whole answer; kept
 * by whoever holds a reference, and then it is made better until the answer comes. */
typedef void (*MuriGraphKnownFunc) (GPtrArray *known, gpointer user_data);

/* Asks for @figures (a bit each) of all @parts (of MuriGraphPart) between @from and @to. @func gets
 * the same @user_data as @callback. */
void
muri_graph_query_async (MuriHistory *history, GPtrArray *parts, guint64 figures, gint64 from,
                        gint64 to, guint slots, MuriGraphKnownFunc func, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data);

/* (element-type MuriGraphTraces) (transfer full): as many as there were parts */
GPtrArray *muri_graph_query_finish (GAsyncResult *result, GError **error);

/* The trace of a track; of one that is known by the second, only what is known. */
MuriGraphTrace *muri_graph_trace_new_from_track (MuriTrack *track);

G_END_DECLS
