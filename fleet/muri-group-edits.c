/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-editor.h"
#include "muri-group-path.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* ---- whole groups ---- */

typedef void (*Visit) (gpointer object, gpointer data);

static void
visit_model (GListModel *model, Visit visit, gpointer data)
{
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GObject) object = g_list_model_get_item (model, i);

      visit (object, data);
    }
}

static void
visit_nodes (gpointer group, gpointer data)
{
  GPtrArray *members = data;

  visit_model (muri_group_get_groups (group), visit_nodes, members);
  for (guint i = 0; i < g_list_model_get_n_items (muri_group_get_nodes (group)); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (muri_group_get_nodes (group), i);

      if (!g_ptr_array_find (members, node, NULL))
        g_ptr_array_add (members, g_object_ref (node));
    }
}

static void
add_member (gpointer object, gpointer members)
{
  g_ptr_array_add (members, g_object_ref (object));
}

/* Every node and VM in it and below it, once. */
static GPtrArray *
list_members (MuriGroup *group)
{
  GPtrArray *members = g_ptr_array_new_with_free_func (g_object_unref);

  visit_nodes (group, members);
  visit_model (muri_group_get_all_vms (group), add_member, members);
  return members;
}

typedef struct
{
  const char *from;
  const char *to;
  GError **error;
  gboolean good;
} Fit;

/* Groups below become no path that nobody accepts. */
static void
check_fit (gpointer group, gpointer data)
{
  Fit *fit = data;
  g_autofree char *path = muri_group_path_replace (muri_group_get_path (group), fit->from, fit->to);

  if (fit->good)
    fit->good = muri_group_path_check (path, fit->error);
  if (fit->good)
    visit_model (muri_group_get_groups (group), check_fit, fit);
}

static MuriGroup *
find_group (MuriFleet *fleet, const char *path, GError **error)
{
  MuriGroup *group = muri_groups_find (fleet->groups, path);

  if (group == NULL)
    g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS,
                 _ ("There is no group “%s” any more"), muri_group_path_name (path));
  return group;
}

/**
 * muri_fleet_can_rename_group:
 * @fleet: a fleet
 * @from: a path
 * @to: what it would become
 * @error: why not
 *
 * Returns: whether muri_fleet_rename_group() would do it
 */
gboolean
muri_fleet_can_rename_group (MuriFleet *fleet, const char *from, const char *to, GError **error)
{
  MuriGroup *group = find_group (fleet, from, error);
  Fit fit = { from, to, error, TRUE };

  if (group == NULL || !muri_group_path_can_move (from, to, error))
    return FALSE;
  if (g_str_equal (from, to))
    {
      g_set_error_literal (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS,
                           _ ("It is there already"));
      return FALSE;
    }
  check_fit (group, &fit);
  return fit.good;
}

static void
follow_kept (MuriEditor *editor, MuriFleet *fleet, const char *from, const char *to)
{
  g_auto (GStrv) kept = muri_groups_get_kept (fleet->groups);

  for (guint i = 0; kept[i] != NULL; i++)
    {
      g_autofree char *path = NULL;

      if (!muri_group_path_contains (from, kept[i]))
        continue;
      path = to != NULL ? muri_group_path_replace (kept[i], from, to) : NULL;
      muri_editor_keep (editor, kept[i], path);
    }
}

/* “Renamed” where it stays at its place in the tree, else “Moved”. */
static char *
name_rename (const char *from, const char *to)
{
  g_autofree char *old_parent = muri_group_path_parent (from);
  g_autofree char *new_parent = muri_group_path_parent (to);

  if (g_strcmp0 (old_parent, new_parent) == 0)
    return g_strdup_printf (_ ("Renamed %s to %s"), muri_group_path_name (from),
                            muri_group_path_name (to));
  if (new_parent == NULL)
    return g_strdup_printf (_ ("Moved %s to the top"), muri_group_path_name (from));
  return g_strdup_printf (_ ("Moved %s to %s"), muri_group_path_name (from),
                          muri_group_path_name (new_parent));
}

/**
 * muri_fleet_rename_group:
 * @fleet: a fleet that is open
 * @from: a path
 * @to: what it becomes; where that exists, the two become one
 * @error: a sentence
 *
 * Renames or moves a group with everything in it and below it: one operation for all members. The
 * console's empty groups and their order go with it.
 *
 * Returns: (transfer full): what can be taken back, or %NULL with @error set
 */
