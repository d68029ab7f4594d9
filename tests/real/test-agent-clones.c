/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "real-clones.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* Clones of the tiny guest: real volumes, booted, each with its own identity. Run by with-libvirtd
 * with one guest. */

/* "muri instance UUID is NAME" on the serial console. */
static gboolean
has_said (Real *t, const muri_v1_Uuid *vm, const char *name)
{
  char id[MURI_UUID_TEXT];
  g_autofree char *line =
      g_strdup_printf ("muri instance %s is %s", muri_uuid_format (vm, id), name);
  g_autofree char *text = NULL;

  return g_file_get_contents (t->log, &text, NULL, NULL) && strstr (text, line) != NULL;
}

/* ---- tests ------------------------------------------------------------------------------ */

/* By its lease, which is what libvirt says of it. */
static void
assert_ready (Real *t, const muri_v1_Operation *operation)
{
  const muri_v1_Outcome *outcome = &fixture_report (&t->f.fixture, operation)->outcomes._buffer[0];
  virNetworkPtr network =
      virNetworkLookupByName (muri_test_libvirtd_get_connection (t->f.libvirtd), "muri");
  const muri_v1_Vm *vm;
  virNetworkDHCPLeasePtr *leases = NULL;
  g_autofree char *expected = NULL;

  real_await ((vm = real_find_vm (t, clone_fixture_target (operation, 0))) != NULL);
  g_assert_cmpint (virNetworkGetDHCPLeases (network, vm->nics._buffer[0].mac, &leases, 0), ==, 1);
  expected = g_strdup_printf ("its guest is ready: it has the address %s", leases[0]->ipaddr);
  g_assert_cmpstr (outcome->message, ==, expected);
  g_assert_cmpuint (outcome->vm_state, ==, MURI_VM_STATE_RUNNING);
  virNetworkDHCPLeaseFree (leases[0]);
  free (leases);
  virNetworkFree (network);
}

static void
test_boot (Real *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) linked = real_clones (t, "Linked_One", 1, "1", "1");
  g_autoptr (FixtureOperation) full = real_clones (t, "full", 1, "0", "1");
  const muri_v1_Uuid *a = clone_fixture_target (linked, 0), *b = clone_fixture_target (full, 0);
  g_autofree char *a_disk = real_disk_of (t, "Linked_One", a);
  g_autofree char *b_disk = real_disk_of (t, "full", b);

  fixture_add_parameter (linked, "ready", "90");
  fixture_publish (&t->f.fixture, full);
  real_expect_done (real_complete (t, linked));
  assert_ready (t, linked);
  real_expect_done (real_complete (t, full));
  real_await (has_said (t, a, "linked-one-1") && has_said (t, b, "full-1"));
  real_await (real_find_vm (t, a) != NULL && real_find_vm (t, b) != NULL);
  real_await (real_find_vm (t, a)->linked && !real_find_vm (t, b)->linked);
  g_assert_cmpstr (real_find_vm (t, a)->nics._buffer[0].mac, !=,
                   real_find_vm (t, b)->nics._buffer[0].mac);
  real_run ("qemu-img", "compare", "-q", "-U", t->f.image, b_disk, NULL);
  real_run ("qemu-img", "compare", "-q", "-U", t->f.image, a_disk, NULL);
  real_run ("sh", "-c", "! qemu-img info -U \"$0\" | grep -q '^backing file'", b_disk, NULL);
  real_run ("sh", "-c", "qemu-img info -U \"$0\" | grep -q '^backing file'", a_disk, NULL);

  real_act (t, a, MURI_VERB_RESIZE, "vcpus", "2", "2 vCPUs now and with the next boot");
  real_await (real_find_vm (t, a)->vcpus == 2);
  real_act (t, a, MURI_VERB_RESIZE, "memory", "262144", "256 MiB with the next boot: the guest's");
  real_await (real_find_vm (t, a)->memory_next == 262144);

  real_act (t, a, MURI_VERB_FLATTEN, NULL, NULL, "");
  real_await (!real_find_vm (t, a)->linked);
  /* What QEMU has not written yet nobody else reads. */
  real_act (t, a, MURI_VERB_POWER_OFF, NULL, NULL, "");
  real_run ("sh", "-c", "! qemu-img info -U \"$0\" | grep -q '^backing file'", a_disk, NULL);
  real_run ("qemu-img", "compare", "-q", "-U", t->f.image, a_disk, NULL);
}

