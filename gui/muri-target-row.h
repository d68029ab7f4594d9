/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriTargetRow: one target of an operation: its outcome, time and reason. */
#define MURI_TYPE_TARGET_ROW (muri_target_row_get_type ())
G_DECLARE_FINAL_TYPE (MuriTargetRow, muri_target_row, MURI, TARGET_ROW, GtkWidget)

GtkWidget *muri_target_row_new (void);

/* @target: (nullable): followed until another is set */
void muri_target_row_set_target (MuriTargetRow *self, MuriTarget *target);

G_END_DECLS
