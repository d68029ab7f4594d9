/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-sidebar-item.h"

G_BEGIN_DECLS

/* The fleet as a tree of two sections: the groups with what is in them and the saved
 * searches, and all hosts (below their
 * zones where there are several) with their VMs. Items are MuriSidebarItem, MuriGroup,
 * MuriSmartGroup, MuriNode and MuriVm. */
GtkTreeListModel *muri_sidebar_tree_new (MuriFleet *fleet);

/* Opens what is above @item and returns its position, or GTK_INVALID_LIST_POSITION. */
guint muri_sidebar_tree_reveal (GtkTreeListModel *tree, gpointer item);

guint muri_sidebar_tree_find_fleet (GtkTreeListModel *tree);

G_END_DECLS
