/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-history.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOUR 3600
#define DAY (24 * HOUR)

#define N_VMS 3

/* How a process ends that gets no file system of its own. */
#define NO_DISK 77

/* With gaps that differ by VM, of a second up to twenty minutes. */
static float
gappy (guint vm, gint64 second)
{
  gint64 at = second - HISTORY_BEGIN;

  if (at % 997 < vm || (at % 311 > 300 && vm == 2) || (at > 1800 && at < 3000 && vm == 1))
    return NAN;
  return history_value (vm, second);
}

/* What is known of a part of what was fed, of whole slots. */
static void
check_part (MuriHistory *history, HistoryValue value, gint64 from, gint64 to, guint slots)
{
  for (guint vm = 0; vm <= N_VMS; vm++)
    {
      g_autoptr (MuriTrack) track = history_ask (history, vm, MURI_FIGURE_CPU, from, to, slots);

      history_check (track, vm, value, from, to);
    }
}

/* It begins and ends there. */
static void
check (MuriHistory *history, HistoryValue value, gint64 from, gint64 to, guint slots)
{
  for (guint vm = 0; vm <= N_VMS; vm++)
    {
      g_autoptr (MuriTrack) track =
          history_ask (history, vm, MURI_FIGURE_CPU, from - 60, to + 60, slots);

      history_check (track, vm, value, from, to);
    }
}

/* Seconds stay for a day. */
static MuriHistory *
open_long (const char *directory)
{
  MuriHistory *history = history_open (directory, N_VMS);
  MuriHistorySettings settings;

  muri_history_get_settings (history, &settings);
  settings.keep[0] = DAY;
  muri_history_set_settings (history, &settings);
  return history;
}

static char *
path_in (const char *directory)
{
  return g_build_filename (directory, "history.db", NULL);
}

static void
execute (const char *directory, const char *sql)
{
  g_autofree char *path = path_in (directory);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static gint64
count (const char *directory, const char *sql)
{
  g_autofree char *path = path_in (directory);
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 n;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  n = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return n;
}

/* What a crash would leave. */
static char *
copy_files (const char *directory)
{
  static const char *const names[] = { "history.db", "history.db-wal" };
  char *copy = fixture_directory ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from = g_build_filename (directory, names[i], NULL);
      g_autofree char *to = g_build_filename (copy, names[i], NULL);
      g_autofree char *data = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (from, &data, &length, NULL));
      g_assert_true (g_file_set_contents (to, data, (gssize)length, NULL));
    }
  return copy;
}

static void
end (MuriHistory *history, const char *directory)
{
  muri_history_close (history);
  g_assert_finalize_object (history);
  if (directory != NULL)
    fixture_remove_directory (directory);
}

/* ---- what was written is read, at every tier, with what is not written yet ---- */

static void
test_tiers (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriHistory *history = open_long (directory);
  const gint64 to = HISTORY_BEGIN + 2 * HOUR + 1234;

  history_feed (history, N_VMS, gappy, HISTORY_BEGIN, to);
  check (history, gappy, HISTORY_BEGIN, to, 100000);
  check (history, gappy, HISTORY_BEGIN, to, 800);
  check (history, gappy, HISTORY_BEGIN, to, 110);
  check (history, gappy, HISTORY_BEGIN, to, 12);
  check (history, gappy, HISTORY_BEGIN, to, 5);
  check (history, gappy, HISTORY_BEGIN, to, 1);

  end (history, NULL);
  history = open_long (directory);
  check (history, gappy, HISTORY_BEGIN, to, 100000);
  check (history, gappy, HISTORY_BEGIN, to, 800);
  check (history, gappy, HISTORY_BEGIN, to, 110);
  check (history, gappy, HISTORY_BEGIN, to, 12);
  end (history, directory);
}

/* In the midst of slots of every length. */
static void
test_again_and_again (void)
{
  g_autofree char *directory = fixture_directory ();
  gint64 at = HISTORY_BEGIN + 7;

  for (guint i = 0; i < 12; i++)
    {
      MuriHistory *history = open_long (directory);

      history_feed (history, N_VMS, gappy, at, at + 397);
      at += 397;
      end (history, NULL);
    }

  MuriHistory *history = open_long (directory);

  check (history, gappy, HISTORY_BEGIN + 7, at, 100000);
  check (history, gappy, HISTORY_BEGIN + 7, at, 400);
  check (history, gappy, HISTORY_BEGIN + 7, at, 60);
  check (history, gappy, HISTORY_BEGIN + 7, at, 6);
  end (history, directory);
}

