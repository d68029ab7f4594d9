/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "agent-config.h"
#include "agent-connections.h"
#include "agent-inventory.h"
#include "muri-bus.h"

G_BEGIN_DECLS

/**
 * Agent: a whole agent. A process may start many, each with its own state directory; they share
 * the bus. Main context only, and agent_event_loop_register() must have been called.
 *
 * Signals:
 * - "joined": it speaks on the data space
 * - "failed" (const char *reason): it cannot, and does not try again
 */
#define AGENT_TYPE (agent_get_type ())
G_DECLARE_FINAL_TYPE (Agent, agent, AGENT, AGENT, GObject)

Agent *agent_new (const AgentConfig *config, MuriBus *bus);

/* Opens identity and journal (reads files), then joins the data space a little later. On an error
 * nothing is left behind. */
gboolean agent_start (Agent *agent, GError **error);

/* Tells the fleet, writes what is queued, and leaves. */
void agent_stop (Agent *agent);

const muri_v1_Uuid *agent_get_node (Agent *agent);
AgentInventory *agent_get_inventory (Agent *agent);

/* To its hypervisor; from any thread. What is a private URI of the test driver nobody else can
 * open. */
AgentConnections *agent_get_connections (Agent *agent);

G_END_DECLS
