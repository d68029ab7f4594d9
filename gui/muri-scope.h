/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

typedef enum
{
  MURI_SCOPE_FLEET,
  MURI_SCOPE_NODE,
  MURI_SCOPE_VM,
  MURI_SCOPE_GROUP,
  MURI_SCOPE_SMART, /* a saved search */
} MuriScopeKind;

/**
 * MuriScope: what the sidebar has chosen: the fleet, a host, a VM, a group or a saved search.
 * Immutable.
 */
#define MURI_TYPE_SCOPE (muri_scope_get_type ())
G_DECLARE_FINAL_TYPE (MuriScope, muri_scope, MURI, SCOPE, GObject)

MuriScope *muri_scope_new_fleet (MuriFleet *fleet);
MuriScope *muri_scope_new_node (MuriFleet *fleet, MuriNode *node);
MuriScope *muri_scope_new_vm (MuriFleet *fleet, MuriVm *vm);
MuriScope *muri_scope_new_group (MuriFleet *fleet, MuriGroup *group);
MuriScope *muri_scope_new_smart (MuriFleet *fleet, MuriSmartGroup *smart);
MuriScope *muri_scope_new_from_id (MuriFleet *fleet, const char *id);

MuriScopeKind muri_scope_get_kind (MuriScope *scope);
MuriFleet *muri_scope_get_fleet (MuriScope *scope);
MuriNode *muri_scope_get_node (MuriScope *scope);
MuriVm *muri_scope_get_vm (MuriScope *scope);
MuriGroup *muri_scope_get_group (MuriScope *scope);
MuriSmartGroup *muri_scope_get_smart (MuriScope *scope);
GListModel *muri_scope_get_vms (MuriScope *scope);
const char *muri_scope_get_title (MuriScope *scope);
char *muri_scope_to_id (MuriScope *scope);
gboolean muri_scope_equal (MuriScope *a, MuriScope *b);

G_END_DECLS