/* After a crash at any moment no more than ten seconds are missing. */
static void
test_crash (void)
{
  static const guint lengths[] = { 3, 31, 299, 301, 615, 1799, 1834, 3700 };
  g_autofree char *directory = fixture_directory ();
  MuriHistory *history = open_long (directory);
  gint64 at = HISTORY_BEGIN + 100;

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      const gint64 to = HISTORY_BEGIN + 100 + lengths[i];
      g_autofree char *copy = NULL;
      MuriHistory *next;
      g_autoptr (MuriTrack) track = NULL;
      gint64 last = 0;

      history_feed (history, N_VMS, gappy, at, to);
      at = to;
      history_settle (history);
      copy = copy_files (directory);
      next = open_long (copy);
      track = history_ask (next, 3, MURI_FIGURE_CPU, HISTORY_BEGIN, to + 60, 100000);
      for (guint j = 0; j < muri_track_get_length (track); j++)
        if (muri_track_get_known (track)[j] > 0)
          last = HISTORY_BEGIN + j;
      g_assert_cmpint (last, >=, lengths[i] > 10 ? to - 12 : 0);
      if (last > 0)
        {
          check (next, gappy, HISTORY_BEGIN + 100, last + 1, 100000);
          check (next, gappy, HISTORY_BEGIN + 100, last + 1, 30);
          check (next, gappy, HISTORY_BEGIN + 100, last + 1, 3);
        }
      end (next, copy);
    }
  end (history, directory);
}

/* ---- clocks ---- */

static void
test_clock_back (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriHistory *history = open_long (directory);
  const gint64 begin = HISTORY_BEGIN + DAY;

  history_feed (history, N_VMS, history_value, begin, begin + 1000);
  history_feed (history, N_VMS, history_value, begin - 5 * HOUR, begin - 5 * HOUR + 1000);
  check (history, history_value, begin, begin + 1000, 100000);
  check (history, history_value, begin - 5 * HOUR, begin - 5 * HOUR + 1000, 100000);
  check (history, history_value, begin - 5 * HOUR, begin - 5 * HOUR + 1000, 100);

  /* The same seconds once more: a slot does not know more seconds than it has. */
  history_feed (history, N_VMS, history_value, begin, begin + 1000);
  check (history, history_value, begin, begin + 1000, 100);
  end (history, NULL);

  history = open_long (directory);
  check (history, history_value, begin, begin + 1000, 100000);
  check (history, history_value, begin, begin + 1000, 100);
  check (history, history_value, begin - 5 * HOUR, begin - 5 * HOUR + 1000, 100000);
  end (history, directory);
}

/* For a minute the clock is years ahead: nothing goes for it. */
static void
test_clock_ahead (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriHistory *history = open_long (directory);
  const gint64 ahead = HISTORY_BEGIN + 3000 * (gint64)DAY;

  history_feed (history, N_VMS, history_value, HISTORY_BEGIN, HISTORY_BEGIN + 2000);
  history_feed (history, N_VMS, history_value, ahead, ahead + 100);
  history_feed (history, N_VMS, history_value, HISTORY_BEGIN + 2100, HISTORY_BEGIN + 3000);
  check (history, history_value, HISTORY_BEGIN, HISTORY_BEGIN + 2000, 100000);
  check (history, history_value, HISTORY_BEGIN + 2100, HISTORY_BEGIN + 3000, 100000);
  end (history, directory);
}

/* ---- what is kept ---- */

