/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-groups.h"

#include "muri-group-path.h"
#include "muri-group-private.h"
#include "muri-model.h"
#include "muri-words.h"

struct _MuriGroups
{
  GObject parent_instance;

  MuriModel *roots;
  GHashTable *by_path; /* path (the group's own) to MuriGroup */
  GHashTable *members; /* MuriVm or MuriNode to Member */
};

/* What was counted of an object, so that it can be taken back. */
typedef struct
{
  GObject *object;
  GPtrArray *groups; /* MuriGroup */
  gboolean running;
} Member;

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MuriGroups, muri_groups, G_TYPE_OBJECT)

static void
member_free (gpointer data)
{
  Member *member = data;

  g_ptr_array_unref (member->groups);
  g_object_unref (member->object);
  g_free (member);
}

static void
append_root (MuriGroups *self, MuriGroup *group)
{
  muri_model_append (self->roots, group);
  muri_model_flush (self->roots);
}

static MuriGroup *
ensure (MuriGroups *self, const char *path)
{
  MuriGroup *group = g_hash_table_lookup (self->by_path, path);
  g_autofree char *parent_path = NULL;
  MuriGroup *parent = NULL;

  if (group != NULL)
    return group;

  parent_path = muri_group_path_parent (path);
  if (parent_path != NULL)
    parent = ensure (self, parent_path);
  group = muri_group_new (path, parent);
  g_hash_table_insert (self->by_path, (char *)muri_group_get_path (group), group);
  if (parent != NULL)
    muri_group_add_child (parent, group);
  else
    append_root (self, group);
  g_signal_emit (self, signals[CHANGED], 0);
  return group;
}

/* Removes @group and those above it, as far as nobody needs them any more. */
static void
sweep (MuriGroups *self, MuriGroup *group)
{
  while (group != NULL && muri_group_is_forsaken (group))
    {
      MuriGroup *parent = muri_group_get_parent (group);
      g_autoptr (GPtrArray) items = g_ptr_array_new ();

      g_hash_table_steal (self->by_path, muri_group_get_path (group));
      g_ptr_array_add (items, group);
      if (parent != NULL)
        muri_group_remove_child (parent, group);
      else
        muri_model_remove (self->roots, items);
      g_object_unref (group);
      g_signal_emit (self, signals[CHANGED], 0);
      group = parent;
    }
}

static void
enter (Member *member, MuriGroup *group)
{
  if (MURI_IS_VM (member->object))
    muri_group_add_vm (group, MURI_VM (member->object), member->running);
  else
    muri_group_add_node (group, MURI_NODE (member->object));
}

static void
leave (MuriGroups *self, Member *member, MuriGroup *group)
{
  if (MURI_IS_VM (member->object))
    muri_group_remove_vm (group, MURI_VM (member->object), member->running);
  else
    muri_group_remove_node (group, MURI_NODE (member->object));
  sweep (self, group);
}

static Member *
ensure_member (MuriGroups *self, gpointer object)
{
  Member *member = g_hash_table_lookup (self->members, object);

  if (member == NULL)
    {
      member = g_new0 (Member, 1);
      member->object = g_object_ref (object);
      member->groups = g_ptr_array_new ();
      g_hash_table_insert (self->members, object, member);
    }
  return member;
}

static void
update (MuriGroups *self, gpointer object, const muri_v1_Membership *memberships, guint n)
{
  Member *member = g_hash_table_lookup (self->members, object);
  g_autoptr (GPtrArray) before = NULL;

  if (member == NULL && n == 0)
    return;
  member = ensure_member (self, object);
  before = member->groups;
  member->groups = g_ptr_array_new ();

  /* Enters before it leaves, so that a group that stays in use does not come and go. */
  for (guint i = 0; i < n; i++)
    {
      MuriGroup *group;

      if (!muri_group_path_check (memberships[i].group, NULL))
        continue;
      group = ensure (self, memberships[i].group);
      if (g_ptr_array_find (member->groups, group, NULL))
        continue;
      g_ptr_array_add (member->groups, group);
      if (!g_ptr_array_remove_fast (before, group))
        enter (member, group);
    }
  for (guint i = 0; i < before->len; i++)
    leave (self, member, g_ptr_array_index (before, i));
  if (member->groups->len == 0)
    g_hash_table_remove (self->members, object);
}

