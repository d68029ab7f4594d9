/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-scope-match.h"

/* Of a group's member hosts only what happened to the host itself. */
static gboolean
group_has_node (MuriGroup *group, const char *node_id)
{
  GListModel *nodes = muri_group_get_nodes (group);
  guint n = g_list_model_get_n_items (nodes);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      if (g_str_equal (muri_node_get_id (node), node_id))
        return TRUE;
    }
  return FALSE;
}

static gboolean
smart_has_vm (MuriScope *scope, MuriVm *vm)
{
  GListModel *vms = muri_scope_get_vms (scope);
  guint n = g_list_model_get_n_items (vms);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) found = g_list_model_get_item (vms, i);

      if (found == vm)
        return TRUE;
    }
  return FALSE;
}

/* @vm_id: NULL for the node itself */
static gboolean
has_object (MuriScope *scope, const char *node_id, const char *vm_id)
{
  MuriVm *vm;

  switch (muri_scope_get_kind (scope))
    {
    case MURI_SCOPE_NODE:
      return g_strcmp0 (node_id, muri_node_get_id (muri_scope_get_node (scope))) == 0;
    case MURI_SCOPE_VM:
      return g_strcmp0 (vm_id, muri_vm_get_id (muri_scope_get_vm (scope))) == 0;
    case MURI_SCOPE_GROUP:
      if (vm_id == NULL)
        return node_id && group_has_node (muri_scope_get_group (scope), node_id);
      vm = muri_fleet_find_vm (muri_scope_get_fleet (scope), vm_id);
      return vm && muri_group_has_vm (muri_scope_get_group (scope), vm);
    case MURI_SCOPE_SMART:
      vm = vm_id ? muri_fleet_find_vm (muri_scope_get_fleet (scope), vm_id) : NULL;
      return vm && smart_has_vm (scope, vm);
    case MURI_SCOPE_FLEET:
    default:
      return TRUE;
    }
}

gboolean
muri_scope_has_event (MuriScope *scope, MuriEvent *event)
{
  g_return_val_if_fail (MURI_IS_SCOPE (scope), FALSE);
  g_return_val_if_fail (MURI_IS_EVENT (event), FALSE);

  return has_object (scope, muri_event_get_node_id (event), muri_event_get_vm_id (event));
}

gboolean
muri_scope_has_operation (MuriScope *scope, MuriOperation *operation)
{
  GListModel *targets;
  guint n;

  g_return_val_if_fail (MURI_IS_SCOPE (scope), FALSE);
  g_return_val_if_fail (MURI_IS_OPERATION (operation), FALSE);

  if (muri_scope_get_kind (scope) == MURI_SCOPE_FLEET)
    return TRUE;
  targets = G_LIST_MODEL (operation);
  n = g_list_model_get_n_items (targets);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriTarget) target = g_list_model_get_item (targets, i);
      const char *id = muri_target_get_vm_id (target);
      const char *slash = strchr (id, '/');
      g_autofree char *node_id = slash ? g_strndup (id, (gsize)(slash - id)) : g_strdup (id);

      if (has_object (scope, node_id, slash ? id : NULL))
        return TRUE;
    }
  return FALSE;
}
