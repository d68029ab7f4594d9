/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-store-private.h"

#include "muri-fleet.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* Migration N leads from version N to N + 1; what was released is never changed. */
static const char *const migrations[MURI_STORE_VERSION] = {
  "CREATE TABLE setting (name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
  "CREATE TABLE node (node BLOB PRIMARY KEY, zone INTEGER, heard INTEGER, facts BLOB)"
  " WITHOUT ROWID;"
  "CREATE TABLE vm (node BLOB, vm BLOB, facts BLOB, PRIMARY KEY (node, vm));"
  "CREATE TABLE operation (operation BLOB PRIMARY KEY, console BLOB, verb INTEGER, issuer TEXT,"
  " name TEXT, issued INTEGER, deadline INTEGER, finished INTEGER, own INTEGER,"
  " published INTEGER, cancelled INTEGER, parameters TEXT) WITHOUT ROWID;"
  "CREATE INDEX operation_issued ON operation (issued);"
  "CREATE TABLE target (operation BLOB, node BLOB, vm BLOB, position INTEGER, zone INTEGER,"
  " name TEXT, node_name TEXT, state INTEGER, vm_state INTEGER, error INTEGER, started INTEGER,"
  " finished INTEGER, message TEXT, PRIMARY KEY (operation, node, vm)) WITHOUT ROWID;"
  "CREATE TABLE event (node BLOB, number INTEGER, time INTEGER, severity INTEGER, kind INTEGER,"
  " node_name TEXT, vm BLOB, vm_name TEXT, operation BLOB, detail TEXT,"
  " PRIMARY KEY (node, number)) WITHOUT ROWID;"
  "CREATE INDEX event_time ON event (time);",
  "ALTER TABLE operation ADD COLUMN life INTEGER;"
  "ALTER TABLE operation ADD COLUMN pacing TEXT;"
  "ALTER TABLE operation ADD COLUMN order_group TEXT;"
  "ALTER TABLE operation ADD COLUMN parent TEXT;"
  "ALTER TABLE operation ADD COLUMN remembers INTEGER;"
  "UPDATE operation SET life = max(0, deadline - issued);"
  "ALTER TABLE target ADD COLUMN batch INTEGER DEFAULT 1;"
  "ALTER TABLE target ADD COLUMN step INTEGER DEFAULT 0;"
  "ALTER TABLE target ADD COLUMN delay INTEGER DEFAULT 0;"
  "ALTER TABLE target ADD COLUMN before INTEGER DEFAULT 0;"
  "CREATE TABLE batch (operation BLOB, number INTEGER, issued INTEGER, deadline INTEGER,"
  " published INTEGER, withdrawn INTEGER, PRIMARY KEY (operation, number)) WITHOUT ROWID;"
  "INSERT INTO batch SELECT operation, 1, issued, deadline, published, finished <> 0"
  " FROM operation WHERE own AND deadline > 0;",
  "CREATE TABLE alarm (alarm TEXT PRIMARY KEY, rule TEXT, rule_name TEXT, node TEXT,"
  " node_name TEXT, vm TEXT, vm_name TEXT, measure INTEGER, above INTEGER, later INTEGER,"
  " threshold REAL, peak REAL, severity INTEGER, since INTEGER, until INTEGER,"
  " acknowledged INTEGER) WITHOUT ROWID;"
  "CREATE INDEX alarm_since ON alarm (since);",
  "CREATE TABLE template (node BLOB, template BLOB, facts BLOB, PRIMARY KEY (node, template));"
  "ALTER TABLE operation ADD COLUMN document TEXT;"
  "ALTER TABLE target ADD COLUMN argument TEXT;",
};

const MuriStoreKind muri_store_kind = {
  .id = 0x4d757269, /* "Muri" */
  .setup = "",
  .migrations = migrations,
  .version = MURI_STORE_VERSION,
  .check_up_to = G_MAXINT64,
};

gboolean
muri_store_fail (sqlite3 *db, GError **error)
{
  g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE, _ ("The database says: %s"),
               sqlite3_errmsg (db));
  return FALSE;
}

gboolean
muri_store_exec (sqlite3 *db, const char *sql, GError **error)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK || muri_store_fail (db, error);
}

sqlite3_stmt *
muri_store_prepare (sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    muri_store_fail (db, error);
  return statement;
}

gboolean
muri_store_step (sqlite3_stmt *statement, GError **error)
{
  int result = sqlite3_step (statement);

  if (result != SQLITE_ROW && result != SQLITE_DONE)
    muri_store_fail (sqlite3_db_handle (statement), error);
  return result == SQLITE_ROW;
}

gboolean
muri_store_run (sqlite3_stmt *statement, GError **error)
{
  gboolean done = sqlite3_step (statement) == SQLITE_DONE
                  || muri_store_fail (sqlite3_db_handle (statement), error);

  sqlite3_reset (statement);
  return done;
}

