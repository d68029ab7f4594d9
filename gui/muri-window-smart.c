/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-smart-dialog.h"
#include "muri-window-private.h"

static void
on_done (MuriSmartGroup *group, const char *problem, gpointer data)
{
  MuriWindow *self = data;
  g_autoptr (MuriScope) scope = NULL;

  if (problem)
    {
      muri_window_say (self, problem);
      return;
    }
  scope = muri_scope_new_smart (self->fleet, group);
  muri_window_set_scope (self, scope);
}

static void
new_smart_group (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;

  muri_smart_dialog_present (GTK_WINDOW (self), self->fleet, NULL,
                             g_variant_get_string (parameter, NULL), on_done, g_object_ref (self),
                             g_object_unref);
}

static void
edit_smart_group (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriSmartGroup *group =
      muri_fleet_find_smart_group (self->fleet, g_variant_get_string (parameter, NULL));

  if (group)
    muri_smart_dialog_present (GTK_WINDOW (self), self->fleet, group,
                               muri_smart_group_get_text (group), on_done, g_object_ref (self),
                               g_object_unref);
}

typedef struct
{
  MuriWindow *window;
  char *name;
  char *text;
} Deleted;

static void
deleted_free (gpointer data, GClosure *closure)
{
  Deleted *deleted = data;

  g_object_unref (deleted->window);
  g_free (deleted->name);
  g_free (deleted->text);
  g_free (deleted);
}

static void
on_undo (AdwToast *toast, Deleted *deleted)
{
  g_autoptr (GError) error = NULL;

  if (deleted->window->fleet
      && !muri_fleet_add_smart_group (deleted->window->fleet, deleted->name, deleted->text, &error))
    muri_window_say (deleted->window, error->message);
}

/* Not asked: what it was can be had back at once. */
static void
delete_smart_group (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriSmartGroup *group =
      muri_fleet_find_smart_group (self->fleet, g_variant_get_string (parameter, NULL));
  g_autofree char *text = NULL;
  AdwToast *toast;
  Deleted *deleted;

  if (!group)
    return;
  deleted = g_new0 (Deleted, 1);
  deleted->window = g_object_ref (self);
  deleted->name = g_strdup (muri_smart_group_get_name (group));
  deleted->text = g_strdup (muri_smart_group_get_text (group));
  text = g_strdup_printf (_ ("Deleted smart group %s"), deleted->name);
  muri_fleet_remove_smart_group (self->fleet, group);
  toast = muri_toaster_toast_new (text);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_undo), deleted, deleted_free, 0);
  muri_toaster_show (self->toaster, MURI_TOAST_ANSWER, toast);
}

void
muri_window_add_smart_groups (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "new-smart-group", new_smart_group, "s", NULL, NULL, { 0 } },
    { "edit-smart-group", edit_smart_group, "s", NULL, NULL, { 0 } },
    { "delete-smart-group", delete_smart_group, "s", NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
