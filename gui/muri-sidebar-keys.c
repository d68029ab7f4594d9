/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-sidebar-keys.h"

#include "muri-item-menu.h"
#include "muri-members.h"
#include "muri-sidebar-factory.h"

struct _MuriSidebarKeys
{
  GObject parent_instance;

  GtkListView *list; /* borrowed: its window owns both */
  MuriFleet *fleet;
  GtkWidget *popover;
};

G_DEFINE_FINAL_TYPE (MuriSidebarKeys, muri_sidebar_keys, G_TYPE_OBJECT)

static GtkWidget *
row_of (GtkWidget *widget)
{
  while (widget && !g_str_equal (gtk_widget_get_css_name (widget), "row"))
    widget = gtk_widget_get_parent (widget);
  return widget;
}

static GtkWidget *
focused_row (MuriSidebarKeys *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self->list));
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  if (!focus || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list)))
    return NULL;
  return row_of (focus);
}

/* What a row shows, and the group that it is listed in. */
static GObject *
item_of (GtkWidget *row, char **origin)
{
  GtkTreeListRow *tree_row = row ? muri_sidebar_row_at (row) : NULL;
  g_autoptr (GtkTreeListRow) parent = tree_row ? gtk_tree_list_row_get_parent (tree_row) : NULL;
  g_autoptr (GObject) above = parent ? gtk_tree_list_row_get_item (parent) : NULL;

  *origin = MURI_IS_GROUP (above) ? g_strdup (muri_group_get_path (MURI_GROUP (above))) : NULL;
  return tree_row ? gtk_tree_list_row_get_item (tree_row) : NULL;
}

static gboolean
pop_up (MuriSidebarKeys *self, GtkWidget *row, const GdkRectangle *at)
{
  g_autofree char *origin = NULL;
  g_autoptr (GObject) item = item_of (row, &origin);
  g_autoptr (GMenuModel) menu = item ? muri_item_menu_new (self->fleet, item, origin) : NULL;

  if (!menu)
    return FALSE;
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  self->popover = gtk_popover_menu_new_from_model (menu);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self->list));
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_BOTTOM);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), at);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  return TRUE;
}

static void
on_right_click (GtkGestureClick *gesture, int n_press, double x, double y, MuriSidebarKeys *self)
{
  GtkWidget *row = row_of (gtk_widget_pick (GTK_WIDGET (self->list), x, y, GTK_PICK_DEFAULT));

  if (row && pop_up (self, row, &(GdkRectangle){ (int)x, (int)y, 1, 1 }))
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static gboolean
menu_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  MuriSidebarKeys *self = user_data;
  GtkWidget *row = focused_row (self);
  graphene_rect_t bounds;

  if (!row || !gtk_widget_compute_bounds (row, GTK_WIDGET (self->list), &bounds))
    return FALSE;
  return pop_up (self, row,
                 &(GdkRectangle){ (int)bounds.origin.x + 24,
                                  (int)(bounds.origin.y + bounds.size.height), 1, 1 });
}

static GVariant *
refs_of (gpointer item)
{
  g_autoptr (MuriMembers) members = muri_members_new (NULL);
  g_auto (GStrv) refs = NULL;

  muri_members_add (members, item);
  refs = muri_members_dup_refs (members);
  return g_variant_new_strv ((const char *const *)refs, -1);
}

static gboolean
rename_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  g_autofree char *origin = NULL;
  g_autoptr (GObject) item = item_of (focused_row (user_data), &origin);

  if (MURI_IS_GROUP (item))
    gtk_widget_activate_action (widget, "win.rename-group", "s",
                                muri_group_get_path (MURI_GROUP (item)));
  else if (MURI_IS_SMART_GROUP (item))
    gtk_widget_activate_action (widget, "win.edit-smart-group", "s",
                                muri_smart_group_get_id (MURI_SMART_GROUP (item)));
  else
    return FALSE;
  return TRUE;
}

static gboolean
remove_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  g_autofree char *origin = NULL;
  g_autoptr (GObject) item = item_of (focused_row (user_data), &origin);

  if (MURI_IS_GROUP (item))
    gtk_widget_activate_action (widget, "win.delete-group", "s",
                                muri_group_get_path (MURI_GROUP (item)));
  else if (item && origin)
    gtk_widget_activate_action (widget, "win.remove-from", "(s@as)", origin, refs_of (item));
  else
    return FALSE;
  return TRUE;
}

