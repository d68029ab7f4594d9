/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"
#include "muri-time-range.h"

G_BEGIN_DECLS

/**
 * MuriCompareWindow: the same figures of several VMs, hosts or groups in one graph each.
 */
#define MURI_TYPE_COMPARE_WINDOW (muri_compare_window_get_type ())
G_DECLARE_FINAL_TYPE (MuriCompareWindow, muri_compare_window, MURI, COMPARE_WINDOW, AdwWindow)

/* @ids: as of muri_scope_to_id(); more than can be told apart are left out, and it says so.
 * NULL: less than two of them are there. */
GtkWindow *muri_compare_window_new (GtkWindow *parent, MuriFleet *fleet, MuriTimeRange *range,
                                    const char *const *ids);

G_END_DECLS
