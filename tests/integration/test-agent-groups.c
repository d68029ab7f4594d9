/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-fixture.h"

#include <string.h>

/* Groups and padlocks of VMs in a libvirtd of this test's own, through a real agent; what it
 * writes is read back with virsh. */

#define URI "https://muri.github.io/xmlns/vm/1"

typedef struct
{
  Fixture fixture;
  MuriTestLibvirtd *libvirtd;
  MuriTestAgent *agent;
  muri_v1_Uuid node;
  muri_v1_Uuid vm;
  virDomainPtr domain;
  const char *name;
} Groups;

static virDomainPtr
find (Groups *t)
{
  return virDomainLookupByName (muri_test_libvirtd_get_connection (t->libvirtd), t->name);
}

static const muri_v1_Vm *
published (Groups *t)
{
  return g_hash_table_lookup (t->fixture.vms, &t->vm);
}

static void
set_up (Groups *t, gconstpointer data)
{
  fixture_set_up (&t->fixture, NULL);
  t->libvirtd = muri_test_libvirtd_spawn ();
  muri_test_libvirtd_define (t->libvirtd, "web", 1, TRUE);
  t->name = "web-001";
  t->domain = find (t);
  virDomainGetUUID (t->domain, t->vm.b);
  t->agent = muri_test_agent_spawn ("alpha", muri_test_libvirtd_get_uri (t->libvirtd), NULL);
  t->node = fixture_await_node (&t->fixture, "alpha");
  fixture_await (published (t) != NULL);
}

static void
tear_down (Groups *t, gconstpointer data)
{
  virDomainFree (t->domain);
  muri_test_agent_free (t->agent);
  muri_test_libvirtd_free (t->libvirtd);
  fixture_tear_down (&t->fixture, NULL);
}

/* ---- asking, and reading back ------------------------------------------------------------- */

/* Further arguments are names and values of parameters, ended by NULL. */
static muri_v1_Operation *
operation_new (Groups *t, guint verb, gboolean of_node, const char *name, va_list args)
{
  muri_v1_Operation *operation = fixture_operation (&t->fixture, verb, 20);

  for (; name != NULL; name = va_arg (args, const char *))
    fixture_add_parameter (operation, name, va_arg (args, const char *));
  fixture_add_target (operation, &t->node, of_node ? NULL : &t->vm);
  return operation;
}

static const muri_v1_Outcome *
ask_for (Groups *t, muri_v1_Operation *operation)
{
  fixture_publish (&t->fixture, operation);
  return &fixture_await_complete (&t->fixture, operation)->outcomes._buffer[0];
}

G_GNUC_NULL_TERMINATED
static const muri_v1_Outcome *
ask (Groups *t, guint verb, const char *name, ...)
{
  g_autoptr (FixtureOperation) operation = NULL;
  va_list args;

  va_start (args, name);
  operation = operation_new (t, verb, FALSE, name, args);
  va_end (args);
  return ask_for (t, operation);
}

G_GNUC_NULL_TERMINATED
static const muri_v1_Outcome *
ask_node (Groups *t, guint verb, const char *name, ...)
{
  g_autoptr (FixtureOperation) operation = NULL;
  va_list args;

  va_start (args, name);
  operation = operation_new (t, verb, TRUE, name, args);
  va_end (args);
  return ask_for (t, operation);
}

static void
expect (const muri_v1_Outcome *outcome, guint state, const char *part)
{
  if (outcome->state != state || strstr (outcome->message, part) == NULL)
    g_error ("outcome %s (%s) instead of %s (%s)", muri_outcome_to_nick (outcome->state),
             outcome->message, muri_outcome_to_nick (state), part);
}

static void
join (Groups *t, const char *group)
{
  expect (ask (t, MURI_VERB_JOIN_GROUP, "group", group, NULL), MURI_OUTCOME_DONE, "");
}

static char *
virsh (Groups *t, gboolean *good, const char *argument, ...)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  va_list args;

  g_ptr_array_add (arguments, (char *)"virsh");
  g_ptr_array_add (arguments, (char *)"-c");
  g_ptr_array_add (arguments, (char *)muri_test_libvirtd_get_uri (t->libvirtd));
  va_start (args, argument);
  for (; argument != NULL; argument = va_arg (args, const char *))
    g_ptr_array_add (arguments, (char *)argument);
  va_end (args);
  g_ptr_array_add (arguments, NULL);

  process =
      g_subprocess_newv ((const char *const *)arguments->pdata,
                         G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, muri_test_keep_result, &result);
  fixture_await (result != NULL);
  g_subprocess_communicate_utf8_finish (process, result, &output, NULL, &error);
  g_assert_no_error (error);
  *good = g_subprocess_get_successful (process);
  return output;
}

