/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-slot.h"

G_BEGIN_DECLS

/**
 * MuriSlots: the places of a table, a MuriSlot each, of what is in a selection model.
 *
 * What comes to another place, or comes to a place that was another's, is no change of the list:
 * the slots are given other items. Only how many there are changes, and where many come or go the
 * last of them follow in steps; what is behind the last item until then is an empty slot.
 */
#define MURI_TYPE_SLOTS (muri_slots_get_type ())
G_DECLARE_FINAL_TYPE (MuriSlots, muri_slots, MURI, SLOTS, GObject)

MuriSlots *muri_slots_new (GtkSelectionModel *model);

G_END_DECLS
