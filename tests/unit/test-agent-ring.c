/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent-history.h"
#include "history-fixture.h"
#include "muri-figures.h"
#include "muri-test.h"
#include "muri-words.h"

/* The begin of a span of every tier. */
#define DAY G_GINT64_CONSTANT (1700006400)
#define HOUR 3600
#define MIB (1024 * 1024)

static void
append (AgentHistoryRing *ring, gint64 first, guint n_rows, guint n_vms, guint world)
{
  g_autoptr (GError) error = NULL;
  while (n_rows > 0)
    {
      const guint n = MIN (n_rows, 10);
      AgentHistoryRow *rows = history_rows (first, n, n_vms, world);
      agent_history_ring_append (ring, rows, n, &error);
      g_assert_no_error (error);
      history_rows_free (rows, n);
      first += n;
      n_rows -= n;
    }
}

static AgentHistoryRing *
open_ring (const char *directory, guint64 cap)
{
  g_autoptr (GError) error = NULL;
  AgentHistoryRing *ring = agent_history_ring_open (directory, cap, &error);
  g_assert_no_error (error);
  return ring;
}

/* Every slot of a tier against what was measured: @world says whose figures a second has; a
 * negative one that it has none. */
typedef int (*WorldFunc) (gint64 second);

static void
check_tier (HistoryContents *contents, guint step, gint64 from, gint64 to, guint vm,
            MuriFigure figure, WorldFunc world)
{
  const MuriPrecision precision = muri_figure_get_info (figure)->precision;
  const float exact = ldexpf (1, -precision.bits - 1);
  for (gint64 start = from; start + step <= to; start += step)
    {
      MuriRollup found = history_get (contents, vm, figure, start, step);
      MuriRollup expected = { 0 };
      for (gint64 second = start; second < start + step; second++)
        if (world (second) >= 0)
          muri_rollup_add (&expected, history_expected (second, vm, figure, world (second)));
      if (found.known != expected.known || found.min != expected.min || found.max != expected.max)
        g_error ("VM %u, figure %d, %u s at %" G_GINT64_FORMAT ": %u known, %g to %g; not %u, %g "
                 "to %g",
                 vm, figure, step, start - DAY, found.known, (double)found.min, (double)found.max,
                 expected.known, (double)expected.min, (double)expected.max);
      g_assert_cmpfloat_with_epsilon (found.sum, expected.sum,
                                      expected.sum * exact * 1.01
                                          + step * ldexp (1, precision.exponent));
    }
}

static void
check_all (HistoryContents *contents, guint step, gint64 from, gint64 to, guint n_vms,
           WorldFunc world)
{
  check_tier (contents, step, from, to, 0, MURI_FIGURE_MEMORY, world);
  for (guint vm = 1; vm <= n_vms; vm++)
    for (guint figure = 0; figure < MURI_N_VM_FIGURES; figure++)
      check_tier (contents, step, from, to, vm, figure, world);
}

static int
world_one (gint64 second)
{
  return 1;
}

/* ---- */

static void
test_tiers (void)
{
  const char *directory = muri_test_directory ("history");
  g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
  g_autoptr (HistoryContents) contents = NULL;

  append (ring, DAY, HOUR / 2 + 7, 2, 1);
  contents = history_read (directory);
  g_assert_cmpuint (contents->size, ==, agent_history_ring_get_size (ring));
  check_all (contents, 1, DAY, DAY + HOUR / 2 + 7, 2, world_one);
  check_all (contents, 10, DAY, DAY + HOUR / 2, 2, world_one);
  check_all (contents, 60, DAY, DAY + HOUR / 2, 2, world_one);
}

/* What is older than each tier keeps is gone, and no more than that. */
static void
test_ages (void)
{
  const char *directory = muri_test_directory ("history");
  g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
  g_autoptr (HistoryContents) contents = NULL;
  const gint64 end = DAY + 2 * HOUR + 5;

  append (ring, DAY, 2 * HOUR + 5, 1, 1);
  contents = history_read (directory);
  check_all (contents, 1, end - HOUR, end, 1, world_one);
  g_assert_cmpuint (history_get (contents, 0, MURI_FIGURE_MEMORY, DAY, 1).known, ==, 0);
  check_all (contents, 10, DAY, end - 5, 1, world_one);
  check_all (contents, 60, DAY, end - 5, 1, world_one);
}

