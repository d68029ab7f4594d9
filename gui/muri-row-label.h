/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Names the row of a list that @inside is in, and its expander: GTK 4.8 announces the names of
 * their types otherwise. */
void muri_row_label_set (GtkWidget *inside, const char *text);

G_END_DECLS
