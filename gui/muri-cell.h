/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-column.h"

G_BEGIN_DECLS

/**
 * MuriCell: the text of one column of a VM or node.
 *
 * It draws the text itself and asks for the same size whatever the text is, so that a table whose
 * figures all change once a second is never laid out again. It follows its item while it is on the
 * screen only.
 */
#define MURI_TYPE_CELL (muri_cell_get_type ())
G_DECLARE_FINAL_TYPE (MuriCell, muri_cell, MURI, CELL, GtkWidget)

GtkWidget *muri_cell_new (MuriColumn column);
void muri_cell_set_item (MuriCell *cell, gpointer item);

MuriColumn muri_cell_get_column (MuriCell *cell);

/* Names the row that @child is in: "web-001, running, seoul-1". */
void muri_cell_label_row (GtkWidget *child, gpointer item);

G_END_DECLS
