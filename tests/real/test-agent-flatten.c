/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "real-clones.h"

#include <signal.h>
#include <string.h>

/* Flattening of clones, with deaths of QEMU and of the agent in the midst of it: whatever dies, the
 * disk has what the template's has. Run by with-libvirtd with one guest. */

typedef enum
{
  NOBODY,
  AGENT,
  QEMU,
} Victim;

#define PULLED -1 /* the copy's end */
#define NOTED -2  /* the metadata */
#define BEGUN -3  /* what is first heard of the copy */

typedef struct
{
  Real *t;
  const char *name; /* of the VM */
  Victim victim;
  int event; /* that it dies with: of a life cycle, or one of these */
  gboolean over;
} Killer;

static void
kill_it (Killer *killer)
{
  if (killer->over)
    return;
  killer->over = TRUE;
  if (killer->victim == AGENT)
    muri_test_agent_kill9 (killer->t->f.agent);
  else if (killer->victim == QEMU)
    kill (muri_test_libvirtd_get_guest_pid (killer->t->f.libvirtd, killer->name), SIGKILL);
}

static int
on_lifecycle (virConnectPtr connection, virDomainPtr domain, int event, int detail, void *data)
{
  Killer *killer = data;

  if (event == killer->event)
    kill_it (killer);
  return 0;
}

static void
on_block_job (virConnectPtr connection, virDomainPtr domain, const char *disk, int type, int status,
              void *data)
{
  Killer *killer = data;

  if (status == VIR_DOMAIN_BLOCK_JOB_COMPLETED && killer->event == PULLED)
    kill_it (killer);
}

static void
on_metadata (virConnectPtr connection, virDomainPtr domain, int type, const char *uri, void *data)
{
  Killer *killer = data;

  if (killer->event == NOTED)
    kill_it (killer);
}

static void
watch (Killer *killer, int events[3])
{
  virConnectPtr connection = muri_test_libvirtd_get_connection (killer->t->f.libvirtd);

  events[0] =
      virConnectDomainEventRegisterAny (connection, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                        VIR_DOMAIN_EVENT_CALLBACK (on_lifecycle), killer, NULL);
  events[1] =
      virConnectDomainEventRegisterAny (connection, NULL, VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2,
                                        VIR_DOMAIN_EVENT_CALLBACK (on_block_job), killer, NULL);
  events[2] =
      virConnectDomainEventRegisterAny (connection, NULL, VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
                                        VIR_DOMAIN_EVENT_CALLBACK (on_metadata), killer, NULL);
}

static void
unwatch (Killer *killer, const int events[3])
{
  virConnectPtr connection = muri_test_libvirtd_get_connection (killer->t->f.libvirtd);

  for (guint i = 0; i < 3; i++)
    virConnectDomainEventDeregisterAny (connection, events[i]);
}

/* ---- what must be so afterwards --------------------------------------------------------- */

static muri_v1_Uuid
make (Real *t, const char *prefix, const char *start)
{
  g_autoptr (FixtureOperation) operation = real_clones (t, prefix, 1, "1", start);
  muri_v1_Uuid vm = *clone_fixture_target (operation, 0);

  real_expect_done (real_complete (t, operation));
  real_await (real_find_vm (t, &vm) != NULL);
  return vm;
}

static muri_v1_Operation *
flatten (Real *t, const muri_v1_Uuid *vm)
{
  muri_v1_Operation *operation = fixture_operation (&t->f.fixture, MURI_VERB_FLATTEN, 100);

  fixture_add_target (operation, &t->f.node, vm);
  return operation;
}

static gboolean
is_off (Real *t, const muri_v1_Uuid *vm)
{
  guint state = real_find_vm (t, vm)->state;

  return state == MURI_VM_STATE_OFF || state == MURI_VM_STATE_CRASHED;
}

static void
kill_qemu (Real *t, const char *name, const muri_v1_Uuid *vm)
{
  GPid pid = muri_test_libvirtd_get_guest_pid (t->f.libvirtd, name);

  g_assert_cmpint (pid, >, 1);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  real_await (is_off (t, vm));
}

/* On its own, the disk has all that the template has. A QEMU that is killed may leave a cluster
   that nothing refers to (status 3), which costs its room and no byte of the guest's. */
static void
expect_whole (Real *t, const char *prefix, const muri_v1_Uuid *vm)
{
  g_autofree char *disk = real_disk_of (t, prefix, vm);

  real_run ("sh", "-c", "qemu-img check -q \"$0\" || [ $? = 3 ]", disk, NULL);
  real_run ("sh", "-c", "! qemu-img info \"$0\" | grep -q '^backing file'", disk, NULL);
  real_run ("qemu-img", "compare", "-q", t->f.image, disk, NULL);
}

/* ---- tests ------------------------------------------------------------------------------ */

