/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * MuriPropertyRow: a name and its value, of a host or a VM. Without a value it is not there.
 *
 * Properties: value (string), copyable (gboolean: a button copies the value).
 */
#define MURI_TYPE_PROPERTY_ROW (muri_property_row_get_type ())
G_DECLARE_FINAL_TYPE (MuriPropertyRow, muri_property_row, MURI, PROPERTY_ROW, AdwPreferencesRow)

GtkWidget *muri_property_row_new (const char *title, const char *value, gboolean copyable);
void muri_property_row_set_value (MuriPropertyRow *self, const char *value);

/* Takes @value. */
void muri_property_row_take_value (MuriPropertyRow *self, char *value);

G_END_DECLS
