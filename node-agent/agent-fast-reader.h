/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-connections.h"
#include "agent-vm-table.h"

G_BEGIN_DECLS

/**
 * AgentFastReader: a thread that reads the figures which no guest's monitor is asked for.
 *
 * Its owner says when, and waits as long as it likes: a libvirtd that hangs holds this thread and
 * nobody else. Used by one thread.
 */
typedef struct _AgentFastReader AgentFastReader;

AgentFastReader *agent_fast_reader_new (AgentConnections *connections, AgentVmTable *table);

/* Asks for a reading, unless one is still under way, and waits for it until @deadline
 * (monotonic). What comes later is in the table for the next time. */
void agent_fast_reader_read (AgentFastReader *reader, gint64 deadline);

/* Does not wait: the thread frees all when its last call has returned. */
void agent_fast_reader_stop (AgentFastReader *reader);

G_END_DECLS
