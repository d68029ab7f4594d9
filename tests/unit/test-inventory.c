/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "agent-error.h"
#include "agent-event-loop.h"
#include "agent-hypervisor.h"
#include "agent-inventory-item.h"
#include "agent-inventory.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define DEADLINE_SECONDS 20

#define NODE_XML                                                                                   \
  "<node>%s"                                                                                       \
  "<cpu><mhz>2400</mhz><model>test</model><active>8</active><nodes>1</nodes><sockets>2</sockets>"  \
  "<cores>2</cores><threads>2</threads></cpu><memory>8388608</memory></node>"

#define DOMAIN_XML                                                                                 \
  "<domain type='test'><name>%s</name><uuid>%s</uuid><memory unit='KiB'>524288</memory>"           \
  "<vcpu>2</vcpu><os><type>hvm</type></os></domain>"

#define WEB "11111111-2222-4333-8444-555555555501"
#define MAIL "11111111-2222-4333-8444-555555555502"

typedef struct
{
  char *folder, *file;
  AgentConnections *connections;
  AgentHypervisor *hypervisor;
  AgentInventory *inventory;
  virConnectPtr connection;
  guint changed, removed;
  GArray *kinds;
  guint timeout;
} Fixture;

static void
on_changed (Fixture *f, const muri_v1_Vm *vm)
{
  f->changed++;
}

static void
on_removed (Fixture *f, const muri_v1_Vm *vm)
{
  f->removed++;
}

static void
on_event (Fixture *f, const muri_v1_Event *event)
{
  guint kind = event->kind;

  g_array_append_val (f->kinds, kind);
}

static gboolean
on_deadline (gpointer data)
{
  g_error ("nothing came within the deadline");
  return G_SOURCE_REMOVE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *web = g_strdup_printf (DOMAIN_XML, "web", WEB);
  g_autofree char *xml = g_strdup_printf (NODE_XML, web);
  g_autofree char *uri = NULL;
  muri_v1_Uuid node;

  f->folder = g_dir_make_tmp ("muri-inventory-XXXXXX", NULL);
  f->file = g_build_filename (f->folder, "node.xml", NULL);
  g_file_set_contents (f->file, xml, -1, NULL);
  uri = g_strdup_printf ("test://%s", f->file);

  muri_uuid_generate (&node);
  f->kinds = g_array_new (FALSE, FALSE, sizeof (guint));
  f->connections = agent_connections_new (uri);
  f->hypervisor = agent_hypervisor_new (f->connections);
  f->inventory = agent_inventory_new (&node);
  g_signal_connect_swapped (f->hypervisor, "connected", G_CALLBACK (agent_inventory_attach),
                            f->inventory);
  g_signal_connect_swapped (f->inventory, "vm-changed", G_CALLBACK (on_changed), f);
  g_signal_connect_swapped (f->inventory, "vm-removed", G_CALLBACK (on_removed), f);
  g_signal_connect_swapped (f->inventory, "event", G_CALLBACK (on_event), f);
  f->timeout = g_timeout_add_seconds (DEADLINE_SECONDS, on_deadline, NULL);

  agent_hypervisor_start (f->hypervisor);
  while (!agent_inventory_is_loaded (f->inventory))
    g_main_context_iteration (NULL, TRUE);
  f->connection = agent_connections_acquire (f->connections, AGENT_CONNECTION_FAST, NULL);
  g_assert_nonnull (f->connection);
}

/* A reading under way holds it a little longer. */
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
  virConnectClose (f->connection);
  release (f->inventory);
  release (f->hypervisor);
  agent_connections_unref (f->connections);
  g_source_remove (f->timeout);
  g_array_unref (f->kinds);
  g_remove (f->file);
  g_rmdir (f->folder);
  g_free (f->file);
  g_free (f->folder);
}

static const muri_v1_Vm *
find (Fixture *f, const char *text)
{
  muri_v1_Uuid uuid;

  g_assert_true (muri_uuid_parse (text, &uuid));
  return agent_inventory_find (f->inventory, &uuid);
}

