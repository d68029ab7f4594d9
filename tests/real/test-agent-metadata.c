/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-fixture.h"

#include <libvirt/virterror.h>
#include <string.h>

/* Groups of a real guest, over what QEMU's driver does to its metadata. Run by with-libvirtd with
 * one running guest. */

#define URI "https://muri.github.io/xmlns/vm/1"

typedef struct
{
  Fixture fixture;
  MuriTestLibvirtd *libvirtd;
  MuriTestAgent *agent;
  virDomainPtr domain;
  muri_v1_Uuid node, vm;
} Guest;

static void
set_up (Guest *t, gconstpointer data)
{
  fixture_set_up (&t->fixture, NULL);
  t->libvirtd = muri_test_libvirtd_from_environment ();
  g_assert_nonnull (t->libvirtd);
  t->domain = virDomainLookupByName (muri_test_libvirtd_get_connection (t->libvirtd), "guest-1");
  g_assert_nonnull (t->domain);
  virDomainGetUUID (t->domain, t->vm.b);
  if (virDomainIsActive (t->domain) == 0)
    g_assert_cmpint (virDomainCreate (t->domain), ==, 0);
  t->agent = muri_test_agent_spawn ("real", muri_test_libvirtd_get_uri (t->libvirtd), NULL);
  t->node = fixture_await_node (&t->fixture, "real");
  fixture_await (g_hash_table_contains (t->fixture.vms, &t->vm));
}

static void
tear_down (Guest *t, gconstpointer data)
{
  virDomainFree (t->domain);
  muri_test_agent_free (t->agent);
  muri_test_libvirtd_free (t->libvirtd);
  fixture_tear_down (&t->fixture, NULL);
}

static void
ask (Guest *t, guint verb, const char *name, const char *value)
{
  g_autoptr (FixtureOperation) operation = fixture_operation (&t->fixture, verb, 20);
  const muri_v1_Outcome *outcome;

  fixture_add_parameter (operation, name, value);
  fixture_add_target (operation, &t->node, &t->vm);
  fixture_publish (&t->fixture, operation);
  outcome = fixture_await_complete (&t->fixture, operation)->outcomes._buffer;
  if (outcome->state != MURI_OUTCOME_DONE)
    g_error ("%s: %s", muri_outcome_to_nick (outcome->state), outcome->message);
}

static char *
dup_metadata (Guest *t, guint flags)
{
  return virDomainGetMetadata (t->domain, VIR_DOMAIN_METADATA_ELEMENT, URI, flags);
}

static void
expect (Guest *t, guint flags, const char *wanted)
{
  g_autofree char *text = dup_metadata (t, flags);

  g_assert_cmpstr (text, ==, wanted);
}

static gboolean
has (Guest *t, guint flags, const char *wanted)
{
  g_autofree char *text = dup_metadata (t, flags);

  return g_strcmp0 (text, wanted) == 0;
}

static gboolean
is_in (Guest *t, const char *group)
{
  const muri_v1_Vm *vm = g_hash_table_lookup (t->fixture.vms, &t->vm);

  return vm->groups._length == 1 && strcmp (vm->groups._buffer[0].group, group) == 0;
}

static guint
count (Guest *t)
{
  return fixture_count_events (&t->fixture, MURI_EVENT_VM_METADATA_RESTORED, &t->vm);
}

static void
define_without (Guest *t)
{
  g_autofree char *xml = virDomainGetXMLDesc (t->domain, VIR_DOMAIN_XML_INACTIVE);
  char *from = strstr (xml, "<metadata>");
  char *to = strstr (xml, "</metadata>") + strlen ("</metadata>");
  virDomainPtr domain;

  memmove (from, to, strlen (to) + 1);
  domain = virDomainDefineXML (muri_test_libvirtd_get_connection (t->libvirtd), xml);
  g_assert_nonnull (domain);
  virDomainFree (domain);
}

static void
test_metadata (Guest *t, gconstpointer data)
{
  static const char first[] = "<vm>\n  <group path=\"a\"/>\n</vm>";

  ask (t, MURI_VERB_JOIN_GROUP, "group", "a");
  expect (t, VIR_DOMAIN_AFFECT_CONFIG, first);
  expect (t, VIR_DOMAIN_AFFECT_LIVE, first);
  fixture_await (is_in (t, "a"));

  define_without (t);
  fixture_await (count (t) > 0);
  expect (t, VIR_DOMAIN_AFFECT_CONFIG, first);
  g_assert_true (is_in (t, "a"));
}

/* Its metadata is that of the moment when the snapshot was made. */
static void
test_snapshot (Guest *t, gconstpointer data)
{
  static const char second[] = "<vm>\n  <group path=\"b\"/>\n</vm>";
  virDomainSnapshotPtr snapshot = virDomainSnapshotCreateXML (t->domain, "<domainsnapshot/>", 0);
  guint before = count (t);

  if (snapshot == NULL)
    {
      g_test_skip_printf ("this guest has no snapshots: %s", virGetLastErrorMessage ());
      return;
    }
  ask (t, MURI_VERB_LEAVE_GROUP, "group", "a");
  ask (t, MURI_VERB_JOIN_GROUP, "group", "b");
  fixture_await (is_in (t, "b"));
  g_assert_cmpint (virDomainRevertToSnapshot (snapshot, 0), ==, 0);
  fixture_await (count (t) > before);
  /* Where the revert takes long, the definition is mended before the guest is back. */
  fixture_await (has (t, VIR_DOMAIN_AFFECT_CONFIG, second));
  fixture_await (has (t, VIR_DOMAIN_AFFECT_LIVE, second));
  g_assert_true (is_in (t, "b"));
  virDomainSnapshotDelete (snapshot, 0);
  virDomainSnapshotFree (snapshot);
}

/* Saved with one membership, which changes while it is off. */
static void
test_saved (Guest *t, gconstpointer data)
{
  static const char third[] = "<vm>\n  <group path=\"c\"/>\n</vm>";

  g_assert_cmpint (virDomainManagedSave (t->domain, 0), ==, 0);
  ask (t, MURI_VERB_LEAVE_GROUP, "group", "b");
  ask (t, MURI_VERB_JOIN_GROUP, "group", "c");
  fixture_await (is_in (t, "c"));
  g_assert_cmpint (virDomainCreate (t->domain), ==, 0);
  fixture_await (fixture_vm_state (&t->fixture, &t->vm) == MURI_VM_STATE_RUNNING);
  expect (t, VIR_DOMAIN_AFFECT_CONFIG, third);
  g_assert_true (is_in (t, "c"));
  fixture_await (count (t) > 0);
  fixture_await (has (t, VIR_DOMAIN_AFFECT_LIVE, third));
  ask (t, MURI_VERB_LEAVE_GROUP, "group", "c");
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add ("/agent/metadata/written", Guest, NULL, set_up, test_metadata, tear_down);
  g_test_add ("/agent/metadata/snapshot", Guest, NULL, set_up, test_snapshot, tear_down);
  g_test_add ("/agent/metadata/saved", Guest, NULL, set_up, test_saved, tear_down);
  return muri_test_run ();
}
