/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-host-picks.h"

#include <glib/gi18n.h>
#include <string.h>

#include "muri-format.h"

static const char *
why_not (MuriNode *node, guint verb, MuriTemplate *but)
{
  if (but && muri_template_find_holder (but, node))
    return _ ("Has it already");
  if (but && muri_template_get_facts (but)->host_bound)
    return _ ("The template boots a kernel that lies on the host that holds it");
  if (!muri_node_is_reachable (node))
    return _ ("Unreachable");
  if (muri_node_get_facts (node)->maintenance)
    return _ ("In maintenance");
  if (!muri_node_supports (node, verb))
    return _ ("Its hypervisor cannot do this");
  return muri_node_get_facts (node)->store[0] ? NULL : _ ("It has no store for templates");
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (muri_node_get_sort_key (*(MuriNode *const *)a),
                 muri_node_get_sort_key (*(MuriNode *const *)b));
}

GPtrArray *
muri_host_picks_dup_nodes (MuriFleet *fleet)
{
  GListModel *model = muri_fleet_get_nodes (fleet);
  GPtrArray *nodes = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (nodes, g_list_model_get_item (model, i));
  g_ptr_array_sort (nodes, compare_names);
  return nodes;
}

guint
muri_host_picks_fill (MuriTickPicker *picker, MuriFleet *fleet, guint verb, MuriTemplate *but)
{
  g_autoptr (GPtrArray) nodes = muri_host_picks_dup_nodes (fleet);
  guint n = 0;

  for (guint i = 0; i < nodes->len; i++)
    {
      MuriNode *node = g_ptr_array_index (nodes, i);
      const char *reason = why_not (node, verb, but);
      g_autofree char *room =
          muri_format_size ((double)muri_node_get_facts (node)->store_available);
      /* Translators: a size */
      g_autofree char *detail = g_strdup_printf (_ ("%s free for templates"), room);

      muri_tick_picker_add (picker, muri_node_get_id (node), "muri-host-symbolic",
                            muri_node_get_name (node), detail, reason);
      n += reason == NULL;
    }
  return n;
}

GPtrArray *
muri_host_picks_get (MuriTickPicker *picker, MuriFleet *fleet)
{
  g_autoptr (GPtrArray) ids = muri_tick_picker_get_chosen (picker);
  GPtrArray *nodes = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < ids->len; i++)
    {
      MuriNode *node = muri_fleet_find_node (fleet, ids->pdata[i]);

      if (node)
        g_ptr_array_add (nodes, g_object_ref (node));
    }
  return nodes;
}
