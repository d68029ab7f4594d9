/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-history-names.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 start;
  guint64 size;
} AgentHistoryFile;

/**
 * AgentHistoryFiles: what lies in the ring's directory, how much that is, and what has to go.
 * @fd: the directory
 * @cap: bytes that all of it may take
 * @list: (element-type AgentHistoryFile): a kind's, ascending by start
 * @aside: bytes of what was damaged and moved aside
 *
 * One thread at a time.
 */
typedef struct
{
  int fd;
  guint64 cap;
  GArray *list[AGENT_HISTORY_N_KINDS];
  guint64 aside;
} AgentHistoryFiles;

/* Makes the directory where there is none. Heads are checked, and what is damaged moved aside. */
AgentHistoryFiles *agent_history_files_open (const char *directory, guint64 cap, GError **error);
void agent_history_files_close (AgentHistoryFiles *files);

gboolean agent_history_files_has (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start);

/* NULL without an error: there is none. */
GBytes *agent_history_files_read (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start,
                                  GError **error);

/* It is there, and so long. */
void agent_history_files_note (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start,
                               guint64 size);
void agent_history_files_remove (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start);

/* Says so, once a file. */
void agent_history_files_set_aside (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start);

/* What is too old, and what is too much. @log is the one that is being written; @steady: the clock
 * has gone on without a jump for a while, so that what lies in the future never was. */
void agent_history_files_trim (AgentHistoryFiles *files, gint64 now, gint64 log, gboolean steady);

guint64 agent_history_files_get_size (AgentHistoryFiles *files);

/* Of the calling thread's errno. Always FALSE. */
gboolean agent_history_fail (GError **error, const char *what, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentHistoryFiles, agent_history_files_close)

G_END_DECLS
