/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-job-notes.h"
#include "agent-journal.h"
#include "agent-keep.h"
#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

typedef struct
{
  char *directory;
  char *path;
  AgentJournal *journal;
} Fixture;

static void
open_journal (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  f->journal = agent_journal_new (f->path, &error);
  g_assert_no_error (error);
}

static void
close_journal (Fixture *f)
{
  agent_journal_close (f->journal);
  g_clear_object (&f->journal);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->directory = g_dir_make_tmp ("muri-journal-XXXXXX", NULL);
  f->path = g_build_filename (f->directory, "journal.db", NULL);
  open_journal (f);
}

static guint
count_files (Fixture *f, const char *part, gboolean delete)
{
  g_autoptr (GDir) dir = g_dir_open (f->directory, 0, NULL);
  const char *name;
  guint n = 0;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->directory, name, NULL);
      n += strstr (name, part) != NULL;
      if (delete)
        g_unlink (path);
    }
  return n;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->journal != NULL)
    close_journal (f);
  count_files (f, "", TRUE);
  g_rmdir (f->directory);
  g_free (f->path);
  g_free (f->directory);
}

static AgentOperation *
operation_new (guint n_targets, gint64 received)
{
  AgentOperation *operation = agent_operation_new ();
  muri_uuid_generate (&operation->id);
  muri_uuid_generate (&operation->console);
  operation->issuer = g_strdup ("operator.alice");
  operation->group = g_strdup ("서울 / web");
  operation->verb = MURI_VERB_SHUTDOWN;
  operation->issued = received - 1000;
  operation->deadline = received + G_TIME_SPAN_MINUTE;
  operation->received = received;
  memset (operation->hash, 7, sizeof operation->hash);
  for (guint i = 0; i < n_targets; i++)
    {
      AgentTarget target = { .state = MURI_OUTCOME_QUEUED };
      muri_uuid_generate (&target.vm);
      g_array_append_val (operation->targets, target);
    }
  return operation;
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static gboolean
add (Fixture *f, const AgentOperation *operation, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  agent_journal_add_async (f->journal, operation, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return agent_journal_add_finish (f->journal, result, error);
}

static void
add_well (Fixture *f, const AgentOperation *operation)
{
  g_autoptr (GError) error = NULL;
  add (f, operation, &error);
  g_assert_no_error (error);
}

static GPtrArray *
load (Fixture *f, gint64 since)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *operations = agent_journal_load (f->journal, since, &error);
  g_assert_no_error (error);
  return operations;
}

static void
test_keep (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) operation = operation_new (3, 1000000);
  g_autoptr (GError) error = NULL;
  agent_operation_target (operation, 2)->state = MURI_OUTCOME_UNSUPPORTED;
  agent_operation_target (operation, 2)->message = g_strdup ("no such verb");
  g_variant_unref (operation->parameters);
  operation->parameters =
      g_variant_ref_sink (g_variant_new_parsed ("{'group': '서울/it\\'s \"web\"', 'order': '2'}"));
  add_well (f, operation);

  g_assert_true (agent_journal_mark_acting (
      f->journal, &operation->id, &agent_operation_target (operation, 0)->vm, 77, &error));
  AgentTarget done = { .vm = agent_operation_target (operation, 1)->vm,
                       .state = MURI_OUTCOME_FAILED,
                       .vm_state = MURI_VM_STATE_OFF,
                       .error = 55,
                       .started = 5,
                       .finished = 9,
                       .message = (char *)"Requested operation is not valid" };
  g_assert_true (agent_journal_note (f->journal, &operation->id, &done, 1, &error));
  agent_journal_set_control (f->journal, &operation->id, MURI_CONTROL_HOLD);

  close_journal (f);
  open_journal (f);
  g_autoptr (GPtrArray) all = load (f, 0);
  g_assert_cmpuint (all->len, ==, 1);
  const AgentOperation *again = g_ptr_array_index (all, 0);
  g_assert_true (muri_uuid_equal (&again->id, &operation->id));
  g_assert_true (muri_uuid_equal (&again->console, &operation->console));
  g_assert_cmpmem (again->hash, sizeof again->hash, operation->hash, sizeof operation->hash);
  g_assert_cmpstr (again->issuer, ==, operation->issuer);
  g_assert_cmpstr (again->group, ==, operation->group);
  g_assert_cmpuint (again->verb, ==, MURI_VERB_SHUTDOWN);
  g_assert_cmpint (again->issued, ==, operation->issued);
  g_assert_cmpint (again->deadline, ==, operation->deadline);
  g_assert_cmpuint (again->control, ==, MURI_CONTROL_HOLD);
  g_assert_true (g_variant_equal (again->parameters, operation->parameters));
  g_assert_cmpuint (again->targets->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_true (muri_uuid_equal (&agent_operation_target (again, i)->vm,
                                    &agent_operation_target (operation, i)->vm));
  g_assert_cmpuint (agent_operation_target (again, 0)->state, ==, MURI_OUTCOME_RUNNING);
  g_assert_cmpint (agent_operation_target (again, 0)->started, ==, 77);
  g_assert_cmpuint (agent_operation_target (again, 1)->state, ==, MURI_OUTCOME_FAILED);
  g_assert_cmpint (agent_operation_target (again, 1)->error, ==, 55);
  g_assert_cmpuint (agent_operation_target (again, 1)->vm_state, ==, MURI_VM_STATE_OFF);
  g_assert_cmpint (agent_operation_target (again, 1)->finished, ==, 9);
  g_assert_cmpstr (agent_operation_target (again, 1)->message, ==, done.message);
  g_assert_cmpuint (agent_operation_target (again, 2)->state, ==, MURI_OUTCOME_UNSUPPORTED);
}

/* Nothing is begun twice, nor what is not known; and one that fails takes no other along. */
static void
test_refuse (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) operation = operation_new (1, 1000000);
  g_autoptr (AgentOperation) other = operation_new (1, 1000000);
  const muri_v1_Uuid *vm = &agent_operation_target (operation, 0)->vm;
  GAsyncResult *results[3] = { NULL };
  g_autoptr (GError) error = NULL;
  agent_journal_add_async (f->journal, operation, keep_result, &results[0]);
  agent_journal_add_async (f->journal, operation, keep_result, &results[1]);
  agent_journal_add_async (f->journal, other, keep_result, &results[2]);
  while (results[2] == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (agent_journal_add_finish (f->journal, results[0], NULL));
  g_assert_false (agent_journal_add_finish (f->journal, results[1], &error));
  g_assert_error (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_SQLITE);
  g_assert_true (agent_journal_add_finish (f->journal, results[2], NULL));
  for (guint i = 0; i < 3; i++)
    g_object_unref (results[i]);

  g_assert_true (agent_journal_mark_acting (f->journal, &operation->id, vm, 1, NULL));
  g_assert_false (agent_journal_mark_acting (f->journal, &operation->id, vm, 1, NULL));
  g_assert_false (agent_journal_mark_acting (f->journal, &other->id, vm, 1, NULL));

  agent_journal_close (f->journal);
  g_assert_false (agent_journal_mark_acting (f->journal, &operation->id, vm, 1, NULL));
  g_clear_error (&error);
  g_assert_false (add (f, other, &error));
  g_assert_error (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_CLOSED);
}

static gpointer
mark_all (gpointer data)
{
  gpointer *args = data;
  AgentJournal *journal = args[0];
  const AgentOperation *operation = args[1];
  guint first = GPOINTER_TO_UINT (args[2]);
  for (guint i = first; i < operation->targets->len; i += 4)
    g_assert_true (agent_journal_mark_acting (
        journal, &operation->id, &agent_operation_target (operation, i)->vm, i + 1, NULL));
  return NULL;
}

static void
test_threads (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) operation = operation_new (200, 1000000);
  gpointer args[4][3];
  GThread *threads[4];
  add_well (f, operation);
  for (guint i = 0; i < 4; i++)
    {
      args[i][0] = f->journal;
      args[i][1] = operation;
      args[i][2] = GUINT_TO_POINTER (i);
      threads[i] = g_thread_new (NULL, mark_all, args[i]);
    }
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  g_autoptr (GPtrArray) all = load (f, 0);
  const AgentOperation *again = g_ptr_array_index (all, 0);
  for (guint i = 0; i < 200; i++)
    g_assert_cmpint (agent_operation_target (again, i)->started, ==, i + 1);
}

