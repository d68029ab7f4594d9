/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MuriMeter: a figure with a bar behind it; for what has a true maximum.
 *
 * Properties: label (string), fraction (double, 0 to 1; NaN or below zero: no bar), xalign (float).
 */
#define MURI_TYPE_METER (muri_meter_get_type ())
G_DECLARE_FINAL_TYPE (MuriMeter, muri_meter, MURI, METER, GtkWidget)

GtkWidget *muri_meter_new (void);
void muri_meter_set (MuriMeter *self, const char *label, double fraction);

G_END_DECLS
