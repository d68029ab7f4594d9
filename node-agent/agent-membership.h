/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-metadata.h"
#include "agent-parameters.h"

G_BEGIN_DECLS

/* Verbs that change what is kept of a VM or of the node: its groups, its padlock. */
gboolean agent_membership_is_verb (guint verb);

/**
 * agent_membership_apply:
 * @plain: (nullable): what is kept now, in the plain form
 * @changed: (out) (nullable): what is to be kept then, in the plain form; %NULL nothing
 * @error: why not: @plain makes no sense, or the outcome would not
 *
 * Returns: whether @verb can be applied; nothing changes where @changed equals @plain's own form
 */
gboolean agent_membership_apply (const char *plain, guint verb, const AgentParameters *parameters,
                                 char **changed, GError **error);

/* The same text for what means the same; NULL with @error where it makes no sense. @plain must
 * not be NULL; *@normal is NULL when nothing is kept. */
gboolean agent_membership_normalise (const char *plain, char **normal, GError **error);

/* Why nothing changes, in words. Transfer full. */
char *agent_membership_explain_already (guint verb, const AgentParameters *parameters);

G_END_DECLS
