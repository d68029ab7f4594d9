/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Templates of one agent, on the test driver: its VMs and volumes are names, but their disks are
 * files here, so that there is something to copy. */
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>

#include "agent-fixture.h"

typedef struct
{
  Fixture fixture;
  char *uri;
  char *disk;
  MuriTestAgent *agent;
  muri_v1_Uuid node;
  muri_v1_Uuid id;
  char *images;
} Templates;

/* ---- a node with a few VMs -------------------------------------------------------------- */

static void shell (const char *format, ...) G_GNUC_PRINTF (1, 2);

static void
shell (const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *line = g_strdup_vprintf (format, args);
  va_end (args);
  const char *const argv[] = { "sh", "-ec", line, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, 0, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  g_assert_no_error (error);
}

/* vm-5 boots a kernel of its host. */
static void
add_vm (GString *xml, guint index, const char *disks, const char *state)
{
  const char *kernel = index == 5 ? "<kernel>/boot/vmlinuz</kernel>" : "";
  muri_v1_Uuid vm = fixture_vm (index);
  char uuid[MURI_UUID_TEXT];
  g_string_append_printf (
      xml,
      "<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>"
      "<name>vm-%u</name><uuid>%s</uuid><memory>262144</memory><vcpu>3</vcpu>"
      "<os><type arch='x86_64'>hvm</type>%s</os><devices>%s"
      "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/>"
      "</interface></devices><test:runstate>%s</test:runstate></domain>\n",
      index, muri_uuid_format (&vm, uuid), kernel, disks, state);
}

/* vm-0 off with a disk, vm-1 running with it, vm-2 off without, vm-3 with two, vm-4 with one that
 * is only a volume of the test driver. */
static char *
make_node (const char *disk)
{
  g_autoptr (GString) xml = g_string_new ("<node>\n");
  g_autofree char *one = g_strdup_printf ("<disk type='file' device='disk'><driver name='qemu' "
                                          "type='qcow2'/><source file='%s'/><target dev='vda'/>"
                                          "</disk>",
                                          disk);
  g_autofree char *two = g_strconcat (
      one, "<disk type='file' device='disk'><source file='/x'/><target dev='vdb'/></disk>", NULL);
  g_autofree char *path = g_build_filename (muri_test_directory ("node"), "node.xml", NULL);
  add_vm (xml, 0, one, "5");
  add_vm (xml, 1, one, "1");
  add_vm (xml, 2, "", "5");
  add_vm (xml, 3, two, "5");
  add_vm (xml, 4,
          "<disk type='file' device='disk'><source file='/default-pool/only-a-name'/>"
          "<target dev='vda'/></disk>",
          "5");
  add_vm (xml, 5, one, "5");
  g_string_append (xml, "<pool type='dir'><name>default-pool</name><uuid>"
                        "dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566</uuid><target><path>/default-pool"
                        "</path></target><volume><name>only-a-name</name><capacity>5242880"
                        "</capacity><target><path>/default-pool/only-a-name</path></target>"
                        "</volume></pool></node>\n");
  g_assert_true (g_file_set_contents (path, xml->str, -1, NULL));
  return g_strconcat ("test://", path, NULL);
}

static gboolean
has_store (Templates *t)
{
  const muri_v1_Node *node = g_hash_table_lookup (t->fixture.nodes, &t->node);
  return node != NULL && node->store[0] != '\0';
}

static void
set_up (Templates *t, gconstpointer megabytes)
{
  guint size = megabytes != NULL ? GPOINTER_TO_UINT (megabytes) : 4;
  fixture_set_up (&t->fixture, NULL);
  t->disk = g_build_filename (muri_test_directory ("disks"), "disk.qcow2", NULL);
  shell ("head -c %uM /dev/urandom > '%s.base' && qemu-img create -q -f qcow2 -b '%s.base' -F raw "
         "'%s' %uM",
         size, t->disk, t->disk, t->disk, size * 8);
  t->uri = make_node (t->disk);
  t->agent = muri_test_agent_spawn ("maker", t->uri, NULL);
  t->node = fixture_await_node (&t->fixture, "maker");
  t->images = g_build_filename (muri_test_agent_get_state_dir (t->agent), "images", NULL);
  fixture_await (has_store (t));
  muri_uuid_generate (&t->id);
}

static void
tear_down (Templates *t, gconstpointer data)
{
  muri_test_agent_stop (t->agent);
  muri_test_agent_free (t->agent);
  fixture_tear_down (&t->fixture, NULL);
  g_free (t->uri);
  g_free (t->disk);
  g_free (t->images);
}

/* ---- asking ----------------------------------------------------------------------------- */

static muri_v1_Operation *
operation_new (Templates *t, guint verb, int vm)
{
  muri_v1_Operation *operation = fixture_operation (&t->fixture, verb, 120);
  muri_v1_Uuid target = fixture_vm (MAX (vm, 0));
  char uuid[MURI_UUID_TEXT];
  fixture_add_target (operation, &t->node, vm >= 0 ? &target : NULL);
  fixture_add_parameter (operation, MURI_PARAMETER_TEMPLATE, muri_uuid_format (&t->id, uuid));
  return operation;
}

static const muri_v1_Outcome *
run (Templates *t, const muri_v1_Operation *operation)
{
  const muri_v1_Outcome *outcome;
  fixture_publish (&t->fixture, operation);
  outcome = &fixture_await_complete (&t->fixture, operation)->outcomes._buffer[0];
  g_test_message ("%u: %s", outcome->state, outcome->message);
  return outcome;
}

static muri_v1_Operation *
making (Templates *t, guint vm)
{
  muri_v1_Operation *operation = operation_new (t, MURI_VERB_MAKE_TEMPLATE, vm);
  fixture_add_parameter (operation, MURI_PARAMETER_NAME, "base");
  return operation;
}

static const muri_v1_Template *
template_of (Templates *t)
{
  return fixture_template (&t->fixture, &t->node, &t->id);
}

static guint
state_of (Templates *t)
{
  const muri_v1_Template *template = template_of (t);
  return template != NULL ? template->state : MURI_TEMPLATE_STATE_UNKNOWN;
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

/* Nothing of it anywhere. */
static void
assert_nothing_left (Templates *t)
{
  g_autofree char *kept =
      g_build_filename (muri_test_agent_get_state_dir (t->agent), "templates", NULL);
  fixture_await (template_of (t) == NULL);
  /* Only what was published; it is written from time to time, beside itself at first. */
  fixture_await (count_files (t->images) == 0 && count_files (kept) <= 1);
}

static char *
path_of_image (Templates *t)
{
  char uuid[MURI_UUID_TEXT];
  return g_strdup_printf ("%s/muri-%s.qcow2", t->images, muri_uuid_format (&t->id, uuid));
}

static void
make (Templates *t)
{
  g_autoptr (FixtureOperation) operation = making (t, 0);
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_DONE);
  fixture_await (state_of (t) == MURI_TEMPLATE_STATE_READY);
}

/* ---- making ----------------------------------------------------------------------------- */

static void
test_make (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = making (t, 0);
  g_autofree char *path = path_of_image (t);
  fixture_add_parameter (operation, MURI_PARAMETER_OS, "debian12");
  fixture_add_parameter (operation, MURI_PARAMETER_MEMORY_MIN, "65536");
  fixture_set_document (operation, "첫 줄\nsecond");
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_DONE);
  fixture_await (state_of (t) == MURI_TEMPLATE_STATE_READY);

  const muri_v1_Template *template = template_of (t);
  g_assert_cmpstr (template->name, ==, "base");
  g_assert_cmpstr (template->os, ==, "debian12");
  g_assert_cmpstr (template->notes, ==, "첫 줄\nsecond");
  g_assert_cmpstr (template->origin, ==, "vm-0");
  g_assert_cmpstr (template->format, ==, "qcow2");
  g_assert_cmpstr (template->arch, ==, "x86_64");
  g_assert_cmpuint (template->size, ==, 32 << 20);
  g_assert_cmpuint (template->allocation, >, 4 << 20);
  g_assert_cmpuint (template->allocation, <, 8 << 20);
  g_assert_cmpuint (template->vcpus, ==, 3);
  g_assert_cmpuint (template->memory, ==, 262144);
  g_assert_cmpuint (template->memory_min, ==, 65536);
  g_assert_cmpuint (template->firmware, ==, MURI_FIRMWARE_BIOS);
  /* Nothing of its disk's chain is left, and the disk is the same. */
  shell ("! qemu-img info '%s' | grep -q backing && qemu-img compare -q '%s' '%s'", path, path,
         t->disk);
  g_autofree char *sum = NULL;
  g_autofree char *text = NULL;
  g_autofree char *contents = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guint8 *)contents, length);
  for (guint i = 0; i < 32; i++)
    {
      char digits[3] = { sum[2 * i], sum[2 * i + 1], 0 };
      g_assert_cmpuint (template->sha256[i], ==, g_ascii_strtoull (digits, NULL, 16));
    }
  g_assert_cmpuint (fixture_count_events (&t->fixture, MURI_EVENT_TEMPLATE_ADDED, NULL), ==, 1);
}

