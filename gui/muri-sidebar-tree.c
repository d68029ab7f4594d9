/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-sidebar-tree.h"

#include "muri-sidebar-members.h"

/* Lives as long as the tree's root model. */
typedef struct
{
  MuriFleet *fleet; /* borrowed: its models keep the closures */
  MuriSidebarItem *groups;
  MuriSidebarItem *everything;
  GListStore *none;       /* of MuriSidebarItem: while there are no groups */
  GListModel *all_groups; /* what is below the first section */
  GListStore *host_parts; /* of list models: what is below the second, flattened */
  GListModel *hosts;      /* sorted */
  GListStore *zones;      /* of MuriSidebarItem */
} Tree;

/* Below a folded zone nobody looks: the troubled come first there. */
static int
compare_trouble (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gboolean x = muri_node_get_state ((MuriNode *)a) == MURI_NODE_UP;
  gboolean y = muri_node_get_state ((MuriNode *)b) == MURI_NODE_UP;

  return x == y ? muri_sidebar_compare_names (a, b, user_data) : x - y;
}

static GListModel *
children_of (gpointer item, gpointer user_data)
{
  Tree *tree = user_data;

  if (MURI_IS_NODE (item))
    return muri_sidebar_members_of_node (item);
  if (MURI_IS_GROUP (item))
    return muri_sidebar_members_of_group (item);
  if (muri_sidebar_item_is (item, MURI_SIDEBAR_GROUPS))
    return g_object_ref (tree->all_groups);
  if (muri_sidebar_item_is (item, MURI_SIDEBAR_FLEET))
    return G_LIST_MODEL (
        gtk_flatten_list_model_new (g_object_ref (G_LIST_MODEL (tree->host_parts))));
  if (muri_sidebar_item_is (item, MURI_SIDEBAR_ZONE))
    return muri_sidebar_sorted (G_LIST_MODEL (muri_sidebar_item_get_nodes (item)), compare_trouble);
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

/* @wanted: a set of MuriNode, of which those that are not there yet are left */
static void
keep_wanted (GListStore *nodes, GHashTable *wanted)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (nodes)); i-- > 0;)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (G_LIST_MODEL (nodes), i);

      if (!g_hash_table_remove (wanted, node))
        g_list_store_remove (nodes, i);
    }
}

static void
append_all (GListStore *nodes, GHashTable *set)
{
  guint n;
  g_autofree gpointer *more = g_hash_table_get_keys_as_array (set, &n);

  if (n > 0)
    g_list_store_splice (nodes, g_list_model_get_n_items (G_LIST_MODEL (nodes)), 0, more, n);
}

/* Zone to a set of its nodes. */
static GHashTable *
part_by_zone (GListModel *hosts)
{
  GHashTable *parts = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
  guint n = g_list_model_get_n_items (hosts);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (hosts, i);
      gpointer zone = GUINT_TO_POINTER (muri_node_get_zone (node));
      GHashTable *part = g_hash_table_lookup (parts, zone);

      if (!part)
        {
          part = g_hash_table_new (NULL, NULL);
          g_hash_table_insert (parts, zone, part);
        }
      g_hash_table_add (part, node);
    }
  return parts;
}

/* Zones keep their objects, so that what is unfolded stays so. */
static void
fill_zones (Tree *tree)
{
  g_autoptr (GHashTable) parts = part_by_zone (tree->hosts);
  GHashTableIter iter;
  gpointer zone, part;

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (tree->zones)); i-- > 0;)
    {
      g_autoptr (MuriSidebarItem) item = g_list_model_get_item (G_LIST_MODEL (tree->zones), i);

      if (!g_hash_table_contains (parts, GUINT_TO_POINTER (muri_sidebar_item_get_zone (item))))
        g_list_store_remove (tree->zones, i);
    }
  g_hash_table_iter_init (&iter, parts);
  while (g_hash_table_iter_next (&iter, &zone, &part))
    {
      g_autoptr (MuriSidebarItem) item = find_zone (tree->zones, GPOINTER_TO_UINT (zone));
      GListStore *nodes = muri_sidebar_item_get_nodes (item);

      keep_wanted (nodes, part);
      append_all (nodes, part);
      muri_sidebar_item_set_count (item, g_list_model_get_n_items (G_LIST_MODEL (nodes)));
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
  g_autoptr (GObject) shown = g_list_model_get_item (G_LIST_MODEL (tree->host_parts), 0);

  if (zoned)
    fill_zones (tree);
  if (shown != wanted)
    g_list_store_splice (tree->host_parts, 0, 1, &wanted, 1);
}

