/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-graph-group.h"

G_BEGIN_DECLS

/**
 * MuriRangeBar: chooses what span of time the graphs of a group show: how long, and until when.
 */
#define MURI_TYPE_RANGE_BAR (muri_range_bar_get_type ())
G_DECLARE_FINAL_TYPE (MuriRangeBar, muri_range_bar, MURI, RANGE_BAR, GtkWidget)

GtkWidget *muri_range_bar_new (void);
void muri_range_bar_set_group (MuriRangeBar *self, MuriGraphGroup *group);

G_END_DECLS
