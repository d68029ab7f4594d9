/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Templates and clones in a pool of Ceph: images there are no files. Run by with-libvirtd --ceph
 * with one guest. */
#include <gio/gio.h>
#include <string.h>

#include "agent-fixture.h"

#define await(condition) muri_test_await (condition, 120)

typedef struct
{
  Fixture fixture;
  MuriTestLibvirtd *libvirtd;
  MuriTestAgent *agent;
  virStoragePoolPtr pool;
  char *images, *disk; /* of the guest */
  muri_v1_Uuid node, guest, id;
} Cluster;

/* ---- set up ----------------------------------------------------------------------------- */

static int
run (const char *format, ...)
{
  g_autofree char *line = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  va_list args;
  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, "sh", "-c", line, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  return g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
}

static const muri_v1_Node *
find_node (Cluster *t)
{
  return g_hash_table_lookup (t->fixture.nodes, &t->node);
}

static void
start_agent (Cluster *t)
{
  const char *directory = muri_test_directory ("ceph");
  g_autofree char *config = g_build_filename (directory, "agent.conf", NULL);
  g_autofree char *text = NULL;
  t->images = g_build_filename (directory, "images", NULL);
  text = g_strdup_printf ("[templates]\npool=%s\npath=%s\n", g_getenv ("MURI_TEST_CEPH_POOL"),
                          t->images);
  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  t->agent = muri_test_agent_spawn ("ceph", muri_test_libvirtd_get_uri (t->libvirtd), "--config",
                                    config, NULL);
  t->node = fixture_await_node (&t->fixture, "ceph");
  await (find_node (t)->store[0] != '\0' && g_hash_table_contains (t->fixture.vms, &t->guest));
  g_assert_cmpstr (find_node (t)->store, ==, g_getenv ("MURI_TEST_CEPH_POOL"));
}

static void
set_up (Cluster *t, gconstpointer data)
{
  virConnectPtr connection;
  virDomainPtr domain;
  fixture_set_up (&t->fixture, NULL);
  t->libvirtd = muri_test_libvirtd_from_environment ();
  g_assert_nonnull (t->libvirtd);
  connection = muri_test_libvirtd_get_connection (t->libvirtd);
  t->pool = virStoragePoolLookupByName (connection, g_getenv ("MURI_TEST_CEPH_POOL"));
  g_assert_nonnull (t->pool);
  domain = virDomainLookupByName (connection, "guest-1");
  virDomainGetUUID (domain, t->guest.b);
  virDomainFree (domain);
  t->disk = g_build_filename (g_getenv ("MURI_TEST_LIBVIRTD_DIR"), "disks", "guest-1.qcow2", NULL);
  g_assert_cmpint (run ("qemu-io -c 'write -q -P 7 1M 40M' %s", t->disk), ==, 0);
  muri_uuid_generate (&t->id);
  start_agent (t);
}

static void
tear_down (Cluster *t, gconstpointer data)
{
  muri_test_agent_free (t->agent);
  virStoragePoolFree (t->pool);
  muri_test_libvirtd_free (t->libvirtd);
  fixture_tear_down (&t->fixture, NULL);
  g_free (t->images);
  g_free (t->disk);
}

/* ---- what is asked for, and what there is ----------------------------------------------- */

/* @vm NULL: of the node. */
static muri_v1_Operation *
operation_new (Cluster *t, guint verb, const muri_v1_Uuid *id, const muri_v1_Uuid *vm)
{
  muri_v1_Operation *operation = fixture_operation (&t->fixture, verb, 200);
  char uuid[MURI_UUID_TEXT];
  fixture_add_target (operation, &t->node, vm);
  fixture_add_parameter (operation, MURI_PARAMETER_TEMPLATE, muri_uuid_format (id, uuid));
  return operation;
}

static const muri_v1_Outcome *
await_outcome (Cluster *t, const muri_v1_Operation *operation)
{
  const muri_v1_Report *report = NULL;
  await ((report = fixture_report (&t->fixture, operation)) != NULL && report->complete);
  g_test_message ("%s: %s", muri_outcome_to_nick (report->outcomes._buffer[0].state),
                  report->outcomes._buffer[0].message);
  return &report->outcomes._buffer[0];
}