/* What virsh shows of Muri's metadata; NULL nothing. */
static char *
shown (Groups *t, const char *where)
{
  gboolean good;
  char *text = virsh (t, &good, "metadata", t->name, URI, where, NULL);

  if (good)
    return g_strstrip (text);
  g_assert_nonnull (strstr (text, "metadata"));
  g_free (text);
  return NULL;
}

static void
assert_shown (Groups *t, const char *where, const char *wanted)
{
  g_autofree char *text = shown (t, where);

  g_assert_cmpstr (text, ==, wanted);
}

static void
write_by_hand (Groups *t, const char *xml)
{
  g_assert_cmpint (virDomainSetMetadata (t->domain, VIR_DOMAIN_METADATA_ELEMENT, xml,
                                         xml != NULL ? "muri" : NULL, URI,
                                         VIR_DOMAIN_AFFECT_CONFIG | VIR_DOMAIN_AFFECT_LIVE),
                   ==, 0);
}

/* Groups as the console sees them, joined by ", ". */
static char *
groups (const dds_sequence_muri_v1_Membership *memberships)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < memberships->_length; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", memberships->_buffer[i].group);
  return g_string_free (text, FALSE);
}

static gboolean
is_in (Groups *t, const char *wanted)
{
  g_autofree char *text = groups (&published (t)->groups);

  return strcmp (text, wanted) == 0;
}

static gboolean
node_is_in (Groups *t, const char *wanted)
{
  const muri_v1_Node *node = g_hash_table_lookup (t->fixture.nodes, &t->node);
  g_autofree char *text = groups (&node->groups);

  return strcmp (text, wanted) == 0;
}

static gboolean
node_maintains (Groups *t)
{
  return ((const muri_v1_Node *)g_hash_table_lookup (t->fixture.nodes, &t->node))->maintenance;
}

static guint
count (Groups *t, guint kind)
{
  return fixture_count_events (&t->fixture, kind, &t->vm);
}

/* ---- joining and leaving ------------------------------------------------------------------ */

static void
test_join (Groups *t, gconstpointer data)
{
  /* libvirt itself writes what is not ASCII so. */
  static const char first[] =
      "<vm>\n  <group path=\"&#xC11C;&#xC6B8;/web\" order=\"2\" delay=\"30\"/>\n</vm>";
  const muri_v1_Membership *membership;

  expect (ask (t, MURI_VERB_JOIN_GROUP, "group", "서울/web", "order", "2", "delay", "30", NULL),
          MURI_OUTCOME_DONE, "");
  assert_shown (t, "--config", first);
  assert_shown (t, "--live", first);
  fixture_await (is_in (t, "서울/web"));
  membership = &published (t)->groups._buffer[0];
  g_assert_cmpint (membership->start_order, ==, 2);
  g_assert_cmpuint (membership->start_delay, ==, 30);

  expect (ask (t, MURI_VERB_JOIN_GROUP, "group", "서울/web", "order", "2", "delay", "30", NULL),
          MURI_OUTCOME_ALREADY, "it is in “서울/web” already");
  join (t, "db");
  fixture_await (is_in (t, "서울/web, db"));

  /* Order and delay may change. */
  join (t, "서울/web");
  fixture_await (is_in (t, "서울/web, db") && published (t)->groups._buffer[0].start_order == 0);

  expect (ask (t, MURI_VERB_LEAVE_GROUP, "group", "서울/web", NULL), MURI_OUTCOME_DONE, "");
  fixture_await (is_in (t, "db"));
  expect (ask (t, MURI_VERB_LEAVE_GROUP, "group", "서울/web", NULL), MURI_OUTCOME_ALREADY,
          "it is not in “서울/web”");
  expect (ask (t, MURI_VERB_LEAVE_GROUP, "group", "db", NULL), MURI_OUTCOME_DONE, "");
  fixture_await (is_in (t, ""));
  assert_shown (t, "--config", NULL);
  assert_shown (t, "--live", NULL);
  g_assert_cmpuint (count (t, MURI_EVENT_VM_METADATA_RESTORED), ==, 0);
}