static void
on_vms_changed (GListModel *model, guint position, guint removed, guint added, Tree *tree)
{
  muri_sidebar_item_set_count (tree->everything, g_list_model_get_n_items (model));
}

static void
on_groups_changed (GListModel *model, guint position, guint removed, guint added, Tree *tree)
{
  GListModel *roots = muri_groups_get_roots (muri_fleet_get_groups (tree->fleet));
  GListModel *smart = muri_fleet_get_smart_groups (tree->fleet);

  if (g_list_model_get_n_items (roots) + g_list_model_get_n_items (smart) > 0)
    g_list_store_remove_all (tree->none);
  else if (g_list_model_get_n_items (G_LIST_MODEL (tree->none)) == 0)
    {
      g_autoptr (MuriSidebarItem) item = muri_sidebar_item_new (MURI_SIDEBAR_NO_GROUPS, NULL, 0);

      g_list_store_append (tree->none, item);
    }
}

static void
tree_free (gpointer data)
{
  Tree *tree = data;

  g_signal_handlers_disconnect_by_data (tree->hosts, tree);
  g_signal_handlers_disconnect_by_data (muri_fleet_get_vms (tree->fleet), tree);
  g_signal_handlers_disconnect_by_data (muri_groups_get_roots (muri_fleet_get_groups (tree->fleet)),
                                        tree);
  g_object_unref (tree->groups);
  g_object_unref (tree->everything);
  g_object_unref (tree->none);
  g_object_unref (tree->all_groups);
  g_object_unref (tree->host_parts);
  g_object_unref (tree->hosts);
  g_object_unref (tree->zones);
  g_object_unref (tree->fleet);
  g_free (tree);
}

static void
make_groups (Tree *tree)
{
  GListModel *roots = muri_groups_get_roots (muri_fleet_get_groups (tree->fleet));
  GListStore *parts = g_list_store_new (G_TYPE_LIST_MODEL);

  tree->groups = muri_sidebar_item_new (MURI_SIDEBAR_GROUPS, NULL, 0);
  tree->none = g_list_store_new (MURI_TYPE_SIDEBAR_ITEM);
  g_list_store_append (parts, roots);
  g_list_store_append (parts, muri_fleet_get_smart_groups (tree->fleet));
  g_list_store_append (parts, tree->none);
  tree->all_groups = G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)));
  g_signal_connect_after (roots, "items-changed", G_CALLBACK (on_groups_changed), tree);
  g_signal_connect_after (muri_fleet_get_smart_groups (tree->fleet), "items-changed",
                          G_CALLBACK (on_groups_changed), tree);
  on_groups_changed (roots, 0, 0, 0, tree);
}

static void
make_hosts (Tree *tree)
{
  GListModel *vms = muri_fleet_get_vms (tree->fleet);

  tree->everything = muri_sidebar_item_new (MURI_SIDEBAR_FLEET, NULL, 0);
  tree->hosts =
      muri_sidebar_sorted (muri_fleet_get_nodes (tree->fleet), muri_sidebar_compare_names);
  tree->zones = g_list_store_new (MURI_TYPE_SIDEBAR_ITEM);
  tree->host_parts = g_list_store_new (G_TYPE_LIST_MODEL);
  g_list_store_append (tree->host_parts, tree->hosts);
  /* After the models that flatten the parts: they must not lose a part whose change they have not
   * heard of yet. */
  g_signal_connect_after (tree->hosts, "items-changed", G_CALLBACK (on_hosts_changed), tree);
  g_signal_connect (vms, "items-changed", G_CALLBACK (on_vms_changed), tree);
  on_hosts_changed (tree->hosts, 0, 0, 0, tree);
  on_vms_changed (vms, 0, 0, 0, tree);
}

