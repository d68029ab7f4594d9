/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-words.h"

#include <math.h>

typedef struct
{
  guint removed;
  guint added;
  guint signals;
} Changes;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Changes *changes = data;

  changes->removed += removed;
  changes->added += added;
  changes->signals++;
  g_assert_cmpuint (position + added, <=, g_list_model_get_n_items (model));
}

static void
watch (GListModel *model, Changes *changes)
{
  *changes = (Changes){ 0 };
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), changes);
}

/* What makes a node with @n VMs, numbered from 100. */
static void
fold_node_with_vms (MuriFleet *fleet, guint node, guint n)
{
  g_autofree MuriChange *changes = g_new (MuriChange, n + 1);

  for (guint i = 0; i < n; i++)
    changes[i] = fixture_vm (node, 100 + i, MURI_VM_STATE_RUNNING);
  changes[n] = fixture_node (node, n);
  fixture_fold (fleet, changes, n + 1);
}

static void
test_batch (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  Changes vms;
  Changes nodes;
  MuriNode *node;

  watch (muri_fleet_get_vms (fleet), &vms);
  watch (muri_fleet_get_nodes (fleet), &nodes);
  fold_node_with_vms (fleet, 1, 500);

  /* One change for all of them, though they came before their node. */
  g_assert_cmpuint (vms.signals, ==, 1);
  g_assert_cmpuint (vms.added, ==, 500);
  g_assert_cmpuint (nodes.signals, ==, 1);

  node = fixture_find_node (fleet, 1);
  g_assert_cmpstr (muri_node_get_name (node), ==, "node-1");
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_UP);
  g_assert_cmpuint (muri_node_get_zone (node), ==, FIXTURE_ZONE);
  g_assert_cmpuint (muri_node_get_n_vms (node), ==, 500);
  g_assert_cmpuint (muri_node_get_n_running (node), ==, 500);
  g_assert_cmpuint (g_list_model_get_n_items (muri_node_get_vms (node)), ==, 500);
  fixture_close (fleet);
}

static void
test_vms_before_node (void)
{
  MuriFleet *fleet = fixture_open (NULL);

  fixture_fold_one (fleet, fixture_vm (1, 100, MURI_VM_STATE_RUNNING));
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_nodes (fleet)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 0);
  g_assert_null (fixture_find_node (fleet, 1));

  fixture_fold_one (fleet, fixture_node (1, 1));
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 1);
  g_assert_true (muri_vm_is_known (fixture_find_vm (fleet, 1, 100)));
  fixture_close (fleet);
}

static void
test_in_place (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  Changes vms;
  MuriVm *vm;
  guint *states;
  guint *names;
  guint *facts;

  fold_node_with_vms (fleet, 1, 3);
  vm = fixture_find_vm (fleet, 1, 101);
  states = fixture_count (vm, "state");
  names = fixture_count (vm, "name");
  facts = fixture_count (vm, "facts");
  watch (muri_fleet_get_vms (fleet), &vms);

  fixture_fold_one (fleet, fixture_vm (1, 101, MURI_VM_STATE_PAUSED));
  g_assert_true (vm == fixture_find_vm (fleet, 1, 101));
  g_assert_cmpuint (muri_vm_get_state (vm), ==, MURI_VM_STATE_PAUSED);
  g_assert_cmpuint (vms.signals, ==, 0);
  g_assert_cmpuint (*states, ==, 1);
  g_assert_cmpuint (*names, ==, 0);
  g_assert_cmpuint (*facts, ==, 1);
  g_assert_cmpuint (muri_node_get_n_running (fixture_find_node (fleet, 1)), ==, 2);
  fixture_close (fleet);
}

