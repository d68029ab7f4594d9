/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-connections.h"

#include <libvirt/virterror.h>

#include "agent-error.h"
#include "agent-found-domains.h"

/* libvirtd answers keepalives from its event loop, also while all its workers are busy: what
 * misses this many is dead or stopped, not slow. Only a connection that is silent for so long is
 * asked: those for figures never are. */
#define KEEPALIVE_SECONDS 8
#define KEEPALIVE_COUNT 2

/* Borrowed connections that are kept open for the next borrower. */
#define IDLE_MAX 8

typedef struct
{
  GMutex opening;           /* held while a thread opens, so that others wait for its connection */
  virConnectPtr connection; /* under AgentConnections.lock */
} Slot;

struct _AgentConnections
{
  gatomicrefcount references;
  char *uri;
  gboolean shared;
  GMutex lock;
  Slot slots[AGENT_N_CONNECTIONS];
  GPtrArray *idle;   /* virConnectPtr; under lock */
  GHashTable *found; /* of borrowed ones: virConnectPtr to AgentFoundDomains; under lock */
};

static void
ignore_libvirt_error (void *user_data, virErrorPtr error)
{
  /* Every error is converted where it happens; libvirt would print it as well. */
}

/* What was found holds references to it. */
static void
close_borrowed (AgentConnections *connections, virConnectPtr connection)
{
  g_mutex_lock (&connections->lock);
  AgentFoundDomains *found = NULL;
  g_hash_table_steal_extended (connections->found, connection, NULL, (gpointer *)&found);
  g_mutex_unlock (&connections->lock);

  g_clear_pointer (&found, agent_found_domains_free);
  virConnectClose (connection);
}

AgentConnections *
agent_connections_new (const char *uri)
{
  static gsize once;
  AgentConnections *connections = g_new0 (AgentConnections, 1);

  if (g_once_init_enter (&once))
    {
      virSetErrorFunc (NULL, ignore_libvirt_error);
      g_once_init_leave (&once, 1);
    }

  g_atomic_ref_count_init (&connections->references);
  connections->uri = g_strdup (uri);
  connections->shared = g_str_has_prefix (uri, "test:");
  g_mutex_init (&connections->lock);
  connections->idle = g_ptr_array_new ();
  connections->found = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < AGENT_N_CONNECTIONS; i++)
    g_mutex_init (&connections->slots[i].opening);
  return connections;
}

AgentConnections *
agent_connections_ref (AgentConnections *connections)
{
  g_atomic_ref_count_inc (&connections->references);
  return connections;
}

void
agent_connections_unref (AgentConnections *connections)
{
  if (!g_atomic_ref_count_dec (&connections->references))
    return;

  for (guint i = 0; i < AGENT_N_CONNECTIONS; i++)
    {
      if (connections->slots[i].connection)
        virConnectClose (connections->slots[i].connection);
      g_mutex_clear (&connections->slots[i].opening);
    }
  for (guint i = 0; i < connections->idle->len; i++)
    close_borrowed (connections, connections->idle->pdata[i]);
  g_ptr_array_unref (connections->idle);
  g_hash_table_unref (connections->found);
  g_mutex_clear (&connections->lock);
  g_free (connections->uri);
  g_free (connections);
}

typedef struct
{
  virConnectPtr connection;
  virDomainPtr domain;
} Held;

static gpointer
release (gpointer data)
{
  Held *held = data;

  if (held->domain)
    virDomainFree (held->domain);
  if (held->connection)
    virConnectClose (held->connection);
  g_free (held);
  return NULL;
}

void
agent_connections_release (virConnectPtr connection, virDomainPtr domain)
{
  Held *held;

  if (connection == NULL && domain == NULL)
    return;
  held = g_new (Held, 1);
  held->connection = connection;
  held->domain = domain;
  g_thread_unref (g_thread_new ("libvirt-release", release, held));
}

const char *
agent_connections_get_uri (AgentConnections *connections)
{
  return connections->uri;
}

static Slot *
find_slot (AgentConnections *connections, AgentConnectionRole role)
{
  return &connections->slots[connections->shared ? AGENT_CONNECTION_EVENTS : role];
}

