/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* @request: what is asked for; it stays the caller's */
typedef void (*MuriGeneraliseAnswer) (MuriRequest *request, gpointer data);

/* Asks what the generalised copy is to be called, and what becomes of @meant. @data is freed in any
 * case. */
void muri_generalise_ask (GtkWindow *parent, MuriTemplate *meant, MuriGeneraliseAnswer answer,
                          gpointer data, GDestroyNotify destroy);

G_END_DECLS