GtkTreeListModel *
muri_sidebar_tree_new (MuriFleet *fleet)
{
  Tree *tree = g_new0 (Tree, 1);
  g_autoptr (GListStore) sections = g_list_store_new (MURI_TYPE_SIDEBAR_ITEM);

  tree->fleet = g_object_ref (fleet);
  make_groups (tree);
  make_hosts (tree);
  g_list_store_append (sections, tree->groups);
  g_list_store_append (sections, tree->everything);
  g_object_set_data_full (G_OBJECT (sections), "muri-tree", tree, tree_free);
  return gtk_tree_list_model_new (g_object_ref (G_LIST_MODEL (sections)), FALSE, FALSE, children_of,
                                  tree, NULL);
}

static gboolean
is_zone_of (gpointer item, gpointer node)
{
  return muri_sidebar_item_is (item, MURI_SIDEBAR_ZONE)
         && muri_sidebar_item_get_zone (item) == muri_node_get_zone (node);
}

static gboolean
is_item (gpointer item, gpointer wanted)
{
  return item == wanted;
}

static gboolean
is_section (gpointer item, gpointer kind)
{
  return muri_sidebar_item_is (item, GPOINTER_TO_UINT (kind));
}

static guint
find_row (GtkTreeListModel *model, gboolean (*is) (gpointer item, gpointer data), gpointer data,
          gboolean unfold)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (model));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (model), i);
      g_autoptr (GObject) item = gtk_tree_list_row_get_item (row);

      if (!is (item, data))
        continue;
      if (unfold)
        gtk_tree_list_row_set_expanded (row, TRUE);
      return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

static void
unfold_to_group (GtkTreeListModel *model, MuriGroup *group)
{
  MuriGroup *parent = muri_group_get_parent (group);

  if (!parent)
    find_row (model, is_section, GUINT_TO_POINTER (MURI_SIDEBAR_GROUPS), TRUE);
  else
    {
      unfold_to_group (model, parent);
      find_row (model, is_item, parent, TRUE);
    }
}

static void
unfold_to_node (GtkTreeListModel *model, MuriNode *node)
{
  find_row (model, is_section, GUINT_TO_POINTER (MURI_SIDEBAR_FLEET), TRUE);
  find_row (model, is_zone_of, node, TRUE);
}

/* What is in view already stays where it is: it may be in several places. */
guint
muri_sidebar_tree_reveal (GtkTreeListModel *model, gpointer item)
{
  guint position = find_row (model, is_item, item, FALSE);

  if (position != GTK_INVALID_LIST_POSITION)
    return position;
  if (MURI_IS_GROUP (item))
    unfold_to_group (model, item);
  else if (MURI_IS_SMART_GROUP (item))
    find_row (model, is_section, GUINT_TO_POINTER (MURI_SIDEBAR_GROUPS), TRUE);
  else if (MURI_IS_NODE (item))
    unfold_to_node (model, item);
  else if (MURI_IS_VM (item))
    {
      unfold_to_node (model, muri_vm_get_node (item));
      find_row (model, is_item, muri_vm_get_node (item), TRUE);
    }
  return find_row (model, is_item, item, FALSE);
}

guint
muri_sidebar_tree_find_fleet (GtkTreeListModel *model)
{
  return find_row (model, is_section, GUINT_TO_POINTER (MURI_SIDEBAR_FLEET), FALSE);
}
