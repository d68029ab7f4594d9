/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-history-files.h"

G_BEGIN_DECLS

/* Packs the log of a span into the segment of its seconds and into what is rolled up of them, and
 * removes it. Done twice, after a crash in between, it does no more than once. */
gboolean agent_history_pack (AgentHistoryFiles *files, gint64 start, GError **error);

G_END_DECLS
