/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-journal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "muri-words.h"

#define SCHEMA 1
#define APPLICATION_ID 0x4d757241
#define BATCH_MAX 256

G_DEFINE_QUARK (agent - journal - error - quark, agent_journal_error)

typedef enum
{
  STATEMENT_ADD,
  STATEMENT_ADD_TARGET,
  STATEMENT_NOTE,
  STATEMENT_ACTING,
  STATEMENT_CONTROL,
  STATEMENT_PRUNE_TARGETS,
  STATEMENT_PRUNE,
  STATEMENT_LOAD,
  STATEMENT_LOAD_TARGETS,
  N_STATEMENTS
} Statement;

static const char schema[] =
    "CREATE TABLE operation (id BLOB PRIMARY KEY, hash BLOB NOT NULL, console BLOB NOT NULL,"
    " issuer TEXT NOT NULL, grp TEXT NOT NULL, verb INTEGER NOT NULL, issued INTEGER NOT NULL,"
    " deadline INTEGER NOT NULL, received INTEGER NOT NULL, control INTEGER NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE INDEX operation_received ON operation (received);"
    "CREATE TABLE target (operation BLOB NOT NULL, position INTEGER NOT NULL, vm BLOB NOT NULL,"
    " state INTEGER NOT NULL, vm_state INTEGER NOT NULL, error INTEGER NOT NULL,"
    " started INTEGER NOT NULL, finished INTEGER NOT NULL, message TEXT,"
    " PRIMARY KEY (operation, vm)) WITHOUT ROWID;";

static const char *const statements[N_STATEMENTS] = {
  [STATEMENT_ADD] = "INSERT INTO operation VALUES (?,?,?,?,?,?,?,?,?,?)",
  [STATEMENT_ADD_TARGET] = "INSERT INTO target VALUES (?,?,?,?,?,?,?,?,?)",
  [STATEMENT_NOTE] = "UPDATE target SET state = ?3, vm_state = ?4, error = ?5, started = ?6,"
                     " finished = ?7, message = ?8 WHERE operation = ?1 AND vm = ?2",
  [STATEMENT_ACTING] = "UPDATE target SET state = ?3, started = ?4"
                       " WHERE operation = ?1 AND vm = ?2 AND state = ?5",
  [STATEMENT_CONTROL] = "UPDATE operation SET control = ?2 WHERE id = ?1",
  [STATEMENT_PRUNE_TARGETS] =
      "DELETE FROM target WHERE operation IN (SELECT id FROM operation WHERE received < ?1)",
  [STATEMENT_PRUNE] = "DELETE FROM operation WHERE received < ?1",
  [STATEMENT_LOAD] = "SELECT * FROM operation WHERE received >= ?1 ORDER BY received",
  [STATEMENT_LOAD_TARGETS] = "SELECT * FROM target WHERE operation = ?1 ORDER BY position",
};

/* What the storage thread is asked for. It runs inside a transaction that others may share, and
 * is told how that ended. */
typedef struct _Job Job;
struct _Job
{
  gboolean (*run) (AgentJournal *self, Job *job, GError **error);
  void (*done) (Job *job, GError *error); /* on the storage thread; takes @error */
  GTask *task;
  AgentOperation *operation;
  muri_v1_Uuid id;
  muri_v1_Uuid vm;
  GArray *targets;
  gint64 time;
  guint8 control;
  struct
  {
    GMutex mutex;
    GCond cond;
    gboolean over;
    GError *error;
    GPtrArray *loaded;
  } wait; /* of a caller that blocks; the job is then on its stack */
  GError *error;
};

struct _AgentJournal
{
  GObject parent_instance;

  /* Any thread. */
  GAsyncQueue *queue;
  gint closed;

  /* The opening thread, then the storage thread only. */
  char *path;
  sqlite3 *db;
  sqlite3_stmt *statement[N_STATEMENTS];

  /* The owner's. */
  GThread *thread;
};

