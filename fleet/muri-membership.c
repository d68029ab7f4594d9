/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-membership.h"

#include "muri-editor.h"
#include "muri-group-path.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>

/* ---- checks ---- */

static MuriEdit *
commit (MuriEditor *editor, char *label, const char *group, const char *nothing, GError **error)
{
  if (!muri_editor_is_empty (editor))
    return muri_editor_commit (editor, label, group, error);

  g_free (label);
  g_set_error_literal (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS, nothing);
  return NULL;
}

/* Those of @objects that are still there. NULL: none is. */
static GPtrArray *
take_here (MuriEditor *editor, GPtrArray *objects, GError **error)
{
  g_autoptr (GPtrArray) here = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < objects->len; i++)
    if (muri_editor_is_here (editor, objects->pdata[i])
        && g_hash_table_add (seen, objects->pdata[i]))
      g_ptr_array_add (here, objects->pdata[i]);
  if (here->len > 0)
    return g_steal_pointer (&here);

  g_set_error_literal (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS,
                       objects->len > 0 ? _ ("None of them exists any more")
                                        : _ ("There is nothing to act on"));
  return NULL;
}

/* ---- members ---- */

/**
 * muri_fleet_join_group:
 * @fleet: a fleet that is open
 * @objects: (element-type GObject): VMs and nodes
 * @group: a path; it need not exist yet
 * @error: a sentence
 *
 * Adds them; those that are in it already keep their order and delay.
 *
 * Returns: (transfer full): what can be taken back, or %NULL with @error set
 */
MuriEdit *
muri_fleet_join_group (MuriFleet *fleet, GPtrArray *objects, const char *group, GError **error)
{
  g_autoptr (MuriEditor) editor = muri_editor_new (fleet);
  g_autoptr (GPtrArray) here = NULL;
  g_autofree char *what = NULL;

  if (!muri_group_path_check (group, error) || (here = take_here (editor, objects, error)) == NULL)
    return NULL;

  for (guint i = 0; i < here->len; i++)
    {
      g_autoptr (MuriMemberships) now = muri_editor_assume (editor, here->pdata[i]);
      const MuriPlace place = { .group = (char *)group };

      if (muri_memberships_find (now, group) == NULL)
        muri_editor_join (editor, here->pdata[i], &place);
    }
  what = muri_editor_describe (editor);
  return commit (editor,
                 /* Translators: “Added 3 VMs to web” */
                 g_strdup_printf (_ ("Added %s to %s"), what, muri_group_path_name (group)), group,
                 _ ("All of them are in it already"), error);
}

static guint
count_members (MuriGroup *group)
{
  return g_list_model_get_n_items (muri_group_get_vms (group))
         + g_list_model_get_n_items (muri_group_get_nodes (group));
}

/* A group that a person has emptied stays, until it is deleted. */
static void
keep_emptied (MuriFleet *fleet, const char *path, guint n_leaving)
{
  MuriGroup *group = muri_groups_find (fleet->groups, path);

  if (group == NULL || muri_group_is_kept (group) || count_members (group) > n_leaving)
    return;
  muri_groups_keep (fleet->groups, path);
  muri_fleet_save_groups (fleet);
}

/**
 * muri_fleet_move_to_group:
 * @fleet: a fleet that is open
 * @objects: (element-type GObject): VMs and nodes
 * @from: a path; those that are not in it are added to @to
 * @to: a path; it need not exist yet
 * @error: a sentence
 *
 * From exactly @from to exactly @to, with order and delay; other memberships stay.
 *
 * Returns: (transfer full): what can be taken back, or %NULL with @error set
 */
MuriEdit *
muri_fleet_move_to_group (MuriFleet *fleet, GPtrArray *objects, const char *from, const char *to,
                          GError **error)
{
  g_autoptr (MuriEditor) editor = muri_editor_new (fleet);
  g_autoptr (GPtrArray) here = NULL;
  g_autofree char *what = NULL;
  MuriEdit *edit;
  guint n_leaving = 0;

  if (!muri_group_path_check (to, error) || (here = take_here (editor, objects, error)) == NULL)
    return NULL;

  for (guint i = 0; i < here->len && !g_str_equal (from, to); i++)
    {
      g_autoptr (MuriMemberships) now = muri_editor_assume (editor, here->pdata[i]);
      const MuriPlace place = { .group = (char *)to };

      if (muri_memberships_find (now, from) != NULL)
        {
          muri_editor_move (editor, here->pdata[i], from, to, TRUE);
          n_leaving++;
        }
      else if (muri_memberships_find (now, to) == NULL)
        muri_editor_join (editor, here->pdata[i], &place);
    }
  what = muri_editor_describe (editor);
  edit = commit (editor,
                 /* Translators: “Moved 3 VMs to web” */
                 g_strdup_printf (_ ("Moved %s to %s"), what, muri_group_path_name (to)), to,
                 _ ("All of them are in it already"), error);
  if (edit != NULL)
    keep_emptied (fleet, from, n_leaving);
  return edit;
}