static const muri_v1_Outcome *
ask (Cluster *t, muri_v1_Operation *operation)
{
  fixture_publish (&t->fixture, operation);
  return await_outcome (t, operation);
}

static const muri_v1_Outcome *
act (Cluster *t, guint verb, const muri_v1_Uuid *vm)
{
  g_autoptr (FixtureOperation) operation = operation_new (t, verb, &t->id, vm);
  if (verb == MURI_VERB_DELETE)
    fixture_add_parameter (operation, MURI_PARAMETER_VOLUMES, MURI_VOLUMES_ALL);
  return ask (t, operation);
}

static muri_v1_Operation *
making (Cluster *t, const muri_v1_Uuid *vm, const muri_v1_Uuid *id)
{
  muri_v1_Operation *operation = operation_new (t, MURI_VERB_MAKE_TEMPLATE, id, vm);
  fixture_add_parameter (operation, MURI_PARAMETER_NAME, "tiny");
  return operation;
}

static guint
make (Cluster *t, const muri_v1_Uuid *vm, const muri_v1_Uuid *id)
{
  g_autoptr (FixtureOperation) operation = making (t, vm, id);
  return ask (t, operation)->state;
}

static muri_v1_Operation *
cloning (Cluster *t, muri_v1_Uuid *vm, const char *name, const char *linked, const char *start)
{
  muri_v1_Operation *operation;
  muri_uuid_generate (vm);
  operation = operation_new (t, MURI_VERB_CLONE, &t->id, vm);
  fixture_add_argument (operation, &t->node, vm, name);
  fixture_add_parameter (operation, MURI_PARAMETER_LINKED, linked);
  fixture_add_parameter (operation, MURI_PARAMETER_START, start);
  fixture_add_parameter (operation, "seed", "1");
  return operation;
}

static guint
count_volumes (Cluster *t)
{
  virStoragePoolRefresh (t->pool, 0);
  return (guint)virStoragePoolNumOfVolumes (t->pool);
}

static char *
disk_of (const char *name, const muri_v1_Uuid *vm)
{
  char id[MURI_UUID_TEXT];
  return g_strdup_printf ("%s-%.8s", name, muri_uuid_format (vm, id));
}

/* By programs that know nothing of Muri. */
static gboolean
is_same (Cluster *t, const char *image)
{
  return run ("qemu-img compare -f qcow2 -F raw %s rbd:%s/%s:id=admin:conf=%s", t->disk,
              g_getenv ("MURI_TEST_CEPH_POOL"), image, g_getenv ("CEPH_CONF"))
         == 0;
}

static gboolean
has_parent (const char *image)
{
  return run ("rbd -p %s info %s | grep -q parent:", g_getenv ("MURI_TEST_CEPH_POOL"), image) == 0;
}

static const muri_v1_Template *
find_template (Cluster *t, const muri_v1_Uuid *id)
{
  return fixture_template (&t->fixture, &t->node, id);
}

static void
await_ready (Cluster *t, const muri_v1_Uuid *id)
{
  await (find_template (t, id) != NULL
         && find_template (t, id)->state == MURI_TEMPLATE_STATE_READY);
}

static void
delete_template (Cluster *t, const muri_v1_Uuid *id)
{
  g_autoptr (FixtureOperation) operation = operation_new (t, MURI_VERB_DELETE_TEMPLATE, id, NULL);
  g_assert_cmpuint (ask (t, operation)->state, ==, MURI_OUTCOME_DONE);
  await (find_template (t, id) == NULL);
}

/* ---- tests ------------------------------------------------------------------------------ */

