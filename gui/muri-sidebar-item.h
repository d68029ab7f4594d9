/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriSidebarItem: a row of the sidebar that is not a MuriNode or a MuriVm.
 *
 * Properties: count (guint: what stands at its end).
 */
typedef enum
{
  MURI_SIDEBAR_FLEET,
  MURI_SIDEBAR_ZONE,
  MURI_SIDEBAR_MORE, /* the VMs of a host beyond those that are listed */
} MuriSidebarKind;

#define MURI_TYPE_SIDEBAR_ITEM (muri_sidebar_item_get_type ())
G_DECLARE_FINAL_TYPE (MuriSidebarItem, muri_sidebar_item, MURI, SIDEBAR_ITEM, GObject)

MuriSidebarItem *muri_sidebar_item_new (MuriSidebarKind kind, MuriNode *node, guint zone);

MuriSidebarKind muri_sidebar_item_get_kind (MuriSidebarItem *item);
MuriNode *muri_sidebar_item_get_node (MuriSidebarItem *item);
guint muri_sidebar_item_get_zone (MuriSidebarItem *item);
GListStore *muri_sidebar_item_get_nodes (MuriSidebarItem *item); /* of a zone */
guint muri_sidebar_item_get_count (MuriSidebarItem *item);
void muri_sidebar_item_set_count (MuriSidebarItem *item, guint count);

G_END_DECLS
