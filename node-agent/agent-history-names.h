/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-rollup.h"
#include "muri-segment-list.h"

G_BEGIN_DECLS

/* The agent and the program that serves its history know these alike. */

/**
 * AgentHistoryKind: what a file of the ring holds.
 * @AGENT_HISTORY_LOG: rows of one span of seconds that are not packed yet
 * The others: a segment of that step.
 */
typedef enum
{
  AGENT_HISTORY_LOG,
  AGENT_HISTORY_SECONDS,
  AGENT_HISTORY_TENS,
  AGENT_HISTORY_MINUTES,
  AGENT_HISTORY_N_KINDS
} AgentHistoryKind;

/* Of its segments; a log covers one of seconds. */
const MuriTier *agent_history_tier (AgentHistoryKind kind);

void agent_history_name (AgentHistoryKind kind, gint64 start, char name[MURI_SEGMENT_NAME]);

/* FALSE: no file of the ring is called so. */
gboolean agent_history_parse_name (const char *name, AgentHistoryKind *kind, gint64 *start);

G_END_DECLS
