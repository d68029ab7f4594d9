/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-placement.h"

G_BEGIN_DECLS

/* MuriPlacementRow: what the preview of a placement says of a host. It does not change. */
#define MURI_TYPE_PLACEMENT_ROW (muri_placement_row_get_type ())
G_DECLARE_FINAL_TYPE (MuriPlacementRow, muri_placement_row, MURI, PLACEMENT_ROW, GObject)

/* @memory: KiB of each VM that counts at once, 0 where they are not started */
MuriPlacementRow *muri_placement_row_new (const MuriPlacementHost *host, guint64 memory);

MuriNode *muri_placement_row_get_node (MuriPlacementRow *row);
guint muri_placement_row_get_n (MuriPlacementRow *row);

/* "web-001, web-004" or why it gets none. */
const char *muri_placement_row_get_words (MuriPlacementRow *row);

/* "24 → 20 GiB free"; "" where nothing changes. */
const char *muri_placement_row_get_memory (MuriPlacementRow *row);

/* Of the host's memory: in use or promised now, and what the new VMs add; negative: unknown. */
double muri_placement_row_get_used (MuriPlacementRow *row);
double muri_placement_row_get_added (MuriPlacementRow *row);

G_END_DECLS