/* A group is renamed with all that is below it. */
static void
test_move (Groups *t, gconstpointer data)
{
  join (t, "a/x");
  join (t, "a/x/y");
  join (t, "b");
  join (t, "a/xy");
  expect (ask (t, MURI_VERB_MOVE_GROUP, "from", "a/x", "to", "c/z", NULL), MURI_OUTCOME_DONE, "");
  fixture_await (is_in (t, "c/z, c/z/y, b, a/xy"));
  expect (ask (t, MURI_VERB_MOVE_GROUP, "from", "a/x", "to", "c/z", NULL), MURI_OUTCOME_ALREADY,
          "it is not in “a/x”");
  expect (ask (t, MURI_VERB_MOVE_GROUP, "from", "c/z", "to", "c/z/own", "only", "1", NULL),
          MURI_OUTCOME_DONE, "");
  fixture_await (is_in (t, "c/z/own, c/z/y, b, a/xy"));
}

static void
test_refused (Groups *t, gconstpointer data)
{
  g_autofree char *name = g_strnfill (256, 'n');

  expect (ask (t, MURI_VERB_JOIN_GROUP, "group", "", NULL), MURI_OUTCOME_REFUSED, "not empty");
  expect (ask (t, MURI_VERB_JOIN_GROUP, "group", "a//b", NULL), MURI_OUTCOME_REFUSED, "not empty");
  expect (ask (t, MURI_VERB_JOIN_GROUP, "group", name, NULL), MURI_OUTCOME_REFUSED, "255");
  expect (ask (t, MURI_VERB_JOIN_GROUP, NULL, NULL), MURI_OUTCOME_REFUSED, "is missing");
  expect (ask (t, MURI_VERB_MOVE_GROUP, "from", "a", "to", "a/b", NULL), MURI_OUTCOME_REFUSED,
          "cannot go into itself");
  expect (ask (t, MURI_VERB_SHUTDOWN, "then", "power-off", "grace", "100", NULL),
          MURI_OUTCOME_REFUSED, "deadline");
  expect (ask (t, MURI_VERB_MAINTENANCE_ON, NULL, NULL), MURI_OUTCOME_UNSUPPORTED,
          "a VM cannot be");
  expect (ask_node (t, MURI_VERB_GUARD, NULL, NULL), MURI_OUTCOME_UNSUPPORTED,
          "a node itself cannot be");
  assert_shown (t, "--config", NULL);
}

static void
test_guard (Groups *t, gconstpointer data)
{
  static const guint verbs[] = {
    MURI_VERB_POWER_OFF, MURI_VERB_SHUTDOWN, MURI_VERB_RESET,
    MURI_VERB_REBOOT,    MURI_VERB_PAUSE,    MURI_VERB_SAVE,
  };

  join (t, "db");
  expect (ask (t, MURI_VERB_GUARD, NULL, NULL), MURI_OUTCOME_DONE, "");
  expect (ask (t, MURI_VERB_GUARD, NULL, NULL), MURI_OUTCOME_ALREADY, "it is protected already");
  assert_shown (t, "--config", "<vm>\n  <group path=\"db\"/>\n  <guarded/>\n</vm>");
  fixture_await (published (t)->guarded);
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    expect (ask (t, verbs[i], NULL, NULL), MURI_OUTCOME_PROTECTED, "it is protected");
  g_assert_cmpint (virDomainIsActive (t->domain), ==, 1);
  expect (ask (t, MURI_VERB_POWER_ON, NULL, NULL), MURI_OUTCOME_ALREADY, "");

  /* Whoever writes the metadata can, too: what counts is what stands there when it is to be
   * acted on. */
  write_by_hand (t, "<vm><group path=\"db\"/></vm>");
  expect (ask (t, MURI_VERB_POWER_OFF, NULL, NULL), MURI_OUTCOME_DONE, "");
  fixture_await (!published (t)->guarded);
  expect (ask (t, MURI_VERB_UNGUARD, NULL, NULL), MURI_OUTCOME_ALREADY, "it is not protected");
}

/* ---- what is lost, and what is taken away -------------------------------------------------- */

static void
define_without (Groups *t)
{
  g_autofree char *xml = virDomainGetXMLDesc (t->domain, VIR_DOMAIN_XML_INACTIVE);
  char *from = strstr (xml, "<metadata>");
  char *to = strstr (xml, "</metadata>");
  virDomainPtr domain;

  g_assert_nonnull (from);
  memmove (from, to + strlen ("</metadata>"), strlen (to) - strlen ("</metadata>") + 1);
  domain = virDomainDefineXML (muri_test_libvirtd_get_connection (t->libvirtd), xml);
  g_assert_nonnull (domain);
  virDomainFree (domain);
}

