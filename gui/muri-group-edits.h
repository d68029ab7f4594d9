/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-edit.h"
#include "muri-members.h"

G_BEGIN_DECLS

/*
 * MuriGroupEdits: what one gesture changed. Mostly one edit; several where what was picked is in
 * different groups, or is groups and VMs together. It is taken back as a whole.
 */
typedef struct _MuriGroupEdits MuriGroupEdits;

/* @label: (nullable): what is said of it where it is several edits */
MuriGroupEdits *muri_group_edits_new (const char *label);
MuriGroupEdits *muri_group_edits_ref (MuriGroupEdits *edits);
void muri_group_edits_unref (MuriGroupEdits *edits);

/* @edit: (transfer full) (nullable) */
void muri_group_edits_take (MuriGroupEdits *edits, MuriEdit *edit);
gboolean muri_group_edits_is_empty (MuriGroupEdits *edits);
char *muri_group_edits_dup_label (MuriGroupEdits *edits);

/* Whether anything of it can still be taken back. */
gboolean muri_group_edits_can_undo (MuriGroupEdits *edits);

gboolean muri_group_edits_has (MuriGroupEdits *edits, MuriEdit *edit);

/* Returns how many objects were skipped. */
guint muri_group_edits_undo (MuriGroupEdits *edits, MuriFleet *fleet, GError **error);

/* These return NULL with @error, a sentence, when nothing was done. */
MuriGroupEdits *
muri_group_edits_add (MuriFleet *fleet, MuriMembers *members, const char *to, GError **error);

/* Out of the group that they come from; else out of all those that they are in. @to: (nullable):
 * the top, for groups */
MuriGroupEdits *
muri_group_edits_move (MuriFleet *fleet, MuriMembers *members, const char *to, GError **error);
MuriGroupEdits *muri_group_edits_remove (MuriFleet *fleet, MuriMembers *members, GError **error);

/* One group below @parent (nullable: at the top), in front of its sibling @before (nullable). */
MuriGroupEdits *muri_group_edits_place (MuriFleet *fleet, const char *path, const char *parent,
                                        const char *before, GError **error);

/* In the words of a person: what is wrong with a name, a path or a place. */
const char *muri_group_problem (const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriGroupEdits, muri_group_edits_unref)

G_END_DECLS