static void
test_make_of_a_name (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = making (t, 4);
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_DONE);
  fixture_await (state_of (t) == MURI_TEMPLATE_STATE_READY);
  g_assert_cmpuint (template_of (t)->size, ==, 5242880);
}

static void
assert_not_made (Templates *t, guint vm, guint state, const char *word)
{
  g_autoptr (FixtureOperation) operation = making (t, vm);
  const muri_v1_Outcome *outcome = run (t, operation);
  g_assert_cmpuint (outcome->state, ==, state);
  g_assert_nonnull (strstr (outcome->message, word));
  assert_nothing_left (t);
}

static void
test_not_made (Templates *t, gconstpointer data)
{
  assert_not_made (t, 1, MURI_OUTCOME_FAILED, "not off");
  assert_not_made (t, 2, MURI_OUTCOME_REFUSED, "no disk");
  assert_not_made (t, 3, MURI_OUTCOME_REFUSED, "2 disks");
  assert_not_made (t, 9, MURI_OUTCOME_NOT_HERE, "");
  g_unlink (t->disk);
  assert_not_made (t, 0, MURI_OUTCOME_REFUSED, "");
}

static void
test_twice (Templates *t, gconstpointer data)
{
  make (t);
  g_autoptr (FixtureOperation) again = making (t, 0);
  const muri_v1_Outcome *outcome = run (t, again);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_FAILED);
  g_assert_nonnull (strstr (outcome->message, "already"));
  g_assert_cmpuint (state_of (t), ==, MURI_TEMPLATE_STATE_READY);
}

