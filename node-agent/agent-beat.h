/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-connections.h"
#include "agent-frame.h"
#include "agent-vm-table.h"

G_BEGIN_DECLS

/* On the main context, once a second. */
typedef void (*AgentBeatFunc) (const AgentFrame *frame, gpointer user_data);

/**
 * AgentBeat: the thread that keeps the beat of a node's figures.
 *
 * A frame goes out each second with what is known. Where libvirt does not answer within a moment,
 * its thread is left alone and another one keeps the beat. Main context only.
 */
typedef struct _AgentBeat AgentBeat;

AgentBeat *
agent_beat_start (AgentConnections *connections, AgentVmTable *table, const muri_v1_Uuid *node,
                  gboolean simulate, AgentBeatFunc func, gpointer user_data);
void agent_beat_stop (AgentBeat *beat);

G_END_DECLS
