/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-series.h"

struct _MuriSeries
{
  grefcount refs;
  guint n_figures;
  guint capacity;
  guint first;
  guint length;
  gint64 *times;
  float *values; /* a column a figure */
};

/**
 * muri_series_new:
 * @n_figures: figures of a sample, counted from 0
 * @capacity: how many samples to keep
 *
 * Returns: (transfer full): an empty series
 */
MuriSeries *
muri_series_new (guint n_figures, guint capacity)
{
  MuriSeries *series;

  g_return_val_if_fail (n_figures > 0 && capacity > 0, NULL);

  series = g_new0 (MuriSeries, 1);
  g_ref_count_init (&series->refs);
  series->n_figures = n_figures;
  series->capacity = capacity;
  series->times = g_new (gint64, capacity);
  series->values = g_new (float, (gsize)n_figures *capacity);
  return series;
}

/**
 * muri_series_ref:
 * @series: a series
 *
 * Returns: (transfer full): @series
 */
MuriSeries *
muri_series_ref (MuriSeries *series)
{
  g_ref_count_inc (&series->refs);
  return series;
}

/**
 * muri_series_unref:
 * @series: (transfer full): a series
 */
void
muri_series_unref (MuriSeries *series)
{
  if (!g_ref_count_dec (&series->refs))
    return;

  g_free (series->times);
  g_free (series->values);
  g_free (series);
}

static guint
slot (MuriSeries *series, guint index)
{
  guint at = series->first + index;

  return at < series->capacity ? at : at - series->capacity;
}

/**
 * muri_series_push:
 * @series: a series
 * @time: microseconds since the epoch, by the console's clock
 * @values: (array): a value for each figure; NaN where it is unknown
 *
 * Appends a sample; the oldest goes when the series is full. A sample that is not later than the
 * newest (the clock was set back) begins the series anew, so that times always ascend.
 */
void
muri_series_push (MuriSeries *series, gint64 time, const float *values)
{
  guint at;

  if (series->length > 0 && time <= muri_series_get_time (series, series->length - 1))
    series->length = 0;

  if (series->length < series->capacity)
    at = slot (series, series->length++);
  else
    {
      at = series->first;
      series->first = slot (series, 1);
    }

  series->times[at] = time;
  for (guint i = 0; i < series->n_figures; i++)
    series->values[(gsize)i * series->capacity + at] = values[i];
}

/**
 * muri_series_get_length:
 * @series: a series
 *
 * Returns: how many samples it holds
 */
guint
muri_series_get_length (MuriSeries *series)
{
  return series->length;
}

/**
 * muri_series_get_time:
 * @series: a series
 * @index: 0 is the oldest
 *
 * Returns: when that sample was taken, microseconds since the epoch
 */
gint64
muri_series_get_time (MuriSeries *series, guint index)
{
  g_return_val_if_fail (index < series->length, 0);

  return series->times[slot (series, index)];
}

/**
 * muri_series_get_value:
 * @series: a series
 * @index: 0 is the oldest
 * @figure: which figure
 *
 * Returns: its value in the unit of #MuriFigure, NaN when it is unknown
 */
float
muri_series_get_value (MuriSeries *series, guint index, MuriFigure figure)
{
  g_return_val_if_fail (index < series->length, 0);
  g_return_val_if_fail ((guint)figure < series->n_figures, 0);

  return series->values[(gsize)figure * series->capacity + slot (series, index)];
}

/**
 * muri_series_find:
 * @series: a series
 * @time: microseconds since the epoch
 *
 * Returns: the index of the newest sample not later than @time, or -1
 */
int
muri_series_find (MuriSeries *series, gint64 time)
{
  guint low = 0;
  guint high = series->length;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (muri_series_get_time (series, middle) <= time)
        low = middle + 1;
      else
        high = middle;
    }

  return (int)low - 1;
}
