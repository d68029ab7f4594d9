/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-edit-private.h"

G_BEGIN_DECLS

/*
 * MuriEditor: an edit while it is made. Objects that need the same to be written share one
 * request; muri_editor_commit() makes operations of them.
 */
typedef struct _MuriEditor MuriEditor;

MuriEditor *muri_editor_new (MuriFleet *fleet);
void muri_editor_free (MuriEditor *editor);

/* Members of the fleet that are there; others are counted and left out. */
gboolean muri_editor_is_here (MuriEditor *editor, gpointer object);

/* What @object is in, with what was asked of it lately and is under way. */
MuriMemberships *muri_editor_assume (MuriEditor *editor, gpointer object);

/* @object is to be written so. What changes nothing is left out. */
void muri_editor_join (MuriEditor *editor, gpointer object, const MuriPlace *place);
void muri_editor_leave (MuriEditor *editor, gpointer object, const char *group);
void muri_editor_move (MuriEditor *editor, gpointer object, const char *from, const char *to,
                       gboolean only);
void muri_editor_guard (MuriEditor *editor, gpointer object, gboolean guarded);

/* Whatever it takes to lead from @now to @wanted. */
void muri_editor_restore (MuriEditor *editor, gpointer object, const MuriMemberships *now,
                          const MuriMemberships *wanted);

void muri_editor_keep (MuriEditor *editor, const char *from, const char *to);

/* "3 VMs and 1 host", or the name of a single one; transfer full. */
char *muri_editor_describe (MuriEditor *editor);
MuriEdit *muri_editor_peek_edit (MuriEditor *editor);
gboolean muri_editor_is_empty (MuriEditor *editor);

/* @label: (transfer full): of the edit; @group: (nullable): for the log. NULL: @error. */
MuriEdit *muri_editor_commit (MuriEditor *editor, char *label, const char *group, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriEditor, muri_editor_free)

G_END_DECLS
