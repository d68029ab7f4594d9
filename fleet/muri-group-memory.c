/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-group-path.h"

#include <glib/gi18n-lib.h>

#define KEPT "kept-groups"
#define ORDER "group-order"

void
muri_fleet_save_groups (MuriFleet *self)
{
  g_auto (GStrv) kept = muri_groups_get_kept (self->groups);
  g_autoptr (GVariant) paths = NULL;
  g_autoptr (GVariant) order = muri_groups_save_order (self->groups);

  if (self->store == NULL)
    return;
  paths = g_variant_ref_sink (g_variant_new_strv ((const char *const *)kept, -1));
  muri_store_write_setting (self->store, KEPT, paths);
  muri_store_write_setting (self->store, ORDER, order);
}

void
muri_fleet_restore_groups (MuriFleet *self, GHashTable *settings)
{
  GVariant *kept = g_hash_table_lookup (settings, KEPT);
  GVariant *order = g_hash_table_lookup (settings, ORDER);

  if (order != NULL)
    muri_groups_restore_order (self->groups, order);
  if (kept == NULL || !g_variant_is_of_type (kept, G_VARIANT_TYPE_STRING_ARRAY))
    return;
  for (gsize i = 0; i < g_variant_n_children (kept); i++)
    {
      const char *path;

      g_variant_get_child (kept, i, "&s", &path);
      if (muri_group_path_check (path, NULL))
        muri_groups_keep (self->groups, path);
    }
}

/**
 * muri_fleet_keep_group:
 * @fleet: a fleet
 * @group: a path
 * @error: a sentence: %MURI_FLEET_ERROR_EXISTS, MURI_GROUP_ERROR_*
 *
 * Makes an empty group, which stays while it is empty. It is this console's own until something is
 * in it.
 *
 * Returns: (transfer none): the group, or %NULL with @error set
 */
MuriGroup *
muri_fleet_keep_group (MuriFleet *fleet, const char *group, GError **error)
{
  MuriGroup *made;

  if (!muri_group_path_check (group, error))
    return NULL;
  if (muri_groups_find (fleet->groups, group) != NULL)
    {
      g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_EXISTS,
                   _ ("There is a group “%s” already"), muri_group_path_name (group));
      return NULL;
    }
  made = muri_groups_keep (fleet->groups, group);
  muri_fleet_save_groups (fleet);
  return made;
}

/**
 * muri_fleet_propose_group:
 * @fleet: a fleet
 * @parent: (nullable): a path; %NULL for the root
 *
 * Returns: (transfer full): the path of a group that does not exist yet
 */
char *
muri_fleet_propose_group (MuriFleet *fleet, const char *parent)
{
  char *path = muri_group_path_join (parent, _ ("New Group"));

  for (guint i = 2; muri_groups_find (fleet->groups, path) != NULL; i++)
    {
      /* Translators: a free name for a group, with a number */
      g_autofree char *name = g_strdup_printf (_ ("New Group %u"), i);

      g_free (path);
      path = muri_group_path_join (parent, name);
    }
  return path;
}

/**
 * muri_fleet_place_group:
 * @fleet: a fleet
 * @group: a path
 * @before: (nullable): the path of its sibling that it comes in front of; %NULL for the end
 * @error: %MURI_FLEET_ERROR_TARGETS: one of them is gone, or they are no siblings
 *
 * Orders siblings, for this console alone.
 *
 * Returns: whether it was done
 */
gboolean
muri_fleet_place_group (MuriFleet *fleet, const char *group, const char *before, GError **error)
{
  MuriGroup *placed = muri_groups_find (fleet->groups, group);
  MuriGroup *sibling = before != NULL ? muri_groups_find (fleet->groups, before) : NULL;

  if (placed == NULL || (before != NULL && sibling == NULL)
      || (sibling != NULL && muri_group_get_parent (sibling) != muri_group_get_parent (placed)))
    {
      g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS,
                   _ ("“%s” cannot be placed there"), muri_group_path_name (group));
      return FALSE;
    }
  muri_groups_place (fleet->groups, placed, sibling);
  muri_fleet_save_groups (fleet);
  return TRUE;
}
