/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-deletion.h"

G_BEGIN_DECLS

/**
 * MuriDeletionRow: a VM in the question about its deletion, or one of its volumes.
 *
 * Properties: ticked (gboolean); enabled (gboolean): whether it can be ticked now.
 */
#define MURI_TYPE_DELETION_ROW (muri_deletion_row_get_type ())
G_DECLARE_FINAL_TYPE (MuriDeletionRow, muri_deletion_row, MURI, DELETION_ROW, GObject)

/* @item and @volume live as long as the picture that they are of, which the window holds. */
MuriDeletionRow *muri_deletion_row_new (MuriDeletionItem *item);
MuriDeletionRow *muri_deletion_row_new_volume (MuriDeletionRow *owner, MuriDeletionVolume *volume);

/* Why the VM stays; of a volume that of its VM. */
MuriDeletionReason muri_deletion_row_get_kind (MuriDeletionRow *row);

MuriVm *muri_deletion_row_get_vm (MuriDeletionRow *row);

/* (nullable): as the hypervisor calls a volume: "vda"; of a VM none. */
const char *muri_deletion_row_get_target (MuriDeletionRow *row);

/* What it is called, what goes with it or how large it is, and why it stays (nullable). */
const char *muri_deletion_row_get_title (MuriDeletionRow *row);
const char *muri_deletion_row_get_detail (MuriDeletionRow *row);
const char *muri_deletion_row_get_reason (MuriDeletionRow *row);

/* Bytes on disk, as far as they are known. */
guint64 muri_deletion_row_get_size (MuriDeletionRow *row);

gboolean muri_deletion_row_get_ticked (MuriDeletionRow *row);
void muri_deletion_row_set_ticked (MuriDeletionRow *row, gboolean ticked);
/* Whether those that run are forced off first, and can go then. */
void muri_deletion_row_set_stop (MuriDeletionRow *row, gboolean stop);

gboolean muri_deletion_row_get_enabled (MuriDeletionRow *row);

G_END_DECLS
