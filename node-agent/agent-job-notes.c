/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-job-notes.h"

#include <sqlite3.h>
#include <string.h>

#include "agent-sqlite.h"
#include "muri-uuid.h"
#include "muri-words.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

typedef struct
{
  AgentJobKey key;
  const char *notes;
  gint64 started;
  GHashTable *rows;
} Row;

guint
agent_job_key_hash (gconstpointer key)
{
  const AgentJobKey *self = key;

  return muri_uuid_hash (&self->operation) ^ muri_uuid_hash (&self->vm);
}

gboolean
agent_job_key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (AgentJobKey)) == 0;
}

static void
bind_key (sqlite3_stmt *stmt, const AgentJobKey *key)
{
  sqlite3_bind_blob (stmt, 1, key->operation.b, sizeof key->operation.b, SQLITE_STATIC);
  sqlite3_bind_blob (stmt, 2, key->vm.b, sizeof key->vm.b, SQLITE_STATIC);
}

static gboolean
load_rows (sqlite3 *db, gpointer data, GError **error)
{
  Row *row = data;
  g_autoptr (sqlite3_stmt) stmt =
      agent_sqlite_prepare (db, "SELECT operation, vm, notes FROM job", error);
  int rc = SQLITE_ERROR;

  if (stmt == NULL)
    return FALSE;
  while ((rc = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      AgentJobKey key;

      if (sqlite3_column_bytes (stmt, 0) != sizeof key.operation
          || sqlite3_column_bytes (stmt, 1) != sizeof key.vm)
        continue;
      memcpy (&key.operation, sqlite3_column_blob (stmt, 0), sizeof key.operation);
      memcpy (&key.vm, sqlite3_column_blob (stmt, 1), sizeof key.vm);
      g_hash_table_replace (row->rows, g_memdup2 (&key, sizeof key),
                            g_strdup ((const char *)sqlite3_column_text (stmt, 2)));
    }
  return rc == SQLITE_DONE || agent_sqlite_fail (db, error);
}

GHashTable *
agent_job_notes_load (AgentJournal *journal, GError **error)
{
  Row row = { .rows =
                  g_hash_table_new_full (agent_job_key_hash, agent_job_key_equal, g_free, g_free) };

  if (!agent_journal_call (journal, load_rows, &row, error))
    g_clear_pointer (&row.rows, g_hash_table_unref);
  return row.rows;
}

/* What is final already was given up meanwhile. */
static gboolean
mark_begun (sqlite3 *db, const Row *row, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt =
      agent_sqlite_prepare (db,
                            "UPDATE target SET state = ?3, started = ?4"
                            " WHERE operation = ?1 AND vm = ?2 AND state = ?5",
                            error);

  if (stmt == NULL)
    return FALSE;
  bind_key (stmt, &row->key);
  sqlite3_bind_int (stmt, 3, MURI_OUTCOME_RUNNING);
  sqlite3_bind_int64 (stmt, 4, row->started);
  sqlite3_bind_int (stmt, 5, MURI_OUTCOME_QUEUED);
  if (sqlite3_step (stmt) != SQLITE_DONE)
    return agent_sqlite_fail (db, error);
  if (sqlite3_changes (db) == 1)
    return TRUE;
  g_set_error_literal (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_SQLITE,
                       "the journal has no such target waiting");
  return FALSE;
}

static gboolean
store_row (sqlite3 *db, gpointer data, GError **error)
{
  const Row *row = data;
  g_autoptr (sqlite3_stmt) stmt = NULL;

  if (row->started != 0 && !mark_begun (db, row, error))
    return FALSE;
  if (row->notes == NULL)
    return TRUE;
  stmt = agent_sqlite_prepare (db, "INSERT OR REPLACE INTO job VALUES (?1, ?2, ?3)", error);
  if (stmt == NULL)
    return FALSE;
  bind_key (stmt, &row->key);
  sqlite3_bind_text (stmt, 3, row->notes, -1, SQLITE_STATIC);
  return sqlite3_step (stmt) == SQLITE_DONE || agent_sqlite_fail (db, error);
}

gboolean
agent_job_notes_write (AgentJournal *journal, const AgentJobKey *key, const char *notes,
                       gint64 started, GError **error)
{
  Row row = { .key = *key, .notes = notes, .started = started };

  return agent_journal_call (journal, store_row, &row, error);
}
