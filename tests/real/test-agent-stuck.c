/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-fixture.h"

#include <signal.h>
#include <string.h>

/* One QEMU is stopped, so that calls to it hang. Run by with-libvirtd with running guests. */

typedef struct
{
  Fixture fixture;
  MuriTestLibvirtd *libvirtd;
  MuriTestAgent *agent;
  muri_v1_Uuid node;
  muri_v1_Uuid guest[3];
  GPid stuck;
} Stuck;

static void
set_up (Stuck *stuck, gconstpointer data)
{
  fixture_set_up (&stuck->fixture, NULL);
  stuck->libvirtd = muri_test_libvirtd_from_environment ();
  g_assert_nonnull (stuck->libvirtd);
  virConnectPtr connection = muri_test_libvirtd_get_connection (stuck->libvirtd);
  for (guint i = 0; i < G_N_ELEMENTS (stuck->guest); i++)
    {
      g_autofree char *name = g_strdup_printf ("guest-%u", i + 1);
      virDomainPtr domain = virDomainLookupByName (connection, name);
      g_assert_nonnull (domain);
      virDomainGetUUID (domain, stuck->guest[i].b);
      if (virDomainIsActive (domain) == 0)
        g_assert_cmpint (virDomainCreate (domain), ==, 0);
      virDomainFree (domain);
    }
  stuck->agent = muri_test_agent_spawn ("real", muri_test_libvirtd_get_uri (stuck->libvirtd), NULL);
  stuck->node = fixture_await_node (&stuck->fixture, "real");
  stuck->stuck = muri_test_libvirtd_get_guest_pid (stuck->libvirtd, "guest-1");
  g_assert_cmpint (stuck->stuck, >, 1);
}

static void
tear_down (Stuck *stuck, gconstpointer data)
{
  kill (stuck->stuck, SIGCONT);
  muri_test_agent_free (stuck->agent);
  muri_test_libvirtd_free (stuck->libvirtd);
  fixture_tear_down (&stuck->fixture, NULL);
}

static muri_v1_Operation *
ask (Stuck *stuck, guint verb, guint guest, gint64 seconds)
{
  muri_v1_Operation *operation = fixture_operation (&stuck->fixture, verb, seconds);
  fixture_add_target (operation, &stuck->node, &stuck->guest[guest]);
  fixture_publish (&stuck->fixture, operation);
  return operation;
}

static void
expect (Stuck *stuck, const muri_v1_Operation *operation, guint guest, guint outcome)
{
  const muri_v1_Report *report = fixture_await_complete (&stuck->fixture, operation);
  const muri_v1_Outcome *found = fixture_outcome (report, &stuck->guest[guest]);
  if (found->state != outcome)
    g_error ("%s instead of %s: %s", muri_outcome_to_nick (found->state),
             muri_outcome_to_nick (outcome), found->message);
  g_test_message ("%s of guest %u: %s after %" G_GINT64_FORMAT " ms (%s)",
                  muri_verb_to_nick (operation->verb), guest + 1, muri_outcome_to_nick (outcome),
                  (found->finished - operation->issued) / 1000, found->message);
}

static void
pause_and_resume (Stuck *stuck, guint guest)
{
  g_autoptr (FixtureOperation) pause = ask (stuck, MURI_VERB_PAUSE, guest, 60);
  expect (stuck, pause, guest, MURI_OUTCOME_DONE);
  g_autoptr (FixtureOperation) resume = ask (stuck, MURI_VERB_RESUME, guest, 60);
  expect (stuck, resume, guest, MURI_OUTCOME_DONE);
}

/* Several operations hang at one VM; the others' go on, and forcing it off ends all that. */
static void
test_others (Stuck *stuck, gconstpointer data)
{
  g_assert_cmpint (kill (stuck->stuck, SIGSTOP), ==, 0);
  g_autoptr (FixtureOperation) hung = ask (stuck, MURI_VERB_PAUSE, 0, 12);
  g_autoptr (FixtureOperation) behind = ask (stuck, MURI_VERB_RESET, 0, 14);
  pause_and_resume (stuck, 1);
  pause_and_resume (stuck, 2);
  /* They did not wait for it. */
  const muri_v1_Report *report = fixture_report (&stuck->fixture, hung);
  g_assert_true (report == NULL || !report->complete);
  for (guint i = 0; i < 8; i++)
    pause_and_resume (stuck, 1 + i % 2);
  expect (stuck, hung, 0, MURI_OUTCOME_TIMED_OUT);
  for (guint i = 0; i < 4; i++)
    pause_and_resume (stuck, 1 + i % 2);
  fixture_await_complete (&stuck->fixture, behind);

  g_autoptr (FixtureOperation) off = ask (stuck, MURI_VERB_POWER_OFF, 0, 60);
  expect (stuck, off, 0, MURI_OUTCOME_DONE);
  g_autoptr (FixtureOperation) on = ask (stuck, MURI_VERB_POWER_ON, 0, 20);
  expect (stuck, on, 0, MURI_OUTCOME_DONE);
}

