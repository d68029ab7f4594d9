/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-group-edits.h"

#include <glib/gi18n.h>

#include "muri-group-path.h"
#include "muri-membership.h"

struct _MuriGroupEdits
{
  GPtrArray *edits; /* MuriEdit */
  char *label;
};

MuriGroupEdits *
muri_group_edits_new (const char *label)
{
  MuriGroupEdits *self = g_rc_box_new0 (MuriGroupEdits);

  self->edits = g_ptr_array_new_with_free_func (g_object_unref);
  self->label = g_strdup (label);
  return self;
}

MuriGroupEdits *
muri_group_edits_ref (MuriGroupEdits *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  MuriGroupEdits *self = data;

  g_ptr_array_unref (self->edits);
  g_free (self->label);
}

void
muri_group_edits_unref (MuriGroupEdits *self)
{
  g_rc_box_release_full (self, clear);
}

void
muri_group_edits_take (MuriGroupEdits *self, MuriEdit *edit)
{
  if (edit)
    g_ptr_array_add (self->edits, edit);
}

gboolean
muri_group_edits_is_empty (MuriGroupEdits *self)
{
  return self->edits->len == 0;
}

char *
muri_group_edits_dup_label (MuriGroupEdits *self)
{
  if (self->edits->len > 1 && self->label)
    return g_strdup (self->label);
  return self->edits->len > 0 ? g_strdup (muri_edit_get_label (self->edits->pdata[0])) : NULL;
}

gboolean
muri_group_edits_can_undo (MuriGroupEdits *self)
{
  for (guint i = 0; i < self->edits->len; i++)
    if (!muri_edit_is_undone (self->edits->pdata[i]))
      return TRUE;
  return FALSE;
}

gboolean
muri_group_edits_has (MuriGroupEdits *self, MuriEdit *edit)
{
  return g_ptr_array_find (self->edits, edit, NULL);
}

/* The last first, as they were made. */
guint
muri_group_edits_undo (MuriGroupEdits *self, MuriFleet *fleet, GError **error)
{
  guint skipped = 0;

  for (guint i = self->edits->len; i-- > 0;)
    {
      g_autoptr (GError) own_error = NULL;
      g_autoptr (MuriEdit) undone = NULL;

      if (muri_edit_is_undone (self->edits->pdata[i]))
        continue;
      undone = muri_fleet_undo (fleet, self->edits->pdata[i], &own_error);
      if (undone)
        skipped += muri_edit_get_n_skipped (undone);
      else if (error && !*error)
        g_propagate_error (error, g_steal_pointer (&own_error));
    }
  return skipped;
}

/* NULL when nothing of it was possible; a part that was not is told where nothing else is. */
static MuriGroupEdits *
finish (MuriGroupEdits *self, GError *problem, GError **error)
{
  if (!muri_group_edits_is_empty (self))
    {
      g_clear_error (&problem);
      return self;
    }
  muri_group_edits_unref (self);
  if (problem)
    g_propagate_error (error, problem);
  else
    g_set_error_literal (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS,
                         _ ("There is nothing to change."));
  return NULL;
}

static void
join (MuriGroupEdits *self, MuriFleet *fleet, GPtrArray *objects, const char *to, GError **problem)
{
  if (objects->len > 0)
    muri_group_edits_take (self,
                           muri_fleet_join_group (fleet, objects, to, *problem ? NULL : problem));
}

static void
nest (MuriGroupEdits *self, MuriFleet *fleet, MuriMembers *members, const char *to,
      GError **problem)
{
  GPtrArray *groups = muri_members_get_groups (members);

  for (guint i = 0; i < groups->len; i++)
    {
      g_autofree char *from = g_strdup (muri_group_get_path (groups->pdata[i]));
      g_autofree char *path = muri_group_path_join (to, muri_group_path_name (from));

      if (!g_str_equal (from, path))
        muri_group_edits_take (
            self, muri_fleet_rename_group (fleet, from, path, *problem ? NULL : problem));
    }
}

MuriGroupEdits *
muri_group_edits_add (MuriFleet *fleet, MuriMembers *members, const char *to, GError **error)
{
  g_autofree char *what = muri_members_describe (members);
  g_autofree char *label = g_strdup_printf (_ ("Added %s to %s"), what, muri_group_path_name (to));
  MuriGroupEdits *self = muri_group_edits_new (label);
  GError *problem = NULL;

  join (self, fleet, muri_members_get_objects (members), to, &problem);
  return finish (self, problem, error);
}

static GPtrArray *
list_of (GHashTable *lists, const char *path)
{
  GPtrArray *list = g_hash_table_lookup (lists, path);

  if (!list)
    {
      list = g_ptr_array_new ();
      g_hash_table_insert (lists, g_strdup (path), list);
    }
  return list;
}

static GHashTable *
lists_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
}

