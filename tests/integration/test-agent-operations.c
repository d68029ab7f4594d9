/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-fixture.h"

#include <string.h>

/* Power operations by publishing them, on the test driver in a real agent. */

static const muri_v1_Report *
ask (Fixture *fixture, guint verb, const muri_v1_Uuid *node, guint vm)
{
  g_autoptr (FixtureOperation) operation = fixture_operation (fixture, verb, 20);
  muri_v1_Uuid target = fixture_vm (vm);
  fixture_add_target (operation, node, &target);
  fixture_publish (fixture, operation);
  return fixture_await_complete (fixture, operation);
}

static void
expect (const muri_v1_Report *report, guint vm, guint outcome, guint vm_state)
{
  muri_v1_Uuid target = fixture_vm (vm);
  const muri_v1_Outcome *found = fixture_outcome (report, &target);
  g_assert_nonnull (found);
  if (found->state != outcome)
    g_error ("outcome %s instead of %s: %s", muri_outcome_to_nick (found->state),
             muri_outcome_to_nick (outcome), found->message);
  g_assert_cmpuint (found->vm_state, ==, vm_state);
}

static MuriTestAgent *
start (Fixture *fixture, const char *states, muri_v1_Uuid *node)
{
  g_autofree char *uri = fixture_node_file (states);
  MuriTestAgent *agent = muri_test_agent_spawn ("alpha", uri, NULL);
  *node = fixture_await_node (fixture, "alpha");
  return agent;
}

static void
test_verbs (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint verb, outcome, state;
  } steps[] = {
    { MURI_VERB_POWER_ON, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING },
    { MURI_VERB_POWER_ON, MURI_OUTCOME_ALREADY, MURI_VM_STATE_RUNNING },
    { MURI_VERB_PAUSE, MURI_OUTCOME_DONE, MURI_VM_STATE_PAUSED },
    { MURI_VERB_PAUSE, MURI_OUTCOME_ALREADY, MURI_VM_STATE_PAUSED },
    { MURI_VERB_SHUTDOWN, MURI_OUTCOME_FAILED, MURI_VM_STATE_PAUSED },
    { MURI_VERB_RESUME, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING },
    { MURI_VERB_RESUME, MURI_OUTCOME_ALREADY, MURI_VM_STATE_RUNNING },
    { MURI_VERB_PAUSE, MURI_OUTCOME_DONE, MURI_VM_STATE_PAUSED },
    { MURI_VERB_POWER_ON, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING },
    { MURI_VERB_REBOOT, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING },
    { MURI_VERB_SAVE, MURI_OUTCOME_DONE, MURI_VM_STATE_SAVED },
    { MURI_VERB_SAVE, MURI_OUTCOME_ALREADY, MURI_VM_STATE_SAVED },
    { MURI_VERB_POWER_ON, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING },
    { MURI_VERB_SHUTDOWN, MURI_OUTCOME_DONE, MURI_VM_STATE_OFF },
    { MURI_VERB_SHUTDOWN, MURI_OUTCOME_ALREADY, MURI_VM_STATE_OFF },
    { MURI_VERB_POWER_ON, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING },
    { MURI_VERB_RESET, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING },
    { MURI_VERB_POWER_OFF, MURI_OUTCOME_DONE, MURI_VM_STATE_OFF },
    { MURI_VERB_POWER_OFF, MURI_OUTCOME_ALREADY, MURI_VM_STATE_OFF },
    { MURI_VERB_RESUME, MURI_OUTCOME_FAILED, MURI_VM_STATE_OFF },
  };
  muri_v1_Uuid node;
  g_autoptr (MuriTestAgent) agent = start (fixture, "o", &node);
  muri_v1_Uuid vm = fixture_vm (0);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      const muri_v1_Report *report = ask (fixture, steps[i].verb, &node, 0);
      g_test_message ("%s", muri_verb_to_nick (steps[i].verb));
      expect (report, 0, steps[i].outcome, steps[i].state);
      fixture_await (fixture_vm_state (fixture, &vm) == steps[i].state);
    }
  /* The hypervisor's own words. */
  const muri_v1_Report *report = ask (fixture, MURI_VERB_RESET, &node, 0);
  expect (report, 0, MURI_OUTCOME_FAILED, MURI_VM_STATE_OFF);
  g_assert_cmpint (fixture_outcome (report, &vm)->error, !=, 0);
  g_assert_cmpstr (fixture_outcome (report, &vm)->message, !=, "");
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  char states[101] = { 0 };
  memset (states, 'o', 100);
  muri_v1_Uuid node, absent, other;
  g_autoptr (MuriTestAgent) agent = start (fixture, states, &node);
  g_autoptr (FixtureOperation) operation = fixture_operation (fixture, MURI_VERB_POWER_ON, 20);
  for (guint i = 0; i < 100; i++)
    {
      muri_v1_Uuid vm = fixture_vm (i);
      fixture_add_target (operation, &node, &vm);
      fixture_add_target (operation, &node, &vm);
    }
  muri_uuid_generate (&absent);
  muri_uuid_generate (&other);
  fixture_add_target (operation, &node, &absent);
  fixture_add_target (operation, &other, &absent);
  fixture_add_target (operation, &node, NULL);
  gint64 began = g_get_monotonic_time ();
  fixture_publish (fixture, operation);

  const muri_v1_Report *report = fixture_await_complete (fixture, operation);
  double seconds = (g_get_monotonic_time () - began) / (double)G_TIME_SPAN_SECOND;
  g_assert_cmpuint (report->outcomes._length, ==, 102);
  g_assert_cmpstr (report->issuer, ==, "operator.test");
  for (guint i = 0; i < 100; i++)
    expect (report, i, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING);
  g_assert_cmpuint (fixture_outcome (report, &absent)->state, ==, MURI_OUTCOME_NOT_HERE);
  g_assert_cmpuint (fixture_outcome (report, &absent)->vm_state, ==, MURI_VM_STATE_GONE);
  muri_v1_Uuid zero = { 0 };
  g_assert_cmpuint (fixture_outcome (report, &zero)->state, ==, MURI_OUTCOME_UNSUPPORTED);
  /* Ten a second, and the first. */
  g_assert_cmpfloat (
      GPOINTER_TO_UINT (g_hash_table_lookup (fixture->received, &operation->operation)), <=,
      11 + 10 * seconds);
}

