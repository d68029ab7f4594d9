/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The rows of the page of operations, of a tree of MuriOperation, below each what became of its
 * targets: MuriTarget and MuriOutcomeHeading. Transfer full. */
GtkListItemFactory *muri_ledger_rows_new (void);

G_END_DECLS