static void
test_restart (Templates *t, gconstpointer data)
{
  make (t);
  g_ptr_array_set_size (t->fixture.templates, 0);
  muri_test_agent_restart (t->agent);
  fixture_await (state_of (t) == MURI_TEMPLATE_STATE_READY);
}

/* Whatever was taken away meanwhile is told. */
static void
test_gone_meanwhile (Templates *t, gconstpointer data)
{
  g_autofree char *image = path_of_image (t);
  g_autofree char *kept = NULL;
  char uuid[MURI_UUID_TEXT];
  make (t);
  muri_test_agent_stop (t->agent);
  g_assert_cmpint (g_unlink (image), ==, 0);
  muri_test_agent_restart (t->agent);
  fixture_await (state_of (t) == MURI_TEMPLATE_STATE_BROKEN);
  g_assert_nonnull (strstr (template_of (t)->error, "gone"));

  muri_test_agent_stop (t->agent);
  kept = g_strdup_printf ("%s/templates/%s.ini", muri_test_agent_get_state_dir (t->agent),
                          muri_uuid_format (&t->id, uuid));
  g_assert_cmpint (g_unlink (kept), ==, 0);
  muri_test_agent_restart (t->agent);
  fixture_await (template_of (t) == NULL);
}

/* ---- cut off ---------------------------------------------------------------------------- */

static gboolean
is_at (Templates *t, const muri_v1_Operation *operation, guint step)
{
  const muri_v1_Report *report = fixture_report (&t->fixture, operation);
  return report != NULL && report->outcomes._length == 1
         && report->outcomes._buffer[0].step == step;
}

static void
test_cancel (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = making (t, 0);
  const muri_v1_Outcome *outcome;
  fixture_publish (&t->fixture, operation);
  fixture_await (is_at (t, operation, MURI_STEP_COPYING));
  g_assert_cmpuint (state_of (t), ==, MURI_TEMPLATE_STATE_MAKING);
  operation->control = MURI_CONTROL_CANCEL;
  outcome = run (t, operation);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_CANCELLED);
  assert_nothing_left (t);
}

static void
test_kill (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = making (t, 0);
  const muri_v1_Outcome *outcome;
  fixture_publish (&t->fixture, operation);
  fixture_await (is_at (t, operation, MURI_STEP_COPYING));
  muri_test_agent_kill9 (t->agent);
  g_assert_cmpuint (count_files (t->images), >=, 1);
  muri_test_agent_restart (t->agent);
  outcome = &fixture_await_complete (&t->fixture, operation)->outcomes._buffer[0];
  g_test_message ("%s", outcome->message);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_INTERRUPTED);
  fixture_await (has_store (t) && count_files (t->images) == 0);
  assert_nothing_left (t);
}

/* The test driver's pool says that there is room enough. */
static void
test_no_space (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = making (t, 0);
  const muri_v1_Outcome *outcome;
  if (mount ("none", t->images, "tmpfs", 0, "size=2m") != 0)
    {
      g_test_skip ("only root may make a small file system");
      return;
    }
  outcome = run (t, operation);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_FAILED);
  g_assert_nonnull (strstr (outcome->message, "No space left"));
  assert_nothing_left (t);
  g_assert_cmpint (umount (t->images), ==, 0);
}

/* ---- changing --------------------------------------------------------------------------- */

static void
test_change (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = operation_new (t, MURI_VERB_CHANGE_TEMPLATE, -1);
  g_autoptr (FixtureOperation) missing = NULL;
  muri_v1_Template before;
  make (t);
  before = *template_of (t);
  fixture_add_parameter (operation, MURI_PARAMETER_NAME, "other name");
  fixture_add_parameter (operation, MURI_PARAMETER_MEMORY, "1048576");
  fixture_add_parameter (operation, MURI_PARAMETER_VCPUS, "7");
  fixture_set_document (operation, "note");
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_DONE);
  fixture_await (strcmp (template_of (t)->name, "other name") == 0);
  g_assert_cmpstr (template_of (t)->notes, ==, "note");
  g_assert_cmpuint (template_of (t)->memory, ==, 1048576);
  g_assert_cmpuint (template_of (t)->vcpus, ==, 7);
  g_assert_cmpmem (template_of (t)->sha256, 32, before.sha256, 32);

  muri_uuid_generate (&t->id);
  missing = operation_new (t, MURI_VERB_CHANGE_TEMPLATE, -1);
  g_assert_cmpuint (run (t, missing)->state, ==, MURI_OUTCOME_NOT_HERE);
}

