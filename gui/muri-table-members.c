/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-drag.h"
#include "muri-table-private.h"

static MuriMembers *
picked (MuriTable *self)
{
  g_autoptr (GPtrArray) items = muri_picks_get_items (self->picks);

  return muri_members_new_from_items (self->group, items);
}

static GVariant *
refs_of (MuriMembers *members)
{
  g_auto (GStrv) refs = muri_members_dup_refs (members);

  return g_variant_new_strv ((const char *const *)refs, -1);
}

static const char *
origin_of (MuriTable *self)
{
  return self->group ? self->group : "";
}

/* ---- actions ---- */

static void
copy_members (MuriTable *self, gboolean cut)
{
  g_autoptr (MuriMembers) members = picked (self);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.copy-members", "(bs@as)", cut,
                              origin_of (self), refs_of (members));
}

static void
copy (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  copy_members (user_data, FALSE);
}

static void
cut (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  copy_members (user_data, TRUE);
}

static void
put (MuriTable *self, const char *action)
{
  g_autoptr (MuriMembers) members = picked (self);

  gtk_widget_activate_action (GTK_WIDGET (self), action, "(ss@as)", "", origin_of (self),
                              refs_of (members));
}

static void
add_to (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  put (user_data, "win.add-to");
}

static void
move_to (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  put (user_data, "win.move-to");
}

static void
remove_picked (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriTable *self = user_data;
  g_autoptr (MuriMembers) members = picked (self);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.remove-from", "(s@as)", origin_of (self),
                              refs_of (members));
}

static void
new_group (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriTable *self = user_data;
  g_autoptr (MuriMembers) members = picked (self);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.new-group-of", "(s@as)", origin_of (self),
                              refs_of (members));
}

static void
compare (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriTable *self = user_data;
  g_autoptr (MuriMembers) members = picked (self);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.compare", "@as", refs_of (members));
}

static void
set_guarded (MuriTable *self, gboolean guarded)
{
  g_autoptr (MuriMembers) members = picked (self);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.set-guarded", "(b@as)", guarded,
                              refs_of (members));
}

static void
protect (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  set_guarded (user_data, TRUE);
}

static void
unprotect (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  set_guarded (user_data, FALSE);
}

/* ---- the life of VMs ---- */

static void
activate_with_ids (MuriTable *self, const char *action)
{
  g_autoptr (GPtrArray) items = muri_picks_get_items (self->picks);
  GVariantBuilder ids;

  g_variant_builder_init (&ids, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < items->len; i++)
    g_variant_builder_add (&ids, "s", muri_vm_get_id (items->pdata[i]));
  gtk_widget_activate_action (GTK_WIDGET (self), action, "@as", g_variant_builder_end (&ids));
}

static void
delete_picked (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  activate_with_ids (user_data, "win.delete-vms");
}

static void
flatten (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  activate_with_ids (user_data, "win.flatten-vms");
}

static void
change_resources (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  activate_with_ids (user_data, "win.resources");
}

static void
make_template (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriTable *self = user_data;
  g_autoptr (GPtrArray) items = muri_picks_get_items (self->picks);

  if (items->len == 1)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.make-template", "s",
                                muri_vm_get_id (items->pdata[0]));
}

static void
enable (MuriTable *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)), enabled);
}

static void
update_life_actions (MuriTable *self, GPtrArray *items)
{
  gboolean vms = self->item_type == MURI_TYPE_VM && items->len > 0;
  guint linked = 0;

  for (guint i = 0; vms && i < items->len; i++)
    linked += muri_vm_is_linked (items->pdata[i]);
  enable (self, "delete", vms);
  enable (self, "resources", vms);
  enable (self, "make-template", vms && items->len == 1);
  enable (self, "flatten", linked > 0);
}

static void
update_actions (MuriTable *self)
{
  g_autoptr (GPtrArray) items = muri_picks_get_items (self->picks);
  gboolean any = items->len > 0;
  guint guarded = 0;

  for (guint i = 0; i < items->len && self->item_type == MURI_TYPE_VM; i++)
    guarded += muri_vm_get_facts (items->pdata[i])->guarded;
  enable (self, "copy", any);
  enable (self, "cut", any && self->group);
  enable (self, "add-to", any);
  enable (self, "move-to", any && self->group);
  enable (self, "remove", any && self->group);
  enable (self, "new-group", any);
  enable (self, "compare", items->len > 1);
  enable (self, "protect", any && self->item_type == MURI_TYPE_VM && guarded < items->len);
  enable (self, "unprotect", guarded > 0);
  update_life_actions (self, items);
}

