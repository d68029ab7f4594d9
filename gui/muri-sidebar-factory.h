/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"
#include "muri-sidebar-unfolding.h"

G_BEGIN_DECLS

/* Rows for the tree of the sidebar; @unfolding is told what is folded and unfolded there. */
GtkListItemFactory *muri_sidebar_factory_new (MuriSidebarUnfolding *unfolding, MuriAlarms *alarms);

/* The row of the tree that @widget, somewhere in the list, belongs to. (nullable) */
GtkTreeListRow *muri_sidebar_row_at (GtkWidget *widget);

G_END_DECLS
