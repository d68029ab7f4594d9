/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows what happened, each a row that leads there, pointing at @place of @parent.
 * @items: (element-type GObject): of MuriEvent and MuriOperation */
void muri_graph_marks_popover_show (GtkWidget *parent, const GdkRectangle *place, GPtrArray *items);

G_END_DECLS
