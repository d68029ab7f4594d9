/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-lineage.h"

#include <glib/gi18n.h>

#include "muri-counted.h"

/* A wrong pedigree may be a ring. */
#define DEPTH_MAX 16
#define CLONES_NAMED 50

static void
line_free (gpointer data)
{
  MuriLineageLine *line = data;

  g_clear_object (&line->object);
  g_free (line->text);
  g_free (line);
}

/* Takes @text. */
static void
append (GPtrArray *lines, gpointer object, guint depth, char *text)
{
  MuriLineageLine *line = g_new0 (MuriLineageLine, 1);

  line->object = object ? g_object_ref (object) : NULL;
  line->depth = depth;
  line->text = text;
  g_ptr_array_add (lines, line);
}

static void
append_clones (GPtrArray *lines, MuriFleet *fleet, MuriTemplate *shown, guint depth)
{
  g_autoptr (GPtrArray) clones = muri_fleet_list_clones (fleet, shown, FALSE);
  guint more = clones->len > CLONES_NAMED ? clones->len - CLONES_NAMED : 0;

  for (guint i = 0; i < clones->len - more; i++)
    append (lines, clones->pdata[i], depth, NULL);
  if (more > 0)
    append (lines, NULL, depth, muri_counted (ngettext ("%u more VM", "%u more VMs", more), more));
}

static void
append_children (GPtrArray *lines, MuriFleet *fleet, MuriTemplate *parent, guint depth, guint left)
{
  g_autoptr (GPtrArray) children = muri_fleet_list_children (fleet, parent);

  for (guint i = 0; left > 0 && i < children->len; i++)
    {
      append (lines, children->pdata[i], depth, NULL);
      append_children (lines, fleet, children->pdata[i], depth + 1, left - 1);
    }
}

/* The oldest first; returns the depth of what comes below. */
static guint
append_ancestors (GPtrArray *lines, MuriFleet *fleet, MuriTemplate *shown, guint left)
{
  const char *id = muri_template_get_parent_id (shown);
  MuriTemplate *parent = id ? muri_fleet_find_template (fleet, id) : NULL;
  guint depth;

  if (!id || left == 0)
    return 0;
  if (!parent)
    {
      append (lines, NULL, 0, g_strdup (_ ("A template that is not there any more")));
      return 1;
    }
  depth = append_ancestors (lines, fleet, parent, left - 1);
  append (lines, parent, depth, NULL);
  return depth + 1;
}

GPtrArray *
muri_lineage_new (MuriFleet *fleet, MuriTemplate *shown)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (line_free);
  guint depth = append_ancestors (lines, fleet, shown, DEPTH_MAX);

  append (lines, shown, depth, NULL);
  append_children (lines, fleet, shown, depth + 1, DEPTH_MAX);
  append_clones (lines, fleet, shown, depth + 1);
  return lines;
}