/* Decided by what the sample says, without a look at the VM. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  muri_v1_Uuid node, vm = fixture_vm (0);
  g_autoptr (MuriTestAgent) agent = start (fixture, "o", &node);
  g_autoptr (FixtureOperation) late = fixture_operation (fixture, MURI_VERB_POWER_ON, 20);
  g_autoptr (FixtureOperation) early = fixture_operation (fixture, MURI_VERB_POWER_ON, 20);
  g_autoptr (FixtureOperation) strange = fixture_operation (fixture, 77, 20);
  g_autoptr (FixtureOperation) cancelled = fixture_operation (fixture, MURI_VERB_POWER_ON, 20);
  late->issued -= 60 * G_TIME_SPAN_SECOND;
  late->deadline -= 60 * G_TIME_SPAN_SECOND;
  early->issued += 60 * G_TIME_SPAN_SECOND;
  early->deadline += 60 * G_TIME_SPAN_SECOND;
  cancelled->control = MURI_CONTROL_CANCEL;
  muri_v1_Operation *all[] = { late, early, strange, cancelled };
  guint outcomes[] = { MURI_OUTCOME_EXPIRED, MURI_OUTCOME_CLOCK_SKEW, MURI_OUTCOME_UNSUPPORTED,
                       MURI_OUTCOME_CANCELLED };
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      fixture_add_target (all[i], &node, &vm);
      fixture_publish (fixture, all[i]);
      const muri_v1_Report *report = fixture_await_complete (fixture, all[i]);
      g_assert_cmpuint (fixture_outcome (report, &vm)->state, ==, outcomes[i]);
    }
  expect (ask (fixture, MURI_VERB_POWER_ON, &node, 0), 0, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING);
}

/* Whatever comes, the agent answers the next sound operation, and none of it was acted on. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  muri_v1_Uuid node, running = fixture_vm (0), off = fixture_vm (1), random;
  g_autoptr (MuriTestAgent) agent = start (fixture, "ro", &node);
  g_autoptr (FixtureOperation) nothing = fixture_operation (fixture, MURI_VERB_POWER_OFF, 20);
  g_autoptr (FixtureOperation) many = fixture_operation (fixture, MURI_VERB_POWER_OFF, 20);
  g_autoptr (FixtureOperation) nobody = fixture_operation (fixture, MURI_VERB_POWER_OFF, 20);
  g_autoptr (FixtureOperation) endless = fixture_operation (fixture, MURI_VERB_POWER_OFF, 20);
  g_autoptr (FixtureOperation) words = fixture_operation (fixture, MURI_VERB_POWER_OFF, 20);
  g_autoptr (FixtureOperation) bent = fixture_operation (fixture, MURI_VERB_POWER_OFF, 20);

  fixture_publish (fixture, nothing);
  fixture_add_target (many, &node, &running);
  for (guint i = 0; i < 20; i++)
    {
      muri_uuid_generate (&random);
      fixture_add_target (many, &random, &running);
      muri_v1_NodeTargets *targets = &many->targets._buffer[many->targets._length - 1];
      targets->vms._buffer = dds_realloc (targets->vms._buffer, 5000 * sizeof (muri_v1_Uuid));
      targets->vms._length = targets->vms._maximum = 5000;
      for (guint j = 0; j < 5000; j++)
        muri_uuid_generate (&targets->vms._buffer[j]);
    }
  fixture_publish (fixture, many);
  nobody->console = (muri_v1_Uuid){ 0 };
  fixture_add_target (nobody, &node, &running);
  fixture_publish (fixture, nobody);
  endless->deadline = G_MAXINT64;
  fixture_add_target (endless, &node, &running);
  fixture_publish (fixture, endless);
  g_strlcpy (words->group, "\xff\xfe broken", sizeof words->group);
  fixture_add_target (words, &node, &running);
  fixture_publish (fixture, words);
  bent->issued = -5;
  fixture_add_target (bent, &node, &running);
  fixture_publish (fixture, bent);

  /* One writer's samples come in order: when this is done, those were seen. */
  expect (ask (fixture, MURI_VERB_POWER_ON, &node, 1), 1, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING);
  expect (ask (fixture, MURI_VERB_POWER_ON, &node, 0), 0, MURI_OUTCOME_ALREADY,
          MURI_VM_STATE_RUNNING);
  g_assert_cmpuint (g_hash_table_size (fixture->reports), ==, 2);
  fixture_await (fixture_vm_state (fixture, &off) == MURI_VM_STATE_RUNNING);
}

