/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* What can be done about an operation: retry, cancel, force, undo, copy. */
GMenuModel *muri_operation_menu_new (MuriFleet *fleet, MuriOperation *operation);

/* A line a target, for a report or a mail. */
char *muri_operation_details (MuriOperation *operation);

/* The target's outcome in words: "Timed out (Running)". */
char *muri_target_words (MuriTarget *target);

G_END_DECLS
