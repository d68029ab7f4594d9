/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-facts-codec.h"
#include "muri-store-private.h"
#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gstdio.h>

static void
open_fails (const char *directory, int code, const char *pattern)
{
  MuriFleet *fleet = muri_fleet_new (directory);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  muri_fleet_open_async (fleet, NULL, fixture_keep, &result);
  fixture_await (result != NULL);
  g_assert_false (muri_fleet_open_finish (fleet, result, &error));
  g_assert_error (error, MURI_FLEET_ERROR, code);
  g_assert_true (g_pattern_match_simple (pattern, error->message));
  g_assert_false (muri_fleet_is_ready (fleet));
  g_clear_object (&result);
  g_assert_finalize_object (fleet);
}

/* ---- the codec ---- */

static MuriFacts *
rich_vm (void)
{
  muri_v1_Vm *vm = fixture_vm (1, 2, MURI_VM_STATE_PAUSED).sample;

  g_strlcpy (vm->title, "한글 “title”", sizeof vm->title);
  vm->reason = -3;
  vm->since = 1700000000000000;
  vm->vcpus = 4;
  vm->memory = G_GUINT64_CONSTANT (5000000000);
  vm->autostart = true;
  vm->addresses._buffer = dds_alloc (2 * sizeof (muri_v1_Address));
  vm->addresses._length = vm->addresses._maximum = 2;
  vm->addresses._release = TRUE;
  g_strlcpy (vm->addresses._buffer[0], "10.0.3.1", sizeof (muri_v1_Address));
  g_strlcpy (vm->addresses._buffer[1], "fd00::1", sizeof (muri_v1_Address));
  vm->disks._buffer = memset (dds_alloc (sizeof (muri_v1_Disk)), 0, sizeof (muri_v1_Disk));
  vm->disks._length = vm->disks._maximum = 1;
  vm->disks._release = TRUE;
  g_strlcpy (vm->disks._buffer[0].target, "vda", sizeof vm->disks._buffer[0].target);
  vm->disks._buffer[0].capacity = G_GUINT64_CONSTANT (1) << 40;
  return muri_facts_new (MURI_TOPIC_VM, vm);
}

static void
test_codec (void)
{
  g_autoptr (MuriFacts) before = rich_vm ();
  g_autoptr (GBytes) bytes = muri_facts_encode (before);
  muri_v1_Uuid node = fixture_uuid (1);
  muri_v1_Uuid uuid = fixture_uuid (2);
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  g_autoptr (MuriFacts) after = muri_facts_decode (MURI_TOPIC_VM, &node, &uuid, data, size);
  const MuriVmFacts *vm = muri_facts_get (after);

  g_assert_cmpstr (vm->name, ==, "vm-2");
  g_assert_cmpstr (vm->title, ==, "한글 “title”");
  g_assert_cmpuint (vm->state, ==, MURI_VM_STATE_PAUSED);
  g_assert_cmpint (vm->reason, ==, -3);
  g_assert_cmpint (vm->since, ==, 1700000000000000);
  g_assert_cmpuint (vm->vcpus, ==, 4);
  g_assert_cmpuint (vm->memory, ==, G_GUINT64_CONSTANT (5000000000));
  g_assert_true (vm->autostart);
  g_assert_false (vm->persistent);
  g_assert_cmpuint (vm->n_addresses, ==, 2);
  g_assert_cmpstr (vm->addresses[1], ==, "fd00::1");
  g_assert_cmpuint (vm->n_disks, ==, 1);
  g_assert_cmpstr (vm->disks[0].target, ==, "vda");
  g_assert_cmpuint (vm->disks[0].capacity, ==, G_GUINT64_CONSTANT (1) << 40);
  g_assert_cmpuint (vm->n_nics, ==, 0);
}

static void
test_codec_garbage (void)
{
  muri_v1_Uuid node = fixture_uuid (1);
  muri_v1_Uuid uuid = fixture_uuid (2);
  g_autoptr (MuriFacts) facts = rich_vm ();
  g_autoptr (GBytes) bytes = muri_facts_encode (facts);
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);

  g_assert_null (muri_facts_decode (MURI_TOPIC_VM, &node, &uuid, "", 0));
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);
      MuriFacts *decoded;

      for (guint j = 0; j < 3; j++)
        copy[g_rand_int_range (rand, 0, (gint32)size)] = (guint8)g_rand_int (rand);
      decoded = muri_facts_decode (MURI_TOPIC_VM, &node, &uuid, copy,
                                   (gsize)g_rand_int_range (rand, 1, (gint32)size + 1));
      g_clear_pointer (&decoded, muri_facts_unref);
    }
}

