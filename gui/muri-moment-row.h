/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "muri-vm.h"

G_BEGIN_DECLS

/* MuriMomentRow: what a VM did at a moment. Immutable. */
#define MURI_TYPE_MOMENT_ROW (muri_moment_row_get_type ())
G_DECLARE_FINAL_TYPE (MuriMomentRow, muri_moment_row, MURI, MOMENT_ROW, GObject)

/* @values: by figure, NaN where unknown */
MuriMomentRow *muri_moment_row_new (MuriVm *vm, const double values[MURI_N_VM_FIGURES]);

MuriVm *muri_moment_row_get_vm (MuriMomentRow *row);
double muri_moment_row_get_value (MuriMomentRow *row, MuriFigure figure);

/* Of a VM that was off then there is nothing. */
gboolean muri_moment_row_is_known (MuriMomentRow *row);

G_END_DECLS
