/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"
#include "muri-query.h"
#include "muri-words.h"

#include <string.h>

typedef struct
{
  MuriFleet *fleet;
  MuriVm *vm;
} Fixture;

static void
change (MuriFleet *fleet, MuriTopic topic, gpointer sample)
{
  MuriChange received = { .topic = topic,
                          .life = MURI_LIFE_ALIVE,
                          .valid = TRUE,
                          .sample = sample,
                          .source_time = g_get_real_time (),
                          .received = g_get_monotonic_time () };

  muri_fleet_fold (fleet, 0, &received, 1);
  muri_topic_sample_free (topic, received.sample);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  muri_v1_Node *node = muri_topic_sample_new (MURI_TOPIC_NODE);
  muri_v1_Vm *vm = muri_topic_sample_new (MURI_TOPIC_VM);
  muri_v1_Sample *sample = muri_topic_sample_new (MURI_TOPIC_SAMPLE);
  muri_v1_VmFigures *figures;

  fixture->fleet = muri_fleet_new (NULL);
  node->node.b[0] = vm->node.b[0] = sample->node.b[0] = 1;
  g_strlcpy (node->name, "seoul-1", sizeof node->name);
  node->presence = MURI_PRESENCE_UP;
  node->connection = MURI_CONNECTION_UP;
  node->vms = 1;
  change (fixture->fleet, MURI_TOPIC_NODE, node);

  vm->vm.b[0] = 2;
  g_strlcpy (vm->name, "web-001", sizeof vm->name);
  g_strlcpy (vm->title, "Front of the Büro", sizeof vm->title);
  g_strlcpy (vm->os, "Debian 12", sizeof vm->os);
  vm->state = MURI_VM_STATE_RUNNING;
  vm->vcpus = 4;
  vm->memory = 4 * 1024 * 1024;
  change (fixture->fleet, MURI_TOPIC_VM, vm);

  sample->parts = 1;
  sample->period = 1;
  sample->time = g_get_real_time ();
  sample->vms._buffer = figures = dds_alloc (sizeof *figures);
  memset (figures, 0, sizeof *figures);
  sample->vms._length = sample->vms._maximum = 1;
  sample->vms._release = true;
  figures->vm.b[0] = 2;
  figures->known = MURI_VM_FIGURE_CPU | MURI_VM_FIGURE_MEMORY | MURI_VM_FIGURE_NET;
  figures->cpu = 0.85f;
  figures->memory = 3 * 1024 * 1024;
  figures->net_rx = 12000;
  change (fixture->fleet, MURI_TOPIC_SAMPLE, sample);

  fixture->vm = g_list_model_get_item (muri_fleet_get_vms (fixture->fleet), 0);
  g_assert_nonnull (fixture->vm);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->vm);
  muri_fleet_close (fixture->fleet);
  g_assert_finalize_object (fixture->fleet);
}

static void
test_matches (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *query;
    gboolean matches;
  } cases[] = {
    { "", TRUE },
    { "   ", TRUE },
    { "web", TRUE },
    { "WEB büro", TRUE },
    { "seoul", TRUE },
    { "db", FALSE },
    { "-db", TRUE },
    { "-web", FALSE },
    { "name:web", FALSE },
    { "name:web*", TRUE },
    { "name:WEB-00?", TRUE },
    { "name~b-0", TRUE },
    { "host:seoul* state:running", TRUE },
    { "host:busan*", FALSE },
    { "title:\"front of the büro\"", TRUE },
    { "\"of the\"", TRUE },
    { "\"cpu>80\"", FALSE },
    { "os~debian", TRUE },
    { "state:off,running", TRUE },
    { "state:off,paused", FALSE },
    { "-state:off", TRUE },
    { "state:known", TRUE },
    { "state:unreachable", FALSE },
    { "cpu>80", TRUE },
    { "cpu>80%", TRUE },
    { "cpu>=90", FALSE },
    { "cpu<90", TRUE },
    { "mem>2G", TRUE },
    { "mem=3G", TRUE },
    { "mem>3GiB", FALSE },
    { "net>10k", TRUE },
    { "vcpus=4", TRUE },
    { "vcpus:4", TRUE },
    { "vcpus>4", FALSE },
    { "zone=0", TRUE },
    /* Unknown compares as false, whichever way. */
    { "disk>0", FALSE },
    { "disk<1G", FALSE },
    { "-disk>0", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MuriQuery) query = muri_query_parse (cases[i].query, NULL, &error);

      g_assert_no_error (error);
      g_test_message ("%s", cases[i].query);
      g_assert_cmpint (muri_query_matches (query, fixture->vm), ==, cases[i].matches);
    }
}