static void
test_retention (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriHistory *history = history_open (directory, N_VMS);
  const gint64 to = HISTORY_BEGIN + 3 * HOUR;
  MuriHistorySettings settings;
  g_autoptr (MuriTrack) gone = NULL;

  muri_history_get_settings (history, &settings);
  settings.keep[0] = 20 * 60;
  settings.keep[1] = HOUR;
  muri_history_set_settings (history, &settings);
  history_feed (history, N_VMS, history_value, HISTORY_BEGIN, to);

  /* Of a second each from half an hour ago on; before only coarser slots tell. */
  check_part (history, history_value, to - 1200, to, 100000);
  gone = history_ask (history, 1, MURI_FIGURE_CPU, HISTORY_BEGIN, HISTORY_BEGIN + 300, 1000);
  g_assert_cmpuint (muri_track_get_length (gone), ==, 300);
  g_assert_cmpfloat (muri_track_get_min (gone)[0], ==, muri_track_get_min (gone)[59]);
  g_assert_cmpfloat (muri_track_get_known (gone)[0], ==, 1);
  check (history, history_value, HISTORY_BEGIN, to, 100);
  end (history, NULL);

  g_assert_cmpint (count (directory, "SELECT count(*) FROM chunk WHERE tier = 1"), <=, 4 * 6);
  g_assert_cmpint (count (directory, "SELECT min(start) FROM chunk WHERE tier = 10"), >,
                   HISTORY_BEGIN);
  fixture_remove_directory (directory);
}

/* The finest and oldest goes first, of all objects the same. */
static void
test_cap (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriHistory *history = history_open (directory, N_VMS);
  const gint64 to = HISTORY_BEGIN + 5 * HOUR;
  MuriHistorySettings settings;

  muri_history_get_settings (history, &settings);
  settings.keep[0] = DAY;
  settings.cap = 200 * 1024;
  muri_history_set_settings (history, &settings);
  history_feed (history, N_VMS, history_value, HISTORY_BEGIN, to);
  check (history, history_value, HISTORY_BEGIN, to, 250);
  check_part (history, history_value, to - 200, to, 1000);
  end (history, NULL);

  g_assert_cmpint (count (directory, "SELECT count(*) FROM chunk WHERE tier = 1"), <, 4 * 30);
  g_assert_cmpint (count (directory, "SELECT sum(pgsize) FROM dbstat"), <, 300 * 1024);
  g_assert_cmpint (count (directory, "SELECT count(DISTINCT n) FROM (SELECT min(start) AS n FROM"
                                     " chunk WHERE tier = 1 GROUP BY object)"),
                   ==, 1);
  fixture_remove_directory (directory);
}

static void
test_estimate (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriHistory *history = history_open (directory, N_VMS);
  MuriHistoryEstimate small;
  MuriHistoryEstimate large;

  muri_history_estimate (history, NULL, 36, 3, &small);
  g_assert_true (small.fine);
  g_assert_cmpint (small.keep[3], ==, 366 * DAY);
  g_assert_cmpint (small.keep[0], ==, HOUR);
  g_assert_cmpuint (small.size, <, 400 * 1024 * 1024);

  muri_history_estimate (history, NULL, 2000, 100, &large);
  g_assert_false (large.fine);
  g_assert_cmpint (large.keep[0], ==, 0);
  g_assert_cmpint (large.keep[3], <, 366 * DAY);
  g_assert_cmpint (large.keep[3], >, 30 * DAY);
  g_assert_cmpuint (large.size, <=, G_GUINT64_CONSTANT (1) << 30);
  end (history, directory);
}

/* ---- bad files ---- */

static void
test_newer (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriHistory *history = history_open (directory, N_VMS);

  end (history, NULL);
  execute (directory, "PRAGMA user_version = 99");
  history = history_open (directory, N_VMS);
  history_feed (history, N_VMS, history_value, HISTORY_BEGIN, HISTORY_BEGIN + 100);
  check (history, history_value, HISTORY_BEGIN, HISTORY_BEGIN + 100, 1000);
  history_settle (history);
  g_assert_nonnull (strstr (muri_history_get_problem (history), "newer"));
  end (history, NULL);
  g_assert_cmpint (count (directory, "SELECT count(*) FROM log"), ==, 0);
  fixture_remove_directory (directory);
}

static void
test_foreign (void)
{
  g_autofree char *directory = fixture_directory ();
  g_autofree char *path = path_in (directory);
  MuriHistory *history;

  g_assert_true (g_file_set_contents (path,
                                      "not a database at all, and longer than its header is"
                                      " so that nobody takes it for a new one, which is"
                                      " what a short one could be taken for",
                                      -1, NULL));
  history = history_open (directory, N_VMS);
  history_feed (history, N_VMS, history_value, HISTORY_BEGIN, HISTORY_BEGIN + 100);
  history_settle (history);
  g_assert_nonnull (strstr (muri_history_get_problem (history), "damaged-"));
  end (history, NULL);

  history = history_open (directory, N_VMS);
  check (history, history_value, HISTORY_BEGIN, HISTORY_BEGIN + 100, 1000);
  g_assert_null (muri_history_get_problem (history));
  end (history, directory);
}

