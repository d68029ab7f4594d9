/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-group.h"

G_BEGIN_DECLS

MuriGroup *muri_group_new (const char *path, MuriGroup *parent);

void muri_group_add_child (MuriGroup *group, MuriGroup *child);
void muri_group_remove_child (MuriGroup *group, MuriGroup *child);

/* Also count for every group above. */
void muri_group_add_vm (MuriGroup *group, MuriVm *vm, gboolean running);
void muri_group_remove_vm (MuriGroup *group, MuriVm *vm, gboolean running);
void muri_group_set_running (MuriGroup *group, MuriVm *vm, gboolean running);

void muri_group_add_node (MuriGroup *group, MuriNode *node);
void muri_group_remove_node (MuriGroup *group, MuriNode *node);

void muri_group_set_kept (MuriGroup *group, gboolean kept);

/* No members, no children, and nobody keeps it. */
gboolean muri_group_is_forsaken (MuriGroup *group);

G_END_DECLS