static void
test_linked (Cluster *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = NULL;
  g_autofree char *disk = NULL, *image = NULL;
  const muri_v1_Outcome *outcome;
  muri_v1_Uuid vm, child;
  char uuid[MURI_UUID_TEXT];
  g_assert_cmpuint (make (t, &t->guest, &t->id), ==, MURI_OUTCOME_DONE);
  await_ready (t, &t->id);
  g_assert_cmpuint (count_volumes (t), ==, 1);

  operation = cloning (t, &vm, "Linked One", "1", "1");
  fixture_add_parameter (operation, "disk", "100663296");
  g_assert_cmpuint (ask (t, operation)->state, ==, MURI_OUTCOME_DONE);
  disk = disk_of ("Linked_One", &vm);
  g_assert_cmpuint (count_volumes (t), ==, 3);
  g_assert_true (has_parent (disk) && is_same (t, disk));
  await (g_hash_table_contains (t->fixture.vms, &vm)
         && ((const muri_v1_Vm *)g_hash_table_lookup (t->fixture.vms, &vm))->state
                == MURI_VM_STATE_RUNNING);

  outcome = act (t, MURI_VERB_FLATTEN, &vm);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_REFUSED);
  g_assert_nonnull (strstr (outcome->message, "rbd"));
  outcome = act (t, MURI_VERB_DELETE_TEMPLATE, NULL);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_FAILED);
  g_assert_nonnull (strstr (outcome->message, "Linked One"));

  /* Of a disk that is no file. */
  g_assert_cmpuint (act (t, MURI_VERB_POWER_OFF, &vm)->state, ==, MURI_OUTCOME_DONE);
  muri_uuid_generate (&child);
  g_assert_cmpuint (make (t, &vm, &child), ==, MURI_OUTCOME_DONE);
  await_ready (t, &child);
  image = g_strdup_printf ("%s/muri-%s.qcow2", t->images, muri_uuid_format (&child, uuid));
  g_assert_cmpint (run ("qemu-img compare %s %s", t->disk, image), ==, 0);
  delete_template (t, &child);

  outcome = act (t, MURI_VERB_DELETE, &vm);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_DONE);
  g_assert_nonnull (strstr (outcome->message, "2 volumes"));
  g_assert_cmpuint (count_volumes (t), ==, 1);
  delete_template (t, &t->id);
  g_assert_cmpuint (count_volumes (t), ==, 0);
}

static void
test_full (Cluster *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = NULL;
  g_autofree char *disk = NULL;
  muri_v1_Uuid vm;
  g_assert_cmpuint (make (t, &t->guest, &t->id), ==, MURI_OUTCOME_DONE);
  await_ready (t, &t->id);
  operation = cloning (t, &vm, "full", "0", "0");
  g_assert_cmpuint (ask (t, operation)->state, ==, MURI_OUTCOME_DONE);
  disk = disk_of ("full", &vm);
  g_assert_true (is_same (t, disk) && !has_parent (disk));

  /* It needs its template no more. */
  delete_template (t, &t->id);
  g_assert_cmpuint (count_volumes (t), ==, 2);
  await (g_hash_table_contains (t->fixture.vms, &vm));
  g_assert_cmpuint (act (t, MURI_VERB_DELETE, &vm)->state, ==, MURI_OUTCOME_DONE);
  g_assert_cmpuint (count_volumes (t), ==, 0);
}

/* Somebody else's clone, of which this host knows nothing. */
static void
test_foreign (Cluster *t, gconstpointer data)
{
  const char *pool = g_getenv ("MURI_TEST_CEPH_POOL");
  const muri_v1_Outcome *outcome;
  char uuid[MURI_UUID_TEXT], node[MURI_UUID_TEXT];
  g_autofree char *base = NULL;
  g_assert_cmpuint (make (t, &t->guest, &t->id), ==, MURI_OUTCOME_DONE);
  await_ready (t, &t->id);
  base = g_strdup_printf ("muri-%s-%.8s", muri_uuid_format (&t->id, uuid),
                          muri_uuid_format (&t->node, node));
  g_assert_cmpint (run ("rbd -p %s snap create %s@x && rbd -p %s snap protect %s@x && "
                        "rbd clone %s/%s@x %s/foreign",
                        pool, base, pool, base, pool, base, pool),
                   ==, 0);
  outcome = act (t, MURI_VERB_DELETE_TEMPLATE, NULL);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_FAILED);
  g_assert_nonnull (strstr (outcome->message, base));
  g_assert_cmpuint (find_template (t, &t->id)->state, ==, MURI_TEMPLATE_STATE_READY);
  g_assert_cmpint (run ("rbd -p %s rm foreign", pool), ==, 0);
  delete_template (t, &t->id);
  g_assert_cmpuint (count_volumes (t), ==, 0);
}

