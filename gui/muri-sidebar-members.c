/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-sidebar-members.h"

/* More VMs than these are in the table. */
#define VMS_LISTED 50

static const char *
key_of (gconstpointer item)
{
  if (MURI_IS_VM ((gpointer)item))
    return muri_vm_get_sort_key ((MuriVm *)item);
  return muri_node_get_sort_key ((MuriNode *)item);
}

int
muri_sidebar_compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return gtk_ordering_from_cmpfunc (strcmp (key_of (a), key_of (b)));
}

GListModel *
muri_sidebar_sorted (GListModel *model, GCompareDataFunc compare)
{
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare, NULL, NULL));

  return G_LIST_MODEL (gtk_sort_list_model_new (g_object_ref (model), sorter));
}

static void
update_more (GListStore *more, guint position, guint removed, guint added, GListModel *vms)
{
  guint n = g_list_model_get_n_items (vms);
  g_autoptr (MuriSidebarItem) item = g_list_model_get_item (G_LIST_MODEL (more), 0);

  if (n <= VMS_LISTED)
    {
      g_list_store_remove_all (more);
      return;
    }
  if (!item)
    {
      item = muri_sidebar_item_new (MURI_SIDEBAR_MORE, g_object_get_data (G_OBJECT (more), "owner"),
                                    0);
      muri_sidebar_item_set_count (item, n);
      g_list_store_append (more, item);
    }
  muri_sidebar_item_set_count (item, n);
}

/* The store lives below its owner's row, the owner is there as long as that. */
static void
append_vms (GListStore *parts, GListModel *vms, gpointer owner)
{
  g_autoptr (GListStore) more = g_list_store_new (MURI_TYPE_SIDEBAR_ITEM);
  g_autoptr (GtkSliceListModel) listed = gtk_slice_list_model_new (
      muri_sidebar_sorted (vms, muri_sidebar_compare_names), 0, VMS_LISTED);

  g_object_set_data_full (G_OBJECT (more), "owner", g_object_ref (owner), g_object_unref);
  g_list_store_append (parts, listed);
  g_list_store_append (parts, more);
  g_signal_connect_object (vms, "items-changed", G_CALLBACK (update_more), more, G_CONNECT_SWAPPED);
  update_more (more, 0, 0, 0, vms);
}

GListModel *
muri_sidebar_members_of_node (MuriNode *node)
{
  GListStore *parts = g_list_store_new (G_TYPE_LIST_MODEL);

  append_vms (parts, muri_node_get_vms (node), node);
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)));
}

GListModel *
muri_sidebar_members_of_group (MuriGroup *group)
{
  GListStore *parts = g_list_store_new (G_TYPE_LIST_MODEL);
  g_autoptr (GListModel) nodes =
      muri_sidebar_sorted (muri_group_get_nodes (group), muri_sidebar_compare_names);

  g_list_store_append (parts, muri_group_get_groups (group));
  g_list_store_append (parts, nodes);
  append_vms (parts, muri_group_get_vms (group), group);
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)));
}
