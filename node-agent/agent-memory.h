/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-connections.h"
#include "agent-inventory.h"

G_BEGIN_DECLS

/**
 * AgentMemory: lets a simulated node remember its VMs.
 *
 * The test driver's state dies with its process. With --simulate the XML and the run state of
 * each domain are kept in the state directory, beside a node file of the test driver that names
 * them, and the next start opens that one. Main context only; files are written on a worker.
 */
#define AGENT_TYPE_MEMORY (agent_memory_get_type ())
G_DECLARE_FINAL_TYPE (AgentMemory, agent_memory, AGENT, MEMORY, GObject)

/* Whether what @uri names is forgotten with this process. */
gboolean agent_memory_is_needed (const char *uri);

/* The URI to open instead of @uri: the remembered node file, or @uri itself where nothing is
 * remembered (or @uri is not the embedded test driver's). Reads files: before the main loop. */
char *agent_memory_resolve (const char *state_dir, const char *uri);

AgentMemory *
agent_memory_new (const char *state_dir, AgentConnections *connections, AgentInventory *inventory);

/* Blocks until what is pending is written: at a clean stop. */
void agent_memory_flush (AgentMemory *memory);

G_END_DECLS
