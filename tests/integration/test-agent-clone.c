/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clone-fixture.h"

#include <string.h>

#include "agent-event-loop.h"

/* Clones on libvirt's test driver, whose volumes have nothing in them, in a libvirtd that outlives
 * the agent. */

#define N_MANY 40

static const char machine[] =
    "<domain type='kvm'><memory unit='KiB'>90112</memory><vcpu>1</vcpu>"
    "<os><type arch='x86_64'>hvm</type></os><devices>"
    "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
    "<target dev='vda' bus='virtio'/></disk>"
    "<interface type='network'><source network='default'/><model type='virtio'/></interface>"
    "</devices></domain>";

static void
set_up (CloneFixture *f, gconstpointer data)
{
  clone_fixture_begin (f, muri_test_libvirtd_spawn (), machine, NULL);
}

static void
tear_down (CloneFixture *f, gconstpointer data)
{
  clone_fixture_end (f);
}

static const muri_v1_Vm *
find_vm (CloneFixture *f, const muri_v1_Operation *operation, guint n)
{
  return g_hash_table_lookup (f->fixture.vms, clone_fixture_target (operation, n));
}

static void
expect_done (const muri_v1_Report *report)
{
  for (guint i = 0; i < report->outcomes._length; i++)
    if (report->outcomes._buffer[i].state != MURI_OUTCOME_DONE)
      g_error ("%s: %s", muri_outcome_to_nick (report->outcomes._buffer[i].state),
               report->outcomes._buffer[i].message);
}

/* What a console needs that did not ask for it. */
static void
expect_names (CloneFixture *f, const muri_v1_Operation *operation, const muri_v1_Report *report)
{
  g_assert_cmpstr (report->group, ==, operation->group);
  g_assert_cmpuint (report->names._length, ==, operation->arguments._length);
  for (guint i = 0; i < report->names._length; i++)
    {
      g_assert_true (
          muri_uuid_equal (&report->outcomes._buffer[i].vm, &operation->arguments._buffer[i].vm));
      g_assert_cmpstr (report->names._buffer[i], ==, operation->arguments._buffer[i].text);
    }
}

static void
test_many (CloneFixture *f, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = clone_fixture_operation (f, "웹", N_MANY);
  g_autoptr (GHashTable) macs = g_hash_table_new (g_str_hash, g_str_equal);
  const muri_v1_Report *report;

  fixture_add_parameter (operation, "linked", "1");
  fixture_add_parameter (operation, "seed", "1");
  fixture_add_parameter (operation, "start", "1");
  fixture_add_parameter (operation, "groups", "Production/web\nall");
  fixture_add_parameter (operation, "vcpus", "2");
  fixture_add_parameter (operation, "memory", "131072");
  g_strlcpy (operation->group, "web-base", sizeof operation->group);
  fixture_publish (&f->fixture, operation);
  report = fixture_await_complete (&f->fixture, operation);
  expect_done (report);
  expect_names (f, operation, report);
  clone_fixture_sweep (f, report, "웹-");
  for (guint i = 0; i < N_MANY; i++)
    {
      const muri_v1_Vm *vm = NULL;

      fixture_await ((vm = find_vm (f, operation, i)) != NULL
                     && vm->state == MURI_VM_STATE_RUNNING);
      g_assert_true (vm->linked && muri_uuid_equal (&vm->template_id, &f->template_id));
      g_assert_cmpuint (vm->groups._length, ==, 2);
      g_assert_cmpuint (vm->vcpus, ==, 2);
      g_assert_cmpuint (vm->memory_max, ==, 131072);
      g_assert_cmpuint (vm->disks._length, ==, 2);
      g_assert_true (g_hash_table_add (macs, (gpointer)vm->nics._buffer[0].mac));
    }
}

static void
test_full (CloneFixture *f, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = clone_fixture_operation (f, "full", 1);
  const muri_v1_Vm *vm = NULL;

  expect_done ((clone_fixture_run (f, operation), fixture_report (&f->fixture, operation)));
  fixture_await ((vm = find_vm (f, operation, 0)) != NULL);
  g_assert_false (vm->linked);
  g_assert_true (muri_uuid_equal (&vm->template_id, &f->template_id));
  g_assert_cmpuint (vm->disks._length, ==, 1);
  g_assert_cmpuint (vm->state, ==, MURI_VM_STATE_OFF);
}

