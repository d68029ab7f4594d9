/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriTopList: the VMs that use most of a figure (MURI_FIGURE_HOST_CPU or MURI_FIGURE_MEMORY).
 *
 * The order changes at most every three seconds, and not under the pointer or the focus.
 */
#define MURI_TYPE_TOP_LIST (muri_top_list_get_type ())
G_DECLARE_FINAL_TYPE (MuriTopList, muri_top_list, MURI, TOP_LIST, GtkWidget)

GtkWidget *muri_top_list_new (const char *title, MuriFigure figure);

/* New figures; @vms: a model of MuriVm to choose from. */
void muri_top_list_update (MuriTopList *self, GListModel *vms);

G_END_DECLS
