/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-scope.h"

G_BEGIN_DECLS

/* All verbs as a menu of win.act on @vms (a model of MuriVm); one that none of them can is
 * insensitive. @verbs: (nullable): ends with MURI_VERB_NONE; all when NULL. */
GMenuModel *muri_verb_menu_new (GListModel *vms, const guint *verbs);

/* The same for all VMs of @scope, as they are when it is chosen; what is asked for bears its name.
 */
GMenuModel *muri_verb_menu_new_for_scope (MuriScope *scope);

G_END_DECLS