/* A guest that nobody hears of, since its network leases no addresses, is not a failed clone. */
static void
test_silent (Real *t, gconstpointer data)
{
  virConnectPtr connection = muri_test_libvirtd_get_connection (t->f.libvirtd);
  virNetworkPtr network = virNetworkCreateXML (
      connection, "<network><name>silent</name><bridge name='silent0' stp='off'/></network>");
  g_autoptr (FixtureOperation) operation = real_clones (t, "silent", 1, "1", "1");
  const muri_v1_Uuid *vm = clone_fixture_target (operation, 0);
  const muri_v1_Outcome *outcome;

  if (network == NULL)
    {
      g_test_skip ("only root may make a network");
      return;
    }
  fixture_add_parameter (operation, "network", "silent");
  fixture_add_parameter (operation, "ready", "2");
  real_expect_done (real_complete (t, operation));
  outcome = &fixture_report (&t->f.fixture, operation)->outcomes._buffer[0];
  g_assert_nonnull (strstr (outcome->message, "did not report within 2 s"));
  g_assert_cmpuint (outcome->vm_state, ==, MURI_VM_STATE_RUNNING);
  real_await (has_said (t, vm, "silent-1"));
  real_await (real_find_vm (t, vm) != NULL && real_find_vm (t, vm)->state == MURI_VM_STATE_RUNNING);
  real_destroy_all (t);
  virNetworkDestroy (network);
  virNetworkFree (network);
}

static void
test_off (Real *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = real_clones (t, "off", 1, "1", "0");
  const muri_v1_Uuid *vm = clone_fixture_target (operation, 0);
  g_autofree char *disk = real_disk_of (t, "off", vm);

  fixture_add_parameter (operation, "disk", "134217728");
  real_expect_done (real_complete (t, operation));
  real_await (real_find_vm (t, vm) != NULL && real_find_vm (t, vm)->linked);
  real_run ("sh", "-c", "qemu-img info \"$0\" | grep -q '134217728 bytes'", disk, NULL);
  real_act (t, vm, MURI_VERB_FLATTEN, NULL, NULL, "");
  real_await (!real_find_vm (t, vm)->linked);
  real_run ("sh", "-c", "! qemu-img info \"$0\" | grep -q '^backing file'", disk, NULL);
  real_act (t, vm, MURI_VERB_DELETE, "volumes", "all", "2 volumes");
  g_assert_false (g_file_test (disk, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (t->f.image, G_FILE_TEST_EXISTS));
}

static gboolean
is_copying (Real *t, const muri_v1_Operation *operation)
{
  const muri_v1_Report *report = fixture_report (&t->f.fixture, operation);

  return report != NULL
         && (report->complete || report->outcomes._buffer[0].step == MURI_STEP_COPYING);
}

/* In the midst of a copy, if it is not quicker. */
static void
test_cancel (Real *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = real_clones (t, "cancel", 4, "0", "0");
  const muri_v1_Report *report = NULL;

  fixture_publish (&t->f.fixture, operation);
  real_await (is_copying (t, operation));
  operation->control = MURI_CONTROL_CANCEL;
  fixture_publish (&t->f.fixture, operation);
  real_await ((report = fixture_report (&t->f.fixture, operation)) != NULL && report->complete);
  g_test_message ("%u cancelled", clone_fixture_count (report, MURI_OUTCOME_CANCELLED));
  g_assert_cmpuint (clone_fixture_count (report, MURI_OUTCOME_DONE)
                        + clone_fixture_count (report, MURI_OUTCOME_CANCELLED),
                    ==, 4);
  clone_fixture_sweep (&t->f, report, "cancel");
}

/* ---- a full disk ------------------------------------------------------------------------ */

/* For this process and for libvirtd, which has mounts of its own. */
static gboolean
mount_small (Real *t, const char *images)
{
  g_autofree char *pid = g_strdup_printf ("%d", muri_test_libvirtd_get_pid (t->f.libvirtd));
  const char *const argv[] = {
    "sh",
    "-ec",
    "cp --sparse=always \"$0\"/muri-*.qcow2 \"$0\".held\n"
    "truncate -s 200M \"$0.img\"; mkfs.ext4 -q -m 0 \"$0.img\"\n"
    "loop=$(losetup -f --show \"$0.img\")\n"
    "mount \"$loop\" \"$0\" && nsenter -t $1 -m mount \"$loop\" \"$0\" || exit 1\n"
    "losetup -d \"$loop\"\n" /* when it is used no more */
    "rmdir \"$0/lost+found\"; cp --sparse=always \"$0.held\" \"$2\"\n",
    images,
    pid,
    t->f.image,
    NULL
  };
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, 0, NULL);

  return process != NULL && g_subprocess_wait_check (process, NULL, NULL);
}

static void
unmount_small (Real *t, const char *images)
{
  g_autofree char *pid = g_strdup_printf ("%d", muri_test_libvirtd_get_pid (t->f.libvirtd));

  real_run ("nsenter", "-t", pid, "-m", "umount", "-l", images, NULL);
  real_run ("umount", "-l", images, NULL);
}

