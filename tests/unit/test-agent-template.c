/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "agent-connections.h"
#include "agent-store-pool.h"
#include "agent-template.h"
#include "muri-check.h"
#include "muri-topics.h"
#include "muri-uuid.h"
#include "muri-words.h"

typedef struct
{
  char *directory;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->directory = g_dir_make_tmp ("muri-template-XXXXXX", NULL);
  g_assert_nonnull (f->directory);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_all (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_all (f->directory);
  g_free (f->directory);
}

static AgentTemplate *
example (void)
{
  muri_v1_Uuid id;
  AgentTemplate *template;
  muri_uuid_generate (&id);
  template = agent_template_new (&id, MURI_TEMPLATE_STATE_READY);
  agent_template_set (&template->name, "데비안 12");
  agent_template_set (&template->notes, "two\nlines = and [brackets]; \\");
  agent_template_set (&template->xml, "<domain type='kvm'/>");
  agent_template_set (&template->path, "/tmp/a.qcow2");
  template->size = G_GUINT64_CONSTANT (5) << 40;
  template->memory = 2097152;
  template->vcpus = 4;
  template->created = 1700000000000000;
  template->firmware = MURI_FIRMWARE_UEFI;
  template->generalised = MURI_GENERALISED_NO;
  memset (template->sha256, 0xa5, sizeof template->sha256);
  muri_uuid_generate (&template->parent);
  return template;
}

static void
test_kept (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentTemplate) template = example ();
  g_autoptr (AgentTemplate) loaded = NULL;
  g_autoptr (GArray) list = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_true (agent_template_save (template, f->directory, &error));
  g_assert_no_error (error);
  list = agent_template_list (f->directory);
  g_assert_cmpuint (list->len, ==, 1);
  loaded = agent_template_load (f->directory, &template->id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (loaded->name, ==, template->name);
  g_assert_cmpstr (loaded->notes, ==, template->notes);
  g_assert_cmpstr (loaded->xml, ==, template->xml);
  g_assert_cmpstr (loaded->path, ==, template->path);
  g_assert_cmpstr (loaded->os, ==, "");
  g_assert_cmpuint (loaded->size, ==, template->size);
  g_assert_cmpuint (loaded->memory, ==, template->memory);
  g_assert_cmpuint (loaded->vcpus, ==, 4);
  g_assert_cmpuint (loaded->state, ==, MURI_TEMPLATE_STATE_READY);
  g_assert_cmpuint (loaded->firmware, ==, MURI_FIRMWARE_UEFI);
  g_assert_cmpuint (loaded->generalised, ==, MURI_GENERALISED_NO);
  g_assert_cmpint (loaded->created, ==, template->created);
  g_assert_cmpmem (loaded->sha256, 32, template->sha256, 32);
  g_assert_true (muri_uuid_equal (&loaded->parent, &template->parent));
  agent_template_erase (f->directory, &template->id);
  g_assert_null (agent_template_load (f->directory, &template->id, NULL));
}

/* Also from other hosts: what makes no sense is refused. */
static void
test_wrong (Fixture *f, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "no key file",
    "[template]\n",
    "[template]\nname=\n",
    "[template]\nname=a\nstate=99\n",
    "[template]\nname=a\nstate=-1\n",
    "[template]\nname=a\nvcpus=100000\n",
    "[template]\nname=a\nsha256=zz\n",
    "[template]\nname=a\nparent=none\n",
    "[template]\nname=a\nsize=18446744073709551615\n",
    "[template]\nname=\xff\xfe\n",
  };
  muri_v1_Uuid id;
  char uuid[MURI_UUID_TEXT];
  g_autofree char *name = NULL, *path = NULL, *large = NULL;
  muri_uuid_generate (&id);
  name = g_strconcat (muri_uuid_format (&id, uuid), ".ini", NULL);
  path = g_build_filename (f->directory, name, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *shown = g_strescape (texts[i], NULL);
      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      g_test_message ("%s", shown);
      g_assert_null (agent_template_load (f->directory, &id, &error));
      g_assert_nonnull (error);
    }
  large = g_strnfill (2 * 1024 * 1024, '#');
  g_assert_true (g_file_set_contents (path, large, -1, NULL));
  g_assert_null (agent_template_load (f->directory, &id, NULL));
}

static void
test_wire (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentTemplate) template = example ();
  g_autofree char *long_name = g_strnfill (1000, 'n');
  muri_v1_Uuid node;
  muri_v1_Template *wire;
  agent_template_set (&template->name, long_name);
  muri_uuid_generate (&node);
  wire = agent_template_to_wire (template, &node);
  g_assert_cmpstr (muri_check_template (wire), ==, NULL);
  g_assert_cmpuint (strlen (wire->name), ==, 255);
  g_assert_cmpuint (wire->percent, ==, MURI_PERCENT_UNKNOWN);
  muri_topic_sample_free (MURI_TOPIC_TEMPLATE, wire);
}