static void
test_removal (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriVm *vm;

  fold_node_with_vms (fleet, 1, 5);
  vm = g_object_ref (fixture_find_vm (fleet, 1, 102));

  fixture_fold_one (
      fleet, fixture_with_life (fixture_vm (1, 102, MURI_VM_STATE_RUNNING), MURI_LIFE_DISPOSED));
  g_assert_null (fixture_find_vm (fleet, 1, 102));
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 4);
  g_assert_cmpuint (muri_node_get_n_vms (fixture_find_node (fleet, 1)), ==, 4);
  g_assert_finalize_object (vm);

  /* The others are still where the model says. */
  for (guint i = 0; i < 5; i++)
    if (i != 2)
      fixture_fold_one (fleet, fixture_with_life (fixture_vm (1, 100 + i, MURI_VM_STATE_RUNNING),
                                                  MURI_LIFE_DISPOSED));
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 0);

  /* Twice does nothing. */
  fixture_fold_one (
      fleet, fixture_with_life (fixture_vm (1, 100, MURI_VM_STATE_RUNNING), MURI_LIFE_DISPOSED));
  fixture_close (fleet);
}

static void
test_figures (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriVm *vm;
  MuriNode *node;
  guint *of_vm;
  guint *of_fleet;
  float recent[120];

  fold_node_with_vms (fleet, 1, 3);
  node = fixture_find_node (fleet, 1);
  vm = fixture_find_vm (fleet, 1, 101);
  of_vm = fixture_count (vm, "figures");
  of_fleet = fixture_count (fleet, "figures");
  g_assert_true (isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU)));

  fixture_fold_one (fleet, fixture_sample (1, 0.5f, 100, 3));
  g_assert_cmpfloat (muri_vm_get_figure (vm, MURI_FIGURE_CPU), ==, 0.5);
  g_assert_cmpfloat (muri_node_get_figure (node, MURI_FIGURE_CPU), ==, 0.5);
  g_assert_true (isnan (muri_vm_get_figure (vm, MURI_FIGURE_MEMORY)));
  g_assert_cmpuint (*of_vm, ==, 1);
  g_assert_cmpuint (*of_fleet, ==, 1);
  g_assert_cmpuint (muri_series_get_length (muri_vm_get_series (vm)), ==, 1);

  /* The same again: a sample more, but nothing changed. */
  fixture_fold_one (fleet, fixture_sample (1, 0.5f, 100, 3));
  g_assert_cmpuint (*of_vm, ==, 1);
  g_assert_cmpuint (*of_fleet, ==, 1);
  g_assert_cmpuint (muri_series_get_length (muri_vm_get_series (vm)), ==, 2);
  g_assert_cmpuint (muri_vm_get_recent_cpu (vm, recent, 120), ==, 2);
  g_assert_cmpfloat_with_epsilon (recent[1], 0.5f, 0.01f);

  /* A guest that is off has no figures, whatever a late sample says. */
  fixture_fold_one (fleet, fixture_vm (1, 101, MURI_VM_STATE_OFF));
  g_assert_true (isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU)));
  fixture_fold_one (fleet, fixture_sample (1, 0.7f, 100, 3));
  g_assert_true (isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU)));
  fixture_close (fleet);
}

static void
test_recent (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  muri_v1_VmFigures figures = { .known = MURI_VM_FIGURE_CPU };
  float recent[200];
  MuriVm *vm;

  fold_node_with_vms (fleet, 1, 1);
  vm = fixture_find_vm (fleet, 1, 100);

  for (gint64 i = 0; i < 150; i++)
    {
      figures.cpu = i == 149 ? 1 : 0.2f;
      muri_vm_take_figures (vm, &figures, i * G_USEC_PER_SEC, i * G_USEC_PER_SEC);
    }
  g_assert_cmpuint (muri_vm_get_recent_cpu (vm, recent, 200), ==, 120);
  g_assert_cmpfloat (recent[119], ==, 1);
  g_assert_cmpfloat_with_epsilon (recent[118], 0.2f, 0.01f);
  g_assert_cmpuint (muri_vm_get_recent_cpu (vm, recent, 2), ==, 2);
  g_assert_cmpfloat (recent[1], ==, 1);

  /* Three seconds missed are a gap of three. */
  muri_vm_take_figures (vm, &figures, 153 * G_USEC_PER_SEC, 153 * G_USEC_PER_SEC);
  g_assert_cmpuint (muri_vm_get_recent_cpu (vm, recent, 5), ==, 5);
  g_assert_cmpfloat (recent[0], ==, 1);
  g_assert_true (isnan (recent[1]) && isnan (recent[2]) && isnan (recent[3]));
  g_assert_cmpfloat (recent[4], ==, 1);
  fixture_close (fleet);
}

