/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MuriSelectionBar: slides in from the foot with the first selected VM; the place of power verbs.
 *
 * Its buttons activate the actions of the group "selection", which a page provides: one a verb,
 * named as muri_verb_to_nick() does, and "clear".
 *
 * Properties: n-selected (guint).
 */
#define MURI_TYPE_SELECTION_BAR (muri_selection_bar_get_type ())
G_DECLARE_FINAL_TYPE (MuriSelectionBar, muri_selection_bar, MURI, SELECTION_BAR, GtkWidget)

G_END_DECLS