/* A year in hops: whatever comes, the number of files stays what it is. */
static void
test_year (void)
{
  const char *directory = muri_test_directory ("history");
  g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
  g_autoptr (HistoryContents) contents = NULL;

  for (guint hop = 0; hop < 365 * 2; hop++)
    append (ring, DAY + hop * 12 * HOUR, 5, 1, 1);
  contents = history_read (directory);
  g_assert_cmpuint (contents->n_files, <=, 1 + 13 + 25 + 29);
  g_assert_cmpuint (contents->n_files, >=, 13 + 25 + 28);
}

/* ---- stopped at any moment ---- */

static void
test_torn (void)
{
  const char *directory = muri_test_directory ("history");
  char name[MURI_SEGMENT_NAME];
  g_autofree char *path = NULL;
  g_autofree char *whole = NULL;
  gsize length;

  agent_history_name (AGENT_HISTORY_LOG, DAY, name);
  path = g_build_filename (directory, name, NULL);
  for (guint round = 0; round < 30; round++)
    {
      g_autoptr (HistoryContents) contents = NULL;
      g_autoptr (AgentHistoryRing) ring = NULL;
      gint64 last;

      unlink (path);
      ring = open_ring (directory, 64 * MIB);
      append (ring, DAY, 50, 2, 1);
      g_clear_pointer (&ring, agent_history_ring_close);
      g_clear_pointer (&whole, g_free);
      g_assert_true (g_file_get_contents (path, &whole, &length, NULL));
      length = g_test_rand_int_range (0, length + 1);
      if (round % 3 == 0)
        for (guint i = length - MIN (length, 40); i < length; i++)
          whole[i] = 0;
      g_assert_true (g_file_set_contents (path, whole, length, NULL));

      /* What of it is whole is there, and it goes on after that. */
      contents = history_read (directory);
      for (last = DAY; history_get (contents, 0, MURI_FIGURE_MEMORY, last, 1).known > 0; last++)
        ;
      g_clear_pointer (&contents, history_contents_free);
      g_assert_cmpint ((last - DAY) % 10, ==, 0);
      ring = open_ring (directory, 64 * MIB);
      append (ring, last, 300 - (guint)(last - DAY), 2, 1);
      contents = history_read (directory);
      check_tier (contents, 1, DAY, DAY + 300, 0, MURI_FIGURE_MEMORY, world_one);
      check_tier (contents, 1, last, DAY + 300, 2, MURI_FIGURE_CPU, world_one);
    }
}

/* The other process of the next test: says what is on disk. */
static int
write_for_ever (const char *directory, gint64 first)
{
  g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
  for (gint64 second = first;; second += 10)
    {
      char text[32];
      append (ring, second, 10, 3, 1);
      g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT "\n", second + 10);
      if (write (STDOUT_FILENO, text, strlen (text)) < 0)
        return 1;
    }
}

static gint64
write_and_kill (const char *directory, gint64 first)
{
  g_autofree char *begin = g_strdup_printf ("%" G_GINT64_FORMAT, first);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) writer = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe", "--write", directory, begin, NULL);
  guint left = g_test_rand_int_range (1, 90);
  gint64 written = first;
  g_assert_no_error (error);
  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (writer));
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
      if (line == NULL)
        break;
      written = g_ascii_strtoll (line, NULL, 10);

      /* A little later than told, so that it is within something. */
      if (--left == 0)
        {
          g_usleep (g_test_rand_int_range (0, 3000));
          g_subprocess_force_exit (writer);
        }
    }
  g_subprocess_wait (writer, NULL, NULL);
  return written;
}

/* Whatever was told to be on disk is there, whenever the writer is killed, and nothing else. What
 * was not told may be there in part: the node, which comes first, and some VMs. */
static void
test_killed (void)
{
  const char *directory = muri_test_directory ("history");
  gint64 second = DAY;
  gint64 packed;
  for (guint round = 0; round < 12; round++)
    {
      const gint64 first = second;
      second = write_and_kill (directory, first);
      g_autoptr (HistoryContents) contents = history_read (directory);
      check_tier (contents, 1, MAX (DAY, second - HOUR + 300), second, 0, MURI_FIGURE_MEMORY,
                  world_one);
      check_tier (contents, 1, first + 10, second, 3, MURI_FIGURE_NET_RX, world_one);
    }

  g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
  append (ring, second, 310, 3, 1);
  packed = second - second % 300;
  g_autoptr (HistoryContents) contents = history_read (directory);
  check_tier (contents, 10, DAY, packed, 0, MURI_FIGURE_MEMORY, world_one);
  check_tier (contents, 60, DAY, packed, 0, MURI_FIGURE_MEMORY, world_one);
}

/* ---- clocks ---- */