static void
test_repeated (Fixture *fixture, gconstpointer data)
{
  muri_v1_Uuid node, vm = fixture_vm (0), other = fixture_vm (1);
  g_autoptr (MuriTestAgent) agent = start (fixture, "ro", &node);
  g_autoptr (FixtureOperation) operation = fixture_operation (fixture, MURI_VERB_POWER_OFF, 20);
  fixture_add_target (operation, &node, &vm);
  fixture_publish (fixture, operation);
  expect (fixture_await_complete (fixture, operation), 0, MURI_OUTCOME_DONE, MURI_VM_STATE_OFF);
  expect (ask (fixture, MURI_VERB_POWER_ON, &node, 0), 0, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING);

  /* The same again, with another control, and with other content under its name. */
  fixture_publish (fixture, operation);
  operation->control = MURI_CONTROL_CANCEL;
  fixture_publish (fixture, operation);
  operation->control = MURI_CONTROL_GO;
  operation->verb = MURI_VERB_PAUSE;
  fixture_publish (fixture, operation);
  operation->verb = MURI_VERB_POWER_OFF;
  fixture_add_target (operation, &node, &other);
  fixture_publish (fixture, operation);

  expect (ask (fixture, MURI_VERB_POWER_ON, &node, 1), 1, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING);
  expect (ask (fixture, MURI_VERB_POWER_ON, &node, 0), 0, MURI_OUTCOME_ALREADY,
          MURI_VM_STATE_RUNNING);
  const muri_v1_Report *report = fixture_report (fixture, operation);
  g_assert_cmpuint (report->outcomes._length, ==, 1);
  g_assert_cmpuint (report->verb, ==, MURI_VERB_POWER_OFF);
  expect (report, 0, MURI_OUTCOME_DONE, MURI_VM_STATE_OFF);
}

