/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-picks.h"
#include "muri-ranking.h"

G_BEGIN_DECLS

/**
 * MuriTable: VMs or hosts in rows: a table, or a list of two-line rows where it is narrow.
 *
 * Rows keep their places while somebody is at work in them; see MuriRanking.
 *
 * Properties: item-type (GType of MuriVm or MuriNode; construct only), row-menu (GMenuModel),
 * source (GListModel, nullable).
 */
#define MURI_TYPE_TABLE (muri_table_get_type ())
G_DECLARE_FINAL_TYPE (MuriTable, muri_table, MURI, TABLE, GtkWidget)

void muri_table_set_source (MuriTable *table, GListModel *source);
MuriRanking *muri_table_get_ranking (MuriTable *table);
MuriPicks *muri_table_get_picks (MuriTable *table);

/* Order, columns and height of rows, as a menu; its actions are the group "table". */
GMenuModel *muri_table_get_view_menu (MuriTable *table);
GActionGroup *muri_table_get_actions (MuriTable *table);

/* Starts to move rows again, until the next touch. */
void muri_table_resume_sorting (MuriTable *table);

/* Selects exactly these, of what is in the source. (element-type GObject) */
void muri_table_pick_items (MuriTable *table, GPtrArray *items);

/* @group: (nullable): the path of the group whose list it is: what is dragged or cut there is moved
 * out of it. */
void muri_table_set_group (MuriTable *table, const char *group);

void muri_table_scroll_to_top (MuriTable *table);
gboolean muri_table_grab_rows (MuriTable *table);

G_END_DECLS