static void
test_prune (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) old = operation_new (2, 1000);
  g_autoptr (AgentOperation) new = operation_new (2, 2000);
  add_well (f, old);
  add_well (f, new);
  g_autoptr (GPtrArray) recent = load (f, 2000);
  g_assert_cmpuint (recent->len, ==, 1);
  agent_journal_prune (f->journal, 2000);
  g_autoptr (GPtrArray) left = load (f, 0);
  g_assert_cmpuint (left->len, ==, 1);
  g_assert_true (muri_uuid_equal (&((AgentOperation *)left->pdata[0])->id, &new->id));
}

static void
run_sql (Fixture *f, const char *sql)
{
  sqlite3 *db;
  g_assert_cmpint (sqlite3_open (f->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

/* As the first version left it. */
static void
test_older (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) operation = operation_new (1, 1000000);
  add_well (f, operation);
  close_journal (f);
  run_sql (f, "ALTER TABLE operation DROP COLUMN parameters; DROP TABLE metadata;"
              "DROP TABLE node; ALTER TABLE operation DROP COLUMN document; DROP TABLE job;"
              "ALTER TABLE target DROP COLUMN argument; PRAGMA user_version = 1");
  open_journal (f);
  g_autoptr (GPtrArray) all = load (f, 0);
  g_assert_cmpuint (all->len, ==, 1);
  const AgentOperation *again = g_ptr_array_index (all, 0);
  g_assert_cmpuint (g_variant_n_children (again->parameters), ==, 0);
  g_autoptr (AgentOperation) other = operation_new (1, 1000001);
  add_well (f, other);
}

/* As the second one left it; and what this one has more. */
static void
test_arguments (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentOperation) old = operation_new (1, 1000000);
  g_autoptr (AgentOperation) new = operation_new (2, 1000001);
  add_well (f, old);
  close_journal (f);
  run_sql (f, "ALTER TABLE operation DROP COLUMN document; DROP TABLE job;"
              "ALTER TABLE target DROP COLUMN argument; PRAGMA user_version = 2");
  open_journal (f);
  agent_operation_target (new, 1)->argument = g_strdup ("웹-1");
  new->document = g_ref_string_new ("#cloud-config\n");
  add_well (f, new);
  close_journal (f);
  open_journal (f);
  g_autoptr (GPtrArray) all = load (f, 0);
  g_assert_cmpuint (all->len, ==, 2);
  const AgentOperation *first = g_ptr_array_index (all, 0), *second = g_ptr_array_index (all, 1);
  g_assert_null (first->document);
  g_assert_null (agent_operation_target (first, 0)->argument);
  g_assert_cmpstr (second->document, ==, "#cloud-config\n");
  g_assert_null (agent_operation_target (second, 0)->argument);
  g_assert_cmpstr (agent_operation_target (second, 1)->argument, ==, "웹-1");
  g_assert_no_error (error);
}

static guint
count_notes (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) notes = agent_job_notes_load (f->journal, &error);
  g_assert_no_error (error);
  return g_hash_table_size (notes);
}