static gboolean
delete_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  g_autofree char *origin = NULL;
  g_autoptr (GObject) item = item_of (focused_row (user_data), &origin);
  const char *ids[] = { NULL, NULL };

  if (!MURI_IS_VM (item))
    return FALSE;
  ids[0] = muri_vm_get_id (MURI_VM (item));
  gtk_widget_activate_action (widget, "win.delete-vms", "@as", g_variant_new_strv (ids, -1));
  return TRUE;
}

static gboolean
copy_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  g_autofree char *origin = NULL;
  g_autoptr (GObject) item = item_of (focused_row (user_data), &origin);
  gboolean cut = g_variant_get_boolean (args);

  if (!MURI_IS_VM (item) && !MURI_IS_NODE (item) && !MURI_IS_GROUP (item))
    return FALSE;
  if (cut && !origin && !MURI_IS_GROUP (item))
    return FALSE;
  gtk_widget_activate_action (widget, "win.copy-members", "(bs@as)", cut, origin ? origin : "",
                              refs_of (item));
  return TRUE;
}

static gboolean
paste_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  g_autofree char *origin = NULL;
  g_autoptr (GObject) item = item_of (focused_row (user_data), &origin);
  const char *into = MURI_IS_GROUP (item) ? muri_group_get_path (MURI_GROUP (item)) : origin;

  if (!into)
    return FALSE;
  gtk_widget_activate_action (widget, "win.paste-members", "s", into);
  return TRUE;
}

static void
add_key (MuriSidebarKeys *self, GtkEventController *keys, guint key, GdkModifierType modifiers,
         GtkShortcutFunc function, GVariant *argument)
{
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (key, modifiers),
                                            gtk_callback_action_new (function, self, NULL));

  gtk_shortcut_set_arguments (shortcut, argument);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys), shortcut);
}

static void
add_keys (MuriSidebarKeys *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  add_key (self, keys, GDK_KEY_Menu, 0, menu_by_key, NULL);
  add_key (self, keys, GDK_KEY_F10, GDK_SHIFT_MASK, menu_by_key, NULL);
  add_key (self, keys, GDK_KEY_F2, 0, rename_by_key, NULL);
  add_key (self, keys, GDK_KEY_Delete, 0, remove_by_key, NULL);
  add_key (self, keys, GDK_KEY_KP_Delete, 0, remove_by_key, NULL);
  add_key (self, keys, GDK_KEY_Delete, GDK_SHIFT_MASK, delete_by_key, NULL);
  add_key (self, keys, GDK_KEY_KP_Delete, GDK_SHIFT_MASK, delete_by_key, NULL);
  add_key (self, keys, GDK_KEY_x, GDK_CONTROL_MASK, copy_by_key, g_variant_new_boolean (TRUE));
  add_key (self, keys, GDK_KEY_c, GDK_CONTROL_MASK, copy_by_key, g_variant_new_boolean (FALSE));
  add_key (self, keys, GDK_KEY_v, GDK_CONTROL_MASK, paste_by_key, NULL);
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);
}

static void
muri_sidebar_keys_dispose (GObject *object)
{
  MuriSidebarKeys *self = MURI_SIDEBAR_KEYS (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->fleet);

  G_OBJECT_CLASS (muri_sidebar_keys_parent_class)->dispose (object);
}

static void
muri_sidebar_keys_class_init (MuriSidebarKeysClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_sidebar_keys_dispose;
}

static void
muri_sidebar_keys_init (MuriSidebarKeys *self)
{
}

MuriSidebarKeys *
muri_sidebar_keys_new (GtkListView *list, MuriFleet *fleet)
{
  MuriSidebarKeys *self = g_object_new (MURI_TYPE_SIDEBAR_KEYS, NULL);
  GtkGesture *click = gtk_gesture_click_new ();

  self->list = list;
  self->fleet = g_object_ref (fleet);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (on_right_click), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (list), GTK_EVENT_CONTROLLER (click));
  add_keys (self);
  return self;
}
