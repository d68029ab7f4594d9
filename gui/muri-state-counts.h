/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* MuriStateCounts: how many VMs are in which state, by shape. */
#define MURI_TYPE_STATE_COUNTS (muri_state_counts_get_type ())
G_DECLARE_FINAL_TYPE (MuriStateCounts, muri_state_counts, MURI, STATE_COUNTS, GtkWidget)

void muri_state_counts_update (MuriStateCounts *self, GListModel *vms);

G_END_DECLS