/* Notes come with the mark that it was begun, and go with the outcome. */
static void
test_job_notes (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentOperation) operation = operation_new (2, 1000000);
  AgentTarget *target = agent_operation_target (operation, 1);
  const AgentJobKey key = { operation->id, target->vm };
  add_well (f, operation);
  g_assert_true (agent_job_notes_write (f->journal, &key, "one", 5, &error));
  g_assert_true (agent_job_notes_write (f->journal, &key, "two", 0, &error));
  g_assert_false (agent_job_notes_write (f->journal, &key, "three", 6, &error));
  g_clear_error (&error);
  close_journal (f);
  open_journal (f);

  g_autoptr (GHashTable) notes = agent_job_notes_load (f->journal, &error);
  g_assert_cmpstr (g_hash_table_lookup (notes, &key), ==, "two");
  g_autoptr (GPtrArray) all = load (f, 0);
  const AgentOperation *again = g_ptr_array_index (all, 0);
  const AgentTarget *begun = agent_operation_target (again, 1);
  g_assert_cmpuint (begun->state, ==, MURI_OUTCOME_RUNNING);
  g_assert_cmpint (begun->started, ==, 5);

  target->state = MURI_OUTCOME_RUNNING;
  g_assert_true (agent_journal_note (f->journal, &operation->id, target, 1, &error));
  g_assert_cmpuint (count_notes (f), ==, 1);
  target->state = MURI_OUTCOME_DONE;
  g_assert_true (agent_journal_note (f->journal, &operation->id, target, 1, &error));
  g_assert_cmpuint (count_notes (f), ==, 0);
}

