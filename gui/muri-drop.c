/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-drop.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-group-path.h"
#include "muri-membership.h"
#include "muri-sidebar-item.h"

static MuriDrop *
drop_new (MuriDropKind kind, const char *group, char *text)
{
  MuriDrop *drop = g_new0 (MuriDrop, 1);

  drop->kind = kind;
  drop->group = g_strdup (group);
  drop->text = text;
  return drop;
}

static MuriDrop *
forbid (const char *why)
{
  return drop_new (MURI_DROP_FORBIDDEN, NULL, g_strdup (why));
}

void
muri_drop_free (MuriDrop *drop)
{
  g_free (drop->text);
  g_free (drop->group);
  g_free (drop->before);
  g_free (drop->place);
  g_free (drop);
}

/* Only own members of the group that they come from are moved by themselves. */
static gboolean
are_own (MuriMembers *members)
{
  const char *origin = muri_members_get_origin (members);
  GPtrArray *objects = muri_members_get_objects (members);

  for (guint i = 0; origin && i < objects->len; i++)
    if (!muri_member_is_in (objects->pdata[i], origin))
      return FALSE;
  return origin != NULL;
}

static guint
count_outside (MuriMembers *members, const char *group)
{
  GPtrArray *objects = muri_members_get_objects (members);
  guint n = 0;

  for (guint i = 0; i < objects->len; i++)
    n += !muri_member_is_in (objects->pdata[i], group);
  return n;
}

static MuriDrop *
objects_into (MuriMembers *members, const char *group, MuriDropWish wish)
{
  guint n = muri_members_get_objects (members)->len;
  guint outside = count_outside (members, group);
  gboolean move = wish == MURI_DROP_MOVE || (wish == MURI_DROP_EITHER && are_own (members));
  const char *name = muri_group_path_name (group);

  if (g_strcmp0 (muri_members_get_origin (members), group) == 0 && outside == 0)
    return drop_new (MURI_DROP_FORBIDDEN, NULL, g_strdup_printf (_ ("Already in %s"), name));
  if (move)
    /* Translators: a number of VMs and hosts, a group's name */
    return drop_new (MURI_DROP_TRANSFER, group, muri_counted (_ ("Move %u to %s"), n, name));
  if (outside == 0)
    return drop_new (MURI_DROP_FORBIDDEN, NULL, g_strdup_printf (_ ("Already in %s"), name));
  /* Translators: a number of VMs and hosts, a group's name */
  return drop_new (MURI_DROP_JOIN, group, muri_counted (_ ("Add %u to %s"), outside, name));
}

/* The first that cannot go there says why for all. */
static MuriDrop *
why_not_nested (MuriFleet *fleet, MuriMembers *members, const char *parent)
{
  GPtrArray *groups = muri_members_get_groups (members);
  guint staying = 0;

  for (guint i = 0; i < groups->len; i++)
    {
      const char *path = muri_group_get_path (groups->pdata[i]);
      g_autofree char *from = muri_group_path_parent (path);
      g_autofree char *to = muri_group_path_join (parent, muri_group_path_name (path));
      g_autoptr (GError) error = NULL;

      if (parent && muri_group_path_contains (path, parent))
        return forbid (_ ("Cannot go into itself"));
      if (g_strcmp0 (from, parent) == 0)
        staying++;
      else if (!muri_fleet_can_rename_group (fleet, path, to, &error))
        return forbid (error->message);
    }
  if (staying == groups->len && parent)
    return drop_new (MURI_DROP_FORBIDDEN, NULL,
                     g_strdup_printf (_ ("Already in %s"), muri_group_path_name (parent)));
  return staying == groups->len ? forbid (_ ("Already at the top")) : NULL;
}

static MuriDrop *
groups_into (MuriFleet *fleet, MuriMembers *members, const char *parent, MuriDropWish wish)
{
  MuriDrop *forbidden;

  if (wish == MURI_DROP_ADD)
    return forbid (_ ("A group can only be moved"));
  forbidden = why_not_nested (fleet, members, parent);
  if (forbidden)
    return forbidden;
  if (!parent)
    return drop_new (MURI_DROP_NEST, NULL, g_strdup (_ ("Move to the top")));
  /* Translators: a group's name; the one that is dragged hangs at the pointer */
  return drop_new (MURI_DROP_NEST, parent,
                   g_strdup_printf (_ ("Move into %s"), muri_group_path_name (parent)));
}

