/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "agent-fixture.h"

/* Clones on a host that does not hold their template: it gets that first, from whoever does. Two
 * holders with an image of their own making, slow enough to be caught in the midst of it. */

#define RATE (3 * 1024 * 1024)
#define SIZE "16M"

typedef struct
{
  Fixture fixture;
  char *disk;
  MuriTestAgent *holders[2];
  MuriTestAgent *agent;
  muri_v1_Uuid nodes[2], node;
  muri_v1_Uuid id;
  char *sources;
  char *images; /* of the one without it */
} Fetching;

static void
run (const char *first, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  va_list args;

  va_start (args, first);
  for (const char *word = first; word != NULL; word = va_arg (args, const char *))
    g_ptr_array_add (words, (gpointer)word);
  va_end (args);
  g_ptr_array_add (words, NULL);
  process = g_subprocess_newv ((const char *const *)words->pdata, 0, NULL);
  g_assert_true (process != NULL && g_subprocess_wait_check (process, NULL, NULL));
}

/* With one VM, that is off and has @disk. */
static char *
make_node (const char *name, const char *disk)
{
  g_autofree char *path = g_build_filename (muri_test_directory (name), "node.xml", NULL);
  muri_v1_Uuid vm = fixture_vm (0);
  char id[MURI_UUID_TEXT];
  g_autofree char *xml = g_strdup_printf (
      "<node><domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>"
      "<name>origin</name><uuid>%s</uuid><memory>65536</memory><vcpu>1</vcpu>"
      "<os><type arch='x86_64'>hvm</type></os><devices><disk type='file' device='disk'>"
      "<driver name='qemu' type='qcow2'/><source file='%s'/><target dev='vda'/></disk></devices>"
      "<test:runstate>5</test:runstate></domain></node>",
      muri_uuid_format (&vm, id), disk);

  g_assert_true (g_file_set_contents (path, disk != NULL ? xml : "<node/>", -1, NULL));
  return g_strconcat ("test://", path, NULL);
}

static const muri_v1_Node *
node_of (Fetching *t, const muri_v1_Uuid *id)
{
  return g_hash_table_lookup (t->fixture.nodes, id);
}

static MuriTestAgent *
spawn (Fetching *t, const char *name, const char *disk, muri_v1_Uuid *node)
{
  g_autofree char *uri = make_node (name, disk);
  g_autofree char *configuration =
      g_build_filename (muri_test_directory (name), "agent.conf", NULL);
  g_autofree char *text = g_strdup_printf ("[templates]\nrate=%u\n", RATE);
  MuriTestAgent *agent;

  g_assert_true (g_file_set_contents (configuration, text, -1, NULL));
  agent = muri_test_agent_spawn (name, uri, "--config", configuration, NULL);
  *node = fixture_await_node (&t->fixture, name);
  fixture_await (node_of (t, node)->store[0] != '\0' && node_of (t, node)->http_port != 0);
  return agent;
}

static muri_v1_Operation *
operation_new (Fetching *t, guint verb, const muri_v1_Uuid *node, const muri_v1_Uuid *vm)
{
  muri_v1_Operation *operation = fixture_operation (&t->fixture, verb, 150);
  char id[MURI_UUID_TEXT];

  if (node != NULL)
    fixture_add_target (operation, node, vm);
  fixture_add_parameter (operation, MURI_PARAMETER_TEMPLATE, muri_uuid_format (&t->id, id));
  return operation;
}

static const muri_v1_Report *
complete (Fetching *t, const muri_v1_Operation *operation)
{
  const muri_v1_Report *report = fixture_report (&t->fixture, operation);

  return report != NULL && report->complete ? report : NULL;
}

static void
expect_done (Fetching *t, const muri_v1_Operation *operation)
{
  const muri_v1_Report *report = NULL;

  muri_test_await ((report = complete (t, operation)) != NULL, 120);
  for (guint i = 0; i < report->outcomes._length; i++)
    if (report->outcomes._buffer[i].state != MURI_OUTCOME_DONE)
      g_error ("%s: %s", muri_outcome_to_nick (report->outcomes._buffer[i].state),
               report->outcomes._buffer[i].message);
}

static gboolean
is_ready (Fetching *t, const muri_v1_Uuid *node)
{
  const muri_v1_Template *template = fixture_template (&t->fixture, node, &t->id);

  return template != NULL && template->state == MURI_TEMPLATE_STATE_READY;
}

