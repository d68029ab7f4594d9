/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-figure.h"
#include "muri.h"

G_BEGIN_DECLS

/* What a sample says, by MuriFigure, in the units of there. Unknown is always the same NaN, so
 * that two readings can be compared as bytes. */
void muri_figures_read_vm (const muri_v1_VmFigures *figures, float values[MURI_N_VM_FIGURES]);
void muri_figures_read_node (const muri_v1_NodeFigures *figures, float values[MURI_N_FIGURES]);
void muri_figures_forget (float *values, guint n);

G_END_DECLS