void
muri_store_bind_uuid (sqlite3_stmt *statement, int index, const muri_v1_Uuid *uuid)
{
  sqlite3_bind_blob (statement, index, uuid->b, sizeof uuid->b, SQLITE_TRANSIENT);
}

void
muri_store_bind_text (sqlite3_stmt *statement, int index, const char *text)
{
  sqlite3_bind_text (statement, index, text, -1, SQLITE_TRANSIENT);
}

gboolean
muri_store_column_uuid (sqlite3_stmt *statement, int column, muri_v1_Uuid *uuid)
{
  gconstpointer blob = sqlite3_column_blob (statement, column);

  if (sqlite3_column_bytes (statement, column) != sizeof uuid->b)
    return FALSE;
  memcpy (uuid->b, blob, sizeof uuid->b);
  return TRUE;
}

char *
muri_store_column_text (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *)sqlite3_column_text (statement, column);

  return text != NULL ? g_utf8_make_valid (text, -1) : g_strdup ("");
}

/* ---- what is there ---- */

gint64
muri_store_ask (sqlite3 *db, const char *sql)
{
  g_autoptr (sqlite3_stmt) statement = muri_store_prepare (db, sql, NULL);

  return statement != NULL && muri_store_step (statement, NULL)
             ? sqlite3_column_int64 (statement, 0)
             : -1;
}

static gboolean
is_sound (sqlite3 *db, const MuriStoreKind *kind)
{
  g_autoptr (sqlite3_stmt) statement = muri_store_prepare (db, "PRAGMA quick_check(1)", NULL);
  gint64 size = muri_store_ask (db, "SELECT page_count * page_size"
                                    " FROM pragma_page_count, pragma_page_size");

  if (size > kind->check_up_to)
    return muri_store_ask (db, "SELECT count(*) FROM sqlite_master") >= 0;
  return statement != NULL && muri_store_step (statement, NULL)
         && g_strcmp0 ((const char *)sqlite3_column_text (statement, 0), "ok") == 0;
}

/* A new file has no tables; another program's has not our mark. */
static gboolean
is_ours (sqlite3 *db, const MuriStoreKind *kind)
{
  gint64 id = muri_store_ask (db, "PRAGMA application_id");

  return id == kind->id
         || (id == 0 && muri_store_ask (db, "SELECT count(*) FROM sqlite_master") == 0);
}

static sqlite3 *
open_file (const char *path, GError **error)
{
  sqlite3 *db = NULL;

  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK)
    {
      sqlite3_busy_timeout (db, 5000);
      return db;
    }

  g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE, _ ("%s cannot be opened: %s"), path,
               sqlite3_errmsg (db));
  sqlite3_close (db);
  return NULL;
}

char *
muri_store_move_aside (const char *path, GError **error)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%S.%f");
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%s", path, stamp);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (aside, suffixes[i], NULL);

      if (g_rename (from, to) != 0 && (i == 0 || errno != ENOENT))
        {
          g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE,
                       _ ("%s cannot be used and cannot be moved aside: %s"), path,
                       g_strerror (errno));
          return NULL;
        }
    }
  return g_steal_pointer (&aside);
}

static gboolean
migrate (sqlite3 *db, const MuriStoreKind *kind, GError **error)
{
  gint64 version = muri_store_ask (db, "PRAGMA user_version");

  for (; version < kind->version; version++)
    {
      g_autofree char *mark =
          g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", kind->id,
                           (int)version + 1);

      if (!muri_store_exec (db, "BEGIN IMMEDIATE", error)
          || !muri_store_exec (db, kind->migrations[version], error)
          || !muri_store_exec (db, mark, error))
        return FALSE;
    }
  return TRUE;
}

/* @damaged: (out): where something was moved that could not be used, or NULL */
sqlite3 *
muri_store_connect (const char *path, const MuriStoreKind *kind, char **damaged, GError **error)
{
  sqlite3 *db = open_file (path, error);

  *damaged = NULL;
  if (db == NULL)
    return NULL;

  if (!is_ours (db, kind) || !is_sound (db, kind))
    {
      sqlite3_close (db);
      *damaged = muri_store_move_aside (path, error);
      db = *damaged != NULL ? open_file (path, error) : NULL;
      if (db == NULL)
        return NULL;
    }

  if (muri_store_ask (db, "PRAGMA user_version") > kind->version)
    g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_NEWER,
                 _ ("%s was written by a newer version of Muri"), path);
  else if ((muri_store_ask (db, "PRAGMA user_version") > 0
            || muri_store_exec (db, kind->setup, error))
           && muri_store_exec (db, "PRAGMA journal_mode = WAL", error) && migrate (db, kind, error))
    return db;

  sqlite3_close (db);
  return NULL;
}
