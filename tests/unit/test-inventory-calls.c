/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many questions a change costs libvirt. They are counted on their way there. */
#include <dlfcn.h>
#include <glib/gstdio.h>

#include "agent-event-loop.h"
#include "agent-hypervisor.h"
#include "agent-inventory.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define DEADLINE_SECONDS 20

#define NODE_XML                                                                                   \
  "<node><domain type='test'><name>web</name><uuid>" WEB "</uuid>"                                 \
  "<memory unit='KiB'>524288</memory><currentMemory unit='KiB'>262144</currentMemory>"             \
  "<vcpu current='2'>4</vcpu><os><type>hvm</type></os></domain></node>"

#define WEB "11111111-2222-4333-8444-555555555501"

static gint calls; /* atomic */

/* In place of libvirt's own, which they call. */
#define COUNTED(result, name, parameters, arguments)                                               \
  result name parameters                                                                           \
  {                                                                                                \
    static result (*real) parameters;                                                              \
                                                                                                   \
    if (g_once_init_enter (&real))                                                                 \
      g_once_init_leave (&real, (result (*) parameters)dlsym (RTLD_NEXT, #name));                  \
    g_atomic_int_inc (&calls);                                                                     \
    return real arguments;                                                                         \
  }

COUNTED (int, virDomainGetState, (virDomainPtr domain, int *state, int *reason, unsigned int flags),
         (domain, state, reason, flags))
COUNTED (int, virDomainGetInfo, (virDomainPtr domain, virDomainInfoPtr info), (domain, info))
COUNTED (int, virDomainHasManagedSaveImage, (virDomainPtr domain, unsigned int flags),
         (domain, flags))
COUNTED (char *, virDomainGetXMLDesc, (virDomainPtr domain, unsigned int flags), (domain, flags))
COUNTED (int, virDomainGetAutostart, (virDomainPtr domain, int *autostart), (domain, autostart))
COUNTED (int, virDomainIsPersistent, (virDomainPtr domain), (domain))
COUNTED (virDomainPtr, virDomainLookupByUUID, (virConnectPtr connection, const unsigned char *uuid),
         (connection, uuid))

typedef struct
{
  char *folder, *file;
  AgentConnections *connections;
  AgentHypervisor *hypervisor;
  AgentInventory *inventory;
  virConnectPtr connection;
  virDomainPtr web;
  muri_v1_Uuid uuid;
  guint timeout;
} Fixture;

static gboolean
on_deadline (gpointer data)
{
  g_error ("nothing came within the deadline");
  return G_SOURCE_REMOVE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *uri = NULL;
  muri_v1_Uuid node;

  f->folder = g_dir_make_tmp ("muri-inventory-XXXXXX", NULL);
  f->file = g_build_filename (f->folder, "node.xml", NULL);
  g_file_set_contents (f->file, NODE_XML, -1, NULL);
  uri = g_strdup_printf ("test://%s", f->file);
  g_assert_true (muri_uuid_parse (WEB, &f->uuid));

  muri_uuid_generate (&node);
  f->connections = agent_connections_new (uri);
  f->hypervisor = agent_hypervisor_new (f->connections);
  f->inventory = agent_inventory_new (&node);
  g_signal_connect_swapped (f->hypervisor, "connected", G_CALLBACK (agent_inventory_attach),
                            f->inventory);
  f->timeout = g_timeout_add_seconds (DEADLINE_SECONDS, on_deadline, NULL);

  agent_hypervisor_start (f->hypervisor);
  while (!agent_inventory_is_loaded (f->inventory))
    g_main_context_iteration (NULL, TRUE);
  f->connection = agent_connections_acquire (f->connections, AGENT_CONNECTION_FAST, NULL);
  g_assert_nonnull (f->connection);
  f->web = virDomainLookupByUUID (f->connection, f->uuid.b);
  g_assert_nonnull (f->web);
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
tear_down (Fixture *f, gconstpointer data)
{
  agent_inventory_detach (f->inventory);
  agent_hypervisor_stop (f->hypervisor);
  virDomainFree (f->web);
  virConnectClose (f->connection);
  release (f->inventory);
  release (f->hypervisor);
  agent_connections_unref (f->connections);
  g_source_remove (f->timeout);
  g_remove (f->file);
  g_rmdir (f->folder);
  g_free (f->file);
  g_free (f->folder);
}

/* Until what has happened was read; what that took. */
static int
count_until (Fixture *f, guint state)
{
  while (agent_inventory_find (f->inventory, &f->uuid)->state != state
         || agent_inventory_get_current_state (f->inventory, &f->uuid) != state)
    g_main_context_iteration (NULL, TRUE);
  return g_atomic_int_get (&calls);
}

/* libvirt brings its events later, so a reading begins after what it is about. */
static void
test_power (Fixture *f, gconstpointer data)
{
  const muri_v1_Vm *vm;

  count_until (f, MURI_VM_STATE_RUNNING);
  g_atomic_int_set (&calls, 0);
  g_assert_cmpint (virDomainSuspend (f->web), ==, 0);
  g_assert_cmpint (count_until (f, MURI_VM_STATE_PAUSED), ==, 1);

  g_atomic_int_set (&calls, 0);
  g_assert_cmpint (virDomainResume (f->web), ==, 0);
  g_assert_cmpint (count_until (f, MURI_VM_STATE_RUNNING), ==, 1);

  /* Its state and its definition. */
  g_atomic_int_set (&calls, 0);
  g_assert_cmpint (virDomainDestroy (f->web), ==, 0);
  g_assert_cmpint (count_until (f, MURI_VM_STATE_OFF), ==, 2);

  g_atomic_int_set (&calls, 0);
  g_assert_cmpint (virDomainCreate (f->web), ==, 0);
  g_assert_cmpint (count_until (f, MURI_VM_STATE_RUNNING), ==, 2);

  vm = agent_inventory_find (f->inventory, &f->uuid);
  g_assert_cmpstr (vm->name, ==, "web");
  g_assert_true (vm->persistent);
  g_assert_cmpuint (vm->vcpus, ==, 2);
  g_assert_cmpuint (vm->vcpus_max, ==, 4);
  g_assert_cmpuint (vm->memory, ==, 262144);
  g_assert_cmpuint (vm->memory_max, ==, 524288);
  g_assert_cmpuint (vm->vcpus_next, ==, 0);
  g_assert_cmpuint (vm->memory_next, ==, 0);
}

/* One that ended and began again may run another definition. */
static void
test_restart (Fixture *f, gconstpointer data)
{
  count_until (f, MURI_VM_STATE_RUNNING);
  g_assert_cmpint (virDomainSetVcpusFlags (f->web, 3, VIR_DOMAIN_AFFECT_CONFIG), ==, 0);
  agent_inventory_refresh (f->inventory, &f->uuid);
  while (agent_inventory_find (f->inventory, &f->uuid)->vcpus_next != 3)
    g_main_context_iteration (NULL, TRUE);

  agent_inventory_hold (f->inventory, TRUE);
  g_assert_cmpint (virDomainDestroy (f->web), ==, 0);
  g_assert_cmpint (virDomainCreate (f->web), ==, 0);
  while (agent_inventory_find (f->inventory, &f->uuid)->vcpus != 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (agent_inventory_find (f->inventory, &f->uuid)->vcpus_next, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  agent_event_loop_register ();
  g_test_add ("/inventory-calls/power", Fixture, NULL, set_up, test_power, tear_down);
  g_test_add ("/inventory-calls/restart", Fixture, NULL, set_up, test_restart, tear_down);
  return g_test_run ();
}
