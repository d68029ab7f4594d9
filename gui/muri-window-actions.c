/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-window-private.h"

#include <glib/gi18n.h>

static void
show_scope (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  g_autoptr (MuriScope) scope =
      muri_scope_new_from_id (self->fleet, g_variant_get_string (parameter, NULL));

  if (scope)
    muri_window_set_scope (self, scope);
}

static void
show_view (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriView view;

  if (muri_view_from_name (g_variant_get_string (parameter, NULL), &view))
    muri_window_set_view (user_data, view);
}

static void
show_operations (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  muri_window_show_operations (user_data, NULL);
}

static void
show_operation (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  muri_window_show_operations (user_data, g_variant_get_string (parameter, NULL));
}

static void
toggle_sidebar (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;

  if (!adw_leaflet_get_folded (self->leaflet))
    g_settings_set_boolean (self->settings, "sidebar-visible",
                            !g_settings_get_boolean (self->settings, "sidebar-visible"));
  else if (adw_leaflet_get_visible_child (self->leaflet) == self->sidebar_pane)
    adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
  else
    adw_leaflet_set_visible_child (self->leaflet, self->sidebar_pane);
}

static void
forget_node (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriNode *node = muri_fleet_find_node (self->fleet, g_variant_get_string (parameter, NULL));

  if (node)
    muri_fleet_forget_node (self->fleet, node);
}

static void
cancel_operation (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriOperation *operation =
      muri_fleet_find_operation (self->fleet, g_variant_get_string (parameter, NULL));

  if (operation)
    muri_fleet_cancel (self->fleet, operation);
}

static void
copy (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          g_variant_get_string (parameter, NULL));
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_ ("Copied")));
}

void
muri_window_add_actions (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "show-scope", show_scope, "s", NULL, NULL, { 0 } },
    { "show-view", show_view, "s", NULL, NULL, { 0 } },
    { "show-operations", show_operations, NULL, NULL, NULL, { 0 } },
    { "show-operation", show_operation, "s", NULL, NULL, { 0 } },
    { "toggle-sidebar", toggle_sidebar, NULL, NULL, NULL, { 0 } },
    { "forget-node", forget_node, "s", NULL, NULL, { 0 } },
    { "cancel-operation", cancel_operation, "s", NULL, NULL, { 0 } },
    { "copy", copy, "s", NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
