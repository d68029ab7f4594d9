/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-store-private.h"

#include "muri-facts-codec.h"
#include "muri-uuid.h"

/* A row that cannot be understood is not worth more than the others: it is left out, and comes
 * again when its node is heard of. */
static void
add_row (GArray *rows, MuriTopic topic, const MuriInventoryRow *row, sqlite3_stmt *statement,
         int column)
{
  MuriInventoryRow copy = *row;

  copy.facts = muri_facts_decode (topic, &row->key.node, &row->key.vm,
                                  sqlite3_column_blob (statement, column),
                                  (gsize)sqlite3_column_bytes (statement, column));
  if (copy.facts != NULL)
    g_array_append_val (rows, copy);
}

gboolean
muri_store_load_inventory (sqlite3 *db, GArray *rows, GError **error)
{
  g_autoptr (sqlite3_stmt) nodes =
      muri_store_prepare (db, "SELECT node, zone, heard, facts FROM node", error);
  g_autoptr (sqlite3_stmt) vms = muri_store_prepare (db, "SELECT node, vm, facts FROM vm", error);
  GError *failed = NULL;

  if (nodes == NULL || vms == NULL)
    return FALSE;

  while (muri_store_step (nodes, &failed))
    {
      MuriInventoryRow row = { .zone = (guint)sqlite3_column_int (nodes, 1),
                               .heard = MAX (0, sqlite3_column_int64 (nodes, 2)) };

      if (muri_store_column_uuid (nodes, 0, &row.key.node))
        add_row (rows, MURI_TOPIC_NODE, &row, nodes, 3);
    }
  while (failed == NULL && muri_store_step (vms, &failed))
    {
      MuriInventoryRow row = { .zone = 0 };

      if (muri_store_column_uuid (vms, 0, &row.key.node)
          && muri_store_column_uuid (vms, 1, &row.key.vm))
        add_row (rows, MURI_TOPIC_VM, &row, vms, 2);
    }

  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

typedef struct
{
  sqlite3_stmt *put_node;
  sqlite3_stmt *put_vm;
  sqlite3_stmt *delete_vm;
  sqlite3_stmt *delete_node;
  sqlite3_stmt *delete_vms;
} Statements;

static gboolean
prepare_all (sqlite3 *db, Statements *s, GError **error)
{
  s->put_node = muri_store_prepare (
      db, "INSERT OR REPLACE INTO node (node, zone, heard, facts) VALUES (?, ?, ?, ?)", error);
  s->put_vm = s->put_node == NULL
                  ? NULL
                  : muri_store_prepare (
                      db, "INSERT OR REPLACE INTO vm (node, vm, facts) VALUES (?, ?, ?)", error);
  if (s->put_vm == NULL)
    return FALSE;
  s->delete_vm = muri_store_prepare (db, "DELETE FROM vm WHERE node = ? AND vm = ?", error);
  s->delete_node = s->delete_vm == NULL
                       ? NULL
                       : muri_store_prepare (db, "DELETE FROM node WHERE node = ?", error);
  s->delete_vms = s->delete_node == NULL
                      ? NULL
                      : muri_store_prepare (db, "DELETE FROM vm WHERE node = ?", error);
  return s->delete_vms != NULL;
}

static gboolean
put (const Statements *s, const MuriInventoryRow *row, GError **error)
{
  g_autoptr (GBytes) facts = muri_facts_encode (row->facts);
  gboolean node = muri_uuid_is_zero (&row->key.vm);
  sqlite3_stmt *statement = node ? s->put_node : s->put_vm;
  gsize size;
  gconstpointer data = g_bytes_get_data (facts, &size);

  muri_store_bind_uuid (statement, 1, &row->key.node);
  if (node)
    {
      sqlite3_bind_int64 (statement, 2, row->zone);
      sqlite3_bind_int64 (statement, 3, row->heard);
    }
  else
    muri_store_bind_uuid (statement, 2, &row->key.vm);
  sqlite3_bind_blob64 (statement, node ? 4 : 3, data, size, SQLITE_TRANSIENT);
  return muri_store_run (statement, error);
}

static gboolean delete (const Statements *s, const MuriInventoryRow *row, GError **error)
{
  if (!muri_uuid_is_zero (&row->key.vm))
    {
      muri_store_bind_uuid (s->delete_vm, 1, &row->key.node);
      muri_store_bind_uuid (s->delete_vm, 2, &row->key.vm);
      return muri_store_run (s->delete_vm, error);
    }

  muri_store_bind_uuid (s->delete_node, 1, &row->key.node);
  muri_store_bind_uuid (s->delete_vms, 1, &row->key.node);
  return muri_store_run (s->delete_node, error) && muri_store_run (s->delete_vms, error);
}

gboolean
muri_store_save_inventory (sqlite3 *db, gpointer rows, GError **error)
{
  GArray *array = rows;
  Statements s = { NULL };
  gboolean saved = prepare_all (db, &s, error);

  for (guint i = 0; saved && i < array->len; i++)
    {
      const MuriInventoryRow *row = &g_array_index (array, MuriInventoryRow, i);

      saved = row->facts != NULL ? put (&s, row, error) : delete (&s, row, error);
    }

  sqlite3_finalize (s.put_node);
  sqlite3_finalize (s.put_vm);
  sqlite3_finalize (s.delete_vm);
  sqlite3_finalize (s.delete_node);
  sqlite3_finalize (s.delete_vms);
  return saved;
}