/* ---- round trips ---- */

static void
fold_something (MuriFleet *fleet)
{
  MuriChange changes[] = {
    fixture_node (1, 2),
    fixture_vm (1, 100, MURI_VM_STATE_RUNNING),
    fixture_vm (1, 101, MURI_VM_STATE_OFF),
    fixture_node (2, 0),
    fixture_event (1, 1, 1700000000000000),
    fixture_event (1, 2, 1700000001000000),
    fixture_report (500, 1, 100, 2, MURI_OUTCOME_DONE),
  };

  fixture_fold (fleet, changes, G_N_ELEMENTS (changes));
}

static void
test_round_trip (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (MuriEvent) event = NULL;
  muri_v1_Uuid console = fleet->console;
  MuriNode *node;
  gint64 heard;

  fold_something (fleet);
  heard = muri_node_get_heard (fixture_find_node (fleet, 1));
  fixture_close (fleet);

  fleet = fixture_open (directory);
  g_assert_true (muri_uuid_equal (&fleet->console, &console));
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_nodes (fleet)), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 2);
  node = fixture_find_node (fleet, 1);
  g_assert_cmpstr (muri_node_get_name (node), ==, "node-1");
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_UNREACHABLE);
  g_assert_cmpint (muri_node_get_heard (node), ==, heard);
  g_assert_cmpuint (muri_node_get_zone (node), ==, FIXTURE_ZONE);
  g_assert_cmpuint (muri_node_get_n_vms (node), ==, 2);
  g_assert_cmpuint (muri_vm_get_state (fixture_find_vm (fleet, 1, 100)), ==, MURI_VM_STATE_RUNNING);
  g_assert_false (muri_vm_is_known (fixture_find_vm (fleet, 1, 100)));
  g_assert_cmpint (muri_vm_get_heard (fixture_find_vm (fleet, 1, 100)), ==, heard);

  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_events (fleet)), ==, 2);
  event = g_list_model_get_item (muri_fleet_get_events (fleet), 0);
  g_assert_cmpint (muri_event_get_time (event), ==, 1700000001000000);
  g_assert_cmpstr (muri_event_get_node_name (event), ==, "node-1");

  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_operations (fleet)), ==, 1);
  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  g_assert_cmpstr (muri_operation_get_issuer (operation), ==, "jiwoo@desk");
  g_assert_false (muri_operation_is_own (operation));
  g_assert_true (muri_operation_is_finished (operation));
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, 2);
  fixture_close (fleet);
  fixture_remove_directory (directory);
}

static void
test_removal (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);

  fold_something (fleet);
  fixture_close (fleet);

  fleet = fixture_open (directory);
  muri_fleet_forget_node (fleet, fixture_find_node (fleet, 2));
  fixture_fold_one (fleet, fixture_node (1, 2));
  fixture_fold_one (fleet,
                    fixture_with_life (fixture_vm (1, 101, MURI_VM_STATE_OFF), MURI_LIFE_DISPOSED));
  fixture_close (fleet);

  fleet = fixture_open (directory);
  g_assert_null (fixture_find_node (fleet, 2));
  g_assert_nonnull (fixture_find_vm (fleet, 1, 100));
  g_assert_null (fixture_find_vm (fleet, 1, 101));
  fixture_close (fleet);
  fixture_remove_directory (directory);
}

/* ---- what can be wrong with the file ---- */

static void
keep_text (MuriFleet *fleet, const char *text, gpointer data)
{
  g_free (*(char **)data);
  *(char **)data = g_strdup (text);
}

/* Opens, expects that what is there was moved aside, and that all works. */
static void
expect_moved (const char *directory)
{
  MuriFleet *fleet = muri_fleet_new (directory);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *notice = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_signal_connect (fleet, "notice", G_CALLBACK (keep_text), &notice);
  muri_fleet_open_async (fleet, NULL, fixture_keep, &result);
  fixture_await (result != NULL);
  muri_fleet_open_finish (fleet, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);

  dir = g_dir_open (directory, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "muri.db.damaged-") && !g_str_has_suffix (name, "-wal")
        && !g_str_has_suffix (name, "-shm"))
      aside = g_build_filename (directory, name, NULL);
  g_assert_nonnull (aside);
  g_assert_nonnull (notice);
  g_assert_nonnull (strstr (notice, aside));

  fold_something (fleet);
  fixture_close (fleet);
  fleet = fixture_open (directory);
  g_assert_nonnull (fixture_find_vm (fleet, 1, 100));
  fixture_close (fleet);
}

