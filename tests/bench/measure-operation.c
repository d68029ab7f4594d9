/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One operation to 36 VMs on three agents: from the wish to the last outcome in the console's
 * model, with everything stored on both sides. The yardstick is virsh, once a VM. */
#include "measure.h"
#include "muri-test-fleet.h"
#include "muri-words.h"

#define N_AGENTS 3
#define N_VMS 36
#define ROUNDS 20
#define SECONDS 20

static const char *const names[N_AGENTS] = { "one", "two", "three" };

static GPtrArray *
find_vms (MuriFleet *fleet)
{
  GPtrArray *vms = g_ptr_array_new ();

  for (guint i = 0; i < N_VMS; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%03u", names[i % N_AGENTS], i / N_AGENTS + 1);
      g_ptr_array_add (vms, muri_test_await_vm (fleet, name, SECONDS));
    }
  return vms;
}

static double
one_round (MuriFleet *fleet, GPtrArray *vms, guint verb)
{
  gint64 start = g_get_monotonic_time ();
  MuriOperation *operation = muri_test_submit_many (fleet, verb, vms, 0);

  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, N_VMS);
  return (double)(g_get_monotonic_time () - start) / G_TIME_SPAN_MILLISECOND;
}

static double
by_virsh (void)
{
  g_autoptr (MuriTestLibvirtd) libvirtd = muri_test_libvirtd_spawn ();
  gint64 start;

  muri_test_libvirtd_define (libvirtd, "virsh", N_VMS, TRUE);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < N_VMS; i++)
    {
      g_autofree char *name = g_strdup_printf ("virsh-%03u", i + 1);
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocess) virsh =
          g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, "virsh", "-c",
                            muri_test_libvirtd_get_uri (libvirtd), "suspend", name, NULL);

      g_assert_no_error (error);
      g_subprocess_wait_check (virsh, NULL, &error);
      g_assert_no_error (error);
    }
  return (double)(g_get_monotonic_time () - start) / G_TIME_SPAN_MILLISECOND;
}

int
main (int argc, char **argv)
{
  MuriTestAgent *agents[N_AGENTS];
  g_autoptr (GArray) rounds = measure_new ();
  g_autoptr (GPtrArray) vms = NULL;
  MuriFleet *fleet;

  muri_test_init (&argc, &argv);
  for (guint i = 0; i < N_AGENTS; i++)
    {
      g_autofree char *uri = muri_test_node_file (names[i], N_VMS / N_AGENTS, 0);
      agents[i] = muri_test_agent_spawn (names[i], uri, NULL);
    }
  fleet = muri_test_fleet_new (muri_test_directory ("console"));
  vms = find_vms (fleet);

  for (guint i = 0; i < ROUNDS; i++)
    measure_add (rounds, one_round (fleet, vms, i % 2 == 0 ? MURI_VERB_PAUSE : MURI_VERB_RESUME));
  measure_print ("p50", measure_quantile (rounds, 0.5));
  measure_print ("max", measure_quantile (rounds, 1));

  muri_test_fleet_free (fleet);
  for (guint i = 0; i < N_AGENTS; i++)
    {
      muri_test_agent_stop (agents[i]);
      muri_test_agent_free (agents[i]);
    }
  measure_print ("virsh", by_virsh ());
  return muri_test_run ();
}
