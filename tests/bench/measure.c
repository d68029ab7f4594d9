/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure.h"

#include <math.h>
#include <stdio.h>

GArray *
measure_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (double));
}

void
measure_add (GArray *values, double value)
{
  g_array_append_val (values, value);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a;
  double y = *(const double *)b;

  return x < y ? -1 : x > y;
}

double
measure_quantile (GArray *values, double q)
{
  gsize rank = (gsize)ceil (q * values->len);

  g_assert (values->len > 0);
  g_array_sort (values, compare);
  return g_array_index (values, double, rank > 0 ? rank - 1 : 0);
}

void
measure_print (const char *name, double value)
{
  printf ("figure\t%s\t%.6g\n", name, value);
  fflush (stdout);
}
