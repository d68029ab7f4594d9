/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fifty hosts whose VMs change, move, come and go, and whose agents die, restart and are cut off:
 * in the end a console knows what each hypervisor has, VM by VM. */

#include "muri-fleet-private.h"
#include "muri-test-fleet.h"
#include "muri-uuid.h"
#include "muri-words.h"

#include <gio/gio.h>

#define N_HOSTS "50"
#define N_VMS "1000"
#define SECONDS 120

typedef struct
{
  GSubprocess *process;
  GDataInputStream *lines;
  GHashTable *truth; /* "NODE UUID": "NAME STATE"; of the host itself: "NODE": "NAME VMS" */
  guint n_deaths;
  guint n_returns;
  gboolean ready, calm, told, over;
} Flock;

/* ---- the fleet that is simulated ---- */

static void
take_fact (Flock *flock, char **words)
{
  gboolean host = strcmp (words[0], "host") == 0;
  char *key = host ? g_strdup (words[1]) : g_strjoin (" ", words[1], words[2], NULL);
  char *value =
      host ? g_strjoin (" ", words[2], words[3], NULL) : g_strjoin (" ", words[3], words[4], NULL);

  g_assert_true (g_hash_table_insert (flock->truth, key, value));
}

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
    take_fact (flock, words);
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

  flock->truth = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
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

static GHashTable *
read_model (MuriFleet *fleet)
{
  GHashTable *model = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GListModel *nodes = muri_fleet_get_nodes (fleet);
  GListModel *vms = muri_fleet_get_vms (fleet);

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      g_hash_table_insert (model, g_strdup (muri_node_get_id (node)),
                           muri_node_is_reachable (node) ? g_strdup_printf (
                               "%s %u", muri_node_get_name (node), muri_node_get_n_vms (node))
                                                         : g_strdup ("unreachable"));
    }
  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      char uuid[MURI_UUID_TEXT];

      muri_uuid_format (muri_vm_get_uuid (vm), uuid);
      g_hash_table_insert (
          model, g_strjoin (" ", muri_node_get_id (muri_vm_get_node (vm)), uuid, NULL),
          g_strjoin (" ", muri_vm_get_name (vm),
                     muri_vm_is_known (vm) ? muri_vm_state_to_nick (muri_vm_get_state (vm))
                                           : "not-known",
                     NULL));
    }
  return model;
}

/* How many things differ; some of them are told with @tell. */
static guint
count_differences (GHashTable *truth, GHashTable *model, gboolean tell)
{
  GHashTableIter iter;
  gpointer key, value;
  guint n = 0;

  g_hash_table_iter_init (&iter, truth);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const char *known = g_hash_table_lookup (model, key);

      if (g_strcmp0 (known, value) == 0)
        continue;
      if (tell && n++ < 10)
        g_test_message ("%s is “%s”, known as “%s”", (char *)key, (char *)value,
                        known != NULL ? known : "");
      n += !tell;
    }
  g_hash_table_iter_init (&iter, model);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      if (g_hash_table_contains (truth, key))
        continue;
      if (tell && n++ < 20)
        g_test_message ("%s is gone, known as “%s”", (char *)key, (char *)value);
      n += !tell;
    }
  return n;
}

static guint
differences (Flock *flock, MuriFleet *fleet, gboolean tell)
{
  g_autoptr (GHashTable) model = read_model (fleet);

  return count_differences (flock->truth, model, tell);
}

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
  if (muri_test_comes_true (differences (flock, fleet, FALSE) == 0, SECONDS))
    return;
  differences (flock, fleet, TRUE);
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