/* One group is put beside another one. */
static MuriDrop *
order (MuriFleet *fleet, MuriMembers *members, MuriGroup *sibling, MuriGroup *next,
       MuriDropPlace place)
{
  MuriGroup *dragged = muri_members_get_groups (members)->pdata[0];
  MuriGroup *before = place == MURI_DROP_BEFORE ? sibling : next;
  g_autofree char *parent = muri_group_path_parent (muri_group_get_path (sibling));
  g_autofree char *from = muri_group_path_parent (muri_group_get_path (dragged));
  MuriDrop *drop;

  if (g_strcmp0 (parent, from) != 0)
    {
      drop = why_not_nested (fleet, members, parent);
      if (drop)
        return drop;
    }
  if (dragged == sibling || dragged == before)
    return forbid (_ ("It is here already"));
  drop = drop_new (MURI_DROP_ORDER, parent, NULL);
  drop->before = before ? g_strdup (muri_group_get_path (before)) : NULL;
  if (place == MURI_DROP_BEFORE)
    drop->text = g_strdup_printf (_ ("Put before %s"), muri_group_get_name (sibling));
  else
    drop->text = g_strdup_printf (_ ("Put after %s"), muri_group_get_name (sibling));
  return drop;
}

static MuriDrop *
onto_host (MuriMembers *members)
{
  GPtrArray *objects = muri_members_get_objects (members);

  for (guint i = 0; i < objects->len; i++)
    if (MURI_IS_VM (objects->pdata[i]))
      return forbid (_ ("Cannot migrate yet"));
  return forbid (_ ("Only VMs can be on a host"));
}

static MuriDrop *
onto_section (MuriFleet *fleet, MuriMembers *members, MuriDropWish wish)
{
  if (muri_members_get_objects (members)->len == 0)
    return groups_into (fleet, members, NULL, wish);
  if (muri_members_get_groups (members)->len > 0)
    return forbid (_ ("VMs and hosts go into a group"));
  return drop_new (
      MURI_DROP_NEW_GROUP, NULL,
      muri_counted (_ ("New group with %u…"), muri_members_get_objects (members)->len));
}

static MuriDrop *
onto_group (MuriFleet *fleet, MuriMembers *members, MuriGroup *group, MuriDropWish wish)
{
  const char *path = muri_group_get_path (group);
  gboolean groups = muri_members_get_groups (members)->len > 0;

  if (groups)
    return groups_into (fleet, members, path, wish);
  return objects_into (members, path, wish);
}

static MuriDrop *
clone_onto_node (MuriNode *node)
{
  MuriDrop *drop;

  if (!muri_node_is_reachable (node))
    return drop_new (MURI_DROP_FORBIDDEN, NULL,
                     g_strdup_printf (_ ("%s is unreachable"), muri_node_get_name (node)));
  if (muri_node_get_facts (node)->maintenance)
    return drop_new (MURI_DROP_FORBIDDEN, NULL,
                     g_strdup_printf (_ ("%s is in maintenance"), muri_node_get_name (node)));
  if (!muri_node_supports (node, MURI_VERB_CLONE))
    return forbid (_ ("Its hypervisor cannot do this"));
  drop = drop_new (MURI_DROP_CLONE, NULL,
                   g_strdup_printf (_ ("New VMs on %s…"), muri_node_get_name (node)));
  drop->place = g_strconcat ("node:", muri_node_get_id (node), NULL);
  return drop;
}

static MuriDrop *
clone_onto (gpointer item, gpointer above)
{
  MuriDrop *drop;

  if (MURI_IS_NODE (item))
    return clone_onto_node (item);
  if (MURI_IS_GROUP (above) && !MURI_IS_GROUP (item))
    item = above;
  else if (MURI_IS_NODE (above))
    return clone_onto_node (above);
  if (!MURI_IS_GROUP (item))
    return forbid (_ ("Drop it on a host or a group"));
  drop = drop_new (MURI_DROP_CLONE, NULL,
                   g_strdup_printf (_ ("New VMs in %s…"), muri_group_get_name (item)));
  drop->place = g_strconcat ("group:", muri_group_get_path (item), NULL);
  return drop;
}

MuriDrop *
muri_drop_new (MuriFleet *fleet, MuriMembers *members, gpointer item, gpointer above,
               MuriGroup *next, MuriDropPlace place, MuriDropWish wish)
{
  gboolean one_group =
      muri_members_get_groups (members)->len == 1 && muri_members_get_objects (members)->len == 0;

  if (muri_members_get_template (members))
    return clone_onto (item, above);
  if (MURI_IS_GROUP (item) && one_group && place != MURI_DROP_INTO && wish != MURI_DROP_ADD)
    return order (fleet, members, item, next, place);
  if (MURI_IS_GROUP (item))
    return onto_group (fleet, members, item, wish);
  if (MURI_IS_SMART_GROUP (item))
    return forbid (_ ("A search finds its VMs by itself"));
  if (muri_sidebar_item_is (item, MURI_SIDEBAR_GROUPS)
      || muri_sidebar_item_is (item, MURI_SIDEBAR_NO_GROUPS))
    return onto_section (fleet, members, wish);
  /* What is listed in a group stands for that group. */
  if (MURI_IS_GROUP (above))
    return onto_group (fleet, members, above, wish);
  if (MURI_IS_NODE (item) || MURI_IS_NODE (above))
    return onto_host (members);
  return forbid (_ ("Drop it on a group"));
}
