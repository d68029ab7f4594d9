/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clone-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "agent-event-loop.h"
#include "agent-xml.h"

/* Clones of the tiny guest: real volumes, booted, each with its own identity. Run by with-libvirtd
 * with one guest. */

#define DATA "60M"

typedef struct
{
  CloneFixture f;
  char *log; /* what all clones write to their serial ports */
} Real;

#define await(condition) muri_test_await (condition, 120)

static void
run (const char *first, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;
  va_list args;

  va_start (args, first);
  for (const char *word = first; word != NULL; word = va_arg (args, const char *))
    g_ptr_array_add (words, (gpointer)word);
  va_end (args);
  g_ptr_array_add (words, NULL);
  process = g_subprocess_newv ((const char *const *)words->pdata, G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                               &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static void
set_attribute (xmlNode *node, const char *name, const char *value)
{
  xmlSetProp (node, (const xmlChar *)name, (const xmlChar *)value);
}

/* The guest's own definition, as a template has it. */
static char *
describe (MuriTestLibvirtd *libvirtd, const char *log)
{
  virDomainPtr domain =
      virDomainLookupByName (muri_test_libvirtd_get_connection (libvirtd), "guest-1");
  g_autofree char *text = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
  g_autoptr (AgentXml) xml = agent_xml_parse (text, "domain");
  xmlNode *root = agent_xml_root (xml);
  xmlNode *vcpu = agent_xml_find (root, "vcpu", NULL);

  agent_xml_remove (agent_xml_find (root, "name", NULL));
  agent_xml_remove (agent_xml_find (root, "uuid", NULL));
  agent_xml_remove (agent_xml_find (root, "devices", "disk", "source", NULL));
  agent_xml_remove (agent_xml_find (root, "devices", "interface", "mac", NULL));
  set_attribute (agent_xml_find (root, "devices", "serial", "log", NULL), "file", log);
  xmlNodeSetContent (vcpu, (const xmlChar *)"2");
  set_attribute (vcpu, "current", "1");
  virDomainFree (domain);
  return agent_xml_to_text (xml);
}

static void
set_up (Real *t, gconstpointer data)
{
  const char *directory = muri_test_directory ("clones");
  MuriTestLibvirtd *libvirtd = muri_test_libvirtd_from_environment ();
  g_autofree char *image = g_build_filename (directory, "image.qcow2", NULL);
  g_autofree char *xml = NULL;

  g_assert_nonnull (libvirtd);
  t->log = g_build_filename (directory, "serial.log", NULL);
  xml = describe (libvirtd, t->log);
  run ("qemu-img", "create", "-q", "-f", "qcow2", image, "64M", NULL);
  run ("qemu-io", "-c", "write -q -P 7 1M " DATA, image, NULL);
  clone_fixture_begin (&t->f, libvirtd, xml, image);
}

static void
destroy_all (Real *t)
{
  g_autofree virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (muri_test_libvirtd_get_connection (t->f.libvirtd), &domains, 0);

  for (int i = 0; i < n; i++)
    {
      if (strcmp (virDomainGetName (domains[i]), "guest-1") != 0)
        {
          virDomainDestroy (domains[i]);
          virDomainUndefine (domains[i]);
        }
      virDomainFree (domains[i]);
    }
}

static void
end_pool (Real *t)
{
  virStoragePoolPtr pool =
      virStoragePoolLookupByName (muri_test_libvirtd_get_connection (t->f.libvirtd), "muri");

  virStoragePoolDestroy (pool);
  virStoragePoolUndefine (pool);
  virStoragePoolFree (pool);
}

static void
tear_down (Real *t, gconstpointer data)
{
  muri_test_agent_kill9 (t->f.agent);
  destroy_all (t);
  end_pool (t);
  clone_fixture_end (&t->f);
  g_free (t->log);
}

static muri_v1_Operation *
clones (Real *t, const char *prefix, guint n, const char *linked, const char *start)
{
  muri_v1_Operation *operation = clone_fixture_operation (&t->f, prefix, n);

  fixture_add_parameter (operation, "linked", linked);
  fixture_add_parameter (operation, "start", start);
  fixture_add_parameter (operation, "seed", "1");
  return operation;
}

static const muri_v1_Report *
complete (Real *t, muri_v1_Operation *operation)
{
  const muri_v1_Report *report = NULL;

  fixture_publish (&t->f.fixture, operation);
  await ((report = fixture_report (&t->f.fixture, operation)) != NULL && report->complete);
  return report;
}

static void
expect_done (const muri_v1_Report *report)
{
  for (guint i = 0; i < report->outcomes._length; i++)
    if (report->outcomes._buffer[i].state != MURI_OUTCOME_DONE)
      g_error ("%s: %s", muri_outcome_to_nick (report->outcomes._buffer[i].state),
               report->outcomes._buffer[i].message);
}

static char *
disk_of (Real *t, const char *prefix, const muri_v1_Uuid *vm)
{
  g_autofree char *images = g_path_get_dirname (t->f.image);
  char id[MURI_UUID_TEXT];

  return g_strdup_printf ("%s/%s-1-%.8s.qcow2", images, prefix, muri_uuid_format (vm, id));
}

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

static const muri_v1_Vm *
find_vm (Real *t, const muri_v1_Uuid *vm)
{
  return g_hash_table_lookup (t->f.fixture.vms, vm);
}

static void
act (Real *t, const muri_v1_Uuid *vm, guint verb, const char *name, const char *value,
     const char *part)
{
  g_autoptr (FixtureOperation) operation = fixture_operation (&t->f.fixture, verb, 100);
  const muri_v1_Report *report;

  if (name != NULL)
    fixture_add_parameter (operation, name, value);
  fixture_add_target (operation, &t->f.node, vm);
  report = complete (t, operation);
  expect_done (report);
  if (strstr (report->outcomes._buffer[0].message, part) == NULL)
    g_error ("“%s”", report->outcomes._buffer[0].message);
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

  await ((vm = find_vm (t, clone_fixture_target (operation, 0))) != NULL);
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
  g_autoptr (FixtureOperation) linked = clones (t, "Linked_One", 1, "1", "1");
  g_autoptr (FixtureOperation) full = clones (t, "full", 1, "0", "1");
  const muri_v1_Uuid *a = clone_fixture_target (linked, 0), *b = clone_fixture_target (full, 0);
  g_autofree char *a_disk = disk_of (t, "Linked_One", a);
  g_autofree char *b_disk = disk_of (t, "full", b);

  fixture_add_parameter (linked, "ready", "90");
  fixture_publish (&t->f.fixture, full);
  expect_done (complete (t, linked));
  assert_ready (t, linked);
  expect_done (complete (t, full));
  await (has_said (t, a, "linked-one-1") && has_said (t, b, "full-1"));
  await (find_vm (t, a) != NULL && find_vm (t, b) != NULL);
  g_assert_true (find_vm (t, a)->linked);
  g_assert_false (find_vm (t, b)->linked);
  g_assert_cmpstr (find_vm (t, a)->nics._buffer[0].mac, !=, find_vm (t, b)->nics._buffer[0].mac);
  run ("qemu-img", "compare", "-q", "-U", t->f.image, b_disk, NULL);
  run ("qemu-img", "compare", "-q", "-U", t->f.image, a_disk, NULL);
  run ("sh", "-c", "! qemu-img info -U \"$0\" | grep -q '^backing file'", b_disk, NULL);
  run ("sh", "-c", "qemu-img info -U \"$0\" | grep -q '^backing file'", a_disk, NULL);

  act (t, a, MURI_VERB_RESIZE, "vcpus", "2", "2 vCPUs now and with the next boot");
  await (find_vm (t, a)->vcpus == 2);
  act (t, a, MURI_VERB_RESIZE, "memory", "262144", "256 MiB with the next boot: the guest's");
  await (find_vm (t, a)->memory_next == 262144);

  act (t, a, MURI_VERB_FLATTEN, NULL, NULL, "");
  await (!find_vm (t, a)->linked);
  /* What QEMU has not written yet nobody else reads. */
  act (t, a, MURI_VERB_POWER_OFF, NULL, NULL, "");
  run ("sh", "-c", "! qemu-img info -U \"$0\" | grep -q '^backing file'", a_disk, NULL);
  run ("qemu-img", "compare", "-q", "-U", t->f.image, a_disk, NULL);
}

/* A guest that nobody hears of, since its network leases no addresses, is not a failed clone. */
static void
test_silent (Real *t, gconstpointer data)
{
  virConnectPtr connection = muri_test_libvirtd_get_connection (t->f.libvirtd);
  virNetworkPtr network = virNetworkCreateXML (
      connection, "<network><name>silent</name><bridge name='silent0' stp='off'/></network>");
  g_autoptr (FixtureOperation) operation = clones (t, "silent", 1, "1", "1");
  const muri_v1_Uuid *vm = clone_fixture_target (operation, 0);
  const muri_v1_Outcome *outcome;

  if (network == NULL)
    {
      g_test_skip ("only root may make a network");
      return;
    }
  fixture_add_parameter (operation, "network", "silent");
  fixture_add_parameter (operation, "ready", "2");
  expect_done (complete (t, operation));
  outcome = &fixture_report (&t->f.fixture, operation)->outcomes._buffer[0];
  g_assert_nonnull (strstr (outcome->message, "did not report within 2 s"));
  g_assert_cmpuint (outcome->vm_state, ==, MURI_VM_STATE_RUNNING);
  await (has_said (t, vm, "silent-1"));
  g_assert_cmpuint (find_vm (t, vm)->state, ==, MURI_VM_STATE_RUNNING);
  destroy_all (t);
  virNetworkDestroy (network);
  virNetworkFree (network);
}

static void
test_off (Real *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = clones (t, "off", 1, "1", "0");
  const muri_v1_Uuid *vm = clone_fixture_target (operation, 0);
  g_autofree char *disk = disk_of (t, "off", vm);

  fixture_add_parameter (operation, "disk", "134217728");
  expect_done (complete (t, operation));
  await (find_vm (t, vm) != NULL && find_vm (t, vm)->linked);
  run ("sh", "-c", "qemu-img info \"$0\" | grep -q '134217728 bytes'", disk, NULL);
  act (t, vm, MURI_VERB_FLATTEN, NULL, NULL, "");
  await (!find_vm (t, vm)->linked);
  run ("sh", "-c", "! qemu-img info \"$0\" | grep -q '^backing file'", disk, NULL);
  act (t, vm, MURI_VERB_DELETE, "volumes", "all", "2 volumes");
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
  g_autoptr (FixtureOperation) operation = clones (t, "cancel", 4, "0", "0");
  const muri_v1_Report *report = NULL;

  fixture_publish (&t->f.fixture, operation);
  await (is_copying (t, operation));
  operation->control = MURI_CONTROL_CANCEL;
  fixture_publish (&t->f.fixture, operation);
  await ((report = fixture_report (&t->f.fixture, operation)) != NULL && report->complete);
  g_test_message ("%u cancelled", clone_fixture_count (report, MURI_OUTCOME_CANCELLED));
  g_assert_cmpuint (clone_fixture_count (report, MURI_OUTCOME_DONE)
                        + clone_fixture_count (report, MURI_OUTCOME_CANCELLED),
                    ==, 4);
  clone_fixture_sweep (&t->f, report, "cancel");
}

/* ---- killed ----------------------------------------------------------------------------- */

typedef struct
{
  Real *t;
  const char *end; /* of a file that is made, or NULL */
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
      && g_str_has_suffix (path, killer->end))
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
  g_autoptr (FixtureOperation) operation = clones (t, prefix, 2, linked, "1");
  const muri_v1_Report *report = NULL;

  g_signal_connect (monitor, "changed", G_CALLBACK (on_file), &killer);
  fixture_publish (&t->f.fixture, operation);
  await (killer.over);
  virConnectDomainEventDeregisterAny (connection, events);
  g_hash_table_remove_all (t->f.fixture.reports);
  muri_test_agent_restart (t->f.agent);
  await ((report = fixture_report (&t->f.fixture, operation)) != NULL && report->complete);
  for (guint i = 0; i < 2; i++)
    g_test_message ("%s: %s, %s", prefix, muri_outcome_to_nick (report->outcomes._buffer[i].state),
                    report->outcomes._buffer[i].message);
  g_assert_cmpuint (clone_fixture_count (report, MURI_OUTCOME_DONE)
                        + clone_fixture_count (report, MURI_OUTCOME_INTERRUPTED),
                    ==, 2);
  clone_fixture_sweep (&t->f, report, prefix);
  destroy_all (t);
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

/* The agent waits for it, and takes away what it cannot say is whole. */
static void
test_hypervisor (Real *t, gconstpointer data)
{
  Killer killer = { .t = t, .end = "-seed.iso", .hypervisor = TRUE };
  g_autofree char *images = g_path_get_dirname (t->f.image);
  g_autoptr (GFile) directory = g_file_new_for_path (images);
  g_autoptr (GFileMonitor) monitor =
      g_file_monitor_directory (directory, G_FILE_MONITOR_NONE, NULL, NULL);
  g_autoptr (FixtureOperation) operation = clones (t, "lost", 4, "1", "0");
  const muri_v1_Report *report = NULL;

  g_signal_connect (monitor, "changed", G_CALLBACK (on_file), &killer);
  fixture_publish (&t->f.fixture, operation);
  await (killer.over);
  muri_test_libvirtd_start (t->f.libvirtd);
  await ((report = fixture_report (&t->f.fixture, operation)) != NULL && report->complete);
  for (guint i = 0; i < 4; i++)
    g_test_message ("%s, %s", muri_outcome_to_nick (report->outcomes._buffer[i].state),
                    report->outcomes._buffer[i].message);
  g_assert_cmpuint (clone_fixture_count (report, MURI_OUTCOME_DONE)
                        + clone_fixture_count (report, MURI_OUTCOME_FAILED),
                    ==, 4);
  clone_fixture_sweep (&t->f, report, "lost");
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
#define ADD(name, func) g_test_add ("/clones/" name, Real, NULL, set_up, func, tear_down)
  ADD ("boot", test_boot);
  ADD ("silent", test_silent);
  ADD ("off", test_off);
  ADD ("cancel", test_cancel);
  ADD ("killed", test_killed);
  ADD ("hypervisor", test_hypervisor);
  return muri_test_run ();
}
