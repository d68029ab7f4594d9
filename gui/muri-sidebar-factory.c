/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-sidebar-factory.h"

#include <glib/gi18n.h>

#include "muri-sidebar-item.h"
#include "muri-sidebar-row.h"

/* While there are no groups: what they are, and the first thing to do. */
static GtkWidget *
hint_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *label = gtk_label_new (
      _ ("A group holds VMs, hosts and other groups, so that one command acts on all of them."));
  GtkWidget *button = gtk_button_new_with_label (_ ("New Group"));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.new-group");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", "");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);
  gtk_widget_add_css_class (box, "hint");
  gtk_widget_set_hexpand (box, TRUE);
  return box;
}

/* A section that is no scope folds by a click anywhere in it. */
static void
on_released (GtkGestureClick *gesture, int n_press, double x, double y, GtkListItem *list_item)
{
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  g_autoptr (GObject) item = row ? gtk_tree_list_row_get_item (row) : NULL;

  if (muri_sidebar_item_is (item, MURI_SIDEBAR_GROUPS))
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
}

static GtkWidget *
row_new (GtkListItem *list_item, MuriAlarms *alarms)
{
  GtkWidget *row = muri_sidebar_row_new (alarms);
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_object (click, "released", G_CALLBACK (on_released), list_item, 0);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  return row;
}

static MuriAlarms *
alarms_of (GtkSignalListItemFactory *factory)
{
  return g_object_get_data (G_OBJECT (factory), "alarms");
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *expander = gtk_tree_expander_new ();

  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander),
                               row_new (list_item, alarms_of (factory)));
  gtk_list_item_set_child (list_item, expander);
}

static void
on_expanded (MuriSidebarUnfolding *unfolding, GParamSpec *pspec, GtkTreeListRow *row)
{
  muri_sidebar_unfolding_note (unfolding, row);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, MuriSidebarUnfolding *unfolding)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item));
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  g_autoptr (GObject) item = gtk_tree_list_row_get_item (row);
  gboolean hint = muri_sidebar_item_is (item, MURI_SIDEBAR_NO_GROUPS);

  gtk_tree_expander_set_list_row (expander, row);
  gtk_list_item_set_selectable (list_item,
                                !hint && !muri_sidebar_item_is (item, MURI_SIDEBAR_GROUPS));
  gtk_list_item_set_activatable (list_item, !hint);
  if (hint)
    gtk_tree_expander_set_child (expander, hint_new ());
  else
    muri_sidebar_row_set_item (MURI_SIDEBAR_ROW (gtk_tree_expander_get_child (expander)), item);
  g_object_set_data (
      G_OBJECT (list_item), "handler",
      GSIZE_TO_POINTER (g_signal_connect_object (row, "notify::expanded", G_CALLBACK (on_expanded),
                                                 unfolding, G_CONNECT_SWAPPED)));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item,
           MuriSidebarUnfolding *unfolding)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item));
  GtkWidget *child = gtk_tree_expander_get_child (expander);

  g_signal_handler_disconnect (
      gtk_list_item_get_item (list_item),
      GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (list_item), "handler")));
  gtk_tree_expander_set_list_row (expander, NULL);
  if (MURI_IS_SIDEBAR_ROW (child))
    muri_sidebar_row_set_item (MURI_SIDEBAR_ROW (child), NULL);
  else
    gtk_tree_expander_set_child (expander, row_new (list_item, alarms_of (factory)));
}

GtkListItemFactory *
muri_sidebar_factory_new (MuriSidebarUnfolding *unfolding, MuriAlarms *alarms)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_object_set_data_full (G_OBJECT (factory), "alarms", g_object_ref (alarms), g_object_unref);

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), unfolding, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), unfolding, 0);
  return factory;
}

static GtkWidget *
expander_in (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_TREE_EXPANDER (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = expander_in (child);
  return found;
}

GtkTreeListRow *
muri_sidebar_row_at (GtkWidget *widget)
{
  GtkWidget *expander;

  while (widget && !g_str_equal (gtk_widget_get_css_name (widget), "row"))
    widget = gtk_widget_get_parent (widget);
  expander = widget ? expander_in (widget) : NULL;
  return expander ? gtk_tree_expander_get_list_row (GTK_TREE_EXPANDER (expander)) : NULL;
}
