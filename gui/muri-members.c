/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-members.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-group-path.h"
#include "muri-memberships.h"

struct _MuriMembers
{
  GObject parent_instance;

  char *origin;
  GPtrArray *objects;
  GPtrArray *groups;
  GHashTable *seen;
  MuriTemplate *dragged;
};

G_DEFINE_FINAL_TYPE (MuriMembers, muri_members, G_TYPE_OBJECT)

static void
muri_members_finalize (GObject *object)
{
  MuriMembers *self = MURI_MEMBERS (object);

  g_free (self->origin);
  g_clear_object (&self->dragged);
  g_hash_table_unref (self->seen);
  g_ptr_array_unref (self->objects);
  g_ptr_array_unref (self->groups);

  G_OBJECT_CLASS (muri_members_parent_class)->finalize (object);
}

static void
muri_members_class_init (MuriMembersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_members_finalize;
}

static void
muri_members_init (MuriMembers *self)
{
  self->objects = g_ptr_array_new_with_free_func (g_object_unref);
  self->groups = g_ptr_array_new_with_free_func (g_object_unref);
  self->seen = g_hash_table_new (NULL, NULL);
}

MuriMembers *
muri_members_new (const char *origin)
{
  MuriMembers *self = g_object_new (MURI_TYPE_MEMBERS, NULL);

  self->origin = g_strdup (origin);
  return self;
}

MuriMembers *
muri_members_new_from_items (const char *origin, GPtrArray *items)
{
  MuriMembers *self = muri_members_new (origin);

  for (guint i = 0; i < items->len; i++)
    muri_members_add (self, items->pdata[i]);
  return self;
}

void
muri_members_add (MuriMembers *self, gpointer item)
{
  gboolean group = MURI_IS_GROUP (item);

  if (!group && !MURI_IS_VM (item) && !MURI_IS_NODE (item))
    return;
  if (g_hash_table_add (self->seen, item))
    g_ptr_array_add (group ? self->groups : self->objects, g_object_ref (item));
}

static gpointer
find (MuriFleet *fleet, const char *ref)
{
  if (g_str_has_prefix (ref, "vm:"))
    return muri_fleet_find_vm (fleet, ref + strlen ("vm:"));
  if (g_str_has_prefix (ref, "node:"))
    return muri_fleet_find_node (fleet, ref + strlen ("node:"));
  if (g_str_has_prefix (ref, "group:"))
    return muri_groups_find (muri_fleet_get_groups (fleet), ref + strlen ("group:"));
  return NULL;
}

static char *
ref_of (gpointer item)
{
  if (MURI_IS_VM (item))
    return g_strconcat ("vm:", muri_vm_get_id (item), NULL);
  if (MURI_IS_NODE (item))
    return g_strconcat ("node:", muri_node_get_id (item), NULL);
  return g_strconcat ("group:", muri_group_get_path (item), NULL);
}

MuriMembers *
muri_members_new_from_refs (MuriFleet *fleet, const char *origin, const char *const *refs)
{
  MuriMembers *self = muri_members_new (origin && *origin ? origin : NULL);

  for (guint i = 0; refs[i]; i++)
    {
      gpointer item = find (fleet, refs[i]);

      if (item)
        muri_members_add (self, item);
    }
  return self;
}

char **
muri_members_dup_refs (MuriMembers *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->objects->len + self->groups->len; i++)
    {
      g_autofree char *ref =
          ref_of (i < self->objects->len ? self->objects->pdata[i]
                                         : self->groups->pdata[i - self->objects->len]);

      g_strv_builder_add (builder, ref);
    }
  return g_strv_builder_end (builder);
}

void
muri_members_set_template (MuriMembers *self, MuriTemplate *dragged)
{
  g_set_object (&self->dragged, dragged);
}

MuriTemplate *
muri_members_get_template (MuriMembers *self)
{
  return self->dragged;
}

const char *
muri_members_get_origin (MuriMembers *self)
{
  return self->origin;
}

GPtrArray *
muri_members_get_objects (MuriMembers *self)
{
  return self->objects;
}

GPtrArray *
muri_members_get_groups (MuriMembers *self)
{
  return self->groups;
}

guint
muri_members_get_n (MuriMembers *self)
{
  return self->objects->len + self->groups->len + (self->dragged != NULL);
}

GPtrArray *
muri_members_dup_vms (MuriMembers *self)
{
  GPtrArray *vms = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->objects->len; i++)
    if (MURI_IS_VM (self->objects->pdata[i]))
      g_ptr_array_add (vms, g_object_ref (self->objects->pdata[i]));
  return vms;
}

gboolean
muri_member_is_in (gpointer object, const char *group)
{
  MuriGroupPaths groups;

  muri_group_paths_of (object, &groups);
  for (guint i = 0; i < groups.n; i++)
    if (g_str_equal (groups.paths[i], group))
      return TRUE;
  return FALSE;
}

GPtrArray *
muri_member_dup_groups (gpointer object, const char *below)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  MuriGroupPaths groups;

  muri_group_paths_of (object, &groups);
  for (guint i = 0; i < groups.n; i++)
    if (muri_group_path_check (groups.paths[i], NULL)
        && (!below || muri_group_path_contains (below, groups.paths[i])))
      g_ptr_array_add (paths, g_strdup (groups.paths[i]));
  return paths;
}

static const char *
name_of (gpointer item)
{
  if (MURI_IS_VM (item))
    return muri_vm_get_name (item);
  return MURI_IS_NODE (item) ? muri_node_get_name (item) : muri_group_get_name (item);
}

static void
append_count (GString *text, guint n, char *words)
{
  if (n > 0)
    {
      g_string_append (text, text->len > 0 ? C_ ("list separator", ", ") : "");
      g_string_append (text, words);
    }
  g_free (words);
}

char *
muri_members_describe (MuriMembers *self)
{
  GString *text;
  guint vms = 0, nodes = 0;

  if (self->dragged)
    return g_strdup (muri_template_get_name (self->dragged));
  if (muri_members_get_n (self) == 1)
    return g_strdup (
        name_of (self->objects->len > 0 ? self->objects->pdata[0] : self->groups->pdata[0]));
  for (guint i = 0; i < self->objects->len; i++)
    if (MURI_IS_VM (self->objects->pdata[i]))
      vms++;
    else
      nodes++;
  text = g_string_new (NULL);
  append_count (text, vms, muri_counted (ngettext ("%u VM", "%u VMs", vms), vms));
  append_count (text, nodes, muri_counted (ngettext ("%u host", "%u hosts", nodes), nodes));
  append_count (
      text, self->groups->len,
      muri_counted (ngettext ("%u group", "%u groups", self->groups->len), self->groups->len));
  return g_string_free (text, FALSE);
}

char *
muri_members_dup_names (MuriMembers *self)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < self->objects->len; i++)
    g_string_append_printf (names, "%s\n", name_of (self->objects->pdata[i]));
  for (guint i = 0; i < self->groups->len; i++)
    g_string_append_printf (names, "%s\n", name_of (self->groups->pdata[i]));
  return g_string_free (names, FALSE);
}

MuriMembers *
muri_members_dup_living (MuriMembers *self, MuriFleet *fleet)
{
  g_auto (GStrv) refs = muri_members_dup_refs (self);

  return muri_members_new_from_refs (fleet, self->origin, (const char *const *)refs);
}