static gboolean
is_copying (Cluster *t, const muri_v1_Operation *operation)
{
  const muri_v1_Report *report = fixture_report (&t->fixture, operation);
  return report != NULL
         && (report->complete || report->outcomes._buffer[0].step == MURI_STEP_COPYING);
}

/* In the midst of a copy, if it is not quicker: by the person who asked for it, and by a kill. */
static void
test_taken_back (Cluster *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) cancelled = NULL;
  g_autoptr (FixtureOperation) killed = NULL;
  const muri_v1_Outcome *outcome;
  muri_v1_Uuid vm;
  g_assert_cmpuint (make (t, &t->guest, &t->id), ==, MURI_OUTCOME_DONE);
  await_ready (t, &t->id);
  cancelled = cloning (t, &vm, "cancelled", "0", "0");
  fixture_publish (&t->fixture, cancelled);
  await (is_copying (t, cancelled));
  cancelled->control = MURI_CONTROL_CANCEL;
  fixture_publish (&t->fixture, cancelled);
  outcome = await_outcome (t, cancelled);
  if (outcome->state == MURI_OUTCOME_DONE)
    g_assert_cmpuint (act (t, MURI_VERB_DELETE, &vm)->state, ==, MURI_OUTCOME_DONE);
  else
    g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_CANCELLED);
  g_assert_cmpuint (count_volumes (t), ==, 1);

  killed = cloning (t, &vm, "killed", "0", "0");
  fixture_publish (&t->fixture, killed);
  await (count_volumes (t) > 1);
  muri_test_agent_kill9 (t->agent);
  g_hash_table_remove_all (t->fixture.reports);
  muri_test_agent_restart (t->agent);
  outcome = await_outcome (t, killed);
  if (outcome->state == MURI_OUTCOME_DONE)
    g_assert_cmpuint (act (t, MURI_VERB_DELETE, &vm)->state, ==, MURI_OUTCOME_DONE);
  else
    g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_INTERRUPTED);
  g_assert_cmpuint (count_volumes (t), ==, 1);
  delete_template (t, &t->id);
}

/* When it has just begun (@data), and in the midst of what is made for clones: nothing is left,
 * when Ceph has seen that nobody is at it. */
static void
test_killed (Cluster *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = making (t, &t->guest, &t->id);
  const muri_v1_Report *report;
  fixture_publish (&t->fixture, operation);
  await (count_volumes (t) > 0
         || ((report = fixture_report (&t->fixture, operation)) != NULL
             && (data != NULL || report->complete)));
  muri_test_agent_kill9 (t->agent);
  g_hash_table_remove_all (t->fixture.reports);
  muri_test_agent_restart (t->agent);
  if (await_outcome (t, operation)->state == MURI_OUTCOME_DONE)
    delete_template (t, &t->id);
  await (count_volumes (t) == 0);
  await (t->fixture.templates->len == 0);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add ("/real/ceph/linked", Cluster, NULL, set_up, test_linked, tear_down);
  g_test_add ("/real/ceph/full", Cluster, NULL, set_up, test_full, tear_down);
  g_test_add ("/real/ceph/foreign", Cluster, NULL, set_up, test_foreign, tear_down);
  g_test_add ("/real/ceph/taken-back", Cluster, NULL, set_up, test_taken_back, tear_down);
  g_test_add ("/real/ceph/killed", Cluster, NULL, set_up, test_killed, tear_down);
  g_test_add ("/real/ceph/killed-early", Cluster, "early", set_up, test_killed, tear_down);
  return muri_test_run ();
}
