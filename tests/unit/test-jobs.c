/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-executor.h"
#include "agent-job-notes.h"
#include "agent-keep.h"
#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gstdio.h>
#include <string.h>

/* A job that takes its time: two turns, and between them until it is let go. */
#define TEST_TYPE_JOB (test_job_get_type ())
G_DECLARE_FINAL_TYPE (TestJob, test_job, TEST, JOB, AgentJob)

struct _TestJob
{
  AgentJob parent_instance;
  gboolean begun;
  gboolean undone;
  GError *error;
};

G_DEFINE_FINAL_TYPE (TestJob, test_job, AGENT_TYPE_JOB)

static guint alive, alive_most, undone;
static GPtrArray *waiting;

static void
begin (AgentJob *job)
{
  TestJob *self = TEST_JOB (job);

  agent_job_step (job, MURI_STEP_COPYING, 10, "begins");
  self->begun = agent_job_begin (job, "notes", &self->error);
}

static void
undo (AgentJob *job)
{
  g_atomic_int_inc (&undone);
}

static void
end (AgentJob *job)
{
  alive--;
  agent_job_end_stopped (job, NULL);
}

static void
begun (AgentJob *job)
{
  TestJob *self = TEST_JOB (job);

  if (!self->begun)
    end (job);
  else if (agent_job_is_stopped (job))
    agent_job_run (job, undo, end);
  else
    g_ptr_array_add (waiting, job);
}

static void
start (AgentJob *job)
{
  alive++;
  alive_most = MAX (alive_most, alive);
  agent_job_run (job, begin, begun);
}

static void
cancel (AgentJob *job)
{
  if (!g_ptr_array_remove (waiting, job))
    return;
  agent_job_step (job, MURI_STEP_UNDOING, MURI_PERCENT_UNKNOWN, NULL);
  agent_job_run (job, undo, end);
}

static void
recover (AgentJob *job, const char *notes)
{
  agent_job_end (job, MURI_OUTCOME_INTERRUPTED, notes != NULL ? notes : "none");
}

static void
test_job_finalize (GObject *object)
{
  g_clear_error (&TEST_JOB (object)->error);
  G_OBJECT_CLASS (test_job_parent_class)->finalize (object);
}

static void
test_job_class_init (TestJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_job_finalize;
  AGENT_JOB_CLASS (klass)->start = start;
  AGENT_JOB_CLASS (klass)->recover = recover;
  AGENT_JOB_CLASS (klass)->cancel = cancel;
}

static void
test_job_init (TestJob *self)
{
}

static AgentJob *
make (guint verb, gpointer user_data)
{
  return g_object_new (TEST_TYPE_JOB, NULL);
}

/* ---- around it -------------------------------------------------------------------------- */

typedef struct
{
  char *directory;
  AgentJournal *journal;
  AgentConnections *connections;
  AgentNodeState *state;
  AgentMirror *mirror;
  AgentInventory *inventory;
  AgentExecutor *executor;
  guint outcomes[16];
  guint steps;
  char *message;
} Fixture;

static void
on_outcome (AgentExecutor *executor, const muri_v1_Uuid *operation, const AgentTarget *target,
            Fixture *f)
{
  f->outcomes[target->state]++;
  f->steps += target->step != MURI_STEP_NONE;
  g_free (f->message);
  f->message = g_strdup (target->message);
  if (muri_outcome_is_final (target->state))
    agent_journal_note (f->journal, operation, target, 1, NULL);
}

static void
open_executor (Fixture *f)
{
  const AgentWorkContext context = {
    .connections = f->connections, .journal = f->journal, .mirror = f->mirror, .state = f->state
  };

  f->executor = agent_executor_new (&context, f->inventory);
  agent_executor_add_verb (f->executor, MURI_VERB_FLATTEN, make, NULL);
  agent_executor_add_verb (f->executor, MURI_VERB_FETCH_TEMPLATE, make, NULL);
  g_signal_connect (f->executor, "outcome", G_CALLBACK (on_outcome), f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) kept = NULL;
  g_autofree char *path = NULL;
  const muri_v1_Uuid node = { .b = { 1 } };

  alive = alive_most = undone = 0;
  waiting = g_ptr_array_new ();
  f->directory = g_dir_make_tmp ("muri-jobs-XXXXXX", NULL);
  path = g_build_filename (f->directory, "journal.db", NULL);
  f->journal = agent_journal_new (path, &error);
  g_assert_no_error (error);
  f->connections = agent_connections_new ("test:///default");
  f->state = agent_node_state_new (f->journal, &error);
  kept = agent_keep_load_metadata (f->journal, &error);
  f->mirror = agent_mirror_new (f->connections, f->journal, kept);
  f->inventory = agent_inventory_new (&node);
  open_executor (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->directory, 0, NULL);
  const char *name;

  agent_executor_stop (f->executor, G_TIME_SPAN_SECOND);
  g_object_unref (f->executor);
  g_object_unref (f->inventory);
  g_object_unref (f->mirror);
  g_object_unref (f->state);
  agent_connections_unref (f->connections);
  agent_journal_close (f->journal);
  g_object_unref (f->journal);
  g_ptr_array_unref (waiting);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (f->directory, name, NULL);
      g_unlink (file);
    }
  g_rmdir (f->directory);
  g_free (f->directory);
  g_free (f->message);
}

static gboolean
on_overdue (gpointer data)
{
  g_error ("It took too long");
  return G_SOURCE_REMOVE;
}

#define await(condition)                                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint overdue = g_timeout_add_seconds (30, on_overdue, NULL);                                  \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (overdue);                                                                     \
  }                                                                                                \
  G_STMT_END

