/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure-console [operate] VMS SECONDS ZONE…: a console's model without a window, beside
 * bare-reader. How long and how much of a processor until all VMs are there; what it uses of one,
 * and of memory, for SECONDS after that; and how long until all hosts have reported on one
 * operation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "muri-request.h"
#include "muri-test-fleet.h"
#include "muri-trim.h"
#include "muri-words.h"
#include "usage.h"

#define JOIN_SECONDS 120
#define SETTLE 5
#define OPERATION_SECONDS 60

static double
operate (MuriFleet *fleet, guint verb)
{
  GListModel *nodes = muri_fleet_get_nodes (fleet);
  g_autoptr (MuriRequest) request = muri_request_new (verb);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (GAsyncResult) submitted = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start;
  guint n = g_list_model_get_n_items (nodes);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      muri_request_add_node (request, node);
    }
  muri_request_set_group (request, "bench");
  muri_request_set_timeout (request, OPERATION_SECONDS);
  start = g_get_monotonic_time ();
  muri_fleet_request_async (fleet, request, NULL, muri_test_keep_result, &submitted);
  muri_test_await (submitted != NULL, OPERATION_SECONDS);
  operation = muri_fleet_submit_finish (fleet, submitted, &error);
  g_assert_no_error (error);
  muri_test_await_finished (operation, OPERATION_SECONDS);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, n);
  return (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

int
main (int argc, char **argv)
{
  g_autoptr (GArray) zones = g_array_new (FALSE, FALSE, sizeof (guint));
  double cpu, seconds;
  gint64 start;
  MuriFleet *fleet;
  guint wanted;
  gboolean operates;

  muri_trim_share_heaps ();
  muri_test_init (&argc, &argv);
  operates = argc > 1 && strcmp (argv[1], "operate") == 0;
  argc -= operates;
  argv += operates;
  g_assert_cmpint (argc, >=, 4);
  wanted = (guint)atoi (argv[1]);
  seconds = g_ascii_strtod (argv[2], NULL);
  for (int i = 3; i < argc; i++)
    {
      guint zone = (guint)atoi (argv[i]);

      g_array_append_val (zones, zone);
    }

  start = g_get_monotonic_time ();
  cpu = usage_processor_seconds ();
  fleet = muri_test_fleet_new_in (muri_test_directory ("console"), (guint *)(gpointer)zones->data,
                                  zones->len);
  muri_test_await (g_list_model_get_n_items (muri_fleet_get_vms (fleet)) >= wanted, JOIN_SECONDS);
  measure_print ("join-seconds", (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  measure_print ("join-cpu", usage_processor_seconds () - cpu);

  muri_test_spend (SETTLE);
  cpu = usage_processor_seconds ();
  muri_test_spend (seconds);
  measure_print ("steady-cpu", (usage_processor_seconds () - cpu) / seconds);
  measure_print ("memory", usage_resident_megabytes ());
  if (operates)
    {
      measure_print ("operation-seconds", operate (fleet, MURI_VERB_MAINTENANCE_ON));
      measure_print ("operation-again-seconds", operate (fleet, MURI_VERB_MAINTENANCE_OFF));
    }
  muri_test_fleet_free (fleet);
  return muri_test_run ();
}
