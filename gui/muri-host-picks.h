/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"
#include "muri-tick-picker.h"

G_BEGIN_DECLS

/* The hosts that could take a template, and why the others could not; @but: (nullable): those that
 * have this one already cannot. Returns how many could. */
guint
muri_host_picks_fill (MuriTickPicker *picker, MuriFleet *fleet, guint verb, MuriTemplate *but);

/* (element-type MuriNode): all of them, by name. Transfer full. */
GPtrArray *muri_host_picks_dup_nodes (MuriFleet *fleet);

/* (element-type MuriNode): those that are chosen and still there. Transfer full. */
GPtrArray *muri_host_picks_get (MuriTickPicker *picker, MuriFleet *fleet);

G_END_DECLS
