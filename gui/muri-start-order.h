/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-group-edits.h"

G_BEGIN_DECLS

/**
 * MuriStartOrder: in which order the members of a group start.
 *
 * Signals: "applied" (MuriGroupEdits, nullable; const char *: why not).
 */
#define MURI_TYPE_START_ORDER (muri_start_order_get_type ())
G_DECLARE_FINAL_TYPE (MuriStartOrder, muri_start_order, MURI, START_ORDER, AdwWindow)

MuriStartOrder *muri_start_order_new (GtkWindow *parent, MuriFleet *fleet, MuriGroup *group);

G_END_DECLS
