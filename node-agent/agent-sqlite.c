/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-sqlite.h"

#include "agent-journal.h"

gboolean
agent_sqlite_fail (sqlite3 *db, GError **error)
{
  g_set_error (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_SQLITE, "journal: %s",
               sqlite3_errmsg (db));
  return FALSE;
}

sqlite3_stmt *
agent_sqlite_prepare (sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) != SQLITE_OK)
    agent_sqlite_fail (db, error);
  return stmt;
}
