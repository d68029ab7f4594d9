/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

G_BEGIN_DECLS

/**
 * AgentConnectionRole: what a libvirt connection is for.
 *
 * A call that hangs takes its connection with it, so each kind of work has its own; what may hang
 * with a guest borrows one for each call.
 */
typedef enum
{
  AGENT_CONNECTION_EVENTS, /* events and inventory */
  AGENT_CONNECTION_FAST,   /* figures that need no monitor */
  AGENT_N_CONNECTIONS
} AgentConnectionRole;

/**
 * AgentConnections: the libvirt connections of one agent, by role.
 *
 * A path URI of the test driver (`test:///path/node.xml`) is private to its connection, so there
 * every role gets the same one; it is never closed while the agent lives.
 * May be used from any thread; reference counted.
 */
typedef struct _AgentConnections AgentConnections;

AgentConnections *agent_connections_new (const char *uri);
AgentConnections *agent_connections_ref (AgentConnections *connections);
void agent_connections_unref (AgentConnections *connections);

const char *agent_connections_get_uri (AgentConnections *connections);

/* Blocks while it opens. Returns a reference to be given back with virConnectClose(). */
virConnectPtr
agent_connections_acquire (AgentConnections *connections, AgentConnectionRole role, GError **error);

/* Forget the role's connection if it is @connection: the next acquire opens a new one. */
void agent_connections_drop (AgentConnections *connections, AgentConnectionRole role,
                             virConnectPtr connection);

/**
 * A connection that nobody else calls on, until it is given back; kept for the next borrower, and
 * closed where enough are kept. Blocks while it opens.
 *
 * libvirt's client loses a wake-up when a thread calls just as another one, whose own call hangs
 * on the same connection, begins to wait again: the call is then not sent before something else
 * happens on that connection (seen with 9.0: 5 s, until the next keepalive). So threads that call
 * at the same time must not share one.
 */
virConnectPtr agent_connections_borrow (AgentConnections *connections, GError **error);
void agent_connections_give_back (AgentConnections *connections, virConnectPtr connection);

/* A VM on a borrowed connection; to be freed before that is given back. Who acts on many does not
 * ask libvirt for each: what was found stays known as long as the connection, so that a call may
 * be the first to hear that a VM is gone. NULL: libvirt's error says why. */
virDomainPtr agent_connections_find_domain (AgentConnections *connections, virConnectPtr connection,
                                            const guint8 uuid[16]);

/* Gives both back on a thread, since the last reference says good-bye to libvirtd, which may hang.
 * Either may be NULL. */
void agent_connections_release (virConnectPtr connection, virDomainPtr domain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentConnections, agent_connections_unref)

G_END_DECLS
