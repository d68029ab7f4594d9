/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* @group: (nullable): with @problem, a sentence about why there is none */
typedef void (*MuriSmartFunc) (MuriSmartGroup *group, const char *problem, gpointer data);

/**
 * muri_smart_dialog_present:
 * @group: (nullable): the one to change; NULL for a new one
 * @text: what it looks for, to begin with
 *
 * Asks for the name of a saved search and what it looks for, and says while that is typed what it
 * finds or what is wrong with it.
 */
void muri_smart_dialog_present (GtkWindow *parent, MuriFleet *fleet, MuriSmartGroup *group,
                                const char *text, MuriSmartFunc done, gpointer data,
                                GDestroyNotify destroy);

G_END_DECLS
