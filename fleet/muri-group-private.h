/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-group.h"

G_BEGIN_DECLS

MuriGroup *muri_group_new (const char *path, MuriGroup *parent);

/* Into its siblings by place and name, and out of them. */
void muri_group_insert (GListStore *siblings, MuriGroup *group);
void muri_group_remove (GListStore *siblings, MuriGroup *group);
GListStore *muri_group_peek_groups (MuriGroup *group);

/* Before it is inserted. G_MAXUINT: behind those that have one. */
void muri_group_set_place (MuriGroup *group, guint place);

/* Until it is settled, what changes here is counted, and told once for all of it then. */
void muri_group_hold (MuriGroup *group);
void muri_group_settle (MuriGroup *group);

/* Also count for every group above. All of these are held. */
void muri_group_add_vm (MuriGroup *group, MuriVm *vm, gboolean running);
void muri_group_remove_vm (MuriGroup *group, MuriVm *vm, gboolean running);
void muri_group_set_running (MuriGroup *group, MuriVm *vm, gboolean running);

void muri_group_add_node (MuriGroup *group, MuriNode *node);
void muri_group_remove_node (MuriGroup *group, MuriNode *node);

void muri_group_set_kept (MuriGroup *group, gboolean kept);

/* No members, no children, and nobody keeps it. */
gboolean muri_group_is_forsaken (MuriGroup *group);

G_END_DECLS
