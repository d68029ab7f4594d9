/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriDeleteWindow: the question about the deletion of VMs, with all that goes and stays.
 *
 * Signals: "confirmed": GPtrArray of MuriRequest: VMs of which the same volumes go are one
 * request; GPtrArray of MuriVm: these of them run, and are to be forced off first; gboolean: none
 * of all VMs stays.
 */
#define MURI_TYPE_DELETE_WINDOW (muri_delete_window_get_type ())
G_DECLARE_FINAL_TYPE (MuriDeleteWindow, muri_delete_window, MURI, DELETE_WINDOW, AdwWindow)

/* @owner: (nullable): the template that they are clones of, and that goes with the last of them */
MuriDeleteWindow *muri_delete_window_new (GtkWindow *parent, GPtrArray *vms, const char *owner);

G_END_DECLS