static void
test_hold (Fixture *fixture, gconstpointer data)
{
  muri_v1_Uuid node, vm[3] = { fixture_vm (0), fixture_vm (1), fixture_vm (2) };
  g_autoptr (MuriTestAgent) agent = start (fixture, "ooo", &node);
  g_autoptr (FixtureOperation) held = fixture_operation (fixture, MURI_VERB_POWER_ON, 20);
  g_autoptr (FixtureOperation) dropped = fixture_operation (fixture, MURI_VERB_POWER_ON, 20);
  g_autoptr (FixtureOperation) lapsed = fixture_operation (fixture, MURI_VERB_POWER_ON, 1);
  muri_v1_Operation *all[] = { held, dropped, lapsed };
  for (guint i = 0; i < 3; i++)
    {
      all[i]->control = MURI_CONTROL_HOLD;
      fixture_add_target (all[i], &node, &vm[i]);
      fixture_publish (fixture, all[i]);
      fixture_await (fixture_report (fixture, all[i]) != NULL);
      /* The last one may have run out before anything was heard of it. */
      if (all[i] != lapsed)
        expect (fixture_report (fixture, all[i]), i, MURI_OUTCOME_QUEUED, MURI_VM_STATE_UNKNOWN);
    }
  expect (fixture_await_complete (fixture, lapsed), 2, MURI_OUTCOME_EXPIRED, MURI_VM_STATE_UNKNOWN);
  /* What is held holds up nobody else. */
  expect (ask (fixture, MURI_VERB_POWER_OFF, &node, 0), 0, MURI_OUTCOME_ALREADY, MURI_VM_STATE_OFF);
  held->control = MURI_CONTROL_GO;
  fixture_publish (fixture, held);
  expect (fixture_await_complete (fixture, held), 0, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING);
  dropped->control = MURI_CONTROL_CANCEL;
  fixture_publish (fixture, dropped);
  expect (fixture_await_complete (fixture, dropped), 1, MURI_OUTCOME_CANCELLED,
          MURI_VM_STATE_UNKNOWN);
  dropped->control = MURI_CONTROL_GO;
  fixture_publish (fixture, dropped);
  expect (ask (fixture, MURI_VERB_POWER_OFF, &node, 1), 1, MURI_OUTCOME_ALREADY, MURI_VM_STATE_OFF);
}

/* A console that comes later, or an agent that comes back, finds the reports. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  muri_v1_Uuid node, vm = fixture_vm (0);
  g_autoptr (MuriTestAgent) agent = start (fixture, "o", &node);
  g_autoptr (FixtureOperation) done = fixture_operation (fixture, MURI_VERB_POWER_ON, 20);
  fixture_add_target (done, &node, &vm);
  fixture_publish (fixture, done);
  fixture_await_complete (fixture, done);

  muri_test_agent_stop (agent);
  fixture_await (((muri_v1_Node *)g_hash_table_lookup (fixture->nodes, &node))->presence
                 == MURI_PRESENCE_LEAVING);
  g_hash_table_remove_all (fixture->reports);

  muri_test_agent_restart (agent);
  muri_v1_Uuid again = fixture_await_node (fixture, "alpha");
  g_assert_true (muri_uuid_equal (&node, &again));
  expect (fixture_await_complete (fixture, done), 0, MURI_OUTCOME_DONE, MURI_VM_STATE_RUNNING);
  /* The transient-local sample of the operation came again as well, and powered nothing on. */
  expect (ask (fixture, MURI_VERB_POWER_OFF, &node, 0), 0, MURI_OUTCOME_ALREADY, MURI_VM_STATE_OFF);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
#define add(name, func)                                                                            \
  g_test_add ("/agent/operations/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  add ("verbs", test_verbs);
  add ("many", test_many);
  add ("refused", test_refused);
  add ("hostile", test_hostile);
  add ("repeated", test_repeated);
  add ("hold", test_hold);
  add ("restart", test_restart);
  return muri_test_run ();
}
