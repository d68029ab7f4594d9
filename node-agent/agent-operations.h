/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "agent-executor.h"
#include "agent-journal.h"
#include "muri-bus.h"

G_BEGIN_DECLS

/**
 * AgentOperations: accepts operations for this node, sees them done, and reports.
 *
 * Main context only.
 *
 * Signals:
 * - "event" (muri_v1_Event *): something to tell the fleet; node, number and time are for the
 *   publisher to fill in. Freed after the emission.
 */
#define AGENT_TYPE_OPERATIONS (agent_operations_get_type ())
G_DECLARE_FINAL_TYPE (AgentOperations, agent_operations, AGENT, OPERATIONS, GObject)

AgentOperations *
agent_operations_new (const muri_v1_Uuid *node, AgentJournal *journal, AgentExecutor *executor);

/* Takes up what a former life left. Blocks in the journal: before anything is received. */
gboolean agent_operations_recover (AgentOperations *operations, GError **error);

/* Where reports go; all current ones are written at once. NULL: nowhere, until the next. */
void agent_operations_set_zone (AgentOperations *operations, MuriZone *zone);

/* A change of the topic "operation". */
void agent_operations_handle (AgentOperations *operations, const MuriChange *change);

guint agent_operations_get_refused (AgentOperations *operations);

/* Blocks: at a clean stop. Writes outcomes and reports that wait for their turn. */
void agent_operations_flush (AgentOperations *operations);

G_END_DECLS