void
muri_table_set_group (MuriTable *self, const char *group)
{
  if (g_strcmp0 (self->group, group) == 0)
    return;
  g_free (self->group);
  self->group = g_strdup (group);
  update_actions (self);
}

/* ---- keys ---- */

static gboolean
activate_by_key (GtkWidget *widget, const char *name)
{
  GActionGroup *actions = G_ACTION_GROUP (MURI_TABLE (widget)->actions);

  if (!g_action_group_get_action_enabled (actions, name))
    return FALSE;
  g_action_group_activate_action (actions, name, NULL);
  return TRUE;
}

static gboolean
copy_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return activate_by_key (widget, "copy");
}

static gboolean
cut_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return activate_by_key (widget, "cut");
}

static gboolean
remove_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return activate_by_key (widget, "remove");
}

static gboolean
delete_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return activate_by_key (widget, "delete");
}

static gboolean
resources_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return activate_by_key (widget, "resources");
}

/* A list of names that was copied elsewhere is the page's to paste. */
static gboolean
paste_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  MuriTable *self = MURI_TABLE (widget);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);

  if (!self->group
      || !gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard),
                                             MURI_TYPE_MEMBERS))
    return FALSE;
  gtk_widget_activate_action (widget, "win.paste-members", "s", self->group);
  return TRUE;
}

void
muri_table_add_member_bindings (GtkWidgetClass *widget_class)
{
  gtk_widget_class_add_binding (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, copy_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_x, GDK_CONTROL_MASK, cut_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, paste_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Delete, 0, remove_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Delete, 0, remove_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Delete, GDK_SHIFT_MASK, delete_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Delete, GDK_SHIFT_MASK, delete_by_key,
                                NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, GDK_ALT_MASK | GDK_SHIFT_MASK,
                                resources_by_key, NULL);
}

/* ---- dragging ---- */

static GtkWidget *
row_at (MuriTable *self, double x, double y)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT);

  /* A check box is there to be checked. */
  if (GTK_IS_CHECK_BUTTON (widget))
    return NULL;
  while (widget && !g_str_equal (gtk_widget_get_css_name (widget), "row"))
    widget = gtk_widget_get_parent (widget);
  return widget && gtk_widget_is_ancestor (widget, GTK_WIDGET (self)) ? widget : NULL;
}

/* All that is picked where one of these is dragged; else that row alone. */
static GdkContentProvider *
on_prepare (MuriTable *self, double x, double y)
{
  GtkWidget *row = row_at (self, x, y);
  gpointer item = row ? muri_table_item_of_row (row) : NULL;
  g_autoptr (GPtrArray) items = muri_picks_get_items (self->picks);
  g_autoptr (MuriMembers) members = NULL;

  if (!item)
    return NULL;
  if (g_ptr_array_find (items, item, NULL))
    members = muri_members_new_from_items (self->group, items);
  else
    {
      members = muri_members_new (self->group);
      muri_members_add (members, item);
    }
  return muri_drag_provide (members);
}

static void
on_drag_begin (MuriTable *self, GdkDrag *drag)
{
  muri_drag_begin (drag);
}

/* Before the rows' own gestures: else a drag over a row would span a rubber band. */
static void
add_drag_source (MuriTable *self)
{
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_drag_source_set_actions (source, GDK_ACTION_COPY | GDK_ACTION_MOVE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (source), GTK_PHASE_CAPTURE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (on_prepare), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (on_drag_begin), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
}

void
muri_table_add_members (MuriTable *self)
{
  static const GActionEntry entries[] = {
    { "copy", copy, NULL, NULL, NULL, { 0 } },
    { "cut", cut, NULL, NULL, NULL, { 0 } },
    { "add-to", add_to, NULL, NULL, NULL, { 0 } },
    { "move-to", move_to, NULL, NULL, NULL, { 0 } },
    { "remove", remove_picked, NULL, NULL, NULL, { 0 } },
    { "new-group", new_group, NULL, NULL, NULL, { 0 } },
    { "compare", compare, NULL, NULL, NULL, { 0 } },
    { "protect", protect, NULL, NULL, NULL, { 0 } },
    { "unprotect", unprotect, NULL, NULL, NULL, { 0 } },
    { "delete", delete_picked, NULL, NULL, NULL, { 0 } },
    { "flatten", flatten, NULL, NULL, NULL, { 0 } },
    { "resources", change_resources, NULL, NULL, NULL, { 0 } },
    { "make-template", make_template, NULL, NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  g_signal_connect_object (self->picks, "changed", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  add_drag_source (self);
  update_actions (self);
}
