/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentGoal: where a VM is, seen from what a verb wants.
 */
typedef enum
{
  AGENT_GOAL_REACHED, /* nothing to do */
  AGENT_GOAL_AHEAD,   /* to be acted on */
  AGENT_GOAL_REFUSED, /* cannot come from this state; the call would be accepted but in vain */
} AgentGoal;

/**
 * AgentVerbWait: what follows on a call that succeeded.
 */
typedef enum
{
  AGENT_VERB_WAIT_NOT,
  AGENT_VERB_WAIT_STATE,  /* the guest does it in its own time */
  AGENT_VERB_WAIT_REBOOT, /* libvirt's REBOOT event says when */
} AgentVerbWait;

/* Whether this agent can do it at all; any thread. */
gboolean agent_verbs_knows (guint verb);

/* All of these block in libvirt: worker threads only. */
gboolean agent_verbs_read_state (virDomainPtr domain, guint *state, GError **error);
AgentGoal agent_verbs_goal (guint verb, guint state);

/* The state that @verb has led to, from @before, when libvirt says that it is done; unknown where
 * it has to be looked at. */
guint agent_verbs_get_result (guint verb, guint before);

gboolean
agent_verbs_act (virDomainPtr domain, guint verb, guint state, gboolean again, GError **error);
AgentVerbWait agent_verbs_wait (virConnectPtr connection, guint verb);

G_END_DECLS
