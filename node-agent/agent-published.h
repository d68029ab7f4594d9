/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentPublished: what this node has told the fleet, over restarts.
 *
 * The VMs that it published, so that one which vanished while the agent did not run can be
 * disposed, and the number of the next event. Main context only; the file is written on a worker.
 */
#define AGENT_TYPE_PUBLISHED (agent_published_get_type ())
G_DECLARE_FINAL_TYPE (AgentPublished, agent_published, AGENT, PUBLISHED, GObject)

/* Reads and writes the file: before the main loop. @state_dir may be NULL: nothing is kept. */
AgentPublished *agent_published_new (const char *state_dir);

void agent_published_add (AgentPublished *published, const muri_v1_Uuid *vm);
void agent_published_remove (AgentPublished *published, const muri_v1_Uuid *vm);
/* (element-type muri_v1_Uuid) */
GArray *agent_published_list (AgentPublished *published);
guint64 agent_published_next_event (AgentPublished *published);

/* Blocks until what changed is on disk: at a clean stop. */
void agent_published_flush (AgentPublished *published);

G_END_DECLS
