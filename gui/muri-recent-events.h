/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriRecentEvents: the last few events of a VM. */
#define MURI_TYPE_RECENT_EVENTS (muri_recent_events_get_type ())
G_DECLARE_FINAL_TYPE (MuriRecentEvents, muri_recent_events, MURI, RECENT_EVENTS, GtkWidget)

void muri_recent_events_watch (MuriRecentEvents *self, MuriFleet *fleet, const char *vm_id);
void muri_recent_events_unwatch (MuriRecentEvents *self);

G_END_DECLS
