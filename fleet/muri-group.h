/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-vm.h"

G_BEGIN_DECLS

/**
 * MuriGroup: a named place in the tree, as its members say that it is.
 *
 * A group is there because a node or VM has a membership in it or below it, or because this
 * console keeps it while it is empty.
 *
 * Properties, each notified only when it changed, main context only:
 * - path, name (string): "Production/web", "web"
 * - n-vms, n-running (guint): distinct VMs in it and below it
 * - kept (gboolean): stays while it is empty
 */
#define MURI_TYPE_GROUP (muri_group_get_type ())
G_DECLARE_FINAL_TYPE (MuriGroup, muri_group, MURI, GROUP, GObject)

const char *muri_group_get_path (MuriGroup *group);
const char *muri_group_get_name (MuriGroup *group);
MuriGroup *muri_group_get_parent (MuriGroup *group);
gboolean muri_group_is_kept (MuriGroup *group);
guint muri_group_get_n_vms (MuriGroup *group);
guint muri_group_get_n_running (MuriGroup *group);

GListModel *muri_group_get_groups (MuriGroup *group);
GListModel *muri_group_get_vms (MuriGroup *group);   /* its own members */
GListModel *muri_group_get_nodes (MuriGroup *group); /* its own members */

/* Every VM in it and below it, once. */
GListModel *muri_group_get_all_vms (MuriGroup *group);
gboolean muri_group_has_vm (MuriGroup *group, MuriVm *vm);

G_END_DECLS
