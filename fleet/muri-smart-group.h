/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-query.h"

G_BEGIN_DECLS

/**
 * MuriSmartGroup: a saved search; a GListModel of the MuriVms that it finds now.
 *
 * Facts and states count at once, figures every few seconds. Main context only.
 *
 * Properties: id (string), name (string), text (string: the query as it was written), n-vms
 * (guint), problem (string, nullable: why the text cannot be understood; it finds nothing then)
 */
#define MURI_TYPE_SMART_GROUP (muri_smart_group_get_type ())
G_DECLARE_FINAL_TYPE (MuriSmartGroup, muri_smart_group, MURI, SMART_GROUP, GObject)

const char *muri_smart_group_get_id (MuriSmartGroup *group);
const char *muri_smart_group_get_name (MuriSmartGroup *group);
const char *muri_smart_group_get_text (MuriSmartGroup *group);
const char *muri_smart_group_get_problem (MuriSmartGroup *group);
guint muri_smart_group_get_n_vms (MuriSmartGroup *group);
gboolean muri_smart_group_has_vm (MuriSmartGroup *group, MuriVm *vm);

G_END_DECLS
