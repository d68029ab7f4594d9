/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-host-table.h"

#include <glib/gi18n.h>

#include "muri-counted.h"

struct _MuriHostTable
{
  MuriTablePage parent_instance;

  GSimpleActionGroup *actions;
};

G_DEFINE_FINAL_TYPE (MuriHostTable, muri_host_table, MURI_TYPE_TABLE_PAGE)

static MuriPicks *
get_picks (MuriHostTable *self)
{
  return muri_table_get_picks (muri_table_page_get_table (MURI_TABLE_PAGE (self)));
}

/* One at a time, and only one that cannot be heard. */
static MuriNode *
get_forgettable (MuriHostTable *self)
{
  g_autoptr (GPtrArray) nodes = muri_picks_get_items (get_picks (self));

  if (nodes->len != 1 || muri_node_is_reachable (nodes->pdata[0]))
    return NULL;
  return g_object_ref (nodes->pdata[0]);
}

static void
update_actions (MuriHostTable *self)
{
  g_autoptr (MuriNode) node = get_forgettable (self);

  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "forget")),
      node != NULL);
}

static void
forget (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (MuriNode) node = get_forgettable (user_data);

  if (node)
    gtk_widget_activate_action (user_data, "win.forget-node", "s", muri_node_get_id (node));
}

static GListModel *
muri_host_table_get_source (MuriTablePage *page, MuriScope *scope)
{
  MuriGroup *group = muri_scope_get_group (scope);

  return group ? muri_group_get_nodes (group) : muri_fleet_get_nodes (muri_scope_get_fleet (scope));
}

static GListModel *
muri_host_table_get_everything (MuriTablePage *page, MuriScope *scope)
{
  return muri_fleet_get_nodes (muri_scope_get_fleet (scope));
}

static char *
muri_host_table_describe (MuriTablePage *page, GListModel *source)
{
  guint n = g_list_model_get_n_items (source);
  guint up = 0, unreachable = 0, down = 0;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (source, i);

      if (!muri_node_is_reachable (node))
        unreachable++;
      else if (muri_node_get_state (node) == MURI_NODE_HYPERVISOR_DOWN)
        down++;
      else
        up++;
    }
  muri_counted_append (text, ngettext ("%u host", "%u hosts", n), n);
  muri_counted_append (text, C_ ("count of hosts", ", %u up"), up);
  if (down > 0)
    muri_counted_append (text, C_ ("count of hosts", ", %u without hypervisor"), down);
  if (unreachable > 0)
    muri_counted_append (text, C_ ("count of hosts", ", %u unreachable"), unreachable);
  return g_string_free (text, FALSE);
}

static void
muri_host_table_selection_changed (MuriTablePage *page)
{
  update_actions (MURI_HOST_TABLE (page));
}

static void
muri_host_table_constructed (GObject *object)
{
  static const GActionEntry entries[] = { { "forget", forget, NULL, NULL, NULL, { 0 } } };
  MuriHostTable *self = MURI_HOST_TABLE (object);
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/io/github/muri/Muri/ui/muri-host-menu.ui");

  G_OBJECT_CLASS (muri_host_table_parent_class)->constructed (object);

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "selection", G_ACTION_GROUP (self->actions));
  g_object_set (muri_table_page_get_table (MURI_TABLE_PAGE (self)), "row-menu",
                gtk_builder_get_object (builder, "menu"), NULL);
  g_signal_connect_object (get_picks (self), "touched", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  muri_table_page_set_empty (MURI_TABLE_PAGE (self), "muri-host-symbolic", _ ("No Hosts"),
                             _ ("Hosts appear here as soon as their agents are heard."));
  update_actions (self);
}

static void
muri_host_table_dispose (GObject *object)
{
  G_OBJECT_CLASS (muri_host_table_parent_class)->dispose (object);

  g_clear_object (&MURI_HOST_TABLE (object)->actions);
}

static void
muri_host_table_class_init (MuriHostTableClass *klass)
{
  MuriTablePageClass *page_class = MURI_TABLE_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->constructed = muri_host_table_constructed;
  G_OBJECT_CLASS (klass)->dispose = muri_host_table_dispose;
  page_class->item_type = MURI_TYPE_NODE;
  page_class->get_source = muri_host_table_get_source;
  page_class->get_everything = muri_host_table_get_everything;
  page_class->describe = muri_host_table_describe;
  page_class->selection_changed = muri_host_table_selection_changed;
}

static void
muri_host_table_init (MuriHostTable *self)
{
}