static void
test_garbage (void)
{
  g_autofree char *directory = fixture_directory ();
  g_autofree char *path = g_build_filename (directory, "muri.db", NULL);
  g_autofree char *garbage = g_strnfill (100000, 'x');

  g_assert_true (g_file_set_contents (path, garbage, -1, NULL));
  expect_moved (directory);
  fixture_remove_directory (directory);
}

/* Pages in the middle are overwritten, as a bad disk would. */
static void
test_damaged (void)
{
  g_autofree char *directory = fixture_directory ();
  g_autofree char *path = g_build_filename (directory, "muri.db", NULL);
  MuriFleet *fleet = fixture_open (directory);
  g_autofree char *contents = NULL;
  gsize size;

  for (guint i = 0; i < 200; i++)
    fixture_fold_one (fleet, fixture_vm (1, 1000 + i, MURI_VM_STATE_OFF));
  fold_something (fleet);
  fixture_close (fleet);

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  g_assert_cmpuint (size, >, 32768);
  memset (contents + 8192, 0xa5, size - 16384);
  g_assert_true (g_file_set_contents (path, contents, (gssize)size, NULL));
  expect_moved (directory);
  fixture_remove_directory (directory);
}

static void
execute (const char *directory, const char *sql)
{
  g_autofree char *path = g_build_filename (directory, "muri.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_foreign (void)
{
  g_autofree char *directory = fixture_directory ();

  execute (directory, "CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')");
  expect_moved (directory);
  fixture_remove_directory (directory);
}

static void
test_newer (void)
{
  g_autofree char *directory = fixture_directory ();
  g_autofree char *path = g_build_filename (directory, "muri.db", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  fixture_close (fixture_open (directory));
  execute (directory, "PRAGMA user_version = 99");
  g_assert_true (g_file_get_contents (path, &before, NULL, NULL));
  open_fails (directory, MURI_FLEET_ERROR_NEWER, "*newer version of Muri*");

  /* It is as it was, for the newer one. */
  execute (directory, "PRAGMA user_version = " G_STRINGIFY (MURI_STORE_VERSION));
  fixture_close (fixture_open (directory));
  fixture_remove_directory (directory);
}

static void
test_in_use (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);

  open_fails (directory, MURI_FLEET_ERROR_STORE, "*in use*");
  fixture_close (fleet);
  fixture_close (fixture_open (directory));
  fixture_remove_directory (directory);
}

static void
test_no_directory (void)
{
  g_autofree char *directory = fixture_directory ();
  g_autofree char *file = g_build_filename (directory, "file", NULL);
  g_autofree char *below = g_build_filename (file, "below", NULL);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  open_fails (below, MURI_FLEET_ERROR_STORE, "*below*");
  fixture_remove_directory (directory);
}

/* One row that makes no sense costs no more than itself. */
static void
test_bad_row (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);

  fold_something (fleet);
  fixture_close (fleet);
  execute (directory, "UPDATE vm SET facts = x'00ff00ff' WHERE rowid = 1");

  fleet = fixture_open (directory);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 1);
  fixture_close (fleet);
  fixture_remove_directory (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fleet/store/codec", test_codec);
  g_test_add_func ("/fleet/store/codec-garbage", test_codec_garbage);
  g_test_add_func ("/fleet/store/round-trip", test_round_trip);
  g_test_add_func ("/fleet/store/removal", test_removal);
  g_test_add_func ("/fleet/store/garbage", test_garbage);
  g_test_add_func ("/fleet/store/damaged", test_damaged);
  g_test_add_func ("/fleet/store/foreign", test_foreign);
  g_test_add_func ("/fleet/store/newer", test_newer);
  g_test_add_func ("/fleet/store/in-use", test_in_use);
  g_test_add_func ("/fleet/store/no-directory", test_no_directory);
  g_test_add_func ("/fleet/store/bad-row", test_bad_row);
  return g_test_run ();
}
