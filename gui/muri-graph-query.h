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

/* Asks for @figures (a bit each) of all @parts (of MuriGraphPart) between @from and @to. */
void muri_graph_query_async (MuriHistory *history, GPtrArray *parts, guint64 figures, gint64 from,
                             gint64 to, guint slots, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);

/* (element-type MuriGraphTraces) (transfer full): as many as there were parts */
GPtrArray *muri_graph_query_finish (GAsyncResult *result, GError **error);

/* The trace of a track; of one that is known by the second, only what is known. */
MuriGraphTrace *muri_graph_trace_new_from_track (MuriTrack *track);

G_END_DECLS
