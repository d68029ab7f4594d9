/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-group-path.h"
#include "muri-smart-group-private.h"

#include <glib/gi18n-lib.h>

#define SETTING "smart-groups"

/* Figures count every so many seconds: a name that comes and goes each second cannot be read. */
#define FIGURES_EVERY 3

/* ---- following the models ---- */

static MuriSmartGroup *
nth (MuriFleet *self, guint i)
{
  g_autoptr (MuriSmartGroup) group = g_list_model_get_item (G_LIST_MODEL (self->smart_groups), i);

  return group;
}

static guint
count (MuriFleet *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->smart_groups));
}

void
muri_fleet_update_smart (MuriFleet *self, MuriVm *vm)
{
  for (guint i = 0; i < count (self); i++)
    muri_smart_group_update_vm (nth (self, i), vm);
}

void
muri_fleet_update_smart_of_node (MuriFleet *self, MuriNode *node)
{
  g_autoptr (GPtrArray) vms = count (self) > 0 ? muri_node_list_vms (node) : NULL;

  for (guint i = 0; vms != NULL && i < vms->len; i++)
    muri_fleet_update_smart (self, vms->pdata[i]);
}

void
muri_fleet_remove_smart_vms (MuriFleet *self, GPtrArray *vms)
{
  for (guint i = 0; i < count (self); i++)
    muri_smart_group_remove_vms (nth (self, i), vms);
}

void
muri_fleet_settle_smart (MuriFleet *self)
{
  for (guint i = 0; i < count (self); i++)
    muri_smart_group_settle (nth (self, i));
}

/* Once a second. */
void
muri_fleet_pass_smart (MuriFleet *self)
{
  if (++self->smart_ticks % FIGURES_EVERY == 0)
    for (guint i = 0; i < count (self); i++)
      muri_smart_group_update_figures (nth (self, i));
  muri_fleet_settle_smart (self);
}

/* ---- keeping ---- */

static void
save (MuriFleet *self)
{
  g_autoptr (GVariant) kept = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sss)"));
  for (guint i = 0; i < count (self); i++)
    {
      MuriSmartGroup *group = nth (self, i);

      g_variant_builder_add (&builder, "(sss)", muri_smart_group_get_id (group),
                             muri_smart_group_get_name (group), muri_smart_group_get_text (group));
    }
  kept = g_variant_ref_sink (g_variant_builder_end (&builder));
  if (self->store != NULL)
    muri_store_write_setting (self->store, SETTING, kept);
}

void
muri_fleet_restore_smart (MuriFleet *self, GHashTable *settings)
{
  GVariant *kept = g_hash_table_lookup (settings, SETTING);
  const char *id, *name, *text;
  GVariantIter iter;

  if (kept == NULL || !g_variant_is_of_type (kept, G_VARIANT_TYPE ("a(sss)")))
    return;
  g_variant_iter_init (&iter, kept);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &id, &name, &text))
    {
      g_autoptr (MuriSmartGroup) group = muri_smart_group_new (id, name, text);

      muri_smart_group_fill (group, G_LIST_MODEL (self->vms));
      g_list_store_append (self->smart_groups, group);
    }
}

/* ---- what a console asks ---- */

