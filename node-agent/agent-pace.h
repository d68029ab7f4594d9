/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AgentPace: how fast one operation goes on this node, and when it stops.
 *
 * Shared by its targets, each of which holds a reference. Main context only.
 */
typedef struct _AgentPace AgentPace;

/* @per_node: at once, 0 any number. @stop_after: failures, 0 never. @failures: so far */
AgentPace *agent_pace_new (guint per_node, guint stop_after, guint failures);
AgentPace *agent_pace_ref (AgentPace *pace);
void agent_pace_unref (AgentPace *pace);

/* One more may begin; it did; it ended. */
gboolean agent_pace_may_begin (AgentPace *pace);
void agent_pace_begin (AgentPace *pace);
void agent_pace_end (AgentPace *pace);

/* A target has come to @outcome. TRUE: with that one no more may begin. */
gboolean agent_pace_note (AgentPace *pace, guint outcome);
gboolean agent_pace_is_failure (guint outcome);
guint agent_pace_get_failures (AgentPace *pace);
gboolean agent_pace_is_stopped (AgentPace *pace);

/* Those that wait for their turn, in order. */
void agent_pace_park (AgentPace *pace, gpointer who);
void agent_pace_forget (AgentPace *pace, gpointer who);
gpointer agent_pace_unpark (AgentPace *pace);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentPace, agent_pace_unref)

G_END_DECLS
