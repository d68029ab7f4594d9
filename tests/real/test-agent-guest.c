/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-fixture.h"

/* A real guest that does not follow at once, and a libvirtd that goes away. */

#define GUEST "guest-1"
#define PATIENCE 60 /* seconds */

typedef struct
{
  Fixture fixture;
  MuriTestLibvirtd *libvirtd;
  MuriTestAgent *agent;
  muri_v1_Uuid node;
  muri_v1_Uuid guest;
} Power;

static void
set_up (Power *power, gconstpointer data)
{
  fixture_set_up (&power->fixture, NULL);
  power->libvirtd = muri_test_libvirtd_from_environment ();
  g_assert_nonnull (power->libvirtd);
  virConnectPtr connection = muri_test_libvirtd_get_connection (power->libvirtd);
  virDomainPtr domain = virDomainLookupByName (connection, GUEST);
  virDomainGetUUID (domain, power->guest.b);
  virDomainFree (domain);
  power->agent = muri_test_agent_spawn ("real", muri_test_libvirtd_get_uri (power->libvirtd), NULL);
  power->node = fixture_await_node (&power->fixture, "real");
}

static void
tear_down (Power *power, gconstpointer data)
{
  muri_test_agent_free (power->agent);
  muri_test_libvirtd_free (power->libvirtd);
  fixture_tear_down (&power->fixture, NULL);
}

static const muri_v1_Outcome *
ask (Power *power, guint verb, gint64 seconds)
{
  g_autoptr (FixtureOperation) operation = fixture_operation (&power->fixture, verb, seconds);
  fixture_add_target (operation, &power->node, &power->guest);
  fixture_publish (&power->fixture, operation);
  const muri_v1_Report *report = NULL;
  muri_test_await ((report = fixture_report (&power->fixture, operation)) != NULL
                       && report->complete,
                   seconds + 20);
  const muri_v1_Outcome *outcome = fixture_outcome (report, &power->guest);
  g_test_message ("%s: %s after %" G_GINT64_FORMAT " ms %s", muri_verb_to_nick (verb),
                  muri_outcome_to_nick (outcome->state),
                  (outcome->finished - operation->issued) / 1000, outcome->message);
  return outcome;
}

static void
expect (Power *power, guint verb, guint state)
{
  const muri_v1_Outcome *outcome = ask (power, verb, PATIENCE);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_DONE);
  g_assert_cmpuint (outcome->vm_state, ==, state);
  fixture_await (fixture_vm_state (&power->fixture, &power->guest) == state);
}

/* A guest that still boots hears no button: it is pressed again until the deadline. */
static void
test_deaf (Power *power, gconstpointer data)
{
  expect (power, MURI_VERB_POWER_ON, MURI_VM_STATE_RUNNING);
  expect (power, MURI_VERB_SHUTDOWN, MURI_VM_STATE_OFF);

  /* Not before the deadline: then forced, which does not wait for it. */
  expect (power, MURI_VERB_POWER_ON, MURI_VM_STATE_RUNNING);
  const muri_v1_Outcome *outcome = ask (power, MURI_VERB_SHUTDOWN, 1);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_TIMED_OUT);
  g_autoptr (FixtureOperation) patient = fixture_operation (&power->fixture, MURI_VERB_REBOOT, 60);
  fixture_add_target (patient, &power->node, &power->guest);
  fixture_publish (&power->fixture, patient);
  fixture_await (fixture_report (&power->fixture, patient) != NULL);
  expect (power, MURI_VERB_POWER_OFF, MURI_VM_STATE_OFF);
  const muri_v1_Report *report = fixture_await_complete (&power->fixture, patient);
  g_assert_cmpuint (fixture_outcome (report, &power->guest)->state, ==, MURI_OUTCOME_FAILED);
}

/* libvirtd dies while a guest is asked to shut down: that goes on when it is back. */
static void
test_libvirtd (Power *power, gconstpointer data)
{
  expect (power, MURI_VERB_POWER_ON, MURI_VM_STATE_RUNNING);
  g_autoptr (FixtureOperation) patient =
      fixture_operation (&power->fixture, MURI_VERB_SHUTDOWN, 60);
  fixture_add_target (patient, &power->node, &power->guest);
  fixture_publish (&power->fixture, patient);
  const muri_v1_Report *report = NULL;
  fixture_await ((report = fixture_report (&power->fixture, patient)) != NULL
                 && fixture_outcome (report, &power->guest)->state == MURI_OUTCOME_RUNNING);
  muri_test_libvirtd_kill9 (power->libvirtd);
  muri_test_libvirtd_start (power->libvirtd);
  muri_test_await (fixture_report (&power->fixture, patient)->complete, 80);
  const muri_v1_Outcome *outcome =
      fixture_outcome (fixture_report (&power->fixture, patient), &power->guest);
  g_test_message ("%s: %s", muri_outcome_to_nick (outcome->state), outcome->message);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_DONE);
  g_assert_cmpuint (outcome->vm_state, ==, MURI_VM_STATE_OFF);
}

/* While there is no libvirtd: tried again for a while, then as libvirt says it. */
static void
test_unreachable (Power *power, gconstpointer data)
{
  muri_test_libvirtd_kill9 (power->libvirtd);
  const muri_v1_Outcome *outcome = ask (power, MURI_VERB_POWER_ON, 40);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_FAILED);
  g_assert_cmpstr (outcome->message, !=, "");
  g_assert_cmpint (outcome->error, !=, 0);

  g_autoptr (FixtureOperation) operation =
      fixture_operation (&power->fixture, MURI_VERB_POWER_ON, 40);
  fixture_add_target (operation, &power->node, &power->guest);
  fixture_publish (&power->fixture, operation);
  fixture_await (fixture_report (&power->fixture, operation) != NULL);
  muri_test_libvirtd_start (power->libvirtd);
  const muri_v1_Report *report = fixture_await_complete (&power->fixture, operation);
  g_assert_cmpuint (fixture_outcome (report, &power->guest)->state, ==, MURI_OUTCOME_DONE);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
#define add(name, func) g_test_add ("/agent/guest/" name, Power, NULL, set_up, func, tear_down)
  add ("deaf", test_deaf);
  add ("libvirtd", test_libvirtd);
  add ("unreachable", test_unreachable);
  return muri_test_run ();
}
