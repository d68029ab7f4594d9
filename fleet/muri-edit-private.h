/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-edit.h"
#include "muri-fleet-private.h"
#include "muri-memberships.h"

G_BEGIN_DECLS

/* One object of an edit. */
typedef struct
{
  MuriTargetKey key; /* a zero VM: the node itself */
  MuriMemberships *before;
  MuriMemberships *after; /* as it was wanted */
} MuriEditItem;

/* A group that this console keeps while it is empty: @from was one (nullable), @to is one
 * (nullable). */
typedef struct
{
  char *from;
  char *to;
} MuriEditKept;

/* A zero VM for a node. */
MuriTargetKey muri_edit_key (gpointer object);

MuriEdit *muri_edit_new (void);
void muri_edit_take_label (MuriEdit *edit, char *label);
void muri_edit_add_operation (MuriEdit *edit, MuriOperation *operation);
void muri_edit_add_kept (MuriEdit *edit, const char *from, const char *to);
GPtrArray *muri_edit_peek_kept (MuriEdit *edit); /* MuriEditKept */
/* It takes another one back. */
void muri_edit_set_reverse (MuriEdit *edit);
gboolean muri_edit_is_reverse (MuriEdit *edit);
void muri_edit_set_undone (MuriEdit *edit, gboolean undone);
void muri_edit_set_n_skipped (MuriEdit *edit, guint n_skipped);

/* NULL: it has none. */
MuriEditItem *muri_edit_find_item (MuriEdit *edit, const MuriTargetKey *key);

/* The item of @object; a new one begins with what its agent says, or what @now says (nullable). */
MuriEditItem *muri_edit_ensure_item (MuriEdit *edit, gpointer object, const MuriMemberships *now);
GPtrArray *muri_edit_peek_items (MuriEdit *edit); /* MuriEditItem */

G_END_DECLS
