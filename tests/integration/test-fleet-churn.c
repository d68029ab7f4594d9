/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fifty hosts whose VMs change, move, come and go, and whose agents die, restart and are cut off:
 * in the end a console knows what each hypervisor has, VM by VM. */

#include "muri-test-fleet.h"
#include "muri-test-truth.h"

#include <gio/gio.h>

#define N_HOSTS "50"
#define N_VMS "1000"
#define SECONDS 120

typedef struct
{
  GSubprocess *process;
  GDataInputStream *lines;
  GHashTable *truth;
  guint n_deaths;
  guint n_returns;
  gboolean ready, calm, told, over;
} Flock;

/* ---- the fleet that is simulated ---- */

static void
take_line (Flock *flock, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, "\t", -1);

  if (strcmp (line, "ready") == 0)
    flock->ready = TRUE;
  else if (strcmp (line, "calm") == 0)
    flock->calm = TRUE;
  else if (strcmp (line, "end") == 0)
    flock->told = TRUE;
  else if (strcmp (words[0], "down") == 0)
    flock->n_deaths++;
  else if (strcmp (words[0], "up") == 0)
    flock->n_returns++;
  else
    g_assert_true (muri_test_truth_take (flock->truth, line));
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Flock *flock = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (flock->lines, result, NULL, NULL);

  if (line == NULL)
    {
      flock->over = TRUE;
      return;
    }
  take_line (flock, line);
  g_data_input_stream_read_line_async (flock->lines, G_PRIORITY_DEFAULT, NULL, on_line, flock);
}

static void
start (Flock *flock)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program =
      g_build_filename (g_getenv ("MURI_BUILD_ROOT"), "tests", "tools", "muri-flock", NULL);
  g_autofree char *zone = g_strdup_printf ("%u", muri_test_zone ());
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);

  flock->truth = muri_test_truth_new ();
  g_subprocess_launcher_set_child_setup (launcher, muri_test_die_with_parent, NULL, NULL);
  /* Agents warn of what goes wrong around them; that is no fault of theirs. */
  g_subprocess_launcher_setenv (launcher, "G_DEBUG", "fatal-criticals", TRUE);
  flock->process = g_subprocess_launcher_spawn (
      launcher, &error, program, "--hosts", N_HOSTS, "--vms", N_VMS, "--zone", zone, "--slice",
      "10", "--changes", "40", "--moves", "5", "--comings", "5", "--restarts", "0.3", "--deaths",
      "4", "--down", "5", "--directory", muri_test_directory ("flock"), NULL);
  g_assert_no_error (error);
  flock->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (flock->process));
  g_data_input_stream_read_line_async (flock->lines, G_PRIORITY_DEFAULT, NULL, on_line, flock);
}

static void
say (Flock *flock, const char *line)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);

  g_assert_true (g_output_stream_write_all (g_subprocess_get_stdin_pipe (flock->process), text,
                                            strlen (text), NULL, NULL, NULL));
}

#define await_flock(flock, condition)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    muri_test_await ((condition) || (flock)->over, SECONDS);                                       \
    g_assert_false ((flock)->over);                                                                \
  }                                                                                                \
  G_STMT_END

/* ---- what the console thinks ---- */

static void
ask (Flock *flock)
{
  flock->told = FALSE;
  g_hash_table_remove_all (flock->truth);
  say (flock, "inventory");
  await_flock (flock, flock->told);
}

static void
assert_truth (Flock *flock, MuriFleet *fleet)
{
  flock->calm = FALSE;
  say (flock, "calm");
  await_flock (flock, flock->calm);
  ask (flock);
  if (muri_test_comes_true (muri_test_truth_differences (flock->truth, fleet, FALSE) == 0, SECONDS))
    return;
  muri_test_truth_differences (flock->truth, fleet, TRUE);
  g_test_fail ();
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  *(guint *)data += removed + added;
}

static void
test_churn (void)
{
  Flock flock = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) ended = NULL;
  MuriFleet *fleet;
  guint n_changes = 0;

  start (&flock);
  fleet = muri_test_fleet_new (muri_test_directory ("console"));
  g_signal_connect (muri_fleet_get_vms (fleet), "items-changed", G_CALLBACK (on_items_changed),
                    &n_changes);
  await_flock (&flock, flock.ready);
  muri_test_await (g_list_model_get_n_items (muri_fleet_get_vms (fleet)) > 900, SECONDS);

  n_changes = 0;
  await_flock (&flock, flock.n_deaths >= 3 && flock.n_returns >= 2 && n_changes >= 100);
  assert_truth (&flock, fleet);

  /* Nobody hears anything for longer than a lease, while it all goes on. */
  say (&flock, "churn");
  say (&flock, "cut 15");
  n_changes = 0;
  muri_test_await (n_changes >= 100, SECONDS);
  assert_truth (&flock, fleet);

  say (&flock, "stop");
  g_subprocess_wait_check_async (flock.process, NULL, muri_test_keep_result, &ended);
  muri_test_await (ended != NULL, SECONDS);
  g_assert_true (g_subprocess_wait_check_finish (flock.process, ended, &error));
  muri_test_fleet_free (fleet);
  g_object_unref (flock.lines);
  g_object_unref (flock.process);
  g_hash_table_unref (flock.truth);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add_func ("/fleet/churn", test_churn);
  return muri_test_run ();
}
