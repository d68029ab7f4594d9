/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-sum.h"

#include <math.h>

#include "muri-graph-trace.h"

/* The past of more than these is not added up: the sum begins when somebody looks. */
#define PAST_MAX 200

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
  if (sum->cpus == 0)
    return;
  sum->values[MURI_FIGURE_LOAD1] = sum->values[MURI_FIGURE_CPU];
  sum->values[MURI_FIGURE_CPU] /= sum->cpus;
}

static double
figure_of (gpointer item, MuriFigure figure)
{
  return MURI_IS_VM (item) ? muri_vm_get_figure (item, figure)
                           : muri_node_get_figure (item, figure);
}

static guint
cpus_of (gpointer item)
{
  return MURI_IS_VM (item) ? muri_vm_get_facts (item)->vcpus : muri_node_get_facts (item)->cpus;
}

static double
memory_of (gpointer item)
{
  return 1024.0
         * (double)(MURI_IS_VM (item) ? muri_vm_get_facts (item)->memory
                                      : muri_node_get_facts (item)->memory);
}

static gboolean
is_up (gpointer item)
{
  if (MURI_IS_VM (item))
    return muri_vm_is_known (item) && muri_vm_get_state (item) == MURI_VM_STATE_RUNNING;
  return muri_node_get_state (item) == MURI_NODE_UP;
}

void
muri_fleet_sum_now (GListModel *items, MuriFleetSum *result)
{
  guint n = g_list_model_get_n_items (items);
  Sum sum;

  clear (&sum);
  *result = (MuriFleetSum){ .n_items = n };
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (items, i);

      if (is_up (item))
        result->n_up++;
      for (guint j = 0; j < G_N_ELEMENTS (summed); j++)
        add (&sum, summed[j], figure_of (item, summed[j]), cpus_of (item));
      if (isfinite (figure_of (item, MURI_FIGURE_MEMORY)))
        {
          result->n_memory++;
          result->memory += memory_of (item);
        }
    }
  finish (&sum);
  memcpy (result->values, sum.values, sizeof result->values);
}

static void
add_past (Sum *sum, gpointer item, gint64 time)
{
  MuriSeries *series = MURI_IS_VM (item) ? muri_vm_get_series (item) : muri_node_get_series (item);
  int at = series ? muri_series_find (series, time) : -1;

  if (at < 0 || time - muri_series_get_time (series, at) > MURI_GRAPH_GAP)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (summed); i++)
    add (sum, summed[i], muri_series_get_value (series, at, summed[i]), cpus_of (item));
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
muri_fleet_sum_series (GListModel *items, gint64 now, guint seconds)
{
  guint n = g_list_model_get_n_items (items);
  MuriSeries *series = muri_series_new (MURI_N_FIGURES, seconds);

  for (guint i = n <= PAST_MAX ? seconds : 0; i > 0; i--)
    {
      gint64 time = now - i * G_TIME_SPAN_SECOND;
      Sum sum;

      clear (&sum);
      for (guint j = 0; j < n; j++)
        {
          g_autoptr (GObject) item = g_list_model_get_item (items, j);

          add_past (&sum, item, time);
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