static void
on_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  agent_journal_add_finish (AGENT_JOURNAL (source), result, NULL);
  *(gboolean *)user_data = TRUE;
}

static AgentOperation *
ask (Fixture *f, guint verb, guint n, gboolean same, gint64 seconds)
{
  AgentOperation *operation = agent_operation_new ();
  gboolean added = FALSE;

  muri_uuid_generate (&operation->id);
  operation->issuer = g_strdup ("somebody");
  operation->group = g_strdup ("");
  operation->verb = verb;
  operation->issued = operation->received = g_get_real_time ();
  operation->deadline = operation->issued + seconds * G_TIME_SPAN_SECOND;
  for (guint i = 0; i < n; i++)
    {
      AgentTarget target = { .state = MURI_OUTCOME_QUEUED };

      if (verb == MURI_VERB_FLATTEN)
        target.vm.b[0] = 1;
      if (!same)
        target.vm.b[1] = i + 1;
      g_array_append_val (operation->targets, target);
    }
  agent_journal_add_async (f->journal, operation, on_added, &added);
  await (added);
  agent_executor_add (f->executor, operation);
  return operation;
}

static void
let_go (void)
{
  AgentJob *job = g_ptr_array_steal_index (waiting, 0);

  alive--;
  agent_job_end (job, MURI_OUTCOME_DONE, "let go");
}

static guint
n_notes (Fixture *f)
{
  g_autoptr (GHashTable) notes = agent_job_notes_load (f->journal, NULL);

  return g_hash_table_size (notes);
}

/* ---- tests ------------------------------------------------------------------------------ */

static void
test_many (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) operation = ask (f, MURI_VERB_FLATTEN, 30, FALSE, 60);

  for (guint i = 0; i < 30; i++)
    {
      await (waiting->len > 0);
      let_go ();
    }
  await (f->outcomes[MURI_OUTCOME_DONE] == 30);
  g_assert_cmpuint (alive_most, <=, 8);
  g_assert_cmpuint (f->steps, >=, 30);
  g_assert_cmpstr (f->message, ==, "let go");
  g_assert_cmpuint (n_notes (f), ==, 0);
}

/* One at a time on a VM, in order. */
static void
test_one_vm (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) first = ask (f, MURI_VERB_FLATTEN, 1, TRUE, 60);
  g_autoptr (AgentOperation) second = ask (f, MURI_VERB_FLATTEN, 1, TRUE, 60);
  g_autoptr (AgentOperation) third = ask (f, MURI_VERB_FLATTEN, 1, TRUE, 60);

  await (waiting->len > 0);
  agent_executor_cancel (f->executor, &second->id);
  g_assert_cmpuint (f->outcomes[MURI_OUTCOME_CANCELLED], ==, 1);
  let_go ();
  await (waiting->len > 0);
  let_go ();
  await (f->outcomes[MURI_OUTCOME_DONE] == 2);
  g_assert_cmpuint (alive_most, ==, 1);
}

/* Those of the node itself do not wait for one another. */
static void
test_node (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) first = ask (f, MURI_VERB_FETCH_TEMPLATE, 1, TRUE, 60);
  g_autoptr (AgentOperation) second = ask (f, MURI_VERB_FETCH_TEMPLATE, 1, TRUE, 60);

  await (waiting->len == 2);
  let_go ();
  let_go ();
  await (f->outcomes[MURI_OUTCOME_DONE] == 2);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) operation = ask (f, MURI_VERB_FLATTEN, 12, FALSE, 60);

  await (waiting->len == 8);
  agent_executor_cancel (f->executor, &operation->id);
  await (f->outcomes[MURI_OUTCOME_CANCELLED] == 12);
  g_assert_cmpuint (undone, ==, 8);
  g_assert_cmpuint (alive, ==, 0);
  g_assert_cmpuint (n_notes (f), ==, 0);
}

static void
test_deadline (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) operation = ask (f, MURI_VERB_FLATTEN, 9, FALSE, 2);

  await (waiting->len == 8);
  await (f->outcomes[MURI_OUTCOME_TIMED_OUT] == 8 && f->outcomes[MURI_OUTCOME_EXPIRED] == 1);
  g_assert_cmpuint (undone, ==, 8);
}

/* The next life is given the notes. */
static void
test_life (Fixture *f, gconstpointer data)
{
  g_autoptr (AgentOperation) operation = ask (f, MURI_VERB_FLATTEN, 9, FALSE, 60);
  g_autoptr (GPtrArray) all = NULL;

  await (waiting->len == 8);
  agent_executor_stop (f->executor, G_TIME_SPAN_SECOND);
  g_clear_object (&f->executor);
  g_ptr_array_set_size (waiting, 0);
  g_assert_cmpuint (n_notes (f), ==, 8);

  open_executor (f);
  all = agent_journal_load (f->journal, 0, NULL);
  agent_executor_recover (f->executor, all->pdata[0]);
  await (f->outcomes[MURI_OUTCOME_INTERRUPTED] == 8);
  g_assert_cmpstr (f->message, ==, "notes");
  agent_executor_add (f->executor, all->pdata[0]);
  await (waiting->len == 1);
  let_go ();
  g_assert_cmpuint (n_notes (f), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/jobs/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("many", test_many);
  ADD ("one-vm", test_one_vm);
  ADD ("node", test_node);
  ADD ("cancel", test_cancel);
  ADD ("deadline", test_deadline);
  ADD ("life", test_life);
  return g_test_run ();
}