static void
test_redefinition (Groups *t, gconstpointer data)
{
  g_autofree char *before = NULL;

  join (t, "a/b");
  expect (ask (t, MURI_VERB_GUARD, NULL, NULL), MURI_OUTCOME_DONE, "");
  before = shown (t, "--config");
  define_without (t);
  fixture_await (count (t, MURI_EVENT_VM_METADATA_RESTORED) == 1);
  assert_shown (t, "--config", before);
  g_assert_true (is_in (t, "a/b"));
  g_assert_true (published (t)->guarded);
}

/* A definition that says where the VM belongs is followed. */
static void
test_redefinition_with (Groups *t, gconstpointer data)
{
  g_autofree char *xml = NULL;
  g_autofree char *changed = NULL;
  g_auto (GStrv) parts = NULL;
  virDomainPtr domain;

  join (t, "old");
  xml = virDomainGetXMLDesc (t->domain, VIR_DOMAIN_XML_INACTIVE);
  parts = g_strsplit (xml, "path=\"old\"", -1);
  changed = g_strjoinv ("path=\"new\"", parts);
  domain = virDomainDefineXML (muri_test_libvirtd_get_connection (t->libvirtd), changed);
  g_assert_nonnull (domain);
  virDomainFree (domain);

  fixture_await (is_in (t, "new"));
  /* The running guest follows its definition. */
  fixture_await (count (t, MURI_EVENT_VM_METADATA_RESTORED) == 1);
  assert_shown (t, "--live", "<vm>\n  <group path=\"new\"/>\n</vm>");
}

static void
test_snapshot (Groups *t, gconstpointer data)
{
  virDomainSnapshotPtr snapshot;

  join (t, "before");
  snapshot = virDomainSnapshotCreateXML (t->domain, "<domainsnapshot/>", 0);
  g_assert_nonnull (snapshot);
  expect (ask (t, MURI_VERB_MOVE_GROUP, "from", "before", "to", "after", NULL), MURI_OUTCOME_DONE,
          "");
  fixture_await (is_in (t, "after"));
  g_assert_cmpint (virDomainRevertToSnapshot (snapshot, VIR_DOMAIN_SNAPSHOT_REVERT_FORCE), ==, 0);
  virDomainSnapshotFree (snapshot);

  fixture_await (count (t, MURI_EVENT_VM_METADATA_RESTORED) >= 1);
  assert_shown (t, "--config", "<vm>\n  <group path=\"after\"/>\n</vm>");
  assert_shown (t, "--live", "<vm>\n  <group path=\"after\"/>\n</vm>");
  g_assert_true (is_in (t, "after"));
}

/* Whoever takes it away means it. */
static void
test_purpose (Groups *t, gconstpointer data)
{
  join (t, "a");
  write_by_hand (t, NULL);
  fixture_await (is_in (t, ""));
  join (t, "b");
  fixture_await (is_in (t, "b"));
  define_without (t);
  fixture_await (count (t, MURI_EVENT_VM_METADATA_RESTORED) == 1);
  assert_shown (t, "--config", "<vm>\n  <group path=\"b\"/>\n</vm>");
}

/* A hand that is as quick as the events of what the agent wrote itself. */
static void
test_quick_hand (Groups *t, gconstpointer data)
{
  for (guint i = 0; i < 25; i++)
    {
      g_autofree char *own = g_strdup_printf ("own-%u", i);
      g_autofree char *hand = g_strdup_printf ("hand-%u", i);
      g_autofree char *element = g_strdup_printf ("<vm><group path=\"%s\"/></vm>", hand);
      g_autofree char *both = g_strdup_printf ("%s, then-%u", hand, i);
      g_autofree char *then = g_strdup_printf ("then-%u", i);

      join (t, own);
      write_by_hand (t, i % 5 == 4 ? NULL : element);
      if (i % 2 == 0)
        {
          fixture_await (is_in (t, i % 5 == 4 ? "" : hand));
          continue;
        }
      join (t, then);
      fixture_await (is_in (t, i % 5 == 4 ? then : both));
    }
  g_assert_cmpuint (count (t, MURI_EVENT_VM_METADATA_RESTORED), ==, 0);
}

