/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What is asked of a server itself, and how fast what is asked of its VMs goes. logind is
 * python-dbusmock's template, on a bus of this test's own. */

#define POWER_BITS                                                                                 \
  (G_GUINT64_CONSTANT (1) << MURI_VERB_HOST_SHUTDOWN                                               \
   | G_GUINT64_CONSTANT (1) << MURI_VERB_HOST_REBOOT)

typedef struct
{
  Fixture fixture;
  MuriTestAgent *agent;
  muri_v1_Uuid node;
  GTestDBus *bus;
  GSubprocess *logind;
  char *log; /* of what logind was asked for */
} Host;

static void
start (Host *t, const char *uri, const char *option, const char *value)
{
  t->agent = muri_test_agent_spawn ("alpha", uri, option, value, NULL);
  t->node = fixture_await_node (&t->fixture, "alpha");
}

static void
set_up (Host *t, gconstpointer data)
{
  fixture_set_up (&t->fixture, NULL);
}

static void
tear_down (Host *t, gconstpointer data)
{
  g_clear_pointer (&t->agent, muri_test_agent_free);
  fixture_tear_down (&t->fixture, NULL);
  if (t->logind != NULL)
    {
      g_subprocess_force_exit (t->logind);
      g_subprocess_wait (t->logind, NULL, NULL);
      g_object_unref (t->logind);
      g_test_dbus_down (t->bus);
      g_object_unref (t->bus);
      g_unsetenv ("DBUS_SYSTEM_BUS_ADDRESS");
    }
  g_free (t->log);
}

static const muri_v1_Outcome *
ask (Host *t, guint verb, const muri_v1_Uuid *vm, const char *name, const char *value)
{
  g_autoptr (FixtureOperation) operation = fixture_operation (&t->fixture, verb, 20);

  if (name != NULL)
    fixture_add_parameter (operation, name, value);
  fixture_add_target (operation, &t->node, vm);
  fixture_publish (&t->fixture, operation);
  return &fixture_await_complete (&t->fixture, operation)->outcomes._buffer[0];
}

static void
expect (const muri_v1_Outcome *outcome, guint state, const char *part)
{
  if (outcome->state != state || strstr (outcome->message, part) == NULL)
    g_error ("outcome %s (%s) instead of %s (%s)", muri_outcome_to_nick (outcome->state),
             outcome->message, muri_outcome_to_nick (state), part);
}

static guint64
unsupported (Host *t)
{
  return ((const muri_v1_Node *)g_hash_table_lookup (t->fixture.nodes, &t->node))->unsupported;
}

/* ---- logind ------------------------------------------------------------------------------- */

static gboolean
logind_was_asked (Host *t, const char *what)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (t->log, &text, NULL, NULL) && strstr (text, what) != NULL;
}

static gboolean
has_owner (GDBusConnection *bus)
{
  g_autoptr (GVariant) result = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
      g_variant_new ("(s)", "org.freedesktop.login1"), G_VARIANT_TYPE ("(b)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean owned = FALSE;

  if (result != NULL)
    g_variant_get (result, "(b)", &owned);
  return owned;
}

static void
start_logind (Host *t, const char *parameters)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher = NULL;

  t->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (t->bus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (t->bus), TRUE);
  t->log = g_build_filename (muri_test_directory ("logind"), "log", NULL);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, muri_test_die_with_parent, NULL, NULL);
  t->logind = g_subprocess_launcher_spawn (launcher, &error, "/usr/bin/python3", "-m", "dbusmock",
                                           "--logfile", t->log, "--template", "logind",
                                           "--parameters", parameters, NULL);
  g_assert_no_error (error);
  bus =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (t->bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                  | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  fixture_await (has_owner (bus));
}

