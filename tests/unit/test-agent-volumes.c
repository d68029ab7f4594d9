/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pools whose volumes are no files. The test driver has them, with nothing in them. */
#include <glib/gstdio.h>
#include <string.h>

#include "agent-base.h"
#include "agent-clone-xml.h"
#include "agent-clone.h"
#include "agent-store-pool.h"
#include "agent-store-users.h"
#include "agent-store.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define MIB (1024 * 1024)

static const char logical[] = "<pool type='logical'><name>%s</name>"
                              "<source><name>%s</name></source>"
                              "<target><path>/dev/%s</path></target></pool>";
static const char rbd[] = "<pool type='rbd'><name>%s</name><source>"
                          "<host name='mon-1' port='6789'/><host name='mon-2'/>"
                          "<name>vms%s</name><auth type='ceph' username='muri'>"
                          "<secret uuid='2f0d6a50-4a0c-4a44-a0a5-0d6f0a6a52a1'/></auth>"
                          "</source><!-- %s --></pool>";

typedef struct
{
  char *directory, *images, *name;
  AgentConnections *connections;
  virConnectPtr connection;
  virStoragePoolPtr pool;
  AgentStorePool *store;
  AgentTemplate *template;
  muri_v1_Uuid node;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  static guint n;
  g_autofree char *xml = NULL;
  g_autoptr (GError) error = NULL;
  f->directory = g_dir_make_tmp ("muri-volumes-XXXXXX", NULL);
  f->images = g_build_filename (f->directory, "images", NULL);
  f->name = g_strdup_printf ("vg%u", n++);
  f->connections = agent_connections_new ("test:///default");
  f->connection = virConnectOpen ("test:///default");
  xml = g_strdup_printf (data, f->name, f->name, f->name);
  f->pool = virStoragePoolCreateXML (f->connection, xml, 0);
  g_assert_nonnull (f->pool);
  muri_uuid_generate (&f->node);
  f->store = agent_store_pool_open (f->connections, &f->node, f->name, f->images, NULL, &error);
  g_assert_no_error (error);
  muri_v1_Uuid id;
  muri_uuid_generate (&id);
  f->template = agent_template_new (&id, MURI_TEMPLATE_STATE_READY);
  f->template->size = 64 * MIB;
  f->template->allocation = MIB;
  f->template->sha256[0] = 1;
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
  virStoragePoolDestroy (f->pool);
  virStoragePoolFree (f->pool);
  virConnectClose (f->connection);
  agent_template_unref (f->template);
  agent_store_pool_unref (f->store);
  agent_connections_unref (f->connections);
  remove_all (f->directory);
  g_free (f->directory);
  g_free (f->images);
  g_free (f->name);
}

static char *
ensure (Fixture *f, GError **error)
{
  const AgentBase base = { f->directory, f->connections, f->store->volumes, "1f2e3d4c" };
  return agent_base_ensure (&base, f->template, "/none", NULL, NULL, NULL, error);
}

static guint
count (Fixture *f)
{
  return (guint)virStoragePoolNumOfVolumes (f->pool);
}

static void
put_template (Fixture *f)
{
  g_assert_true (agent_template_save (f->template, f->directory, NULL));
}

static AgentClone *
clone_new (Fixture *f, const char *base)
{
  AgentClone *clone;
  muri_v1_Uuid vm;
  muri_uuid_generate (&vm);
  clone = agent_clone_new (&vm, "web 1/2", f->name, "/none", f->store->volumes, TRUE);
  clone->base = g_strdup (base);
  clone->linked = base != NULL;
  clone->capacity = f->template->size;
  clone->image = g_bytes_new_static ("seed", 4);
  return clone;
}

/* ---- tests ------------------------------------------------------------------------------ */

static void
test_names (void)
{
  static const char *const names[][2] = {
    { "web-1", "web-1" }, { "Web 1/2@x", "Web_1_2_x" }, { "-v", "_v" }, { "..", "_." }
  };
  g_autofree char *many = g_strnfill (400, 'a');
  g_autofree char *fewer = agent_volumes_make_name (many);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = agent_volumes_make_name (names[i][0]);
      g_assert_cmpstr (name, ==, names[i][1]);
    }
  g_assert_cmpuint (strlen (fewer), <, 110);
}