static void
test_delete (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = operation_new (t, MURI_VERB_DELETE_TEMPLATE, -1);
  make (t);
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_DONE);
  assert_nothing_left (t);
  g_assert_cmpuint (fixture_count_events (&t->fixture, MURI_EVENT_TEMPLATE_REMOVED, NULL), ==, 1);
}

/* ---- generalising: here nothing is in the disks, so that the rest of it can be tried ---- */

static muri_v1_Operation *
generalising (Templates *t, const muri_v1_Uuid *into)
{
  muri_v1_Operation *operation = operation_new (t, MURI_VERB_GENERALISE_TEMPLATE, -1);
  char uuid[MURI_UUID_TEXT];
  fixture_add_parameter (operation, MURI_PARAMETER_INTO, muri_uuid_format (into, uuid));
  return operation;
}

static guint
state_of_id (Templates *t, const muri_v1_Uuid *id)
{
  const muri_v1_Template *template = fixture_template (&t->fixture, &t->node, id);
  return template != NULL ? template->state : MURI_TEMPLATE_STATE_UNKNOWN;
}

/* The old one is what it was. */
static void
test_generalise (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = NULL;
  const muri_v1_Template *new;
  muri_v1_Template before;
  muri_v1_Uuid into;
  muri_uuid_generate (&into);
  make (t);
  before = *template_of (t);
  operation = generalising (t, &into);
  fixture_add_parameter (operation, MURI_PARAMETER_NAME, "base, generalised");
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_DONE);
  fixture_await (state_of_id (t, &into) == MURI_TEMPLATE_STATE_READY);
  new = fixture_template (&t->fixture, &t->node, &into);
  g_assert_cmpstr (new->name, ==, "base, generalised");
  g_assert_cmpuint (new->generalised, ==, MURI_GENERALISED_YES);
  g_assert_true (muri_uuid_equal (&new->parent, &t->id));
  g_assert_cmpuint (new->size, ==, before.size);
  g_assert_cmpuint (new->memory, ==, before.memory);
  g_assert_cmpuint (state_of (t), ==, MURI_TEMPLATE_STATE_READY);
  g_assert_cmpuint (template_of (t)->generalised, ==, MURI_GENERALISED_UNKNOWN);
  g_assert_cmpmem (template_of (t)->sha256, 32, before.sha256, 32);
  g_assert_cmpuint (count_files (t->images), ==, 2);
}

static void
test_generalise_replacing (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = NULL;
  muri_v1_Uuid into;
  muri_uuid_generate (&into);
  make (t);
  operation = generalising (t, &into);
  fixture_add_parameter (operation, MURI_PARAMETER_REPLACE, "1");
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_DONE);
  fixture_await (state_of_id (t, &into) == MURI_TEMPLATE_STATE_READY && template_of (t) == NULL);
  g_assert_cmpstr (fixture_template (&t->fixture, &t->node, &into)->name, ==, "base");
  g_assert_cmpuint (count_files (t->images), ==, 1);
}

/* Wherever it was cut: the old one is whole, and of the new one there is all or nothing. */
static void
test_generalise_killed (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = NULL;
  muri_v1_Template before;
  muri_v1_Uuid into;
  guint state;
  muri_uuid_generate (&into);
  make (t);
  before = *template_of (t);
  operation = generalising (t, &into);
  fixture_add_parameter (operation, MURI_PARAMETER_REPLACE, "1");
  fixture_publish (&t->fixture, operation);
  fixture_await (is_at (t, operation, MURI_STEP_COPYING));
  muri_test_agent_kill9 (t->agent);
  muri_test_agent_restart (t->agent);
  state = fixture_await_complete (&t->fixture, operation)->outcomes._buffer[0].state;
  g_assert_cmpuint (state, ==, MURI_OUTCOME_INTERRUPTED);
  fixture_await (has_store (t) && count_files (t->images) == 1);
  fixture_await (fixture_template (&t->fixture, &t->node, &into) == NULL);
  g_assert_cmpuint (state_of (t), ==, MURI_TEMPLATE_STATE_READY);
  g_assert_cmpmem (template_of (t)->sha256, 32, before.sha256, 32);
}

