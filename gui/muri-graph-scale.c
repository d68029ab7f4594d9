/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-scale.h"

#include <math.h>

/* Below these a graph would show noise as mountains. */
static double
least_top (MuriUnit unit)
{
  switch (unit)
    {
    case MURI_UNIT_BYTES:
      return 1024 * 1024;
    case MURI_UNIT_RATE:
      return 10e3;
    case MURI_UNIT_SECONDS:
      return 1e-3;
    case MURI_UNIT_REQUESTS:
      return 10;
    case MURI_UNIT_SHARE:
    case MURI_UNIT_LOAD:
    default:
      return 1;
    }
}

/* The smallest round step of which two or three reach @top: 1, 2 or 5 times a power of ten. */
static double
decimal_step (double top)
{
  double power = pow (10, floor (log10 (top)));
  double lead = top / power;

  if (lead > 6)
    return 5 * power;
  if (lead > 3)
    return 2 * power;
  if (lead > 1.5)
    return power;
  return power / 2;
}

static double
binary_step (double top)
{
  double power = exp2 (floor (log2 (top)));

  return top > 1.5 * power ? power : power / 2;
}

void
muri_graph_scale_fit (MuriGraphScale *scale, MuriUnit unit, double peak, double floor)
{
  double top = MAX (least_top (unit), isfinite (floor) ? floor : 0);

  scale->unit = unit;
  if (unit == MURI_UNIT_SHARE)
    {
      scale->step = 0.5;
      scale->n_steps = 2;
      return;
    }
  if (isfinite (peak))
    top = MAX (top, peak);
  scale->step = unit == MURI_UNIT_BYTES ? binary_step (top) : decimal_step (top);
  /* A hair above a rule is not worth a rule more. */
  scale->n_steps = MAX (1, (guint)ceil (top / scale->step - 1e-9));
}

double
muri_graph_scale_get_max (const MuriGraphScale *scale)
{
  return scale->step * scale->n_steps;
}

char *
muri_graph_scale_get_label (const MuriGraphScale *scale, guint rule)
{
  return muri_format_rule (scale->unit, scale->step * rule);
}
