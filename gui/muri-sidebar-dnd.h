/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriSidebarDnd: dragging from and to the rows of the sidebar.
 *
 * The row under the pointer says first what letting go would do, or why it cannot. What is dropped
 * becomes an action of the window.
 */
#define MURI_TYPE_SIDEBAR_DND (muri_sidebar_dnd_get_type ())
G_DECLARE_FINAL_TYPE (MuriSidebarDnd, muri_sidebar_dnd, MURI, SIDEBAR_DND, GObject)

MuriSidebarDnd *muri_sidebar_dnd_new (GtkListView *list, MuriFleet *fleet);

G_END_DECLS
