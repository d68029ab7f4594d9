/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure-storm INTERFACE HOSTS VMS ZONE…: a console's model without a window while its fleet
 * starts, is cut off, and is back. Says, each with the monotonic clock in seconds:
 *   complete / incomplete   whether all hosts are reachable and all VMs known, as that changes
 *   count ... HOSTS VMS     how many are, about once a second while they change
 *   true ... DIFFERENCES    0: each host and VM is as the lines after "truth" on its standard input
 *                           said, up to "end"; else how many are not, after a while
 *   operated ... SECONDS    after "operate": until all hosts had reported on an operation */
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muri-request.h"
#include "muri-test-fleet.h"
#include "muri-test-truth.h"
#include "muri-words.h"

#define LOOK_EVERY 50     /* ms */
#define LOOKS_A_COUNT 20  /* looks */
#define TRUTH_SECONDS 120 /* until it gives up */
#define OPERATION_SECONDS 60

static struct
{
  MuriFleet *fleet;
  GMainLoop *loop;
  GDataInputStream *input;
  guint wanted_hosts, wanted_vms;
  guint hosts, vms; /* as they were told */
  guint looks;
  gboolean complete;
  gboolean listening; /* to the truth */
  GHashTable *truth;
  gint64 deadline;
} storm;

static void
say (const char *word, const char *rest)
{
  printf ("%s\t%.3f%s\n", word, (double)g_get_monotonic_time () / G_USEC_PER_SEC, rest);
  fflush (stdout);
}

static guint
count_hosts (void)
{
  GListModel *nodes = muri_fleet_get_nodes (storm.fleet);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      n += muri_node_is_reachable (node);
    }
  return n;
}

static guint
count_vms (void)
{
  GListModel *vms = muri_fleet_get_vms (storm.fleet);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      n += muri_vm_is_known (vm);
    }
  return n;
}

static void
tell_counts (guint hosts, guint vms)
{
  g_autofree char *rest = g_strdup_printf ("\t%u\t%u", hosts, vms);

  if (hosts == storm.hosts && vms == storm.vms)
    return;
  say ("count", rest);
  storm.hosts = hosts;
  storm.vms = vms;
}

static void
look_for_truth (void)
{
  g_autofree char *rest = NULL;
  guint n;

  if (storm.truth == NULL || storm.listening)
    return;
  n = muri_test_truth_differences (storm.truth, storm.fleet, FALSE);
  if (n > 0 && g_get_monotonic_time () < storm.deadline)
    return;
  rest = g_strdup_printf ("\t%u", n);
  say ("true", rest);
  if (n > 0)
    muri_test_truth_differences (storm.truth, storm.fleet, TRUE);
  g_clear_pointer (&storm.truth, g_hash_table_unref);
}

static gboolean
on_look (gpointer user_data)
{
  guint hosts = count_hosts ();
  guint vms = count_vms ();
  gboolean complete = hosts == storm.wanted_hosts && vms == storm.wanted_vms;

  if (complete != storm.complete)
    say (complete ? "complete" : "incomplete", "");
  storm.complete = complete;
  if (storm.looks++ % LOOKS_A_COUNT == 0)
    tell_counts (hosts, vms);
  /* What has not come cannot be as it should, and comparing is not for nothing. */
  if (complete || g_get_monotonic_time () > storm.deadline)
    look_for_truth ();
  return G_SOURCE_CONTINUE;
}

static void
operate (void)
{
  GListModel *nodes = muri_fleet_get_nodes (storm.fleet);
  g_autoptr (MuriRequest) request = muri_request_new (MURI_VERB_MAINTENANCE_OFF);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (GAsyncResult) submitted = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *rest = NULL;
  gint64 start = g_get_monotonic_time ();
  guint n = g_list_model_get_n_items (nodes);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      muri_request_add_node (request, node);
    }
  muri_request_set_group (request, "bench");
  muri_request_set_timeout (request, OPERATION_SECONDS);
  muri_fleet_request_async (storm.fleet, request, NULL, muri_test_keep_result, &submitted);
  muri_test_await (submitted != NULL, OPERATION_SECONDS);
  operation = muri_fleet_submit_finish (storm.fleet, submitted, &error);
  g_assert_no_error (error);
  muri_test_await_finished (operation, 2 * OPERATION_SECONDS);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, n);
  rest = g_strdup_printf ("\t%.3f", (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  say ("operated", rest);
}

static void
obey (const char *line)
{
  if (strcmp (line, "truth") == 0)
    {
      storm.truth = muri_test_truth_new ();
      storm.listening = TRUE;
    }
  else if (strcmp (line, "end") == 0)
    {
      storm.listening = FALSE;
      storm.deadline = g_get_monotonic_time () + TRUTH_SECONDS * G_USEC_PER_SEC;
    }
  else if (strcmp (line, "operate") == 0)
    operate ();
  else
    g_assert_true (storm.truth != NULL && muri_test_truth_take (storm.truth, line));
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *line = g_data_input_stream_read_line_finish (storm.input, result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (storm.loop);
      return;
    }
  obey (line);
  g_data_input_stream_read_line_async (storm.input, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (GArray) zones = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  muri_test_init (&argc, &argv);
  g_assert_cmpint (argc, >=, 5);
  storm.wanted_hosts = (guint)atoi (argv[2]);
  storm.wanted_vms = (guint)atoi (argv[3]);
  for (int i = 4; i < argc; i++)
    {
      guint zone = (guint)atoi (argv[i]);

      g_array_append_val (zones, zone);
    }
  say ("begun", "");
  storm.fleet = muri_test_fleet_new_on (muri_test_directory ("console"), argv[1],
                                        (guint *)(gpointer)zones->data, zones->len);
  storm.loop = g_main_loop_new (NULL, FALSE);
  storm.input = g_data_input_stream_new (input);
  g_data_input_stream_read_line_async (storm.input, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
  g_timeout_add (LOOK_EVERY, on_look, NULL);
  g_main_loop_run (storm.loop);
  muri_test_fleet_free (storm.fleet);
  return muri_test_run ();
}