/* What is DONE does not depend on QEMU any more. */
static void
test_done (Real *t, gconstpointer data)
{
  muri_v1_Uuid vm = make (t, "done", "1");

  real_act (t, &vm, MURI_VERB_FLATTEN, NULL, NULL, "");
  kill_qemu (t, "done-1", &vm);
  expect_whole (t, "done", &vm);
}

/* In the moment when the disk says that it reads no other, and QEMU alone knows what it has. */
static void
test_qemu_dies (Real *t, gconstpointer data)
{
  muri_v1_Uuid vm = make (t, "dies", "1");
  g_autoptr (FixtureOperation) operation = flatten (t, &vm);
  Killer killer = { .t = t, .name = "dies-1", .victim = QEMU, .event = PULLED };
  const muri_v1_Report *report;
  int events[3];

  watch (&killer, events);
  report = real_complete (t, operation);
  g_test_message ("“%s”", report->outcomes._buffer[0].message);
  real_expect_done (report);
  real_await (killer.over);
  unwatch (&killer, events);
  real_await (is_off (t, &vm));
  expect_whole (t, "dies", &vm);
}

/* It cannot be flushed before it goes on. */
static void
test_paused (Real *t, gconstpointer data)
{
  muri_v1_Uuid vm = make (t, "paused", "1");
  g_autoptr (FixtureOperation) operation = flatten (t, &vm);
  Killer killer = { .t = t, .name = "paused-1", .victim = NOBODY, .event = PULLED };
  const muri_v1_Report *report = NULL;
  int events[3];

  real_act (t, &vm, MURI_VERB_PAUSE, NULL, NULL, "");
  watch (&killer, events);
  fixture_publish (&t->f.fixture, operation);
  real_await (killer.over);
  unwatch (&killer, events);
  report = fixture_report (&t->f.fixture, operation);
  g_assert_true (report == NULL || !report->complete);
  virDomainPtr domain =
      virDomainLookupByUUID (muri_test_libvirtd_get_connection (t->f.libvirtd), vm.b);
  g_assert_cmpint (virDomainResume (domain), ==, 0);
  virDomainFree (domain);
  real_await ((report = fixture_report (&t->f.fixture, operation)) != NULL && report->complete);
  real_expect_done (report);
  kill_qemu (t, "paused-1", &vm);
  expect_whole (t, "paused", &vm);
}

static gboolean
is_copying (Real *t, const muri_v1_Operation *operation)
{
  const muri_v1_Report *report = fixture_report (&t->f.fixture, operation);

  return report != NULL
         && (report->complete || report->outcomes._buffer[0].step == MURI_STEP_COPYING);
}

static void
kill_agent_at (Real *t, const char *prefix, const char *start, int event)
{
  muri_v1_Uuid vm = make (t, prefix, start);
  g_autoptr (FixtureOperation) operation = flatten (t, &vm);
  g_autofree char *name = g_strconcat (prefix, "-1", NULL);
  Killer killer = { .t = t, .name = name, .victim = AGENT, .event = event };
  const muri_v1_Report *report = NULL;
  int events[3];

  watch (&killer, events);
  fixture_publish (&t->f.fixture, operation);
  if (event == BEGUN)
    {
      real_await (is_copying (t, operation));
      kill_it (&killer);
    }
  real_await (killer.over);
  unwatch (&killer, events);
  g_hash_table_remove_all (t->f.fixture.reports);
  muri_test_agent_restart (t->f.agent);
  real_await ((report = fixture_report (&t->f.fixture, operation)) != NULL && report->complete);
  g_test_message ("%s: “%s”", prefix, report->outcomes._buffer[0].message);
  real_expect_done (report);
  real_await (!real_find_vm (t, &vm)->linked);
  if (*start == '1')
    {
      real_await (real_find_vm (t, &vm)->state == MURI_VM_STATE_RUNNING);
      kill_qemu (t, name, &vm);
    }
  expect_whole (t, prefix, &vm);
}

static void
test_agent_dies (Real *t, gconstpointer data)
{
  kill_agent_at (t, "begun", "1", BEGUN);
  kill_agent_at (t, "pulled", "1", PULLED);
  kill_agent_at (t, "flushing", "1", VIR_DOMAIN_EVENT_SUSPENDED);
  kill_agent_at (t, "flushed", "1", VIR_DOMAIN_EVENT_RESUMED);
  kill_agent_at (t, "noted", "1", NOTED);
  kill_agent_at (t, "off", "0", BEGUN);
}

int
main (int argc, char **argv)
{
  real_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/flatten/" name, Real, NULL, real_set_up, func, real_tear_down)
  ADD ("done", test_done);
  ADD ("qemu-dies", test_qemu_dies);
  ADD ("paused", test_paused);
  ADD ("agent-dies", test_agent_dies);
  return muri_test_run ();
}