/* Much of what a file with a hole in its midst has is kept. */
static void
test_damaged (void)
{
  g_autofree char *directory = fixture_directory ();
  g_autofree char *path = path_in (directory);
  g_autofree char *data = NULL;
  MuriHistory *history = open_long (directory);
  const gint64 to = HISTORY_BEGIN + 4 * HOUR;
  g_autoptr (MuriTrack) track = NULL;
  gsize length;
  guint known = 0;
  gint64 chunks;

  history_feed (history, N_VMS, history_value, HISTORY_BEGIN, to);
  end (history, NULL);
  chunks = count (directory, "SELECT count(*) FROM chunk");

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  memset (data + length / 2, 0x5a, 3 * 4096);
  g_assert_true (g_file_set_contents (path, data, (gssize)length, NULL));

  history = open_long (directory);
  track = history_ask (history, 1, MURI_FIGURE_CPU, HISTORY_BEGIN, to, 100000);
  for (guint i = 0; i < muri_track_get_length (track); i++)
    known += muri_track_get_known (track)[i] > 0;
  g_assert_cmpuint (known, >, 2 * HOUR);
  history_settle (history);
  g_assert_nonnull (strstr (muri_history_get_problem (history), "kept"));
  history_feed (history, N_VMS, history_value, to, to + 100);
  check_part (history, history_value, to, to + 100, 1000);
  end (history, NULL);
  g_assert_cmpint (count (directory, "SELECT count(*) FROM chunk"), >, chunks / 2);
  fixture_remove_directory (directory);
}

/* Of a file that lost all coarser chunks, they are made of the finer ones that it kept. */
static void
test_rebuilt (void)
{
  g_autofree char *directory = fixture_directory ();
  g_autofree char *path = path_in (directory);
  g_autofree char *data = NULL;
  MuriHistory *history = open_long (directory);
  const gint64 to = HISTORY_BEGIN + 4 * HOUR;
  gsize length;

  history_feed (history, N_VMS, history_value, HISTORY_BEGIN, to);
  end (history, NULL);
  execute (directory, "DELETE FROM chunk WHERE tier > 1 AND start < "
                      "(SELECT max(start) FROM chunk WHERE tier = 1) - 3600");
  execute (directory, "PRAGMA wal_checkpoint(TRUNCATE)");

  /* The root of an index: all rows are there. */
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  memset (
      data
          + (count (directory, "SELECT rootpage FROM sqlite_master WHERE name = 'chunk_age'") - 1)
                * 4096,
      0x5a, 4096);
  g_assert_true (g_file_set_contents (path, data, (gssize)length, NULL));

  history = open_long (directory);
  check_part (history, history_value, HISTORY_BEGIN, to, 100000);
  history_settle (history);
  g_assert_nonnull (strstr (muri_history_get_problem (history), "kept"));
  end (history, NULL);

  history = open_long (directory);
  check_part (history, history_value, HISTORY_BEGIN, to, 4 * HOUR / 10);
  check_part (history, history_value, HISTORY_BEGIN, to, 4 * HOUR / 60);
  check_part (history, history_value, HISTORY_BEGIN, to, 4 * HOUR / 600);
  end (history, directory);
}

static void
test_disk_full (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriHistory *history = open_long (directory);
  const gint64 begin = HISTORY_BEGIN;

  history_feed (history, N_VMS, history_value, begin, begin + 1000);
  muri_history_limit (history, 1);
  history_feed (history, N_VMS, history_value, begin + 1000, begin + 1400);
  history_settle (history);
  g_assert_nonnull (muri_history_get_problem (history));
  check (history, history_value, begin, begin + 1400, 100000);

  /* There is room again. */
  muri_history_limit (history, 0);
  history_feed (history, N_VMS, history_value, begin + 1400, begin + 1500);
  history_settle (history);
  g_assert_null (muri_history_get_problem (history));
  end (history, NULL);

  history = open_long (directory);
  check (history, history_value, begin, begin + 1500, 100000);
  check (history, history_value, begin, begin + 1500, 20);
  end (history, directory);
}

