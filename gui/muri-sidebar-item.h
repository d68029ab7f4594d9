/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriSidebarItem: a row of the sidebar that is not a MuriGroup, a MuriNode or a MuriVm.
 *
 * Properties: count (guint: what stands at its end).
 */
typedef enum
{
  MURI_SIDEBAR_GROUPS,    /* the section above all groups */
  MURI_SIDEBAR_NO_GROUPS, /* says what groups are while there are none */
  MURI_SIDEBAR_FLEET,     /* the section above all hosts */
  MURI_SIDEBAR_ZONE,
  MURI_SIDEBAR_MORE, /* the VMs of its owner beyond those that are listed */
} MuriSidebarKind;

#define MURI_TYPE_SIDEBAR_ITEM (muri_sidebar_item_get_type ())
G_DECLARE_FINAL_TYPE (MuriSidebarItem, muri_sidebar_item, MURI, SIDEBAR_ITEM, GObject)

/* @owner: (nullable): a MuriNode or MuriGroup */
MuriSidebarItem *muri_sidebar_item_new (MuriSidebarKind kind, gpointer owner, guint zone);

MuriSidebarKind muri_sidebar_item_get_kind (MuriSidebarItem *item);
gpointer muri_sidebar_item_get_owner (MuriSidebarItem *item);
guint muri_sidebar_item_get_zone (MuriSidebarItem *item);
GListStore *muri_sidebar_item_get_nodes (MuriSidebarItem *item); /* of a zone */
guint muri_sidebar_item_get_count (MuriSidebarItem *item);
void muri_sidebar_item_set_count (MuriSidebarItem *item, guint count);

/* Whether @item (any object of the tree) is a MuriSidebarItem of that kind. */
gboolean muri_sidebar_item_is (gpointer item, MuriSidebarKind kind);

G_END_DECLS