static void
set_up (Fetching *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) making = NULL;
  g_autoptr (FixtureOperation) fetching = NULL;
  g_autofree char *source = NULL;
  muri_v1_Uuid vm = fixture_vm (0);

  fixture_set_up (&t->fixture, NULL);
  muri_uuid_generate (&t->id);
  t->disk = g_build_filename (muri_test_directory ("disks"), "disk.qcow2", NULL);
  run ("sh", "-ec",
       "head -c " SIZE " /dev/urandom > \"$0.raw\" && qemu-img convert -O qcow2 \"$0.raw\" \"$0\"",
       t->disk, NULL);
  t->holders[0] = spawn (t, "maker", t->disk, &t->nodes[0]);
  t->holders[1] = spawn (t, "second", NULL, &t->nodes[1]);
  t->agent = spawn (t, "without", NULL, &t->node);
  t->images = g_build_filename (muri_test_agent_get_state_dir (t->agent), "images", NULL);
  making = operation_new (t, MURI_VERB_MAKE_TEMPLATE, &t->nodes[0], &vm);
  fixture_add_parameter (making, MURI_PARAMETER_NAME, "base");
  fixture_publish (&t->fixture, making);
  expect_done (t, making);
  source = g_strdup_printf ("127.0.0.1:%u", node_of (t, &t->nodes[0])->http_port);
  fetching = operation_new (t, MURI_VERB_FETCH_TEMPLATE, &t->nodes[1], NULL);
  fixture_add_parameter (fetching, MURI_PARAMETER_SOURCES, source);
  fixture_publish (&t->fixture, fetching);
  expect_done (t, fetching);
  fixture_await (is_ready (t, &t->nodes[0]) && is_ready (t, &t->nodes[1]));
  t->sources = g_strdup_printf ("%s 127.0.0.1:%u", source, node_of (t, &t->nodes[1])->http_port);
}

static void
tear_down (Fetching *t, gconstpointer data)
{
  muri_test_agent_free (t->agent);
  muri_test_agent_free (t->holders[0]);
  muri_test_agent_free (t->holders[1]);
  fixture_tear_down (&t->fixture, NULL);
  g_free (t->disk);
  g_free (t->sources);
  g_free (t->images);
}

static muri_v1_Operation *
clones (Fetching *t, guint n)
{
  muri_v1_Operation *operation = operation_new (t, MURI_VERB_CLONE, NULL, NULL);

  fixture_add_parameter (operation, MURI_PARAMETER_SOURCES, t->sources);
  fixture_add_parameter (operation, "linked", "1");
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *name = g_strdup_printf ("clone-%u", i);
      muri_v1_Uuid vm;

      muri_uuid_generate (&vm);
      fixture_add_target (operation, &t->node, &vm);
      fixture_add_argument (operation, &t->node, &vm, name);
    }
  return operation;
}

/* The host that it says it gets it from, a fifth of it or more; NULL: not yet. */
static const char *
fetching_from (Fetching *t, const muri_v1_Operation *operation)
{
  const muri_v1_Report *report = fixture_report (&t->fixture, operation);
  const muri_v1_Outcome *outcome =
      report != NULL && report->outcomes._length > 0 ? &report->outcomes._buffer[0] : NULL;

  if (outcome != NULL && report->complete)
    g_error ("it is over: %s", outcome->message);
  return outcome != NULL && outcome->step == MURI_STEP_FETCHING && outcome->percent >= 20
                 && outcome->percent <= 100 && outcome->message[0] != '\0'
             ? outcome->message
             : NULL;
}

static guint
count_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* ---- tests ------------------------------------------------------------------------------ */

/* The one that it comes from is killed in the midst: the other one goes on. */
static void
test_holder_dies (Fetching *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = clones (t, 3);
  const muri_v1_Uuid *vm = &operation->targets._buffer[0].vms._buffer[0];
  g_autofree char *from = NULL;
  g_autofree char *port = NULL;
  gboolean second;

  fixture_publish (&t->fixture, operation);
  muri_test_await (fetching_from (t, operation) != NULL, 60);
  from = g_strdup (fetching_from (t, operation));
  g_test_message ("from %s", from);
  port = g_strdup_printf (":%u", node_of (t, &t->nodes[1])->http_port);
  second = strstr (from, port) != NULL;
  muri_test_agent_kill9 (t->holders[second]);
  expect_done (t, operation);
  fixture_await (g_hash_table_lookup (t->fixture.vms, vm) != NULL);
  g_assert_true (muri_uuid_equal (
      &((const muri_v1_Vm *)g_hash_table_lookup (t->fixture.vms, vm))->template_id, &t->id));
  fixture_await (is_ready (t, &t->node));
  g_assert_cmpmem (fixture_template (&t->fixture, &t->node, &t->id)->sha256, 32,
                   fixture_template (&t->fixture, &t->nodes[!second], &t->id)->sha256, 32);
  g_assert_cmpuint (count_files (t->images), ==, 1);
}

