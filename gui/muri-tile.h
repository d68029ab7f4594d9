/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* MuriTile: a total: its name, its value in large figures, and a note below. */
#define MURI_TYPE_TILE (muri_tile_get_type ())
G_DECLARE_FINAL_TYPE (MuriTile, muri_tile, MURI, TILE, GtkWidget)

void muri_tile_set (MuriTile *self, const char *value, const char *note);

/* Below the note. */
void muri_tile_append (MuriTile *self, GtkWidget *widget);

G_END_DECLS