static char *
configuration (const char *text)
{
  char *path = g_build_filename (muri_test_directory ("configuration"), "muri-agent.conf", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
test_power (Host *t, gconstpointer data)
{
  g_autofree char *path = configuration ("[host]\nallow-power=true\n");
  g_autofree char *uri = fixture_node_file ("r");
  muri_v1_Uuid vm = fixture_vm (0);

  start_logind (t, "{}");
  start (t, uri, "--config", path);
  g_assert_cmphex (unsupported (t) & POWER_BITS, ==, 0);

  /* Who is protected is not switched off with the server. */
  expect (ask (t, MURI_VERB_GUARD, &vm, NULL, NULL), MURI_OUTCOME_DONE, "");
  expect (ask (t, MURI_VERB_HOST_REBOOT, NULL, NULL, NULL), MURI_OUTCOME_PROTECTED,
          "“vm-0” runs here and is protected");
  g_assert_false (logind_was_asked (t, "Reboot"));
  expect (ask (t, MURI_VERB_UNGUARD, &vm, NULL, NULL), MURI_OUTCOME_DONE, "");

  expect (ask (t, MURI_VERB_HOST_REBOOT, NULL, NULL, NULL), MURI_OUTCOME_DONE, "restarting");
  fixture_await (logind_was_asked (t, " Reboot False"));
  g_assert_false (logind_was_asked (t, " PowerOff"));
  expect (ask (t, MURI_VERB_HOST_SHUTDOWN, NULL, NULL, NULL), MURI_OUTCOME_DONE, "shutting down");
  fixture_await (logind_was_asked (t, " PowerOff False"));
}

static void
test_power_refused (Host *t, gconstpointer data)
{
  g_autofree char *path = configuration ("[host]\nallow-power=true\n");

  start_logind (t, "{\"CanPowerOff\": \"challenge\"}");
  start (t, "test:///default", "--config", path);
  expect (ask (t, MURI_VERB_HOST_SHUTDOWN, NULL, NULL, NULL), MURI_OUTCOME_FAILED, "“challenge”");
  g_assert_false (logind_was_asked (t, " PowerOff"));
}

static void
test_power_off_by_default (Host *t, gconstpointer data)
{
  start (t, "test:///default", NULL, NULL);
  g_assert_cmphex (unsupported (t) & POWER_BITS, ==, POWER_BITS);
  expect (ask (t, MURI_VERB_HOST_SHUTDOWN, NULL, NULL, NULL), MURI_OUTCOME_UNSUPPORTED,
          "allow-power");
}

/* ---- storage, and waking others ----------------------------------------------------------- */

static void
test_storage (Host *t, gconstpointer data)
{
  start (t, "test:///default", NULL, NULL);
  expect (ask (t, MURI_VERB_REFRESH_STORAGE, NULL, NULL, NULL), MURI_OUTCOME_DONE, "pool");
}

static void
test_wake (Host *t, gconstpointer data)
{
  static const guint8 mac[] = { 0x52, 0x54, 0x00, 0xab, 0xcd, 0xef };
  const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons (9) };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  guint8 packet[200];

  if (bind (fd, (const struct sockaddr *)&any, sizeof any) != 0)
    {
      g_test_skip_printf ("port 9 cannot be listened on here: %s", g_strerror (errno));
      close (fd);
      return;
    }
  start (t, "test:///default", NULL, NULL);
  expect (ask (t, MURI_VERB_WAKE, NULL, "mac", "52:54:00:AB:cd:ef"), MURI_OUTCOME_DONE,
          "52:54:00:AB:cd:ef");
  fixture_await (recv (fd, packet, sizeof packet, MSG_PEEK) > 0);
  g_assert_cmpint (recv (fd, packet, sizeof packet, 0), ==, 102);
  for (guint i = 0; i < 6; i++)
    g_assert_cmphex (packet[i], ==, 0xff);
  for (guint i = 6; i < 102; i++)
    g_assert_cmphex (packet[i], ==, mac[i % 6]);
  close (fd);
  expect (ask (t, MURI_VERB_WAKE, NULL, "mac", "not one"), MURI_OUTCOME_REFUSED, "not one");
}

/* ---- pacing: paused guests never follow a shutdown --------------------------------------- */

static muri_v1_Operation *
shutdown_new (Host *t, guint n_vms, const char *per_node, const char *name, const char *value)
{
  muri_v1_Operation *operation = fixture_operation (&t->fixture, MURI_VERB_SHUTDOWN, 60);

  fixture_add_parameter (operation, "per-node", per_node);
  fixture_add_parameter (operation, name, value);
  for (guint i = 0; i < n_vms; i++)
    {
      muri_v1_Uuid vm = fixture_vm (i);

      fixture_add_target (operation, &t->node, &vm);
    }
  return operation;
}

static guint
at_once (const muri_v1_Report *report, gint64 when)
{
  guint n = 0;

  for (guint i = 0; i < report->outcomes._length; i++)
    n += report->outcomes._buffer[i].started <= when && report->outcomes._buffer[i].finished > when;
  return n;
}

static void
test_per_node (Host *t, gconstpointer data)
{
  g_autofree char *uri = fixture_node_file ("ppppp");
  g_autoptr (FixtureOperation) operation = NULL;
  const muri_v1_Report *report;

  start (t, uri, NULL, NULL);
  operation = shutdown_new (t, 5, "2", "grace", "1");
  fixture_add_parameter (operation, "then", "power-off");
  fixture_publish (&t->fixture, operation);
  report = fixture_await_complete (&t->fixture, operation);
  for (guint i = 0; i < 5; i++)
    {
      const muri_v1_Outcome *outcome = &report->outcomes._buffer[i];

      expect (outcome, MURI_OUTCOME_DONE, "it did not go down within 1 s and was powered off");
      g_assert_cmpuint (outcome->vm_state, ==, MURI_VM_STATE_OFF);
      g_assert_cmpint (outcome->finished - outcome->started, >=, G_TIME_SPAN_SECOND);
      g_assert_cmpuint (at_once (report, outcome->started), <=, 2);
    }
}

static guint
count_outcomes (const muri_v1_Report *report, guint state)
{
  guint n = 0;

  for (guint i = 0; i < report->outcomes._length; i++)
    n += report->outcomes._buffer[i].state == state;
  return n;
}

static void
test_stop_after (Host *t, gconstpointer data)
{
  g_autofree char *uri = fixture_node_file ("pppppp");
  g_autoptr (FixtureOperation) operation = NULL;
  const muri_v1_Report *report;

  start (t, uri, NULL, NULL);
  operation = shutdown_new (t, 6, "1", "stop-after", "2");
  fixture_publish (&t->fixture, operation);
  report = fixture_await_complete (&t->fixture, operation);
  g_assert_cmpuint (count_outcomes (report, MURI_OUTCOME_FAILED), ==, 2);
  g_assert_cmpuint (count_outcomes (report, MURI_OUTCOME_CANCELLED), ==, 4);
  for (guint i = 0; i < 6; i++)
    if (report->outcomes._buffer[i].state == MURI_OUTCOME_CANCELLED)
      expect (&report->outcomes._buffer[i], MURI_OUTCOME_CANCELLED, "not begun: 2 failed");
}

/* What has begun goes on, what waits for its turn is not begun. */
static void
test_cancel (Host *t, gconstpointer data)
{
  g_autofree char *uri = fixture_node_file ("ppp");
  g_autoptr (FixtureOperation) operation = NULL;
  const muri_v1_Report *report;

  start (t, uri, NULL, NULL);
  operation = shutdown_new (t, 3, "1", "grace", "2");
  fixture_add_parameter (operation, "then", "power-off");
  fixture_publish (&t->fixture, operation);
  fixture_await ((report = fixture_report (&t->fixture, operation)) != NULL
                 && count_outcomes (report, MURI_OUTCOME_RUNNING) == 1);
  operation->control = MURI_CONTROL_CANCEL;
  fixture_publish (&t->fixture, operation);
  report = fixture_await_complete (&t->fixture, operation);
  g_assert_cmpuint (count_outcomes (report, MURI_OUTCOME_CANCELLED), ==, 2);
  g_assert_cmpuint (count_outcomes (report, MURI_OUTCOME_DONE), ==, 1);
}

/* The pace outlives the agent: what waits is not begun all at once. */
static void
test_pace_restart (Host *t, gconstpointer data)
{
  g_autofree char *uri = fixture_node_file ("ppp");
  g_autoptr (FixtureOperation) operation = NULL;
  const muri_v1_Report *report;

  start (t, uri, NULL, NULL);
  operation = shutdown_new (t, 3, "1", "grace", "1");
  fixture_add_parameter (operation, "then", "power-off");
  operation->control = MURI_CONTROL_HOLD;
  fixture_publish (&t->fixture, operation);
  fixture_await (fixture_report (&t->fixture, operation) != NULL);
  muri_test_agent_kill9 (t->agent);
  muri_test_agent_restart (t->agent);
  operation->control = MURI_CONTROL_GO;
  fixture_publish (&t->fixture, operation);
  report = fixture_await_complete (&t->fixture, operation);
  g_assert_cmpuint (count_outcomes (report, MURI_OUTCOME_DONE), ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (at_once (report, report->outcomes._buffer[i].started), ==, 1);
}

#define TEST(path, function)                                                                       \
  g_test_add ("/agent-host/" path, Host, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  TEST ("power", test_power);
  TEST ("power-refused", test_power_refused);
  TEST ("power-off-by-default", test_power_off_by_default);
  TEST ("storage", test_storage);
  TEST ("wake", test_wake);
  TEST ("per-node", test_per_node);
  TEST ("stop-after", test_stop_after);
  TEST ("cancel", test_cancel);
  TEST ("pace-restart", test_pace_restart);
  return muri_test_run ();
}
