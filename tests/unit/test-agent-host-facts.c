/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-host-facts.h"

#include <glib/gstdio.h>
#include <string.h>

#include "muri-topics.h"

static void
add_card (const char *folder, const char *name, const char *type, const char *address,
          gboolean device)
{
  g_autofree char *card = g_build_filename (folder, name, NULL);
  g_autofree char *type_path = g_build_filename (card, "type", NULL);
  g_autofree char *address_path = g_build_filename (card, "address", NULL);
  g_autofree char *device_path = g_build_filename (card, "device", NULL);

  g_assert_cmpint (g_mkdir (card, 0700), ==, 0);
  g_assert_true (g_file_set_contents (type_path, type, -1, NULL));
  g_assert_true (g_file_set_contents (address_path, address, -1, NULL));
  if (device)
    g_assert_true (g_file_set_contents (device_path, "", -1, NULL));
}

static void
remove_all (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_all (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static void
test_macs (void)
{
  g_autofree char *folder = g_dir_make_tmp ("muri-cards-XXXXXX", NULL);
  muri_v1_Node *node = muri_topic_sample_new (MURI_TOPIC_NODE);

  add_card (folder, "lo", "772\n", "00:00:00:00:00:00\n", FALSE);
  add_card (folder, "br0", "1\n", "52:54:00:00:00:01\n", FALSE);
  add_card (folder, "eth0", "1\n", "52:54:00:00:00:01\n", TRUE);
  add_card (folder, "eth1", "1\n", "52:54:00:00:00:01\n", TRUE);
  add_card (folder, "dummy", "1\n", "00:00:00:00:00:00\n", TRUE);
  add_card (folder, "ib0", "32\n", "80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:12:34:56\n",
            TRUE);
  agent_host_facts_read_macs (node, folder);
  g_assert_cmpuint (node->macs._length, ==, 1);
  g_assert_cmpstr (node->macs._buffer[0], ==, "52:54:00:00:00:01");
  muri_topic_sample_free (MURI_TOPIC_NODE, node);
  remove_all (folder);
}

static void
test_boot (void)
{
  gint64 boot = agent_host_facts_read_boot ();

  g_assert_cmpint (boot, >, 0);
  g_assert_cmpint (boot, <, g_get_real_time ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-facts/macs", test_macs);
  g_test_add_func ("/host-facts/boot", test_boot);
  return g_test_run ();
}