static void
test_checksum (Fixture *f, gconstpointer data)
{
  const char *text = "00ff0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab";
  guint8 sha256[32];
  char again[65];
  g_assert_true (agent_template_parse_checksum (text, sha256));
  g_assert_cmpuint (sha256[1], ==, 0xff);
  agent_template_format_checksum (sha256, again);
  g_assert_cmpstr (again, ==, text);
  g_assert_false (agent_template_parse_checksum ("00ff", sha256));
  g_assert_false (agent_template_parse_checksum (
      "00ff0123456789abcdef0123456789abcdef0123456789abcdef0123456789ag", sha256));
}

/* ---- the pool ---- */

static void
put (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
}

static gboolean
has (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_pool (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->directory, "images", NULL);
  g_autofree char *other_path = g_build_filename (f->directory, "other", NULL);
  g_autoptr (AgentConnections) connections = agent_connections_new ("test:///default");
  g_autoptr (AgentStorePool) pool = NULL;
  g_autoptr (AgentStorePool) other = NULL;
  g_autoptr (GError) error = NULL;
  muri_v1_Uuid node, id;
  muri_uuid_generate (&node);
  muri_uuid_generate (&id);
  pool = agent_store_pool_open (connections, &node, "muri", path, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pool->dataless);
  g_assert_cmpstr (pool->path, ==, path);
  g_assert_cmpstr (pool->clones_path, ==, path);
  g_assert_cmpuint (pool->available, >, 0);

  g_autofree char *volume = agent_store_pool_volume (pool, &id);
  put (path, volume);
  g_assert_true (agent_store_pool_adopt (pool, connections, volume, 1 << 20, 4096, &error));
  g_assert_true (agent_store_pool_adopt (pool, connections, volume, 1 << 20, 4096, &error));
  g_assert_true (agent_store_pool_remove (pool, connections, volume, &error));
  g_assert_false (has (path, volume));
  g_assert_true (agent_store_pool_remove (pool, connections, volume, &error));

  /* On the network two agents' images of one template are two. */
  pool->is_shared = TRUE;
  char text[MURI_UUID_TEXT];
  g_autofree char *own = agent_store_pool_volume (pool, &id);
  g_autofree char *end = g_strdup_printf ("-%.8s.qcow2", muri_uuid_format (&node, text));
  g_assert_true (g_str_has_suffix (own, end));

  /* Another agent of this process. */
  muri_uuid_generate (&node);
  other = agent_store_pool_open (connections, &node, "muri", other_path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (other->path, ==, other_path);
  g_assert_cmpstr (other->name, !=, "muri");

  g_assert_null (agent_store_pool_open (connections, &node, "muri", path, "no-such", &error));
  g_assert_nonnull (error);
}

/* Only what this agent has begun goes. */
static void
test_sweep (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentConnections) connections = agent_connections_new ("test:///default");
  g_autoptr (GHashTable) keep = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (AgentStorePool) pool = NULL;
  muri_v1_Uuid node, id, kept_id;
  g_autofree char *kept = NULL, *kept_map = NULL, *part = NULL, *map = NULL, *whole = NULL;
  g_autofree char *foreign = NULL;
  char uuid[MURI_UUID_TEXT];
  muri_uuid_generate (&node);
  muri_uuid_generate (&id);
  muri_uuid_generate (&kept_id);
  pool = agent_store_pool_open (connections, &node, "sweep", f->directory, NULL, NULL);
  g_assert_nonnull (pool);
  part = agent_store_pool_part (pool, &id);
  map = g_strconcat (part, ".map", NULL);
  kept = agent_store_pool_part (pool, &kept_id);
  kept_map = g_strconcat (kept, ".map", NULL);
  whole = agent_store_pool_volume (pool, &id);
  foreign = g_strdup_printf ("muri-%s.part-00000000", muri_uuid_format (&id, uuid));
  const char *const files[] = { part, map, kept, kept_map, whole, foreign, "muri-", "web.qcow2" };
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    put (f->directory, files[i]);
  g_hash_table_add (keep, kept);
  g_test_expect_message ("muri-agent", G_LOG_LEVEL_MESSAGE, "*never finished*");
  g_test_expect_message ("muri-agent", G_LOG_LEVEL_MESSAGE, "*never finished*");
  agent_store_pool_sweep (pool, keep);
  g_test_assert_expected_messages ();
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_assert_cmpint (has (f->directory, files[i]), ==, i > 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/template/kept", Fixture, NULL, set_up, test_kept, tear_down);
  g_test_add ("/template/wrong", Fixture, NULL, set_up, test_wrong, tear_down);
  g_test_add ("/template/wire", Fixture, NULL, set_up, test_wire, tear_down);
  g_test_add ("/template/checksum", Fixture, NULL, set_up, test_checksum, tear_down);
  g_test_add ("/template/pool", Fixture, NULL, set_up, test_pool, tear_down);
  g_test_add ("/template/sweep", Fixture, NULL, set_up, test_sweep, tear_down);
  return g_test_run ();
}
