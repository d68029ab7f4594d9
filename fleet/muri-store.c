/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-store-private.h"

#include "muri-fleet.h"
#include "muri-uuid.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

typedef gboolean (*Save) (sqlite3 *db, gpointer data, GError **error);

/* What the storage thread does next. Its task has no source object, so that whoever drops the
 * task last, this thread perhaps, finalizes nothing of the main context's. */
typedef struct
{
  Save save; /* NULL: open, or with @stop end */
  gpointer data;
  GDestroyNotify destroy;
  gboolean durable;
  gboolean stop;
  GTask *task; /* nullable */
} Job;

struct _MuriStore
{
  GObject parent_instance;

  char *data_dir;
  GThread *thread;
  GAsyncQueue *jobs;

  /* storage thread only */
  sqlite3 *db;
  int lock;
  gboolean failing;
};

G_DEFINE_FINAL_TYPE (MuriStore, muri_store, G_TYPE_OBJECT)

/* ---- rows ---- */

void
muri_inventory_row_clear (gpointer row)
{
  g_clear_pointer (&((MuriInventoryRow *)row)->facts, muri_facts_unref);
}

void
muri_target_row_free (gpointer data)
{
  MuriTargetRow *row = data;

  g_free (row->name);
  g_free (row->node_name);
  g_free (row->message);
  g_free (row->argument);
  g_free (row);
}

MuriOperationRow *
muri_operation_row_new (void)
{
  MuriOperationRow *row = g_new0 (MuriOperationRow, 1);

  row->targets = g_ptr_array_new_with_free_func (muri_target_row_free);
  row->batches = g_array_new (FALSE, TRUE, sizeof (MuriBatchRow));
  return row;
}

void
muri_operation_row_free (gpointer data)
{
  MuriOperationRow *row = data;

  g_free (row->issuer);
  g_free (row->group);
  g_free (row->parameters);
  g_free (row->document);
  g_free (row->pacing);
  g_free (row->order_group);
  g_free (row->parent);
  g_ptr_array_unref (row->targets);
  g_array_unref (row->batches);
  g_free (row);
}

void
muri_store_contents_free (MuriStoreContents *contents)
{
  g_free (contents->damaged);
  g_array_unref (contents->inventory);
  g_ptr_array_unref (contents->operations);
  g_ptr_array_unref (contents->events);
  g_ptr_array_unref (contents->alarms);
  g_hash_table_unref (contents->settings);
  g_free (contents);
}

/* ---- storage thread ---- */

/* Two consoles on one database would take each other's operations for their own. */
static gboolean
lock_directory (MuriStore *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->data_dir, "muri.lock", NULL);

  self->lock = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock < 0)
    {
      g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE, _ ("%s cannot be written: %s"),
                   path, g_strerror (errno));
      return FALSE;
    }
  if (flock (self->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;

  g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE,
               _ ("%s is in use by another running Muri"), self->data_dir);
  return FALSE;
}

static gboolean
load_console (sqlite3 *db, muri_v1_Uuid *console, GError **error)
{
  g_autoptr (sqlite3_stmt) select =
      muri_store_prepare (db, "SELECT value FROM setting WHERE name = 'console'", error);
  g_autoptr (sqlite3_stmt) insert = NULL;

  if (select == NULL)
    return FALSE;
  if (muri_store_step (select, NULL) && muri_store_column_uuid (select, 0, console))
    return TRUE;

  muri_uuid_generate (console);
  insert = muri_store_prepare (
      db, "INSERT OR REPLACE INTO setting (name, value) VALUES ('console', ?)", error);
  if (insert == NULL)
    return FALSE;
  muri_store_bind_uuid (insert, 1, console);
  return muri_store_run (insert, error);
}

static MuriStoreContents *
load (MuriStore *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->data_dir, "muri.db", NULL);
  g_autoptr (MuriStoreContents) contents = g_new0 (MuriStoreContents, 1);

  contents->inventory = g_array_new (FALSE, TRUE, sizeof (MuriInventoryRow));
  g_array_set_clear_func (contents->inventory, muri_inventory_row_clear);
  contents->operations = g_ptr_array_new_with_free_func (muri_operation_row_free);
  contents->events = g_ptr_array_new_with_free_func (g_object_unref);
  contents->alarms = g_ptr_array_new_with_free_func (muri_alarm_row_free);
  contents->settings =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_variant_unref);

  if (g_mkdir_with_parents (self->data_dir, 0700) != 0)
    {
      g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE, _ ("%s cannot be made: %s"),
                   self->data_dir, g_strerror (errno));
      return NULL;
    }
  if (!lock_directory (self, error))
    return NULL;

  self->db = muri_store_connect (path, &muri_store_kind, &contents->damaged, error);
  if (self->db != NULL && load_console (self->db, &contents->console, error)
      && muri_store_load_inventory (self->db, contents->inventory, error)
      && muri_store_load_operations (self->db, contents->operations, error)
      && muri_store_load_events (self->db, contents->events, error)
      && muri_store_load_alarms (self->db, contents->alarms, error)
      && muri_store_load_settings (self->db, contents->settings, error))
    return g_steal_pointer (&contents);
  return NULL;
}

