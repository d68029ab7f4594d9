/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "agent-connections.h"
#include "agent-hypervisor-facts.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentHypervisor: keeps the connection for events alive.
 *
 * Opens it on a worker, notices its loss and tries again with backoff, so that it is back in
 * under two seconds after libvirtd is. Main context only; agent_event_loop_register() must have
 * been called.
 *
 * Signals:
 * - "connected" (virConnectPtr as gpointer): open, and its facts are read
 * - "disconnected": lost or never had; also emitted when the first attempt fails
 * - "changed": state, error, facts or unsupported differ
 */
#define AGENT_TYPE_HYPERVISOR (agent_hypervisor_get_type ())
G_DECLARE_FINAL_TYPE (AgentHypervisor, agent_hypervisor, AGENT, HYPERVISOR, GObject)

AgentHypervisor *agent_hypervisor_new (AgentConnections *connections);
void agent_hypervisor_start (AgentHypervisor *hypervisor);
void agent_hypervisor_stop (AgentHypervisor *hypervisor);

guint agent_hypervisor_get_state (AgentHypervisor *hypervisor); /* MURI_CONNECTION_* */
gint64 agent_hypervisor_get_since (AgentHypervisor *hypervisor);
const char *agent_hypervisor_get_error (AgentHypervisor *hypervisor); /* "" while up */
const AgentHypervisorFacts *agent_hypervisor_get_facts (AgentHypervisor *hypervisor);

/* This driver refused @verb with VIR_ERR_NO_SUPPORT: no longer offered by this node. */
void agent_hypervisor_note_unsupported (AgentHypervisor *hypervisor, guint verb);
guint64 agent_hypervisor_get_unsupported (AgentHypervisor *hypervisor);

G_END_DECLS
