/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* All verbs as a menu of win.act on @vms (a model of MuriVm); one that none of them can is
 * insensitive. @verbs: (nullable): ends with MURI_VERB_NONE; all when NULL. */
GMenuModel *muri_verb_menu_new (GListModel *vms, const guint *verbs);

G_END_DECLS
