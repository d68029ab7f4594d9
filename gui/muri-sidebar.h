/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-pages.h"
#include "muri-scope.h"
#include "muri-tally.h"

G_BEGIN_DECLS

/**
 * MuriSidebar: chooses the scope; at its foot, the places of their own.
 *
 * It activates win.show-scope and win.show-operations, and is told what is shown.
 */
#define MURI_TYPE_SIDEBAR (muri_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (MuriSidebar, muri_sidebar, MURI, SIDEBAR, GtkBox)

void muri_sidebar_set_fleet (MuriSidebar *sidebar, MuriFleet *fleet, MuriTally *tally);

/* @scope: (nullable): NULL at a place of its own */
void muri_sidebar_show (MuriSidebar *sidebar, MuriScope *scope, MuriPlace place);

/* A group gets another path: what was unfolded stays so. */
void muri_sidebar_rename (MuriSidebar *sidebar, const char *from, const char *to);

G_END_DECLS
