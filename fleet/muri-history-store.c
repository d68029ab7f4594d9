/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-store-private.h"

#include "muri-uuid.h"

#include <glib/gstdio.h>

/* A larger file is not read whole at each start: chunks have a checksum of their own, and what is
 * wrong with the rest shows when it is read. */
#define CHECK_UP_TO (64 * 1024 * 1024)

/* The journal of a file that is written every ten seconds. */
#define JOURNAL_LIMIT "4194304"

static const char *const migrations[] = {
  "CREATE TABLE object (id INTEGER PRIMARY KEY, node BLOB NOT NULL, vm BLOB NOT NULL, name TEXT,"
  " node_name TEXT, first INTEGER, last INTEGER, UNIQUE (node, vm));"
  "CREATE TABLE chunk (id INTEGER PRIMARY KEY, object INTEGER NOT NULL, tier INTEGER NOT NULL,"
  " start INTEGER NOT NULL, data BLOB NOT NULL);"
  "CREATE UNIQUE INDEX chunk_place ON chunk (object, tier, start);"
  "CREATE INDEX chunk_age ON chunk (tier, start);"
  "CREATE TABLE log (id INTEGER PRIMARY KEY, last INTEGER NOT NULL, data BLOB NOT NULL);",

  /* What a share of a host's processors is of, also when that host is gone. */
  "ALTER TABLE object ADD COLUMN cpus INTEGER;",
};

const MuriStoreKind muri_history_store_kind = {
  .id = 0x4d754869, /* "MuHi" */
  .setup = "PRAGMA auto_vacuum = INCREMENTAL",
  .migrations = migrations,
  .version = G_N_ELEMENTS (migrations),
  .check_up_to = CHECK_UP_TO,
};

/* Tiers are named by their steps, so that another one may come between them some day. */
static const char *const texts[N_STATEMENTS] = {
  [STATEMENT_PUT_CHUNK] = "INSERT INTO chunk (object, tier, start, data) VALUES (?, ?, ?, ?)"
                          " ON CONFLICT (object, tier, start) DO UPDATE SET data = excluded.data",
  [STATEMENT_GET_CHUNK] = "SELECT data FROM chunk WHERE object = ? AND tier = ? AND start = ?",
  [STATEMENT_GET_CHUNKS] = "SELECT data FROM chunk WHERE object = ? AND tier = ? AND start >= ?"
                           " AND start < ? ORDER BY start",
  [STATEMENT_SPAN] = "SELECT min(start), max(start) FROM chunk WHERE object = ? AND tier = ?",
  [STATEMENT_LAST_CHUNK] = "SELECT data FROM chunk WHERE object = ? AND tier = ?"
                           " ORDER BY start DESC LIMIT 1",
  [STATEMENT_OLDEST] = "SELECT min(start) FROM chunk WHERE tier = ?",
  [STATEMENT_DROP] = "DELETE FROM chunk WHERE id IN (SELECT id FROM chunk WHERE tier = ?"
                     " AND start < ? ORDER BY start LIMIT ?)",
  [STATEMENT_PUT_OBJECT] = "INSERT INTO object (node, vm, name, node_name, first, last, cpus)"
                           " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (node, vm) DO UPDATE SET"
                           " name = excluded.name, node_name = excluded.node_name,"
                           " first = excluded.first, last = excluded.last,"
                           " cpus = excluded.cpus RETURNING id",
  [STATEMENT_PUT_LOG] = "INSERT INTO log (last, data) VALUES (?, ?)",
  [STATEMENT_TRIM_LOG] = "DELETE FROM log WHERE last < ?",
};

/* ---- the file ---- */

sqlite3_stmt *
muri_history_store_get (MuriHistoryStore *self, guint statement, GError **error)
{
  if (self->statements[statement] == NULL)
    self->statements[statement] = muri_store_prepare (self->db, texts[statement], error);
  if (self->statements[statement] == NULL)
    muri_history_store_failed (self);
  return self->statements[statement];
}

gboolean
muri_history_store_failed (MuriHistoryStore *self)
{
  int code = sqlite3_errcode (self->db) & 0xff;

  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    self->damaged = TRUE;
  return FALSE;
}

static gboolean
execute (MuriHistoryStore *self, const char *sql, GError **error)
{
  return muri_store_exec (self->db, sql, error) || muri_history_store_failed (self);
}

static gboolean
run (MuriHistoryStore *self, sqlite3_stmt *statement, GError **error)
{
  return muri_store_run (statement, error) || muri_history_store_failed (self);
}

MuriHistoryStore *
muri_history_store_open (const char *path, char **notice, GError **error)
{
  g_autoptr (MuriHistoryStore) self = g_new0 (MuriHistoryStore, 1);
  g_autofree char *damaged = NULL;

  *notice = NULL;
  self->path = g_strdup (path);
  self->db = muri_store_connect (path, &muri_history_store_kind, &damaged, error);
  if (self->db == NULL)
    return NULL;
  if (damaged != NULL)
    muri_history_store_salvage (self, damaged, notice);
  if (!execute (self,
                "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192;"
                "PRAGMA journal_size_limit = " JOURNAL_LIMIT,
                error))
    return NULL;
  return g_steal_pointer (&self);
}

void
muri_history_store_close (MuriHistoryStore *self)
{
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->db);
  g_free (self->path);
  g_free (self);
}

gboolean
muri_history_store_is_damaged (MuriHistoryStore *self)
{
  return self->damaged;
}

