/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-ledger-rows.h"

#include <glib/gi18n.h>

#include "muri-operation-menu.h"
#include "muri-operation-summary.h"
#include "muri-operations-page.h"
#include "muri-outcome-heading.h"
#include "muri-row-label.h"
#include "muri-state-icon.h"
#include "muri-target-row.h"

/* Names of what rows show. */
#define OPERATION "operation"
#define TARGET "target"
#define HEADING "heading"

static void
on_menu (GtkWidget *button, MuriOperationSummary *summary)
{
  GtkWidget *page = gtk_widget_get_ancestor (button, MURI_TYPE_OPERATIONS_PAGE);
  MuriOperation *operation = muri_operation_summary_get_operation (summary);

  if (page && operation)
    muri_operation_menu_pop_up (page, button, muri_page_get_fleet (MURI_PAGE (page)), operation);
}

static GtkWidget *
make_operation_row (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *summary = muri_operation_summary_new ();
  GtkWidget *menu = gtk_button_new_from_icon_name ("view-more-symbolic");

  gtk_widget_set_hexpand (summary, TRUE);
  g_signal_connect (menu, "clicked", G_CALLBACK (on_menu), summary);
  gtk_widget_set_valign (menu, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (menu, "flat");
  gtk_widget_set_tooltip_text (menu, _ ("More Actions"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (menu), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More Actions"), -1);
  gtk_box_append (GTK_BOX (box), summary);
  gtk_box_append (GTK_BOX (box), menu);
  return box;
}

static void
update_heading (GtkWidget *row, GParamSpec *pspec, MuriOutcomeHeading *heading)
{
  GtkWidget *icon = gtk_widget_get_first_child (row);
  MuriCount count = muri_outcome_heading_get_count (heading);
  g_autofree char *words = muri_outcome_count_words (count, muri_outcome_heading_get_n (heading));

  muri_state_icon_set_outcome (MURI_STATE_ICON (icon), muri_outcome_count_shape (count));
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (row)), words);
  muri_row_label_set (row, words);
}

static GtkWidget *
make_heading_row (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (NULL);
  GSignalGroup *heading = g_signal_group_new (MURI_TYPE_OUTCOME_HEADING);

  gtk_widget_add_css_class (label, "heading");
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (box), muri_state_icon_new ());
  gtk_box_append (GTK_BOX (box), label);
  g_signal_group_connect_swapped (heading, "notify::n", G_CALLBACK (update_heading), box);
  g_object_set_data_full (G_OBJECT (box), "heading", heading, g_object_unref);
  return box;
}

static void
show_heading (GtkWidget *row, MuriOutcomeHeading *heading)
{
  g_signal_group_set_target (g_object_get_data (G_OBJECT (row), "heading"), heading);
  update_heading (row, NULL, heading);
}

static void
set_up (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, gtk_tree_expander_new ());
}

/* What a row shows is nearly always of the kind that it was made for. */
static GtkWidget *
ensure_child (GtkTreeExpander *expander, const char *kind, GtkWidget *(*make) (void))
{
  GtkWidget *child = gtk_tree_expander_get_child (expander);

  if (child && g_str_equal (gtk_widget_get_name (child), kind))
    return child;
  child = make ();
  gtk_widget_set_name (child, kind);
  gtk_widget_set_hexpand (child, TRUE);
  gtk_tree_expander_set_child (expander, child);
  return child;
}

static void
show_item (GtkTreeExpander *expander, GObject *object)
{
  GtkWidget *child;

  if (MURI_IS_OPERATION (object))
    {
      child = ensure_child (expander, OPERATION, make_operation_row);
      muri_operation_summary_set_operation (
          MURI_OPERATION_SUMMARY (gtk_widget_get_first_child (child)), MURI_OPERATION (object));
    }
  else if (MURI_IS_TARGET (object))
    {
      child = ensure_child (expander, TARGET, muri_target_row_new);
      muri_target_row_set_target (MURI_TARGET_ROW (child), MURI_TARGET (object));
    }
  else
    {
      child = ensure_child (expander, HEADING, make_heading_row);
      show_heading (child, MURI_OUTCOME_HEADING (object));
    }
}

/* The row of the tree may be gone by now, and its item with it. */
static void
forget_item (GtkWidget *child)
{
  const char *kind = gtk_widget_get_name (child);

  if (g_str_equal (kind, OPERATION))
    muri_operation_summary_set_operation (
        MURI_OPERATION_SUMMARY (gtk_widget_get_first_child (child)), NULL);
  else if (g_str_equal (kind, TARGET))
    muri_target_row_set_target (MURI_TARGET_ROW (child), NULL);
  else
    g_signal_group_set_target (g_object_get_data (G_OBJECT (child), "heading"), NULL);
}

static void
bind (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));
  GtkTreeListRow *row = gtk_list_item_get_item (item);
  g_autoptr (GObject) object = gtk_tree_list_row_get_item (row);

  gtk_tree_expander_set_list_row (expander, row);
  show_item (expander, object);
}

static void
unbind (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));

  gtk_tree_expander_set_list_row (expander, NULL);
  forget_item (gtk_tree_expander_get_child (expander));
}

GtkListItemFactory *
muri_ledger_rows_new (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (set_up), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind), NULL);
  return factory;
}
