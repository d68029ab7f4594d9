/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriStateIcon: the shape and colour of a state, everywhere.
 *
 * One of its properties is set: vm (MuriVm) or node (MuriNode), which it follows while it is on
 * the screen, or outcome (guint, MURI_OUTCOME_* or MURI_TARGET_*).
 */
#define MURI_TYPE_STATE_ICON (muri_state_icon_get_type ())
G_DECLARE_FINAL_TYPE (MuriStateIcon, muri_state_icon, MURI, STATE_ICON, GtkWidget)

GtkWidget *muri_state_icon_new (void);

void muri_state_icon_set_vm (MuriStateIcon *icon, MuriVm *vm);
void muri_state_icon_set_node (MuriStateIcon *icon, MuriNode *node);
void muri_state_icon_set_vm_state (MuriStateIcon *icon, guint state, gboolean known);
void muri_state_icon_set_outcome (MuriStateIcon *icon, guint outcome);

G_END_DECLS
