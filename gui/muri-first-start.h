/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-network.h"

G_BEGIN_DECLS

/**
 * MuriFirstStart: what to do while no host was ever heard.
 */
#define MURI_TYPE_FIRST_START (muri_first_start_get_type ())
G_DECLARE_FINAL_TYPE (MuriFirstStart, muri_first_start, MURI, FIRST_START, GtkWidget)

void muri_first_start_set_network (MuriFirstStart *page, MuriNetwork *network, MuriFleet *fleet,
                                   GSettings *settings);

G_END_DECLS
