/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process that writes history is killed again and again, at any moment; what is there afterwards
 * is whole, and lacks the last ten seconds at most. */
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "fleet-history.h"

#define N_VMS 3
#define ROUNDS 14
#define DAY (24 * 3600)

/* What a crash may cost. */
#define LOST 10

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

/* ---- the process: says which second it has taken ---- */

G_NORETURN static void
write_for_ever (const char *directory, gint64 second)
{
  MuriHistory *history;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  history = open_long (directory);
  for (;; second++)
    {
      history_feed (history, N_VMS, history_value, second, second + 1);
      muri_track_unref (history_ask (history, 0, MURI_FIGURE_CPU, 0, 1, 1));
      printf ("%" G_GINT64_FORMAT "\n", second);
      fflush (stdout);
    }
}

/* Until it has taken @n seconds. Returns the last one that it told of. */
static gint64
write_and_kill (const char *directory, gint64 from, guint n)
{
  g_autofree char *begin = g_strdup_printf ("%" G_GINT64_FORMAT, from);
  const char *const argv[] = { "/proc/self/exe", "--write", directory, begin, NULL };
  g_autoptr (GError) error = NULL;
  char line[64];
  gint64 last = 0;
  FILE *stream;
  int output;
  int status;
  GPid pid;

  g_spawn_async_with_pipes (NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                            NULL, &output, NULL, &error);
  g_assert_no_error (error);
  stream = fdopen (output, "r");
  for (guint i = 0; i < n; i++)
    {
      g_assert_nonnull (fgets (line, sizeof line, stream));
      last = g_ascii_strtoll (line, NULL, 10);
    }
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));

  /* What it said before it died. */
  while (fgets (line, sizeof line, stream) != NULL)
    if (strchr (line, '\n') != NULL)
      last = g_ascii_strtoll (line, NULL, 10);
  fclose (stream);
  return last;
}

/* ---- what is there ---- */

static void
check_integrity (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "history.db", NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "PRAGMA integrity_check", -1, &statement, NULL), ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpstr ((const char *)sqlite3_column_text (statement, 0), ==, "ok");
  sqlite3_finalize (statement);
  sqlite3_close (db);
}

/* Every second that is known is right, and only the ends of @lives (pairs of first and last) are
 * not. */
static void
check_seconds (MuriTrack *track, guint vm, GArray *lives)
{
  const gint64 start = muri_track_get_start (track) / G_USEC_PER_SEC;

  for (guint i = 0; i < lives->len; i += 2)
    for (gint64 second = g_array_index (lives, gint64, i);
         second <= g_array_index (lives, gint64, i + 1); second++)
      {
        const gint64 at = second - start;

        if (muri_track_get_known (track)[at] <= 0)
          {
            g_assert_cmpint (second, >, g_array_index (lives, gint64, i + 1) - LOST);
            continue;
          }
        g_assert_cmpfloat_with_epsilon (muri_track_get_average (track)[at],
                                        history_value (vm, second), 0.002);
      }
}

/* What is coarser says the same. */
static void
check_coarser (MuriTrack *fine, MuriTrack *coarse)
{
  const guint ratio = (guint)(muri_track_get_step (coarse) / muri_track_get_step (fine));
  const gint64 offset =
      (muri_track_get_start (coarse) - muri_track_get_start (fine)) / muri_track_get_step (fine);

  for (guint i = 0; i < muri_track_get_length (coarse); i++)
    {
      MuriRollup wanted = { 0 };
      const gint64 first = offset + (gint64)i * ratio;

      if (first < 0 || first + ratio > muri_track_get_length (fine))
        continue;
      for (guint j = 0; j < ratio; j++)
        muri_rollup_add (&wanted, muri_track_get_average (fine)[first + j]);
      g_assert_cmpfloat_with_epsilon (muri_track_get_known (coarse)[i],
                                      (double)wanted.known / ratio, 1e-5);
      if (wanted.known == 0)
        continue;
      g_assert_cmpfloat_with_epsilon (muri_track_get_max (coarse)[i], wanted.max, 0.004);
      g_assert_cmpfloat_with_epsilon (muri_track_get_min (coarse)[i], wanted.min, 0.004);
      g_assert_cmpfloat_with_epsilon (muri_track_get_average (coarse)[i],
                                      muri_rollup_get_average (&wanted), 0.004);
    }
}

static void
check_all (const char *directory, GArray *lives)
{
  const gint64 end = g_array_index (lives, gint64, lives->len - 1) + 1;
  const gint64 to = (end + 599) / 600 * 600;
  MuriHistory *history = open_long (directory);

  for (guint vm = 0; vm <= N_VMS; vm++)
    {
      g_autoptr (MuriTrack) fine =
          history_ask (history, vm, MURI_FIGURE_CPU, HISTORY_BEGIN, to, 1000000);

      g_assert_cmpint (muri_track_get_step (fine), ==, G_USEC_PER_SEC);
      check_seconds (fine, vm, lives);
      for (guint tier = 1; tier < MURI_N_TIERS; tier++)
        {
          g_autoptr (MuriTrack) coarse =
              history_ask (history, vm, MURI_FIGURE_CPU, HISTORY_BEGIN, to,
                           (guint)((to - HISTORY_BEGIN) / muri_tiers[tier].step));

          check_coarser (fine, coarse);
        }
    }
  muri_history_close (history);
  g_assert_finalize_object (history);
}

static void
test_killed (void)
{
  g_autofree char *directory = fixture_directory ();
  g_autoptr (GArray) lives = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 second = HISTORY_BEGIN + 7;

  for (guint i = 0; i < ROUNDS; i++)
    {
      /* Now and then hardly has it begun to take up what the one before left. */
      guint n =
          i % 4 == 3 ? (guint)g_test_rand_int_range (1, 4) : (guint)g_test_rand_int_range (15, 900);
      gint64 last = write_and_kill (directory, second, n);

      g_array_append_val (lives, second);
      g_array_append_val (lives, last);
      check_integrity (directory);
      second = last + g_test_rand_int_range (2, 60);
    }
  check_all (directory, lives);
  fixture_remove_directory (directory);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--write") == 0)
    write_for_ever (argv[2], g_ascii_strtoll (argv[3], NULL, 10));
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/killed", test_killed);
  return g_test_run ();
}
