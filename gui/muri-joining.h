/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* Shows on @bar how far hosts and their VMs have come, while they come; what stays away is told
 * of elsewhere. */
void muri_joining_show (GtkProgressBar *bar, MuriFleet *fleet);

G_END_DECLS