static void
test_stale (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  gint64 now = g_get_monotonic_time ();
  MuriNode *node;
  MuriVm *vm;

  fold_node_with_vms (fleet, 1, 1);
  node = fixture_find_node (fleet, 1);
  vm = fixture_find_vm (fleet, 1, 100);
  fixture_fold_one (fleet, fixture_sample (1, 0.5f, 100, 1));

  muri_fleet_pass_time (fleet, now + 2 * G_USEC_PER_SEC);
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_UP);
  g_assert_cmpfloat (muri_vm_get_figure (vm, MURI_FIGURE_CPU), ==, 0.5);

  muri_fleet_pass_time (fleet, now + 5 * G_USEC_PER_SEC);
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_STALE);
  g_assert_true (isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU)));
  g_assert_true (isnan (muri_node_get_figure (node, MURI_FIGURE_CPU)));
  /* The state was not said to be another one. */
  g_assert_true (muri_vm_is_known (vm));

  fixture_fold_one (fleet, fixture_sample (1, 0.5f, 100, 1));
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_UP);
  g_assert_cmpfloat (muri_vm_get_figure (vm, MURI_FIGURE_CPU), ==, 0.5);
  fixture_close (fleet);
}

static void
test_unreachable (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange late;
  MuriNode *node;
  MuriVm *vm;
  guint *known;

  fold_node_with_vms (fleet, 1, 1);
  node = fixture_find_node (fleet, 1);
  vm = fixture_find_vm (fleet, 1, 100);
  known = fixture_count (vm, "known");
  late = fixture_sample (1, 0.5f, 100, 1);

  fixture_fold_one (fleet, fixture_with_life (fixture_node (1, 1), MURI_LIFE_NO_WRITERS));
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_UNREACHABLE);
  g_assert_cmpuint (muri_vm_get_state (vm), ==, MURI_VM_STATE_RUNNING);
  g_assert_false (muri_vm_is_known (vm));
  g_assert_false (muri_vm_can (vm, MURI_VERB_PAUSE));
  g_assert_cmpuint (*known, ==, 1);

  /* What was under way before does not bring it back. */
  fixture_fold_one (fleet, late);
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_UNREACHABLE);
  muri_fleet_pass_time (fleet, g_get_monotonic_time ());
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_UNREACHABLE);

  fixture_fold_one (fleet, fixture_node (1, 1));
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_UP);
  g_assert_true (muri_vm_is_known (vm));
  g_assert_true (muri_vm_can (vm, MURI_VERB_PAUSE));
  g_assert_cmpuint (*known, ==, 2);
  fixture_close (fleet);
}

static void
test_stopped_and_hypervisor_down (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange change = fixture_node (1, 1);
  muri_v1_Node *sample = change.sample;
  MuriNode *node;
  MuriVm *vm;

  fold_node_with_vms (fleet, 1, 1);
  node = fixture_find_node (fleet, 1);
  vm = fixture_find_vm (fleet, 1, 100);

  sample->connection = MURI_CONNECTION_DOWN;
  sample->connection_since = g_get_real_time () - G_USEC_PER_SEC;
  fixture_fold_one (fleet, change);
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_HYPERVISOR_DOWN);
  g_assert_true (muri_node_is_reachable (node));
  g_assert_false (muri_vm_is_known (vm));
  g_assert_cmpint (muri_vm_get_heard (vm), <, muri_node_get_heard (node));

  change = fixture_node (1, 1);
  sample = change.sample;
  sample->presence = MURI_PRESENCE_LEAVING;
  fixture_fold_one (fleet, change);
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_STOPPED);
  fixture_fold_one (fleet, fixture_with_life (fixture_node (1, 1), MURI_LIFE_NO_WRITERS));
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_STOPPED);
  g_assert_false (muri_node_is_reachable (node));
  fixture_close (fleet);
}

