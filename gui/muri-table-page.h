/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-scope.h"
#include "muri-table.h"

G_BEGIN_DECLS

/**
 * MuriTablePage: a table below the line that says what is in it, with a filter and empty pages.
 *
 * Properties: fleet, scope (nullable: nobody looks), n-selected.
 */
#define MURI_TYPE_TABLE_PAGE (muri_table_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (MuriTablePage, muri_table_page, MURI, TABLE_PAGE, GtkBox)

struct _MuriTablePageClass
{
  GtkBoxClass parent_class;

  /* Of the rows: MuriVm or MuriNode. */
  GType item_type;

  /* What to show of @scope. (transfer none) */
  GListModel *(*get_source) (MuriTablePage *page, MuriScope *scope);
  GListModel *(*get_everything) (MuriTablePage *page, MuriScope *scope);

  /* "14 VMs, 11 running, 2 off" */
  char *(*describe) (MuriTablePage *page, GListModel *source);

  void (*selection_changed) (MuriTablePage *page);
};

MuriTable *muri_table_page_get_table (MuriTablePage *page);
MuriScope *muri_table_page_get_scope (MuriTablePage *page);

/* Says something about the table, until it is closed or something else is said. */
void muri_table_page_note (MuriTablePage *page, const char *text);

/* What is shown while there is nothing in the scope. */
void muri_table_page_set_empty (MuriTablePage *page, const char *icon_name, const char *title,
                                const char *description);

/* Replaces the filter. */
void muri_table_page_set_filter (MuriTablePage *page, const char *text);

/* Selects what bears one of the names and says which were not found. */
void muri_table_page_pick_names (MuriTablePage *page, const char *text);

G_END_DECLS
