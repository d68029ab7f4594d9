/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * muri_interface_question_ask:
 * @name: of a network interface
 * @loopback: whether nobody else is on it; then nothing is asked
 *
 * Writes it into the settings as the one to listen on, if that is really meant.
 */
void muri_interface_question_ask (GtkWindow *parent, GSettings *settings, const char *name,
                                  gboolean loopback);

G_END_DECLS
