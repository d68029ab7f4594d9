/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MuriColumnLayout: children in columns of one width, as many as fit, in rows as full as they get.
 *
 * Properties: column-width (int: the least), max-columns (int), spacing (int).
 */
#define MURI_TYPE_COLUMN_LAYOUT (muri_column_layout_get_type ())
G_DECLARE_FINAL_TYPE (MuriColumnLayout, muri_column_layout, MURI, COLUMN_LAYOUT, GtkLayoutManager)

/* How many columns @n children take where @fit of them have room. */
guint muri_column_layout_balance (guint n, guint fit);

G_END_DECLS
