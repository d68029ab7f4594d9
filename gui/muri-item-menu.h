/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-scope.h"

G_BEGIN_DECLS

/* What can be done with one thing, as a menu of the window's actions with their targets. */

/* @item: any object of the sidebar; @origin: (nullable): the path of the group that it is listed
 * in. NULL: nothing. */
GMenuModel *muri_item_menu_new (MuriFleet *fleet, gpointer item, const char *origin);

/* Without what is done with its VMs: beside a menu for those. */
GMenuModel *muri_item_menu_new_group (MuriGroup *group);
GMenuModel *muri_item_menu_new_smart (MuriSmartGroup *smart);

/* A server itself. */
GMenuModel *muri_item_menu_new_server (MuriNode *node);

G_END_DECLS
