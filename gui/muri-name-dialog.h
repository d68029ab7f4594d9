/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is wrong with @name, as a sentence, and whether it can be used nevertheless (a warning);
 * NULL: nothing. Transfer full. */
typedef char *(*MuriNameCheck) (const char *name, gboolean *usable, gpointer data);

typedef void (*MuriNameFunc) (const char *name, gpointer data);

/**
 * muri_name_dialog_present:
 * @button: the verb that says what happens: "Create"
 * @name: to begin with
 * @on_name: called with a name that the check lets pass; @data is freed in any case
 *
 * Asks for a name, and says while it is typed what is wrong with it.
 */
void muri_name_dialog_present (GtkWindow *parent, const char *heading, const char *body,
                               const char *button, const char *name, MuriNameCheck check,
                               MuriNameFunc on_name, gpointer data, GDestroyNotify destroy);

G_END_DECLS