typedef struct
{
  const char *images;
  gboolean over;
} Eater;

/* As soon as a clone's disk is there, somebody else takes all room. */
static void
on_disk (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, Eater *eater)
{
  g_autofree char *path = g_file_get_path (file);

  if (event != G_FILE_MONITOR_EVENT_CREATED || eater->over || !g_str_has_suffix (path, ".qcow2"))
    return;
  eater->over = TRUE;
  real_run ("sh", "-c", "head -c 300M /dev/zero > \"$0/muri-other\" 2>/dev/null || true",
            eater->images, NULL);
}

static void
test_full_disk (Real *t, gconstpointer data)
{
  g_autofree char *images = g_path_get_dirname (t->f.image);
  Eater eater = { .images = images };
  g_autoptr (FixtureOperation) operation = real_clones (t, "full", 2, "0", "1");
  g_autoptr (GFile) directory = g_file_new_for_path (images);
  g_autoptr (GFileMonitor) monitor = NULL;
  const muri_v1_Report *report;

  if (!mount_small (t, images))
    {
      g_test_skip ("only root may make a small file system");
      return;
    }
  monitor = g_file_monitor_directory (directory, G_FILE_MONITOR_NONE, NULL, NULL);
  g_signal_connect (monitor, "changed", G_CALLBACK (on_disk), &eater);
  report = real_complete (t, operation);
  for (guint i = 0; i < 2; i++)
    g_test_message ("%s, “%s”", muri_outcome_to_nick (report->outcomes._buffer[i].state),
                    report->outcomes._buffer[i].message);
  g_assert_cmpuint (clone_fixture_count (report, MURI_OUTCOME_FAILED), >, 0);
  g_assert_cmpuint (clone_fixture_count (report, MURI_OUTCOME_DONE)
                        + clone_fixture_count (report, MURI_OUTCOME_FAILED),
                    ==, 2);
  for (guint i = 0; i < 2; i++)
    if (report->outcomes._buffer[i].state == MURI_OUTCOME_FAILED)
      g_assert_nonnull (strstr (report->outcomes._buffer[i].message, " MiB"));
  clone_fixture_sweep (&t->f, report, "full");
  real_destroy_all (t);
  unmount_small (t, images);
}

/* ---- killed ----------------------------------------------------------------------------- */

typedef struct
{
  Real *t;
  const char *end; /* part of the name of a file that is made, or NULL */
  gboolean hypervisor;
  int event; /* of libvirt, or -1 */
  gboolean over;
} Killer;

