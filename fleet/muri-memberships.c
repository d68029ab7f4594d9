/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-memberships.h"

#include "muri-group-path.h"
#include "muri-vm.h"

static void
place_clear (gpointer place)
{
  g_free (((MuriPlace *)place)->group);
}

static MuriMemberships *
memberships_new (void)
{
  MuriMemberships *memberships = g_new0 (MuriMemberships, 1);

  memberships->places = g_array_new (FALSE, TRUE, sizeof (MuriPlace));
  g_array_set_clear_func (memberships->places, place_clear);
  return memberships;
}

static void
add (MuriMemberships *memberships, const char *group, gint32 order, guint32 delay)
{
  const MuriPlace place = { g_strdup (group), order, delay };

  g_array_append_val (memberships->places, place);
}

static void
add_vm (MuriMemberships *memberships, const MuriVmFacts *facts)
{
  memberships->guarded = facts->guarded;
  for (guint i = 0; i < facts->n_groups; i++)
    add (memberships, facts->groups[i].group, facts->groups[i].start_order,
         facts->groups[i].start_delay);
}

static void
add_node (MuriMemberships *memberships, const muri_v1_Node *facts)
{
  for (guint32 i = 0; i < facts->groups._length; i++)
    add (memberships, facts->groups._buffer[i].group, facts->groups._buffer[i].start_order,
         facts->groups._buffer[i].start_delay);
}

MuriMemberships *
muri_memberships_of (gpointer object)
{
  MuriMemberships *memberships = memberships_new ();

  if (MURI_IS_VM (object))
    add_vm (memberships, muri_vm_get_facts (object));
  else
    add_node (memberships, muri_node_get_facts (object));
  return memberships;
}

MuriMemberships *
muri_memberships_copy (const MuriMemberships *memberships)
{
  MuriMemberships *copy = memberships_new ();

  copy->guarded = memberships->guarded;
  for (guint i = 0; i < memberships->places->len; i++)
    {
      const MuriPlace *place = &g_array_index (memberships->places, MuriPlace, i);

      add (copy, place->group, place->order, place->delay);
    }
  return copy;
}

void
muri_memberships_free (MuriMemberships *memberships)
{
  g_array_unref (memberships->places);
  g_free (memberships);
}

const MuriPlace *
muri_memberships_find (const MuriMemberships *memberships, const char *group)
{
  for (guint i = 0; i < memberships->places->len; i++)
    {
      const MuriPlace *place = &g_array_index (memberships->places, MuriPlace, i);

      if (g_str_equal (place->group, group))
        return place;
    }
  return NULL;
}

gboolean
muri_memberships_equal (const MuriMemberships *a, const MuriMemberships *b)
{
  if (a->guarded != b->guarded || a->places->len != b->places->len)
    return FALSE;

  for (guint i = 0; i < a->places->len; i++)
    {
      const MuriPlace *place = &g_array_index (a->places, MuriPlace, i);
      const MuriPlace *other = muri_memberships_find (b, place->group);

      if (other == NULL || other->order != place->order || other->delay != place->delay)
        return FALSE;
    }
  return TRUE;
}

void
muri_memberships_join (MuriMemberships *memberships, const MuriPlace *place)
{
  MuriPlace *known = (MuriPlace *)muri_memberships_find (memberships, place->group);

  if (known == NULL)
    {
      add (memberships, place->group, place->order, place->delay);
      return;
    }
  known->order = place->order;
  known->delay = place->delay;
}

void
muri_memberships_leave (MuriMemberships *memberships, const char *group)
{
  for (guint i = memberships->places->len; i-- > 0;)
    if (g_str_equal (g_array_index (memberships->places, MuriPlace, i).group, group))
      g_array_remove_index (memberships->places, i);
}

/* A membership that is there already and stays wins over one that comes. */
void
muri_memberships_move (MuriMemberships *memberships, const char *from, const char *to,
                       gboolean only)
{
  MuriMemberships *moved = memberships_new ();
  GArray *places = memberships->places;

  for (guint i = places->len; i-- > 0;)
    {
      const MuriPlace *place = &g_array_index (places, MuriPlace, i);
      g_autofree char *path = NULL;

      if (only ? !g_str_equal (from, place->group) : !muri_group_path_contains (from, place->group))
        continue;
      path = muri_group_path_replace (place->group, from, to);
      add (moved, path, place->order, place->delay);
      g_array_remove_index (places, i);
    }

  for (guint i = moved->places->len; i-- > 0;)
    {
      const MuriPlace *place = &g_array_index (moved->places, MuriPlace, i);

      if (muri_memberships_find (memberships, place->group) == NULL)
        add (memberships, place->group, place->order, place->delay);
    }
  muri_memberships_free (moved);
}

/* ---- only where ---- */

void
muri_group_paths_of (gpointer object, MuriGroupPaths *paths)
{
  const MuriVmFacts *vm = MURI_IS_VM (object) ? muri_vm_get_facts (object) : NULL;
  const muri_v1_Node *node = vm == NULL ? muri_node_get_facts (object) : NULL;
  const guint n = vm != NULL ? vm->n_groups : node->groups._length;

  paths->n = MIN (n, G_N_ELEMENTS (paths->paths));
  for (guint i = 0; i < paths->n; i++)
    paths->paths[i] = vm != NULL ? vm->groups[i].group : node->groups._buffer[i].group;
}