/* Who said nothing of a new one meant to change the image under its id. */
static void
test_generalise_refused (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) nothing = NULL, itself = NULL, missing = NULL;
  muri_v1_Uuid into;
  muri_uuid_generate (&into);
  make (t);
  nothing = operation_new (t, MURI_VERB_GENERALISE_TEMPLATE, -1);
  g_assert_cmpuint (run (t, nothing)->state, ==, MURI_OUTCOME_REFUSED);
  itself = generalising (t, &t->id);
  g_assert_cmpuint (run (t, itself)->state, ==, MURI_OUTCOME_REFUSED);
  g_assert_cmpuint (state_of (t), ==, MURI_TEMPLATE_STATE_READY);
  g_assert_cmpuint (count_files (t->images), ==, 1);

  muri_uuid_generate (&t->id);
  missing = generalising (t, &into);
  g_assert_cmpuint (run (t, missing)->state, ==, MURI_OUTCOME_NOT_HERE);
  g_assert_null (fixture_template (&t->fixture, &t->node, &into));
}

static void
test_refused (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) nameless = operation_new (t, MURI_VERB_MAKE_TEMPLATE, 0);
  g_autoptr (FixtureOperation) formless = operation_new (t, MURI_VERB_RECEIVE_TEMPLATE, -1);
  g_autoptr (FixtureOperation) sourceless = operation_new (t, MURI_VERB_FETCH_TEMPLATE, -1);
  g_autoptr (FixtureOperation) local = operation_new (t, MURI_VERB_FETCH_TEMPLATE, -1);
  g_assert_cmpuint (run (t, nameless)->state, ==, MURI_OUTCOME_REFUSED);
  fixture_add_parameter (formless, MURI_PARAMETER_NAME, "x");
  fixture_add_parameter (formless, MURI_PARAMETER_SIZE, "100");
  g_assert_cmpuint (run (t, formless)->state, ==, MURI_OUTCOME_REFUSED);
  g_assert_cmpuint (run (t, sourceless)->state, ==, MURI_OUTCOME_NOT_HERE);
  fixture_add_parameter (local, MURI_PARAMETER_URL, "file:///etc/shadow");
  g_assert_cmpuint (run (t, local)->state, ==, MURI_OUTCOME_REFUSED);
  assert_nothing_left (t);
}

/* ---- receiving -------------------------------------------------------------------------- */

static guint16
port_of (Templates *t, const muri_v1_Uuid *node)
{
  return ((const muri_v1_Node *)g_hash_table_lookup (t->fixture.nodes, node))->http_port;
}

static muri_v1_Operation *
receiving (Templates *t, const char *path, const char *format, gsize *size)
{
  muri_v1_Operation *operation = operation_new (t, MURI_VERB_RECEIVE_TEMPLATE, -1);
  g_autofree char *contents = NULL;
  g_autofree char *sum = NULL;
  g_autofree char *bytes = NULL;
  g_assert_true (g_file_get_contents (path, &contents, size, NULL));
  sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guint8 *)contents, *size);
  bytes = g_strdup_printf ("%" G_GSIZE_FORMAT, *size);
  fixture_add_parameter (operation, MURI_PARAMETER_NAME, "received");
  fixture_add_parameter (operation, MURI_PARAMETER_FORMAT, format);
  fixture_add_parameter (operation, MURI_PARAMETER_SIZE, bytes);
  fixture_add_parameter (operation, MURI_PARAMETER_SHA256, sum);
  return operation;
}

/* Bytes @from to before @to of the file. */
static guint
put (Templates *t, const char *path, gsize from, gsize to)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  char uuid[MURI_UUID_TEXT];
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/v1/templates/%s/upload",
                                          port_of (t, &t->node), muri_uuid_format (&t->id, uuid));
  g_autoptr (SoupMessage) message = soup_message_new ("PUT", url);
  g_autofree char *contents = NULL;
  gsize size;
  g_autoptr (GBytes) part = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  part = g_bytes_new (contents + from, to - from);
  soup_message_set_request_body_from_bytes (message, "application/octet-stream", part);
  soup_message_headers_set_content_range (soup_message_get_request_headers (message), from, to - 1,
                                          size);
  answer = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("PUT: %u", soup_message_get_status (message));
  return soup_message_get_status (message);
}

static void
await_receiving (Templates *t, const muri_v1_Operation *operation)
{
  fixture_publish (&t->fixture, operation);
  fixture_await (is_at (t, operation, MURI_STEP_RECEIVING)
                 && state_of (t) == MURI_TEMPLATE_STATE_RECEIVING);
}

