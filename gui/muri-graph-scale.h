/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-format.h"

G_BEGIN_DECLS

/**
 * MuriGraphScale: the vertical axis of a graph: rules at 0, @step, … @n_steps times @step.
 */
typedef struct
{
  MuriUnit unit;
  double step;
  guint n_steps;
} MuriGraphScale;

/* @peak: the largest known value, NaN for none; @floor: the top is never lower than this */
void muri_graph_scale_fit (MuriGraphScale *scale, MuriUnit unit, double peak, double floor);
double muri_graph_scale_get_max (const MuriGraphScale *scale);
char *muri_graph_scale_get_label (const MuriGraphScale *scale, guint rule);

G_END_DECLS
