/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-history-files.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentHistoryRow: what was measured in one second, of the node and its VMs.
 */
typedef struct
{
  gint64 second;
  muri_v1_NodeFigures host;
  guint n_vms;
  const muri_v1_VmFigures *vms;
} AgentHistoryRow;

/**
 * AgentHistoryLog: the file that rows of one span of seconds are appended to.
 * @start: of the span
 *
 * Knows which seconds of the span have their values, so that none gets another.
 */
typedef struct
{
  int fd;
  gint64 start;
  guint64 size;
  guint8 *taken;
} AgentHistoryLog;

/* What was not written whole is cut off; what makes no sense at all is moved aside. */
AgentHistoryLog *agent_history_log_open (AgentHistoryFiles *files, gint64 start, GError **error);
void agent_history_log_close (AgentHistoryLog *log);

/* All in this log's span. On disk when this returns TRUE; else open it again. */
gboolean agent_history_log_append (AgentHistoryLog *log, AgentHistoryFiles *files,
                                   const AgentHistoryRow *rows, guint n_rows, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentHistoryLog, agent_history_log_close)

G_END_DECLS
