/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-keep.h"

#include <sqlite3.h>
#include <string.h>

#include "agent-sqlite.h"
#include "muri-uuid.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

typedef struct
{
  muri_v1_Uuid vm;
  const char *name;
  char *text; /* owned where the row is posted */
  GHashTable *rows;
} Row;

/* ---- metadata of VMs -------------------------------------------------------------------- */

static gboolean
load_rows (sqlite3 *db, gpointer data, GError **error)
{
  Row *row = data;
  g_autoptr (sqlite3_stmt) stmt = agent_sqlite_prepare (db, "SELECT vm, xml FROM metadata", error);
  int rc = SQLITE_ERROR;

  if (stmt == NULL)
    return FALSE;
  while ((rc = sqlite3_step (stmt)) == SQLITE_ROW)
    if (sqlite3_column_bytes (stmt, 0) == sizeof (muri_v1_Uuid))
      g_hash_table_replace (row->rows,
                            g_memdup2 (sqlite3_column_blob (stmt, 0), sizeof (muri_v1_Uuid)),
                            g_strdup ((const char *)sqlite3_column_text (stmt, 1)));
  return rc == SQLITE_DONE || agent_sqlite_fail (db, error);
}

GHashTable *
agent_keep_load_metadata (AgentJournal *journal, GError **error)
{
  Row row = { .rows = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, g_free) };

  if (!agent_journal_call (journal, load_rows, &row, error))
    g_clear_pointer (&row.rows, g_hash_table_unref);
  return row.rows;
}

static gboolean
store_row (sqlite3 *db, gpointer data, GError **error)
{
  const Row *row = data;
  g_autoptr (sqlite3_stmt) stmt =
      agent_sqlite_prepare (db,
                            row->text != NULL ? "INSERT OR REPLACE INTO metadata VALUES (?1, ?2)"
                                              : "DELETE FROM metadata WHERE vm = ?1",
                            error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_blob (stmt, 1, row->vm.b, sizeof row->vm.b, SQLITE_STATIC);
  if (row->text != NULL)
    sqlite3_bind_text (stmt, 2, row->text, -1, SQLITE_STATIC);
  return sqlite3_step (stmt) == SQLITE_DONE || agent_sqlite_fail (db, error);
}

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->text);
  g_free (row);
}

void
agent_keep_set_metadata (AgentJournal *journal, const muri_v1_Uuid *vm, const char *xml)
{
  Row *row = g_new0 (Row, 1);

  row->vm = *vm;
  row->text = g_strdup (xml);
  agent_journal_post (journal, store_row, row, row_free);
}

/* ---- the node --------------------------------------------------------------------------- */

static gboolean
load_value (sqlite3 *db, gpointer data, GError **error)
{
  Row *row = data;
  g_autoptr (sqlite3_stmt) stmt =
      agent_sqlite_prepare (db, "SELECT value FROM node WHERE name = ?1", error);
  int rc;

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_text (stmt, 1, row->name, -1, SQLITE_STATIC);
  rc = sqlite3_step (stmt);
  if (rc == SQLITE_ROW)
    row->text = g_strdup ((const char *)sqlite3_column_text (stmt, 0));
  return rc == SQLITE_ROW || rc == SQLITE_DONE || agent_sqlite_fail (db, error);
}

gboolean
agent_keep_get_value (AgentJournal *journal, const char *name, char **value, GError **error)
{
  Row row = { .name = name };
  gboolean good = agent_journal_call (journal, load_value, &row, error);

  *value = row.text;
  return good;
}

static gboolean
store_value (sqlite3 *db, gpointer data, GError **error)
{
  const Row *row = data;
  g_autoptr (sqlite3_stmt) stmt =
      agent_sqlite_prepare (db,
                            row->text != NULL ? "INSERT OR REPLACE INTO node VALUES (?1, ?2)"
                                              : "DELETE FROM node WHERE name = ?1",
                            error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_text (stmt, 1, row->name, -1, SQLITE_STATIC);
  if (row->text != NULL)
    sqlite3_bind_text (stmt, 2, row->text, -1, SQLITE_STATIC);
  return sqlite3_step (stmt) == SQLITE_DONE || agent_sqlite_fail (db, error);
}

gboolean
agent_keep_set_value (AgentJournal *journal, const char *name, const char *value, GError **error)
{
  Row row = { .name = name, .text = (char *)value };

  return agent_journal_call (journal, store_value, &row, error);
}
