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

/* As that one, of these groups. */
static MuriChange
member (guint vm, guint state, const char *group)
{
  MuriChange change = fixture_vm (NODE, vm, state);
  muri_v1_Vm *sample = change.sample;

  sample->groups._buffer = dds_alloc (sizeof (muri_v1_Membership));
  memset (sample->groups._buffer, 0, sizeof (muri_v1_Membership));
  g_strlcpy (sample->groups._buffer[0].group, group, sizeof sample->groups._buffer[0].group);
  sample->groups._length = sample->groups._maximum = 1;
  sample->groups._release = TRUE;
  return change;
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

static void
test_groups (Fixture *fixture, gconstpointer data)
{
  MuriGroups *groups = muri_fleet_get_groups (fixture->fleet);
  MuriGroup *group;
  guint *vms, *running;

  fixture_fold_one (fixture->fleet, fixture_node (NODE, 3));
  fixture_fold_one (fixture->fleet, member (1, MURI_VM_STATE_RUNNING, "web"));
  fixture_fold_one (fixture->fleet, member (2, MURI_VM_STATE_OFF, "web"));
  group = muri_groups_find (groups, "web");
  g_assert_cmpuint (muri_group_get_n_vms (group), ==, 2);
  g_assert_cmpuint (muri_group_get_n_running (group), ==, 1);
  vms = fixture_count (group, "n-vms");
  running = fixture_count (group, "n-running");

  /* The same, other figures, another VM of another group. */
  fixture_fold_one (fixture->fleet, member (1, MURI_VM_STATE_RUNNING, "web"));
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, 0.5f, 1, 2));
  fixture_fold_one (fixture->fleet, member (3, MURI_VM_STATE_RUNNING, "db"));
  g_assert_cmpuint (*vms, ==, 0);
  g_assert_cmpuint (*running, ==, 0);

  fixture_fold_one (fixture->fleet, member (2, MURI_VM_STATE_RUNNING, "web"));
  g_assert_cmpuint (*vms, ==, 0);
  g_assert_cmpuint (*running, ==, 1);
  fixture_fold_one (fixture->fleet, member (3, MURI_VM_STATE_OFF, "web"));
  g_assert_cmpuint (*vms, ==, 1);
  g_assert_cmpuint (*running, ==, 1);
}

/* An outcome changes the counts that it is in. */
static void
test_operations (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MuriOperation) operation = NULL;
  guint *done, *failed, *targets, *open, *deadline;

  add_vms (fixture, 3);
  fixture_fold_one (fixture->fleet, fixture_report (9, NODE, 1, 3, MURI_OUTCOME_DONE));
  operation = g_list_model_get_item (muri_fleet_get_operations (fixture->fleet), 0);
  done = fixture_count (operation, "n-done");
  failed = fixture_count (operation, "n-failed");
  targets = fixture_count (operation, "n-targets");
  open = fixture_count (operation, "n-open");
  deadline = fixture_count (operation, "deadline");
  fixture_fold_one (fixture->fleet, fixture_report (9, NODE, 1, 3, MURI_OUTCOME_DONE));
  g_assert_cmpuint (*done, ==, 0);
  fixture_fold_one (fixture->fleet, fixture_report (9, NODE, 2, 1, MURI_OUTCOME_FAILED));
  g_assert_cmpuint (*done, ==, 1);
  g_assert_cmpuint (*failed, ==, 1);
  g_assert_cmpuint (*targets, ==, 0);
  g_assert_cmpuint (*open, ==, 0);
  g_assert_cmpuint (*deadline, ==, 0);
}

/* As after a reader that joined again, or an agent that began anew. */
static void
test_facts (Fixture *fixture, gconstpointer data)
{
  MuriVm *vm;
  const MuriVmFacts *facts;

  add_vms (fixture, 2);
  vm = get_vm (fixture, 0);
  facts = muri_vm_get_facts (vm);
  g_signal_connect_swapped (vm, "notify", G_CALLBACK (count), &fixture->told);
  fixture_fold_one (fixture->fleet, fixture_vm (NODE, 1, MURI_VM_STATE_RUNNING));
  g_assert_cmpuint (fixture->told, ==, 0);
  g_assert_true (muri_vm_get_facts (vm) == facts);
  fixture_fold_one (fixture->fleet, fixture_vm (NODE, 1, MURI_VM_STATE_PAUSED));
  g_assert_cmpuint (fixture->told, ==, 2); /* the state, and the facts */
  fixture_fold_one (fixture->fleet, fixture_vm (NODE, 1, MURI_VM_STATE_PAUSED));
  g_assert_cmpuint (fixture->told, ==, 2);
  g_signal_handlers_disconnect_by_data (vm, &fixture->told);
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
  ADD ("/fleet-quiet/facts", test_facts);
  ADD ("/fleet-quiet/fleet", test_fleet);
  ADD ("/fleet-quiet/groups", test_groups);
  ADD ("/fleet-quiet/operations", test_operations);
  ADD ("/fleet-quiet/order-of-samples", test_order_of_samples);
  ADD ("/fleet-quiet/recording", test_recording);
  return g_test_run ();
}