/* Forced off while a call to it hangs, without waiting for that call's deadline. */
static void
test_overtake (Stuck *stuck, gconstpointer data)
{
  g_assert_cmpint (kill (stuck->stuck, SIGSTOP), ==, 0);
  g_autoptr (FixtureOperation) hung = ask (stuck, MURI_VERB_PAUSE, 0, 120);
  g_autoptr (FixtureOperation) off = ask (stuck, MURI_VERB_POWER_OFF, 0, 60);
  expect (stuck, off, 0, MURI_OUTCOME_DONE);
  const muri_v1_Report *report = fixture_await_complete (&stuck->fixture, hung);
  g_test_message ("the call that hung: %s", fixture_outcome (report, &stuck->guest[0])->message);
  g_autoptr (FixtureOperation) on = ask (stuck, MURI_VERB_POWER_ON, 0, 20);
  expect (stuck, on, 0, MURI_OUTCOME_DONE);
}

/* An agent that is stopped while a call hangs leaves at once, and says so when it is back. */
static void
test_stop (Stuck *stuck, gconstpointer data)
{
  g_assert_cmpint (kill (stuck->stuck, SIGSTOP), ==, 0);
  g_autoptr (FixtureOperation) hung = ask (stuck, MURI_VERB_PAUSE, 0, 120);
  const muri_v1_Report *report = NULL;
  fixture_await ((report = fixture_report (&stuck->fixture, hung)) != NULL
                 && fixture_outcome (report, &stuck->guest[0])->state == MURI_OUTCOME_RUNNING);
  gint64 before = g_get_monotonic_time ();
  muri_test_agent_stop (stuck->agent);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 90 * G_TIME_SPAN_SECOND);
  kill (stuck->stuck, SIGCONT);
  muri_test_agent_restart (stuck->agent);
  expect (stuck, hung, 0, MURI_OUTCOME_INTERRUPTED);
}

/* Asking the guest hangs; that does not save it from what follows. */
static void
test_power_off_then (Stuck *stuck, gconstpointer data)
{
  g_assert_cmpint (kill (stuck->stuck, SIGSTOP), ==, 0);
  g_autoptr (FixtureOperation) operation =
      fixture_operation (&stuck->fixture, MURI_VERB_SHUTDOWN, 120);
  fixture_add_parameter (operation, "grace", "3");
  fixture_add_parameter (operation, "then", "power-off");
  fixture_add_target (operation, &stuck->node, &stuck->guest[0]);
  fixture_add_target (operation, &stuck->node, &stuck->guest[1]);
  fixture_publish (&stuck->fixture, operation);
  expect (stuck, operation, 0, MURI_OUTCOME_DONE);
  const muri_v1_Report *report = fixture_report (&stuck->fixture, operation);
  g_assert_cmpstr (fixture_outcome (report, &stuck->guest[0])->message, ==,
                   "it did not go down within 3 s and was powered off");
  /* The other one follows of its own accord. */
  g_assert_cmpuint (fixture_outcome (report, &stuck->guest[1])->state, ==, MURI_OUTCOME_DONE);
  g_assert_cmpstr (fixture_outcome (report, &stuck->guest[1])->message, ==, "");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (FixtureOperation) on = ask (stuck, MURI_VERB_POWER_ON, i, 20);
      expect (stuck, on, i, MURI_OUTCOME_DONE);
    }
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add ("/agent/stuck/others", Stuck, NULL, set_up, test_others, tear_down);
  g_test_add ("/agent/stuck/overtake", Stuck, NULL, set_up, test_overtake, tear_down);
  g_test_add ("/agent/stuck/stop", Stuck, NULL, set_up, test_stop, tear_down);
  g_test_add ("/agent/stuck/power-off-then", Stuck, NULL, set_up, test_power_off_then, tear_down);
  return muri_test_run ();
}
