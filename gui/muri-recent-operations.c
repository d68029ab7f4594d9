/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-recent-operations.h"

#include <glib/gi18n.h>

#include "muri-operation-summary.h"

#define N_SHOWN 5

/* Targets are looked through for one VM; older operations are found in the ledger. */
#define N_SEARCHED 100

struct _MuriRecentOperations
{
  GtkWidget parent_instance;

  char *prefix;
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (MuriRecentOperations, muri_recent_operations, GTK_TYPE_WIDGET)

static gboolean
is_of_interest (gpointer item, gpointer user_data)
{
  MuriRecentOperations *self = user_data;
  GListModel *targets = item;
  guint n = g_list_model_get_n_items (targets);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriTarget) target = g_list_model_get_item (targets, i);

      if (g_str_has_prefix (muri_target_get_vm_id (target), self->prefix))
        return TRUE;
    }
  return FALSE;
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *summary = muri_operation_summary_new ();

  muri_operation_summary_set_operation (MURI_OPERATION_SUMMARY (summary), item);
  gtk_widget_add_css_class (summary, "row-content");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), summary);
  return row;
}

static void
on_activated (MuriRecentOperations *self, GtkListBoxRow *row)
{
  MuriOperation *operation = muri_operation_summary_get_operation (
      MURI_OPERATION_SUMMARY (gtk_list_box_row_get_child (row)));

  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-operation", "s",
                              muri_operation_get_id (operation));
}

static void
muri_recent_operations_dispose (GObject *object)
{
  MuriRecentOperations *self = MURI_RECENT_OPERATIONS (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  self->list = NULL;
  G_OBJECT_CLASS (muri_recent_operations_parent_class)->dispose (object);
}

static void
muri_recent_operations_finalize (GObject *object)
{
  g_free (MURI_RECENT_OPERATIONS (object)->prefix);
  G_OBJECT_CLASS (muri_recent_operations_parent_class)->finalize (object);
}

static void
muri_recent_operations_class_init (MuriRecentOperationsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_recent_operations_dispose;
  G_OBJECT_CLASS (klass)->finalize = muri_recent_operations_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static GtkWidget *
make_header (void)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *title = gtk_label_new (_ ("Last Operations"));
  GtkWidget *all = gtk_button_new_with_label (_ ("All Operations"));

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (title, "heading");
  gtk_box_append (GTK_BOX (header), title);
  gtk_widget_add_css_class (all, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (all), "win.show-operations");
  gtk_box_append (GTK_BOX (header), all);
  return header;
}

static void
muri_recent_operations_init (MuriRecentOperations *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  GtkWidget *empty = gtk_label_new (_ ("None yet"));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
  gtk_widget_set_parent (make_header (), GTK_WIDGET (self));
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_add_css_class (empty, "dim-label");
  gtk_widget_add_css_class (empty, "row-content");
  gtk_label_set_xalign (GTK_LABEL (empty), 0);
  gtk_list_box_set_placeholder (GTK_LIST_BOX (self->list), empty);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Last Operations"), -1);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (on_activated), self);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
}

void
muri_recent_operations_watch (MuriRecentOperations *self, MuriFleet *fleet, const char *prefix)
{
  GListModel *model;
  g_autoptr (GListModel) shown = NULL;

  g_return_if_fail (MURI_IS_RECENT_OPERATIONS (self));

  g_free (self->prefix);
  self->prefix = g_strdup (prefix);
  model = g_object_ref (muri_fleet_get_operations (fleet));
  if (prefix)
    {
      GtkCustomFilter *filter = gtk_custom_filter_new (is_of_interest, self, NULL);

      model = G_LIST_MODEL (gtk_slice_list_model_new (model, 0, N_SEARCHED));
      model = G_LIST_MODEL (gtk_filter_list_model_new (model, GTK_FILTER (filter)));
    }
  shown = G_LIST_MODEL (gtk_slice_list_model_new (model, 0, N_SHOWN));
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), shown, make_row, NULL, NULL);
}

void
muri_recent_operations_unwatch (MuriRecentOperations *self)
{
  g_return_if_fail (MURI_IS_RECENT_OPERATIONS (self));

  if (self->list)
    gtk_list_box_bind_model (GTK_LIST_BOX (self->list), NULL, NULL, NULL, NULL);
}
