/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What does not change is not told of: in a fleet of twenty thousand VMs somebody would listen. */
#include "fleet-fixture.h"

#include "muri-words.h"

#define NODE 1
#define MANY 201

typedef struct
{
  MuriFleet *fleet;
  guint told;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->fleet = fixture_open (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  fixture_close (fixture->fleet);
}

static void
add_vms (Fixture *fixture, guint n)
{
  g_autofree MuriChange *changes = g_new (MuriChange, n + 1);

  for (guint i = 0; i < n; i++)
    changes[i] = fixture_vm (NODE, i + 1, MURI_VM_STATE_RUNNING);
  changes[n] = fixture_node (NODE, n);
  fixture_fold (fixture->fleet, changes, n + 1);
}

static MuriVm *
get_vm (Fixture *fixture, guint position)
{
  g_autoptr (MuriVm) vm = g_list_model_get_item (muri_fleet_get_vms (fixture->fleet), position);

  return vm; /* the fleet keeps it */
}

static void
count (guint *told)
{
  (*told)++;
}

static void
test_figures (Fixture *fixture, gconstpointer data)
{
  MuriVm *vm;

  add_vms (fixture, 1);
  vm = get_vm (fixture, 0);
  g_signal_connect_swapped (vm, "notify", G_CALLBACK (count), &fixture->told);
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, 0.5f, 1, 1));
  g_assert_cmpuint (fixture->told, ==, 1);
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, 0.5f, 1, 1));
  g_assert_cmpuint (fixture->told, ==, 1);
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, 0.6f, 1, 1));
  g_assert_cmpuint (fixture->told, ==, 2);
  g_signal_handlers_disconnect_by_data (vm, &fixture->told);
}

static void
test_fleet (Fixture *fixture, gconstpointer data)
{
  add_vms (fixture, 3);
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, 0.5f, 1, 3));
  g_signal_connect_swapped (fixture->fleet, "notify::n-running", G_CALLBACK (count),
                            &fixture->told);
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, 0.7f, 1, 3));
  g_assert_cmpuint (fixture->told, ==, 0);
  fixture_fold_one (fixture->fleet, fixture_vm (NODE, 2, MURI_VM_STATE_OFF));
  g_assert_cmpuint (fixture->told, ==, 1);
  fixture_fold_one (fixture->fleet, fixture_vm (NODE, 2, MURI_VM_STATE_OFF));
  g_assert_cmpuint (fixture->told, ==, 1);
  g_signal_handlers_disconnect_by_data (fixture->fleet, &fixture->told);
}

/* All of a sample's VMs are found, also when their order is another and one has gone. */
static void
test_order_of_samples (Fixture *fixture, gconstpointer data)
{
  add_vms (fixture, 5);
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, 0.5f, 1, 5));
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, 0.6f, 3, 3));
  g_assert_cmpfloat_with_epsilon (muri_vm_get_figure (get_vm (fixture, 1), MURI_FIGURE_CPU), 0.5,
                                  1e-6);
  g_assert_cmpfloat_with_epsilon (muri_vm_get_figure (get_vm (fixture, 4), MURI_FIGURE_CPU), 0.6,
                                  1e-6);
  fixture_fold_one (fixture->fleet,
                    fixture_with_life (fixture_vm (NODE, 3, 0), MURI_LIFE_DISPOSED));
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, 0.7f, 1, 5));
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (muri_vm_get_figure (get_vm (fixture, i), MURI_FIGURE_CPU), 0.7,
                                    1e-6);
}

/* Thirteen kilobytes each: of many, only what somebody looks at. */
static void
test_recording (Fixture *fixture, gconstpointer data)
{
  MuriVm *asked, *other;

  add_vms (fixture, 2);
  asked = get_vm (fixture, 0);
  other = get_vm (fixture, 1);
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, 0.5f, 1, 2));
  g_assert_cmpuint (muri_series_get_length (muri_vm_get_series (asked)), ==, 1);
  add_vms (fixture, MANY);
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, 0.6f, 1, 2));
  g_assert_cmpuint (muri_series_get_length (muri_vm_get_series (asked)), ==, 2);
  g_assert_cmpuint (muri_series_get_length (muri_vm_get_series (other)), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/fleet-quiet/figures", test_figures);
  ADD ("/fleet-quiet/fleet", test_fleet);
  ADD ("/fleet-quiet/order-of-samples", test_order_of_samples);
  ADD ("/fleet-quiet/recording", test_recording);
  return g_test_run ();
}
