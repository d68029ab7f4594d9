/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-copies.h"
#include "agent-keep.h"
#include "muri-uuid.h"

#include <glib/gstdio.h>

/* Who has written metadata, from the events that libvirt raises: each of own and others' calls
 * raises one, in their order. */

typedef struct
{
  char *directory;
  char *path;
  AgentJournal *journal;
  AgentCopies *copies;
  muri_v1_Uuid vm;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) kept = NULL;

  f->directory = g_dir_make_tmp ("muri-copies-XXXXXX", NULL);
  f->path = g_build_filename (f->directory, "journal.db", NULL);
  f->journal = agent_journal_new (f->path, &error);
  g_assert_no_error (error);
  kept = agent_keep_load_metadata (f->journal, &error);
  g_assert_no_error (error);
  f->copies = agent_copies_new (f->journal, kept);
  muri_uuid_generate (&f->vm);
  agent_copies_keep (f->copies, &f->vm, "before");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  agent_copies_free (f->copies);
  agent_journal_close (f->journal);
  g_object_unref (f->journal);
  dir = g_dir_open (f->directory, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (f->directory);
  g_free (f->path);
  g_free (f->directory);
}

static void
assert_copy (Fixture *f, const char *wanted)
{
  g_autofree char *plain = agent_copies_dup (f->copies, &f->vm);

  g_assert_cmpstr (plain, ==, wanted);
}

static void
begin (Fixture *f)
{
  agent_copies_begin_write (f->copies, &f->vm);
}

static gboolean
end (Fixture *f, guint calls, const char *plain)
{
  return agent_copies_end_write (f->copies, &f->vm, calls, plain != NULL, plain);
}

static gboolean
is_foreign (Fixture *f)
{
  return agent_copies_note_event (f->copies, &f->vm);
}

static AgentCopyVerdict
judge (Fixture *f, const char *plain)
{
  return agent_copies_judge (f->copies, &f->vm, plain);
}

/* The event may come before the call has returned, or after. */
static void
test_own (Fixture *f, gconstpointer data)
{
  begin (f);
  g_assert_false (is_foreign (f));
  g_assert_false (end (f, 1, "own"));
  assert_copy (f, "own");

  begin (f);
  g_assert_false (end (f, 2, "again"));
  g_assert_false (is_foreign (f));
  g_assert_false (is_foreign (f));
  assert_copy (f, "again");
  g_assert_true (is_foreign (f));
}

static void
test_hand_after (Fixture *f, gconstpointer data)
{
  guint generation;

  begin (f);
  g_assert_false (end (f, 1, "own"));
  generation = agent_copies_get_generation (f->copies, &f->vm);
  g_assert_false (is_foreign (f));
  g_assert_cmpuint (agent_copies_get_generation (f->copies, &f->vm), ==, generation);
  g_assert_true (is_foreign (f));
  g_assert_cmpuint (agent_copies_get_generation (f->copies, &f->vm), !=, generation);
}

/* Both events come while the worker has not even seen its call return: what the hand wrote is not
 * taken for a loss of what the call wrote. */
static void
test_hand_meanwhile (Fixture *f, gconstpointer data)
{
  begin (f);
  g_assert_false (is_foreign (f));
  g_assert_false (is_foreign (f));
  g_assert_true (end (f, 1, "own"));
  assert_copy (f, "before");
  g_assert_true (is_foreign (f));
}

/* A call that has failed raises nothing: what came meanwhile was a hand's. */
static void
test_failure (Fixture *f, gconstpointer data)
{
  begin (f);
  g_assert_false (is_foreign (f));
  g_assert_true (end (f, 0, NULL));
  assert_copy (f, "before");

  begin (f);
  g_assert_false (end (f, 0, NULL));
  g_assert_true (is_foreign (f));
}

/* Over a lost connection events are lost with it. */
static void
test_reset (Fixture *f, gconstpointer data)
{
  begin (f);
  g_assert_false (end (f, 1, "own"));
  agent_copies_reset_events (f->copies, &f->vm);
  g_assert_true (is_foreign (f));
}

static void
test_judge (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (judge (f, "before"), ==, AGENT_COPY_MEANT);
  g_assert_cmpint (judge (f, NULL), ==, AGENT_COPY_UNCERTAIN);
  agent_copies_note_lost (f->copies, &f->vm);
  g_assert_cmpint (judge (f, NULL), ==, AGENT_COPY_LOST);
  g_assert_true (is_foreign (f));
  g_assert_cmpint (judge (f, NULL), ==, AGENT_COPY_UNCERTAIN);
  agent_copies_keep (f->copies, &f->vm, NULL);
  g_assert_cmpint (judge (f, NULL), ==, AGENT_COPY_MEANT);
  g_assert_cmpint (judge (f, "before"), ==, AGENT_COPY_UNCERTAIN);
  agent_copies_forget (f->copies, &f->vm);
  g_assert_cmpint (judge (f, NULL), ==, AGENT_COPY_MEANT);
}

static gpointer
await (gpointer data)
{
  Fixture *f = data;

  return GINT_TO_POINTER (agent_copies_await (f->copies, &f->vm, "found",
                                              g_get_monotonic_time () + G_TIME_SPAN_MINUTE));
}

static void
test_await (Fixture *f, gconstpointer data)
{
  GThread *thread = g_thread_new ("waits", await, f);

  agent_copies_note_lost (f->copies, &f->vm);
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, AGENT_COPY_LOST);

  agent_copies_keep (f->copies, &f->vm, "before");
  thread = g_thread_new ("waits", await, f);
  agent_copies_keep (f->copies, &f->vm, "found");
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, AGENT_COPY_MEANT);

  agent_copies_keep (f->copies, &f->vm, "before");
  g_assert_cmpint (agent_copies_await (f->copies, &f->vm, "found", g_get_monotonic_time () + 1000),
                   ==, AGENT_COPY_UNCERTAIN);
}

#define TEST(path, function)                                                                       \
  g_test_add ("/agent-copies/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("own", test_own);
  TEST ("hand-after", test_hand_after);
  TEST ("hand-meanwhile", test_hand_meanwhile);
  TEST ("failure", test_failure);
  TEST ("reset", test_reset);
  TEST ("judge", test_judge);
  TEST ("await", test_await);
  return g_test_run ();
}