/* Its place is taken by the new one once; the others are left. */
static void
sort_out (MuriMembers *members, gpointer object, const char *to, GHashTable *moves,
          GHashTable *leaves, GPtrArray *joins)
{
  const char *origin = muri_members_get_origin (members);
  g_autoptr (GPtrArray) paths = NULL;
  gboolean placed = muri_member_is_in (object, to);

  if (origin && muri_member_is_in (object, origin))
    {
      paths = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (paths, g_strdup (origin));
    }
  else
    paths = muri_member_dup_groups (object, origin);
  for (guint i = 0; i < paths->len; i++)
    {
      if (g_str_equal (paths->pdata[i], to))
        continue;
      g_ptr_array_add (list_of (placed ? leaves : moves, paths->pdata[i]), object);
      placed = TRUE;
    }
  if (!placed)
    g_ptr_array_add (joins, object);
}

MuriGroupEdits *
muri_group_edits_move (MuriFleet *fleet, MuriMembers *members, const char *to, GError **error)
{
  g_autofree char *what = muri_members_describe (members);
  g_autofree char *label = NULL;
  MuriGroupEdits *self;
  g_autoptr (GHashTable) moves = lists_new ();
  g_autoptr (GHashTable) leaves = lists_new ();
  g_autoptr (GPtrArray) joins = g_ptr_array_new ();
  GPtrArray *objects = muri_members_get_objects (members);
  GHashTableIter iter;
  gpointer path, list;
  GError *problem = NULL;

  if (to)
    label = g_strdup_printf (_ ("Moved %s to %s"), what, muri_group_path_name (to));
  self = muri_group_edits_new (label);
  for (guint i = 0; to && i < objects->len; i++)
    sort_out (members, objects->pdata[i], to, moves, leaves, joins);
  g_hash_table_iter_init (&iter, moves);
  while (g_hash_table_iter_next (&iter, &path, &list))
    muri_group_edits_take (
        self, muri_fleet_move_to_group (fleet, list, path, to, problem ? NULL : &problem));
  g_hash_table_iter_init (&iter, leaves);
  while (g_hash_table_iter_next (&iter, &path, &list))
    muri_group_edits_take (self,
                           muri_fleet_leave_group (fleet, list, path, problem ? NULL : &problem));
  join (self, fleet, joins, to, &problem);
  nest (self, fleet, members, to, &problem);
  return finish (self, problem, error);
}

/* Out of the group that they come from, and where they are only in one below it, out of that. */
MuriGroupEdits *
muri_group_edits_remove (MuriFleet *fleet, MuriMembers *members, GError **error)
{
  const char *origin = muri_members_get_origin (members);
  GPtrArray *objects = muri_members_get_objects (members);
  g_autofree char *what = muri_members_describe (members);
  g_autofree char *label = NULL;
  g_autoptr (GHashTable) leaves = lists_new ();
  MuriGroupEdits *self;
  GHashTableIter iter;
  gpointer path, list;
  GError *problem = NULL;

  g_return_val_if_fail (origin != NULL, NULL);

  label = g_strdup_printf (_ ("Removed %s from %s"), what, muri_group_path_name (origin));
  self = muri_group_edits_new (label);
  for (guint i = 0; i < objects->len; i++)
    {
      g_autoptr (GPtrArray) paths = muri_member_dup_groups (objects->pdata[i], origin);

      for (guint j = 0; j < paths->len; j++)
        g_ptr_array_add (list_of (leaves, paths->pdata[j]), objects->pdata[i]);
    }
  g_hash_table_iter_init (&iter, leaves);
  while (g_hash_table_iter_next (&iter, &path, &list))
    muri_group_edits_take (self,
                           muri_fleet_leave_group (fleet, list, path, problem ? NULL : &problem));
  return finish (self, problem, error);
}

MuriGroupEdits *
muri_group_edits_place (MuriFleet *fleet, const char *path, const char *parent, const char *before,
                        GError **error)
{
  MuriGroupEdits *self = muri_group_edits_new (NULL);
  g_autofree char *to = muri_group_path_join (parent, muri_group_path_name (path));
  MuriEdit *edit = NULL;

  if (!g_str_equal (path, to))
    {
      edit = muri_fleet_rename_group (fleet, path, to, error);
      if (!edit)
        {
          muri_group_edits_unref (self);
          return NULL;
        }
      muri_group_edits_take (self, edit);
    }
  /* Its new place may be there only when its members have said so; then it goes by its name. */
  if (!muri_fleet_place_group (fleet, to, before, edit ? NULL : error) && !edit)
    {
      muri_group_edits_unref (self);
      return NULL;
    }
  return self;
}

const char *
muri_group_problem (const GError *error)
{
  if (g_error_matches (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_EMPTY))
    return _ ("A name is not empty and has no space at its ends.");
  if (g_error_matches (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_LONG))
    return _ ("The name is too long.");
  if (g_error_matches (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_CHARACTER))
    return _ ("A name has no “/” and no control characters.");
  if (g_error_matches (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_DEEP))
    return _ ("Groups cannot be nested that deeply.");
  if (g_error_matches (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_CYCLE))
    return _ ("A group cannot go into itself.");
  return error->message;
}