/* In a file system of its own, which another file fills. */
static int
fill_disk (const char *directory)
{
  g_autofree char *filler = g_build_filename (directory, "filler", NULL);
  static const char block[4096];
  const gint64 begin = HISTORY_BEGIN;
  MuriHistory *history;
  int fd;

  if (mount ("tmpfs", directory, "tmpfs", 0, "size=16m") != 0)
    return NO_DISK;
  history = open_long (directory);
  history_feed (history, N_VMS, history_value, begin, begin + 1000);
  history_settle (history);
  g_assert_null (muri_history_get_problem (history));

  fd = g_open (filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  while (write (fd, block, sizeof block) > 0)
    ;
  g_assert_cmpint (errno, ==, ENOSPC);
  close (fd);
  history_feed (history, N_VMS, history_value, begin + 1000, begin + 1150);
  history_settle (history);
  g_assert_nonnull (muri_history_get_problem (history));
  check (history, history_value, begin, begin + 1150, 100000);

  g_assert_cmpint (g_unlink (filler), ==, 0);
  history_feed (history, N_VMS, history_value, begin + 1150, begin + 1250);
  history_settle (history);
  g_assert_null (muri_history_get_problem (history));
  end (history, NULL);

  history = open_long (directory);
  check (history, history_value, begin, begin + 1250, 100000);
  end (history, NULL);
  return 0;
}

static void
test_no_room (void)
{
  g_autofree char *directory = fixture_directory ();
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  const char *const argv[] = { "unshare", "-rm", program, "--full", directory, NULL };
  const char *const probe[] = { "unshare", "-rm", "true", NULL };
  g_autoptr (GError) error = NULL;
  int status = 1;

  if (!g_spawn_sync (NULL, (char **)probe, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, NULL, NULL, &status, NULL)
      || status != 0)
    {
      g_test_skip ("no file system of its own can be had here");
      return;
    }
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  if (WIFEXITED (status) && WEXITSTATUS (status) == NO_DISK)
    g_test_skip ("no file system of its own can be had here");
  else
    g_assert_cmpint (status, ==, 0);
  fixture_remove_directory (directory);
}

/* ---- many ---- */

static void
test_coarse (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriHistory *history = history_open (directory, MURI_HISTORY_FINE_UP_TO + 1);
  const gint64 to = HISTORY_BEGIN + 2000;

  history_feed (history, N_VMS, gappy, HISTORY_BEGIN, to);
  check (history, gappy, HISTORY_BEGIN, to, 30);
  end (history, NULL);

  history = history_open (directory, MURI_HISTORY_FINE_UP_TO + 1);
  check (history, gappy, HISTORY_BEGIN, to, 30);
  check (history, gappy, HISTORY_BEGIN, to, 3);
  end (history, NULL);
  g_assert_cmpint (count (directory, "SELECT count(*) FROM object"), ==,
                   MURI_HISTORY_FINE_UP_TO + 2);
  fixture_remove_directory (directory);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--full") == 0)
    return fill_disk (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/store/tiers", test_tiers);
  g_test_add_func ("/history/store/again-and-again", test_again_and_again);
  g_test_add_func ("/history/store/crash", test_crash);
  g_test_add_func ("/history/store/clock-back", test_clock_back);
  g_test_add_func ("/history/store/clock-ahead", test_clock_ahead);
  g_test_add_func ("/history/store/retention", test_retention);
  g_test_add_func ("/history/store/cap", test_cap);
  g_test_add_func ("/history/store/estimate", test_estimate);
  g_test_add_func ("/history/store/newer", test_newer);
  g_test_add_func ("/history/store/foreign", test_foreign);
  g_test_add_func ("/history/store/damaged", test_damaged);
  g_test_add_func ("/history/store/rebuilt", test_rebuilt);
  g_test_add_func ("/history/store/disk-full", test_disk_full);
  g_test_add_func ("/history/store/no-room", test_no_room);
  g_test_add_func ("/history/store/coarse", test_coarse);
  return g_test_run ();
}
