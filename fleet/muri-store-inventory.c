/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-store-private.h"

#include "muri-facts-codec.h"
#include "muri-uuid.h"

/* A row that cannot be understood is not worth more than the others: it is left out, and comes
 * again when its node is heard of. */
static void
add_row (GArray *rows, const MuriInventoryRow *row, sqlite3_stmt *statement, int column)
{
  MuriInventoryRow copy = *row;

  copy.facts = muri_facts_decode (row->topic, &row->key.node, &row->key.vm,
                                  sqlite3_column_blob (statement, column),
                                  (gsize)sqlite3_column_bytes (statement, column));
  if (copy.facts != NULL)
    g_array_append_val (rows, copy);
}

/* @select: of node, the other's UUID and facts */
static gboolean
load_objects (sqlite3 *db, const char *select, MuriTopic topic, GArray *rows, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = muri_store_prepare (db, select, error);
  GError *failed = NULL;

  if (statement == NULL)
    return FALSE;
  while (muri_store_step (statement, &failed))
    {
      MuriInventoryRow row = { .topic = topic };

      if (muri_store_column_uuid (statement, 0, &row.key.node)
          && muri_store_column_uuid (statement, 1, &row.key.vm))
        add_row (rows, &row, statement, 2);
    }

  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

static gboolean
load_nodes (sqlite3 *db, GArray *rows, GError **error)
{
  g_autoptr (sqlite3_stmt) nodes =
      muri_store_prepare (db, "SELECT node, zone, heard, facts FROM node", error);
  GError *failed = NULL;

  if (nodes == NULL)
    return FALSE;
  while (muri_store_step (nodes, &failed))
    {
      MuriInventoryRow row = { .topic = MURI_TOPIC_NODE,
                               .zone = (guint)sqlite3_column_int (nodes, 1),
                               .heard = MAX (0, sqlite3_column_int64 (nodes, 2)) };

      if (muri_store_column_uuid (nodes, 0, &row.key.node))
        add_row (rows, &row, nodes, 3);
    }

  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

gboolean
muri_store_load_inventory (sqlite3 *db, GArray *rows, GError **error)
{
  return load_nodes (db, rows, error)
         && load_objects (db, "SELECT node, vm, facts FROM vm", MURI_TOPIC_VM, rows, error)
         && load_objects (db, "SELECT node, template, facts FROM template", MURI_TOPIC_TEMPLATE,
                          rows, error);
}

/* ---- writing ---- */

typedef enum
{
  PUT_NODE,
  PUT_VM,
  PUT_TEMPLATE,
  DELETE_NODE,
  DELETE_VM,
  DELETE_TEMPLATE,
  DELETE_VMS,
  DELETE_TEMPLATES,
  N_STATEMENTS
} Statement;

static const char *const statements[N_STATEMENTS] = {
  [PUT_NODE] = "INSERT OR REPLACE INTO node (node, zone, heard, facts) VALUES (?, ?, ?, ?)",
  [PUT_VM] = "INSERT OR REPLACE INTO vm (node, vm, facts) VALUES (?, ?, ?)",
  [PUT_TEMPLATE] = "INSERT OR REPLACE INTO template (node, template, facts) VALUES (?, ?, ?)",
  [DELETE_NODE] = "DELETE FROM node WHERE node = ?",
  [DELETE_VM] = "DELETE FROM vm WHERE node = ? AND vm = ?",
  [DELETE_TEMPLATE] = "DELETE FROM template WHERE node = ? AND template = ?",
  [DELETE_VMS] = "DELETE FROM vm WHERE node = ?",
  [DELETE_TEMPLATES] = "DELETE FROM template WHERE node = ?",
};

static gboolean
prepare_all (sqlite3 *db, sqlite3_stmt **s, GError **error)
{
  for (guint i = 0; i < N_STATEMENTS; i++)
    {
      s[i] = muri_store_prepare (db, statements[i], error);
      if (s[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
put (sqlite3_stmt *const *s, const MuriInventoryRow *row, GError **error)
{
  g_autoptr (GBytes) facts = muri_facts_encode (row->facts);
  gboolean node = row->topic == MURI_TOPIC_NODE;
  sqlite3_stmt *other = s[row->topic == MURI_TOPIC_VM ? PUT_VM : PUT_TEMPLATE];
  sqlite3_stmt *statement = node ? s[PUT_NODE] : other;
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

static gboolean
run_for (sqlite3_stmt *statement, const MuriInventoryRow *row, GError **error)
{
  muri_store_bind_uuid (statement, 1, &row->key.node);
  if (sqlite3_bind_parameter_count (statement) > 1)
    muri_store_bind_uuid (statement, 2, &row->key.vm);
  return muri_store_run (statement, error);
}

/* A node goes with all that is on it. */
static gboolean
take (sqlite3_stmt *const *s, const MuriInventoryRow *row, GError **error)
{
  if (row->topic != MURI_TOPIC_NODE)
    return run_for (s[row->topic == MURI_TOPIC_VM ? DELETE_VM : DELETE_TEMPLATE], row, error);
  return run_for (s[DELETE_NODE], row, error) && run_for (s[DELETE_VMS], row, error)
         && run_for (s[DELETE_TEMPLATES], row, error);
}

gboolean
muri_store_save_inventory (sqlite3 *db, gpointer rows, GError **error)
{
  GArray *array = rows;
  sqlite3_stmt *s[N_STATEMENTS] = { NULL };
  gboolean saved = prepare_all (db, s, error);

  for (guint i = 0; saved && i < array->len; i++)
    {
      const MuriInventoryRow *row = &g_array_index (array, MuriInventoryRow, i);

      saved = row->facts != NULL ? put (s, row, error) : take (s, row, error);
    }
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (s[i]);
  return saved;
}
