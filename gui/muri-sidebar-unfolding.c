/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-sidebar-unfolding.h"

#include "muri-group-path.h"
#include "muri-sidebar-item.h"

#define KEY "unfolded-rows"

struct _MuriSidebarUnfolding
{
  GObject parent_instance;

  GtkTreeListModel *tree;
  GSettings *settings;
  GHashTable *ids;
  guint idle_id;
};

G_DEFINE_FINAL_TYPE (MuriSidebarUnfolding, muri_sidebar_unfolding, G_TYPE_OBJECT)

static char *
id_of (gpointer item)
{
  if (MURI_IS_GROUP (item))
    return g_strconcat ("group:", muri_group_get_path (item), NULL);
  if (MURI_IS_NODE (item))
    return g_strconcat ("node:", muri_node_get_id (item), NULL);
  if (muri_sidebar_item_is (item, MURI_SIDEBAR_GROUPS))
    return g_strdup ("groups");
  if (muri_sidebar_item_is (item, MURI_SIDEBAR_FLEET))
    return g_strdup ("hosts");
  if (muri_sidebar_item_is (item, MURI_SIDEBAR_ZONE))
    return g_strdup_printf ("zone:%u", muri_sidebar_item_get_zone (item));
  return NULL;
}

/* Unfolding one row brings others, which are looked at in turn. */
static void
unfold (MuriSidebarUnfolding *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tree)); i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->tree), i);
      g_autoptr (GObject) item = gtk_tree_list_row_get_item (row);
      g_autofree char *id = item ? id_of (item) : NULL;

      if (id && g_hash_table_contains (self->ids, id))
        gtk_tree_list_row_set_expanded (row, TRUE);
    }
}

static gboolean
on_idle (gpointer user_data)
{
  MuriSidebarUnfolding *self = user_data;

  self->idle_id = 0;
  unfold (self);
  return G_SOURCE_REMOVE;
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added,
                  MuriSidebarUnfolding *self)
{
  if (added > 0 && self->idle_id == 0)
    self->idle_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_idle, self, NULL);
}

static void
save (MuriSidebarUnfolding *self)
{
  g_autofree gpointer *keys = g_hash_table_get_keys_as_array (self->ids, NULL);

  g_settings_set_strv (self->settings, KEY, (const char *const *)keys);
}

void
muri_sidebar_unfolding_note (MuriSidebarUnfolding *self, GtkTreeListRow *row)
{
  g_autoptr (GObject) item = gtk_tree_list_row_get_item (row);
  g_autofree char *id = item ? id_of (item) : NULL;
  gboolean changed;

  /* A row that goes away has no item any more: it was not folded by anyone. */
  if (!id)
    return;
  if (gtk_tree_list_row_get_expanded (row))
    changed = g_hash_table_add (self->ids, g_steal_pointer (&id));
  else
    changed = g_hash_table_remove (self->ids, id);
  if (changed)
    save (self);
}

void
muri_sidebar_unfolding_rename (MuriSidebarUnfolding *self, const char *from, const char *to)
{
  g_autofree char **ids = (char **)g_hash_table_get_keys_as_array (self->ids, NULL);
  gboolean changed = FALSE;

  for (guint i = 0; ids[i]; i++)
    {
      const char *old = ids[i] + strlen ("group:");
      g_autofree char *path = NULL;

      if (!g_str_has_prefix (ids[i], "group:") || !muri_group_path_contains (from, old))
        continue;
      path = muri_group_path_replace (old, from, to);
      changed = g_hash_table_add (self->ids, g_strconcat ("group:", path, NULL)) || changed;
    }
  if (changed)
    save (self);
}

static void
muri_sidebar_unfolding_dispose (GObject *object)
{
  MuriSidebarUnfolding *self = MURI_SIDEBAR_UNFOLDING (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_object (&self->tree);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->ids, g_hash_table_unref);

  G_OBJECT_CLASS (muri_sidebar_unfolding_parent_class)->dispose (object);
}

static void
muri_sidebar_unfolding_class_init (MuriSidebarUnfoldingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_sidebar_unfolding_dispose;
}

static void
muri_sidebar_unfolding_init (MuriSidebarUnfolding *self)
{
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

MuriSidebarUnfolding *
muri_sidebar_unfolding_new (GtkTreeListModel *tree, GSettings *settings)
{
  MuriSidebarUnfolding *self = g_object_new (MURI_TYPE_SIDEBAR_UNFOLDING, NULL);
  g_auto (GStrv) ids = g_settings_get_strv (settings, KEY);

  self->tree = g_object_ref (tree);
  self->settings = g_object_ref (settings);
  for (guint i = 0; ids[i]; i++)
    g_hash_table_add (self->ids, g_strdup (ids[i]));
  g_signal_connect_object (tree, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  unfold (self);
  return self;
}
