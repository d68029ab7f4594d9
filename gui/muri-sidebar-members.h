/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-sidebar-item.h"

G_BEGIN_DECLS

/* What stands below a host or a group in the sidebar. */

/* @model by name, as it is kept up to date. (transfer full) */
GListModel *muri_sidebar_sorted (GListModel *model, GCompareDataFunc compare);
int muri_sidebar_compare_names (gconstpointer a, gconstpointer b, gpointer user_data);

/* The first VMs, and one row for all that are more. (transfer full) */
GListModel *muri_sidebar_members_of_node (MuriNode *node);

/* The groups in it, its hosts, its VMs. (transfer full) */
GListModel *muri_sidebar_members_of_group (MuriGroup *group);

G_END_DECLS
