/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-test-truth.h"

#include "muri-uuid.h"
#include "muri-words.h"

#define TOLD_MAX 10

/* "NODE UUID": "NAME STATE"; of the host itself: "NODE": "NAME VMS" */
GHashTable *
muri_test_truth_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

gboolean
muri_test_truth_take (GHashTable *truth, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, "\t", -1);
  guint n = g_strv_length (words);

  if (n == 4 && strcmp (words[0], "host") == 0)
    g_assert_true (g_hash_table_insert (truth, g_strdup (words[1]),
                                        g_strjoin (" ", words[2], words[3], NULL)));
  else if (n == 5 && strcmp (words[0], "vm") == 0)
    g_assert_true (g_hash_table_insert (truth, g_strjoin (" ", words[1], words[2], NULL),
                                        g_strjoin (" ", words[3], words[4], NULL)));
  else
    return FALSE;
  return TRUE;
}

static void
read_node (GHashTable *model, MuriNode *node)
{
  char *value = muri_node_is_reachable (node) ? g_strdup_printf ("%s %u", muri_node_get_name (node),
                                                                 muri_node_get_n_vms (node))
                                              : g_strdup ("unreachable");

  g_hash_table_insert (model, g_strdup (muri_node_get_id (node)), value);
}

static void
read_vm (GHashTable *model, MuriVm *vm)
{
  char uuid[MURI_UUID_TEXT];
  const char *state =
      muri_vm_is_known (vm) ? muri_vm_state_to_nick (muri_vm_get_state (vm)) : "not-known";

  muri_uuid_format (muri_vm_get_uuid (vm), uuid);
  g_hash_table_insert (model, g_strjoin (" ", muri_node_get_id (muri_vm_get_node (vm)), uuid, NULL),
                       g_strjoin (" ", muri_vm_get_name (vm), state, NULL));
}

/* @n_items: what is there twice counts twice. */
static GHashTable *
read_model (MuriFleet *fleet, guint *n_items)
{
  GHashTable *model = muri_test_truth_new ();
  GListModel *nodes = muri_fleet_get_nodes (fleet);
  GListModel *vms = muri_fleet_get_vms (fleet);
  guint n_nodes = g_list_model_get_n_items (nodes);
  guint n_vms = g_list_model_get_n_items (vms);

  for (guint i = 0; i < n_nodes; i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      read_node (model, node);
    }
  for (guint i = 0; i < n_vms; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      read_vm (model, vm);
    }
  *n_items = n_nodes + n_vms;
  return model;
}

guint
muri_test_truth_differences (GHashTable *truth, MuriFleet *fleet, gboolean tell)
{
  guint n_items;
  g_autoptr (GHashTable) model = read_model (fleet, &n_items);
  guint n = n_items - g_hash_table_size (model);
  GHashTableIter iter;
  gpointer key, value;

  if (tell && n > 0)
    g_test_message ("%u are known twice", n);
  g_hash_table_iter_init (&iter, truth);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const char *known = g_hash_table_lookup (model, key);

      if (g_strcmp0 (known, value) != 0 && n++ < TOLD_MAX && tell)
        g_test_message ("%s is “%s”, known as “%s”", (char *)key, (char *)value,
                        known != NULL ? known : "");
    }
  g_hash_table_iter_init (&iter, model);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (truth, key) && n++ < 2 * TOLD_MAX && tell)
      g_test_message ("%s is gone, known as “%s”", (char *)key, (char *)value);
  return n;
}