/* A VM that was deleted while nobody listened: its node has told of all others. */
static void
test_reconcile (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange changes[3];

  fold_node_with_vms (fleet, 1, 3);
  fixture_fold_one (fleet, fixture_with_life (fixture_node (1, 3), MURI_LIFE_NO_WRITERS));

  changes[0] = fixture_node (1, 2);
  changes[1] = fixture_vm (1, 100, MURI_VM_STATE_RUNNING);
  fixture_fold (fleet, changes, 2);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 3);

  fixture_fold_one (fleet, fixture_vm (1, 102, MURI_VM_STATE_RUNNING));
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 2);
  g_assert_null (fixture_find_vm (fleet, 1, 101));
  fixture_close (fleet);
}

/* An agent died and came back within its lease, and what it had told of last is not there: the node
 * was never lost, but nobody writes that VM any more. */
static void
test_second_life (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange changes[2];

  fold_node_with_vms (fleet, 1, 3);
  changes[0] = fixture_node (1, 2);
  changes[1] = fixture_vm (1, 100, MURI_VM_STATE_RUNNING);
  fixture_fold (fleet, changes, 2);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 3);

  fixture_fold_one (
      fleet, fixture_with_life (fixture_vm (1, 101, MURI_VM_STATE_OFF), MURI_LIFE_NO_WRITERS));
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 2);
  g_assert_null (fixture_find_vm (fleet, 1, 101));
  fixture_close (fleet);
}

static void
test_skew (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriNode *node;

  fold_node_with_vms (fleet, 1, 0);
  node = fixture_find_node (fleet, 1);
  for (guint i = 0; i < 5; i++)
    {
      MuriChange change = fixture_sample (1, 0, 100, 0);
      muri_v1_Sample *sample = change.sample;

      /* One that was under way for long does not count. */
      sample->time += 40 * G_USEC_PER_SEC - (i == 3 ? 2 * G_USEC_PER_SEC : 0);
      fixture_fold_one (fleet, change);
    }
  g_assert_cmpint (ABS (muri_node_get_clock_skew (node) - 40 * G_USEC_PER_SEC), <,
                   G_USEC_PER_SEC / 2);
  fixture_close (fleet);
}

static void
test_events (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  GListModel *events = muri_fleet_get_events (fleet);
  gint64 last = G_MAXINT64;

  fold_node_with_vms (fleet, 1, 0);
  fold_node_with_vms (fleet, 2, 0);
  for (guint i = 1; i <= 10; i++)
    fixture_fold_one (fleet, fixture_event (1, i, 1000 * i));
  /* Older ones of another node come in between, those that are known only once. */
  for (guint i = 1; i <= 5; i++)
    fixture_fold_one (fleet, fixture_event (2, i, 1500 * i));
  for (guint i = 1; i <= 10; i++)
    fixture_fold_one (fleet, fixture_event (1, i, 1000 * i));

  g_assert_cmpuint (g_list_model_get_n_items (events), ==, 15);
  for (guint i = 0; i < 15; i++)
    {
      g_autoptr (MuriEvent) event = g_list_model_get_item (events, i);

      g_assert_cmpint (muri_event_get_time (event), <=, last);
      last = muri_event_get_time (event);
    }
  fixture_close (fleet);
}

static void
test_events_bounded (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  guint n = MURI_EVENTS_MAX + 100;
  g_autofree MuriChange *changes = g_new (MuriChange, n);
  g_autoptr (MuriEvent) newest = NULL;

  for (guint i = 0; i < n; i++)
    changes[i] = fixture_event (1, i + 1, 1000 + i);
  fixture_fold (fleet, changes, n);

  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_events (fleet)), ==, MURI_EVENTS_MAX);
  newest = g_list_model_get_item (muri_fleet_get_events (fleet), 0);
  g_assert_cmpint (muri_event_get_time (newest), ==, 1000 + n - 1);
  fixture_close (fleet);
}

