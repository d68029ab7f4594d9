/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-part.h"

static void
add_object (MuriGraphPart *part, gpointer object)
{
  MuriTargetKey key = { 0 };
  float cpus;

  if (MURI_IS_VM (object))
    {
      key.node = *muri_node_get_uuid (muri_vm_get_node (object));
      key.vm = *muri_vm_get_uuid (object);
      cpus = (float)muri_vm_get_facts (object)->vcpus;
    }
  else
    {
      key.node = *muri_node_get_uuid (object);
      cpus = (float)muri_node_get_facts (object)->cpus;
    }
  cpus = MAX (cpus, 1);
  g_array_append_val (part->keys, key);
  g_array_append_val (part->cpus, cpus);
}

static MuriGraphPart *
allocate (const char *name, MuriSeries *live)
{
  MuriGraphPart *part = g_new0 (MuriGraphPart, 1);

  g_atomic_ref_count_init (&part->refs);
  part->name = g_strdup (name);
  part->live = live ? muri_series_ref (live) : NULL;
  part->keys = g_array_new (FALSE, FALSE, sizeof (MuriTargetKey));
  part->cpus = g_array_new (FALSE, FALSE, sizeof (float));
  return part;
}

MuriGraphPart *
muri_graph_part_new (const char *name, MuriSeries *live, gpointer object)
{
  MuriGraphPart *part = allocate (name, live);

  if (object)
    add_object (part, object);
  return part;
}

MuriGraphPart *
muri_graph_part_new_sum (const char *name, MuriSeries *live, GListModel *objects)
{
  MuriGraphPart *part = allocate (name, live);
  guint n = g_list_model_get_n_items (objects);

  part->added_up = TRUE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) object = g_list_model_get_item (objects, i);

      add_object (part, object);
    }
  return part;
}

MuriGraphPart *
muri_graph_part_ref (MuriGraphPart *part)
{
  g_atomic_ref_count_inc (&part->refs);
  return part;
}

void
muri_graph_part_unref (MuriGraphPart *part)
{
  if (!g_atomic_ref_count_dec (&part->refs))
    return;
  g_free (part->name);
  g_clear_pointer (&part->live, muri_series_unref);
  g_array_unref (part->keys);
  g_array_unref (part->cpus);
  g_free (part);
}
