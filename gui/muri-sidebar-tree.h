/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-sidebar-item.h"

G_BEGIN_DECLS

/* The fleet as a tree: all hosts, the hosts (below their zones where there are several), their
 * VMs. Items are MuriSidebarItem, MuriNode and MuriVm. */
GtkTreeListModel *muri_sidebar_tree_new (MuriFleet *fleet);

/* Opens what is above @item and returns its position, or GTK_INVALID_LIST_POSITION. */
guint muri_sidebar_tree_reveal (GtkTreeListModel *tree, gpointer item);

G_END_DECLS
