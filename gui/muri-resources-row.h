/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-allocation.h"

G_BEGIN_DECLS

/**
 * MuriResourcesRow: a VM whose resources are to change, and what becomes of them in words.
 *
 * Properties: ticked (gboolean): it is meant; enabled (gboolean): whether it can be ticked now.
 */
#define MURI_TYPE_RESOURCES_ROW (muri_resources_row_get_type ())
G_DECLARE_FINAL_TYPE (MuriResourcesRow, muri_resources_row, MURI, RESOURCES_ROW, GObject)

MuriResourcesRow *muri_resources_row_new (MuriVm *vm);

/* @item: (nullable): of that VM, if it is meant and anything was wished for */
void muri_resources_row_set_item (MuriResourcesRow *row, const MuriAllocationItem *item);

MuriVm *muri_resources_row_get_vm (MuriResourcesRow *row);

/* Whether somebody wants it, possible or not. */
gboolean muri_resources_row_is_wanted (MuriResourcesRow *row);
gboolean muri_resources_row_get_ticked (MuriResourcesRow *row);
void muri_resources_row_set_ticked (MuriResourcesRow *row, gboolean ticked);

/* "2 → 4 vCPUs · 2 → 2.5 GiB", or why not. */
const char *muri_resources_row_get_words (MuriResourcesRow *row);

/* The same of any. Transfer full. */
char *muri_resources_describe (const MuriAllocationItem *item);

/* Why it is not changed, as the end of a sentence; NULL: it is. Transfer full. */
char *muri_resources_why_not (const MuriAllocationItem *item);

G_END_DECLS
