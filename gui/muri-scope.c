/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-scope.h"

#include <glib/gi18n.h>

struct _MuriScope
{
  GObject parent_instance;

  MuriScopeKind kind;
  MuriFleet *fleet;
  MuriNode *node;
  MuriVm *vm;
  MuriGroup *group;
  MuriSmartGroup *smart;
  GListModel *vms;
};

G_DEFINE_FINAL_TYPE (MuriScope, muri_scope, G_TYPE_OBJECT)

static void
muri_scope_dispose (GObject *object)
{
  MuriScope *self = MURI_SCOPE (object);

  g_clear_object (&self->vms);
  g_clear_object (&self->smart);
  g_clear_object (&self->group);
  g_clear_object (&self->vm);
  g_clear_object (&self->node);
  g_clear_object (&self->fleet);

  G_OBJECT_CLASS (muri_scope_parent_class)->dispose (object);
}

static void
muri_scope_class_init (MuriScopeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_scope_dispose;
}

static void
muri_scope_init (MuriScope *self)
{
}

static MuriScope *
scope_new (MuriScopeKind kind, MuriFleet *fleet)
{
  MuriScope *self = g_object_new (MURI_TYPE_SCOPE, NULL);

  self->kind = kind;
  self->fleet = g_object_ref (fleet);
  return self;
}

MuriScope *
muri_scope_new_fleet (MuriFleet *fleet)
{
  MuriScope *self = scope_new (MURI_SCOPE_FLEET, fleet);

  self->vms = g_object_ref (muri_fleet_get_vms (fleet));
  return self;
}

MuriScope *
muri_scope_new_node (MuriFleet *fleet, MuriNode *node)
{
  MuriScope *self = scope_new (MURI_SCOPE_NODE, fleet);

  self->node = g_object_ref (node);
  self->vms = g_object_ref (muri_node_get_vms (node));
  return self;
}

MuriScope *
muri_scope_new_vm (MuriFleet *fleet, MuriVm *vm)
{
  MuriScope *self = scope_new (MURI_SCOPE_VM, fleet);
  GListStore *only = g_list_store_new (MURI_TYPE_VM);

  g_list_store_append (only, vm);
  self->vm = g_object_ref (vm);
  self->node = g_object_ref (muri_vm_get_node (vm));
  self->vms = G_LIST_MODEL (only);
  return self;
}

MuriScope *
muri_scope_new_group (MuriFleet *fleet, MuriGroup *group)
{
  MuriScope *self = scope_new (MURI_SCOPE_GROUP, fleet);

  self->group = g_object_ref (group);
  self->vms = g_object_ref (muri_group_get_all_vms (group));
  return self;
}

MuriScope *
muri_scope_new_smart (MuriFleet *fleet, MuriSmartGroup *smart)
{
  MuriScope *self = scope_new (MURI_SCOPE_SMART, fleet);

  self->smart = g_object_ref (smart);
  self->vms = g_object_ref (G_LIST_MODEL (smart));
  return self;
}

/* NULL when there is no such thing (any more). */
MuriScope *
muri_scope_new_from_id (MuriFleet *fleet, const char *id)
{
  MuriNode *node;
  MuriVm *vm;
  MuriGroup *group;
  MuriSmartGroup *smart;

  if (g_str_equal (id, "fleet"))
    return muri_scope_new_fleet (fleet);
  if (g_str_has_prefix (id, "node:") && (node = muri_fleet_find_node (fleet, id + 5)))
    return muri_scope_new_node (fleet, node);
  if (g_str_has_prefix (id, "vm:") && (vm = muri_fleet_find_vm (fleet, id + 3)))
    return muri_scope_new_vm (fleet, vm);
  if (g_str_has_prefix (id, "group:")
      && (group = muri_groups_find (muri_fleet_get_groups (fleet), id + 6)))
    return muri_scope_new_group (fleet, group);
  if (g_str_has_prefix (id, "smart:") && (smart = muri_fleet_find_smart_group (fleet, id + 6)))
    return muri_scope_new_smart (fleet, smart);
  return NULL;
}

MuriScopeKind
muri_scope_get_kind (MuriScope *self)
{
  return self->kind;
}

MuriFleet *
muri_scope_get_fleet (MuriScope *self)
{
  return self->fleet;
}

/* A VM's scope has its host. */
MuriNode *
muri_scope_get_node (MuriScope *self)
{
  return self->node;
}

MuriVm *
muri_scope_get_vm (MuriScope *self)
{
  return self->vm;
}

MuriGroup *
muri_scope_get_group (MuriScope *self)
{
  return self->group;
}

MuriSmartGroup *
muri_scope_get_smart (MuriScope *self)
{
  return self->smart;
}

GListModel *
muri_scope_get_vms (MuriScope *self)
{
  return self->vms;
}

const char *
muri_scope_get_title (MuriScope *self)
{
  switch (self->kind)
    {
    case MURI_SCOPE_NODE:
      return muri_node_get_name (self->node);
    case MURI_SCOPE_VM:
      return muri_vm_get_name (self->vm);
    case MURI_SCOPE_GROUP:
      return muri_group_get_name (self->group);
    case MURI_SCOPE_SMART:
      return muri_smart_group_get_name (self->smart);
    case MURI_SCOPE_FLEET:
    default:
      return _ ("All Hosts");
    }
}

char *
muri_scope_to_id (MuriScope *self)
{
  switch (self->kind)
    {
    case MURI_SCOPE_NODE:
      return g_strconcat ("node:", muri_node_get_id (self->node), NULL);
    case MURI_SCOPE_VM:
      return g_strconcat ("vm:", muri_vm_get_id (self->vm), NULL);
    case MURI_SCOPE_GROUP:
      return g_strconcat ("group:", muri_group_get_path (self->group), NULL);
    case MURI_SCOPE_SMART:
      return g_strconcat ("smart:", muri_smart_group_get_id (self->smart), NULL);
    case MURI_SCOPE_FLEET:
    default:
      return g_strdup ("fleet");
    }
}

gboolean
muri_scope_equal (MuriScope *a, MuriScope *b)
{
  if (a == b)
    return TRUE;
  if (!a || !b)
    return FALSE;
  return a->kind == b->kind && a->node == b->node && a->vm == b->vm && a->group == b->group
         && a->smart == b->smart;
}
