/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure-watch N SECONDS: a console's model in the zone of $MURI_TEST_ZONE. Says "ready" when N
 * VMs have figures, then counts for SECONDS how often a VM's figures came. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"
#include "muri-test-fleet.h"

#define READY_SECONDS 60

/* How many values of CPU came of all VMs since @since. */
static guint
count_since (MuriFleet *fleet, gint64 since)
{
  GListModel *vms = muri_fleet_get_vms (fleet);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      MuriSeries *series = muri_vm_get_series (vm);

      for (guint k = 0; k < muri_series_get_length (series); k++)
        n += muri_series_get_time (series, k) > since
             && !isnan (muri_series_get_value (series, k, MURI_FIGURE_CPU));
    }
  return n;
}

static gboolean
have_figures (MuriFleet *fleet, guint wanted)
{
  GListModel *vms = muri_fleet_get_vms (fleet);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      n += !isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU));
    }
  return n >= wanted;
}

int
main (int argc, char **argv)
{
  MuriFleet *fleet;
  double seconds;
  gint64 since;

  muri_test_init (&argc, &argv);
  g_assert_cmpint (argc, ==, 3);
  seconds = g_ascii_strtod (argv[2], NULL);
  fleet = muri_test_fleet_new (muri_test_directory ("console"));
  muri_test_await (have_figures (fleet, atoi (argv[1])), READY_SECONDS);

  since = g_get_real_time ();
  count_since (fleet, since); /* a series may begin with the first look at it */
  printf ("ready\n");
  fflush (stdout);
  muri_test_spend (seconds);
  measure_print ("figures-per-second", count_since (fleet, since) / seconds);
  muri_test_fleet_free (fleet);
  return muri_test_run ();
}
