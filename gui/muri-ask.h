/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef void (*MuriAskFunc) (gpointer data);

/**
 * muri_ask:
 * @button: the verb that says what happens, never "OK"
 * @on_yes: called when that button was pressed; @data is freed in any case
 *
 * Asks a question whose answer by Enter and Escape is no.
 */
void muri_ask (GtkWindow *parent, const char *heading, const char *body, const char *button,
               MuriAskFunc on_yes, gpointer data, GDestroyNotify destroy);

/* The same, and @typed has to be typed before it can be yes. */
void muri_ask_typed (GtkWindow *parent, const char *heading, const char *body, const char *button,
                     const char *typed, MuriAskFunc on_yes, gpointer data, GDestroyNotify destroy);

/* Nothing to answer. */
void muri_tell (GtkWindow *parent, const char *heading, const char *body);

G_END_DECLS