static void
expect (CloneFixture *f, muri_v1_Operation *taken, guint state, const char *part)
{
  g_autoptr (FixtureOperation) operation = taken;
  const muri_v1_Outcome *outcome = clone_fixture_run (f, operation);

  if (outcome->state != state || strstr (outcome->message, part) == NULL)
    g_error ("%s, “%s”", muri_outcome_to_nick (outcome->state), outcome->message);
  clone_fixture_sweep (f, fixture_report (&f->fixture, operation), "no");
}

static muri_v1_Operation *
with (CloneFixture *f, const char *name, const char *value)
{
  muri_v1_Operation *operation = clone_fixture_operation (f, "no", 1);

  fixture_add_parameter (operation, name, value);
  return operation;
}

static void
test_refused (CloneFixture *f, gconstpointer data)
{
  muri_v1_Operation *operation = clone_fixture_operation (f, "no", 1);
  const muri_v1_Uuid *vm;
  g_autoptr (FixtureOperation) maintenance =
      fixture_operation (&f->fixture, MURI_VERB_MAINTENANCE_ON, 20);

  g_strlcpy (operation->parameters._buffer[0].value, "7b1f0c4e-9a54-4d53-9a37-0123456789ab", 37);
  expect (f, operation, MURI_OUTCOME_FAILED, "does not hold");
  operation = clone_fixture_operation (f, "no", 0);
  fixture_add_target (operation, &f->node, &f->template_id);
  expect (f, operation, MURI_OUTCOME_REFUSED, "no name");
  operation = clone_fixture_operation (f, "no", 0);
  fixture_add_target (operation, &f->node, &f->template_id);
  fixture_add_argument (operation, &f->node, &f->template_id, "../no");
  expect (f, operation, MURI_OUTCOME_REFUSED, "no name");
  operation = clone_fixture_operation (f, "no", 0);
  fixture_add_target (operation, &f->node, &f->template_id);
  fixture_add_argument (operation, &f->node, &f->template_id, "test");
  expect (f, operation, MURI_OUTCOME_FAILED, "has that name");
  vm = clone_fixture_target (operation = with (f, "linked", "2"), 0);
  g_assert_nonnull (vm);
  expect (f, operation, MURI_OUTCOME_REFUSED, "linked");
  expect (f, with (f, "memory", "32768"), MURI_OUTCOME_REFUSED, "at least");
  expect (f, with (f, "memory", "1073741824"), MURI_OUTCOME_REFUSED, "in all");
  expect (f, with (f, "vcpus", "4000"), MURI_OUTCOME_REFUSED, "processors");
  expect (f, with (f, "disk", "1048576"), MURI_OUTCOME_REFUSED, "fewer");
  expect (f, with (f, "network", "nowhere"), MURI_OUTCOME_FAILED, "nowhere");
  operation = with (f, "linked", "1");
  fixture_set_document (operation, "#cloud-config\n");
  expect (f, operation, MURI_OUTCOME_REFUSED, "no seed");

  fixture_add_target (maintenance, &f->node, NULL);
  fixture_publish (&f->fixture, maintenance);
  fixture_await_complete (&f->fixture, maintenance);
  expect (f, with (f, "linked", "1"), MURI_OUTCOME_REFUSED, "maintenance");
}

/* Some are there by then, and stay; of the others there is nothing. */
static void
test_cancel (CloneFixture *f, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = clone_fixture_operation (f, "c", N_MANY);
  const muri_v1_Report *report = NULL;

  fixture_add_parameter (operation, "linked", "1");
  fixture_add_parameter (operation, "seed", "1");
  fixture_publish (&f->fixture, operation);
  fixture_await ((report = fixture_report (&f->fixture, operation)) != NULL);
  operation->control = MURI_CONTROL_CANCEL;
  fixture_publish (&f->fixture, operation);
  report = fixture_await_complete (&f->fixture, operation);
  g_test_message ("%u done", clone_fixture_count (report, MURI_OUTCOME_DONE));
  g_assert_cmpuint (clone_fixture_count (report, MURI_OUTCOME_DONE)
                        + clone_fixture_count (report, MURI_OUTCOME_CANCELLED),
                    ==, N_MANY);
  clone_fixture_sweep (f, report, "c-");
}

/* ---- the base ---------------------------------------------------------------------------- */

static const muri_v1_Report *
report_of (CloneFixture *f, const muri_v1_Operation *operation)
{
  const muri_v1_Report *report = fixture_report (&f->fixture, operation);

  return report != NULL && report->complete ? report : NULL;
}

