/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "agent-event-loop.h"
#include "agent-hypervisor.h"
#include "agent-memory.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define DEADLINE_SECONDS 20

#define HOST_XML                                                                                   \
  "<cpu><mhz>2400</mhz><model>test &amp; co</model><active>12</active><nodes>1</nodes>"            \
  "<sockets>2</sockets><cores>3</cores><threads>2</threads></cpu><memory>8388608</memory>"         \
  "<network><name>blue</name><bridge name='blue0'/>"                                               \
  "<ip address='192.0.2.1' netmask='255.255.255.0'/></network>"                                    \
  "<pool type='dir'><name>default</name><target><path>/pool</path></target></pool>"

#define DOMAIN_XML                                                                                 \
  "<domain type='test'><name>%s</name><uuid>%s</uuid><title>T &lt; %s</title>"                     \
  "<metadata><x:y xmlns:x='http://example.org/x'>kept</x:y></metadata>"                            \
  "<memory unit='KiB'>524288</memory><vcpu>2</vcpu><os><type>hvm</type></os></domain>"

#define WEB "11111111-2222-4333-8444-555555555501"
#define MAIL "11111111-2222-4333-8444-555555555502"
#define SAVED "11111111-2222-4333-8444-555555555503"
#define OLD "11111111-2222-4333-8444-555555555504"

/**
 * The part of an agent that a memory needs.
 */
typedef struct
{
  AgentConnections *connections;
  AgentHypervisor *hypervisor;
  AgentInventory *inventory;
  AgentMemory *memory;
  virConnectPtr connection;
} Life;

static char *
domain_xml (const char *name, const char *uuid)
{
  return g_strdup_printf (DOMAIN_XML, name, uuid, name);
}

static gboolean
on_deadline (gpointer data)
{
  g_error ("nothing came within the deadline");
  return G_SOURCE_REMOVE;
}

static void
begin (Life *life, const char *state_dir, const char *uri)
{
  g_autofree char *resolved = agent_memory_resolve (state_dir, uri);
  muri_v1_Uuid node;

  muri_uuid_generate (&node);
  life->connections = agent_connections_new (resolved);
  life->hypervisor = agent_hypervisor_new (life->connections);
  life->inventory = agent_inventory_new (&node);
  life->memory = agent_memory_new (state_dir, life->connections, life->inventory);
  g_signal_connect_swapped (life->hypervisor, "connected", G_CALLBACK (agent_inventory_attach),
                            life->inventory);
  agent_hypervisor_start (life->hypervisor);
  while (!agent_inventory_is_loaded (life->inventory))
    g_main_context_iteration (NULL, TRUE);
  life->connection = agent_connections_acquire (life->connections, AGENT_CONNECTION_EVENTS, NULL);
  g_assert_nonnull (life->connection);
}

static void
release (gpointer object)
{
  g_object_add_weak_pointer (object, &object);
  g_object_unref (object);
  while (object)
    g_main_context_iteration (NULL, TRUE);
}

static void
end (Life *life)
{
  agent_memory_flush (life->memory);
  agent_inventory_detach (life->inventory);
  agent_hypervisor_stop (life->hypervisor);
  virConnectClose (life->connection);
  release (life->memory);
  release (life->inventory);
  release (life->hypervisor);
  agent_connections_unref (life->connections);
}

static const muri_v1_Vm *
find (Life *life, const char *text)
{
  muri_v1_Uuid uuid;

  g_assert_true (muri_uuid_parse (text, &uuid));
  return agent_inventory_find (life->inventory, &uuid);
}

