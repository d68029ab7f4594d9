/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriOperationSummary: an operation in a row: what, who and when, how far, with what outcomes.
 *
 * Property: operation (MuriOperation, nullable), followed while it is on the screen.
 */
#define MURI_TYPE_OPERATION_SUMMARY (muri_operation_summary_get_type ())
G_DECLARE_FINAL_TYPE (MuriOperationSummary, muri_operation_summary, MURI, OPERATION_SUMMARY,
                      GtkWidget)

GtkWidget *muri_operation_summary_new (void);
void muri_operation_summary_set_operation (MuriOperationSummary *self, MuriOperation *operation);
MuriOperation *muri_operation_summary_get_operation (MuriOperationSummary *self);

G_END_DECLS
