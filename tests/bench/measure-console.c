/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure-console VMS SECONDS ZONE…: a console's model without a window. How long and how
 * much of a processor until all VMs are there; what it uses of one, and of memory, for SECONDS
 * after that. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "measure.h"
#include "muri-test-fleet.h"

#define JOIN_SECONDS 120
#define SETTLE 5

static double
processor_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double
resident_megabytes (void)
{
  unsigned long size, resident = 0;
  FILE *file = fopen ("/proc/self/statm", "r");

  g_assert_nonnull (file);
  g_assert_cmpint (fscanf (file, "%lu %lu", &size, &resident), ==, 2);
  fclose (file);
  return (double)resident * 4096 / 1e6;
}

int
main (int argc, char **argv)
{
  g_autoptr (GArray) zones = g_array_new (FALSE, FALSE, sizeof (guint));
  double cpu, seconds;
  gint64 start;
  MuriFleet *fleet;
  guint wanted;

  muri_test_init (&argc, &argv);
  g_assert_cmpint (argc, >=, 4);
  wanted = (guint)atoi (argv[1]);
  seconds = g_ascii_strtod (argv[2], NULL);
  for (int i = 3; i < argc; i++)
    {
      guint zone = (guint)atoi (argv[i]);

      g_array_append_val (zones, zone);
    }

  start = g_get_monotonic_time ();
  cpu = processor_seconds ();
  fleet = muri_test_fleet_new_in (muri_test_directory ("console"), (guint *)(gpointer)zones->data,
                                  zones->len);
  muri_test_await (g_list_model_get_n_items (muri_fleet_get_vms (fleet)) >= wanted, JOIN_SECONDS);
  measure_print ("join-seconds", (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  measure_print ("join-cpu", processor_seconds () - cpu);

  muri_test_spend (SETTLE);
  cpu = processor_seconds ();
  muri_test_spend (seconds);
  measure_print ("steady-cpu", (processor_seconds () - cpu) / seconds);
  measure_print ("memory", resident_megabytes ());
  muri_test_fleet_free (fleet);
  return muri_test_run ();
}