/* Images are files apart, and volumes are in the pool. */
static void
test_open (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentStorePool) now = NULL;
  g_autoptr (AgentStorePool) both = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_true (f->store->is_apart);
  g_assert_cmpstr (f->store->path, ==, f->images);
  g_assert_true (g_file_test (f->images, G_FILE_TEST_IS_DIR));
  g_assert_cmpstr (f->store->clones_path, ==, f->store->volumes->place);
  g_assert_true (
      agent_store_pool_adopt (f->store, f->connections, "muri-x.qcow2", MIB, MIB, &error));
  g_assert_cmpuint (count (f), ==, 0);
  now = agent_store_pool_measure (f->store, f->connections, &error);
  g_assert_no_error (error);
  g_assert_true (now->is_apart && now->volumes == f->store->volumes);

  /* Of files, with clones there. */
  both = agent_store_pool_open (f->connections, &f->node, "both", f->images, f->name, &error);
  g_assert_no_error (error);
  g_assert_false (both->is_apart);
  g_assert_cmpstr (both->volumes->pool, ==, f->name);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  static const char iscsi[] = "<pool type='iscsi'><name>lun</name><source><host name='a'/>"
                              "<device path='iqn.x'/></source>"
                              "<target><path>/dev/disk/by-path</path></target></pool>";
  virStoragePoolPtr pool = virStoragePoolCreateXML (f->connection, iscsi, 0);
  g_autoptr (GError) error = NULL;
  g_assert_nonnull (pool);
  g_assert_null (agent_store_pool_open (f->connections, &f->node, "lun", f->images, NULL, &error));
  g_assert_nonnull (strstr (error->message, "“lun” is of type iscsi"));
  g_clear_error (&error);
  virStoragePoolDestroy (pool);
  virStoragePoolFree (pool);
  g_assert_null (
      agent_store_pool_open (f->connections, &f->node, f->name, f->images, "default-pool", &error));
  g_assert_nonnull (strstr (error->message, "“default-pool”"));
}

static void
test_base (Fixture *f, gconstpointer data)
{
  g_autofree char *first = ensure (f, NULL);
  g_autofree char *again = ensure (f, NULL);
  g_autofree char *changed = NULL, *path = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_nonnull (first);
  g_assert_true (g_str_has_suffix (first, "-1f2e3d4c"));
  g_assert_cmpstr (first, ==, again);
  g_assert_cmpuint (count (f), ==, 1);
  path = agent_base_get_path (f->directory, &f->template->id);
  g_assert_true (g_str_has_prefix (path, f->store->volumes->place));

  /* Of another image it is another one. */
  f->template->sha256[0] = 2;
  changed = ensure (f, NULL);
  g_assert_nonnull (changed);
  g_assert_cmpuint (count (f), ==, 1);

  g_assert_true (agent_base_remove (f->directory, f->connections, &f->template->id, &error));
  g_assert_cmpuint (count (f), ==, 0);
  g_assert_null (agent_base_get_path (f->directory, &f->template->id));
  g_assert_true (agent_base_remove (f->directory, f->connections, &f->template->id, &error));
}

/* What is not whole goes, and what has no template; what is whole stays. */
static void
test_sweep (Fixture *f, gconstpointer data)
{
  char uuid[MURI_UUID_TEXT];
  g_autofree char *volume = ensure (f, NULL);
  g_autofree char *record =
      g_strdup_printf ("%s/%s.base", f->directory, muri_uuid_format (&f->template->id, uuid));
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *half = NULL;
  put_template (f);
  agent_base_sweep (f->directory, f->connections);
  g_assert_cmpuint (count (f), ==, 1);

  g_assert_true (g_file_get_contents (record, &text, NULL, NULL));
  parts = g_strsplit (text, "whole=true", 2);
  half = g_strjoinv ("whole=false", parts);
  g_assert_true (g_file_set_contents (record, half, -1, NULL));
  g_test_expect_message ("muri-agent", G_LOG_LEVEL_MESSAGE, "*was removed*");
  agent_base_sweep (f->directory, f->connections);
  g_assert_cmpuint (count (f), ==, 0);
  g_free (volume);
  volume = ensure (f, NULL);
  agent_template_erase (f->directory, &f->template->id);
  g_test_expect_message ("muri-agent", G_LOG_LEVEL_MESSAGE, "*was removed*");
  agent_base_sweep (f->directory, f->connections);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (count (f), ==, 0);
  g_assert_false (g_file_test (record, G_FILE_TEST_EXISTS));
}

