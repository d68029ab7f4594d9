/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-inventory-request.h"

#include <malloc.h>

/* A reading of so many VMs leaves megabytes of free memory behind, in many pieces. */
#define MANY_VMS 200

AgentInventoryRequest *
agent_inventory_request_new (virConnectPtr connection, const muri_v1_Uuid *node)
{
  AgentInventoryRequest *request = g_new0 (AgentInventoryRequest, 1);

  virConnectRef (connection);
  request->connection = connection;
  request->node = *node;
  return request;
}

void
agent_inventory_request_free (AgentInventoryRequest *request)
{
  gboolean many = request->reading != NULL && request->reading->metadata->len >= MANY_VMS;

  agent_inventory_release (g_steal_pointer (&request->connection),
                           g_steal_pointer (&request->events));
  g_clear_pointer (&request->wishes, g_hash_table_unref);
  g_clear_pointer (&request->reading, agent_vm_reading_free);
  g_free (request);
  if (many)
    malloc_trim (0);
}

/* The last handle closes a connection that was given up meanwhile, which may block. */
static void
drop_domains (AgentInventoryRequest *request)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, request->wishes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      AgentVmWish *wish = value;

      g_clear_pointer (&wish->domain, virDomainFree);
    }
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  AgentInventoryRequest *request = data;
  GError *error = NULL;

  /* Events first: what changes while the list is read is then read again. */
  if (request->func)
    request->events = agent_domain_events_register (request->connection, request->func,
                                                    request->receiver, &error);

  if (error == NULL)
    request->reading = request->all ? agent_vm_reader_read_all (request->connection, &request->node)
                                    : agent_vm_reader_read_some (request->connection,
                                                                 &request->node, request->wishes);

  if (request->reading && request->find_boot)
    for (guint i = 0; i < request->reading->vms->len; i++)
      {
        muri_v1_Vm *vm = request->reading->vms->pdata[i];

        vm->booted = agent_vm_reader_find_boot (vm);
      }

  drop_domains (request);
  virConnectClose (g_steal_pointer (&request->connection));
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
agent_inventory_request_run_async (AgentInventoryRequest *request, GObject *receiver,
                                   GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, receiver);

  request->receiver = receiver;
  g_task_set_name (task, "read-domains");
  g_task_set_task_data (task, request, (GDestroyNotify)agent_inventory_request_free);
  g_task_run_in_thread (task, run);
}

typedef struct
{
  virConnectPtr connection;
  AgentDomainEvents *events;
} Held;

static gpointer
release (gpointer data)
{
  Held *held = data;

  if (held->events)
    agent_domain_events_unregister (held->events);
  if (held->connection)
    virConnectClose (held->connection);
  g_free (held);
  return NULL;
}

void
agent_inventory_release (virConnectPtr connection, AgentDomainEvents *events)
{
  Held *held;

  if (connection == NULL && events == NULL)
    return;
  held = g_new0 (Held, 1);
  held->connection = connection;
  held->events = events;
  g_thread_unref (g_thread_new ("libvirt-release", release, held));
}