static gint64 jump_at;
static gint64 jump_back;
static gint64 jump_end;

/* Until the jump, and then where there was nothing yet. */
static int
world_jumped (gint64 second)
{
  return second < DAY || second >= jump_end ? -1 : second < jump_at ? 1 : 2;
}

static void
test_clock_back (void)
{
  static const guint backs[] = { 3, 25, 290, 310, 800 };
  for (guint i = 0; i < G_N_ELEMENTS (backs); i++)
    {
      const char *directory = muri_test_directory ("history");
      g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
      g_autoptr (HistoryContents) contents = NULL;

      jump_at = DAY + 3333;
      jump_back = backs[i];
      jump_end = jump_at + 600;
      append (ring, DAY, 3333, 1, 1);
      append (ring, jump_at - jump_back, (guint)(600 + jump_back), 1, 2);
      contents = history_read (directory);
      check_all (contents, 1, jump_end - 3000, jump_end, 1, world_jumped);
      check_all (contents, 10, DAY, jump_at - jump_at % 10, 1, world_jumped);
      check_all (contents, 10, jump_at - jump_at % 10 + 10, jump_end - 300, 1, world_jumped);
      check_all (contents, 60, DAY, jump_at - jump_at % 60, 1, world_jumped);
    }
}

/* Far enough that the clock of before is not believed any more: what it said of seconds to come may
 * give way, but each has one value, of one of them. */
static void
test_clock_far_back (void)
{
  const char *directory = muri_test_directory ("history");
  g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
  g_autoptr (HistoryContents) contents = NULL;

  append (ring, DAY, 2 * HOUR, 1, 1);
  append (ring, DAY, 2 * HOUR, 1, 2);
  contents = history_read (directory);
  for (gint64 second = DAY + HOUR; second < DAY + 2 * HOUR; second++)
    {
      MuriRollup found = history_get (contents, 0, MURI_FIGURE_MEMORY, second, 1);
      g_assert_cmpuint (found.known, ==, 1);
      g_assert_true (found.min == history_expected (second, 0, MURI_FIGURE_MEMORY, 1)
                     || found.min == history_expected (second, 0, MURI_FIGURE_MEMORY, 2));
    }
  check_tier (contents, 10, DAY, DAY + HOUR, 0, MURI_FIGURE_MEMORY, world_one);
  check_tier (contents, 60, DAY, DAY + 2 * HOUR - 300, 0, MURI_FIGURE_MEMORY, world_one);
}

static int
world_hole (gint64 second)
{
  return second < DAY + 1000                     ? 1
         : second < DAY + 1000 + 5 * HOUR        ? -1
         : second < DAY + 1000 + 5 * HOUR + 1000 ? 1
                                                 : -1;
}

static void
test_clock_forward (void)
{
  const char *directory = muri_test_directory ("history");
  g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
  g_autoptr (HistoryContents) contents = NULL;
  const gint64 later = DAY + 1000 + 5 * HOUR;

  append (ring, DAY, 1000, 1, 1);
  append (ring, later, 1000, 1, 1);
  contents = history_read (directory);
  check_all (contents, 1, DAY, later + 1000, 1, world_hole);
  check_all (contents, 10, DAY, later + 600, 1, world_hole);
  check_all (contents, 60, DAY, later + 600, 1, world_hole);
}

/* A clock that was a year ahead for ten minutes costs no more than these, and the other way. */
static void
test_clock_wrong (void)
{
  static const gint64 wrong[] = { 365 * 24 * HOUR, -365 * 24 * HOUR };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      const char *directory = muri_test_directory ("history");
      g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
      g_autoptr (HistoryContents) contents = NULL;
      const gint64 end = DAY + 2 * HOUR;

      append (ring, DAY, HOUR, 1, 1);
      append (ring, DAY + HOUR + wrong[i], 600, 1, 2);
      append (ring, DAY + HOUR, HOUR, 1, 1);
      contents = history_read (directory);
      check_all (contents, 1, end - HOUR + 600, end, 1, world_one);
      check_all (contents, 10, DAY, end - 300, 1, world_one);
      check_all (contents, 60, DAY, end - 300, 1, world_one);
      if (wrong[i] > 0)
        g_assert_cmpuint (
            history_get (contents, 0, MURI_FIGURE_MEMORY, DAY + HOUR + wrong[i], 60).known, ==, 0);
    }
}

/* ---- faults ---- */