static void
test_clone (Fixture *f, gconstpointer data)
{
  g_autofree char *base = ensure (f, NULL);
  g_autoptr (AgentClone) clone = clone_new (f, base);
  g_autoptr (AgentClone) full = clone_new (f, NULL);
  g_autoptr (AgentClone) known = NULL;
  g_autofree char *notes = agent_clone_to_notes (clone);
  g_autoptr (GError) error = NULL;
  g_assert_true (g_str_has_prefix (clone->disk, "web_1_2-"));
  g_assert_true (agent_clone_check (clone, f->connection, &error));
  g_assert_true (agent_clone_make_disk (clone, f->connection, f->template, TRUE, &error));
  g_assert_true (agent_clone_make_seed (clone, f->connection, TRUE, &error));
  g_assert_true (agent_clone_make_disk (full, f->connection, f->template, TRUE, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (f), ==, 4);
  g_assert_false (agent_clone_check (clone, f->connection, &error));
  g_assert_nonnull (strstr (error->message, clone->disk));
  g_clear_error (&error);

  /* By a new life of the agent. */
  known = agent_clone_new_from_notes (&clone->vm, notes);
  g_assert_true (agent_clone_find (known, f->connection, &error));
  g_assert_true (known->has_disk && known->has_seed && !known->is_defined);
  g_assert_true (agent_clone_undo (known, f->connection, &error));
  g_assert_cmpuint (count (f), ==, 2);
  g_assert_true (agent_clone_undo (full, f->connection, &error));
}

/* LVM would take the snapshots along. */
static void
test_read (Fixture *f, gconstpointer data)
{
  g_autofree char *base = ensure (f, NULL);
  g_autofree char *path = agent_base_get_path (f->directory, &f->template->id);
  g_autoptr (AgentClone) clone = clone_new (f, base);
  g_autoptr (GPtrArray) users = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_true (agent_clone_make_disk (clone, f->connection, f->template, TRUE, &error));
  g_assert_false (agent_base_remove (f->directory, f->connections, &f->template->id, &error));
  g_assert_nonnull (strstr (error->message, clone->disk));
  g_clear_error (&error);
  users = agent_store_users_find (f->connections, f->template, path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (users->len, ==, 1);
  g_assert_nonnull (strstr (users->pdata[0], clone->disk));
  g_assert_true (agent_clone_undo (clone, f->connection, &error));
  g_assert_true (agent_base_remove (f->directory, f->connections, &f->template->id, &error));

  g_free (base);
  base = ensure (f, NULL);
  clone->capacity *= 2;
  g_assert_false (agent_clone_make_disk (clone, f->connection, f->template, TRUE, &error));
  g_assert_nonnull (strstr (error->message, "snapshot of LVM"));
  g_assert_cmpuint (count (f), ==, 1);
}

static char *
describe (Fixture *f)
{
  static const char *const no_macs[] = { NULL };
  const AgentCloneFacts facts = { .name = "web-1",
                                  .vm = f->node,
                                  .template_id = f->template->id,
                                  .linked = TRUE,
                                  .volumes = f->store->volumes,
                                  .disk = "web-1-0",
                                  .seed = "web-1-0-seed.iso",
                                  .macs = no_macs };
  return agent_clone_xml_new ("<domain type='test'><memory>1024</memory><os><type>hvm</type></os>"
                              "<devices><disk type='file'><driver name='qemu' type='qcow2' "
                              "cache='none'/><target dev='vda' bus='virtio'/></disk></devices>"
                              "</domain>",
                              &facts, NULL);
}

static void
test_block (Fixture *f, gconstpointer data)
{
  g_autofree char *xml = describe (f);
  g_autofree char *dev = g_strdup_printf ("<source dev=\"/dev/%s/web-1-0\"/>", f->name);
  virDomainPtr domain = virDomainDefineXML (f->connection, xml);
  g_assert_nonnull (domain);
  g_assert_nonnull (strstr (xml, "type=\"block\""));
  g_assert_nonnull (strstr (xml, dev));
  g_assert_nonnull (strstr (xml, "type=\"raw\" cache=\"none\""));
  g_assert_null (strstr (xml, "qcow2"));
  virDomainUndefine (domain);
  virDomainFree (domain);
}

static void
test_network (Fixture *f, gconstpointer data)
{
  g_autofree char *xml = describe (f);
  g_autofree char *name = g_strdup_printf ("name=\"vms%s/web-1-0\"", f->name);
  virDomainPtr domain = virDomainDefineXML (f->connection, xml);
  g_assert_nonnull (domain);
  g_assert_nonnull (strstr (xml, name));
  g_assert_nonnull (strstr (xml, "protocol=\"rbd\""));
  g_assert_nonnull (strstr (xml, "<host name=\"mon-1\" port=\"6789\"/>"));
  g_assert_nonnull (strstr (xml, "<host name=\"mon-2\"/>"));
  g_assert_nonnull (strstr (xml, "<auth username=\"muri\">"));
  g_assert_nonnull (strstr (xml, "<secret type=\"ceph\" uuid=\"2f0d6a50"));
  g_assert_null (strstr (xml, "qcow2"));
  virDomainUndefine (domain);
  virDomainFree (domain);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/volumes/names", test_names);
  g_test_add ("/volumes/refused", Fixture, logical, set_up, test_refused, tear_down);
  g_test_add ("/volumes/read", Fixture, logical, set_up, test_read, tear_down);
  g_test_add ("/volumes/block", Fixture, logical, set_up, test_block, tear_down);
  g_test_add ("/volumes/network", Fixture, rbd, set_up, test_network, tear_down);
  g_test_add ("/volumes/logical/open", Fixture, logical, set_up, test_open, tear_down);
  g_test_add ("/volumes/logical/base", Fixture, logical, set_up, test_base, tear_down);
  g_test_add ("/volumes/logical/sweep", Fixture, logical, set_up, test_sweep, tear_down);
  g_test_add ("/volumes/logical/clone", Fixture, logical, set_up, test_clone, tear_down);
  g_test_add ("/volumes/rbd/open", Fixture, rbd, set_up, test_open, tear_down);
  g_test_add ("/volumes/rbd/base", Fixture, rbd, set_up, test_base, tear_down);
  g_test_add ("/volumes/rbd/sweep", Fixture, rbd, set_up, test_sweep, tear_down);
  g_test_add ("/volumes/rbd/clone", Fixture, rbd, set_up, test_clone, tear_down);
  return g_test_run ();
}