static void
open_store (MuriStore *self, GTask *task)
{
  GError *error = NULL;
  MuriStoreContents *contents = load (self, &error);

  if (contents != NULL)
    {
      g_task_return_pointer (task, contents, (GDestroyNotify)muri_store_contents_free);
      return;
    }
  g_clear_pointer (&self->db, sqlite3_close);
  g_task_return_error (task, error);
}

static gboolean
write_transaction (MuriStore *self, const Job *job, GError **error)
{
  if (self->db == NULL)
    {
      g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE, _ ("The database is not open"));
      return FALSE;
    }

  if (muri_store_exec (self->db,
                       job->durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
                       error)
      && muri_store_exec (self->db, "BEGIN IMMEDIATE", error))
    {
      if (job->save (self->db, job->data, error) && muri_store_exec (self->db, "COMMIT", error))
        return TRUE;
      sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
    }
  return FALSE;
}

/* What nobody waits for is logged, once until it works again. */
static void
save (MuriStore *self, const Job *job)
{
  g_autoptr (GError) error = NULL;
  gboolean saved = write_transaction (self, job, &error);

  if (job->task != NULL && saved)
    g_task_return_boolean (job->task, TRUE);
  else if (job->task != NULL)
    g_task_return_error (job->task, g_steal_pointer (&error));
  else if (!saved && !self->failing)
    g_message ("%s is not written: %s", self->data_dir, error->message);
  self->failing = !saved;
}

static void
job_free (Job *job)
{
  if (job->destroy != NULL)
    job->destroy (job->data);
  g_clear_object (&job->task);
  g_free (job);
}

static gpointer
run (gpointer data)
{
  MuriStore *self = data;
  gboolean stop = FALSE;

  while (!stop)
    {
      Job *job = g_async_queue_pop (self->jobs);

      stop = job->stop;
      if (job->save != NULL)
        save (self, job);
      else if (!stop)
        open_store (self, job->task);
      job_free (job);
    }

  g_clear_pointer (&self->db, sqlite3_close);
  if (self->lock >= 0)
    close (self->lock);
  self->lock = -1;
  return NULL;
}

/* ---- main context ---- */

static void
post (MuriStore *self, const Job *job)
{
  Job *copy = g_memdup2 (job, sizeof *job);

  if (self->thread != NULL)
    g_async_queue_push (self->jobs, copy);
  else
    job_free (copy);
}

static void
muri_store_finalize (GObject *object)
{
  MuriStore *self = MURI_STORE (object);

  muri_store_close (self);
  g_async_queue_unref (self->jobs);
  g_free (self->data_dir);

  G_OBJECT_CLASS (muri_store_parent_class)->finalize (object);
}

static void
muri_store_class_init (MuriStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_store_finalize;
}

static void
muri_store_init (MuriStore *self)
{
  self->lock = -1;
  self->jobs = g_async_queue_new ();
}

/* Starts the storage thread. The last reference is dropped on the main context. */
MuriStore *
muri_store_new (const char *data_dir)
{
  MuriStore *self = g_object_new (MURI_TYPE_STORE, NULL);

  self->data_dir = g_strdup (data_dir);
  self->thread = g_thread_new ("muri-storage", run, self);
  return self;
}

void
muri_store_open_async (MuriStore *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  const Job job = { .task = g_task_new (NULL, cancellable, callback, user_data) };

  g_task_set_name (job.task, "muri_store_open_async");
  post (self, &job);
}

MuriStoreContents *
muri_store_open_finish (MuriStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
muri_store_close (MuriStore *self)
{
  const Job job = { .stop = TRUE };

  if (self->thread == NULL)
    return;

  post (self, &job);
  g_thread_join (g_steal_pointer (&self->thread));
}

void
muri_store_write_inventory (MuriStore *self, GArray *rows)
{
  const Job job = { .save = muri_store_save_inventory,
                    .data = rows,
                    .destroy = (GDestroyNotify)g_array_unref };

  post (self, &job);
}

void
muri_store_write_operation (MuriStore *self, MuriOperationRow *row, gboolean durable, GTask *task)
{
  const Job job = { .save = muri_store_save_operation,
                    .data = row,
                    .destroy = muri_operation_row_free,
                    .durable = durable,
                    .task = task };

  post (self, &job);
}

void
muri_store_write_events (MuriStore *self, GPtrArray *events)
{
  const Job job = { .save = muri_store_save_events,
                    .data = events,
                    .destroy = (GDestroyNotify)g_ptr_array_unref };

  post (self, &job);
}

void
muri_store_write_setting (MuriStore *self, const char *name, GVariant *value)
{
  const Job job = { .save = muri_store_save_setting,
                    .data = muri_setting_new (name, value),
                    .destroy = muri_setting_free };

  post (self, &job);
}

void
muri_store_write_alarm (MuriStore *self, MuriAlarmRow *row)
{
  const Job job = { .save = muri_store_save_alarm, .data = row, .destroy = muri_alarm_row_free };

  post (self, &job);
}
