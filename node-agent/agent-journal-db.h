/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-operation.h"

G_BEGIN_DECLS

/**
 * AgentJournalDb: the journal's tables in SQLite. One thread at a time.
 */
typedef struct _AgentJournalDb AgentJournalDb;

/* A file that is no journal is moved aside. */
AgentJournalDb *agent_journal_db_open (const char *path, GError **error);
void agent_journal_db_close (AgentJournalDb *db);

/* A transaction has parts that fail each for itself. */
gboolean agent_journal_db_begin (AgentJournalDb *db, GError **error);
gboolean agent_journal_db_part (AgentJournalDb *db, GError **error);
gboolean agent_journal_db_end_part (AgentJournalDb *db, gboolean good, GError **error);
gboolean agent_journal_db_commit (AgentJournalDb *db, GError **error);
void agent_journal_db_roll_back (AgentJournalDb *db);

/* For the tables of others in the same file. */
struct sqlite3 *agent_journal_db_get_handle (AgentJournalDb *db);

gboolean agent_journal_db_add (AgentJournalDb *db, const AgentOperation *operation, GError **error);
gboolean agent_journal_db_note (AgentJournalDb *db, const muri_v1_Uuid *operation, GArray *targets,
                                GError **error);
gboolean agent_journal_db_mark_acting (AgentJournalDb *db, const muri_v1_Uuid *operation,
                                       const muri_v1_Uuid *vm, gint64 started, GError **error);
gboolean agent_journal_db_set_control (AgentJournalDb *db, const muri_v1_Uuid *operation,
                                       guint8 control, GError **error);
gboolean agent_journal_db_prune (AgentJournalDb *db, gint64 before, GError **error);
gboolean
agent_journal_db_load (AgentJournalDb *db, gint64 since, GPtrArray *operations, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentJournalDb, agent_journal_db_close)

G_END_DECLS
