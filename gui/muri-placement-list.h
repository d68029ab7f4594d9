/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-placement.h"

G_BEGIN_DECLS

/* MuriPlacementList: which host gets what, with its memory before and after, and why not. */
#define MURI_TYPE_PLACEMENT_LIST (muri_placement_list_get_type ())
G_DECLARE_FINAL_TYPE (MuriPlacementList, muri_placement_list, MURI, PLACEMENT_LIST, GtkWidget)

/* @memory: KiB of each VM that counts at once */
void muri_placement_list_set (MuriPlacementList *self, MuriPlacement *placement, guint64 memory);

G_END_DECLS
