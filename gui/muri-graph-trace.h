/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-series.h"

G_BEGIN_DECLS

/* Live samples that are further apart than this (microseconds) have a gap between them. They come
 * once a second, and now and then one is lost. */
#define MURI_GRAPH_GAP (3500 * G_TIME_SPAN_MILLISECOND)

/* A slot of time and what was measured in it; NaN: nothing is known of it. */
typedef struct
{
  gint64 time; /* where it begins, microseconds since the epoch */
  float min;
  float average;
  float max;
} MuriGraphPoint;

/**
 * MuriGraphTrace: a figure over time, as a graph draws it: points in ascending order.
 *
 * Immutable and safe to read on any thread.
 */
typedef struct _MuriGraphTrace MuriGraphTrace;

/* @span: how long a point stands for, 0: it was measured in a moment; @gap: points of which the
 * second begins later than this after the first have a gap between them. Both microseconds. */
MuriGraphTrace *
muri_graph_trace_new (gint64 span, gint64 gap, const MuriGraphPoint *points, guint n_points);
MuriGraphTrace *muri_graph_trace_ref (MuriGraphTrace *trace);
void muri_graph_trace_unref (MuriGraphTrace *trace);

/* What @series has between these two, and one sample before; empty for NULL. */
MuriGraphTrace *
muri_graph_trace_new_from_series (MuriSeries *series, MuriFigure figure, gint64 from, gint64 to);

const MuriGraphPoint *muri_graph_trace_get_points (MuriGraphTrace *trace, guint *n_points);
gint64 muri_graph_trace_get_span (MuriGraphTrace *trace);
gint64 muri_graph_trace_get_gap (MuriGraphTrace *trace);

/* Whether a line goes from the point @index to the next. */
gboolean muri_graph_trace_joins (MuriGraphTrace *trace, guint index);

/* The point that speaks for @time, or -1. */
int muri_graph_trace_find (MuriGraphTrace *trace, gint64 time);

/* Between @from and @to: the least, the average and the largest known; NaN where there is none. */
MuriGraphPoint muri_graph_trace_sum_up (MuriGraphTrace *trace, gint64 from, gint64 to);

/* @newer from its first point on, and before that @older. */
MuriGraphTrace *muri_graph_trace_join (MuriGraphTrace *older, MuriGraphTrace *newer);

/* At most one point a column, where there are two or more a column: none of the peaks is lost. */
MuriGraphTrace *
muri_graph_trace_reduce (MuriGraphTrace *trace, gint64 from, gint64 to, guint columns);

/* The nth is the sum of the first n of @traces, at the points of all; what is not known adds
 * nothing, and where nothing is known nothing is. Their spans must be the same. */
GPtrArray *muri_graph_trace_stack (MuriGraphTrace **traces, guint n_traces);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriGraphTrace, muri_graph_trace_unref)

G_END_DECLS
