/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-plan.h"

G_BEGIN_DECLS

/* @problem: (nullable): a sentence about why nothing was asked for */
typedef void (*MuriActFunc) (MuriOperation *operation, const char *problem, gpointer user_data);

/**
 * muri_act:
 * @vms: (element-type MuriVm): what is selected
 * @done: called when the operation was submitted, or could not be; never when the answer was no
 *
 * Asks where it has to be asked, and submits exactly what was confirmed.
 */
void muri_act (GtkWindow *parent, MuriFleet *fleet, guint verb, GPtrArray *vms, MuriActFunc done,
               gpointer user_data);

G_END_DECLS
