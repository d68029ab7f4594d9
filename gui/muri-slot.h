/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MuriSlot: one place of a table, whatever stands there.
 *
 * GTK 4.8 makes the widgets of rows anew when other items come to their places, of some 200 rows
 * around those in view. A slot stays where it is and its item goes, so that the row and its widgets
 * stay too; and only a row in view has something to show.
 */
#define MURI_TYPE_SLOT (muri_slot_get_type ())
G_DECLARE_FINAL_TYPE (MuriSlot, muri_slot, MURI, SLOT, GObject)

/* @item may be NULL: empty. */
MuriSlot *muri_slot_new (gpointer item);
gpointer muri_slot_get_item (MuriSlot *slot);
void muri_slot_set_item (MuriSlot *slot, gpointer item);

/* Gives the cells in @content what they show; NULL: they stop to follow it. */
typedef void (*MuriSlotShow) (GtkWidget *content, gpointer item);

/* @content, what a list item contains, is in the slot until muri_slot_remove(). @prepare is told of
 * each item, or NULL, at once, @show only while the row is in view. */
void muri_slot_add (MuriSlot *slot, GtkWidget *content, MuriSlotShow prepare, MuriSlotShow show);
void muri_slot_remove (MuriSlot *slot, GtkWidget *content);

void muri_slot_set_in_view (MuriSlot *slot, gboolean in_view);

/* What the list was last told of it. */
void muri_slot_set_selected (MuriSlot *slot, gboolean selected);
gboolean muri_slot_get_selected (MuriSlot *slot);

/* The slot of a row, or of what is in it; NULL: none. */
MuriSlot *muri_slot_of_row (GtkWidget *row);

G_END_DECLS
