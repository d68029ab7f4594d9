/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-sidebar-tree.h"

/* More VMs of a host are in its table. */
#define VMS_LISTED 50

/* Lives as long as the tree's root model. */
typedef struct
{
  MuriFleet *fleet; /* borrowed: its models keep the closures */
  MuriSidebarItem *everything;
  GListStore *parts; /* of list models: what is flattened */
  GListModel *hosts; /* sorted */
  GListStore *zones; /* of MuriSidebarItem */
} Tree;

static const char *
name_of (gpointer item)
{
  return MURI_IS_VM (item) ? muri_vm_get_name (item) : muri_node_get_name (item);
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  g_autofree char *x = g_utf8_collate_key_for_filename (name_of ((gpointer)a), -1);
  g_autofree char *y = g_utf8_collate_key_for_filename (name_of ((gpointer)b), -1);

  return gtk_ordering_from_cmpfunc (strcmp (x, y));
}

/* Below a folded zone nobody looks: the troubled come first there. */
static int
compare_trouble (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gboolean x = muri_node_get_state ((MuriNode *)a) == MURI_NODE_UP;
  gboolean y = muri_node_get_state ((MuriNode *)b) == MURI_NODE_UP;

  return x == y ? compare_names (a, b, user_data) : x - y;
}

static GListModel *
sorted (GListModel *model, GCompareDataFunc compare)
{
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare, NULL, NULL));

  return G_LIST_MODEL (gtk_sort_list_model_new (g_object_ref (model), sorter));
}

static void
update_more (GListStore *more, GParamSpec *pspec, MuriNode *node)
{
  guint n = muri_node_get_n_vms (node);

  if (n <= VMS_LISTED)
    g_list_store_remove_all (more);
  else
    {
      g_autoptr (MuriSidebarItem) item = g_list_model_get_item (G_LIST_MODEL (more), 0);

      if (!item)
        {
          item = muri_sidebar_item_new (MURI_SIDEBAR_MORE, node, 0);
          muri_sidebar_item_set_count (item, n);
          g_list_store_append (more, item);
        }
      muri_sidebar_item_set_count (item, n);
    }
}

static GListModel *
vms_of (MuriNode *node)
{
  GListStore *parts = g_list_store_new (G_TYPE_LIST_MODEL);
  g_autoptr (GListStore) more = g_list_store_new (MURI_TYPE_SIDEBAR_ITEM);
  g_autoptr (GtkSliceListModel) listed =
      gtk_slice_list_model_new (sorted (muri_node_get_vms (node), compare_names), 0, VMS_LISTED);

  g_list_store_append (parts, listed);
  g_list_store_append (parts, more);
  g_signal_connect_object (node, "notify::n-vms", G_CALLBACK (update_more), more,
                           G_CONNECT_SWAPPED);
  update_more (more, NULL, node);
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)));
}

static GListModel *
children_of (gpointer item, gpointer user_data)
{
  if (MURI_IS_NODE (item))
    return vms_of (item);
  if (MURI_IS_SIDEBAR_ITEM (item) && muri_sidebar_item_get_kind (item) == MURI_SIDEBAR_ZONE)
    return sorted (G_LIST_MODEL (muri_sidebar_item_get_nodes (item)), compare_trouble);
  return NULL;
}

static MuriSidebarItem *
find_zone (GListStore *zones, guint zone)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (zones));
  MuriSidebarItem *item;
  guint i;

  for (i = 0; i < n; i++)
    {
      item = g_list_model_get_item (G_LIST_MODEL (zones), i);
      if (muri_sidebar_item_get_zone (item) == zone)
        return item;
      g_object_unref (item);
      if (muri_sidebar_item_get_zone (item) > zone)
        break;
    }
  item = muri_sidebar_item_new (MURI_SIDEBAR_ZONE, NULL, zone);
  g_list_store_insert (zones, i, item);
  return item;
}

static void
remove_stale (GListStore *nodes, GListModel *hosts, guint zone)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (nodes)); i-- > 0;)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (G_LIST_MODEL (nodes), i);
      gboolean found = FALSE;
      guint n = g_list_model_get_n_items (hosts);

      for (guint j = 0; j < n && !found; j++)
        {
          g_autoptr (MuriNode) other = g_list_model_get_item (hosts, j);

          found = other == node && muri_node_get_zone (node) == zone;
        }
      if (!found)
        g_list_store_remove (nodes, i);
    }
}

/* Zones keep their objects, so that what is unfolded stays so. */
static void
fill_zones (Tree *tree)
{
  guint n = g_list_model_get_n_items (tree->hosts);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (tree->hosts, i);
      g_autoptr (MuriSidebarItem) zone = find_zone (tree->zones, muri_node_get_zone (node));
      GListStore *nodes = muri_sidebar_item_get_nodes (zone);

      if (!g_list_store_find (nodes, node, NULL))
        g_list_store_append (nodes, node);
    }
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (tree->zones)); i-- > 0;)
    {
      g_autoptr (MuriSidebarItem) zone = g_list_model_get_item (G_LIST_MODEL (tree->zones), i);
      GListStore *nodes = muri_sidebar_item_get_nodes (zone);
      guint left;

      remove_stale (nodes, tree->hosts, muri_sidebar_item_get_zone (zone));
      left = g_list_model_get_n_items (G_LIST_MODEL (nodes));
      muri_sidebar_item_set_count (zone, left);
      if (left == 0)
        g_list_store_remove (tree->zones, i);
    }
}