/**
 * muri_groups_update_vm:
 * @groups: the tree
 * @vm: a VM that is new, or whose facts or state changed
 */
void
muri_groups_update_vm (MuriGroups *groups, MuriVm *vm)
{
  const muri_v1_Vm *facts = muri_vm_get_facts (vm);
  gboolean running = muri_vm_get_state (vm) == MURI_VM_STATE_RUNNING;
  Member *member = g_hash_table_lookup (groups->members, vm);

  if (member != NULL && member->running != running)
    {
      member->running = running;
      for (guint i = 0; i < member->groups->len; i++)
        muri_group_set_running (g_ptr_array_index (member->groups, i), vm, running);
    }
  else if (member == NULL && facts->groups._length > 0)
    {
      ensure_member (groups, vm)->running = running;
    }
  update (groups, vm, facts->groups._buffer, facts->groups._length);
}

/**
 * muri_groups_update_node:
 * @groups: the tree
 * @node: a node that is new, or whose facts changed
 */
void
muri_groups_update_node (MuriGroups *groups, MuriNode *node)
{
  const muri_v1_Node *facts = muri_node_get_facts (node);

  update (groups, node, facts->groups._buffer, facts->groups._length);
}

/**
 * muri_groups_remove:
 * @groups: the tree
 * @vm_or_node: (type GObject): an object that is no more
 */
void
muri_groups_remove (MuriGroups *groups, gpointer vm_or_node)
{
  update (groups, vm_or_node, NULL, 0);
}

/**
 * muri_groups_find:
 * @groups: the tree
 * @path: a path
 *
 * Returns: (transfer none) (nullable): the group of that path
 */
MuriGroup *
muri_groups_find (MuriGroups *groups, const char *path)
{
  return g_hash_table_lookup (groups->by_path, path);
}

/**
 * muri_groups_get_roots:
 * @groups: the tree
 *
 * Returns: (transfer none): the groups that are in no other (MuriGroup)
 */
GListModel *
muri_groups_get_roots (MuriGroups *groups)
{
  return G_LIST_MODEL (groups->roots);
}

/**
 * muri_groups_keep:
 * @groups: the tree
 * @path: a path that muri_group_path_check() accepts
 *
 * Makes a group that stays while it is empty.
 *
 * Returns: (transfer none): the group
 */
MuriGroup *
muri_groups_keep (MuriGroups *groups, const char *path)
{
  MuriGroup *group = ensure (groups, path);

  muri_group_set_kept (group, TRUE);
  return group;
}

/**
 * muri_groups_release:
 * @groups: the tree
 * @path: a path; unknown ones are ignored
 *
 * The group goes when it is empty.
 */
void
muri_groups_release (MuriGroups *groups, const char *path)
{
  MuriGroup *group = muri_groups_find (groups, path);

  if (group == NULL)
    return;
  muri_group_set_kept (group, FALSE);
  sweep (groups, group);
}

/**
 * muri_groups_get_kept:
 * @groups: the tree
 *
 * Returns: (transfer full) (array zero-terminated=1): the paths of the groups that are kept
 */
char **
muri_groups_get_kept (MuriGroups *groups)
{
  GPtrArray *paths = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer group;

  g_hash_table_iter_init (&iter, groups->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &group))
    if (muri_group_is_kept (group))
      g_ptr_array_add (paths, g_strdup (muri_group_get_path (group)));
  g_ptr_array_add (paths, NULL);
  return (char **)g_ptr_array_free (paths, FALSE);
}

static void
muri_groups_finalize (GObject *object)
{
  MuriGroups *self = MURI_GROUPS (object);

  g_hash_table_unref (self->members);
  g_hash_table_unref (self->by_path);
  g_object_unref (self->roots);

  G_OBJECT_CLASS (muri_groups_parent_class)->finalize (object);
}

static void
muri_groups_class_init (MuriGroupsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_groups_finalize;

  signals[CHANGED] = g_signal_new ("changed", MURI_TYPE_GROUPS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
muri_groups_init (MuriGroups *self)
{
  self->roots = muri_model_new (MURI_TYPE_GROUP);
  self->by_path = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->members = g_hash_table_new_full (NULL, NULL, NULL, member_free);
}

/**
 * muri_groups_new:
 *
 * Returns: (transfer full): an empty tree
 */
MuriGroups *
muri_groups_new (void)
{
  return g_object_new (MURI_TYPE_GROUPS, NULL);
}