static void
await_state (Fixture *f, const char *uuid, guint state)
{
  while (find (f, uuid) == NULL || find (f, uuid)->state != state)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
was_told (Fixture *f, guint kind)
{
  for (guint i = 0; i < f->kinds->len; i++)
    if (g_array_index (f->kinds, guint, i) == kind)
      return TRUE;
  return FALSE;
}

static void
test_load (Fixture *f, gconstpointer data)
{
  const muri_v1_Vm *web = find (f, WEB);
  const AgentHypervisorFacts *facts = agent_hypervisor_get_facts (f->hypervisor);

  g_assert_cmpuint (agent_inventory_get_size (f->inventory), ==, 1);
  g_assert_cmpuint (f->changed, ==, 1);
  g_assert_cmpuint (f->kinds->len, ==, 0);
  g_assert_nonnull (web);
  g_assert_cmpstr (web->name, ==, "web");
  g_assert_cmpuint (web->state, ==, MURI_VM_STATE_RUNNING);
  g_assert_cmpint (web->since, ==, 0);
  g_assert_cmpuint (web->vcpus, ==, 2);
  g_assert_cmpuint (web->memory_max, ==, 524288);
  g_assert_true (web->persistent);

  g_assert_cmpuint (agent_hypervisor_get_state (f->hypervisor), ==, MURI_CONNECTION_UP);
  g_assert_cmpstr (agent_hypervisor_get_error (f->hypervisor), ==, "");
  g_assert_cmpstr (facts->type, ==, "TEST");
  g_assert_cmpuint (facts->cpus, ==, 8);
  g_assert_cmpuint (facts->memory, ==, 8388608);
}

static void
test_power (Fixture *f, gconstpointer data)
{
  virDomainPtr web = virDomainLookupByName (f->connection, "web");

  g_assert_nonnull (web);
  g_assert_cmpint (virDomainSuspend (web), ==, 0);
  await_state (f, WEB, MURI_VM_STATE_PAUSED);
  g_assert_cmpint (find (f, WEB)->since, >, 0);

  g_assert_cmpint (virDomainResume (web), ==, 0);
  await_state (f, WEB, MURI_VM_STATE_RUNNING);
  g_assert_cmpint (virDomainManagedSave (web, 0), ==, 0);
  await_state (f, WEB, MURI_VM_STATE_SAVED);
  g_assert_cmpint (find (f, WEB)->booted, ==, 0);
  g_assert_cmpint (virDomainCreate (web), ==, 0);
  await_state (f, WEB, MURI_VM_STATE_RUNNING);
  g_assert_cmpint (find (f, WEB)->booted, >, 0);
  g_assert_cmpint (virDomainDestroy (web), ==, 0);
  await_state (f, WEB, MURI_VM_STATE_OFF);

  g_assert_true (was_told (f, MURI_EVENT_VM_PAUSED));
  g_assert_true (was_told (f, MURI_EVENT_VM_RESUMED));
  g_assert_true (was_told (f, MURI_EVENT_VM_SAVED));
  g_assert_true (was_told (f, MURI_EVENT_VM_STARTED));
  g_assert_true (was_told (f, MURI_EVENT_VM_STOPPED));
  virDomainFree (web);
}

static void
test_come_and_go (Fixture *f, gconstpointer data)
{
  g_autofree char *xml = g_strdup_printf (DOMAIN_XML, "mail", MAIL);
  virDomainPtr mail = virDomainDefineXML (f->connection, xml);

  g_assert_nonnull (mail);
  await_state (f, MAIL, MURI_VM_STATE_OFF);
  g_assert_true (was_told (f, MURI_EVENT_VM_DEFINED));

  g_assert_cmpint (virDomainUndefine (mail), ==, 0);
  while (f->removed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (find (f, MAIL));
  g_assert_true (was_told (f, MURI_EVENT_VM_REMOVED));
  virDomainFree (mail);
}

/* Nothing is emitted for what did not change. */
static void
test_quiet (Fixture *f, gconstpointer data)
{
  guint before = f->changed;
  muri_v1_Uuid uuid;
  virDomainPtr web = virDomainLookupByName (f->connection, "web");

  g_assert_true (muri_uuid_parse (WEB, &uuid));
  for (guint i = 0; i < 10; i++)
    agent_inventory_refresh (f->inventory, &uuid);
  /* What is read afterwards is read last. */
  g_assert_cmpint (virDomainSuspend (web), ==, 0);
  await_state (f, WEB, MURI_VM_STATE_PAUSED);
  g_assert_cmpuint (f->changed, ==, before + 1);
  virDomainFree (web);
}

/* What happened while nobody listened is told after the next attachment. */
static void
test_reattach (Fixture *f, gconstpointer data)
{
  virDomainPtr web = virDomainLookupByName (f->connection, "web");

  agent_inventory_detach (f->inventory);
  g_assert_cmpint (virDomainDestroy (web), ==, 0);
  g_assert_cmpuint (find (f, WEB)->state, ==, MURI_VM_STATE_RUNNING);

  agent_inventory_attach (f->inventory, f->connection);
  await_state (f, WEB, MURI_VM_STATE_OFF);
  g_assert_true (was_told (f, MURI_EVENT_VM_STOPPED));
  virDomainFree (web);
}

static void
test_notes (Fixture *f, gconstpointer data)
{
  muri_v1_Address addresses[] = { "192.0.2.7" };
  guint before = f->changed;
  muri_v1_Uuid uuid;

  g_assert_true (muri_uuid_parse (WEB, &uuid));
  agent_inventory_note_addresses (f->inventory, &uuid, addresses, 1);
  agent_inventory_note_addresses (f->inventory, &uuid, addresses, 1);
  g_assert_cmpuint (f->changed, ==, before + 1);
  g_assert_cmpstr (find (f, WEB)->addresses._buffer[0], ==, "192.0.2.7");

  agent_inventory_note_unanswered (f->inventory, &uuid, 42);
  g_assert_cmpint (find (f, WEB)->unanswered, ==, 42);
  g_assert_true (was_told (f, MURI_EVENT_VM_UNANSWERED));
  agent_inventory_note_unanswered (f->inventory, &uuid, 0);
  g_assert_true (was_told (f, MURI_EVENT_VM_ANSWERED));
}

static muri_v1_Vm *
vm_in_state (guint state, int reason)
{
  muri_v1_Vm *vm = agent_vm_new ();

  vm->state = state;
  vm->reason = reason;
  return vm;
}

/* A libvirtd that was restarted does not know any more that a VM had crashed. */
/* What libvirt may have changed since the last reading is not known, whatever that found. */
static void
test_current_state (Fixture *f, gconstpointer data)
{
  muri_v1_Uuid web, other;

  g_assert_true (muri_uuid_parse (WEB, &web));
  muri_uuid_generate (&other);
  await_state (f, WEB, MURI_VM_STATE_RUNNING);
  while (agent_inventory_get_current_state (f->inventory, &web) == MURI_VM_STATE_UNKNOWN)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (agent_inventory_get_current_state (f->inventory, &web), ==,
                    MURI_VM_STATE_RUNNING);
  g_assert_cmpuint (agent_inventory_get_current_state (f->inventory, &other), ==,
                    MURI_VM_STATE_UNKNOWN);

  agent_inventory_refresh (f->inventory, &web);
  g_assert_cmpuint (agent_inventory_get_current_state (f->inventory, &web), ==,
                    MURI_VM_STATE_UNKNOWN);
  while (agent_inventory_get_current_state (f->inventory, &web) == MURI_VM_STATE_UNKNOWN)
    g_main_context_iteration (NULL, TRUE);

  agent_inventory_detach (f->inventory);
  g_assert_cmpuint (agent_inventory_get_current_state (f->inventory, &web), ==,
                    MURI_VM_STATE_UNKNOWN);
}

/* Held, it reads what was changed later. */
static void
test_hold (Fixture *f, gconstpointer data)
{
  muri_v1_Uuid web;
  virDomainPtr domain;

  g_assert_true (muri_uuid_parse (WEB, &web));
  domain = virDomainLookupByUUID (f->connection, web.b);
  while (agent_inventory_get_current_state (f->inventory, &web) == MURI_VM_STATE_UNKNOWN)
    g_main_context_iteration (NULL, TRUE);
  agent_inventory_hold (f->inventory, TRUE);
  g_assert_cmpint (virDomainSuspend (domain), ==, 0);
  agent_inventory_refresh (f->inventory, &web);
  g_assert_cmpuint (find (f, WEB)->state, ==, MURI_VM_STATE_RUNNING);
  await_state (f, WEB, MURI_VM_STATE_PAUSED);

  agent_inventory_hold (f->inventory, TRUE);
  g_assert_cmpint (virDomainResume (domain), ==, 0);
  agent_inventory_refresh (f->inventory, &web);
  agent_inventory_hold (f->inventory, FALSE);
  await_state (f, WEB, MURI_VM_STATE_RUNNING);
  virDomainFree (domain);
}

static void
test_crash_is_kept (void)
{
  const muri_v1_Uuid uuid = { { 1 } };
  AgentInventoryItem *item = agent_inventory_item_new (&uuid);

  agent_inventory_item_update (item, vm_in_state (MURI_VM_STATE_CRASHED, 3), 10, TRUE);
  g_assert_false (agent_inventory_item_update (
      item, vm_in_state (MURI_VM_STATE_OFF, VIR_DOMAIN_SHUTOFF_UNKNOWN), 20, FALSE));
  g_assert_cmpuint (item->vm->state, ==, MURI_VM_STATE_CRASHED);

  g_assert_true (
      agent_inventory_item_update (item, vm_in_state (MURI_VM_STATE_RUNNING, 1), 30, FALSE));
  g_assert_cmpint (item->vm->booted, ==, 30);
  g_assert_cmpint (item->vm->since, ==, 30);
  g_assert_true (agent_inventory_item_update (
      item, vm_in_state (MURI_VM_STATE_OFF, VIR_DOMAIN_SHUTOFF_UNKNOWN), 40, FALSE));
  g_assert_cmpuint (item->vm->state, ==, MURI_VM_STATE_OFF);
  g_assert_cmpint (item->vm->booted, ==, 0);
  agent_inventory_item_free (item);
}

/* libvirt says some things more than once, and resumes what is being started. */
static void
test_repeated_events (void)
{
  const muri_v1_Uuid uuid = { { 1 } };
  AgentInventoryItem *item = agent_inventory_item_new (&uuid);
  gint64 now = 1000 * G_USEC_PER_SEC;

  agent_inventory_item_update (item, vm_in_state (MURI_VM_STATE_OFF, 1), 10, TRUE);
  g_assert_false (agent_inventory_item_accept (item, MURI_EVENT_VM_RESUMED, now));
  g_assert_true (agent_inventory_item_accept (item, MURI_EVENT_VM_STARTED, now));
  g_assert_true (agent_inventory_item_accept (item, MURI_EVENT_VM_REBOOTED, now));
  g_assert_false (agent_inventory_item_accept (item, MURI_EVENT_VM_REBOOTED, now + 1000));
  g_assert_true (
      agent_inventory_item_accept (item, MURI_EVENT_VM_REBOOTED, now + 10 * G_USEC_PER_SEC));
  g_assert_true (agent_inventory_item_accept (item, MURI_EVENT_VM_PAUSED, now));
  g_assert_true (agent_inventory_item_accept (item, MURI_EVENT_VM_RESUMED, now));
  agent_inventory_item_free (item);
}

static void
test_unreachable (void)
{
  AgentConnections *connections = agent_connections_new ("qemu+unix:///system?socket=/nonexistent");
  g_autoptr (AgentHypervisor) hypervisor = agent_hypervisor_new (connections);
  g_autoptr (GError) error = NULL;

  g_assert_null (agent_connections_acquire (connections, AGENT_CONNECTION_FAST, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == AGENT_LIBVIRT_ERROR);
  g_assert_true (agent_error_is_disconnected (error));

  agent_hypervisor_start (hypervisor);
  while (agent_hypervisor_get_state (hypervisor) != MURI_CONNECTION_DOWN)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (agent_hypervisor_get_error (hypervisor), ==, error->message);
  g_assert_cmpint (agent_hypervisor_get_since (hypervisor), >, 0);
  agent_hypervisor_stop (hypervisor);
  agent_connections_unref (connections);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  agent_event_loop_register ();

#define ADD(name, func) g_test_add ("/inventory/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("load", test_load);
  ADD ("power", test_power);
  ADD ("come-and-go", test_come_and_go);
  ADD ("quiet", test_quiet);
  ADD ("reattach", test_reattach);
  ADD ("notes", test_notes);
  ADD ("current-state", test_current_state);
  ADD ("hold", test_hold);
  g_test_add_func ("/inventory/crash-is-kept", test_crash_is_kept);
  g_test_add_func ("/inventory/repeated-events", test_repeated_events);
  g_test_add_func ("/inventory/unreachable", test_unreachable);
  return g_test_run ();
}
