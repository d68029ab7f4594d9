/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-store-private.h"

#include "muri-uuid.h"

/* Targets are read of so many operations as together have at most this many, beyond the first. */
#define LOAD_TARGETS 50000

#define OLD                                                                                        \
  " WHERE finished <> 0 AND issued < (SELECT issued FROM operation ORDER BY issued DESC LIMIT 1 "  \
  "OFFSET " G_STRINGIFY (MURI_STORE_KEEP_OPERATIONS) ")"

static gboolean
prune (sqlite3 *db, GError **error)
{
  return muri_store_exec (
             db, "DELETE FROM target WHERE operation IN (SELECT operation FROM operation" OLD ")",
             error)
         && muri_store_exec (
             db, "DELETE FROM batch WHERE operation IN (SELECT operation FROM operation" OLD ")",
             error)
         && muri_store_exec (db, "DELETE FROM operation" OLD, error);
}

/* NULL stays NULL. */
static char *
read_text (sqlite3_stmt *s, int column)
{
  return sqlite3_column_type (s, column) != SQLITE_NULL ? muri_store_column_text (s, column) : NULL;
}

static MuriTargetRow *
read_target (sqlite3_stmt *s)
{
  MuriTargetRow *row = g_new0 (MuriTargetRow, 1);

  muri_store_column_uuid (s, 0, &row->key.node);
  muri_store_column_uuid (s, 1, &row->key.vm);
  row->position = (guint)sqlite3_column_int (s, 2);
  row->zone = (guint)sqlite3_column_int (s, 3);
  row->name = muri_store_column_text (s, 4);
  row->node_name = muri_store_column_text (s, 5);
  row->state = (guint)sqlite3_column_int (s, 6);
  row->vm_state = (guint)sqlite3_column_int (s, 7);
  row->error = sqlite3_column_int (s, 8);
  row->started = MAX (0, sqlite3_column_int64 (s, 9));
  row->finished = MAX (0, sqlite3_column_int64 (s, 10));
  row->message = read_text (s, 11);
  row->batch = (guint)sqlite3_column_int (s, 12);
  row->step = (guint)sqlite3_column_int (s, 13);
  row->delay = (guint)sqlite3_column_int (s, 14);
  row->before = (guint)sqlite3_column_int (s, 15);
  row->argument = read_text (s, 16);
  return row;
}

