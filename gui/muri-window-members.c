/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-group-edits.h"
#include "muri-group-path.h"
#include "muri-group-picker.h"
#include "muri-window-asking.h"

/* Of an action's "(s…as)": what it is about, where it still exists. */
MuriMembers *
muri_window_members_of (MuriWindow *self, const char *origin, GVariant *refs)
{
  g_autofree const char **strv = g_variant_get_strv (refs, NULL);

  return muri_members_new_from_refs (self->fleet, origin, strv);
}

gboolean
muri_window_is_gone (MuriWindow *self, MuriMembers *members)
{
  if (muri_members_get_n (members) > 0)
    return FALSE;
  muri_window_say (self, _ ("What you picked is not there any more."));
  return TRUE;
}

static void
put (MuriWindow *self, MuriMembers *members, const char *to, gboolean move)
{
  GPtrArray *groups = muri_members_get_groups (members);
  g_autoptr (GError) error = NULL;
  MuriGroupEdits *edits;

  if (g_str_equal (to, "/"))
    to = NULL;
  for (guint i = 0; i < groups->len; i++)
    {
      const char *path = muri_group_get_path (groups->pdata[i]);
      g_autofree char *new_path = muri_group_path_join (to, muri_group_path_name (path));

      muri_window_follow_group (self, path, new_path);
      muri_sidebar_rename (self->sidebar, path, new_path);
    }
  edits = move ? muri_group_edits_move (self->fleet, members, to, &error)
               : muri_group_edits_add (self->fleet, members, to, &error);
  muri_window_report_edits (self, edits, error);
}

static void
on_picked (MuriGroupPicker *picker, const char *path, MuriAsking *asking)
{
  put (asking->window, asking->members, path, asking->move);
}

static void
put_or_pick (MuriWindow *self, GVariant *parameter, gboolean move)
{
  const char *to, *origin;
  g_autoptr (GVariant) refs = NULL;
  g_autoptr (MuriMembers) members = NULL;
  MuriGroupPicker *picker;
  MuriAsking *asking;

  g_variant_get (parameter, "(&s&s@as)", &to, &origin, &refs);
  members = muri_window_members_of (self, origin, refs);
  if (muri_window_is_gone (self, members))
    return;
  if (*to)
    {
      put (self, members, to, move);
      return;
    }
  asking = muri_asking_new (self, members, NULL);
  asking->move = move;
  picker = muri_group_picker_new (GTK_WINDOW (self), self->fleet, members, move);
  g_signal_connect_data (picker, "picked", G_CALLBACK (on_picked), asking, muri_asking_free_closure,
                         0);
  gtk_window_present (GTK_WINDOW (picker));
}

static void
add_to (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  put_or_pick (user_data, parameter, FALSE);
}

static void
move_to (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  put_or_pick (user_data, parameter, TRUE);
}

static void
remove_from (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *origin;
  g_autoptr (GVariant) refs = NULL;
  g_autoptr (MuriMembers) members = NULL;
  g_autoptr (GError) error = NULL;
  MuriGroupEdits *edits;

  g_variant_get (parameter, "(&s@as)", &origin, &refs);
  members = muri_window_members_of (self, origin, refs);
  if (muri_window_is_gone (self, members) || !*origin)
    return;
  edits = muri_group_edits_remove (self->fleet, members, &error);
  muri_window_report_edits (self, edits, error);
}

static void
set_guarded (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  gboolean guarded;
  g_autoptr (GVariant) refs = NULL;
  g_autoptr (MuriMembers) members = NULL;
  g_autoptr (GPtrArray) vms = NULL;
  g_autoptr (GError) error = NULL;
  MuriEdit *edit;

  g_variant_get (parameter, "(b@as)", &guarded, &refs);
  members = muri_window_members_of (self, NULL, refs);
  vms = muri_members_dup_vms (members);
  if (vms->len == 0)
    return;
  edit = muri_fleet_set_guarded (self->fleet, vms, guarded, &error);
  muri_window_report_edit (self, edit, error);
}

/* ---- cut, copy and paste ---- */

static void
copy_members (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  gboolean cut;
  const char *origin;
  g_autoptr (GVariant) refs = NULL;
  g_autoptr (MuriMembers) members = NULL;
  g_autofree char *names = NULL;
  g_autofree char *what = NULL;
  g_autofree char *text = NULL;
  GdkContentProvider *providers[2];
  g_autoptr (GdkContentProvider) all = NULL;

  g_variant_get (parameter, "(b&s@as)", &cut, &origin, &refs);
  members = muri_window_members_of (self, origin, refs);
  if (muri_window_is_gone (self, members))
    return;
  names = muri_members_dup_names (members);
  what = muri_members_describe (members);
  providers[0] = gdk_content_provider_new_typed (MURI_TYPE_MEMBERS, members);
  providers[1] = gdk_content_provider_new_typed (G_TYPE_STRING, names);
  all = gdk_content_provider_new_union (providers, G_N_ELEMENTS (providers));
  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self)), all);
  self->clipboard_cut = cut;
  if (cut)
    /* Translators: "3 VMs" */
    text = g_strdup_printf (_ ("%s cut. Paste into a group to move."), what);
  else
    text = g_strdup_printf (_ ("%s copied"), what);
  muri_window_say (self, text);
}

static void
on_pasted (GObject *object, GAsyncResult *result, gpointer user_data)
{
  MuriAsking *asking = user_data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (object), result, NULL);
  g_autoptr (MuriMembers) members = NULL;

  if (value && asking->window->fleet)
    members = muri_members_dup_living (g_value_get_object (value), asking->window->fleet);
  if (members && !muri_window_is_gone (asking->window, members))
    {
      put (asking->window, members, asking->path,
           asking->window->clipboard_cut || muri_members_get_groups (members)->len > 0);
      if (asking->window->clipboard_cut)
        gdk_clipboard_set_content (GDK_CLIPBOARD (object), NULL);
      asking->window->clipboard_cut = FALSE;
    }
  muri_asking_free (asking);
}

static void
paste_members (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));

  if (!gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), MURI_TYPE_MEMBERS))
    {
      muri_window_say (self, _ ("Cut or copy VMs, hosts or groups first."));
      return;
    }
  gdk_clipboard_read_value_async (
      clipboard, MURI_TYPE_MEMBERS, G_PRIORITY_DEFAULT, NULL, on_pasted,
      muri_asking_new (self, NULL, g_variant_get_string (parameter, NULL)));
}

void
muri_window_add_members (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "add-to", add_to, "(ssas)", NULL, NULL, { 0 } },
    { "move-to", move_to, "(ssas)", NULL, NULL, { 0 } },
    { "remove-from", remove_from, "(sas)", NULL, NULL, { 0 } },
    { "set-guarded", set_guarded, "(bas)", NULL, NULL, { 0 } },
    { "copy-members", copy_members, "(bsas)", NULL, NULL, { 0 } },
    { "paste-members", paste_members, "s", NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
