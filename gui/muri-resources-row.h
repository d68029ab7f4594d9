/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-allocation.h"

G_BEGIN_DECLS

/* MuriResourcesRow: what becomes of a VM's resources, in words. It does not change. */
#define MURI_TYPE_RESOURCES_ROW (muri_resources_row_get_type ())
G_DECLARE_FINAL_TYPE (MuriResourcesRow, muri_resources_row, MURI, RESOURCES_ROW, GObject)

MuriResourcesRow *muri_resources_row_new (const MuriAllocationItem *item);

MuriVm *muri_resources_row_get_vm (MuriResourcesRow *row);
gboolean muri_resources_row_is_possible (MuriResourcesRow *row);

/* "2 → 4 vCPUs · 2 → 2.5 GiB", or why not. */
const char *muri_resources_row_get_words (MuriResourcesRow *row);

/* Why it is not changed, as the end of a sentence; NULL: it is. Transfer full. */
char *muri_resources_why_not (const MuriAllocationItem *item);

G_END_DECLS
