/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-history-log.h"

G_BEGIN_DECLS

/**
 * AgentHistoryRing: what an agent keeps of its own figures on disk: seconds of an hour, tens of
 * seconds of a day, minutes of a week, within a cap.
 *
 * Blocks; one thread at a time. Knows no clock: time is what its rows say.
 */
typedef struct _AgentHistoryRing AgentHistoryRing;

/* @cap: bytes that @directory may take */
AgentHistoryRing *agent_history_ring_open (const char *directory, guint64 cap, GError **error);
void agent_history_ring_close (AgentHistoryRing *ring);

/* On disk when this returns. A second that has its values already does not get others, so after a
 * failure the same rows may be given again. */
gboolean agent_history_ring_append (AgentHistoryRing *ring, const AgentHistoryRow *rows,
                                    guint n_rows, GError **error);

guint64 agent_history_ring_get_size (AgentHistoryRing *ring);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentHistoryRing, agent_history_ring_close)

G_END_DECLS
