/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-groups.h"

#include "muri-group-path.h"
#include "muri-group-private.h"
#include "muri-memberships.h"
#include "muri-words.h"

struct _MuriGroups
{
  GObject parent_instance;

  GListStore *roots;
  GHashTable *orders;  /* path of a parent ("" the root) to names (GStrv) in order */
  GHashTable *by_path; /* path (the group's own) to MuriGroup */
  GHashTable *members; /* MuriVm or MuriNode to Member */
  GHashTable *touched; /* MuriGroups that are held */
  gboolean held;
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

static GListStore *
siblings_of (MuriGroups *self, MuriGroup *group)
{
  MuriGroup *parent = muri_group_get_parent (group);

  return parent != NULL ? muri_group_peek_groups (parent) : self->roots;
}

static guint
find_place (MuriGroups *self, const char *path)
{
  g_autofree char *parent = muri_group_path_parent (path);
  char **names = g_hash_table_lookup (self->orders, parent != NULL ? parent : "");

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (g_str_equal (names[i], muri_group_path_name (path)))
      return i;
  return G_MAXUINT;
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
  muri_group_set_place (group, find_place (self, path));
  muri_group_insert (siblings_of (self, group), group);
  g_signal_emit (self, signals[CHANGED], 0);
  return group;
}

static void
touch (MuriGroups *self, MuriGroup *group)
{
  for (; group != NULL; group = muri_group_get_parent (group))
    if (g_hash_table_add (self->touched, group))
      muri_group_hold (group);
}

static void
settle (MuriGroups *self)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer group;

  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &group, NULL))
    g_ptr_array_add (groups, g_object_ref (group));
  g_hash_table_remove_all (self->touched);
  for (guint i = 0; i < groups->len; i++)
    muri_group_settle (groups->pdata[i]);
}

/* Removes @group and those above it, as far as nobody needs them any more. */
static void
sweep (MuriGroups *self, MuriGroup *group)
{
  while (group != NULL && muri_group_is_forsaken (group))
    {
      MuriGroup *parent = muri_group_get_parent (group);

      g_hash_table_steal (self->by_path, muri_group_get_path (group));
      if (g_hash_table_remove (self->touched, group))
        muri_group_settle (group);
      muri_group_remove (siblings_of (self, group), group);
      g_object_unref (group);
      g_signal_emit (self, signals[CHANGED], 0);
      group = parent;
    }
}

static void
enter (MuriGroups *self, Member *member, MuriGroup *group)
{
  touch (self, group);
  if (MURI_IS_VM (member->object))
    muri_group_add_vm (group, MURI_VM (member->object), member->running);
  else
    muri_group_add_node (group, MURI_NODE (member->object));
}

static void
leave (MuriGroups *self, Member *member, MuriGroup *group)
{
  touch (self, group);
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
update (MuriGroups *self, gpointer object, const MuriGroupPaths *groups)
{
  Member *member = g_hash_table_lookup (self->members, object);
  g_autoptr (GPtrArray) before = NULL;

  if (member == NULL && groups->n == 0)
    return;
  member = ensure_member (self, object);
  before = member->groups;
  member->groups = g_ptr_array_new ();

  /* Enters before it leaves, so that a group that stays in use does not come and go. */
  for (guint i = 0; i < groups->n; i++)
    {
      MuriGroup *group;

      if (!muri_group_path_check (groups->paths[i], NULL))
        continue;
      group = ensure (self, groups->paths[i]);
      if (g_ptr_array_find (member->groups, group, NULL))
        continue;
      g_ptr_array_add (member->groups, group);
      if (!g_ptr_array_remove_fast (before, group))
        enter (self, member, group);
    }
  for (guint i = 0; i < before->len; i++)
    leave (self, member, g_ptr_array_index (before, i));
  if (!self->held)
    settle (self);
  if (member->groups->len == 0)
    g_hash_table_remove (self->members, object);
}

/**
 * muri_groups_hold:
 * @groups: the tree
 * @hold: whether what changes is told together, once this is over
 *
 * Of a thousand VMs that come into a group at once whoever shows it hears one change, not a
 * thousand. Meanwhile numbers are right, and lists are those of before.
 */
void
muri_groups_hold (MuriGroups *groups, gboolean hold)
{
  groups->held = hold;
  if (!hold)
    settle (groups);
}

/**
 * muri_groups_update_vm:
 * @groups: the tree
 * @vm: a VM that is new, or whose facts or state changed
 */
void
muri_groups_update_vm (MuriGroups *groups, MuriVm *vm)
{
  gboolean running = muri_vm_get_state (vm) == MURI_VM_STATE_RUNNING;
  Member *member = g_hash_table_lookup (groups->members, vm);
  MuriGroupPaths paths;

  muri_group_paths_of (vm, &paths);
  if (member != NULL && member->running != running)
    {
      member->running = running;
      for (guint i = 0; i < member->groups->len; i++)
        {
          touch (groups, g_ptr_array_index (member->groups, i));
          muri_group_set_running (g_ptr_array_index (member->groups, i), vm, running);
        }
    }
  else if (member == NULL && paths.n > 0)
    ensure_member (groups, vm)->running = running;
  update (groups, vm, &paths);
}

/**
 * muri_groups_update_node:
 * @groups: the tree
 * @node: a node that is new, or whose facts changed
 */
void
muri_groups_update_node (MuriGroups *groups, MuriNode *node)
{
  MuriGroupPaths paths;

  muri_group_paths_of (node, &paths);
  update (groups, node, &paths);
}

/**
 * muri_groups_remove:
 * @groups: the tree
 * @vm_or_node: (type GObject): an object that is no more
 */
void
muri_groups_remove (MuriGroups *groups, gpointer vm_or_node)
{
  const MuriGroupPaths none = { .n = 0 };

  update (groups, vm_or_node, &none);
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
 * Returns: (transfer none): the groups that are in no other (MuriGroup), in order
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

/* ---- the order of siblings ---- */

/* One comes before @before, all others stay where they are. */
static char **
list_names (GListStore *siblings, MuriGroup *moved, MuriGroup *before)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (siblings)); i++)
    {
      g_autoptr (MuriGroup) group = g_list_model_get_item (G_LIST_MODEL (siblings), i);

      if (group == before)
        g_ptr_array_add (names, g_strdup (muri_group_get_name (moved)));
      if (group != moved)
        g_ptr_array_add (names, g_strdup (muri_group_get_name (group)));
    }
  if (before == NULL)
    g_ptr_array_add (names, g_strdup (muri_group_get_name (moved)));
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

