/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "agent-operation.h"

G_BEGIN_DECLS

struct sqlite3;

#define AGENT_JOURNAL_ERROR (agent_journal_error_quark ())

typedef enum
{
  AGENT_JOURNAL_ERROR_NEWER,  /* written by a newer agent */
  AGENT_JOURNAL_ERROR_SQLITE, /* the message is SQLite's */
  AGENT_JOURNAL_ERROR_CLOSED,
} AgentJournalError;

GQuark agent_journal_error_quark (void);

/**
 * AgentJournal: what was asked, what was begun and what came of it, on disk.
 *
 * One storage thread owns the SQLite connection and takes closures from a queue; whatever waits
 * there goes to disk in one transaction. A callback of an _async() call comes on the caller's
 * main context once the transaction is on disk.
 */
#define AGENT_TYPE_JOURNAL (agent_journal_get_type ())
G_DECLARE_FINAL_TYPE (AgentJournal, agent_journal, AGENT, JOURNAL, GObject)

/* Blocks until the file is open. A file that is no journal is moved aside. */
AgentJournal *agent_journal_new (const char *path, GError **error);

/* Blocks: at start. (element-type AgentOperation) received at or after @since. */
GPtrArray *agent_journal_load (AgentJournal *journal, gint64 since, GError **error);

void agent_journal_add_async (AgentJournal *journal, const AgentOperation *operation,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean agent_journal_add_finish (AgentJournal *journal, GAsyncResult *result, GError **error);

/* Blocks until it is on disk: for worker threads. To be called before a target is acted on. */
gboolean agent_journal_mark_acting (AgentJournal *journal, const muri_v1_Uuid *operation,
                                    const muri_v1_Uuid *vm, gint64 started, GError **error);

/* The state of @n_targets targets, copied. */
void agent_journal_note_async (AgentJournal *journal, const muri_v1_Uuid *operation,
                               const AgentTarget *targets, gsize n_targets,
                               GAsyncReadyCallback callback, gpointer user_data);
/* Blocks until it is on disk, and whatever was queued before. */
gboolean agent_journal_note (AgentJournal *journal, const muri_v1_Uuid *operation,
                             const AgentTarget *targets, gsize n_targets, GError **error);
gboolean agent_journal_note_finish (AgentJournal *journal, GAsyncResult *result, GError **error);

void
agent_journal_set_control (AgentJournal *journal, const muri_v1_Uuid *operation, guint8 control);
void agent_journal_prune (AgentJournal *journal, gint64 before);

/* For what else is kept in this file: @func runs on the storage thread, inside a transaction. */
typedef gboolean (*AgentJournalFunc) (struct sqlite3 *db, gpointer data, GError **error);

/* Blocks until it is on disk. */
gboolean
agent_journal_call (AgentJournal *journal, AgentJournalFunc func, gpointer data, GError **error);
/* @data is the journal's until @destroy. */
void agent_journal_post (AgentJournal *journal, AgentJournalFunc func, gpointer data,
                         GDestroyNotify destroy);

/* Writes what is queued and joins the thread. Nothing is taken afterwards. */
void agent_journal_close (AgentJournal *journal);

G_END_DECLS
