/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-history-files.h"
#include "muri-segment.h"

G_BEGIN_DECLS

/**
 * AgentHistoryOutput: a segment that is written anew, beside the one that it takes the place of.
 * @before: what there was, or %NULL
 *
 * Nothing of it is there for others until agent_history_output_finish().
 */
typedef struct
{
  AgentHistoryFiles *files;
  AgentHistoryKind kind;
  GBytes *bytes; /* of what there was */
  MuriSegment *before;
  gboolean damaged; /* some of it */
  MuriSegment after;
  int fd;
  guint64 size;
} AgentHistoryOutput;

/* For at most @n_objects. */
gboolean
agent_history_output_open (AgentHistoryOutput *output, AgentHistoryFiles *files,
                           AgentHistoryKind kind, gint64 start, guint n_objects, GError **error);
void agent_history_output_clear (AgentHistoryOutput *output);

/* What there was of @object. NULL: nothing that can be read. */
MuriChunk *agent_history_output_get_before (AgentHistoryOutput *output, const muri_v1_Uuid *object);

/* Objects ascending. */
gboolean agent_history_output_add (AgentHistoryOutput *output, const muri_v1_Uuid *object,
                                   GBytes *chunk, guint used, GError **error);

/* As it was, if it was there. */
gboolean
agent_history_output_keep (AgentHistoryOutput *output, const muri_v1_Uuid *object, GError **error);

/* On disk, under its name of later; then in place. */
gboolean agent_history_output_sync (AgentHistoryOutput *output, GError **error);
gboolean agent_history_output_finish (AgentHistoryOutput *output, GError **error);

G_END_DECLS
