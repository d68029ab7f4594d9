/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-journal-db.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "agent-journal.h"
#include "muri-words.h"

#define SCHEMA 3
#define APPLICATION_ID 0x4d757241

typedef enum
{
  STATEMENT_ADD,
  STATEMENT_ADD_TARGET,
  STATEMENT_NOTE,
  STATEMENT_ACTING,
  STATEMENT_END_JOB,
  STATEMENT_CONTROL,
  STATEMENT_PRUNE_JOBS,
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

/* What version 2 has more; run on a new file as well. */
static const char schema_2[] =
    "ALTER TABLE operation ADD COLUMN parameters TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE metadata (vm BLOB PRIMARY KEY, xml TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE node (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;";

/* What version 3 has more. What a job is to make stands in its notes before it does. */
static const char schema_3[] =
    "ALTER TABLE operation ADD COLUMN document TEXT;"
    "ALTER TABLE target ADD COLUMN argument TEXT;"
    "CREATE TABLE job (operation BLOB NOT NULL, vm BLOB NOT NULL, notes TEXT NOT NULL,"
    " PRIMARY KEY (operation, vm)) WITHOUT ROWID;";

static const char *const statements[N_STATEMENTS] = {
  [STATEMENT_ADD] = "INSERT INTO operation VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
  [STATEMENT_ADD_TARGET] = "INSERT INTO target VALUES (?,?,?,?,?,?,?,?,?,?)",
  [STATEMENT_NOTE] = "UPDATE target SET state = ?3, vm_state = ?4, error = ?5, started = ?6,"
                     " finished = ?7, message = ?8 WHERE operation = ?1 AND vm = ?2",
  [STATEMENT_ACTING] = "UPDATE target SET state = ?3, started = ?4"
                       " WHERE operation = ?1 AND vm = ?2 AND state = ?5",
  [STATEMENT_END_JOB] = "DELETE FROM job WHERE operation = ?1 AND vm = ?2",
  [STATEMENT_CONTROL] = "UPDATE operation SET control = ?2 WHERE id = ?1",
  [STATEMENT_PRUNE_JOBS] =
      "DELETE FROM job WHERE operation IN (SELECT id FROM operation WHERE received < ?1)",
  [STATEMENT_PRUNE_TARGETS] =
      "DELETE FROM target WHERE operation IN (SELECT id FROM operation WHERE received < ?1)",
  [STATEMENT_PRUNE] = "DELETE FROM operation WHERE received < ?1",
  [STATEMENT_LOAD] = "SELECT * FROM operation WHERE received >= ?1 ORDER BY received",
  [STATEMENT_LOAD_TARGETS] = "SELECT * FROM target WHERE operation = ?1 ORDER BY position",
};

struct _AgentJournalDb
{
  char *path;
  sqlite3 *db;
  sqlite3_stmt *statement[N_STATEMENTS];
};

static gboolean
fail (AgentJournalDb *self, GError **error)
{
  g_set_error (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_SQLITE, "journal %s: %s", self->path,
               sqlite3_errmsg (self->db));
  return FALSE;
}

static gboolean
execute (AgentJournalDb *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail (self, error);
}

static sqlite3_stmt *
statement (AgentJournalDb *self, Statement which, GError **error)
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
finish (AgentJournalDb *self, sqlite3_stmt *stmt, GError **error)
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

gboolean
agent_journal_db_add (AgentJournalDb *self, const AgentOperation *o, GError **error)
{
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
  g_autofree char *parameters = g_variant_print (o->parameters, TRUE);
  sqlite3_bind_text (stmt, 11, parameters, -1, SQLITE_STATIC);
  sqlite3_bind_text (stmt, 12, o->document, -1, SQLITE_STATIC);
  if (!finish (self, stmt, error) || (stmt = statement (self, STATEMENT_ADD_TARGET, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < o->targets->len; i++)
    {
      const AgentTarget *target = agent_operation_target (o, i);
      bind_uuid (stmt, 1, &o->id);
      sqlite3_bind_int (stmt, 2, i);
      bind_uuid (stmt, 3, &target->vm);
      bind_outcome (stmt, 4, target);
      sqlite3_bind_text (stmt, 10, target->argument, -1, SQLITE_STATIC);
      if (!finish (self, stmt, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
agent_journal_db_note (AgentJournalDb *self, const muri_v1_Uuid *operation, GArray *targets,
                       GError **error)
{
  sqlite3_stmt *stmt = statement (self, STATEMENT_NOTE, error);
  sqlite3_stmt *end = stmt != NULL ? statement (self, STATEMENT_END_JOB, error) : NULL;
  for (guint i = 0; end != NULL && i < targets->len; i++)
    {
      const AgentTarget *target = &g_array_index (targets, AgentTarget, i);
      bind_uuid (stmt, 1, operation);
      bind_uuid (stmt, 2, &target->vm);
      bind_outcome (stmt, 3, target);
      bind_uuid (end, 1, operation);
      bind_uuid (end, 2, &target->vm);
      if (!finish (self, stmt, error)
          || (muri_outcome_is_final (target->state) && !finish (self, end, error)))
        return FALSE;
    }
  return end != NULL;
}

/* Only what is still queued may be begun: whatever else was noted meanwhile wins. */
gboolean
agent_journal_db_mark_acting (AgentJournalDb *self, const muri_v1_Uuid *operation,
                              const muri_v1_Uuid *vm, gint64 started, GError **error)
{
  sqlite3_stmt *stmt = statement (self, STATEMENT_ACTING, error);
  if (stmt == NULL)
    return FALSE;
  bind_uuid (stmt, 1, operation);
  bind_uuid (stmt, 2, vm);
  sqlite3_bind_int (stmt, 3, MURI_OUTCOME_RUNNING);
  sqlite3_bind_int64 (stmt, 4, started);
  sqlite3_bind_int (stmt, 5, MURI_OUTCOME_QUEUED);
  if (!finish (self, stmt, error))
    return FALSE;
  if (sqlite3_changes (self->db) == 1)
    return TRUE;
  g_set_error_literal (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_SQLITE,
                       "the journal has no such target waiting");
  return FALSE;
}

gboolean
agent_journal_db_set_control (AgentJournalDb *self, const muri_v1_Uuid *operation, guint8 control,
                              GError **error)
{
  sqlite3_stmt *stmt = statement (self, STATEMENT_CONTROL, error);
  if (stmt == NULL)
    return FALSE;
  bind_uuid (stmt, 1, operation);
  sqlite3_bind_int (stmt, 2, control);
  return finish (self, stmt, error);
}

gboolean
agent_journal_db_prune (AgentJournalDb *self, gint64 before, GError **error)
{
  for (Statement which = STATEMENT_PRUNE_JOBS; which <= STATEMENT_PRUNE; which++)
    {
      sqlite3_stmt *stmt = statement (self, which, error);
      if (stmt == NULL)
        return FALSE;
      sqlite3_bind_int64 (stmt, 1, before);
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
load_targets (AgentJournalDb *self, AgentOperation *o, GError **error)
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
        .argument = g_strdup ((const char *)sqlite3_column_text (stmt, 9)),
      };
      column_bytes (stmt, 2, target.vm.b, sizeof target.vm.b);
      g_array_append_val (o->targets, target);
    }
  if (rc != SQLITE_DONE)
    fail (self, error);
  sqlite3_reset (stmt);
  return rc == SQLITE_DONE;
}

/* An earlier version's operations have none. */
static void
load_parameters (AgentOperation *o, const char *text)
{
  GVariant *parameters = text != NULL && *text != '\0'
                             ? g_variant_parse (G_VARIANT_TYPE ("a{ss}"), text, NULL, NULL, NULL)
                             : NULL;
  if (parameters == NULL)
    return;
  g_variant_unref (o->parameters);
  o->parameters = parameters;
}

static void
load_document (AgentOperation *o, const char *text)
{
  o->document = text != NULL && *text != '\0' ? g_ref_string_new (text) : NULL;
}

gboolean
agent_journal_db_load (AgentJournalDb *self, gint64 since, GPtrArray *operations, GError **error)
{
  sqlite3_stmt *stmt = statement (self, STATEMENT_LOAD, error);
  int rc = SQLITE_ERROR;
  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, since);
  while ((rc = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      AgentOperation *o = agent_operation_new ();
      g_ptr_array_add (operations, o);
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
      load_parameters (o, (const char *)sqlite3_column_text (stmt, 10));
      load_document (o, (const char *)sqlite3_column_text (stmt, 11));
      if (!load_targets (self, o, error))
        break;
    }
  if (rc != SQLITE_DONE && rc != SQLITE_ROW)
    fail (self, error);
  sqlite3_reset (stmt);
  return rc == SQLITE_DONE;
}

static int
pragma (AgentJournalDb *self, const char *sql)
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
adopt (AgentJournalDb *self, GError **error)
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
          "%s%s%s COMMIT",
          APPLICATION_ID, SCHEMA, schema, schema_2, schema_3);
      return execute (self, make, error);
    }
  if (id != APPLICATION_ID)
    {
      g_set_error (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_SQLITE,
                   "journal %s: belongs to another program", self->path);
      return FALSE;
    }
  if (version > 0 && version < SCHEMA)
    {
      g_autofree char *upgrade = g_strdup_printf ("BEGIN; %s%s PRAGMA user_version = %d; COMMIT",
                                                  version < 2 ? schema_2 : "", schema_3, SCHEMA);
      return execute (self, upgrade, error);
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
open_file (AgentJournalDb *self, GError **error)
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
move_aside (AgentJournalDb *self, const char *why)
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

/* Neither a newer agent's, nor only out of reach for now. */
static gboolean
is_unusable (AgentJournalDb *self, const GError *error)
{
  int code = self->db != NULL ? sqlite3_extended_errcode (self->db) & 0xff : SQLITE_CANTOPEN;
  return !g_error_matches (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_NEWER)
         && code != SQLITE_CANTOPEN && code != SQLITE_FULL && code != SQLITE_IOERR
         && code != SQLITE_READONLY && code != SQLITE_BUSY && code != SQLITE_PERM;
}

AgentJournalDb *
agent_journal_db_open (const char *path, GError **error)
{
  g_autoptr (AgentJournalDb) self = g_new0 (AgentJournalDb, 1);
  g_autoptr (GError) local = NULL;
  self->path = g_strdup (path);
  gboolean good = open_file (self, &local);
  if (!good && is_unusable (self, local))
    {
      g_clear_pointer (&self->db, sqlite3_close);
      if (move_aside (self, local->message))
        {
          g_clear_error (&local);
          good = open_file (self, &local);
        }
    }
  if (good)
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

void
agent_journal_db_close (AgentJournalDb *self)
{
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statement[i]);
  sqlite3_close (self->db);
  g_free (self->path);
  g_free (self);
}

struct sqlite3 *
agent_journal_db_get_handle (AgentJournalDb *self)
{
  return self->db;
}

gboolean
agent_journal_db_begin (AgentJournalDb *self, GError **error)
{
  return execute (self, "BEGIN IMMEDIATE", error);
}

gboolean
agent_journal_db_part (AgentJournalDb *self, GError **error)
{
  return execute (self, "SAVEPOINT part", error);
}

/* A full disk makes SQLite roll the whole transaction back on its own: then FALSE. */
gboolean
agent_journal_db_end_part (AgentJournalDb *self, gboolean good, GError **error)
{
  if (!good)
    sqlite3_exec (self->db, "ROLLBACK TO part", NULL, NULL, NULL);
  if (!sqlite3_get_autocommit (self->db))
    return execute (self, "RELEASE part", error);
  g_set_error (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_SQLITE,
               "journal %s: SQLite gave the transaction up", self->path);
  return FALSE;
}

gboolean
agent_journal_db_commit (AgentJournalDb *self, GError **error)
{
  return execute (self, "COMMIT", error);
}

void
agent_journal_db_roll_back (AgentJournalDb *self)
{
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}
