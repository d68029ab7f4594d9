/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-start-order.h"

#include <glib/gi18n.h>

#include "muri-column.h"
#include "muri-membership.h"
#include "muri-start-order-item.h"
#include "muri-state-icon.h"

#define ORDER_MAX 9999

struct _MuriStartOrder
{
  AdwWindow parent_instance;

  /* Template widgets */
  AdwWindowTitle *heading;
  GtkListView *list;

  /* Owned */
  MuriFleet *fleet;
  char *path;
  GListStore *items;
};

G_DEFINE_FINAL_TYPE (MuriStartOrder, muri_start_order, ADW_TYPE_WINDOW)

static guint applied_signal;

static GPtrArray *
list_for (GHashTable *lists, MuriStartOrderItem *item)
{
  g_autofree char *key = g_strdup_printf ("%d %u", muri_start_order_item_get_order (item),
                                          muri_start_order_item_get_delay (item));
  GPtrArray *list = g_hash_table_lookup (lists, key);

  if (!list)
    {
      list = g_ptr_array_new ();
      g_hash_table_insert (lists, g_steal_pointer (&key), list);
    }
  return list;
}

/* Those that get the same are one change. */
static GHashTable *
collect (MuriStartOrder *self)
{
  GHashTable *lists =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    {
      g_autoptr (MuriStartOrderItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (muri_start_order_item_is_changed (item))
        g_ptr_array_add (list_for (lists, item), item); /* the store holds it */
    }
  return lists;
}

static void
apply (MuriStartOrder *self, GHashTable *lists)
{
  g_autofree char *label = g_strdup_printf (_ ("Changed the start order of %s"),
                                            adw_window_title_get_subtitle (self->heading));
  g_autoptr (MuriGroupEdits) edits = muri_group_edits_new (label);
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer list;

  g_hash_table_iter_init (&iter, lists);
  while (g_hash_table_iter_next (&iter, NULL, &list))
    {
      GPtrArray *items = list;
      g_autoptr (GPtrArray) objects = g_ptr_array_new ();

      for (guint i = 0; i < items->len; i++)
        g_ptr_array_add (objects, muri_start_order_item_get_object (items->pdata[i]));
      muri_group_edits_take (
          edits, muri_fleet_set_start_order (self->fleet, objects, self->path,
                                             muri_start_order_item_get_order (items->pdata[0]),
                                             muri_start_order_item_get_delay (items->pdata[0]),
                                             error ? NULL : &error));
    }
  if (muri_group_edits_is_empty (edits))
    g_signal_emit (self, applied_signal, 0, NULL, muri_group_problem (error));
  else
    g_signal_emit (self, applied_signal, 0, edits, NULL);
}

static void
on_apply (MuriStartOrder *self)
{
  g_autoptr (GHashTable) lists = collect (self);

  if (g_hash_table_size (lists) > 0)
    apply (self, lists);
  gtk_window_destroy (GTK_WINDOW (self));
}

static GtkWidget *
spin_new (double least, double most, const char *label)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (least, most, 1);

  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 5);
  gtk_widget_set_size_request (spin, 124, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return spin;
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *name = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "hexpand", TRUE, "ellipsize",
                                  PANGO_ELLIPSIZE_END, NULL);

  gtk_box_append (GTK_BOX (row), muri_state_icon_new ());
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), spin_new (-ORDER_MAX, ORDER_MAX, C_ ("start order", "Order")));
  gtk_box_append (GTK_BOX (row),
                  spin_new (0, MURI_START_DELAY_MAX, C_ ("start order", "Pause in s")));
  gtk_list_item_set_activatable (list_item, FALSE);
  gtk_list_item_set_child (list_item, row);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  const GBindingFlags flags = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;
  MuriStartOrderItem *item = gtk_list_item_get_item (list_item);
  gpointer object = muri_start_order_item_get_object (item);
  GtkWidget *icon = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  GtkWidget *name = gtk_widget_get_next_sibling (icon);
  GtkWidget *order = gtk_widget_get_next_sibling (name);
  GtkWidget *delay = gtk_widget_get_next_sibling (order);

  g_object_set (icon, MURI_IS_VM (object) ? "vm" : "node", object, NULL);
  gtk_label_set_text (GTK_LABEL (name), muri_item_get_name (object));
  g_object_set_data (G_OBJECT (list_item), "order",
                     g_object_bind_property (item, "order", order, "value", flags));
  g_object_set_data (G_OBJECT (list_item), "delay",
                     g_object_bind_property (item, "delay", delay, "value", flags));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  g_binding_unbind (g_object_get_data (G_OBJECT (list_item), "order"));
  g_binding_unbind (g_object_get_data (G_OBJECT (list_item), "delay"));
}

static void
make_list (MuriStartOrder *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkNoSelection) selection = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  self->items = g_list_store_new (MURI_TYPE_START_ORDER_ITEM);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->items)));
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
}

/* As they start: those without a number at the end. */
static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  MuriStartOrderItem *x = (MuriStartOrderItem *)a;
  MuriStartOrderItem *y = (MuriStartOrderItem *)b;
  int order_x = muri_start_order_item_get_order (x);
  int order_y = muri_start_order_item_get_order (y);
  g_autofree char *name_x = NULL;
  g_autofree char *name_y = NULL;

  if ((order_x == 0) != (order_y == 0))
    return order_x == 0 ? 1 : -1;
  if (order_x != order_y)
    return order_x < order_y ? -1 : 1;
  name_x = g_utf8_collate_key_for_filename (
      muri_item_get_name (muri_start_order_item_get_object (x)), -1);
  name_y = g_utf8_collate_key_for_filename (
      muri_item_get_name (muri_start_order_item_get_object (y)), -1);
  return strcmp (name_x, name_y);
}

static void
fill (MuriStartOrder *self, GListModel *members)
{
  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (GObject) object = g_list_model_get_item (members, i);
      g_autoptr (MuriStartOrderItem) item = muri_start_order_item_new (object, self->path);

      g_list_store_insert_sorted (self->items, item, compare, NULL);
    }
}

static void
muri_start_order_dispose (GObject *object)
{
  MuriStartOrder *self = MURI_START_ORDER (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_START_ORDER);
  g_clear_object (&self->items);
  g_clear_object (&self->fleet);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (muri_start_order_parent_class)->dispose (object);
}

static void
muri_start_order_class_init (MuriStartOrderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_start_order_dispose;
  applied_signal = g_signal_new ("applied", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-start-order.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriStartOrder, heading);
  gtk_widget_class_bind_template_child (widget_class, MuriStartOrder, list);
  gtk_widget_class_bind_template_callback (widget_class, on_apply);
}

static void
muri_start_order_init (MuriStartOrder *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  make_list (self);
}

MuriStartOrder *
muri_start_order_new (GtkWindow *parent, MuriFleet *fleet, MuriGroup *group)
{
  MuriStartOrder *self = g_object_new (MURI_TYPE_START_ORDER, "transient-for", parent, "title",
                                       _ ("Start Order"), NULL);

  self->fleet = g_object_ref (fleet);
  self->path = g_strdup (muri_group_get_path (group));
  adw_window_title_set_subtitle (self->heading, muri_group_get_name (group));
  fill (self, muri_group_get_nodes (group));
  fill (self, muri_group_get_vms (group));
  return self;
}