MuriEdit *
muri_fleet_rename_group (MuriFleet *fleet, const char *from, const char *to, GError **error)
{
  g_autoptr (MuriEditor) editor = muri_editor_new (fleet);
  g_autoptr (GPtrArray) members = NULL;
  MuriEdit *edit;

  if (!muri_fleet_can_rename_group (fleet, from, to, error))
    return NULL;

  members = list_members (muri_groups_find (fleet->groups, from));
  for (guint i = 0; i < members->len; i++)
    muri_editor_move (editor, members->pdata[i], from, to, FALSE);
  follow_kept (editor, fleet, from, to);
  muri_groups_rename_order (fleet->groups, from, to);
  edit = muri_editor_commit (editor, name_rename (from, to), to, error);
  muri_fleet_save_groups (fleet);
  return edit;
}

/**
 * muri_fleet_delete_group:
 * @fleet: a fleet that is open
 * @group: a path
 * @error: a sentence
 *
 * All its members leave it and all groups below it; the objects themselves stay.
 *
 * Returns: (transfer full): what can be taken back, or %NULL with @error set
 */
MuriEdit *
muri_fleet_delete_group (MuriFleet *fleet, const char *group, GError **error)
{
  g_autoptr (MuriEditor) editor = muri_editor_new (fleet);
  MuriGroup *found = find_group (fleet, group, error);
  g_autoptr (GPtrArray) members = found != NULL ? list_members (found) : NULL;

  if (found == NULL)
    return NULL;

  for (guint i = 0; i < members->len; i++)
    {
      g_autoptr (MuriMemberships) now = muri_editor_assume (editor, members->pdata[i]);

      for (guint j = 0; j < now->places->len; j++)
        {
          const char *path = g_array_index (now->places, MuriPlace, j).group;

          if (muri_group_path_contains (group, path))
            muri_editor_leave (editor, members->pdata[i], path);
        }
    }
  follow_kept (editor, fleet, group, NULL);
  return muri_editor_commit (
      editor, g_strdup_printf (_ ("Deleted the group %s"), muri_group_path_name (group)), group,
      error);
}

/* ---- taking back ---- */

/**
 * muri_fleet_get_undo:
 * @fleet: a fleet
 *
 * Returns: (transfer none) (nullable): the last edit that can be taken back
 */
MuriEdit *
muri_fleet_get_undo (MuriFleet *fleet)
{
  for (guint i = fleet->edits->len; i-- > 0;)
    {
      MuriEdit *edit = fleet->edits->pdata[i];

      if (!muri_edit_is_undone (edit) && !muri_edit_is_reverse (edit))
        return edit;
    }
  return NULL;
}

/* What waits for its host will not be written at all. Returns whether that is all there is. */
static gboolean
forget_waiting (MuriFleet *fleet, MuriEdit *edit, const MuriTargetKey *key)
{
  GPtrArray *operations = muri_edit_get_operations (edit);
  const MuriTargetOutcome cancelled = { .state = MURI_OUTCOME_CANCELLED,
                                        .message = _ ("Taken back before it was done"),
                                        .finished = g_get_real_time () };
  gboolean all = TRUE;

  for (guint i = 0; i < operations->len; i++)
    {
      MuriTarget *target = muri_operation_find_target (operations->pdata[i], key);

      if (target == NULL)
        continue;
      if (muri_target_get_state (target) != MURI_TARGET_WAITING)
        {
          all = FALSE;
          continue;
        }
      muri_operation_set_outcome (operations->pdata[i], target, &cancelled);
      muri_fleet_touch_operation (fleet, operations->pdata[i]);
    }
  return all;
}

/* Nothing of it succeeded or may still. */
static gboolean
has_failed (MuriEdit *edit, const MuriTargetKey *key)
{
  GPtrArray *operations = muri_edit_get_operations (edit);

  for (guint i = 0; i < operations->len; i++)
    {
      MuriTarget *target = muri_operation_find_target (operations->pdata[i], key);
      guint state = target != NULL ? muri_target_get_state (target) : MURI_OUTCOME_FAILED;

      if (!muri_target_state_is_final (state) || muri_target_state_is_success (state))
        return FALSE;
    }
  return TRUE;
}

