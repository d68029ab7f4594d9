/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-test.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* How the program starts, or refuses to, and what it tells a service manager. */

typedef struct
{
  int status;
  char *out;
  char *err;
} Run;

static void
run_clear (Run *run)
{
  g_free (run->out);
  g_free (run->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* Runs it to its end; it must come to one by itself. */
static Run
run (const char *first, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  Run done = { 0 };
  va_list args;
  g_ptr_array_add (argv, (gpointer)g_getenv ("MURI_TEST_AGENT"));
  va_start (args, first);
  for (const char *arg = first; arg != NULL; arg = va_arg (args, const char *))
    g_ptr_array_add (argv, (gpointer)arg);
  va_end (args);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_set_child_setup (launcher, muri_test_die_with_parent, NULL, NULL);
  g_autoptr (GSubprocess) process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, 20);
  g_subprocess_communicate_utf8_finish (process, result, &done.out, &done.err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  done.status = g_subprocess_get_exit_status (process);
  return done;
}

/* One line that names the thing. */
static void
expect (const Run *run, int status, const char *says)
{
  g_test_message ("%s", run->err);
  g_assert_cmpint (run->status, ==, status);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_true (g_str_has_prefix (run->err, "muri-agent: "));
  g_assert_nonnull (strstr (run->err, says));
  g_assert_true (strchr (run->err, '\n') == run->err + strlen (run->err) - 1);
}

static void
test_help (void)
{
  g_auto (Run) help = run ("--help", NULL);
  g_assert_cmpint (help.status, ==, 0);
  g_assert_nonnull (strstr (help.out, "--state-dir"));
  g_auto (Run) version = run ("--version", NULL);
  g_assert_cmpint (version.status, ==, 0);
  g_assert_true (g_str_has_prefix (version.out, "muri-agent "));
}

static void
test_refuse (void)
{
  g_autofree char *state = g_build_filename (muri_test_directory ("refuse"), "state", NULL);
  g_auto (Run) option = run ("--wrong", NULL);
  expect (&option, 2, "--wrong");
  g_auto (Run) extra = run ("word", NULL);
  expect (&extra, 2, "word");
  g_auto (Run) file = run ("--config", "/no/such/file", NULL);
  expect (&file, 1, "/no/such/file");
  g_auto (Run) uri = run ("--uri", "magic:///", "--state-dir", state, NULL);
  expect (&uri, 1, "magic:///");
  g_auto (Run) interface =
      run ("--interface", "nosuch0", "--uri", "test:///default", "--state-dir", state, NULL);
  expect (&interface, 1, "nosuch0");
  g_assert_false (g_file_test (state, G_FILE_TEST_EXISTS));

  g_assert_true (g_file_set_contents (state, "a file", -1, NULL));
  g_auto (Run) is_file = run ("--uri", "test:///default", "--state-dir", state, NULL);
  expect (&is_file, 1, state);
  g_autofree char *below = g_build_filename (state, "below", NULL);
  g_auto (Run) in_file = run ("--uri", "test:///default", "--state-dir", below, NULL);
  expect (&in_file, 1, below);
}

static void
test_identity (void)
{
  const char *state = muri_test_directory ("identity");
  g_autofree char *path = g_build_filename (state, "node", NULL);
  g_assert_true (g_file_set_contents (path, "no uuid\n", -1, NULL));
  g_auto (Run) broken = run ("--uri", "test:///default", "--state-dir", state, NULL);
  expect (&broken, 1, path);
}

static void
test_two (void)
{
  g_autoptr (MuriTestAgent) agent = muri_test_agent_spawn ("one", "test:///default", NULL);
  const char *state = muri_test_agent_get_state_dir (agent);
  g_autofree char *node = g_build_filename (state, "node", NULL);
  g_autofree char *before = NULL, *after = NULL;
  muri_test_await (g_file_get_contents (node, &before, NULL, NULL), 20);
  g_auto (Run) second = run ("--uri", "test:///default", "--state-dir", state, NULL);
  expect (&second, 1, "is used by another agent");

  /* A killed one leaves no lock behind. */
  muri_test_agent_kill9 (agent);
  muri_test_agent_restart (agent);
  muri_test_spend (0.5);
  g_assert_cmpint (kill (muri_test_agent_get_pid (agent), 0), ==, 0);
  g_assert_true (g_file_get_contents (node, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
}

static gboolean
hear (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  GString *heard = user_data;
  char text[256];
  gssize size = g_socket_receive (socket, text, sizeof text, NULL, NULL);
  if (size > 0)
    g_string_append_printf (heard, "%.*s ", (int)size, text);
  return G_SOURCE_CONTINUE;
}

static void
test_service (void)
{
  g_autofree char *path = g_build_filename (muri_test_directory ("service"), "notify", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, 0, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (GSource) source = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (hear), heard, NULL);
  g_source_attach (source, NULL);

  g_setenv ("NOTIFY_SOCKET", path, TRUE);
  g_setenv ("WATCHDOG_USEC", "200000", TRUE);
  g_autoptr (MuriTestAgent) agent = muri_test_agent_spawn ("service", "test:///default", NULL);
  g_unsetenv ("NOTIFY_SOCKET");
  g_unsetenv ("WATCHDOG_USEC");
  muri_test_await (strstr (heard->str, "READY=1") != NULL, 20);
  g_string_truncate (heard, 0);
  muri_test_await (strstr (heard->str, "WATCHDOG=1 WATCHDOG=1 ") != NULL, 20);
  muri_test_agent_stop (agent);
  muri_test_await (strstr (heard->str, "STOPPING=1") != NULL, 20);
  g_source_destroy (source);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add_func ("/agent/start/help", test_help);
  g_test_add_func ("/agent/start/refuse", test_refuse);
  g_test_add_func ("/agent/start/identity", test_identity);
  g_test_add_func ("/agent/start/two", test_two);
  g_test_add_func ("/agent/start/service", test_service);
  return muri_test_run ();
}