/* What was lost a moment ago is not acted on as if it was meant. */
static void
test_quick_loss (Groups *t, gconstpointer data)
{
  join (t, "a");
  expect (ask (t, MURI_VERB_GUARD, NULL, NULL), MURI_OUTCOME_DONE, "");
  define_without (t);
  expect (ask (t, MURI_VERB_POWER_OFF, NULL, NULL), MURI_OUTCOME_PROTECTED, "it is protected");
  fixture_await (count (t, MURI_EVENT_VM_METADATA_RESTORED) == 1);
  define_without (t);
  join (t, "b");
  fixture_await (is_in (t, "a, b"));
  g_assert_true (published (t)->guarded);
  assert_shown (t, "--config",
                "<vm>\n  <group path=\"a\"/>\n  <guarded/>\n  <group path=\"b\"/>\n</vm>");
}

static void
test_undefined (Groups *t, gconstpointer data)
{
  g_autofree char *xml = NULL;
  char *from, *to;

  join (t, "a");
  xml = virDomainGetXMLDesc (t->domain, VIR_DOMAIN_XML_INACTIVE);
  from = strstr (xml, "<metadata>");
  to = strstr (xml, "</metadata>") + strlen ("</metadata>");
  memmove (from, to, strlen (to) + 1);
  g_assert_cmpint (virDomainDestroy (t->domain), ==, 0);
  g_assert_cmpint (virDomainUndefine (t->domain), ==, 0);
  fixture_await (count (t, MURI_EVENT_VM_REMOVED) == 1);
  virDomainFree (t->domain);
  t->domain = virDomainDefineXML (muri_test_libvirtd_get_connection (t->libvirtd), xml);
  g_assert_nonnull (t->domain);
  fixture_await (is_in (t, ""));
  join (t, "b");
  fixture_await (is_in (t, "b"));
}

static void
test_nonsense (Groups *t, gconstpointer data)
{
  static const char nonsense[] = "<vm>\n  <group path=\"a//b\" order=\"first\"/>\n</vm>";

  join (t, "a");
  expect (ask (t, MURI_VERB_GUARD, NULL, NULL), MURI_OUTCOME_DONE, "");
  fixture_await (is_in (t, "a") && published (t)->guarded);
  write_by_hand (t, nonsense);
  fixture_await (published (t)->metadata_error[0] != '\0');
  g_assert_cmpuint (count (t, MURI_EVENT_VM_METADATA_WRONG), ==, 1);
  /* Nobody is thrown out of a group, or loses a padlock, by that. */
  g_assert_true (is_in (t, "a"));
  g_assert_true (published (t)->guarded);

  expect (ask (t, MURI_VERB_JOIN_GROUP, "group", "b", NULL), MURI_OUTCOME_FAILED,
          "its metadata makes no sense and is left as it is");
  expect (ask (t, MURI_VERB_UNGUARD, NULL, NULL), MURI_OUTCOME_FAILED, "makes no sense");
  expect (ask (t, MURI_VERB_POWER_OFF, NULL, NULL), MURI_OUTCOME_PROTECTED, "");
  assert_shown (t, "--config", nonsense);

  write_by_hand (t, "<vm><group path=\"c\"/></vm>");
  fixture_await (published (t)->metadata_error[0] == '\0' && is_in (t, "c"));
  join (t, "b");
}

static void
test_transient (Groups *t, gconstpointer data)
{
  g_autofree char *xml = muri_test_domain_xml ("passing", NULL);

  virDomainFree (t->domain);
  t->domain = virDomainCreateXML (muri_test_libvirtd_get_connection (t->libvirtd), xml, 0);
  g_assert_nonnull (t->domain);
  t->name = "passing";
  virDomainGetUUID (t->domain, t->vm.b);
  fixture_await (published (t) != NULL);
  join (t, "guests");
  fixture_await (is_in (t, "guests"));
  assert_shown (t, "--live", "<vm>\n  <group path=\"guests\"/>\n</vm>");
  expect (ask (t, MURI_VERB_LEAVE_GROUP, "group", "guests", NULL), MURI_OUTCOME_DONE, "");
  assert_shown (t, "--live", NULL);
}

/* ---- over restarts ------------------------------------------------------------------------ */

/* The published state of before stays where it is until the new life's. */
static void
restart (Groups *t)
{
  const muri_v1_Node *node = g_hash_table_lookup (t->fixture.nodes, &t->node);
  gint64 started = node->started;

  muri_test_agent_restart (t->agent);
  fixture_await ((node = g_hash_table_lookup (t->fixture.nodes, &t->node))->started != started
                 && node->connection == MURI_CONNECTION_UP && node->vms > 0);
}