/* Either the template goes, and none of the clones was made of it, or it stays. */
static void
delete_beside (CloneFixture *f, guint n, gboolean first)
{
  g_autofree char *prefix = g_strdup_printf ("b%u", n);
  g_autofree char *names = g_strconcat (prefix, "-", NULL);
  g_autoptr (FixtureOperation) clones = clone_fixture_operation (f, prefix, 4);
  g_autoptr (FixtureOperation) deletion =
      fixture_operation (&f->fixture, MURI_VERB_DELETE_TEMPLATE, 60);
  guint made, deleted;

  fixture_add_parameter (clones, "linked", "1");
  fixture_add_parameter (deletion, MURI_PARAMETER_TEMPLATE, f->id);
  fixture_add_target (deletion, &f->node, NULL);
  fixture_publish (&f->fixture, first ? deletion : clones);
  fixture_publish (&f->fixture, first ? clones : deletion);
  fixture_await (report_of (f, clones) != NULL && report_of (f, deletion) != NULL);
  made = clone_fixture_count (report_of (f, clones), MURI_OUTCOME_DONE);
  deleted = clone_fixture_count (report_of (f, deletion), MURI_OUTCOME_DONE);
  g_test_message ("%u clones, deleted %u: “%s”", made, deleted,
                  report_of (f, deletion)->outcomes._buffer[0].message);
  g_assert_cmpuint (made, ==, deleted ? 0 : 4);
  g_assert_true (g_file_test (f->image, G_FILE_TEST_EXISTS) == !deleted);
  clone_fixture_sweep (f, report_of (f, clones), names);
}

static void
test_base (CloneFixture *f, gconstpointer data)
{
  for (guint i = 0; i < 4; i++)
    delete_beside (f, i, FALSE);
}

static void
test_no_base (CloneFixture *f, gconstpointer data)
{
  delete_beside (f, 0, TRUE);
}

/* ---- killed ----------------------------------------------------------------------------- */

typedef struct
{
  CloneFixture *f;
  guint left;
} Killer;

static int
on_lifecycle (virConnectPtr connection, virDomainPtr domain, int event, int detail, void *data)
{
  Killer *killer = data;

  if (killer->left > 0 && --killer->left == 0)
    muri_test_agent_kill9 (killer->f->agent);
  return 0;
}

static void
kill_at (CloneFixture *f, Killer *killer, guint n)
{
  g_autofree char *prefix = g_strdup_printf ("k%u", n);
  g_autofree char *names = g_strconcat (prefix, "-", NULL);
  g_autoptr (FixtureOperation) operation = clone_fixture_operation (f, prefix, 16);
  const muri_v1_Report *report;
  guint done, undone;

  fixture_add_parameter (operation, "linked", "1");
  fixture_add_parameter (operation, "seed", "1");
  fixture_add_parameter (operation, "start", "1");
  killer->left = n;
  fixture_publish (&f->fixture, operation);
  fixture_await (killer->left == 0);
  g_hash_table_remove_all (f->fixture.reports);
  muri_test_agent_restart (f->agent);
  report = fixture_await_complete (&f->fixture, operation);
  done = clone_fixture_count (report, MURI_OUTCOME_DONE);
  undone = clone_fixture_count (report, MURI_OUTCOME_INTERRUPTED);
  g_test_message ("killed after %u: %u done, %u taken away", n, done, undone);
  g_assert_cmpuint (done + undone, ==, 16);
  clone_fixture_sweep (f, report, names);
}

static void
test_killed (CloneFixture *f, gconstpointer data)
{
  virConnectPtr connection = muri_test_libvirtd_get_connection (f->libvirtd);
  Killer killer = { .f = f };
  int events =
      virConnectDomainEventRegisterAny (connection, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                        VIR_DOMAIN_EVENT_CALLBACK (on_lifecycle), &killer, NULL);

  kill_at (f, &killer, 1);
  kill_at (f, &killer, 2);
  kill_at (f, &killer, 3);
  kill_at (f, &killer, 9);
  virConnectDomainEventDeregisterAny (connection, events);
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
#define ADD(name, func) g_test_add ("/clone/" name, CloneFixture, NULL, set_up, func, tear_down)
  ADD ("many", test_many);
  ADD ("full", test_full);
  ADD ("refused", test_refused);
  ADD ("cancel", test_cancel);
  ADD ("base", test_base);
  ADD ("no-base", test_no_base);
  ADD ("killed", test_killed);
  return muri_test_run ();
}