static void
test_beside (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;
  g_autofree char *none = NULL;
  muri_v1_Uuid a = { .b = { 1 } }, b = { .b = { 2 } };
  agent_keep_set_metadata (f->journal, &a, "<vm><guarded/></vm>");
  agent_keep_set_metadata (f->journal, &b, "<vm/>");
  agent_keep_set_metadata (f->journal, &a, "<vm><group path=\"서울\"/></vm>");
  agent_keep_set_metadata (f->journal, &b, NULL);
  g_assert_true (agent_keep_set_value (f->journal, "groups", "x", &error));
  g_assert_true (agent_keep_set_value (f->journal, "maintenance", "1", &error));
  g_assert_true (agent_keep_set_value (f->journal, "maintenance", NULL, &error));

  close_journal (f);
  open_journal (f);
  g_autoptr (GHashTable) kept = agent_keep_load_metadata (f->journal, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (kept), ==, 1);
  g_assert_cmpstr (g_hash_table_lookup (kept, &a), ==, "<vm><group path=\"서울\"/></vm>");
  g_assert_true (agent_keep_get_value (f->journal, "groups", &value, &error));
  g_assert_cmpstr (value, ==, "x");
  g_assert_true (agent_keep_get_value (f->journal, "maintenance", &none, &error));
  g_assert_null (none);
}

static void
expect_moved (Fixture *f)
{
  g_test_expect_message ("muri-agent", G_LOG_LEVEL_MESSAGE, "*moved to*");
  open_journal (f);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (count_files (f, "journal.db.damaged-", FALSE), ==, 1);
  g_autoptr (AgentOperation) operation = operation_new (1, 1000000);
  add_well (f, operation);
  g_autoptr (GPtrArray) all = load (f, 0);
  g_assert_cmpuint (all->len, ==, 1);
}

static void
test_garbage (Fixture *f, gconstpointer data)
{
  close_journal (f);
  count_files (f, "", TRUE);
  g_file_set_contents (f->path, "this is no database, and never was one, not in the least", -1,
                       NULL);
  expect_moved (f);
}

static void
test_foreign (Fixture *f, gconstpointer data)
{
  close_journal (f);
  count_files (f, "", TRUE);
  run_sql (f, "CREATE TABLE somebody (elses INTEGER)");
  expect_moved (f);
}

/* A page in the middle is overwritten. */
static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) operation = operation_new (500, 1000000);
  g_autofree char *bytes = NULL;
  gsize length;
  add_well (f, operation);
  close_journal (f);
  g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
  g_assert_cmpuint (length, >, 5 * 4096);
  memset (bytes + 2 * 4096, 0xa5, length - 2 * 4096);
  g_assert_true (g_file_set_contents (f->path, bytes, length, NULL));
  expect_moved (f);
}

static void
test_newer (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  close_journal (f);
  run_sql (f, "PRAGMA user_version = 99");
  g_assert_null (agent_journal_new (f->path, &error));
  g_assert_error (error, AGENT_JOURNAL_ERROR, AGENT_JOURNAL_ERROR_NEWER);
  g_assert_null (strchr (error->message, '\n'));
  g_assert_cmpuint (count_files (f, "damaged", FALSE), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/journal/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("keep", test_keep);
  ADD ("refuse", test_refuse);
  ADD ("threads", test_threads);
  ADD ("prune", test_prune);
  ADD ("older", test_older);
  ADD ("arguments", test_arguments);
  ADD ("job-notes", test_job_notes);
  ADD ("beside", test_beside);
  ADD ("garbage", test_garbage);
  ADD ("foreign", test_foreign);
  ADD ("damaged", test_damaged);
  ADD ("newer", test_newer);
  return g_test_run ();
}