G_DEFINE_FINAL_TYPE (AgentJournal, agent_journal, G_TYPE_OBJECT)

static gboolean
fail (AgentJournal *self, GError **error)
{
  g_set_error (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_SQLITE, "journal %s: %s", self->path,
               sqlite3_errmsg (self->db));
  return FALSE;
}

static gboolean
execute (AgentJournal *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail (self, error);
}

static sqlite3_stmt *
statement (AgentJournal *self, Statement which, GError **error)
{
  if (self->statement[which] == NULL
      && sqlite3_prepare_v3 (self->db, statements[which], -1, SQLITE_PREPARE_PERSISTENT,
                             &self->statement[which], NULL)
             != SQLITE_OK)
    {
      fail (self, error);
      return NULL;
    }
  return self->statement[which];
}

/* Ends a statement that returns no rows. */
static gboolean
finish (AgentJournal *self, sqlite3_stmt *stmt, GError **error)
{
  gboolean good = sqlite3_step (stmt) == SQLITE_DONE || fail (self, error);
  sqlite3_reset (stmt);
  sqlite3_clear_bindings (stmt);
  return good;
}

static void
bind_uuid (sqlite3_stmt *stmt, int index, const muri_v1_Uuid *uuid)
{
  sqlite3_bind_blob (stmt, index, uuid->b, sizeof uuid->b, SQLITE_STATIC);
}

static void
bind_outcome (sqlite3_stmt *stmt, int index, const AgentTarget *target)
{
  sqlite3_bind_int (stmt, index, target->state);
  sqlite3_bind_int (stmt, index + 1, target->vm_state);
  sqlite3_bind_int (stmt, index + 2, target->error);
  sqlite3_bind_int64 (stmt, index + 3, target->started);
  sqlite3_bind_int64 (stmt, index + 4, target->finished);
  sqlite3_bind_text (stmt, index + 5, target->message, -1, SQLITE_STATIC);
}