static gboolean
load_targets (sqlite3_stmt *select, MuriOperationRow *operation, GError **error)
{
  GError *failed = NULL;

  sqlite3_reset (select);
  muri_store_bind_uuid (select, 1, &operation->uuid);
  while (muri_store_step (select, &failed))
    g_ptr_array_add (operation->targets, read_target (select));

  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

/* Those without gaps: the number of one is its place. */
static gboolean
load_batches (sqlite3_stmt *select, MuriOperationRow *operation, GError **error)
{
  GError *failed = NULL;

  sqlite3_reset (select);
  muri_store_bind_uuid (select, 1, &operation->uuid);
  while (muri_store_step (select, &failed))
    {
      const MuriBatchRow row = { .number = (guint)sqlite3_column_int (select, 0),
                                 .issued = sqlite3_column_int64 (select, 1),
                                 .deadline = sqlite3_column_int64 (select, 2),
                                 .published = sqlite3_column_int (select, 3) != 0,
                                 .withdrawn = sqlite3_column_int (select, 4) != 0 };

      if (row.number == operation->batches->len + 1)
        g_array_append_val (operation->batches, row);
    }

  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

static MuriOperationRow *
read_operation (sqlite3_stmt *s)
{
  MuriOperationRow *row = muri_operation_row_new ();

  muri_store_column_uuid (s, 0, &row->uuid);
  muri_store_column_uuid (s, 1, &row->console);
  row->verb = (guint)sqlite3_column_int (s, 2);
  row->issuer = muri_store_column_text (s, 3);
  row->group = read_text (s, 4);
  row->issued = MAX (0, sqlite3_column_int64 (s, 5));
  row->life = MAX (0, sqlite3_column_int64 (s, 6));
  row->finished = MAX (0, sqlite3_column_int64 (s, 7));
  row->own = sqlite3_column_int (s, 8) != 0;
  row->cancelled = sqlite3_column_int (s, 9) != 0;
  row->parameters = read_text (s, 10);
  row->pacing = read_text (s, 11);
  row->order_group = read_text (s, 12);
  row->parent = read_text (s, 13);
  row->remembers = sqlite3_column_int (s, 14) != 0;
  row->document = read_text (s, 15);
  return row;
}

static gboolean
load_details (sqlite3_stmt *targets, sqlite3_stmt *batches, MuriOperationRow *row, GError **error)
{
  return load_targets (targets, row, error) && load_batches (batches, row, error);
}

/* The newest, and all that are not finished. */
gboolean
muri_store_load_operations (sqlite3 *db, GPtrArray *rows, GError **error)
{
  g_autoptr (sqlite3_stmt) operations = NULL;
  g_autoptr (sqlite3_stmt) targets = NULL;
  g_autoptr (sqlite3_stmt) batches = NULL;
  GError *failed = NULL;
  guint n_targets = 0;

  if (!prune (db, error))
    return FALSE;

  operations = muri_store_prepare (
      db,
      "SELECT operation, console, verb, issuer, name, issued, life, finished, own, cancelled,"
      " parameters, pacing, order_group, parent, remembers, document"
      " FROM operation ORDER BY finished = 0 DESC, issued DESC",
      error);
  targets = muri_store_prepare (
      db,
      "SELECT node, vm, position, zone, name, node_name, state, vm_state, error, started,"
      " finished, message, batch, step, delay, before, argument FROM target WHERE operation = ?"
      " ORDER BY position",
      operations != NULL ? error : NULL);
  batches = muri_store_prepare (db,
                                "SELECT number, issued, deadline, published, withdrawn FROM batch"
                                " WHERE operation = ? ORDER BY number",
                                targets != NULL ? error : NULL);
  if (operations == NULL || targets == NULL || batches == NULL)
    return FALSE;

  while (failed == NULL && n_targets < LOAD_TARGETS && muri_store_step (operations, &failed))
    {
      MuriOperationRow *row = read_operation (operations);

      if (row->finished != 0 && rows->len >= MURI_STORE_LOAD_OPERATIONS)
        {
          muri_operation_row_free (row);
          break;
        }
      g_ptr_array_add (rows, row);
      load_details (targets, batches, row, &failed);
      n_targets += row->targets->len;
    }

  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

static gboolean
save_targets (sqlite3 *db, const MuriOperationRow *operation, GError **error)
{
  g_autoptr (sqlite3_stmt) s = muri_store_prepare (
      db,
      "INSERT OR REPLACE INTO target (operation, node, vm, position, zone, name, node_name, state,"
      " vm_state, error, started, finished, message, batch, step, delay, before, argument)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);

  if (s == NULL)
    return FALSE;

  muri_store_bind_uuid (s, 1, &operation->uuid);
  for (guint i = 0; i < operation->targets->len; i++)
    {
      const MuriTargetRow *row = g_ptr_array_index (operation->targets, i);

      muri_store_bind_uuid (s, 2, &row->key.node);
      muri_store_bind_uuid (s, 3, &row->key.vm);
      sqlite3_bind_int64 (s, 4, row->position);
      sqlite3_bind_int64 (s, 5, row->zone);
      muri_store_bind_text (s, 6, row->name);
      muri_store_bind_text (s, 7, row->node_name);
      sqlite3_bind_int64 (s, 8, row->state);
      sqlite3_bind_int64 (s, 9, row->vm_state);
      sqlite3_bind_int64 (s, 10, row->error);
      sqlite3_bind_int64 (s, 11, row->started);
      sqlite3_bind_int64 (s, 12, row->finished);
      muri_store_bind_text (s, 13, row->message);
      sqlite3_bind_int64 (s, 14, row->batch);
      sqlite3_bind_int64 (s, 15, row->step);
      sqlite3_bind_int64 (s, 16, row->delay);
      sqlite3_bind_int64 (s, 17, row->before);
      muri_store_bind_text (s, 18, row->argument);
      if (!muri_store_run (s, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
save_batches (sqlite3 *db, const MuriOperationRow *operation, GError **error)
{
  g_autoptr (sqlite3_stmt) s = muri_store_prepare (
      db,
      "INSERT OR REPLACE INTO batch (operation, number, issued, deadline, published, withdrawn)"
      " VALUES (?, ?, ?, ?, ?, ?)",
      error);

  if (s == NULL)
    return FALSE;

  muri_store_bind_uuid (s, 1, &operation->uuid);
  for (guint i = 0; i < operation->batches->len; i++)
    {
      const MuriBatchRow *row = &g_array_index (operation->batches, MuriBatchRow, i);

      sqlite3_bind_int64 (s, 2, row->number);
      sqlite3_bind_int64 (s, 3, row->issued);
      sqlite3_bind_int64 (s, 4, row->deadline);
      sqlite3_bind_int (s, 5, row->published);
      sqlite3_bind_int (s, 6, row->withdrawn);
      if (!muri_store_run (s, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
muri_store_save_operation (sqlite3 *db, gpointer data, GError **error)
{
  const MuriOperationRow *row = data;
  g_autoptr (sqlite3_stmt) s = muri_store_prepare (
      db,
      "INSERT OR REPLACE INTO operation (operation, console, verb, issuer, name, issued, life,"
      " finished, own, cancelled, parameters, pacing, order_group, parent, remembers,"
      " document)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);

  if (s == NULL)
    return FALSE;

  muri_store_bind_uuid (s, 1, &row->uuid);
  muri_store_bind_uuid (s, 2, &row->console);
  sqlite3_bind_int64 (s, 3, row->verb);
  muri_store_bind_text (s, 4, row->issuer);
  muri_store_bind_text (s, 5, row->group);
  sqlite3_bind_int64 (s, 6, row->issued);
  sqlite3_bind_int64 (s, 7, row->life);
  sqlite3_bind_int64 (s, 8, row->finished);
  sqlite3_bind_int (s, 9, row->own);
  sqlite3_bind_int (s, 10, row->cancelled);
  muri_store_bind_text (s, 11, row->parameters);
  muri_store_bind_text (s, 12, row->pacing);
  muri_store_bind_text (s, 13, row->order_group);
  muri_store_bind_text (s, 14, row->parent);
  sqlite3_bind_int (s, 15, row->remembers);
  muri_store_bind_text (s, 16, row->document);
  return muri_store_run (s, error) && save_targets (db, row, error)
         && save_batches (db, row, error);
}
