/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-group-edits.h"
#include "muri-group-path.h"
#include "muri-membership.h"
#include "muri-name-dialog.h"
#include "muri-start-order.h"
#include "muri-window-asking.h"

/* Who renames or moves what is shown goes with it, as soon as it is there. */
void
muri_window_follow_group (MuriWindow *self, const char *from, const char *to)
{
  MuriGroup *shown = muri_scope_get_group (self->scope);

  if (!shown || !muri_group_path_contains (from, muri_group_get_path (shown)))
    return;
  g_free (self->awaited_group);
  self->awaited_group = muri_group_path_replace (muri_group_get_path (shown), from, to);
}

static char *
check_new (const char *name, gboolean *usable, gpointer data)
{
  MuriAsking *asking = data;
  g_autofree char *path = muri_group_path_join (asking->path, name);
  g_autoptr (GError) error = NULL;

  if (!muri_group_name_check (name, &error) || !muri_group_path_check (path, &error))
    return g_strdup (muri_group_problem (error));
  if (muri_groups_find (muri_fleet_get_groups (asking->window->fleet), path))
    return g_strdup_printf (_ ("There is a group “%s” already."), name);
  *usable = TRUE;
  return NULL;
}

static void
show_group (MuriWindow *self, const char *path)
{
  MuriGroup *group = muri_groups_find (muri_fleet_get_groups (self->fleet), path);
  g_autoptr (MuriScope) scope = group ? muri_scope_new_group (self->fleet, group) : NULL;

  if (scope)
    muri_window_set_scope (self, scope);
}

static void
on_new_name (const char *name, gpointer data)
{
  MuriAsking *asking = data;
  MuriWindow *self = asking->window;
  g_autofree char *path = muri_group_path_join (asking->path, name);
  g_autoptr (GError) error = NULL;

  if (!muri_fleet_keep_group (self->fleet, path, &error))
    {
      muri_window_say (self, muri_group_problem (error));
      return;
    }
  if (asking->members)
    {
      MuriGroupEdits *edits = muri_group_edits_add (self->fleet, asking->members, path, &error);

      muri_window_report_edits (self, edits, error);
    }
  else
    show_group (self, path);
}

static void
ask_new (MuriWindow *self, MuriMembers *members, const char *parent)
{
  MuriAsking *asking = muri_asking_new (self, members, parent);
  g_autofree char *proposed = muri_fleet_propose_group (self->fleet, asking->path);
  g_autofree char *what = members ? muri_members_describe (members) : NULL;
  g_autofree char *body = NULL;

  if (what)
    /* Translators: "3 VMs" */
    body = g_strdup_printf (_ ("%s will be in it."), what);
  else if (asking->path)
    body = g_strdup_printf (_ ("It will be in %s."), asking->path);
  muri_name_dialog_present (GTK_WINDOW (self), _ ("New Group"), body, _ ("C_reate"),
                            muri_group_path_name (proposed), check_new, on_new_name, asking,
                            muri_asking_free);
}

static void
new_group (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ask_new (user_data, NULL, g_variant_get_string (parameter, NULL));
}

static void
new_group_of (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *origin;
  g_autoptr (GVariant) refs = NULL;
  g_autoptr (MuriMembers) members = NULL;

  g_variant_get (parameter, "(&s@as)", &origin, &refs);
  members = muri_window_members_of (self, origin, refs);
  if (!muri_window_is_gone (self, members))
    ask_new (self, members, NULL);
}

static char *
check_renamed (const char *name, gboolean *usable, gpointer data)
{
  MuriAsking *asking = data;
  MuriFleet *fleet = asking->window->fleet;
  g_autofree char *parent = muri_group_path_parent (asking->path);
  g_autofree char *path = muri_group_path_join (parent, name);
  g_autoptr (GError) error = NULL;

  if (!muri_group_name_check (name, &error) || !muri_group_path_check (path, &error))
    return g_strdup (muri_group_problem (error));
  if (g_str_equal (path, asking->path))
    return g_strdup ("");
  if (!muri_fleet_can_rename_group (fleet, asking->path, path, &error))
    return g_strdup (muri_group_problem (error));
  *usable = TRUE;
  if (muri_groups_find (muri_fleet_get_groups (fleet), path))
    return g_strdup_printf (_ ("There is a group “%s” already: the two become one."), name);
  return NULL;
}

static void
on_renamed (const char *name, gpointer data)
{
  MuriAsking *asking = data;
  MuriWindow *self = asking->window;
  g_autofree char *parent = muri_group_path_parent (asking->path);
  g_autofree char *path = muri_group_path_join (parent, name);
  g_autoptr (GError) error = NULL;
  MuriEdit *edit;

  muri_window_follow_group (self, asking->path, path);
  muri_sidebar_rename (self->sidebar, asking->path, path);
  edit = muri_fleet_rename_group (self->fleet, asking->path, path, &error);
  muri_window_report_edit (self, edit, error);
}

static void
rename_group (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *path = g_variant_get_string (parameter, NULL);
  g_autofree char *heading = NULL;

  if (!muri_groups_find (muri_fleet_get_groups (self->fleet), path))
    return;
  heading = g_strdup_printf (_ ("Rename %s"), muri_group_path_name (path));
  muri_name_dialog_present (GTK_WINDOW (self), heading, NULL, _ ("_Rename"),
                            muri_group_path_name (path), check_renamed, on_renamed,
                            muri_asking_new (self, NULL, path), muri_asking_free);
}

/* Not asked: the VMs stay, and it can be undone. */
static void
delete_group (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *path = g_variant_get_string (parameter, NULL);
  g_autoptr (GError) error = NULL;
  MuriEdit *edit = muri_fleet_delete_group (self->fleet, path, &error);

  muri_window_report_edit (self, edit, error);
}

static void
place_group (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *path, *parent, *before;
  g_autofree char *to = NULL;
  g_autoptr (GError) error = NULL;
  MuriGroupEdits *edits;

  g_variant_get (parameter, "(&s&s&s)", &path, &parent, &before);
  to = muri_group_path_join (parent, muri_group_path_name (path));
  muri_window_follow_group (self, path, to);
  muri_sidebar_rename (self->sidebar, path, to);
  edits = muri_group_edits_place (self->fleet, path, *parent ? parent : NULL,
                                  *before ? before : NULL, &error);
  muri_window_report_edits (self, edits, error);
}

static void
on_order_applied (MuriStartOrder *dialog, MuriGroupEdits *edits, const char *problem,
                  MuriWindow *self)
{
  if (edits)
    muri_window_report_edits (self, muri_group_edits_ref (edits), NULL);
  else
    muri_window_say (self, problem);
}

static void
start_order (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriStartOrder *dialog;
  MuriGroup *group = muri_groups_find (muri_fleet_get_groups (self->fleet),
                                       g_variant_get_string (parameter, NULL));

  if (!group)
    return;
  dialog = muri_start_order_new (GTK_WINDOW (self), self->fleet, group);
  g_signal_connect_object (dialog, "applied", G_CALLBACK (on_order_applied), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
muri_window_add_groups (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "new-group", new_group, "s", NULL, NULL, { 0 } },
    { "new-group-of", new_group_of, "(sas)", NULL, NULL, { 0 } },
    { "rename-group", rename_group, "s", NULL, NULL, { 0 } },
    { "delete-group", delete_group, "s", NULL, NULL, { 0 } },
    { "place-group", place_group, "(sss)", NULL, NULL, { 0 } },
    { "start-order", start_order, "s", NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
