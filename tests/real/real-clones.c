/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "real-clones.h"

#include <gio/gio.h>
#include <string.h>

#include "agent-event-loop.h"
#include "agent-xml.h"

void
real_run (const char *first, ...)
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

void
real_set_up (Real *t, gconstpointer data)
{
  const char *directory = muri_test_directory ("clones");
  MuriTestLibvirtd *libvirtd = muri_test_libvirtd_from_environment ();
  g_autofree char *image = g_build_filename (directory, "image.qcow2", NULL);
  g_autofree char *xml = NULL;

  g_assert_nonnull (libvirtd);
  t->log = g_build_filename (directory, "serial.log", NULL);
  xml = describe (libvirtd, t->log);
  real_run ("qemu-img", "create", "-q", "-f", "qcow2", image, "64M", NULL);
  real_run ("qemu-io", "-c", "write -q -P 7 1M " REAL_CLONES_DATA, image, NULL);
  clone_fixture_begin (&t->f, libvirtd, xml, image);
}

void
real_destroy_all (Real *t)
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

void
real_tear_down (Real *t, gconstpointer data)
{
  muri_test_agent_kill9 (t->f.agent);
  real_destroy_all (t);
  end_pool (t);
  clone_fixture_end (&t->f);
  g_free (t->log);
}

muri_v1_Operation *
real_clones (Real *t, const char *prefix, guint n, const char *linked, const char *start)
{
  muri_v1_Operation *operation = clone_fixture_operation (&t->f, prefix, n);

  fixture_add_parameter (operation, "linked", linked);
  fixture_add_parameter (operation, "start", start);
  fixture_add_parameter (operation, "seed", "1");
  return operation;
}

const muri_v1_Report *
real_complete (Real *t, muri_v1_Operation *operation)
{
  const muri_v1_Report *report = NULL;

  fixture_publish (&t->f.fixture, operation);
  real_await ((report = fixture_report (&t->f.fixture, operation)) != NULL && report->complete);
  return report;
}

void
real_expect_done (const muri_v1_Report *report)
{
  for (guint i = 0; i < report->outcomes._length; i++)
    if (report->outcomes._buffer[i].state != MURI_OUTCOME_DONE)
      g_error ("%s: %s", muri_outcome_to_nick (report->outcomes._buffer[i].state),
               report->outcomes._buffer[i].message);
}

char *
real_disk_of (Real *t, const char *prefix, const muri_v1_Uuid *vm)
{
  g_autofree char *images = g_path_get_dirname (t->f.image);
  char id[MURI_UUID_TEXT];

  return g_strdup_printf ("%s/%s-1-%.8s.qcow2", images, prefix, muri_uuid_format (vm, id));
}

const muri_v1_Vm *
real_find_vm (Real *t, const muri_v1_Uuid *vm)
{
  return g_hash_table_lookup (t->f.fixture.vms, vm);
}

void
real_act (Real *t, const muri_v1_Uuid *vm, guint verb, const char *name, const char *value,
          const char *part)
{
  g_autoptr (FixtureOperation) operation = fixture_operation (&t->f.fixture, verb, 100);
  const muri_v1_Report *report;

  if (name != NULL)
    fixture_add_parameter (operation, name, value);
  fixture_add_target (operation, &t->f.node, vm);
  report = real_complete (t, operation);
  real_expect_done (report);
  if (strstr (report->outcomes._buffer[0].message, part) == NULL)
    g_error ("“%s”", report->outcomes._buffer[0].message);
}

static void
drop_message (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
}

void
real_init (int *argc, char ***argv)
{
  muri_test_init (argc, argv);
  g_log_set_handler ("Libvirt.GLib", G_LOG_LEVEL_DEBUG, drop_message, NULL);
  agent_event_loop_register ();
}