static guint64
file_size (const char *path, const char *suffix)
{
  g_autofree char *name = g_strconcat (path, suffix, NULL);
  GStatBuf info;

  return g_stat (name, &info) == 0 ? (guint64)info.st_size : 0;
}

guint64
muri_history_store_get_size (MuriHistoryStore *self)
{
  return file_size (self->path, "") + file_size (self->path, "-wal");
}

guint64
muri_history_store_get_used (MuriHistoryStore *self)
{
  gint64 used = muri_store_ask (self->db, "SELECT (page_count - freelist_count) * page_size FROM"
                                          " pragma_page_count, pragma_freelist_count,"
                                          " pragma_page_size");

  return (guint64)MAX (used, 0);
}

void
muri_history_store_limit (MuriHistoryStore *self, guint64 size)
{
  gint64 page = muri_store_ask (self->db, "PRAGMA page_size");
  g_autofree char *sql =
      g_strdup_printf ("PRAGMA max_page_count = %" G_GINT64_FORMAT,
                       size > 0 && page > 0 ? MAX (1, (gint64)size / page) : (gint64)0xfffffffe);

  /* Room within the file is room too. */
  sqlite3_exec (self->db, "PRAGMA incremental_vacuum", NULL, NULL, NULL);
  sqlite3_exec (self->db, sql, NULL, NULL, NULL);
}

gboolean
muri_history_store_begin (MuriHistoryStore *self, GError **error)
{
  return execute (self, "BEGIN IMMEDIATE", error);
}

gboolean
muri_history_store_commit (MuriHistoryStore *self, GError **error)
{
  return execute (self, "COMMIT", error);
}

void
muri_history_store_roll_back (MuriHistoryStore *self)
{
  sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

gboolean
muri_history_store_shrink (MuriHistoryStore *self, guint pages, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA incremental_vacuum(%u)", pages);

  return execute (self, sql, error);
}

/* ---- objects ---- */

gboolean
muri_history_store_load_objects (MuriHistoryStore *self, MuriHistoryTable *table, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (sqlite3_stmt) select = muri_store_prepare (
      self->db, "SELECT id, node, vm, name, node_name, first, last, cpus FROM object", error);

  if (select == NULL)
    return muri_history_store_failed (self);

  while (muri_store_step (select, &failure))
    {
      MuriTargetKey key;
      MuriHistoryObject *object;

      if (!muri_store_column_uuid (select, 1, &key.node)
          || !muri_store_column_uuid (select, 2, &key.vm))
        continue;
      object = muri_history_table_ensure (table, &key);
      object->first_seen = object->first_seen == 0
                               ? sqlite3_column_int64 (select, 5)
                               : MIN (object->first_seen, sqlite3_column_int64 (select, 5));
      object->last_seen = MAX (object->last_seen, sqlite3_column_int64 (select, 6));
      if (object->cpus == 0)
        object->cpus = (guint)CLAMP (sqlite3_column_int64 (select, 7), 0, G_MAXINT);
      muri_history_table_set_id (table, object, sqlite3_column_int64 (select, 0));
      if (object->name[0] == '\0')
        {
          g_free (object->name);
          g_free (object->node_name);
          object->name = muri_store_column_text (select, 3);
          object->node_name = muri_store_column_text (select, 4);
        }
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return muri_history_store_failed (self);
}

gboolean
muri_history_store_save_object (MuriHistoryStore *self, MuriHistoryTable *table,
                                MuriHistoryObject *object, GError **error)
{
  sqlite3_stmt *put = muri_history_store_get (self, STATEMENT_PUT_OBJECT, error);
  gboolean stored;

  if (put == NULL)
    return FALSE;
  muri_store_bind_uuid (put, 1, &object->key.node);
  muri_store_bind_uuid (put, 2, &object->key.vm);
  muri_store_bind_text (put, 3, object->name);
  muri_store_bind_text (put, 4, object->node_name);
  sqlite3_bind_int64 (put, 5, object->first_seen);
  sqlite3_bind_int64 (put, 6, object->last_seen);
  sqlite3_bind_int64 (put, 7, object->cpus);
  stored = muri_store_step (put, error);
  if (stored && object->id == 0)
    muri_history_table_set_id (table, object, sqlite3_column_int64 (put, 0));
  sqlite3_reset (put);
  return stored || muri_history_store_failed (self);
}

/* ---- the log ---- */

gboolean
muri_history_store_append_log (MuriHistoryStore *self, GBytes *bytes, gint64 last, GError **error)
{
  sqlite3_stmt *put = muri_history_store_get (self, STATEMENT_PUT_LOG, error);
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  if (put == NULL)
    return FALSE;
  sqlite3_bind_int64 (put, 1, last);
  sqlite3_bind_blob64 (put, 2, data, length, SQLITE_STATIC);
  return run (self, put, error);
}

gboolean
muri_history_store_trim_log (MuriHistoryStore *self, gint64 second, GError **error)
{
  sqlite3_stmt *trim = muri_history_store_get (self, STATEMENT_TRIM_LOG, error);

  if (trim == NULL)
    return FALSE;
  sqlite3_bind_int64 (trim, 1, second);
  return run (self, trim, error);
}

gboolean
muri_history_store_read_log (MuriHistoryStore *self, MuriHistoryRowFunc func, gpointer data,
                             GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (sqlite3_stmt) select =
      muri_store_prepare (self->db, "SELECT data FROM log ORDER BY id", error);

  if (select == NULL)
    return muri_history_store_failed (self);
  while (muri_store_step (select, &failure))
    func (sqlite3_column_blob (select, 0), (gsize)sqlite3_column_bytes (select, 0), data);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return muri_history_store_failed (self);
}
