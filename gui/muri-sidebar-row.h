/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriSidebarRow: what a row of the sidebar shows: shape, name, age and count.
 */
#define MURI_TYPE_SIDEBAR_ROW (muri_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (MuriSidebarRow, muri_sidebar_row, MURI, SIDEBAR_ROW, GtkWidget)

GtkWidget *muri_sidebar_row_new (MuriAlarms *alarms);
void muri_sidebar_row_set_item (MuriSidebarRow *row, gpointer item);

/* What letting go here would do, in place of its name; or why it cannot be. NULL: the name. */
void muri_sidebar_row_set_hint (MuriSidebarRow *row, const char *text, gboolean allowed);

G_END_DECLS
