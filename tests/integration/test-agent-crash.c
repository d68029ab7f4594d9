/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-event-loop.h"
#include "agent-fixture.h"

/* An agent is killed at several moments of an operation. Its VMs are in a libvirtd, so that they
 * outlive it, and what it does to them is counted by libvirt's events. */

#define N_VMS 150

typedef struct
{
  Fixture fixture;
  MuriTestLibvirtd *libvirtd;
  MuriTestAgent *agent;
  muri_v1_Uuid node;
  GHashTable *stops; /* VM to how often it was stopped */
  guint n_stops;
  guint kill_at; /* stops; 0 never */
  GPtrArray *domains;
} Crash;

static int
on_lifecycle (virConnectPtr connection, virDomainPtr domain, int event, int detail, void *data)
{
  Crash *crash = data;
  muri_v1_Uuid vm;
  if (event != VIR_DOMAIN_EVENT_STOPPED)
    return 0;
  virDomainGetUUID (domain, vm.b);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (crash->stops, &vm));
  g_hash_table_replace (crash->stops, g_memdup2 (&vm, sizeof vm), GUINT_TO_POINTER (n + 1));
  crash->n_stops++;
  if (crash->kill_at != 0 && crash->n_stops >= crash->kill_at)
    {
      crash->kill_at = 0;
      muri_test_agent_kill9 (crash->agent);
    }
  return 0;
}

static void
free_domain (gpointer domain)
{
  virDomainFree (domain);
}

static void
set_up (Crash *crash, gconstpointer data)
{
  fixture_set_up (&crash->fixture, NULL);
  crash->stops = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  crash->libvirtd = muri_test_libvirtd_spawn ();
  muri_test_libvirtd_define (crash->libvirtd, "vm", N_VMS, TRUE);
  virConnectPtr connection = muri_test_libvirtd_get_connection (crash->libvirtd);
  virConnectDomainEventRegisterAny (connection, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                    VIR_DOMAIN_EVENT_CALLBACK (on_lifecycle), crash, NULL);
  virDomainPtr *domains;
  int n = virConnectListAllDomains (connection, &domains, 0);
  crash->domains = g_ptr_array_new_with_free_func (free_domain);
  for (int i = 0; i < n; i++)
    if (g_str_has_prefix (virDomainGetName (domains[i]), "vm-"))
      g_ptr_array_add (crash->domains, domains[i]);
    else
      virDomainFree (domains[i]);
  free (domains);
  g_assert_cmpuint (crash->domains->len, ==, N_VMS);
  crash->agent =
      muri_test_agent_spawn ("alpha", muri_test_libvirtd_get_uri (crash->libvirtd), NULL);
  crash->node = fixture_await_node (&crash->fixture, "alpha");
}

static void
tear_down (Crash *crash, gconstpointer data)
{
  g_ptr_array_unref (crash->domains);
  muri_test_agent_free (crash->agent);
  muri_test_libvirtd_free (crash->libvirtd);
  g_hash_table_unref (crash->stops);
  fixture_tear_down (&crash->fixture, NULL);
}

static muri_v1_Uuid
uuid_of (virDomainPtr domain)
{
  muri_v1_Uuid vm;
  virDomainGetUUID (domain, vm.b);
  return vm;
}

static guint
stops_of (Crash *crash, const muri_v1_Uuid *vm)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (crash->stops, vm));
}

static muri_v1_Operation *
power_off_all (Crash *crash)
{
  muri_v1_Operation *operation = fixture_operation (&crash->fixture, MURI_VERB_POWER_OFF, 60);
  for (guint i = 0; i < crash->domains->len; i++)
    {
      muri_v1_Uuid vm = uuid_of (g_ptr_array_index (crash->domains, i));
      fixture_add_target (operation, &crash->node, &vm);
    }
  return operation;
}

/* Whoever acts on a VM again will be seen to. */
static void
power_on_all (Crash *crash)
{
  for (guint i = 0; i < crash->domains->len; i++)
    if (virDomainIsActive (g_ptr_array_index (crash->domains, i)) == 0)
      virDomainCreate (g_ptr_array_index (crash->domains, i));
}

