/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-vm-table.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-selection-bar.h"

struct _MuriVmTable
{
  MuriTablePage parent_instance;

  GtkWidget *bar;
  GSimpleActionGroup *actions;
  guint update_id;
};

G_DEFINE_FINAL_TYPE (MuriVmTable, muri_vm_table, MURI_TYPE_TABLE_PAGE)

static MuriPicks *
get_picks (MuriVmTable *self)
{
  return muri_table_get_picks (muri_table_page_get_table (MURI_TABLE_PAGE (self)));
}

static gboolean
any_can (GPtrArray *vms, guint verb)
{
  for (guint i = 0; i < vms->len; i++)
    if (muri_vm_can (vms->pdata[i], verb))
      return TRUE;
  return FALSE;
}

static void
update_actions (MuriVmTable *self)
{
  g_autoptr (GPtrArray) vms = muri_picks_get_items (get_picks (self));
  const char *nick;

  for (guint verb = 1; (nick = muri_verb_to_nick (verb)); verb++)
    g_simple_action_set_enabled (
        G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), nick)),
        any_can (vms, verb));
}

static gboolean
on_update (gpointer user_data)
{
  MuriVmTable *self = user_data;

  self->update_id = 0;
  update_actions (self);
  return G_SOURCE_REMOVE;
}

/* A fleet may change the state of many selected VMs in one batch. */
static void
queue_update (MuriVmTable *self)
{
  if (self->update_id == 0)
    self->update_id = g_idle_add (on_update, self);
}

static void
act (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriVmTable *self = user_data;
  g_autoptr (GPtrArray) vms = muri_picks_get_items (get_picks (self));
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < vms->len; i++)
    g_variant_builder_add (&builder, "s", muri_vm_get_id (vms->pdata[i]));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.act", "(sas)",
                              g_action_get_name (G_ACTION (action)), &builder);
}

static void
clear (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (get_picks (user_data)));
}

static void
add_actions (MuriVmTable *self)
{
  static const GActionEntry entries[] = { { "clear", clear, NULL, NULL, NULL, { 0 } } };
  const char *nick;

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  for (guint verb = 1; (nick = muri_verb_to_nick (verb)); verb++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (nick, NULL);

      g_simple_action_set_enabled (action, FALSE);
      g_signal_connect_object (action, "activate", G_CALLBACK (act), self, 0);
      g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
    }
  gtk_widget_insert_action_group (GTK_WIDGET (self), "selection", G_ACTION_GROUP (self->actions));
}

static GListModel *
muri_vm_table_get_source (MuriTablePage *page, MuriScope *scope)
{
  return muri_scope_get_vms (scope);
}

static GListModel *
muri_vm_table_get_everything (MuriTablePage *page, MuriScope *scope)
{
  return muri_fleet_get_vms (muri_scope_get_fleet (scope));
}

static void
append_count (GString *text, guint n, const char *format)
{
  if (n == 0)
    return;
  g_string_append (text, C_ ("list separator", ", "));
  muri_counted_append (text, format, n);
}

static char *
muri_vm_table_describe (MuriTablePage *page, GListModel *source)
{
  guint n = g_list_model_get_n_items (source);
  guint counts[MURI_VM_STATE_GONE + 1] = { 0 };
  guint unknown = 0;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (source, i);
      guint state = muri_vm_get_state (vm);

      if (muri_vm_is_known (vm) && state != MURI_VM_STATE_UNKNOWN && state < G_N_ELEMENTS (counts))
        counts[state]++;
      else
        unknown++;
    }
  muri_counted_append (text, ngettext ("%u VM", "%u VMs", n), n);
  if (n > unknown)
    append_count (text, counts[MURI_VM_STATE_RUNNING], C_ ("count", "%u running"));
  append_count (text, counts[MURI_VM_STATE_PAUSED] + counts[MURI_VM_STATE_SUSPENDED],
                C_ ("count", "%u paused"));
  append_count (text, counts[MURI_VM_STATE_SAVED], C_ ("count", "%u saved"));
  append_count (text, counts[MURI_VM_STATE_OFF], C_ ("count", "%u off"));
  append_count (text, counts[MURI_VM_STATE_CRASHED], C_ ("count", "%u crashed"));
  append_count (text, unknown, C_ ("count", "%u unknown"));
  return g_string_free (text, FALSE);
}

static void
muri_vm_table_selection_changed (MuriTablePage *page)
{
  MuriVmTable *self = MURI_VM_TABLE (page);
  MuriScope *scope = muri_table_page_get_scope (page);

  if (scope && self->bar)
    g_object_set (self->bar, "in-group", muri_scope_get_group (scope) != NULL, NULL);
  queue_update (self);
}

static void
muri_vm_table_constructed (GObject *object)
{
  MuriVmTable *self = MURI_VM_TABLE (object);
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/io/github/muri/Muri/ui/muri-vm-menu.ui");
  MuriTable *table;

  G_OBJECT_CLASS (muri_vm_table_parent_class)->constructed (object);

  add_actions (self);
  table = muri_table_page_get_table (MURI_TABLE_PAGE (self));
  g_object_set (table, "row-menu", gtk_builder_get_object (builder, "menu"), NULL);
  muri_table_page_set_empty (MURI_TABLE_PAGE (self), "muri-vm-symbolic", _ ("No VMs"),
                             _ ("VMs that are defined on this host appear here by themselves."));

  self->bar = g_object_new (MURI_TYPE_SELECTION_BAR, NULL);
  gtk_box_append (GTK_BOX (self), self->bar);
  g_object_bind_property (self, "n-selected", self->bar, "n-selected", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (get_picks (self), "touched", G_CALLBACK (queue_update), self,
                           G_CONNECT_SWAPPED);
}

static void
muri_vm_table_dispose (GObject *object)
{
  MuriVmTable *self = MURI_VM_TABLE (object);

  G_OBJECT_CLASS (muri_vm_table_parent_class)->dispose (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_object (&self->actions);
}

static void
muri_vm_table_class_init (MuriVmTableClass *klass)
{
  MuriTablePageClass *page_class = MURI_TABLE_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->constructed = muri_vm_table_constructed;
  G_OBJECT_CLASS (klass)->dispose = muri_vm_table_dispose;
  page_class->item_type = MURI_TYPE_VM;
  page_class->get_source = muri_vm_table_get_source;
  page_class->get_everything = muri_vm_table_get_everything;
  page_class->describe = muri_vm_table_describe;
  page_class->selection_changed = muri_vm_table_selection_changed;
}

static void
muri_vm_table_init (MuriVmTable *self)
{
}
