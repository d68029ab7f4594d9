/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriResourcesWindow: vCPUs and memory of VMs: of one, now and with its next boot; of several by
 * an expression, with what becomes of each.
 *
 * Signals: "confirmed" (GPtrArray of MuriRequest).
 */
#define MURI_TYPE_RESOURCES_WINDOW (muri_resources_window_get_type ())
G_DECLARE_FINAL_TYPE (MuriResourcesWindow, muri_resources_window, MURI, RESOURCES_WINDOW, AdwWindow)

/* @vms: (element-type MuriVm); @group: (nullable): what they are of, in words */
MuriResourcesWindow *
muri_resources_window_new (GtkWindow *parent, GPtrArray *vms, const char *group);

G_END_DECLS
