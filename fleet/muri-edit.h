/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-operation.h"

G_BEGIN_DECLS

/**
 * MuriEdit: one change of memberships or padlocks that a person made, and how to take it back.
 *
 * It is one operation mostly; several where members differ in what has to be written, and none
 * where only empty groups of this console changed. Main context only.
 *
 * Properties: label (string: "Moved 3 VMs to web", translated), undo-label (string: "Undo: …"),
 * undone (gboolean: it was taken back), n-objects (guint: VMs and nodes)
 */
#define MURI_TYPE_EDIT (muri_edit_get_type ())
G_DECLARE_FINAL_TYPE (MuriEdit, muri_edit, MURI, EDIT, GObject)

const char *muri_edit_get_label (MuriEdit *edit);
guint muri_edit_get_n_objects (MuriEdit *edit);
gboolean muri_edit_is_undone (MuriEdit *edit);

/* (element-type MuriOperation): in the ledger already; may be empty */
GPtrArray *muri_edit_get_operations (MuriEdit *edit);

/* So many objects were skipped when an edit was taken back, since someone else changed them in
 * the meantime; of an edit that muri_fleet_undo() returned. */
guint muri_edit_get_n_skipped (MuriEdit *edit);

G_END_DECLS