static void
test_cancel (Fetching *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = clones (t, 3);
  g_autofree char *kept =
      g_build_filename (muri_test_agent_get_state_dir (t->agent), "templates", NULL);
  const muri_v1_Report *report = NULL;

  fixture_publish (&t->fixture, operation);
  muri_test_await (fetching_from (t, operation) != NULL, 60);
  g_assert_cmpuint (count_files (t->images), >, 0);
  operation->control = MURI_CONTROL_CANCEL;
  fixture_publish (&t->fixture, operation);
  muri_test_await ((report = complete (t, operation)) != NULL, 60);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (report->outcomes._buffer[i].state, ==, MURI_OUTCOME_CANCELLED);
  fixture_await (fixture_template (&t->fixture, &t->node, &t->id) == NULL);
  fixture_await (count_files (t->images) == 0 && count_files (kept) <= 1);
}

/* Its own agent dies: the next life goes on with what has come, and clones. */
static void
test_killed (Fetching *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = clones (t, 2);

  fixture_publish (&t->fixture, operation);
  muri_test_await (fetching_from (t, operation) != NULL, 60);
  muri_test_agent_kill9 (t->agent);
  g_hash_table_remove_all (t->fixture.reports);
  muri_test_agent_restart (t->agent);
  expect_done (t, operation);
  fixture_await (is_ready (t, &t->node));
  g_assert_cmpuint (count_files (t->images), ==, 1);
}

/* Of those who have it nobody is there. */
static void
test_nobody (Fetching *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = clones (t, 1);
  const muri_v1_Report *report = NULL;

  muri_test_agent_kill9 (t->holders[0]);
  muri_test_agent_kill9 (t->holders[1]);
  fixture_publish (&t->fixture, operation);
  muri_test_await ((report = complete (t, operation)) != NULL, 100);
  g_test_message ("“%s”", report->outcomes._buffer[0].message);
  g_assert_cmpuint (report->outcomes._buffer[0].state, ==, MURI_OUTCOME_FAILED);
  g_assert_nonnull (strstr (report->outcomes._buffer[0].message, "127.0.0.1"));
  fixture_await (count_files (t->images) == 0);
}

/* Somebody else takes what is left while it comes. */
static void
fill (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "other", NULL);
  g_autofree char *data = g_malloc0 (1024 * 1024);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  while (write (fd, data, 1024 * 1024) > 0)
    continue;
  close (fd);
}

static void
test_full (Fetching *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = clones (t, 2);
  const muri_v1_Report *report = NULL;

  if (mount ("none", t->images, "tmpfs", 0, "size=64m") != 0)
    {
      g_test_skip ("only root may make a small file system");
      return;
    }
  fixture_publish (&t->fixture, operation);
  muri_test_await (fetching_from (t, operation) != NULL, 60);
  fill (t->images);
  muri_test_await ((report = complete (t, operation)) != NULL, 100);
  g_test_message ("“%s”", report->outcomes._buffer[0].message);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (report->outcomes._buffer[i].state, ==, MURI_OUTCOME_FAILED);
      g_assert_nonnull (strstr (report->outcomes._buffer[i].message, "of it are missing"));
    }
  fixture_await (fixture_template (&t->fixture, &t->node, &t->id) == NULL);
  fixture_await (count_files (t->images) == 1); /* the other one's */
  g_assert_cmpint (umount2 (t->images, MNT_DETACH), ==, 0);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/clone-fetch/" name, Fetching, NULL, set_up, func, tear_down)
  ADD ("holder-dies", test_holder_dies);
  ADD ("cancel", test_cancel);
  ADD ("killed", test_killed);
  ADD ("nobody", test_nobody);
  ADD ("full", test_full);
  return muri_test_run ();
}
