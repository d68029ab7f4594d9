/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-work.h"

G_BEGIN_DECLS

/*
 * What the kinds of work share. Worker threads only.
 */

/* Ends the work. @message is copied, and may be NULL. */
void agent_work_say (AgentWork *work, guint outcome, const char *message);
void agent_work_say_error (AgentWork *work, guint outcome, const GError *error);

/* An error of a call that changes nothing. */
void agent_work_say_unreadable (AgentWork *work, const GError *error);

/* To be asked right before acting: on disk and in time, and not given up meanwhile. FALSE: it has
 * been said why not. */
gboolean agent_work_begin (AgentWork *work, const AgentWorkContext *context);

/* Groups and padlock of a VM. */
void agent_membership_work (AgentWork *work, const AgentWorkContext *context, virDomainPtr domain);

/* Whether a VM has its padlock. FALSE with an error that says why nobody knows. */
gboolean agent_membership_read_guard (const AgentWorkContext *context, virDomainPtr domain,
                                      gboolean *guarded, GError **error);

/* What is asked of the node itself. */
void agent_node_work (AgentWork *work, const AgentWorkContext *context);

G_END_DECLS
