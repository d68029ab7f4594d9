/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriRecentOperations: the last few operations of a fleet, or those on one VM or host. */
#define MURI_TYPE_RECENT_OPERATIONS (muri_recent_operations_get_type ())
G_DECLARE_FINAL_TYPE (MuriRecentOperations, muri_recent_operations, MURI, RECENT_OPERATIONS,
                      GtkWidget)

/* @prefix: (nullable): what the ids of targets begin with, a node's id or a VM's */
void
muri_recent_operations_watch (MuriRecentOperations *self, MuriFleet *fleet, const char *prefix);
void muri_recent_operations_unwatch (MuriRecentOperations *self);

G_END_DECLS
