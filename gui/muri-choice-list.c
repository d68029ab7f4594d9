/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-choice-list.h"

#include "muri-row-label.h"
#include "muri-state-icon.h"

#define INDENT 28

typedef struct
{
  MuriChoiceFunc describe;
} Chooser;

/* The parts of a row, in their order. */
typedef struct
{
  GtkWidget *row;
  GtkWidget *check;
  GtkWidget *icon;
  GtkWidget *title;
  GtkWidget *detail;
} Parts;

static Parts
parts_of (GtkListItem *list_item)
{
  Parts parts = { .row = gtk_list_item_get_child (list_item) };

  parts.check = gtk_widget_get_first_child (parts.row);
  parts.icon = gtk_widget_get_next_sibling (parts.check);
  parts.title = gtk_widget_get_next_sibling (parts.icon);
  parts.detail = gtk_widget_get_next_sibling (parts.title);
  return parts;
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *title = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "hexpand", TRUE, "ellipsize",
                                   PANGO_ELLIPSIZE_MIDDLE, NULL);
  GtkWidget *detail =
      g_object_new (GTK_TYPE_LABEL, "xalign", 1.0, "ellipsize", PANGO_ELLIPSIZE_END, NULL);

  gtk_widget_add_css_class (detail, "dim-label");
  gtk_widget_add_css_class (detail, "numeric");
  gtk_box_append (GTK_BOX (row), gtk_check_button_new ());
  gtk_box_append (GTK_BOX (row), muri_state_icon_new ());
  gtk_box_append (GTK_BOX (row), title);
  gtk_box_append (GTK_BOX (row), detail);
  gtk_list_item_set_child (list_item, row);
}

static void
update (GtkListItem *list_item)
{
  Chooser *chooser = g_object_get_data (G_OBJECT (list_item), "chooser");
  Parts parts = parts_of (list_item);
  MuriChoice choice = { .detail = "" };
  g_autofree char *label = NULL;

  chooser->describe (gtk_list_item_get_item (list_item), &choice);
  gtk_widget_set_margin_start (parts.check, choice.part ? INDENT : 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (parts.check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  choice.title, -1);
  muri_state_icon_set_vm (MURI_STATE_ICON (parts.icon), choice.vm);
  gtk_widget_set_visible (parts.icon, choice.vm != NULL);
  gtk_label_set_text (GTK_LABEL (parts.title), choice.title);
  gtk_label_set_text (GTK_LABEL (parts.detail), choice.detail);
  gtk_widget_set_tooltip_text (parts.detail, *choice.detail ? choice.detail : NULL);
  if (choice.dim)
    gtk_widget_add_css_class (parts.title, "dim-label");
  else
    gtk_widget_remove_css_class (parts.title, "dim-label");
  label = g_strdup_printf ("%s, %s", choice.title, choice.detail);
  muri_row_label_set (parts.row, *choice.detail ? label : choice.title);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, Chooser *chooser)
{
  GObject *item = gtk_list_item_get_item (list_item);
  GtkWidget *check = parts_of (list_item).check;

  g_object_set_data (G_OBJECT (list_item), "chooser", chooser);
  g_object_set_data (G_OBJECT (list_item), "ticked",
                     g_object_bind_property (item, "ticked", check, "active",
                                             G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL));
  g_object_set_data (
      G_OBJECT (list_item), "enabled",
      g_object_bind_property (item, "enabled", check, "sensitive", G_BINDING_SYNC_CREATE));
  g_signal_connect_object (item, "notify", G_CALLBACK (update), list_item, G_CONNECT_SWAPPED);
  update (list_item);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  g_binding_unbind (g_object_get_data (G_OBJECT (list_item), "ticked"));
  g_binding_unbind (g_object_get_data (G_OBJECT (list_item), "enabled"));
  g_signal_handlers_disconnect_by_data (gtk_list_item_get_item (list_item), list_item);
  muri_state_icon_set_vm (MURI_STATE_ICON (parts_of (list_item).icon), NULL);
}

static void
on_activate (GtkListView *list, guint position)
{
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (list));
  g_autoptr (GObject) item = g_list_model_get_item (model, position);
  gboolean ticked = FALSE;
  gboolean enabled = FALSE;

  if (!item)
    return;
  g_object_get (item, "ticked", &ticked, "enabled", &enabled, NULL);
  if (enabled)
    g_object_set (item, "ticked", !ticked, NULL);
}

void
muri_choice_list_set_up (GtkListView *list, GListModel *items, MuriChoiceFunc describe)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkNoSelection) selection = gtk_no_selection_new (g_object_ref (items));
  Chooser *chooser = g_new0 (Chooser, 1);

  chooser->describe = describe;
  g_object_set_data_full (G_OBJECT (factory), "chooser", chooser, g_free);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), chooser);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  g_signal_connect (list, "activate", G_CALLBACK (on_activate), NULL);
  gtk_list_view_set_factory (list, factory);
  gtk_list_view_set_model (list, GTK_SELECTION_MODEL (selection));
}