static void
kill_it (Killer *killer)
{
  if (killer->over)
    return;
  killer->over = TRUE;
  if (killer->hypervisor)
    muri_test_libvirtd_kill9 (killer->t->f.libvirtd);
  else
    muri_test_agent_kill9 (killer->t->f.agent);
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
on_file (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, Killer *killer)
{
  g_autofree char *path = g_file_get_path (file);

  if (event == G_FILE_MONITOR_EVENT_CREATED && killer->end != NULL
      && strstr (path, killer->end) != NULL)
    kill_it (killer);
}

/* Of clones that this test itself has undefined. */
static void
remove_files (const char *images)
{
  g_autoptr (GDir) dir = g_dir_open (images, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (!g_str_has_prefix (name, "muri-"))
      {
        g_autofree char *path = g_build_filename (images, name, NULL);
        g_unlink (path);
      }
}

static void
kill_at (Real *t, const char *prefix, const char *linked, const char *end, int event)
{
  Killer killer = { .t = t, .end = end, .event = event };
  virConnectPtr connection = muri_test_libvirtd_get_connection (t->f.libvirtd);
  int events =
      virConnectDomainEventRegisterAny (connection, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                        VIR_DOMAIN_EVENT_CALLBACK (on_lifecycle), &killer, NULL);
  g_autofree char *images = g_path_get_dirname (t->f.image);
  g_autoptr (GFile) directory = g_file_new_for_path (images);
  g_autoptr (GFileMonitor) monitor =
      g_file_monitor_directory (directory, G_FILE_MONITOR_NONE, NULL, NULL);
  g_autoptr (FixtureOperation) operation = real_clones (t, prefix, 2, linked, "1");
  const muri_v1_Report *report = NULL;

  g_signal_connect (monitor, "changed", G_CALLBACK (on_file), &killer);
  fixture_publish (&t->f.fixture, operation);
  real_await (killer.over);
  virConnectDomainEventDeregisterAny (connection, events);
  g_hash_table_remove_all (t->f.fixture.reports);
  muri_test_agent_restart (t->f.agent);
  real_await ((report = fixture_report (&t->f.fixture, operation)) != NULL && report->complete);
  for (guint i = 0; i < 2; i++)
    g_test_message ("%s: %s, %s", prefix, muri_outcome_to_nick (report->outcomes._buffer[i].state),
                    report->outcomes._buffer[i].message);
  g_assert_cmpuint (clone_fixture_count (report, MURI_OUTCOME_DONE)
                        + clone_fixture_count (report, MURI_OUTCOME_INTERRUPTED),
                    ==, 2);
  clone_fixture_sweep (&t->f, report, prefix);
  real_destroy_all (t);
  remove_files (images);
}

static void
test_killed (Real *t, gconstpointer data)
{
  kill_at (t, "disk", "1", ".qcow2", -1);
  kill_at (t, "copy", "0", ".qcow2", -1);
  kill_at (t, "seed", "1", "-seed.iso", -1);
  kill_at (t, "define", "1", NULL, VIR_DOMAIN_EVENT_DEFINED);
  kill_at (t, "start", "1", NULL, VIR_DOMAIN_EVENT_STARTED);
}

static const muri_v1_Report *
lose_hypervisor (Real *t, const muri_v1_Operation *operation, const char *end)
{
  Killer killer = { .t = t, .end = end, .hypervisor = TRUE, .event = -1 };
  g_autofree char *images = g_path_get_dirname (t->f.image);
  g_autoptr (GFile) directory = g_file_new_for_path (images);
  g_autoptr (GFileMonitor) monitor =
      g_file_monitor_directory (directory, G_FILE_MONITOR_NONE, NULL, NULL);
  const muri_v1_Report *report = NULL;

  g_signal_connect (monitor, "changed", G_CALLBACK (on_file), &killer);
  fixture_publish (&t->f.fixture, operation);
  real_await (killer.over);
  muri_test_libvirtd_start (t->f.libvirtd);
  real_await ((report = fixture_report (&t->f.fixture, operation)) != NULL && report->complete);
  for (guint i = 0; i < report->outcomes._length; i++)
    g_test_message ("%s, %s", muri_outcome_to_nick (report->outcomes._buffer[i].state),
                    report->outcomes._buffer[i].message);
  g_assert_cmpuint (clone_fixture_count (report, MURI_OUTCOME_DONE)
                        + clone_fixture_count (report, MURI_OUTCOME_FAILED),
                    ==, report->outcomes._length);
  return report;
}

/* The agent waits for it, and takes away what it cannot say is whole. */
static void
test_hypervisor (Real *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) linked = real_clones (t, "lost", 4, "1", "0");
  g_autoptr (FixtureOperation) full = real_clones (t, "cut", 2, "0", "0");

  clone_fixture_sweep (&t->f, lose_hypervisor (t, linked, "-seed.iso"), "lost");
  clone_fixture_sweep (&t->f, lose_hypervisor (t, full, ".qcow2"), "cut");
}

/* Its disk is copied without libvirt; in the end it is a template, or nothing. */
static void
test_hypervisor_making (Real *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) clone = real_clones (t, "origin", 1, "0", "0");
  g_autoptr (FixtureOperation) operation =
      fixture_operation (&t->f.fixture, MURI_VERB_MAKE_TEMPLATE, 120);
  const muri_v1_Template *made;
  g_autofree char *images = g_path_get_dirname (t->f.image);
  g_autofree char *path = NULL;
  char text[MURI_UUID_TEXT];
  gboolean done;
  muri_v1_Uuid id;

  muri_uuid_generate (&id);
  muri_uuid_format (&id, text);
  path = g_strdup_printf ("%s/muri-%s.qcow2", images, text);
  real_expect_done (real_complete (t, clone));
  fixture_add_parameter (operation, MURI_PARAMETER_TEMPLATE, text);
  fixture_add_parameter (operation, MURI_PARAMETER_NAME, "second");
  fixture_add_target (operation, &t->f.node, clone_fixture_target (clone, 0));
  done = clone_fixture_count (lose_hypervisor (t, operation, ".part-"), MURI_OUTCOME_DONE) == 1;
  real_await ((made = fixture_template (&t->f.fixture, &t->f.node, &id)) == NULL
              || made->state == MURI_TEMPLATE_STATE_READY);
  g_assert_true ((made != NULL) == done);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS) == done);
  if (done)
    real_run ("qemu-img", "compare", "-q", path, t->f.image, NULL);
  clone_fixture_expect_no_orphans (&t->f);
}

int
main (int argc, char **argv)
{
  real_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/clones/" name, Real, NULL, real_set_up, func, real_tear_down)
  ADD ("boot", test_boot);
  ADD ("silent", test_silent);
  ADD ("off", test_off);
  ADD ("cancel", test_cancel);
  ADD ("full-disk", test_full_disk);
  ADD ("killed", test_killed);
  ADD ("hypervisor", test_hypervisor);
  ADD ("hypervisor-making", test_hypervisor_making);
  return muri_test_run ();
}
