/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-scope.h"
#include "muri-time-range.h"

G_BEGIN_DECLS

/**
 * MuriMomentView: what the VMs of a scope did at the moment that is pinned, the busiest first.
 *
 * Not visible while there is no such moment.
 *
 * Property: n-rows (guint): at most so many, on a page among other things; 0: all, and it scrolls.
 */
#define MURI_TYPE_MOMENT_VIEW (muri_moment_view_get_type ())
G_DECLARE_FINAL_TYPE (MuriMomentView, muri_moment_view, MURI, MOMENT_VIEW, GtkWidget)

void muri_moment_view_watch (MuriMomentView *self, MuriScope *scope, MuriTimeRange *range);
void muri_moment_view_unwatch (MuriMomentView *self);

G_END_DECLS