/* A reference to the slot's connection if it has one that lives. */
static virConnectPtr
take_living (AgentConnections *connections, Slot *slot)
{
  virConnectPtr connection = NULL;
  virConnectPtr dead = NULL;

  g_mutex_lock (&connections->lock);
  if (slot->connection && virConnectIsAlive (slot->connection) == 1)
    {
      connection = slot->connection;
      virConnectRef (connection);
    }
  else
    {
      dead = g_steal_pointer (&slot->connection);
    }
  g_mutex_unlock (&connections->lock);

  if (dead)
    virConnectClose (dead);
  return connection;
}

static virConnectPtr
open_connection (AgentConnections *connections, GError **error)
{
  virConnectPtr connection = virConnectOpen (connections->uri);

  /* Refused by drivers inside this process, which cannot be lost. */
  if (connection)
    virConnectSetKeepAlive (connection, KEEPALIVE_SECONDS, KEEPALIVE_COUNT);
  else
    agent_error_set_from_libvirt (error);
  return connection;
}

virConnectPtr
agent_connections_acquire (AgentConnections *connections, AgentConnectionRole role, GError **error)
{
  Slot *slot = find_slot (connections, role);
  virConnectPtr connection = take_living (connections, slot);

  if (connection)
    return connection;

  g_mutex_lock (&slot->opening);
  connection = take_living (connections, slot);
  if (connection == NULL)
    {
      connection = open_connection (connections, error);
      if (connection)
        {
          virConnectRef (connection);
          g_mutex_lock (&connections->lock);
          slot->connection = connection;
          g_mutex_unlock (&connections->lock);
        }
    }
  g_mutex_unlock (&slot->opening);
  return connection;
}

void
agent_connections_drop (AgentConnections *connections, AgentConnectionRole role,
                        virConnectPtr connection)
{
  Slot *slot = find_slot (connections, role);
  virConnectPtr dropped = NULL;

  if (connections->shared)
    return;

  g_mutex_lock (&connections->lock);
  if (slot->connection == connection)
    dropped = g_steal_pointer (&slot->connection);
  g_mutex_unlock (&connections->lock);

  if (dropped)
    virConnectClose (dropped);
}

static virConnectPtr
take_idle (AgentConnections *connections)
{
  virConnectPtr connection = NULL;

  g_mutex_lock (&connections->lock);
  if (connections->idle->len > 0)
    connection = g_ptr_array_steal_index_fast (connections->idle, connections->idle->len - 1);
  g_mutex_unlock (&connections->lock);
  return connection;
}

virConnectPtr
agent_connections_borrow (AgentConnections *connections, GError **error)
{
  virConnectPtr connection;

  if (connections->shared)
    return agent_connections_acquire (connections, AGENT_CONNECTION_EVENTS, error);

  while ((connection = take_idle (connections)) != NULL && virConnectIsAlive (connection) != 1)
    close_borrowed (connections, connection);
  return connection ? connection : open_connection (connections, error);
}

void
agent_connections_give_back (AgentConnections *connections, virConnectPtr connection)
{
  gboolean kept = FALSE;

  if (!connections->shared && virConnectIsAlive (connection) == 1)
    {
      g_mutex_lock (&connections->lock);
      kept = connections->idle->len < IDLE_MAX;
      if (kept)
        g_ptr_array_add (connections->idle, connection);
      g_mutex_unlock (&connections->lock);
    }
  if (connections->shared)
    virConnectClose (connection);
  else if (!kept)
    close_borrowed (connections, connection);
}

/* Nobody else calls on the connection, so that only the table of all needs the lock. */
virDomainPtr
agent_connections_find_domain (AgentConnections *connections, virConnectPtr connection,
                               const guint8 uuid[16])
{
  AgentFoundDomains *found;

  if (connections->shared)
    return virDomainLookupByUUID (connection, uuid);

  g_mutex_lock (&connections->lock);
  found = g_hash_table_lookup (connections->found, connection);
  if (found == NULL)
    {
      found = agent_found_domains_new (connection);
      g_hash_table_insert (connections->found, connection, found);
    }
  g_mutex_unlock (&connections->lock);
  return agent_found_domains_find (found, uuid);
}
