/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriSidebarKeys: the menu of a row of the sidebar, by the pointer's other button and by keys, and
 * the keys for what is in it.
 */
#define MURI_TYPE_SIDEBAR_KEYS (muri_sidebar_keys_get_type ())
G_DECLARE_FINAL_TYPE (MuriSidebarKeys, muri_sidebar_keys, MURI, SIDEBAR_KEYS, GObject)

MuriSidebarKeys *muri_sidebar_keys_new (GtkListView *list, MuriFleet *fleet);

G_END_DECLS
