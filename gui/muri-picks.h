/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MuriPicks: a multiple selection that holds on to objects, not to positions.
 *
 * It survives every re-ordering of its model; what leaves the model leaves the selection.
 *
 * Signals: "changed": what is picked is another set now. "touched": the state of something picked
 * changed (its properties state, known or pending).
 */
#define MURI_TYPE_PICKS (muri_picks_get_type ())
G_DECLARE_FINAL_TYPE (MuriPicks, muri_picks, MURI, PICKS, GObject)

MuriPicks *muri_picks_new (GListModel *model);

guint muri_picks_get_n (MuriPicks *picks);

/* In the order of the model. (transfer container) (element-type GObject) */
GPtrArray *muri_picks_get_items (MuriPicks *picks);

/* Exactly these, of what is in the model. */
void muri_picks_set_items (MuriPicks *picks, GPtrArray *items);

G_END_DECLS
