/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-group-private.h"

#include "muri-group-path.h"
#include "muri-model.h"

#include <string.h>

struct _MuriGroup
{
  GObject parent_instance;

  char *path;
  MuriGroup *parent; /* borrowed: a parent holds its children */
  gboolean kept;

  GListStore *groups; /* sorted */
  guint place;        /* among its siblings; G_MAXUINT behind those that have one, by name */
  char *collation;
  MuriModel *vms;
  MuriModel *nodes;

  MuriModel *all_vms;
  GHashTable *counts;  /* MuriVm to the number of memberships here and below */
  GHashTable *running; /* the MuriVms of them that run */

  gboolean held;
  GHashTable *left;     /* MuriVms that are to go from @vms; */
  GHashTable *left_all; /* from @all_vms */
};

enum
{
  PROP_0,
  PROP_PATH,
  PROP_NAME,
  PROP_N_VMS,
  PROP_N_RUNNING,
  PROP_KEPT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (MuriGroup, muri_group, G_TYPE_OBJECT)

static void
append (MuriModel *model, gpointer item)
{
  muri_model_append (model, item);
  muri_model_flush (model);
}

static void
remove_one (MuriModel *model, gpointer item)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  g_ptr_array_add (items, item);
  muri_model_remove (model, items);
}

static void
add_vm (MuriModel *model, GHashTable *left, MuriVm *vm)
{
  if (!g_hash_table_remove (left, vm))
    muri_model_append (model, vm);
}

static void
settle (MuriModel *model, GHashTable *left)
{
  g_autoptr (GPtrArray) vms = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer vm;

  g_hash_table_iter_init (&iter, left);
  while (g_hash_table_iter_next (&iter, &vm, NULL))
    g_ptr_array_add (vms, g_object_ref (vm));
  g_hash_table_remove_all (left);
  if (vms->len > 0)
    muri_model_remove (model, vms);
  muri_model_flush (model);
}

void
muri_group_hold (MuriGroup *group)
{
  if (group->held)
    return;
  group->held = TRUE;
  g_object_freeze_notify (G_OBJECT (group));
}

void
muri_group_settle (MuriGroup *group)
{
  if (!group->held)
    return;
  group->held = FALSE;
  settle (group->vms, group->left);
  settle (group->all_vms, group->left_all);
  g_object_thaw_notify (G_OBJECT (group));
}

static int
compare_siblings (gconstpointer a, gconstpointer b, gpointer data)
{
  const MuriGroup *x = a;
  const MuriGroup *y = b;

  if (x->place != y->place)
    return x->place < y->place ? -1 : 1;
  return strcmp (x->collation, y->collation);
}

void
muri_group_insert (GListStore *siblings, MuriGroup *group)
{
  g_list_store_insert_sorted (siblings, group, compare_siblings, NULL);
}

void
muri_group_remove (GListStore *siblings, MuriGroup *group)
{
  guint position;

  if (g_list_store_find (siblings, group, &position))
    g_list_store_remove (siblings, position);
}

GListStore *
muri_group_peek_groups (MuriGroup *group)
{
  return group->groups;
}

void
muri_group_set_place (MuriGroup *group, guint place)
{
  group->place = place;
}

static void
count_running (MuriGroup *self, MuriVm *vm, gboolean running)
{
  gboolean changed =
      running ? g_hash_table_add (self->running, vm) : g_hash_table_remove (self->running, vm);

  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_RUNNING]);
}

static void
count_up (MuriGroup *self, MuriVm *vm, gboolean running)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, vm));

  g_hash_table_insert (self->counts, vm, GUINT_TO_POINTER (count + 1));
  if (count > 0)
    return;

  add_vm (self->all_vms, self->left_all, vm);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_VMS]);
  if (running)
    count_running (self, vm, TRUE);
}

static void
count_down (MuriGroup *self, MuriVm *vm)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, vm));

  g_return_if_fail (count > 0);
  if (count > 1)
    {
      g_hash_table_insert (self->counts, vm, GUINT_TO_POINTER (count - 1));
      return;
    }

  count_running (self, vm, FALSE);
  g_hash_table_remove (self->counts, vm);
  g_hash_table_add (self->left_all, vm);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_VMS]);
}

void
muri_group_add_vm (MuriGroup *group, MuriVm *vm, gboolean running)
{
  add_vm (group->vms, group->left, vm);
  for (MuriGroup *above = group; above != NULL; above = above->parent)
    count_up (above, vm, running);
}

void
muri_group_remove_vm (MuriGroup *group, MuriVm *vm, gboolean running)
{
  g_hash_table_add (group->left, vm);
  for (MuriGroup *above = group; above != NULL; above = above->parent)
    count_down (above, vm);
}

void
muri_group_set_running (MuriGroup *group, MuriVm *vm, gboolean running)
{
  for (MuriGroup *above = group; above != NULL; above = above->parent)
    count_running (above, vm, running);
}

void
muri_group_add_node (MuriGroup *group, MuriNode *node)
{
  append (group->nodes, node);
}

void
muri_group_remove_node (MuriGroup *group, MuriNode *node)
{
  remove_one (group->nodes, node);
}

void
muri_group_set_kept (MuriGroup *group, gboolean kept)
{
  if (group->kept == kept)
    return;

  group->kept = kept;
  g_object_notify_by_pspec (G_OBJECT (group), props[PROP_KEPT]);
}