static void
test_lost_meanwhile (Groups *t, gconstpointer data)
{
  join (t, "a");
  muri_test_agent_stop (t->agent);
  define_without (t);
  restart (t);
  fixture_await (count (t, MURI_EVENT_VM_METADATA_RESTORED) == 1);
  assert_shown (t, "--config", "<vm>\n  <group path=\"a\"/>\n</vm>");
  g_assert_true (is_in (t, "a"));
}

static void
test_changed_meanwhile (Groups *t, gconstpointer data)
{
  join (t, "a");
  muri_test_agent_stop (t->agent);
  write_by_hand (t, "<vm><group path=\"b\"/></vm>");
  restart (t);
  fixture_await (is_in (t, "b"));
  assert_shown (t, "--config", "<vm>\n  <group path=\"b\"/>\n</vm>");
}

static void
test_node (Groups *t, gconstpointer data)
{
  expect (ask_node (t, MURI_VERB_JOIN_GROUP, "group", "rack/1", "order", "5", NULL),
          MURI_OUTCOME_DONE, "");
  expect (ask_node (t, MURI_VERB_JOIN_GROUP, "group", "seoul", NULL), MURI_OUTCOME_DONE, "");
  expect (ask_node (t, MURI_VERB_JOIN_GROUP, "group", "seoul", NULL), MURI_OUTCOME_ALREADY,
          "it is in “seoul” already");
  expect (ask_node (t, MURI_VERB_MOVE_GROUP, "from", "rack", "to", "room/rack", NULL),
          MURI_OUTCOME_DONE, "");
  expect (ask_node (t, MURI_VERB_MAINTENANCE_ON, NULL, NULL), MURI_OUTCOME_DONE, "");
  expect (ask_node (t, MURI_VERB_MAINTENANCE_ON, NULL, NULL), MURI_OUTCOME_ALREADY,
          "it is in maintenance already");
  fixture_await (node_is_in (t, "room/rack/1, seoul") && node_maintains (t));

  restart (t);
  g_assert_true (node_is_in (t, "room/rack/1, seoul"));
  g_assert_true (node_maintains (t));
  expect (ask_node (t, MURI_VERB_LEAVE_GROUP, "group", "seoul", NULL), MURI_OUTCOME_DONE, "");
  expect (ask_node (t, MURI_VERB_MAINTENANCE_OFF, NULL, NULL), MURI_OUTCOME_DONE, "");
  fixture_await (node_is_in (t, "room/rack/1") && !node_maintains (t));
}

/* What waits keeps its parameters. */
static void
test_queued (Groups *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation =
      fixture_operation (&t->fixture, MURI_VERB_JOIN_GROUP, 60);

  fixture_add_parameter (operation, "group", "later");
  fixture_add_target (operation, &t->node, &t->vm);
  operation->control = MURI_CONTROL_HOLD;
  fixture_publish (&t->fixture, operation);
  fixture_await (fixture_report (&t->fixture, operation) != NULL);
  muri_test_agent_kill9 (t->agent);
  restart (t);
  g_assert_false (fixture_report (&t->fixture, operation)->complete);
  operation->control = MURI_CONTROL_GO;
  fixture_publish (&t->fixture, operation);
  expect (&fixture_await_complete (&t->fixture, operation)->outcomes._buffer[0], MURI_OUTCOME_DONE,
          "");
  fixture_await (is_in (t, "later"));
}

#define TEST(path, function)                                                                       \
  g_test_add ("/agent-groups/" path, Groups, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  TEST ("join", test_join);
  TEST ("move", test_move);
  TEST ("refused", test_refused);
  TEST ("guard", test_guard);
  TEST ("redefinition", test_redefinition);
  TEST ("redefinition-with", test_redefinition_with);
  TEST ("snapshot", test_snapshot);
  TEST ("purpose", test_purpose);
  TEST ("quick-hand", test_quick_hand);
  TEST ("quick-loss", test_quick_loss);
  TEST ("undefined", test_undefined);
  TEST ("nonsense", test_nonsense);
  TEST ("transient", test_transient);
  TEST ("lost-meanwhile", test_lost_meanwhile);
  TEST ("changed-meanwhile", test_changed_meanwhile);
  TEST ("node", test_node);
  TEST ("queued", test_queued);
  return muri_test_run ();
}
