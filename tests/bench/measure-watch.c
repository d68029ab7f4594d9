/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure-watch N SECONDS: a console's model in the zone of $MURI_TEST_ZONE. Says "ready" when N
 * VMs have figures, then counts for SECONDS how often a VM's figures came. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"
#include "muri-test-fleet.h"

#define READY_SECONDS 60

static void
count (MuriVm *vm, GParamSpec *pspec, guint *n)
{
  *n += !isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU));
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
  GListModel *vms;
  double seconds;
  guint n = 0;

  muri_test_init (&argc, &argv);
  g_assert_cmpint (argc, ==, 3);
  seconds = g_ascii_strtod (argv[2], NULL);
  fleet = muri_test_fleet_new (muri_test_directory ("console"));
  vms = muri_fleet_get_vms (fleet);
  muri_test_await (have_figures (fleet, atoi (argv[1])), READY_SECONDS);

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      g_signal_connect (vm, "notify::figures", G_CALLBACK (count), &n);
    }
  printf ("ready\n");
  fflush (stdout);
  muri_test_spend (seconds);
  measure_print ("figures-per-second", n / seconds);
  muri_test_fleet_free (fleet);
  return muri_test_run ();
}
