/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-group.h"

G_BEGIN_DECLS

/**
 * MuriGroups: the tree of groups, made of what nodes and VMs say that they are members of.
 *
 * Siblings are in the order that this console gave them, then by name. Main context only. Signal
 * "changed": a group came or went, or changed its place.
 */
#define MURI_TYPE_GROUPS (muri_groups_get_type ())
G_DECLARE_FINAL_TYPE (MuriGroups, muri_groups, MURI, GROUPS, GObject)

MuriGroups *muri_groups_new (void);

GListModel *muri_groups_get_roots (MuriGroups *groups);
MuriGroup *muri_groups_find (MuriGroups *groups, const char *path);

/* Read the object's memberships and state again; it may have none. */
void muri_groups_update_vm (MuriGroups *groups, MuriVm *vm);
void muri_groups_update_node (MuriGroups *groups, MuriNode *node);
void muri_groups_remove (MuriGroups *groups, gpointer vm_or_node);
void muri_groups_hold (MuriGroups *groups, gboolean hold);

/* Groups that stay while they are empty; in a console through muri_fleet_keep_group() and
 * muri_fleet_delete_group(), which remember it. */
MuriGroup *muri_groups_keep (MuriGroups *groups, const char *path);
void muri_groups_release (MuriGroups *groups, const char *path);
char **muri_groups_get_kept (MuriGroups *groups);

/* The order of siblings; in a console through muri_fleet_place_group(), which remembers it. */
void muri_groups_place (MuriGroups *groups, MuriGroup *group, MuriGroup *before);
void muri_groups_rename_order (MuriGroups *groups, const char *from, const char *to);
GVariant *muri_groups_save_order (MuriGroups *groups);
void muri_groups_restore_order (MuriGroups *groups, GVariant *order);

G_END_DECLS
