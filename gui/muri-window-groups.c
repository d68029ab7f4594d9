/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-group-edits.h"
#include "muri-group-path.h"
#include "muri-group-picker.h"
#include "muri-membership.h"
#include "muri-name-dialog.h"
#include "muri-start-order.h"
#include "muri-window-private.h"

/* So many can be taken back, as the fleet does it. */
#define GESTURES_MAX 100

#define UNDO_SECONDS 10

/* A question about a group, and what it is asked for. */
typedef struct
{
  MuriWindow *window;
  MuriMembers *members; /* nullable */
  char *path;           /* the group; of a new one its parent; nullable */
  gboolean move;
} Asking;

static Asking *
asking_new (MuriWindow *window, MuriMembers *members, const char *path)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->window = g_object_ref (window);
  asking->members = members ? g_object_ref (members) : NULL;
  asking->path = path && *path ? g_strdup (path) : NULL;
  return asking;
}

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->window);
  g_clear_object (&asking->members);
  g_free (asking->path);
  g_free (asking);
}

static void
asking_free_closure (gpointer data, GClosure *closure)
{
  asking_free (data);
}

/* ---- what was changed, and taking it back ---- */

typedef struct
{
  MuriWindow *window;
  MuriGroupEdits *edits;
} Offer;

static void
offer_free (gpointer data, GClosure *closure)
{
  Offer *offer = data;

  g_object_unref (offer->window);
  muri_group_edits_unref (offer->edits);
  g_free (offer);
}

static void
say_undone (MuriWindow *self, const char *what, guint skipped)
{
  g_autofree char *done = NULL;
  g_autofree char *text = NULL;

  /* Translators: what was taken back: "Moved 3 VMs to web" */
  done = g_strdup_printf (_ ("Undone: %s"), what);
  if (skipped == 0)
    {
      muri_window_say (self, done);
      return;
    }
  text = g_strdup_printf (ngettext ("%s. %u was changed by someone else since and left alone.",
                                    "%s. %u were changed by someone else since and left alone.",
                                    skipped),
                          done, skipped);
  muri_window_say (self, text);
}

static void
undo_gesture (MuriWindow *self, MuriGroupEdits *edits)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *label = muri_group_edits_dup_label (edits);
  guint skipped = muri_group_edits_undo (edits, self->fleet, &error);

  if (error)
    muri_window_say (self, muri_group_problem (error));
  else
    say_undone (self, label, skipped);
}

static void
on_undo_clicked (AdwToast *toast, Offer *offer)
{
  if (offer->window->fleet && muri_group_edits_can_undo (offer->edits))
    undo_gesture (offer->window, offer->edits);
}

static void
remember_gesture (MuriWindow *self, MuriGroupEdits *edits)
{
  g_ptr_array_add (self->gestures, muri_group_edits_ref (edits));
  if (self->gestures->len > GESTURES_MAX)
    g_ptr_array_remove_index (self->gestures, 0);
}

static MuriGroupEdits *
gesture_of (MuriWindow *self, MuriEdit *edit)
{
  for (guint i = self->gestures->len; i-- > 0;)
    if (muri_group_edits_has (self->gestures->pdata[i], edit))
      return self->gestures->pdata[i];
  return NULL;
}

/* @edits: (transfer full) (nullable): with @error when nothing was done */
static void
report (MuriWindow *self, MuriGroupEdits *edits, GError *error)
{
  g_autofree char *label = NULL;
  AdwToast *toast;
  Offer *offer;

  if (!edits)
    {
      muri_window_say (self, muri_group_problem (error));
      return;
    }
  label = muri_group_edits_dup_label (edits);
  if (!label)
    {
      muri_group_edits_unref (edits);
      return;
    }
  remember_gesture (self, edits);
  offer = g_new0 (Offer, 1);
  offer->window = g_object_ref (self);
  offer->edits = edits;
  toast = muri_toaster_toast_new (label);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  /* Who looked elsewhere has time to see it and to get there. */
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_undo_clicked), offer, offer_free,
                         0);
  muri_toaster_show (self->toaster, MURI_TOAST_ANSWER, toast);
}

static void
report_one (MuriWindow *self, MuriEdit *edit, GError *error)
{
  MuriGroupEdits *edits = edit ? muri_group_edits_new (NULL) : NULL;

  if (edits)
    muri_group_edits_take (edits, edit);
  report (self, edits, error);
}

static void
undo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriEdit *last = muri_fleet_get_undo (self->fleet);
  MuriGroupEdits *gesture = last ? gesture_of (self, last) : NULL;

  if (gesture)
    undo_gesture (self, gesture);
}

static void
update_undo (MuriWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "undo");

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), muri_fleet_get_undo (self->fleet) != NULL);
}

/* ---- groups ---- */

/* Who renames or moves what is shown goes with it, as soon as it is there. */
static void
follow_to (MuriWindow *self, const char *from, const char *to)
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
  Asking *asking = data;
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
  Asking *asking = data;
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

      report (self, edits, error);
    }
  else
    show_group (self, path);
}

static void
ask_new (MuriWindow *self, MuriMembers *members, const char *parent)
{
  Asking *asking = asking_new (self, members, parent);
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
                            asking_free);
}

static void
new_group (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ask_new (user_data, NULL, g_variant_get_string (parameter, NULL));
}

/* Of an action's "(s…as)": what it is about, where it still exists. */
static MuriMembers *
members_of (MuriWindow *self, const char *origin, GVariant *refs)
{
  g_autofree const char **strv = g_variant_get_strv (refs, NULL);

  return muri_members_new_from_refs (self->fleet, origin, strv);
}

