/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-store-private.h"

#include "muri-check.h"
#include "muri-uuid.h"

/* Events of a node between two cuts. */
#define PRUNE_EVERY 256

static void
copy_text (char *to, gsize size, sqlite3_stmt *statement, int column)
{
  g_autofree char *text = muri_store_column_text (statement, column);

  const char *end;

  g_strlcpy (to, text, size);
  g_utf8_validate (to, -1, &end);
  to[end - to] = '\0';
}

static MuriEvent *
read_event (sqlite3_stmt *s)
{
  g_autofree char *node_name = muri_store_column_text (s, 5);
  muri_v1_Event sample = { 0 };

  muri_store_column_uuid (s, 0, &sample.node);
  sample.number = (guint64)sqlite3_column_int64 (s, 1);
  sample.time = sqlite3_column_int64 (s, 2);
  sample.severity = (guint8)sqlite3_column_int (s, 3);
  sample.kind = (guint16)sqlite3_column_int (s, 4);
  muri_store_column_uuid (s, 6, &sample.vm);
  copy_text (sample.vm_name, sizeof sample.vm_name, s, 7);
  muri_store_column_uuid (s, 8, &sample.operation);
  copy_text (sample.detail, sizeof sample.detail, s, 9);
  return muri_check_event (&sample) == NULL ? muri_event_new (&sample, node_name) : NULL;
}

gboolean
muri_store_load_events (sqlite3 *db, GPtrArray *events, GError **error)
{
  g_autoptr (sqlite3_stmt) s = muri_store_prepare (
      db,
      "SELECT node, number, time, severity, kind, node_name, vm, vm_name, operation, detail"
      " FROM event ORDER BY time DESC, number DESC LIMIT " G_STRINGIFY (MURI_STORE_LOAD_EVENTS),
      error);
  GError *failed = NULL;

  if (s == NULL)
    return FALSE;

  while (muri_store_step (s, &failed))
    {
      MuriEvent *event = read_event (s);

      if (event != NULL)
        g_ptr_array_add (events, event);
    }

  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

static gboolean
prune (sqlite3 *db, GError **error)
{
  return muri_store_exec (db,
                          "DELETE FROM event WHERE time < (SELECT time FROM event ORDER BY time"
                          " DESC LIMIT 1 OFFSET " G_STRINGIFY (MURI_STORE_KEEP_EVENTS) ")",
                          error);
}

static void
bind_event (sqlite3_stmt *s, MuriEvent *event)
{
  const MuriEventKey *key = muri_event_get_key (event);

  muri_store_bind_uuid (s, 1, &key->node);
  sqlite3_bind_int64 (s, 2, (gint64)key->number);
  sqlite3_bind_int64 (s, 3, muri_event_get_time (event));
  sqlite3_bind_int64 (s, 4, muri_event_get_severity (event));
  sqlite3_bind_int64 (s, 5, muri_event_get_kind (event));
  muri_store_bind_text (s, 6, muri_event_get_node_name (event));
  muri_store_bind_uuid (s, 7, muri_event_get_vm_uuid (event));
  muri_store_bind_text (s, 8, muri_event_get_vm_name (event));
  muri_store_bind_uuid (s, 9, muri_event_get_operation_uuid (event));
  muri_store_bind_text (s, 10, muri_event_get_detail (event));
}

/* What is kept already stays as it is: agents say their last events again to whoever comes. */
gboolean
muri_store_save_events (sqlite3 *db, gpointer data, GError **error)
{
  GPtrArray *events = data;
  g_autoptr (sqlite3_stmt) s = muri_store_prepare (
      db,
      "INSERT OR IGNORE INTO event (node, number, time, severity, kind, node_name, vm, vm_name,"
      " operation, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);
  gboolean pruning = FALSE;

  if (s == NULL)
    return FALSE;

  for (guint i = 0; i < events->len; i++)
    {
      MuriEvent *event = g_ptr_array_index (events, i);

      bind_event (s, event);
      if (!muri_store_run (s, error))
        return FALSE;
      pruning |= muri_event_get_key (event)->number % PRUNE_EVERY == 0;
    }
  return !pruning || prune (db, error);
}
