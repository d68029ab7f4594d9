/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-slots.h"
#include "muri-table.h"

G_BEGIN_DECLS

struct _MuriTable
{
  GtkWidget parent_instance;

  /* Template widgets */
  AdwSqueezer *squeezer;
  GtkWidget *wide;
  GtkColumnView *columns_view;
  GtkWidget *narrow;
  GtkListView *list_view;

  /* Owned */
  GType item_type;
  MuriRanking *ranking;
  MuriPicks *picks;
  MuriSlots *slots;
  GSettings *settings;
  GtkColumnViewColumn *columns[MURI_N_COLUMNS]; /* NULL: does not apply */
  int widths[MURI_N_COLUMNS];                   /* of those that are hidden */
  GMenu *view_menu;
  GMenuModel *row_menu;
  GtkWidget *popover;
  gpointer focused;    /* owned: what has the focus, while rows are given other items */
  GtkWidget *menu_row; /* weak: what had the focus before the menu */
  GSimpleActionGroup *actions;
  char *group; /* the path of the group whose list it is */
  GtkEventController *motion;
  GtkEventController *focus;
  guint fit_id;

  gboolean menu_open;
  gboolean resumed; /* sorting goes on although somebody is at work, until the next touch */
  gboolean sorting; /* this table itself changes the order of the column view */
  int fitted_width;
};

/* muri-table-columns.c */
void muri_table_make_columns (MuriTable *self);
void muri_table_fit_columns (MuriTable *self);
char *muri_table_key (MuriTable *self, const char *prefix);

/* muri-table-rows.c */
GtkListItemFactory *muri_table_cell_factory_new (MuriTable *self, MuriColumn column);
GtkListItemFactory *muri_table_row_factory_new (MuriTable *self);
gpointer muri_table_item_of_row (GtkWidget *row);
void muri_table_look_at_rows (GtkWidget *list_view);

/* muri-table-input.c */
void muri_table_make_slots (MuriTable *self);
void muri_table_add_controllers (MuriTable *self);
void muri_table_add_bindings (GtkWidgetClass *widget_class);

/* muri-table-members.c */
void muri_table_add_members (MuriTable *self);
void muri_table_add_member_bindings (GtkWidgetClass *widget_class);

/* muri-table.c */
void muri_table_open (MuriTable *self, gpointer item);
GtkWidget *muri_table_get_list (MuriTable *self);

G_END_DECLS