static void
check (Crash *crash, const muri_v1_Report *report)
{
  guint n[16] = { 0 };
  g_assert_cmpuint (report->outcomes._length, ==, N_VMS);
  for (guint i = 0; i < crash->domains->len; i++)
    {
      muri_v1_Uuid vm = uuid_of (g_ptr_array_index (crash->domains, i));
      const muri_v1_Outcome *outcome = fixture_outcome (report, &vm);
      g_assert_nonnull (outcome);
      g_assert_cmpuint (stops_of (crash, &vm), <=, 1);
      if (outcome->state == MURI_OUTCOME_DONE)
        g_assert_cmpuint (stops_of (crash, &vm), ==, 1);
      else
        {
          g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_INTERRUPTED);
          g_assert_cmpuint (outcome->vm_state, ==, MURI_VM_STATE_RUNNING);
        }
      n[outcome->state]++;
    }
  g_test_message ("%u done, %u interrupted", n[MURI_OUTCOME_DONE], n[MURI_OUTCOME_INTERRUPTED]);
}

static void
kill_at (Crash *crash, guint stops)
{
  g_hash_table_remove_all (crash->stops);
  g_hash_table_remove_all (crash->fixture.reports);
  crash->n_stops = 0;
  crash->kill_at = stops;
  g_autoptr (FixtureOperation) operation = power_off_all (crash);
  fixture_publish (&crash->fixture, operation);
  fixture_await (crash->kill_at == 0);
  power_on_all (crash);
  g_hash_table_remove_all (crash->fixture.reports);

  muri_test_agent_restart (crash->agent);
  const muri_v1_Report *report = fixture_await_complete (&crash->fixture, operation);
  /* libvirt's events come in order: when this one is here, so are those before it. */
  guint n_stops = crash->n_stops;
  virDomainPtr last = g_ptr_array_index (crash->domains, 0);
  muri_v1_Uuid vm = uuid_of (last);
  guint before = stops_of (crash, &vm);
  if (virDomainIsActive (last) == 0)
    virDomainCreate (last);
  virDomainDestroy (last);
  fixture_await (crash->n_stops > n_stops && stops_of (crash, &vm) > before);
  g_hash_table_replace (crash->stops, g_memdup2 (&vm, sizeof vm), GUINT_TO_POINTER (before));
  check (crash, report);
  power_on_all (crash);
}

static void
test_moments (Crash *crash, gconstpointer data)
{
  static const guint moments[] = { 1, 2, 9, N_VMS / 2, N_VMS - 1, N_VMS };
  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    kill_at (crash, moments[i]);
}

/* Before anything was done, and long after everything was. */
static void
test_ends (Crash *crash, gconstpointer data)
{
  g_autoptr (FixtureOperation) first = power_off_all (crash);
  fixture_publish (&crash->fixture, first);
  muri_test_agent_kill9 (crash->agent);
  power_on_all (crash);
  muri_test_agent_restart (crash->agent);
  check (crash, fixture_await_complete (&crash->fixture, first));

  power_on_all (crash);
  g_hash_table_remove_all (crash->stops);
  g_autoptr (FixtureOperation) second = power_off_all (crash);
  fixture_publish (&crash->fixture, second);
  fixture_await_complete (&crash->fixture, second);
  muri_test_agent_kill9 (crash->agent);
  power_on_all (crash);
  g_hash_table_remove_all (crash->fixture.reports);
  muri_test_agent_restart (crash->agent);
  check (crash, fixture_await_complete (&crash->fixture, second));
}

static void
drop_message (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_log_set_handler ("Libvirt.GLib", G_LOG_LEVEL_DEBUG, drop_message, NULL);
  agent_event_loop_register ();
  g_test_add ("/agent/crash/moments", Crash, NULL, set_up, test_moments, tear_down);
  g_test_add ("/agent/crash/ends", Crash, NULL, set_up, test_ends, tear_down);
  return muri_test_run ();
}
