/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Values as they are measured: a GArray of double. */
GArray *measure_new (void);
void measure_add (GArray *values, double value);

/* @q: 0 to 1. Sorts @values. */
double measure_quantile (GArray *values, double q);

/* A line for bench-core: the name and the value. */
void measure_print (const char *name, double value);

G_END_DECLS