static gboolean
run_add (AgentJournal *self, Job *job, GError **error)
{
  const AgentOperation *o = job->operation;
  sqlite3_stmt *stmt = statement (self, STATEMENT_ADD, error);
  if (stmt == NULL)
    return FALSE;
  bind_uuid (stmt, 1, &o->id);
  sqlite3_bind_blob (stmt, 2, o->hash, sizeof o->hash, SQLITE_STATIC);
  bind_uuid (stmt, 3, &o->console);
  sqlite3_bind_text (stmt, 4, o->issuer, -1, SQLITE_STATIC);
  sqlite3_bind_text (stmt, 5, o->group, -1, SQLITE_STATIC);
  sqlite3_bind_int (stmt, 6, o->verb);
  sqlite3_bind_int64 (stmt, 7, o->issued);
  sqlite3_bind_int64 (stmt, 8, o->deadline);
  sqlite3_bind_int64 (stmt, 9, o->received);
  sqlite3_bind_int (stmt, 10, o->control);
  if (!finish (self, stmt, error) || (stmt = statement (self, STATEMENT_ADD_TARGET, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < o->targets->len; i++)
    {
      const AgentTarget *target = agent_operation_target (o, i);
      bind_uuid (stmt, 1, &o->id);
      sqlite3_bind_int (stmt, 2, i);
      bind_uuid (stmt, 3, &target->vm);
      bind_outcome (stmt, 4, target);
      if (!finish (self, stmt, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_note (AgentJournal *self, Job *job, GError **error)
{
  sqlite3_stmt *stmt = statement (self, STATEMENT_NOTE, error);
  for (guint i = 0; stmt != NULL && i < job->targets->len; i++)
    {
      const AgentTarget *target = &g_array_index (job->targets, AgentTarget, i);
      bind_uuid (stmt, 1, &job->id);
      bind_uuid (stmt, 2, &target->vm);
      bind_outcome (stmt, 3, target);
      if (!finish (self, stmt, error))
        return FALSE;
    }
  return stmt != NULL;
}

/* Only what is still queued may be begun: whatever else was noted meanwhile wins. */
static gboolean
run_acting (AgentJournal *self, Job *job, GError **error)
{
  sqlite3_stmt *stmt = statement (self, STATEMENT_ACTING, error);
  if (stmt == NULL)
    return FALSE;
  bind_uuid (stmt, 1, &job->id);
  bind_uuid (stmt, 2, &job->vm);
  sqlite3_bind_int (stmt, 3, MURI_OUTCOME_RUNNING);
  sqlite3_bind_int64 (stmt, 4, job->time);
  sqlite3_bind_int (stmt, 5, MURI_OUTCOME_QUEUED);
  if (!finish (self, stmt, error))
    return FALSE;
  if (sqlite3_changes (self->db) == 1)
    return TRUE;
  g_set_error_literal (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_SQLITE,
                       "the journal has no such target waiting");
  return FALSE;
}

static gboolean
run_control (AgentJournal *self, Job *job, GError **error)
{
  sqlite3_stmt *stmt = statement (self, STATEMENT_CONTROL, error);
  if (stmt == NULL)
    return FALSE;
  bind_uuid (stmt, 1, &job->id);
  sqlite3_bind_int (stmt, 2, job->control);
  return finish (self, stmt, error);
}

static gboolean
run_prune (AgentJournal *self, Job *job, GError **error)
{
  for (Statement which = STATEMENT_PRUNE_TARGETS; which <= STATEMENT_PRUNE; which++)
    {
      sqlite3_stmt *stmt = statement (self, which, error);
      if (stmt == NULL)
        return FALSE;
      sqlite3_bind_int64 (stmt, 1, job->time);
      if (!finish (self, stmt, error))
        return FALSE;
    }
  return TRUE;
}

static void
column_bytes (sqlite3_stmt *stmt, int column, guint8 *to, gsize size)
{
  if ((gsize)sqlite3_column_bytes (stmt, column) == size)
    memcpy (to, sqlite3_column_blob (stmt, column), size);
}

static gboolean
load_targets (AgentJournal *self, AgentOperation *o, GError **error)
{
  sqlite3_stmt *stmt = statement (self, STATEMENT_LOAD_TARGETS, error);
  int rc = SQLITE_ERROR;
  if (stmt == NULL)
    return FALSE;
  bind_uuid (stmt, 1, &o->id);
  while ((rc = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      AgentTarget target = {
        .state = sqlite3_column_int (stmt, 3),
        .vm_state = sqlite3_column_int (stmt, 4),
        .error = sqlite3_column_int (stmt, 5),
        .started = sqlite3_column_int64 (stmt, 6),
        .finished = sqlite3_column_int64 (stmt, 7),
        .message = g_strdup ((const char *)sqlite3_column_text (stmt, 8)),
      };
      column_bytes (stmt, 2, target.vm.b, sizeof target.vm.b);
      g_array_append_val (o->targets, target);
    }
  if (rc != SQLITE_DONE)
    fail (self, error);
  sqlite3_reset (stmt);
  return rc == SQLITE_DONE;
}

static gboolean
run_load (AgentJournal *self, Job *job, GError **error)
{
  sqlite3_stmt *stmt = statement (self, STATEMENT_LOAD, error);
  int rc = SQLITE_ERROR;
  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, job->time);
  while ((rc = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      AgentOperation *o = agent_operation_new ();
      g_ptr_array_add (job->wait.loaded, o);
      column_bytes (stmt, 0, o->id.b, sizeof o->id.b);
      column_bytes (stmt, 1, o->hash, sizeof o->hash);
      column_bytes (stmt, 2, o->console.b, sizeof o->console.b);
      o->issuer = g_strdup ((const char *)sqlite3_column_text (stmt, 3));
      o->group = g_strdup ((const char *)sqlite3_column_text (stmt, 4));
      o->verb = sqlite3_column_int (stmt, 5);
      o->issued = sqlite3_column_int64 (stmt, 6);
      o->deadline = sqlite3_column_int64 (stmt, 7);
      o->received = sqlite3_column_int64 (stmt, 8);
      o->control = sqlite3_column_int (stmt, 9);
      if (!load_targets (self, o, error))
        break;
    }
  if (rc != SQLITE_DONE && rc != SQLITE_ROW)
    fail (self, error);
  sqlite3_reset (stmt);
  return rc == SQLITE_DONE;
}

/* Two reasons to give a transaction up: SQLite has rolled it back on its own (a full disk), or it
 * cannot be committed. Then all who shared it have failed. */
static void
run_batch (AgentJournal *self, GPtrArray *jobs)
{
  g_autoptr (GError) whole = NULL;
  gboolean open = execute (self, "BEGIN IMMEDIATE", &whole);
  for (guint i = 0; open && i < jobs->len; i++)
    {
      Job *job = g_ptr_array_index (jobs, i);
      open = execute (self, "SAVEPOINT job", &whole);
      if (open && !job->run (self, job, &job->error))
        sqlite3_exec (self->db, "ROLLBACK TO job", NULL, NULL, NULL);
      if (open && sqlite3_get_autocommit (self->db))
        {
          whole = g_error_copy (job->error);
          open = FALSE;
        }
      open = open && execute (self, "RELEASE job", &whole);
    }
  if (open)
    open = execute (self, "COMMIT", &whole);
  if (!open && !sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);

  for (guint i = 0; i < jobs->len; i++)
    {
      Job *job = g_ptr_array_index (jobs, i);
      if (!open && job->error == NULL)
        job->error = g_error_copy (whole);
      job->done (job, g_steal_pointer (&job->error));
    }
}

static gpointer
storage_thread (gpointer data)
{
  AgentJournal *self = data;
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  gboolean last = FALSE;
  while (!last)
    {
      Job *job = g_async_queue_pop (self->queue);
      g_ptr_array_set_size (jobs, 0);
      for (; job != NULL; job = jobs->len < BATCH_MAX ? g_async_queue_try_pop (self->queue) : NULL)
        {
          last = job->run == NULL;
          if (last)
            {
              g_free (job);
              break;
            }
          g_ptr_array_add (jobs, job);
        }
      if (jobs->len > 0)
        run_batch (self, jobs);
    }
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statement[i]);
  sqlite3_close (self->db);
  self->db = NULL;
  return NULL;
}

static void
done_free (Job *job, GError *error)
{
  if (job->task != NULL && error != NULL)
    g_task_return_error (job->task, error);
  else if (job->task != NULL)
    g_task_return_boolean (job->task, TRUE);
  else if (error != NULL)
    {
      g_warning ("%s", error->message);
      g_error_free (error);
    }
  g_clear_object (&job->task);
  g_clear_pointer (&job->operation, agent_operation_free);
  g_clear_pointer (&job->targets, g_array_unref);
  g_free (job);
}

static void
done_wake (Job *job, GError *error)
{
  g_mutex_lock (&job->wait.mutex);
  job->wait.error = error;
  job->wait.over = TRUE;
  g_cond_signal (&job->wait.cond);
  g_mutex_unlock (&job->wait.mutex);
}

/* After closing nobody would run it. A closing that overtakes a push is harmless: the owner
 * closes when those who push have stopped. */
static void
push (AgentJournal *self, Job *job)
{
  if (g_atomic_int_get (&self->closed))
    job->done (job, g_error_new_literal (AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_CLOSED,
                                         "the journal is closed"));
  else
    g_async_queue_push (self->queue, job);
}

static gboolean
push_and_wait (AgentJournal *self, Job *job, GError **error)
{
  g_mutex_init (&job->wait.mutex);
  g_cond_init (&job->wait.cond);
  job->done = done_wake;
  push (self, job);
  g_mutex_lock (&job->wait.mutex);
  while (!job->wait.over)
    g_cond_wait (&job->wait.cond, &job->wait.mutex);
  g_mutex_unlock (&job->wait.mutex);
  g_mutex_clear (&job->wait.mutex);
  g_cond_clear (&job->wait.cond);
  if (job->wait.error == NULL)
    return TRUE;
  g_propagate_error (error, job->wait.error);
  return FALSE;
}

static Job *
job_new (AgentJournal *self, gboolean (*run) (AgentJournal *, Job *, GError **),
         GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = g_new0 (Job, 1);
  job->run = run;
  job->done = done_free;
  if (callback != NULL)
    job->task = g_task_new (self, NULL, callback, user_data);
  return job;
}

void
agent_journal_add_async (AgentJournal *self, const AgentOperation *operation,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = job_new (self, run_add, callback, user_data);
  job->operation = agent_operation_copy (operation);
  push (self, job);
}

gboolean
agent_journal_add_finish (AgentJournal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
clear_target (gpointer target)
{
  agent_target_clear (target);
}

static GArray *
copy_targets (const AgentTarget *targets, gsize n_targets)
{
  GArray *copy = g_array_sized_new (FALSE, TRUE, sizeof (AgentTarget), n_targets);
  g_array_set_clear_func (copy, clear_target);
  g_array_set_size (copy, n_targets);
  for (gsize i = 0; i < n_targets; i++)
    agent_target_set (&g_array_index (copy, AgentTarget, i), &targets[i]);
  return copy;
}

void
agent_journal_note_async (AgentJournal *self, const muri_v1_Uuid *operation,
                          const AgentTarget *targets, gsize n_targets, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Job *job = job_new (self, run_note, callback, user_data);
  job->id = *operation;
  job->targets = copy_targets (targets, n_targets);
  push (self, job);
}

gboolean
agent_journal_note (AgentJournal *self, const muri_v1_Uuid *operation, const AgentTarget *targets,
                    gsize n_targets, GError **error)
{
  g_autoptr (GArray) copy = copy_targets (targets, n_targets);
  Job job = { .run = run_note, .id = *operation, .targets = copy };
  return push_and_wait (self, &job, error);
}

gboolean
agent_journal_note_finish (AgentJournal *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
agent_journal_mark_acting (AgentJournal *self, const muri_v1_Uuid *operation,
                           const muri_v1_Uuid *vm, gint64 started, GError **error)
{
  Job job = { .run = run_acting, .id = *operation, .vm = *vm, .time = started };
  return push_and_wait (self, &job, error);
}

GPtrArray *
agent_journal_load (AgentJournal *self, gint64 since, GError **error)
{
  Job job = { .run = run_load, .time = since };
  job.wait.loaded = g_ptr_array_new_with_free_func ((GDestroyNotify)agent_operation_free);
  if (!push_and_wait (self, &job, error))
    g_clear_pointer (&job.wait.loaded, g_ptr_array_unref);
  return job.wait.loaded;
}

void
agent_journal_set_control (AgentJournal *self, const muri_v1_Uuid *operation, guint8 control)
{
  Job *job = job_new (self, run_control, NULL, NULL);
  job->id = *operation;
  job->control = control;
  push (self, job);
}

void
agent_journal_prune (AgentJournal *self, gint64 before)
{
  Job *job = job_new (self, run_prune, NULL, NULL);
  job->time = before;
  push (self, job);
}

static int
pragma (AgentJournal *self, const char *sql)
{
  g_autofree char *query = g_strconcat ("PRAGMA ", sql, NULL);
  sqlite3_stmt *stmt = NULL;
  int value = -1;
  if (sqlite3_prepare_v2 (self->db, query, -1, &stmt, NULL) == SQLITE_OK
      && sqlite3_step (stmt) == SQLITE_ROW)
    value = sqlite3_column_int (stmt, 0);
  sqlite3_finalize (stmt);
  return value;
}

/* Whether the file that is open is sound and a journal; an empty one becomes a journal. */
static gboolean
adopt (AgentJournal *self, GError **error)
{
  char *verdict = NULL;
  sqlite3_stmt *stmt = NULL;
  if (sqlite3_prepare_v2 (self->db, "PRAGMA quick_check(1)", -1, &stmt, NULL) == SQLITE_OK
      && sqlite3_step (stmt) == SQLITE_ROW)
    verdict = g_strdup ((const char *)sqlite3_column_text (stmt, 0));
  sqlite3_finalize (stmt);
  gboolean sound = g_strcmp0 (verdict, "ok") == 0;
  g_free (verdict);
  if (!sound)
    return fail (self, error);

  int version = pragma (self, "user_version");
  int id = pragma (self, "application_id");
  if (version == 0 && id == 0 && pragma (self, "page_count") <= 0)
    {
      g_autofree char *make = g_strdup_printf (
          "PRAGMA journal_mode = WAL; BEGIN; PRAGMA application_id = %d; PRAGMA user_version = %d;"
          "%s COMMIT",
          APPLICATION_ID, SCHEMA, schema);
      return execute (self, make, error);
    }
  if (id != APPLICATION_ID)
    {
      g_set_error (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_SQLITE,
                   "journal %s: belongs to another program", self->path);
      return FALSE;
    }
  if (version <= SCHEMA)
    return TRUE;
  g_set_error (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_NEWER,
               "journal %s: written by a newer muri-agent (schema %d, this one knows %d); install "
               "that, or move the file away",
               self->path, version, SCHEMA);
  return FALSE;
}

static gboolean
open_file (AgentJournal *self, GError **error)
{
  if (sqlite3_open_v2 (self->path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL)
          == SQLITE_OK
      && adopt (self, error)
      && execute (self, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", error))
    return TRUE;
  if (error != NULL && *error == NULL)
    fail (self, error);
  return FALSE;
}

/* With its companions, so that a new journal does not begin with another one's log. */
static gboolean
move_aside (AgentJournal *self, const char *why)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%S");
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%s", self->path, stamp);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (self->path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (aside, suffixes[i], NULL);
      if (g_rename (from, to) != 0 && errno != ENOENT)
        return FALSE;
    }
  g_message ("%s: moved to %s, and a new one begun; what it knew of operations is not known any "
             "more",
             why, aside);
  return TRUE;
}

AgentJournal *
agent_journal_new (const char *path, GError **error)
{
  g_autoptr (AgentJournal) self = g_object_new (AGENT_TYPE_JOURNAL, NULL);
  g_autoptr (GError) local = NULL;
  self->path = g_strdup (path);
  gboolean good = open_file (self, &local);
  int code = self->db != NULL ? sqlite3_extended_errcode (self->db) & 0xff : SQLITE_CANTOPEN;
  if (!good && !g_error_matches (local, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_NEWER)
      && code != SQLITE_CANTOPEN && code != SQLITE_FULL && code != SQLITE_IOERR
      && code != SQLITE_READONLY && code != SQLITE_BUSY)
    {
      g_clear_pointer (&self->db, sqlite3_close);
      if (move_aside (self, local->message))
        {
          g_clear_error (&local);
          good = open_file (self, &local);
        }
    }
  if (!good)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  self->thread = g_thread_new ("journal", storage_thread, self);
  return g_steal_pointer (&self);
}

void
agent_journal_close (AgentJournal *self)
{
  if (self->thread == NULL)
    return;
  g_atomic_int_set (&self->closed, TRUE);
  g_async_queue_push (self->queue, g_new0 (Job, 1));
  g_clear_pointer (&self->thread, g_thread_join);
}

static void
agent_journal_finalize (GObject *object)
{
  AgentJournal *self = AGENT_JOURNAL (object);
  agent_journal_close (self);
  sqlite3_close (self->db);
  g_async_queue_unref (self->queue);
  g_free (self->path);
  G_OBJECT_CLASS (agent_journal_parent_class)->finalize (object);
}

static void
agent_journal_class_init (AgentJournalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = agent_journal_finalize;
}

static void
agent_journal_init (AgentJournal *self)
{
  self->queue = g_async_queue_new ();
}
