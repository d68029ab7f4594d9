/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-journal.h"

G_BEGIN_DECLS

/*
 * What the agent keeps beside operations, in the journal's file: a copy of each VM's metadata,
 * and what belongs to the node itself. Metadata is in the plain form of agent_metadata_to_plain().
 */

/* Blocks. (element-type muri_v1_Uuid utf8); NULL with @error. */
GHashTable *agent_keep_load_metadata (AgentJournal *journal, GError **error);

/* On its way to the disk when it returns. @xml NULL: forgotten. */
void agent_keep_set_metadata (AgentJournal *journal, const muri_v1_Uuid *vm, const char *xml);

/* Block. A value that was never set is NULL without @error; @value NULL takes it away. */
gboolean
agent_keep_get_value (AgentJournal *journal, const char *name, char **value, GError **error);
gboolean
agent_keep_set_value (AgentJournal *journal, const char *name, const char *value, GError **error);

G_END_DECLS
