/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-sum.h"

#include <math.h>

#include "muri-graph-draw.h"

/* What makes sense as a sum; CPU is weighed by processors. */
static const MuriFigure summed[] = {
  MURI_FIGURE_CPU,        MURI_FIGURE_MEMORY, MURI_FIGURE_DISK_READ,
  MURI_FIGURE_DISK_WRITE, MURI_FIGURE_NET_RX, MURI_FIGURE_NET_TX,
};

typedef struct
{
  double values[MURI_N_FIGURES];
  double cpus;
} Sum;

static void
clear (Sum *sum)
{
  sum->cpus = 0;
  for (guint i = 0; i < MURI_N_FIGURES; i++)
    sum->values[i] = NAN;
}

static void
add (Sum *sum, MuriFigure figure, double value, guint cpus)
{
  if (!isfinite (value))
    return;
  if (figure == MURI_FIGURE_CPU)
    {
      value *= MAX (cpus, 1);
      sum->cpus += MAX (cpus, 1);
    }
  if (isnan (sum->values[figure]))
    sum->values[figure] = 0;
  sum->values[figure] += value;
}

static void
finish (Sum *sum)
{
  if (sum->cpus > 0)
    sum->values[MURI_FIGURE_CPU] /= sum->cpus;
}

void
muri_fleet_sum_now (MuriFleet *fleet, MuriFleetSum *result)
{
  GListModel *nodes = muri_fleet_get_nodes (fleet);
  Sum sum;

  clear (&sum);
  *result = (MuriFleetSum){ .n_hosts = g_list_model_get_n_items (nodes) };
  for (guint i = 0; i < result->n_hosts; i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);
      const muri_v1_Node *facts = muri_node_get_facts (node);

      if (muri_node_get_state (node) == MURI_NODE_UP)
        result->n_up++;
      for (guint j = 0; j < G_N_ELEMENTS (summed); j++)
        add (&sum, summed[j], muri_node_get_figure (node, summed[j]), facts->cpus);
      if (isfinite (muri_node_get_figure (node, MURI_FIGURE_MEMORY)))
        {
          result->n_memory++;
          result->memory += facts->memory * 1024.0;
        }
    }
  finish (&sum);
  memcpy (result->values, sum.values, sizeof result->values);
}

static void
add_past (Sum *sum, MuriNode *node, gint64 time)
{
  MuriSeries *series = muri_node_get_series (node);
  int at = series ? muri_series_find (series, time) : -1;

  if (at < 0 || time - muri_series_get_time (series, at) > MURI_GRAPH_GAP)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (summed); i++)
    add (sum, summed[i], muri_series_get_value (series, at, summed[i]),
         muri_node_get_facts (node)->cpus);
}

static void
push (MuriSeries *series, gint64 time, const double *values)
{
  float row[MURI_N_FIGURES];

  for (guint i = 0; i < MURI_N_FIGURES; i++)
    row[i] = (float)values[i];
  muri_series_push (series, time, row);
}

MuriSeries *
muri_fleet_sum_series (MuriFleet *fleet, gint64 now, guint seconds)
{
  GListModel *nodes = muri_fleet_get_nodes (fleet);
  guint n_nodes = g_list_model_get_n_items (nodes);
  MuriSeries *series = muri_series_new (MURI_N_FIGURES, seconds);

  for (guint i = seconds; i > 0; i--)
    {
      gint64 time = now - i * G_TIME_SPAN_SECOND;
      Sum sum;

      clear (&sum);
      for (guint j = 0; j < n_nodes; j++)
        {
          g_autoptr (MuriNode) node = g_list_model_get_item (nodes, j);

          add_past (&sum, node, time);
        }
      finish (&sum);
      push (series, time, sum.values);
    }
  return series;
}

void
muri_fleet_sum_push (MuriSeries *series, gint64 now, const MuriFleetSum *sum)
{
  push (series, now, sum->values);
}