/**
 * muri_groups_place:
 * @groups: the tree
 * @group: one of it
 * @before: (nullable): the sibling that it comes in front of; %NULL for the end
 */
void
muri_groups_place (MuriGroups *groups, MuriGroup *group, MuriGroup *before)
{
  MuriGroup *parent = muri_group_get_parent (group);
  GListStore *siblings = siblings_of (groups, group);
  g_autoptr (MuriGroup) held = g_object_ref (group);

  g_return_if_fail (before == NULL || muri_group_get_parent (before) == parent);
  if (before == group)
    return;

  g_hash_table_insert (groups->orders,
                       g_strdup (parent != NULL ? muri_group_get_path (parent) : ""),
                       list_names (siblings, group, before));
  muri_group_remove (siblings, group);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (siblings)); i++)
    {
      g_autoptr (MuriGroup) sibling = g_list_model_get_item (G_LIST_MODEL (siblings), i);

      muri_group_set_place (sibling, find_place (groups, muri_group_get_path (sibling)));
    }
  muri_group_set_place (group, find_place (groups, muri_group_get_path (group)));
  muri_group_insert (siblings, group);
  g_signal_emit (groups, signals[CHANGED], 0);
}

static void
rename_among_siblings (MuriGroups *self, const char *from, const char *to)
{
  g_autofree char *old_parent = muri_group_path_parent (from);
  g_autofree char *new_parent = muri_group_path_parent (to);
  char **names = g_hash_table_lookup (self->orders, old_parent != NULL ? old_parent : "");
  guint place = find_place (self, from);

  if (place == G_MAXUINT || g_strcmp0 (old_parent, new_parent) != 0)
    return;
  g_free (names[place]);
  names[place] = g_strdup (muri_group_path_name (to));
}

/**
 * muri_groups_rename_order:
 * @groups: the tree
 * @from: a path
 * @to: what it is about to become
 *
 * The group gets the place that @from has now, and so do those below it.
 */
void
muri_groups_rename_order (MuriGroups *groups, const char *from, const char *to)
{
  g_autoptr (GPtrArray) parents = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer parent;

  rename_among_siblings (groups, from, to);
  g_hash_table_iter_init (&iter, groups->orders);
  while (g_hash_table_iter_next (&iter, &parent, NULL))
    if (muri_group_path_contains (from, parent))
      g_ptr_array_add (parents, g_strdup (parent));
  for (guint i = 0; i < parents->len; i++)
    {
      char **names = g_hash_table_lookup (groups->orders, parents->pdata[i]);

      g_hash_table_insert (groups->orders, muri_group_path_replace (parents->pdata[i], from, to),
                           g_strdupv (names));
      g_hash_table_remove (groups->orders, parents->pdata[i]);
    }
}

/* a{sas}: the names below each parent; transfer full */
GVariant *
muri_groups_save_order (MuriGroups *groups)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer parent, names;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sas}"));
  g_hash_table_iter_init (&iter, groups->orders);
  while (g_hash_table_iter_next (&iter, &parent, &names))
    g_variant_builder_add (&builder, "{s^as}", parent, names);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* For a tree that is still empty. */
void
muri_groups_restore_order (MuriGroups *groups, GVariant *order)
{
  GVariantIter iter;
  char *parent;
  char **names;

  if (!g_variant_is_of_type (order, G_VARIANT_TYPE ("a{sas}")))
    return;
  g_variant_iter_init (&iter, order);
  while (g_variant_iter_next (&iter, "{s^as}", &parent, &names))
    g_hash_table_insert (groups->orders, parent, names);
}

static void
muri_groups_finalize (GObject *object)
{
  MuriGroups *self = MURI_GROUPS (object);

  g_hash_table_unref (self->members);
  g_hash_table_unref (self->touched);
  g_hash_table_unref (self->by_path);
  g_hash_table_unref (self->orders);
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
  self->roots = g_list_store_new (MURI_TYPE_GROUP);
  self->orders =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
  self->by_path = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->touched = g_hash_table_new (NULL, NULL);
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
