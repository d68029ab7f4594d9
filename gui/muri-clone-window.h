/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriCloneWindow: new VMs from a template, and a preview of which host gets what.
 *
 * Signals: "confirmed" (MuriRequest).
 */
#define MURI_TYPE_CLONE_WINDOW (muri_clone_window_get_type ())
G_DECLARE_FINAL_TYPE (MuriCloneWindow, muri_clone_window, MURI, CLONE_WINDOW, AdwWindow)

/* @place: (nullable): where to begin with: "node:<id>", "group:<path>" */
MuriCloneWindow *muri_clone_window_new (GtkWindow *parent, MuriFleet *fleet, MuriTemplate *chosen,
                                        const char *place);

G_END_DECLS
