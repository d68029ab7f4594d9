/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* With MURI_DEBUG=startup in the environment: writes a line to standard error after each painted
 * frame that shows another number of current VMs than the one before. For measurements. */
void muri_startup_watch (GtkWindow *window, MuriFleet *fleet);

G_END_DECLS
