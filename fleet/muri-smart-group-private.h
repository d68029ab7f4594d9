/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-smart-group.h"

G_BEGIN_DECLS

/* @id: (nullable): a new one gets one */
MuriSmartGroup *muri_smart_group_new (const char *id, const char *name, const char *text);
void muri_smart_group_set (MuriSmartGroup *group, const char *name, const char *text);

/* Judges all of these (a model of MuriVm) anew. */
void muri_smart_group_fill (MuriSmartGroup *group, GListModel *vms);

/* A VM whose facts or state changed; and those that are no more. */
void muri_smart_group_update_vm (MuriSmartGroup *group, MuriVm *vm);
void muri_smart_group_remove_vms (MuriSmartGroup *group, GPtrArray *vms);

/* Figures changed. */
void muri_smart_group_update_figures (MuriSmartGroup *group);

/* Shows what was updated. */
void muri_smart_group_settle (MuriSmartGroup *group);

G_END_DECLS