static gboolean
is_gone (MuriWindow *self, MuriMembers *members)
{
  if (muri_members_get_n (members) > 0)
    return FALSE;
  muri_window_say (self, _ ("What you picked is not there any more."));
  return TRUE;
}

static void
new_group_of (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *origin;
  g_autoptr (GVariant) refs = NULL;
  g_autoptr (MuriMembers) members = NULL;

  g_variant_get (parameter, "(&s@as)", &origin, &refs);
  members = members_of (self, origin, refs);
  if (!is_gone (self, members))
    ask_new (self, members, NULL);
}

static char *
check_renamed (const char *name, gboolean *usable, gpointer data)
{
  Asking *asking = data;
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
  Asking *asking = data;
  MuriWindow *self = asking->window;
  g_autofree char *parent = muri_group_path_parent (asking->path);
  g_autofree char *path = muri_group_path_join (parent, name);
  g_autoptr (GError) error = NULL;
  MuriEdit *edit;

  follow_to (self, asking->path, path);
  muri_sidebar_rename (self->sidebar, asking->path, path);
  edit = muri_fleet_rename_group (self->fleet, asking->path, path, &error);
  report_one (self, edit, error);
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
                            asking_new (self, NULL, path), asking_free);
}

/* Not asked: the VMs stay, and it can be undone. */
static void
delete_group (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *path = g_variant_get_string (parameter, NULL);
  g_autoptr (GError) error = NULL;
  MuriEdit *edit = muri_fleet_delete_group (self->fleet, path, &error);

  report_one (self, edit, error);
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
  follow_to (self, path, to);
  muri_sidebar_rename (self->sidebar, path, to);
  edits = muri_group_edits_place (self->fleet, path, *parent ? parent : NULL,
                                  *before ? before : NULL, &error);
  report (self, edits, error);
}

static void
on_order_applied (MuriStartOrder *dialog, MuriGroupEdits *edits, const char *problem,
                  MuriWindow *self)
{
  if (edits)
    report (self, muri_group_edits_ref (edits), NULL);
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

/* ---- what is in them ---- */

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

      follow_to (self, path, new_path);
      muri_sidebar_rename (self->sidebar, path, new_path);
    }
  edits = move ? muri_group_edits_move (self->fleet, members, to, &error)
               : muri_group_edits_add (self->fleet, members, to, &error);
  report (self, edits, error);
}

static void
on_picked (MuriGroupPicker *picker, const char *path, Asking *asking)
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
  Asking *asking;

  g_variant_get (parameter, "(&s&s@as)", &to, &origin, &refs);
  members = members_of (self, origin, refs);
  if (is_gone (self, members))
    return;
  if (*to)
    {
      put (self, members, to, move);
      return;
    }
  asking = asking_new (self, members, NULL);
  asking->move = move;
  picker = muri_group_picker_new (GTK_WINDOW (self), self->fleet, members, move);
  g_signal_connect_data (picker, "picked", G_CALLBACK (on_picked), asking, asking_free_closure, 0);
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
  members = members_of (self, origin, refs);
  if (is_gone (self, members) || !*origin)
    return;
  edits = muri_group_edits_remove (self->fleet, members, &error);
  report (self, edits, error);
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
  members = members_of (self, NULL, refs);
  vms = muri_members_dup_vms (members);
  if (vms->len == 0)
    return;
  edit = muri_fleet_set_guarded (self->fleet, vms, guarded, &error);
  report_one (self, edit, error);
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
  members = members_of (self, origin, refs);
  if (is_gone (self, members))
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
  Asking *asking = user_data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (object), result, NULL);
  g_autoptr (MuriMembers) members = NULL;

  if (value && asking->window->fleet)
    members = muri_members_dup_living (g_value_get_object (value), asking->window->fleet);
  if (members && !is_gone (asking->window, members))
    {
      put (asking->window, members, asking->path,
           asking->window->clipboard_cut || muri_members_get_groups (members)->len > 0);
      if (asking->window->clipboard_cut)
        gdk_clipboard_set_content (GDK_CLIPBOARD (object), NULL);
      asking->window->clipboard_cut = FALSE;
    }
  asking_free (asking);
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
  gdk_clipboard_read_value_async (clipboard, MURI_TYPE_MEMBERS, G_PRIORITY_DEFAULT, NULL, on_pasted,
                                  asking_new (self, NULL, g_variant_get_string (parameter, NULL)));
}

static void
add_undo_key (MuriWindow *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  /* Not an accelerator of the application: those come before an entry's own undo. */
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_z, GDK_CONTROL_MASK),
                        gtk_named_action_new ("win.undo")));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
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
    { "add-to", add_to, "(ssas)", NULL, NULL, { 0 } },
    { "move-to", move_to, "(ssas)", NULL, NULL, { 0 } },
    { "remove-from", remove_from, "(sas)", NULL, NULL, { 0 } },
    { "set-guarded", set_guarded, "(bas)", NULL, NULL, { 0 } },
    { "copy-members", copy_members, "(bsas)", NULL, NULL, { 0 } },
    { "paste-members", paste_members, "s", NULL, NULL, { 0 } },
    { "undo", undo, NULL, NULL, NULL, { 0 } },
  };

  self->gestures = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_group_edits_unref);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  add_undo_key (self);
  g_signal_connect_object (self->fleet, "notify::undo", G_CALLBACK (update_undo), self,
                           G_CONNECT_SWAPPED);
  update_undo (self);
}
