/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-store-private.h"

#define COLUMNS                                                                                    \
  "alarm, rule, rule_name, node, node_name, vm, vm_name, measure, above, later, threshold, peak,"  \
  " severity, since, until, acknowledged"

static char *
read_text_or_null (sqlite3_stmt *s, int column)
{
  return sqlite3_column_type (s, column) == SQLITE_NULL ? NULL : muri_store_column_text (s, column);
}

static MuriAlarmRow *
read_row (sqlite3_stmt *s)
{
  MuriAlarmRow *row = g_new0 (MuriAlarmRow, 1);

  row->id = muri_store_column_text (s, 0);
  row->rule_id = muri_store_column_text (s, 1);
  row->rule_name = muri_store_column_text (s, 2);
  row->node_id = muri_store_column_text (s, 3);
  row->node_name = muri_store_column_text (s, 4);
  row->vm_id = read_text_or_null (s, 5);
  row->vm_name = read_text_or_null (s, 6);
  row->measure = (guint)sqlite3_column_int (s, 7);
  row->above = sqlite3_column_int (s, 8) != 0;
  row->later = sqlite3_column_int (s, 9) != 0;
  row->threshold = sqlite3_column_double (s, 10);
  row->peak = sqlite3_column_double (s, 11);
  row->severity = (guint)sqlite3_column_int (s, 12);
  row->since = sqlite3_column_int64 (s, 13);
  row->until = sqlite3_column_int64 (s, 14);
  row->acknowledged = sqlite3_column_int64 (s, 15);
  if (row->measure < MURI_N_ALARM_MEASURES && row->since >= 0 && row->until >= 0
      && row->acknowledged >= 0)
    return row;
  muri_alarm_row_free (row);
  return NULL;
}

/* Active ones, however old they are, and the newest. */
gboolean
muri_store_load_alarms (sqlite3 *db, GPtrArray *rows, GError **error)
{
  g_autoptr (sqlite3_stmt) s =
      muri_store_prepare (db,
                          "SELECT " COLUMNS " FROM alarm ORDER BY until <> 0, since DESC"
                          " LIMIT " G_STRINGIFY (MURI_STORE_LOAD_ALARMS),
                          error);
  GError *failed = NULL;

  if (s == NULL)
    return FALSE;
  while (muri_store_step (s, &failed))
    {
      MuriAlarmRow *row = read_row (s);

      if (row != NULL)
        g_ptr_array_add (rows, row);
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

static void
bind_row (sqlite3_stmt *s, const MuriAlarmRow *row)
{
  muri_store_bind_text (s, 1, row->id);
  muri_store_bind_text (s, 2, row->rule_id);
  muri_store_bind_text (s, 3, row->rule_name);
  muri_store_bind_text (s, 4, row->node_id);
  muri_store_bind_text (s, 5, row->node_name);
  muri_store_bind_text (s, 6, row->vm_id);
  muri_store_bind_text (s, 7, row->vm_name);
  sqlite3_bind_int64 (s, 8, row->measure);
  sqlite3_bind_int (s, 9, row->above);
  sqlite3_bind_int (s, 10, row->later);
  sqlite3_bind_double (s, 11, row->threshold);
  sqlite3_bind_double (s, 12, row->peak);
  sqlite3_bind_int64 (s, 13, row->severity);
  sqlite3_bind_int64 (s, 14, row->since);
  sqlite3_bind_int64 (s, 15, row->until);
  sqlite3_bind_int64 (s, 16, row->acknowledged);
}

gboolean
muri_store_save_alarm (sqlite3 *db, gpointer row, GError **error)
{
  g_autoptr (sqlite3_stmt) s =
      muri_store_prepare (db,
                          "INSERT OR REPLACE INTO alarm (" COLUMNS ")"
                          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                          error);

  if (s == NULL)
    return FALSE;
  bind_row (s, row);
  return muri_store_run (s, error)
         && muri_store_exec (
             db,
             "DELETE FROM alarm WHERE until <> 0 AND since < (SELECT since FROM alarm ORDER BY"
             " since DESC LIMIT 1 OFFSET " G_STRINGIFY (MURI_STORE_KEEP_ALARMS) ")",
             error);
}
