/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-store-private.h"

#include <glib/gi18n-lib.h>

/* After a place that cannot be read so many rows are skipped, then more and more. */
#define SKIP 16

/* Numbers of rows beyond are not believed. */
#define ROW_MAX (G_GINT64_CONSTANT (1) << 40)

typedef struct
{
  sqlite3 *from;
  sqlite3 *to;
  guint n;
} Salvage;

/* Goes through a table by its row numbers, over whatever cannot be read. */
static void
copy_rows (Salvage *salvage, const char *select_sql, const char *insert_sql, int n_columns)
{
  g_autoptr (sqlite3_stmt) select = muri_store_prepare (salvage->from, select_sql, NULL);
  g_autoptr (sqlite3_stmt) insert = muri_store_prepare (salvage->to, insert_sql, NULL);
  gint64 after = 0;
  gint64 skip = SKIP;

  if (select == NULL || insert == NULL)
    return;
  while (after < ROW_MAX)
    {
      int result;

      sqlite3_reset (select);
      sqlite3_bind_int64 (select, 1, after);
      while ((result = sqlite3_step (select)) == SQLITE_ROW)
        {
          after = sqlite3_column_int64 (select, 0);
          skip = SKIP;
          for (int i = 0; i < n_columns; i++)
            sqlite3_bind_value (insert, i + 1, sqlite3_column_value (select, i));
          if (muri_store_run (insert, NULL))
            salvage->n++;
        }
      if (result == SQLITE_DONE)
        return;
      after += skip;
      skip *= 2;
    }
}

static gboolean
copy (MuriHistoryStore *self, const char *damaged, guint *n)
{
  Salvage salvage = { .to = self->db };
  gboolean ours =
      sqlite3_open_v2 (damaged, &salvage.from, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
      && muri_store_ask (salvage.from, "PRAGMA application_id") == muri_history_store_kind.id
      && muri_store_ask (salvage.from, "PRAGMA user_version") == muri_history_store_kind.version;

  if (ours && muri_store_exec (self->db, "BEGIN IMMEDIATE", NULL))
    {
      copy_rows (&salvage,
                 "SELECT id, node, vm, name, node_name, first, last, cpus FROM object WHERE id > ?"
                 " ORDER BY id",
                 "INSERT OR IGNORE INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?)", 8);
      copy_rows (&salvage,
                 "SELECT id, object, tier, start, data FROM chunk WHERE id > ? ORDER BY id",
                 "INSERT OR IGNORE INTO chunk VALUES (?, ?, ?, ?, ?)", 5);
      copy_rows (&salvage, "SELECT id, last, data FROM log WHERE id > ? ORDER BY id",
                 "INSERT OR IGNORE INTO log VALUES (?, ?, ?)", 3);
      muri_store_exec (self->db, "COMMIT", NULL);
    }
  sqlite3_close (salvage.from);
  *n = salvage.n;
  return ours;
}

void
muri_history_store_salvage (MuriHistoryStore *self, const char *damaged, char **notice)
{
  guint n;

  if (copy (self, damaged, &n) && n > 0)
    *notice = g_strdup_printf (
        _ ("History was damaged and was moved to %s; what could be read was kept"), damaged);
  else
    *notice = g_strdup_printf (
        _ ("History could not be read and was moved to %s; a new one was begun"), damaged);
}

gboolean
muri_history_store_mend (const char *path, char **notice, GError **error)
{
  g_autofree char *aside = muri_store_move_aside (path, error);
  g_autoptr (MuriHistoryStore) store =
      aside != NULL ? muri_history_store_open (path, notice, error) : NULL;

  if (store == NULL)
    return FALSE;
  g_clear_pointer (notice, g_free);
  muri_history_store_salvage (store, aside, notice);
  return TRUE;
}