static void
await_state (Life *life, const char *uuid, guint state)
{
  while (find (life, uuid) == NULL || find (life, uuid)->state != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

/* Changes what the first life found. */
static void
live (Life *life)
{
  g_autofree char *mail_xml = domain_xml ("mail", MAIL);
  g_autofree char *saved_xml = domain_xml ("saved", SAVED);
  virDomainPtr web = virDomainLookupByName (life->connection, "web");
  virDomainPtr old = virDomainLookupByName (life->connection, "old");
  virDomainPtr mail = virDomainDefineXML (life->connection, mail_xml);
  virDomainPtr saved = virDomainDefineXML (life->connection, saved_xml);

  g_assert_nonnull (mail);
  g_assert_nonnull (saved);
  g_assert_cmpint (virDomainSuspend (web), ==, 0);
  g_assert_cmpint (virDomainDestroy (old), ==, 0);
  g_assert_cmpint (virDomainUndefine (old), ==, 0);
  g_assert_cmpint (virDomainCreate (saved), ==, 0);
  g_assert_cmpint (virDomainManagedSave (saved, 0), ==, 0);
  await_state (life, WEB, MURI_VM_STATE_PAUSED);
  await_state (life, MAIL, MURI_VM_STATE_OFF);
  await_state (life, SAVED, MURI_VM_STATE_SAVED);
  while (find (life, OLD))
    g_main_context_iteration (NULL, TRUE);
  virDomainFree (web);
  virDomainFree (old);
  virDomainFree (mail);
  virDomainFree (saved);
}

static void
check (Life *life)
{
  virDomainPtr web = virDomainLookupByName (life->connection, "web");
  virNetworkPtr network = virNetworkLookupByName (life->connection, "blue");
  g_autofree char *metadata = NULL;
  const AgentHypervisorFacts *facts = agent_hypervisor_get_facts (life->hypervisor);

  g_assert_cmpuint (agent_inventory_get_size (life->inventory), ==, 3);
  g_assert_cmpuint (find (life, WEB)->state, ==, MURI_VM_STATE_PAUSED);
  g_assert_cmpuint (find (life, MAIL)->state, ==, MURI_VM_STATE_OFF);
  g_assert_cmpuint (find (life, SAVED)->state, ==, MURI_VM_STATE_SAVED);
  g_assert_cmpstr (find (life, WEB)->title, ==, "T < web");
  g_assert_true (find (life, MAIL)->persistent);

  metadata = virDomainGetMetadata (web, VIR_DOMAIN_METADATA_ELEMENT, "http://example.org/x", 0);
  g_assert_nonnull (metadata);
  g_assert_nonnull (network);
  g_assert_cmpstr (facts->storage, ==, "/pool");
  g_assert_cmpuint (facts->cpus, ==, 12);
  g_assert_cmpuint (facts->memory, ==, 8388608);
  virNetworkFree (network);
  virDomainFree (web);
}

static void
test_remembers (void)
{
  g_autofree char *folder = g_dir_make_tmp ("muri-memory-XXXXXX", NULL);
  g_autofree char *state_dir = g_build_filename (folder, "a state", NULL);
  g_autofree char *file = g_build_filename (folder, "given.xml", NULL);
  g_autofree char *uri = g_strdup_printf ("test://%s", file);
  g_autofree char *web = domain_xml ("web", WEB);
  g_autofree char *old = domain_xml ("old", OLD);
  g_autofree char *xml = g_strdup_printf ("<node>%s%s" HOST_XML "</node>", web, old);
  guint timeout = g_timeout_add_seconds (DEADLINE_SECONDS, on_deadline, NULL);
  Life life;

  g_assert_true (g_file_set_contents (file, xml, -1, NULL));
  begin (&life, state_dir, uri);
  g_assert_cmpuint (agent_inventory_get_size (life.inventory), ==, 2);
  live (&life);
  end (&life);

  /* Twice: what was read is what is written. */
  for (guint i = 0; i < 2; i++)
    {
      begin (&life, state_dir, uri);
      check (&life);
      end (&life);
    }
  g_source_remove (timeout);
  remove_folder (folder);
}

static void
test_resolve (void)
{
  g_autofree char *folder = g_dir_make_tmp ("muri-memory-XXXXXX", NULL);
  g_autofree char *fresh = agent_memory_resolve (folder, "test:///default");
  g_autofree char *other = agent_memory_resolve (folder, "qemu:///system");

  g_assert_cmpstr (fresh, ==, "test:///default");
  g_assert_cmpstr (other, ==, "qemu:///system");
  g_assert_true (agent_memory_is_needed ("test:///default"));
  g_assert_false (agent_memory_is_needed ("test+unix:///default?socket=/x"));
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  agent_event_loop_register ();
  g_test_add_func ("/agent-memory/resolve", test_resolve);
  g_test_add_func ("/agent-memory/remembers", test_remembers);
  return g_test_run ();
}
