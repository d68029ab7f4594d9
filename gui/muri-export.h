/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * muri_export_text:
 * @widget: in a window, which says afterwards what became of it
 * @title: of the question for a place
 * @name: suggested for the file; what a file may not be called is replaced
 * @text: (transfer full): what is written
 *
 * Asks where to and writes it there, without blocking.
 */
void muri_export_text (GtkWidget *widget, const char *title, const char *name, char *text);

G_END_DECLS
