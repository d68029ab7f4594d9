/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-connections.h"
#include "agent-vm-table.h"

G_BEGIN_DECLS

/**
 * AgentFastReader: reads the figures which no guest's monitor is asked for.
 *
 * It calls libvirt on the thread of who asks, since to hand that to another thread and back costs
 * as much as the call. A libvirtd that hangs holds this thread. So somebody else looks after it
 * and goes on in its place: while a call hangs, nobody who asks is held by another one.
 */
typedef struct _AgentFastReader AgentFastReader;

AgentFastReader *agent_fast_reader_new (AgentConnections *connections, AgentVmTable *table);

/* What was read is in the table. FALSE: the caller was abandoned meanwhile, somebody else does its
 * work, and it has to end without touching anything. */
gboolean agent_fast_reader_read (AgentFastReader *reader);

/* Any thread. Whether a call has taken so long (microseconds) and is abandoned with this. */
gboolean agent_fast_reader_abandon (AgentFastReader *reader, gint64 patience);

/* Nothing is asked from now on. Whether a call was under way, which is abandoned then. */
gboolean agent_fast_reader_stop (AgentFastReader *reader);

/* What hangs keeps what it needs. */
void agent_fast_reader_free (AgentFastReader *reader);

G_END_DECLS