static gboolean
check (MuriFleet *self, MuriSmartGroup *except, const char *name, const char *text, GError **error)
{
  g_autoptr (MuriQuery) query = NULL;

  if (!muri_group_name_check (name, error)
      || (query = muri_query_parse (text, NULL, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < count (self); i++)
    if (nth (self, i) != except && g_str_equal (muri_smart_group_get_name (nth (self, i)), name))
      {
        g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_EXISTS,
                     _ ("There is a saved search “%s” already"), name);
        return FALSE;
      }
  return TRUE;
}

/**
 * muri_fleet_get_smart_groups:
 * @fleet: a fleet
 *
 * Returns: (transfer none): a model of #MuriSmartGroup
 */
GListModel *
muri_fleet_get_smart_groups (MuriFleet *fleet)
{
  return G_LIST_MODEL (fleet->smart_groups);
}

/**
 * muri_fleet_find_smart_group:
 * @fleet: a fleet
 * @id: as #MuriSmartGroup:id
 *
 * Returns: (transfer none) (nullable): that one
 */
MuriSmartGroup *
muri_fleet_find_smart_group (MuriFleet *fleet, const char *id)
{
  for (guint i = 0; i < count (fleet); i++)
    if (g_str_equal (muri_smart_group_get_id (nth (fleet, i)), id))
      return nth (fleet, i);
  return NULL;
}

/**
 * muri_fleet_add_smart_group:
 * @fleet: a fleet
 * @name: as of any group, not taken by another saved search
 * @text: as #MuriQuery explains
 * @error: a sentence: MURI_GROUP_ERROR_*, MURI_QUERY_ERROR_*, %MURI_FLEET_ERROR_EXISTS
 *
 * Returns: (transfer none): it, or %NULL with @error set
 */
MuriSmartGroup *
muri_fleet_add_smart_group (MuriFleet *fleet, const char *name, const char *text, GError **error)
{
  g_autoptr (MuriSmartGroup) group = NULL;

  if (!check (fleet, NULL, name, text, error))
    return NULL;
  group = muri_smart_group_new (NULL, name, text);
  muri_smart_group_fill (group, G_LIST_MODEL (fleet->vms));
  g_list_store_append (fleet->smart_groups, group);
  save (fleet);
  return group;
}

/**
 * muri_fleet_change_smart_group:
 * @fleet: a fleet
 * @group: one of its saved searches
 * @name: its new name
 * @text: its new query
 * @error: as of muri_fleet_add_smart_group()
 *
 * Returns: whether it was done
 */
gboolean
muri_fleet_change_smart_group (MuriFleet *fleet, MuriSmartGroup *group, const char *name,
                               const char *text, GError **error)
{
  if (!check (fleet, group, name, text, error))
    return FALSE;
  muri_smart_group_set (group, name, text);
  muri_smart_group_fill (group, G_LIST_MODEL (fleet->vms));
  save (fleet);
  return TRUE;
}

/**
 * muri_fleet_remove_smart_group:
 * @fleet: a fleet
 * @group: one of its saved searches
 */
void
muri_fleet_remove_smart_group (MuriFleet *fleet, MuriSmartGroup *group)
{
  guint position;

  if (!g_list_store_find (fleet->smart_groups, group, &position))
    return;
  g_list_store_remove (fleet->smart_groups, position);
  save (fleet);
}

/* ---- completing ---- */

static void
add_names (GPtrArray *names, GListModel *groups)
{
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (MuriGroup) group = g_list_model_get_item (groups, i);

      g_ptr_array_add (names, g_strdup (muri_group_get_path (group)));
      if (muri_group_get_parent (group) != NULL
          && !g_ptr_array_find_with_equal_func (names, muri_group_get_name (group), g_str_equal,
                                                NULL))
        g_ptr_array_add (names, g_strdup (muri_group_get_name (group)));
      add_names (names, muri_group_get_groups (group));
    }
}

static char **
list_values (const char *key, gpointer data)
{
  MuriFleet *self = data;
  GPtrArray *names = g_ptr_array_new ();
  GListModel *nodes = G_LIST_MODEL (self->nodes);

  if (g_str_equal (key, "group"))
    add_names (names, muri_groups_get_roots (self->groups));
  for (guint i = 0; g_str_equal (key, "host") && i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      g_ptr_array_add (names, g_strdup (muri_node_get_name (node)));
    }
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

/**
 * muri_fleet_complete_query:
 * @fleet: a fleet
 * @text: what was written so far
 * @cursor: where the cursor stands in it, in bytes
 * @start: (out): where the term at the cursor begins, in bytes
 *
 * Returns: (transfer full) (array zero-terminated=1): as muri_query_complete(), with the names of
 *   hosts and groups
 */
char **
muri_fleet_complete_query (MuriFleet *fleet, const char *text, guint cursor, guint *start)
{
  return muri_query_complete_with (text, cursor, start, list_values, fleet);
}
