/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-hypervisor.h"
#include "agent-inventory.h"
#include "agent-sampler.h"
#include "muri-bus.h"

G_BEGIN_DECLS

/**
 * AgentNodeFacts: what the configuration says of this node. Copied by who takes it.
 * @name: host name, or what the configuration calls this node
 * @address: on the data space's interface; may be %NULL
 * @http_tls: that port speaks TLS, and asks for certificates
 * @receive_buffer: bytes granted by the kernel, 0 unknown
 * @unsupported: bit N: verb N is refused, whatever the hypervisor can do
 */
typedef struct
{
  muri_v1_Uuid node;
  const char *name;
  const char *uri;
  const char *address;
  gboolean simulated;
  gboolean insecure;
  guint16 http_port;
  gboolean http_tls;
  guint32 receive_buffer;
  guint64 unsupported;
} AgentNodeFacts;

/**
 * AgentPublisher: writes node, vm, sample and event of this node.
 *
 * Remembers in @state_dir which VMs it has published, so that what libvirt no longer has is
 * disposed also when it vanished while the agent did not run, and keeps events' numbers
 * ascending. Main context only.
 */
#define AGENT_TYPE_PUBLISHER (agent_publisher_get_type ())
G_DECLARE_FINAL_TYPE (AgentPublisher, agent_publisher, AGENT, PUBLISHER, GObject)

AgentPublisher *
agent_publisher_new (const AgentNodeFacts *facts, AgentHypervisor *hypervisor,
                     AgentInventory *inventory, AgentSampler *sampler, const char *state_dir);

/* Where to write; everything current is written at once. NULL: nowhere, until the next. */
void agent_publisher_set_zone (AgentPublisher *publisher, MuriZone *zone);

void agent_publisher_start (AgentPublisher *publisher);

/* What the node itself is in; copied. */
void agent_publisher_set_state (AgentPublisher *publisher, const muri_v1_Membership *groups,
                                guint n_groups, gboolean maintenance);

/**
 * What keeps its templates.
 * @pool: NULL: none, for which @error says why; NULL: nobody knows yet
 */
void agent_publisher_set_store (AgentPublisher *publisher, const char *pool, guint64 size,
                                guint64 available, const char *error);

/* Clean stop: the node says that it leaves. The zone's owner closes it afterwards. */
void agent_publisher_stop (AgentPublisher *publisher);

/* Copies @event and fills in node, number and, where 0, time. */
void agent_publisher_emit (AgentPublisher *publisher, const muri_v1_Event *event);

G_END_DECLS