static void
test_errors (void)
{
  static const struct
  {
    const char *query;
    int code;
    guint position;
  } cases[] = {
    { "colour:red", MURI_QUERY_ERROR_KEY, 0 },     { "web size>4", MURI_QUERY_ERROR_KEY, 4 },
    { "name>4", MURI_QUERY_ERROR_OPERATOR, 0 },    { "cpu~4", MURI_QUERY_ERROR_OPERATOR, 0 },
    { "state>off", MURI_QUERY_ERROR_OPERATOR, 0 }, { "state:asleep", MURI_QUERY_ERROR_VALUE, 0 },
    { "a b cpu>", MURI_QUERY_ERROR_VALUE, 4 },     { "cpu>much", MURI_QUERY_ERROR_VALUE, 0 },
    { "cpu>4G", MURI_QUERY_ERROR_VALUE, 0 },       { "mem>4X", MURI_QUERY_ERROR_VALUE, 0 },
    { "mem>nan", MURI_QUERY_ERROR_VALUE, 0 },      { "mem>inf", MURI_QUERY_ERROR_VALUE, 0 },
    { "name:\"open", MURI_QUERY_ERROR_QUOTE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint position = G_MAXUINT;
      g_autoptr (MuriQuery) query = muri_query_parse (cases[i].query, &position, &error);

      g_test_message ("%s", cases[i].query);
      g_assert_null (query);
      g_assert_error (error, MURI_QUERY_ERROR, cases[i].code);
      g_assert_cmpuint (position, ==, cases[i].position);
    }
}

static void
test_figures (void)
{
  g_autoptr (MuriQuery) still = muri_query_parse ("web state:running vcpus>2", NULL, NULL);
  g_autoptr (MuriQuery) moving = muri_query_parse ("web cpu>2", NULL, NULL);
  g_autoptr (MuriQuery) empty = muri_query_parse (" ", NULL, NULL);

  g_assert_false (muri_query_uses_figures (still));
  g_assert_true (muri_query_uses_figures (moving));
  g_assert_true (muri_query_is_empty (empty));
}

static void
completes (const char *text, guint start, const char *expected)
{
  guint found_start;
  g_auto (GStrv) found = muri_query_complete (text, (guint)strlen (text), &found_start);
  g_autofree char *joined = g_strjoinv (" ", found);

  g_assert_cmpstr (joined, ==, expected);
  g_assert_cmpuint (found_start, ==, start);
}

static char **
list_groups (const char *key, gpointer data)
{
  const char *const groups[] = { "Production", "Production/web", "Web shop", NULL };

  return g_str_equal (key, "group") ? g_strdupv ((char **)groups) : NULL;
}

static void
completes_group (const char *text, guint start, const char *expected)
{
  guint found_start;
  g_auto (GStrv) found =
      muri_query_complete_with (text, (guint)strlen (text), &found_start, list_groups, NULL);
  g_autofree char *joined = g_strjoinv (" ", found);

  g_assert_cmpstr (joined, ==, expected);
  g_assert_cmpuint (found_start, ==, start);
}

static void
test_completion (void)
{
  completes ("is:pro", 0, "is:protected");
  completes_group ("cpu>1 group:we", 6, "group:Production/web group:\"Web shop\"");
  completes_group ("-group:prod", 0, "-group:Production -group:Production/web");
  completes_group ("a group:\"web sh", 2, "group:\"Web shop\"");
  completes ("web st", 4, "state:");
  completes ("-na", 0, "-name:");
  completes ("state:sta", 0, "state:starting");
  completes ("a state:off,pa", 2, "state:off,paused");
  completes ("cpu>8", 0, "");
  completes ("colour:r", 0, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/query/matches", Fixture, NULL, set_up, test_matches, tear_down);
  g_test_add_func ("/query/errors", test_errors);
  g_test_add_func ("/query/figures", test_figures);
  g_test_add_func ("/query/completion", test_completion);
  return g_test_run ();
}