gboolean
muri_group_is_forsaken (MuriGroup *group)
{
  return !group->kept && g_list_model_get_n_items (G_LIST_MODEL (group->groups)) == 0
         && g_hash_table_size (group->counts) == 0
         && g_list_model_get_n_items (G_LIST_MODEL (group->nodes)) == 0;
}

static void
muri_group_finalize (GObject *object)
{
  MuriGroup *self = MURI_GROUP (object);

  g_free (self->path);
  g_free (self->collation);
  g_object_unref (self->groups);
  g_object_unref (self->vms);
  g_object_unref (self->nodes);
  g_object_unref (self->all_vms);
  g_hash_table_unref (self->counts);
  g_hash_table_unref (self->running);
  g_hash_table_unref (self->left);
  g_hash_table_unref (self->left_all);

  G_OBJECT_CLASS (muri_group_parent_class)->finalize (object);
}

static void
muri_group_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriGroup *self = MURI_GROUP (object);

  switch (id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_NAME:
      g_value_set_string (value, muri_group_get_name (self));
      break;
    case PROP_N_VMS:
      g_value_set_uint (value, muri_group_get_n_vms (self));
      break;
    case PROP_N_RUNNING:
      g_value_set_uint (value, muri_group_get_n_running (self));
      break;
    case PROP_KEPT:
      g_value_set_boolean (value, self->kept);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_group_class_init (MuriGroupClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = muri_group_finalize;
  object_class->get_property = muri_group_get_property;

  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_N_VMS] = g_param_spec_uint ("n-vms", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_N_RUNNING] = g_param_spec_uint ("n-running", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_KEPT] = g_param_spec_boolean ("kept", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
muri_group_init (MuriGroup *self)
{
  self->groups = g_list_store_new (MURI_TYPE_GROUP);
  self->place = G_MAXUINT;
  self->vms = muri_model_new (MURI_TYPE_VM);
  self->nodes = muri_model_new (MURI_TYPE_NODE);
  self->all_vms = muri_model_new (MURI_TYPE_VM);
  self->counts = g_hash_table_new (NULL, NULL);
  self->running = g_hash_table_new (NULL, NULL);
  self->left = g_hash_table_new (NULL, NULL);
  self->left_all = g_hash_table_new (NULL, NULL);
}

MuriGroup *
muri_group_new (const char *path, MuriGroup *parent)
{
  MuriGroup *self = g_object_new (MURI_TYPE_GROUP, NULL);

  self->path = g_strdup (path);
  self->parent = parent;
  self->collation = g_utf8_collate_key_for_filename (muri_group_path_name (path), -1);
  return self;
}

/**
 * muri_group_get_path:
 * @group: a group
 *
 * Returns: (transfer none): its names from the root
 */
const char *
muri_group_get_path (MuriGroup *group)
{
  return group->path;
}

/**
 * muri_group_get_name:
 * @group: a group
 *
 * Returns: (transfer none): its last name
 */
const char *
muri_group_get_name (MuriGroup *group)
{
  return muri_group_path_name (group->path);
}

/**
 * muri_group_get_parent:
 * @group: a group
 *
 * Returns: (transfer none) (nullable): the group that it is in; %NULL at the root
 */
MuriGroup *
muri_group_get_parent (MuriGroup *group)
{
  return group->parent;
}

/**
 * muri_group_is_kept:
 * @group: a group
 *
 * Returns: whether this console keeps it while it is empty
 */
gboolean
muri_group_is_kept (MuriGroup *group)
{
  return group->kept;
}

/**
 * muri_group_get_n_vms:
 * @group: a group
 *
 * Returns: how many distinct VMs are in it and below it
 */
guint
muri_group_get_n_vms (MuriGroup *group)
{
  return g_hash_table_size (group->counts);
}

/**
 * muri_group_get_n_running:
 * @group: a group
 *
 * Returns: how many of these are running, by their last known state
 */
guint
muri_group_get_n_running (MuriGroup *group)
{
  return g_hash_table_size (group->running);
}

/**
 * muri_group_get_groups:
 * @group: a group
 *
 * Returns: (transfer none): the groups in it (MuriGroup), in order
 */
GListModel *
muri_group_get_groups (MuriGroup *group)
{
  return G_LIST_MODEL (group->groups);
}

/**
 * muri_group_get_vms:
 * @group: a group
 *
 * Returns: (transfer none): the VMs that are its own members (MuriVm)
 */
GListModel *
muri_group_get_vms (MuriGroup *group)
{
  return G_LIST_MODEL (group->vms);
}

/**
 * muri_group_get_nodes:
 * @group: a group
 *
 * Returns: (transfer none): the nodes that are its own members (MuriNode)
 */
GListModel *
muri_group_get_nodes (MuriGroup *group)
{
  return G_LIST_MODEL (group->nodes);
}

/**
 * muri_group_get_all_vms:
 * @group: a group
 *
 * Returns: (transfer none): every VM in it and below it, once (MuriVm)
 */
GListModel *
muri_group_get_all_vms (MuriGroup *group)
{
  return G_LIST_MODEL (group->all_vms);
}

/**
 * muri_group_has_vm:
 * @group: a group
 * @vm: a VM
 *
 * Returns: whether @vm is in @group or below it
 */
gboolean
muri_group_has_vm (MuriGroup *group, MuriVm *vm)
{
  return g_hash_table_contains (group->counts, vm);
}
