/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-trace.h"

#include <math.h>

struct _MuriGraphTrace
{
  gint64 span;
  gint64 gap;
  guint n_points;
  MuriGraphPoint points[];
};

static MuriGraphTrace *
allocate (gint64 span, gint64 gap, guint n_points)
{
  MuriGraphTrace *trace =
      g_atomic_rc_box_alloc (sizeof *trace + n_points * sizeof (MuriGraphPoint));

  trace->span = span;
  trace->gap = gap;
  trace->n_points = n_points;
  return trace;
}

MuriGraphTrace *
muri_graph_trace_new (gint64 span, gint64 gap, const MuriGraphPoint *points, guint n_points)
{
  MuriGraphTrace *trace = allocate (span, gap, n_points);

  if (n_points > 0)
    memcpy (trace->points, points, n_points * sizeof *points);
  return trace;
}

MuriGraphTrace *
muri_graph_trace_ref (MuriGraphTrace *trace)
{
  return g_atomic_rc_box_acquire (trace);
}

void
muri_graph_trace_unref (MuriGraphTrace *trace)
{
  g_atomic_rc_box_release (trace);
}

MuriGraphTrace *
muri_graph_trace_new_from_series (MuriSeries *series, MuriFigure figure, gint64 from, gint64 to)
{
  guint first = series ? (guint)MAX (muri_series_find (series, from), 0) : 0;
  guint end = series ? (guint)(muri_series_find (series, to) + 1) : 0;
  MuriGraphTrace *trace = allocate (0, MURI_GRAPH_GAP, end > first ? end - first : 0);

  for (guint i = 0; i < trace->n_points; i++)
    {
      float value = muri_series_get_value (series, first + i, figure);

      trace->points[i] =
          (MuriGraphPoint){ muri_series_get_time (series, first + i), value, value, value };
    }
  return trace;
}

const MuriGraphPoint *
muri_graph_trace_get_points (MuriGraphTrace *trace, guint *n_points)
{
  *n_points = trace->n_points;
  return trace->points;
}

gint64
muri_graph_trace_get_span (MuriGraphTrace *trace)
{
  return trace->span;
}

gint64
muri_graph_trace_get_gap (MuriGraphTrace *trace)
{
  return trace->gap;
}

gboolean
muri_graph_trace_joins (MuriGraphTrace *trace, guint index)
{
  const MuriGraphPoint *point = &trace->points[index];

  return index + 1 < trace->n_points && isfinite (point[0].average) && isfinite (point[1].average)
         && point[1].time - point[0].time <= trace->gap;
}

/* The last point that begins not later than @time, or -1. */
static int
find_before (MuriGraphTrace *trace, gint64 time)
{
  guint low = 0, high = trace->n_points;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (trace->points[middle].time <= time)
        low = middle + 1;
      else
        high = middle;
    }
  return (int)low - 1;
}

int
muri_graph_trace_find (MuriGraphTrace *trace, gint64 time)
{
  int i = find_before (trace, time);

  if (i < 0 || time - trace->points[i].time > trace->gap)
    return -1;
  return i;
}

MuriGraphPoint
muri_graph_trace_sum_up (MuriGraphTrace *trace, gint64 from, gint64 to)
{
  MuriGraphPoint all = { from, NAN, NAN, NAN };
  double sum = 0;
  guint n = 0;

  for (guint i = 0; i < trace->n_points; i++)
    {
      const MuriGraphPoint *point = &trace->points[i];

      if (point->time + trace->span < from || point->time >= to || !isfinite (point->average))
        continue;
      all.min = fminf (all.min, point->min);
      all.max = fmaxf (all.max, point->max);
      sum += (double)point->average;
      n++;
    }
  if (n > 0)
    all.average = (float)(sum / n);
  return all;
}