/* The agent is killed in the midst. */
static void
test_receive (Templates *t, gconstpointer data)
{
  g_autofree char *vmdk = g_strconcat (t->disk, ".vmdk", NULL);
  g_autofree char *image = path_of_image (t);
  g_autoptr (FixtureOperation) operation = NULL;
  const muri_v1_Outcome *outcome;
  gsize size;
  shell ("qemu-img convert -O vmdk '%s' '%s'", t->disk, vmdk);
  operation = receiving (t, vmdk, "vmdk", &size);
  fixture_add_parameter (operation, MURI_PARAMETER_MACHINE, "linux-bios");
  await_receiving (t, operation);
  fixture_await (put (t, vmdk, 0, size / 2) < 300);
  muri_test_agent_kill9 (t->agent);
  g_hash_table_remove_all (t->fixture.nodes);
  g_hash_table_remove_all (t->fixture.reports);
  muri_test_agent_restart (t->agent);
  fixture_await_node (&t->fixture, "maker");
  fixture_await (is_at (t, operation, MURI_STEP_RECEIVING));
  fixture_await (put (t, vmdk, size / 2, size) < 300);
  outcome = &fixture_await_complete (&t->fixture, operation)->outcomes._buffer[0];
  g_test_message ("%s", outcome->message);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_DONE);
  fixture_await (state_of (t) == MURI_TEMPLATE_STATE_READY);
  g_assert_cmpstr (template_of (t)->name, ==, "received");
  g_assert_cmpstr (template_of (t)->machine, ==, "q35");
  g_assert_cmpstr (template_of (t)->format, ==, "qcow2");
  g_assert_cmpuint (count_files (t->images), ==, 1);
  shell ("qemu-img compare -q '%s' '%s'", image, t->disk);
}

static void
test_receive_hostile (Templates *t, gconstpointer data)
{
  g_autofree char *path = g_strconcat (t->disk, ".hostile", NULL);
  g_autoptr (FixtureOperation) operation = NULL;
  const muri_v1_Outcome *outcome;
  gsize size;
  shell ("qemu-img create -q -u -f qcow2 -b /etc/shadow -F raw '%s' 1M", path);
  operation = receiving (t, path, "qcow2", &size);
  await_receiving (t, operation);
  fixture_await (put (t, path, 0, size) < 300);
  outcome = &fixture_await_complete (&t->fixture, operation)->outcomes._buffer[0];
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_REFUSED);
  g_assert_nonnull (strstr (outcome->message, "backing file"));
  assert_nothing_left (t);
}

/* It is kept, so that somebody may look, until it is deleted. */
static void
test_receive_other (Templates *t, gconstpointer data)
{
  g_autofree char *other = g_strconcat (t->disk, ".other", NULL);
  g_autoptr (FixtureOperation) operation = NULL;
  g_autoptr (FixtureOperation) deletion = operation_new (t, MURI_VERB_DELETE_TEMPLATE, -1);
  const muri_v1_Outcome *outcome;
  gsize size;
  operation = receiving (t, t->disk, "qcow2", &size);
  shell ("head -c %" G_GSIZE_FORMAT " /dev/urandom > '%s'", size, other);
  await_receiving (t, operation);
  fixture_await (put (t, other, 0, size) < 300);
  outcome = &fixture_await_complete (&t->fixture, operation)->outcomes._buffer[0];
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_REFUSED);
  fixture_await (state_of (t) == MURI_TEMPLATE_STATE_BROKEN);
  g_assert_nonnull (strstr (template_of (t)->error, "SHA-256"));
  g_assert_cmpuint (count_files (t->images), ==, 1);
  g_assert_cmpuint (run (t, deletion)->state, ==, MURI_OUTCOME_DONE);
  assert_nothing_left (t);
}

/* The storage is full before all has come. */
static void
test_receive_full (Templates *t, gconstpointer data)
{
  g_autofree char *base = g_strconcat (t->disk, ".base", NULL);
  g_autoptr (FixtureOperation) operation = NULL;
  const muri_v1_Outcome *outcome;
  gsize size;
  if (mount ("none", t->images, "tmpfs", 0, "size=32m") != 0)
    {
      g_test_skip ("only root may make a small file system");
      return;
    }
  operation = receiving (t, base, "raw", &size);
  await_receiving (t, operation);
  fixture_await (put (t, base, 0, size / 2) < 300);
  shell ("! head -c 64M /dev/zero > '%s/other'", t->images);
  outcome = &fixture_await_complete (&t->fixture, operation)->outcomes._buffer[0];
  g_test_message ("%s", outcome->message);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_FAILED);
  g_assert_nonnull (strstr (outcome->message, "of it are missing"));
  shell ("rm '%s/other'", t->images);
  assert_nothing_left (t);
  g_assert_cmpint (umount (t->images), ==, 0);
}

static void
test_receive_cancelled (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = NULL;
  gsize size;
  operation = receiving (t, t->disk, "qcow2", &size);
  await_receiving (t, operation);
  fixture_await (put (t, t->disk, 0, size / 2) < 300);
  operation->control = MURI_CONTROL_CANCEL;
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_CANCELLED);
  assert_nothing_left (t);
}

/* ---- fetching --------------------------------------------------------------------------- */

