/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef void (*MuriTimePickedFunc) (gint64 time, gpointer user_data);

/* A popover that asks for a day and a time of it, by the local clock. @time is what it begins with
 * and what it gives, in microseconds since the epoch. */
GtkWidget *muri_time_picker_new (gint64 time, MuriTimePickedFunc picked, gpointer user_data);

G_END_DECLS