MuriGraphTrace *
muri_graph_trace_join (MuriGraphTrace *older, MuriGraphTrace *newer)
{
  guint n = older->n_points;
  MuriGraphTrace *trace;

  while (n > 0 && newer->n_points > 0 && older->points[n - 1].time >= newer->points[0].time)
    n--;
  trace =
      allocate (MAX (older->span, newer->span), MAX (older->gap, newer->gap), n + newer->n_points);
  memcpy (trace->points, older->points, n * sizeof (MuriGraphPoint));
  memcpy (trace->points + n, newer->points, newer->n_points * sizeof (MuriGraphPoint));
  return trace;
}

/* One column being filled. */
typedef struct
{
  MuriGraphPoint point;
  double sum;
  guint n;
} Column;

static void
add_to_column (Column *column, const MuriGraphPoint *point)
{
  if (!isfinite (point->average))
    return;
  column->point.min = fminf (column->point.min, point->min);
  column->point.max = fmaxf (column->point.max, point->max);
  column->sum += (double)point->average;
  column->n++;
  column->point.average = (float)(column->sum / column->n);
}

MuriGraphTrace *
muri_graph_trace_reduce (MuriGraphTrace *trace, gint64 from, gint64 to, guint columns)
{
  double width = (double)(to - from) / MAX (columns, 1);
  MuriGraphTrace *reduced;
  Column column = { { 0, NAN, NAN, NAN }, 0, 0 };
  gint64 current = G_MININT64;
  guint n = 0;

  /* Where points come one a column or so, some columns would stay empty by chance. */
  if (trace->n_points < 2 * columns || columns == 0)
    return muri_graph_trace_ref (trace);

  reduced = allocate ((gint64)width, (gint64)(width * 1.5), trace->n_points);
  for (guint i = 0; i < trace->n_points; i++)
    {
      double middle = (double)(trace->points[i].time - from) + (double)trace->span / 2;
      gint64 index = (gint64)floor (middle / width);

      if (index != current)
        {
          if (current != G_MININT64)
            reduced->points[n++] = column.point;
          current = index;
          column = (Column){ { from + (gint64)((double)index * width), NAN, NAN, NAN }, 0, 0 };
        }
      add_to_column (&column, &trace->points[i]);
    }
  if (current != G_MININT64)
    reduced->points[n++] = column.point;
  reduced->n_points = n;
  return reduced;
}

static gint64
next_time (MuriGraphTrace **traces, const guint *at, guint n)
{
  gint64 time = G_MAXINT64;

  for (guint i = 0; i < n; i++)
    if (at[i] < traces[i]->n_points)
      time = MIN (time, traces[i]->points[at[i]].time);
  return time;
}

static void
add_known (MuriGraphPoint *sum, const MuriGraphPoint *point)
{
  if (!isfinite (point->average))
    return;
  if (!isfinite (sum->average))
    {
      sum->min = point->min;
      sum->average = point->average;
      sum->max = point->max;
      return;
    }
  sum->min += point->min;
  sum->average += point->average;
  sum->max += point->max;
}

GPtrArray *
muri_graph_trace_stack (MuriGraphTrace **traces, guint n_traces)
{
  GPtrArray *stack = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_graph_trace_unref);
  g_autofree guint *at = g_new0 (guint, n_traces + 1);
  guint longest = 0, n = 0;
  gint64 time;

  for (guint i = 0; i < n_traces; i++)
    longest += traces[i]->n_points;
  for (guint i = 0; i < n_traces; i++)
    g_ptr_array_add (stack, allocate (traces[i]->span, traces[i]->gap, longest));
  while ((time = next_time (traces, at, n_traces)) < G_MAXINT64)
    {
      MuriGraphPoint sum = { time, NAN, NAN, NAN };

      for (guint i = 0; i < n_traces; i++)
        {
          if (at[i] < traces[i]->n_points && traces[i]->points[at[i]].time == time)
            add_known (&sum, &traces[i]->points[at[i]++]);
          ((MuriGraphTrace *)stack->pdata[i])->points[n] = sum;
        }
      n++;
    }
  for (guint i = 0; i < n_traces; i++)
    ((MuriGraphTrace *)stack->pdata[i])->n_points = n;
  return stack;
}