static MuriTestAgent *
start_other (Templates *t, const char *rate, muri_v1_Uuid *node)
{
  g_autofree char *uri = fixture_node_file ("");
  g_autofree char *configuration = g_build_filename (muri_test_directory ("slow"), "conf", NULL);
  MuriTestAgent *agent;
  const muri_v1_Node *known;
  g_assert_true (g_file_set_contents (configuration, rate, -1, NULL));
  agent = muri_test_agent_spawn ("other", uri, "--config", configuration, NULL);
  *node = fixture_await_node (&t->fixture, "other");
  fixture_await ((known = g_hash_table_lookup (t->fixture.nodes, node)) != NULL
                 && known->store[0] != '\0');
  return agent;
}

static muri_v1_Operation *
fetching (Templates *t, const muri_v1_Uuid *node)
{
  muri_v1_Operation *operation = fixture_operation (&t->fixture, MURI_VERB_FETCH_TEMPLATE, 120);
  char uuid[MURI_UUID_TEXT];
  fixture_add_target (operation, node, NULL);
  fixture_add_parameter (operation, MURI_PARAMETER_TEMPLATE, muri_uuid_format (&t->id, uuid));
  return operation;
}

static guint
state_at (Templates *t, const muri_v1_Uuid *node)
{
  const muri_v1_Template *template = fixture_template (&t->fixture, node, &t->id);
  return template != NULL ? template->state : MURI_TEMPLATE_STATE_UNKNOWN;
}

static void
test_fetch (Templates *t, gconstpointer data)
{
  g_autofree char *sources = g_strdup_printf ("127.0.0.1:%u", port_of (t, &t->node));
  muri_v1_Uuid node;
  MuriTestAgent *other = start_other (t, "", &node);
  g_autoptr (FixtureOperation) operation = NULL;
  g_autoptr (FixtureOperation) again = NULL;
  const muri_v1_Template *here, *there;
  make (t);
  operation = fetching (t, &node);
  fixture_add_parameter (operation, MURI_PARAMETER_SOURCES, sources);
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_DONE);
  fixture_await (state_at (t, &node) == MURI_TEMPLATE_STATE_READY);
  here = template_of (t);
  there = fixture_template (&t->fixture, &node, &t->id);
  g_assert_cmpmem (here->sha256, 32, there->sha256, 32);
  g_assert_cmpstr (here->name, ==, there->name);
  g_assert_cmpstr (here->origin, ==, there->origin);
  g_assert_cmpuint (here->size, ==, there->size);
  g_assert_cmpuint (here->vcpus, ==, there->vcpus);
  g_assert_cmpuint (here->memory, ==, there->memory);
  g_assert_cmpint (here->created, ==, there->created);
  again = fetching (t, &node);
  g_assert_cmpuint (run (t, again)->state, ==, MURI_OUTCOME_ALREADY);
  muri_test_agent_stop (other);
  muri_test_agent_free (other);
}

/* Its kernel is a file of the host that it was made on: said before anything is got. */
static void
test_fetch_bound (Templates *t, gconstpointer data)
{
  g_autofree char *sources = g_strdup_printf ("127.0.0.1:%u", port_of (t, &t->node));
  muri_v1_Uuid node;
  MuriTestAgent *other = start_other (t, "", &node);
  g_autoptr (FixtureOperation) made = making (t, 5);
  g_autoptr (FixtureOperation) operation = NULL;
  g_autofree char *images = NULL;
  const muri_v1_Outcome *outcome;
  g_assert_cmpuint (run (t, made)->state, ==, MURI_OUTCOME_DONE);
  fixture_await (state_of (t) == MURI_TEMPLATE_STATE_READY);
  g_assert_true (template_of (t)->host_bound);
  operation = fetching (t, &node);
  fixture_add_parameter (operation, MURI_PARAMETER_SOURCES, sources);
  outcome = run (t, operation);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_REFUSED);
  g_assert_nonnull (strstr (outcome->message, "kernel"));
  fixture_await (fixture_template (&t->fixture, &node, &t->id) == NULL);
  images = g_build_filename (muri_test_agent_get_state_dir (other), "images", NULL);
  g_assert_cmpuint (count_files (images), ==, 0);
  muri_test_agent_stop (other);
  muri_test_agent_free (other);
}

static gboolean
is_fetching (Templates *t, const muri_v1_Operation *operation)
{
  const muri_v1_Report *report = fixture_report (&t->fixture, operation);
  const muri_v1_Outcome *outcome = report != NULL ? report->outcomes._buffer : NULL;
  return outcome != NULL && outcome->step == MURI_STEP_FETCHING && outcome->percent > 0
         && outcome->percent <= 100;
}

