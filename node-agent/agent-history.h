/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "agent-frame.h"

G_BEGIN_DECLS

/**
 * AgentHistory: hands each second's figures to the ring on disk, ten seconds at a time.
 *
 * Belongs to the main context, which never waits for it: the ring has a thread while there is
 * something to write. What cannot be written for a minute is lost, and nothing else.
 */
#define AGENT_TYPE_HISTORY (agent_history_get_type ())
G_DECLARE_FINAL_TYPE (AgentHistory, agent_history, AGENT, HISTORY, GObject)

/* @cap: bytes on disk, at most */
AgentHistory *agent_history_new (const char *directory, guint64 cap);

void agent_history_take (AgentHistory *history, const AgentFrame *frame);

/* Writes what is left, and waits for that. */
void agent_history_stop (AgentHistory *history);

G_END_DECLS
