/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-journal.h"

G_BEGIN_DECLS

/** One target of one operation. */
typedef struct
{
  muri_v1_Uuid operation;
  muri_v1_Uuid vm;
} AgentJobKey;

guint agent_job_key_hash (gconstpointer key);
gboolean agent_job_key_equal (gconstpointer a, gconstpointer b);

/* Block. What jobs have noted and not ended: (element-type AgentJobKey utf8). */
GHashTable *agent_job_notes_load (AgentJournal *journal, GError **error);

/* @started not 0: with that the target counts as begun, if it still waits. */
gboolean agent_job_notes_write (AgentJournal *journal, const AgentJobKey *key, const char *notes,
                                gint64 started, GError **error);

G_END_DECLS