/* A group as a whole is moved back as a whole, so that it stays one operation. */
static gboolean
move_back (MuriEditor *editor, MuriEdit *edit, gpointer object, const MuriEditItem *item)
{
  GPtrArray *operations = muri_edit_get_operations (edit);
  MuriOperation *operation = operations->len == 1 ? operations->pdata[0] : NULL;
  g_autoptr (MuriMemberships) moved = NULL;
  const char *from, *to;

  if (operation == NULL || muri_operation_get_verb (operation) != MURI_VERB_MOVE_GROUP
      || muri_operation_get_parameter (operation, MURI_PARAMETER_ONLY) != NULL)
    return FALSE;

  from = muri_operation_get_parameter (operation, MURI_PARAMETER_FROM);
  to = muri_operation_get_parameter (operation, MURI_PARAMETER_TO);
  moved = muri_memberships_copy (item->after);
  muri_memberships_move (moved, to, from, FALSE);
  if (muri_group_path_contains (to, from) || !muri_memberships_equal (moved, item->before))
    return FALSE;
  muri_editor_move (editor, object, to, from, FALSE);
  return TRUE;
}

/* Returns whether it was left alone, since someone else changed it. */
static gboolean
take_back (MuriEditor *editor, MuriFleet *fleet, MuriEdit *edit, const MuriEditItem *item)
{
  static const muri_v1_Uuid itself;
  MuriNode *node = muri_fleet_lookup_node (fleet, &item->key.node);
  gpointer object = node;
  g_autoptr (MuriMemberships) now = NULL;

  if (node != NULL && memcmp (&item->key.vm, &itself, sizeof itself) != 0)
    object = muri_node_find_vm (node, &item->key.vm);
  if (object == NULL)
    return TRUE;
  if (forget_waiting (fleet, edit, &item->key) || has_failed (edit, &item->key))
    return FALSE;

  now = muri_memberships_of (object);
  if (!muri_memberships_equal (now, item->after) && !muri_memberships_equal (now, item->before))
    return TRUE;
  if (!move_back (editor, edit, object, item))
    muri_editor_restore (editor, object, item->after, item->before);
  return FALSE;
}

static void
take_back_kept (MuriEditor *editor, MuriFleet *fleet, MuriEdit *edit)
{
  GPtrArray *kept = muri_edit_peek_kept (edit);

  for (guint i = 0; i < kept->len; i++)
    {
      const MuriEditKept *one = kept->pdata[i];

      muri_editor_keep (editor, one->to, one->from);
      if (one->from != NULL && one->to != NULL)
        muri_groups_rename_order (fleet->groups, one->to, one->from);
    }
}

/**
 * muri_fleet_undo:
 * @fleet: a fleet that is open
 * @edit: (nullable): what is taken back; %NULL for the last one
 * @error: a sentence
 *
 * Objects that someone else changed since, or that are gone, are left alone and counted in
 * muri_edit_get_n_skipped(). What is taken back can itself be given here again.
 *
 * Returns: (transfer full): the edit that it became, or %NULL with @error set
 */
MuriEdit *
muri_fleet_undo (MuriFleet *fleet, MuriEdit *edit, GError **error)
{
  g_autoptr (MuriEditor) editor = muri_editor_new (fleet);
  g_autoptr (MuriEdit) held = NULL;
  GPtrArray *items;
  MuriEdit *reverse;
  guint n_skipped = 0;

  edit = edit != NULL ? edit : muri_fleet_get_undo (fleet);
  if (edit == NULL || muri_edit_is_undone (edit))
    {
      g_set_error_literal (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS,
                           _ ("There is nothing to take back"));
      return NULL;
    }

  held = g_object_ref (edit);
  items = muri_edit_peek_items (edit);
  for (guint i = 0; i < items->len; i++)
    n_skipped += take_back (editor, fleet, edit, items->pdata[i]);
  take_back_kept (editor, fleet, edit);

  muri_edit_set_reverse (muri_editor_peek_edit (editor));
  muri_edit_set_n_skipped (muri_editor_peek_edit (editor), n_skipped);
  reverse = muri_editor_commit (
      editor, g_strdup_printf (_ ("Took back: %s"), muri_edit_get_label (edit)), NULL, error);
  if (reverse != NULL)
    muri_edit_set_undone (edit, TRUE);
  muri_fleet_settle_operations (fleet);
  muri_fleet_notify_undo (fleet);
  return reverse;
}
