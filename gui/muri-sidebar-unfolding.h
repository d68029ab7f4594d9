/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MuriSidebarUnfolding: remembers which rows of the sidebar are unfolded, also of those that come
 * later or again.
 */
#define MURI_TYPE_SIDEBAR_UNFOLDING (muri_sidebar_unfolding_get_type ())
G_DECLARE_FINAL_TYPE (MuriSidebarUnfolding, muri_sidebar_unfolding, MURI, SIDEBAR_UNFOLDING,
                      GObject)

MuriSidebarUnfolding *muri_sidebar_unfolding_new (GtkTreeListModel *tree, GSettings *settings);

/* A row on the screen was folded or unfolded. */
void muri_sidebar_unfolding_note (MuriSidebarUnfolding *unfolding, GtkTreeListRow *row);

/* A group has another path now: what was unfolded below it stays so. */
void
muri_sidebar_unfolding_rename (MuriSidebarUnfolding *unfolding, const char *from, const char *to);

G_END_DECLS