static void
flip (const char *directory, AgentHistoryKind kind, gint64 start, double where)
{
  char name[MURI_SEGMENT_NAME];
  g_autofree char *path = NULL;
  g_autofree char *data = NULL;
  gsize length;
  agent_history_name (kind, start, name);
  path = g_build_filename (directory, name, NULL);
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  data[(gsize)((double)(length - 1) * where)] ^= 0x10;
  g_assert_true (g_file_set_contents (path, data, length, NULL));
}

static guint n_damaged;

static GLogWriterOutput
count_damaged (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0 && strstr (fields[i].value, "is damaged") != NULL)
      n_damaged++;
  return g_log_writer_default (level, fields, n_fields, user_data);
}

/* Each is moved aside once, and what can be read of it goes on. */
static void
test_damaged (void)
{
  const char *directory = muri_test_directory ("history");
  g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
  g_autoptr (HistoryContents) contents = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n_aside = 0;

  append (ring, DAY, 1205, 2, 1);
  g_clear_pointer (&ring, agent_history_ring_close);
  n_damaged = 0;
  flip (directory, AGENT_HISTORY_SECONDS, DAY, 0);
  flip (directory, AGENT_HISTORY_MINUTES, DAY, 0.99); /* the last VM's chunk */
  ring = open_ring (directory, 64 * MIB);
  g_assert_cmpuint (n_damaged, ==, 1);
  append (ring, DAY + 1205, 600, 2, 1);
  g_assert_cmpuint (n_damaged, ==, 2);

  contents = history_read (directory);
  g_assert_cmpuint (contents->size, ==, agent_history_ring_get_size (ring));
  check_all (contents, 1, DAY + 300, DAY + 1805, 2, world_one);
  check_all (contents, 10, DAY, DAY + 1800, 2, world_one);
  check_all (contents, 60, DAY, DAY + 1800, 1, world_one);
  check_all (contents, 60, DAY + 1200, DAY + 1800, 2, world_one);
  dir = g_dir_open (directory, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    n_aside += g_str_has_prefix (name, "damaged-");
  g_assert_cmpuint (n_aside, ==, 2);
}

static void
limit_files (rlim_t bytes)
{
  struct rlimit limit;
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* A file that cannot grow: the kernel writes a part and then says no. */
static void
test_full (void)
{
  const char *directory = muri_test_directory ("history");
  g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
  g_autoptr (HistoryContents) contents = NULL;
  g_autoptr (GError) error = NULL;
  AgentHistoryRow *rows = history_rows (DAY + 100, 10, 2, 1);

  signal (SIGXFSZ, SIG_IGN);
  append (ring, DAY, 100, 2, 1);
  limit_files (agent_history_ring_get_size (ring) + 300);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_false (agent_history_ring_append (ring, rows, 10, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
  limit_files (RLIM_INFINITY);
  g_assert_true (agent_history_ring_append (ring, rows, 10, &error));
  g_assert_no_error (error);
  history_rows_free (rows, 10);
  append (ring, DAY + 110, 190, 2, 1);

  /* And where it is only the packing that has no room. */
  rows = history_rows (DAY + 300, 10, 2, 1);
  limit_files (1000);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_false (agent_history_ring_append (ring, rows, 10, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
  limit_files (RLIM_INFINITY);
  history_rows_free (rows, 10);
  append (ring, DAY + 310, 300, 2, 1);
  contents = history_read (directory);
  check_all (contents, 1, DAY, DAY + 610, 2, world_one);
  check_all (contents, 10, DAY, DAY + 600, 2, world_one);
}

/* All tiers get shorter together, and at no moment is there more than allowed. */
static void
test_cap (void)
{
  const char *directory = muri_test_directory ("history");
  const guint64 cap = MIB / 2;
  g_autoptr (AgentHistoryRing) ring = open_ring (directory, cap);
  g_autoptr (HistoryContents) contents = NULL;
  gint64 second;

  for (second = DAY; second < DAY + 5 * HOUR; second += 150)
    {
      append (ring, second, 150, 8, 1);
      contents = history_read (directory);
      g_assert_cmpuint (contents->size, <=, cap);
      g_clear_pointer (&contents, history_contents_free);
    }
  contents = history_read (directory);
  g_assert_cmpuint (contents->size, >, cap / 2);
  check_all (contents, 1, second - 300, second, 8, world_one);
  check_all (contents, 10, second - 3000, second - 300, 8, world_one);
  check_all (contents, 60, second - HOUR, second - 300, 8, world_one);
}

/* ---- VMs that come and go ---- */

static int
world_first_third (gint64 second)
{
  return second < DAY + 400 ? 1 : -1;
}

static int
world_last_third (gint64 second)
{
  return second >= DAY + 800 ? 1 : -1;
}

static void
test_come_and_go (void)
{
  const char *directory = muri_test_directory ("history");
  g_autoptr (AgentHistoryRing) ring = open_ring (directory, 64 * MIB);
  g_autoptr (HistoryContents) contents = NULL;

  append (ring, DAY, 400, 2, 1);
  append (ring, DAY + 400, 400, 1, 1);
  append (ring, DAY + 800, 400, 3, 1);
  append (ring, DAY + 1200, 10, 3, 1);
  contents = history_read (directory);
  check_all (contents, 1, DAY, DAY + 1210, 1, world_one);
  check_all (contents, 60, DAY, DAY + 1200, 1, world_one);
  check_tier (contents, 1, DAY, DAY + 800, 2, MURI_FIGURE_CPU, world_first_third);
  check_tier (contents, 10, DAY, DAY + 800, 2, MURI_FIGURE_CPU, world_first_third);
  check_tier (contents, 1, DAY, DAY + 1200, 3, MURI_FIGURE_CPU, world_last_third);
  check_tier (contents, 60, DAY, DAY + 1200, 3, MURI_FIGURE_CPU, world_last_third);
}

/* ---- the object ---- */

static void
take (AgentHistory *history, gint64 second, gint64 off)
{
  AgentHistoryRow *row = history_rows (second, 1, 2, 1);
  const AgentFrame frame = {
    .time = second * G_USEC_PER_SEC + off, .host = row->host, .n_vms = row->n_vms, .vms = row->vms
  };
  agent_history_take (history, &frame);
  history_rows_free (row, 1);
}

static gboolean
is_written (const char *directory, gint64 second)
{
  g_autoptr (HistoryContents) contents = history_read (directory);
  return history_get (contents, 0, MURI_FIGURE_MEMORY, second, 1).known > 0;
}

static void
test_object (void)
{
  const char *parent = muri_test_directory ("state");
  g_autofree char *directory = g_build_filename (parent, "history", NULL);
  g_autoptr (AgentHistory) history = agent_history_new (directory, 64 * MIB);
  g_autoptr (HistoryContents) contents = NULL;

  for (guint i = 0; i < 25; i++)
    take (history, DAY + i, i % 2 == 0 ? 30000 : -30000);
  muri_test_await (is_written (directory, DAY + 10), 20);
  agent_history_stop (history);
  contents = history_read (directory);
  check_all (contents, 1, DAY, DAY + 25, 2, world_one);
}

/* A directory that cannot be used for a while: what waits is written when it can. */
static void
test_object_waits (void)
{
  const char *parent = muri_test_directory ("state");
  g_autofree char *directory = g_build_filename (parent, "history", NULL);
  g_autoptr (AgentHistory) history = agent_history_new (directory, 64 * MIB);
  g_autoptr (HistoryContents) contents = NULL;

  g_assert_cmpint (rmdir (directory), ==, 0);
  g_assert_true (g_file_set_contents (directory, "in the way", -1, NULL));
  for (guint i = 0; i < 100; i++)
    take (history, DAY + i, 0);
  unlink (directory);
  for (guint i = 100; i < 120; i++)
    take (history, DAY + i, 0);
  agent_history_stop (history);
  contents = history_read (directory);
  check_all (contents, 1, DAY + 60, DAY + 120, 2, world_one);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--write") == 0)
    return write_for_ever (argv[2], g_ascii_strtoll (argv[3], NULL, 10));

  muri_test_init (&argc, &argv);
  g_log_set_writer_func (count_damaged, NULL, NULL);
  g_test_add_func ("/ring/tiers", test_tiers);
  g_test_add_func ("/ring/ages", test_ages);
  g_test_add_func ("/ring/year", test_year);
  g_test_add_func ("/ring/torn", test_torn);
  g_test_add_func ("/ring/killed", test_killed);
  g_test_add_func ("/ring/clock-back", test_clock_back);
  g_test_add_func ("/ring/clock-far-back", test_clock_far_back);
  g_test_add_func ("/ring/clock-forward", test_clock_forward);
  g_test_add_func ("/ring/clock-wrong", test_clock_wrong);
  g_test_add_func ("/ring/damaged", test_damaged);
  g_test_add_func ("/ring/full", test_full);
  g_test_add_func ("/ring/cap", test_cap);
  g_test_add_func ("/ring/come-and-go", test_come_and_go);
  g_test_add_func ("/ring/object", test_object);
  g_test_add_func ("/ring/object-waits", test_object_waits);
  return muri_test_run ();
}
