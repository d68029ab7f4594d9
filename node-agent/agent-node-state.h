/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "agent-journal.h"

G_BEGIN_DECLS

/**
 * AgentNodeState: what belongs to the node itself and outlives the agent: its groups, and
 * whether it is in maintenance. Kept in the journal's file.
 *
 * Signals, on the main context:
 * - "changed"
 */
#define AGENT_TYPE_NODE_STATE (agent_node_state_get_type ())
G_DECLARE_FINAL_TYPE (AgentNodeState, agent_node_state, AGENT, NODE_STATE, GObject)

/* Blocks in the journal: at start. */
AgentNodeState *agent_node_state_new (AgentJournal *journal, GError **error);

/* Any thread. @memberships: (out) (nullable): free with dds_free() */
guint agent_node_state_get_groups (AgentNodeState *state, muri_v1_Membership **memberships);
gboolean agent_node_state_get_maintenance (AgentNodeState *state);

/* Any thread: whether @verb, one of those below, would change anything. */
gboolean
agent_node_state_would_change (AgentNodeState *state, guint verb, const AgentParameters *parameters,
                               gboolean *change, GError **error);

/* Worker threads: blocks until it is on disk. JOIN_GROUP, LEAVE_GROUP, MOVE_GROUP, MAINTENANCE_*.
 */
gboolean agent_node_state_change (AgentNodeState *state, guint verb,
                                  const AgentParameters *parameters, GError **error);

G_END_DECLS