/**
 * muri_fleet_leave_group:
 * @fleet: a fleet that is open
 * @objects: (element-type GObject): VMs and nodes
 * @group: a path; memberships below it stay
 * @error: a sentence
 *
 * Returns: (transfer full): what can be taken back, or %NULL with @error set
 */
MuriEdit *
muri_fleet_leave_group (MuriFleet *fleet, GPtrArray *objects, const char *group, GError **error)
{
  g_autoptr (MuriEditor) editor = muri_editor_new (fleet);
  g_autoptr (GPtrArray) here = take_here (editor, objects, error);
  g_autofree char *what = NULL;
  MuriEdit *edit;
  guint n_leaving = 0;

  if (here == NULL)
    return NULL;

  for (guint i = 0; i < here->len; i++)
    {
      g_autoptr (MuriMemberships) now = muri_editor_assume (editor, here->pdata[i]);

      if (muri_memberships_find (now, group) == NULL)
        continue;
      muri_editor_leave (editor, here->pdata[i], group);
      n_leaving++;
    }
  what = muri_editor_describe (editor);
  edit = commit (editor,
                 /* Translators: “Removed 3 VMs from web” */
                 g_strdup_printf (_ ("Removed %s from %s"), what, muri_group_path_name (group)),
                 group, _ ("None of them is a member of this group itself"), error);
  if (edit != NULL)
    keep_emptied (fleet, group, n_leaving);
  return edit;
}

/**
 * muri_fleet_set_start_order:
 * @fleet: a fleet that is open
 * @objects: (element-type GObject): VMs and nodes
 * @group: a path; those that are not in exactly this group are left out
 * @order: lower starts first and stops last; 0 none
 * @delay: seconds after it was started, at most %MURI_START_DELAY_MAX
 * @error: a sentence
 *
 * Returns: (transfer full): what can be taken back, or %NULL with @error set
 */
MuriEdit *
muri_fleet_set_start_order (MuriFleet *fleet, GPtrArray *objects, const char *group, gint order,
                            guint delay, GError **error)
{
  g_autoptr (MuriEditor) editor = muri_editor_new (fleet);
  g_autoptr (GPtrArray) here = take_here (editor, objects, error);
  const MuriPlace place = { (char *)group, order, MIN (delay, MURI_START_DELAY_MAX) };
  g_autofree char *what = NULL;

  if (here == NULL)
    return NULL;

  for (guint i = 0; i < here->len; i++)
    {
      g_autoptr (MuriMemberships) now = muri_editor_assume (editor, here->pdata[i]);
      const MuriPlace *known = muri_memberships_find (now, group);

      if (known != NULL && (known->order != place.order || known->delay != place.delay))
        muri_editor_join (editor, here->pdata[i], &place);
    }
  what = muri_editor_describe (editor);
  return commit (editor,
                 /* Translators: “Changed the start order of 3 VMs in web” */
                 g_strdup_printf (_ ("Changed the start order of %s in %s"), what,
                                  muri_group_path_name (group)),
                 group, _ ("There is nothing to change"), error);
}

/**
 * muri_group_get_start_order:
 * @group: a path
 * @object: (type GObject): a VM or node
 * @order: (out): 0 none
 * @delay: (out): seconds
 *
 * Returns: whether @object is in exactly this group, as its agent says
 */
gboolean
muri_group_get_start_order (const char *group, gpointer object, gint *order, guint *delay)
{
  g_autoptr (MuriMemberships) now = muri_memberships_of (object);
  const MuriPlace *place = muri_memberships_find (now, group);

  *order = place != NULL ? place->order : 0;
  *delay = place != NULL ? place->delay : 0;
  return place != NULL;
}

/**
 * muri_fleet_set_guarded:
 * @fleet: a fleet that is open
 * @vms: (element-type MuriVm): VMs
 * @guarded: whether verbs that stop them are refused
 * @error: a sentence
 *
 * Returns: (transfer full): what can be taken back, or %NULL with @error set
 */
MuriEdit *
muri_fleet_set_guarded (MuriFleet *fleet, GPtrArray *vms, gboolean guarded, GError **error)
{
  g_autoptr (MuriEditor) editor = muri_editor_new (fleet);
  g_autoptr (GPtrArray) here = take_here (editor, vms, error);
  g_autofree char *what = NULL;

  if (here == NULL)
    return NULL;

  for (guint i = 0; i < here->len; i++)
    {
      g_autoptr (MuriMemberships) now = muri_editor_assume (editor, here->pdata[i]);

      if (MURI_IS_VM (here->pdata[i]) && now->guarded != guarded)
        muri_editor_guard (editor, here->pdata[i], guarded);
    }
  what = muri_editor_describe (editor);
  return commit (
      editor, g_strdup_printf (guarded ? _ ("Protected %s") : _ ("Took the padlock off %s"), what),
      NULL, guarded ? _ ("All of them are protected already") : _ ("None of them is protected"),
      error);
}
