/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* What can be done about an operation: retry, cancel, force, undo, copy. */
GMenuModel *muri_operation_menu_new (MuriFleet *fleet, MuriOperation *operation);

/* A line a target, for a report or a mail. */
char *muri_operation_details (MuriOperation *operation);

/* The target's outcome in words: "Timed out (Running)", "Fetching 42 % from host-2". @fleet:
 * (nullable): knows hosts by their addresses */
char *muri_target_words (MuriTarget *target, MuriFleet *fleet);

/* Below @at, which is in @parent and gets the focus back afterwards. */
void muri_operation_menu_pop_up (GtkWidget *parent, GtkWidget *at, MuriFleet *fleet,
                                 MuriOperation *operation);

G_END_DECLS
