/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "agent-journal.h"
#include "muri-bus.h"

G_BEGIN_DECLS

/**
 * AgentProgress: one operation from its acceptance on: its record, and the reports of it.
 *
 * An outcome goes to disk, then into the record, then into a report; those that come together go
 * together. Reports are cumulative, at most ten a second, and the last one is never left out.
 * Main context only.
 *
 * Signals:
 * - "finished": every outcome is final, and was reported
 */
#define AGENT_TYPE_PROGRESS (agent_progress_get_type ())
G_DECLARE_FINAL_TYPE (AgentProgress, agent_progress, AGENT, PROGRESS, GObject)

/* Takes @record, which is on disk, or on its way there and then published by _report(). */
AgentProgress *
agent_progress_new (AgentOperation *record, const muri_v1_Uuid *node, AgentJournal *journal);

/* Its control is the caller's to change; its targets are not. */
AgentOperation *agent_progress_get_record (AgentProgress *progress);

/* Where reports go from now on; may be NULL. */
void agent_progress_set_zone (AgentProgress *progress, MuriZone *zone);

/* A target's outcome as the executor has it; what is final already stays. */
void agent_progress_note (AgentProgress *progress, const AgentTarget *target);

/* The record changed otherwise: report it when its turn comes, or at once. */
void agent_progress_report (AgentProgress *progress);
void agent_progress_report_now (AgentProgress *progress);

/* Blocks: at a clean stop. Writes and reports what waits. */
void agent_progress_flush (AgentProgress *progress);

G_END_DECLS