/* Killed in the midst, it goes on by itself; in the end all of it is there. */
static void
test_fetch_killed (Templates *t, gconstpointer data)
{
  g_autofree char *sources = g_strdup_printf ("127.0.0.1:%u", port_of (t, &t->node));
  muri_v1_Uuid node;
  MuriTestAgent *other = start_other (t, "[templates]\nrate=8000000\n", &node);
  g_autofree char *images =
      g_build_filename (muri_test_agent_get_state_dir (other), "images", NULL);
  g_autoptr (FixtureOperation) operation = NULL;
  make (t);
  operation = fetching (t, &node);
  fixture_add_parameter (operation, MURI_PARAMETER_SOURCES, sources);
  fixture_publish (&t->fixture, operation);
  fixture_await (is_fetching (t, operation));
  muri_test_agent_kill9 (other);
  g_assert_cmpuint (count_files (images), >=, 1);
  g_hash_table_remove_all (t->fixture.reports);
  muri_test_agent_restart (other);
  muri_test_await (fixture_report (&t->fixture, operation) != NULL
                       && fixture_report (&t->fixture, operation)->complete,
                   120);
  g_assert_cmpuint (fixture_report (&t->fixture, operation)->outcomes._buffer[0].state, ==,
                    MURI_OUTCOME_DONE);
  fixture_await (state_at (t, &node) == MURI_TEMPLATE_STATE_READY);
  g_assert_cmpuint (count_files (images), ==, 1);
  g_assert_cmpmem (template_of (t)->sha256, 32,
                   fixture_template (&t->fixture, &node, &t->id)->sha256, 32);
  muri_test_agent_stop (other);
  muri_test_agent_free (other);
}

static void
test_fetch_address (Templates *t, gconstpointer data)
{
  char uuid[MURI_UUID_TEXT];
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/v1/templates/%s/image",
                                          port_of (t, &t->node), muri_uuid_format (&t->id, uuid));
  g_autofree char *image = path_of_image (t);
  g_autofree char *name = g_path_get_basename (image);
  g_autofree char *there = NULL;
  muri_v1_Uuid node;
  MuriTestAgent *other = start_other (t, "", &node);
  g_autoptr (FixtureOperation) operation = NULL;
  make (t);
  operation = fetching (t, &node);
  fixture_add_parameter (operation, MURI_PARAMETER_URL, url);
  fixture_add_parameter (operation, MURI_PARAMETER_NAME, "from afar");
  fixture_add_parameter (operation, MURI_PARAMETER_FORMAT, "qcow2");
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_DONE);
  fixture_await (state_at (t, &node) == MURI_TEMPLATE_STATE_READY);
  there = g_build_filename (muri_test_agent_get_state_dir (other), "images", name, NULL);
  shell ("qemu-img compare -q '%s' '%s'", there, image);
  muri_test_agent_stop (other);
  muri_test_agent_free (other);
}

static void
test_fetch_from_nobody (Templates *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = operation_new (t, MURI_VERB_FETCH_TEMPLATE, -1);
  g_autofree char *sources = g_strdup_printf ("127.0.0.1:%u", port_of (t, &t->node));
  fixture_add_parameter (operation, MURI_PARAMETER_SOURCES, sources);
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_FAILED);
  assert_nothing_left (t);
}

#define ADD(name, data, func) g_test_add (name, Templates, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  ADD ("/agent-templates/make", NULL, test_make);
  ADD ("/agent-templates/make-of-a-name", NULL, test_make_of_a_name);
  ADD ("/agent-templates/not-made", NULL, test_not_made);
  ADD ("/agent-templates/twice", NULL, test_twice);
  ADD ("/agent-templates/restart", NULL, test_restart);
  ADD ("/agent-templates/gone-meanwhile", NULL, test_gone_meanwhile);
  ADD ("/agent-templates/cancel", GUINT_TO_POINTER (512), test_cancel);
  ADD ("/agent-templates/kill", GUINT_TO_POINTER (512), test_kill);
  ADD ("/agent-templates/no-space", NULL, test_no_space);
  ADD ("/agent-templates/change", NULL, test_change);
  ADD ("/agent-templates/delete", NULL, test_delete);
  ADD ("/agent-templates/generalise", NULL, test_generalise);
  ADD ("/agent-templates/generalise-replacing", NULL, test_generalise_replacing);
  ADD ("/agent-templates/generalise-refused", NULL, test_generalise_refused);
  ADD ("/agent-templates/generalise-killed", GUINT_TO_POINTER (512), test_generalise_killed);
  ADD ("/agent-templates/refused", NULL, test_refused);
  ADD ("/agent-templates/receive", NULL, test_receive);
  ADD ("/agent-templates/receive-hostile", NULL, test_receive_hostile);
  ADD ("/agent-templates/receive-other", NULL, test_receive_other);
  ADD ("/agent-templates/receive-full", NULL, test_receive_full);
  ADD ("/agent-templates/receive-cancelled", NULL, test_receive_cancelled);
  ADD ("/agent-templates/fetch", NULL, test_fetch);
  ADD ("/agent-templates/fetch-bound", NULL, test_fetch_bound);
  ADD ("/agent-templates/fetch-killed", GUINT_TO_POINTER (48), test_fetch_killed);
  ADD ("/agent-templates/fetch-address", NULL, test_fetch_address);
  ADD ("/agent-templates/fetch-from-nobody", NULL, test_fetch_from_nobody);
  return muri_test_run ();
}
