/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure-figures N SECONDS: writes what an agent of the libvirtd at $MURI_TEST_URI tells of N
 * guests, guest after guest: a line a second with its figures in the order of MuriFigure, "nan"
 * where one is not known. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"
#include "muri-test-agent.h"
#include "muri-test-fleet.h"
#include "muri-vm-figures.h"

static gboolean
have_figures (GListModel *vms, guint wanted, guint seconds)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      n += muri_series_get_length (muri_vm_get_series (vm)) >= seconds;
    }
  return n >= wanted;
}

static void
write_series (MuriSeries *series, guint seconds)
{
  guint first = muri_series_get_length (series) - seconds;

  for (guint i = first; i < first + seconds; i++)
    for (guint figure = 0; figure < MURI_N_VM_FIGURES; figure++)
      printf ("%.9g%c", muri_series_get_value (series, i, figure),
              figure + 1 < MURI_N_VM_FIGURES ? ' ' : '\n');
}

int
main (int argc, char **argv)
{
  g_autoptr (MuriTestAgent) agent = NULL;
  MuriFleet *fleet;
  GListModel *vms;
  guint seconds;

  muri_test_init (&argc, &argv);
  g_assert_cmpint (argc, ==, 3);
  seconds = MIN ((guint)atoi (argv[2]), MURI_SERIES_CAPACITY);
  agent = muri_test_agent_spawn ("figures", g_getenv ("MURI_TEST_URI"), NULL);
  fleet = muri_test_fleet_new (muri_test_directory ("console"));
  vms = muri_fleet_get_vms (fleet);
  muri_test_await (have_figures (vms, (guint)atoi (argv[1]), seconds), 120 + 2 * seconds);
  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      if (muri_series_get_length (muri_vm_get_series (vm)) >= seconds)
        write_series (muri_vm_get_series (vm), seconds);
    }
  muri_test_fleet_free (fleet);
  muri_test_agent_stop (agent);
  return muri_test_run ();
}