static void
test_verbs (void)
{
  static const struct
  {
    guint state;
    const char *verbs;
  } rows[] = {
    { MURI_VM_STATE_RUNNING, "power-off shutdown reset reboot pause save" },
    { MURI_VM_STATE_PAUSED, "resume power-off reset save" },
    { MURI_VM_STATE_OFF, "power-on" },
    { MURI_VM_STATE_SAVED, "power-on" },
    { MURI_VM_STATE_CRASHED, "power-on" },
    { MURI_VM_STATE_SUSPENDED, "resume power-off" },
    { MURI_VM_STATE_STOPPING, "power-off reset" },
    { 200, "" },
  };
  MuriFleet *fleet = fixture_open (NULL);

  fold_node_with_vms (fleet, 1, 1);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) verbs = g_strsplit (rows[i].verbs, " ", -1);
      MuriVm *vm = fixture_find_vm (fleet, 1, 100);

      fixture_fold_one (fleet, fixture_vm (1, 100, rows[i].state));
      for (guint verb = MURI_VERB_POWER_ON; verb <= MURI_VERB_SAVE; verb++)
        {
          const char *nick = muri_verb_to_nick (verb);

          g_test_message ("state %u, %s", rows[i].state, nick);
          g_assert_cmpint (muri_vm_can (vm, verb), ==,
                           g_strv_contains ((const char *const *)verbs, nick));
        }
      g_assert_false (muri_vm_can (vm, 60));
    }
  fixture_close (fleet);
}

static void
test_unsupported (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange change = fixture_node (1, 1);

  fold_node_with_vms (fleet, 1, 1);
  ((muri_v1_Node *)change.sample)->unsupported = G_GUINT64_CONSTANT (1) << MURI_VERB_SAVE;
  fixture_fold_one (fleet, change);
  g_assert_false (muri_vm_can (fixture_find_vm (fleet, 1, 100), MURI_VERB_SAVE));
  g_assert_true (muri_vm_can (fixture_find_vm (fleet, 1, 100), MURI_VERB_PAUSE));
  fixture_close (fleet);
}

static void
test_forget (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriNode *node;
  MuriVm *vm;

  fold_node_with_vms (fleet, 1, 3);
  fold_node_with_vms (fleet, 2, 3);
  node = g_object_ref (fixture_find_node (fleet, 1));
  vm = g_object_ref (fixture_find_vm (fleet, 1, 100));
  muri_fleet_forget_node (fleet, node);

  g_assert_null (fixture_find_node (fleet, 1));
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_nodes (fleet)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 3);
  /* Somebody may still look at what was forgotten. */
  g_assert_true (muri_vm_get_node (vm) == node);
  g_assert_finalize_object (vm);
  g_assert_finalize_object (node);
  fixture_close (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fleet/fold/batch", test_batch);
  g_test_add_func ("/fleet/fold/vms-before-node", test_vms_before_node);
  g_test_add_func ("/fleet/fold/in-place", test_in_place);
  g_test_add_func ("/fleet/fold/removal", test_removal);
  g_test_add_func ("/fleet/fold/figures", test_figures);
  g_test_add_func ("/fleet/fold/recent", test_recent);
  g_test_add_func ("/fleet/fold/stale", test_stale);
  g_test_add_func ("/fleet/fold/unreachable", test_unreachable);
  g_test_add_func ("/fleet/fold/stopped", test_stopped_and_hypervisor_down);
  g_test_add_func ("/fleet/fold/reconcile", test_reconcile);
  g_test_add_func ("/fleet/fold/second-life", test_second_life);
  g_test_add_func ("/fleet/fold/skew", test_skew);
  g_test_add_func ("/fleet/fold/events", test_events);
  g_test_add_func ("/fleet/fold/events-bounded", test_events_bounded);
  g_test_add_func ("/fleet/fold/verbs", test_verbs);
  g_test_add_func ("/fleet/fold/unsupported", test_unsupported);
  g_test_add_func ("/fleet/fold/forget", test_forget);
  return g_test_run ();
}
