/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-frame.h"
#include "agent-hypervisor.h"
#include "agent-inventory.h"

G_BEGIN_DECLS

/**
 * AgentSampler: figures of the host and its VMs, once a second, phased by a hash of the node.
 *
 * Threads: one keeps the beat and never calls libvirt, one reads the cheap figures, a few read
 * what asks a guest's monitor. This object and its signals belong to the main context.
 *
 * Signals:
 * - "frame" (const AgentFrame * as gpointer): each second, whatever answered
 */
#define AGENT_TYPE_SAMPLER (agent_sampler_get_type ())
G_DECLARE_FINAL_TYPE (AgentSampler, agent_sampler, AGENT, SAMPLER, GObject)

AgentSampler *
agent_sampler_new (AgentConnections *connections, AgentHypervisor *hypervisor,
                   AgentInventory *inventory, const muri_v1_Uuid *node, gboolean simulate);
void agent_sampler_start (AgentSampler *sampler);
void agent_sampler_stop (AgentSampler *sampler);

G_END_DECLS