static gboolean
has_zones (GListModel *hosts)
{
  g_autoptr (MuriNode) first = g_list_model_get_item (hosts, 0);
  guint n = g_list_model_get_n_items (hosts);

  for (guint i = 1; i < n; i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (hosts, i);

      if (muri_node_get_zone (node) != muri_node_get_zone (first))
        return TRUE;
    }
  return FALSE;
}

static void
on_hosts_changed (GListModel *model, guint position, guint removed, guint added, Tree *tree)
{
  gboolean zoned = has_zones (tree->hosts);
  gpointer wanted = zoned ? (gpointer)tree->zones : (gpointer)tree->hosts;
  g_autoptr (GObject) shown = g_list_model_get_item (G_LIST_MODEL (tree->parts), 1);

  if (zoned)
    fill_zones (tree);
  if (shown != wanted)
    g_list_store_splice (tree->parts, 1, 1, &wanted, 1);
}

static void
on_vms_changed (GListModel *model, guint position, guint removed, guint added, Tree *tree)
{
  muri_sidebar_item_set_count (tree->everything, g_list_model_get_n_items (model));
}

static void
tree_free (gpointer data)
{
  Tree *tree = data;

  g_signal_handlers_disconnect_by_data (tree->hosts, tree);
  g_signal_handlers_disconnect_by_data (muri_fleet_get_vms (tree->fleet), tree);
  g_object_unref (tree->everything);
  g_object_unref (tree->parts);
  g_object_unref (tree->hosts);
  g_object_unref (tree->zones);
  g_object_unref (tree->fleet);
  g_free (tree);
}

GtkTreeListModel *
muri_sidebar_tree_new (MuriFleet *fleet)
{
  Tree *tree = g_new0 (Tree, 1);
  g_autoptr (GListStore) top = g_list_store_new (MURI_TYPE_SIDEBAR_ITEM);
  GListModel *vms = muri_fleet_get_vms (fleet);
  GtkFlattenListModel *root;

  tree->fleet = g_object_ref (fleet);
  tree->everything = muri_sidebar_item_new (MURI_SIDEBAR_FLEET, NULL, 0);
  tree->hosts = sorted (muri_fleet_get_nodes (fleet), compare_names);
  tree->zones = g_list_store_new (MURI_TYPE_SIDEBAR_ITEM);
  tree->parts = g_list_store_new (G_TYPE_LIST_MODEL);
  g_list_store_append (top, tree->everything);
  g_list_store_append (tree->parts, top);
  g_list_store_append (tree->parts, tree->hosts);
  /* After the model that flattens the parts: it must not lose a part whose change it has not
   * heard of yet. */
  g_signal_connect_after (tree->hosts, "items-changed", G_CALLBACK (on_hosts_changed), tree);
  g_signal_connect (vms, "items-changed", G_CALLBACK (on_vms_changed), tree);
  on_hosts_changed (tree->hosts, 0, 0, 0, tree);
  on_vms_changed (vms, 0, 0, 0, tree);

  root = gtk_flatten_list_model_new (g_object_ref (G_LIST_MODEL (tree->parts)));
  g_object_set_data_full (G_OBJECT (root), "muri-tree", tree, tree_free);
  return gtk_tree_list_model_new (G_LIST_MODEL (root), FALSE, FALSE, children_of, NULL, NULL);
}

static guint
find_row (GtkTreeListModel *model, gpointer item, GtkTreeListRow **found)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (model));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (model), i);
      g_autoptr (GObject) other = gtk_tree_list_row_get_item (row);

      if (other == item)
        {
          if (found)
            *found = g_steal_pointer (&row);
          return i;
        }
    }
  return GTK_INVALID_LIST_POSITION;
}

static void
unfold_zones (GtkTreeListModel *model, MuriNode *node)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (model));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (model), i);
      g_autoptr (GObject) item = gtk_tree_list_row_get_item (row);

      if (MURI_IS_SIDEBAR_ITEM (item)
          && muri_sidebar_item_get_kind (MURI_SIDEBAR_ITEM (item)) == MURI_SIDEBAR_ZONE
          && muri_sidebar_item_get_zone (MURI_SIDEBAR_ITEM (item)) == muri_node_get_zone (node))
        gtk_tree_list_row_set_expanded (row, TRUE);
    }
}

guint
muri_sidebar_tree_reveal (GtkTreeListModel *model, gpointer item)
{
  guint position = find_row (model, item, NULL);
  MuriNode *node = NULL;
  g_autoptr (GtkTreeListRow) row = NULL;

  if (position != GTK_INVALID_LIST_POSITION)
    return position;
  if (MURI_IS_VM (item))
    node = muri_vm_get_node (item);
  else if (MURI_IS_NODE (item))
    node = item;
  if (!node)
    return GTK_INVALID_LIST_POSITION;

  unfold_zones (model, node);
  if (item != (gpointer)node && find_row (model, node, &row) != GTK_INVALID_LIST_POSITION)
    gtk_tree_list_row_set_expanded (row, TRUE);
  return find_row (model, item, NULL);
}
