/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure-history FILE DIRECTORY: stores figures of FILE (see measure-figures) as a console does,
 * as librrd does at the same tiers, and as a row a sample in SQLite; and asks for what was stored.
 */
#include <math.h>
#include <rrd.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure-history.h"
#include "measure.h"
#include "muri-history-store.h"

#define N_VMS 36
#define BEGIN (G_GINT64_CONSTANT (1318) * 432 * 600 * 5)
#define HOUR 3600
#define DAY (24 * HOUR)

/* Of so many seconds each. */
#define OURS_SECONDS (4 * HOUR)
#define RRD_SECONDS 900
#define ROWS_SECONDS 300

#define MANY_VMS 2000
#define SUM_VMS 200
#define MANY_SECONDS (2 * HOUR)
#define QUERIES 50
#define SLOTS 1200

static double
now (void)
{
  return (double)g_get_monotonic_time () / G_USEC_PER_SEC;
}

/* ---- a console's history ---- */

static void
measure_ours (const MeasureGuests *guests, const char *directory)
{
  MuriHistory *history = measure_history_open (directory, N_VMS);
  const double n = (double)N_VMS * OURS_SECONDS * MURI_N_VM_FIGURES;
  double start = now ();
  double used = measure_history_cpu ();

  measure_history_feed (history, guests, N_VMS, BEGIN, BEGIN + OURS_SECONDS);
  measure_print ("ours-values", n / (now () - start));
  measure_print ("ours-values-cpu", n / (measure_history_cpu () - used));
  muri_history_close (history);
  g_object_unref (history);
}

/* ---- librrd, as collectd feeds it ---- */

static void
create_rrd (const char *path)
{
  static const char *const steps[] = { "10:8640", "60:10080", "600:52704" };
  static const char *const kinds[] = { "MIN", "AVERAGE", "MAX" };
  g_autoptr (GPtrArray) args = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < MURI_N_VM_FIGURES; i++)
    g_ptr_array_add (args, g_strdup_printf ("DS:f%u:GAUGE:2:U:U", i));
  g_ptr_array_add (args, g_strdup ("RRA:AVERAGE:0.5:1:3600"));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      g_ptr_array_add (args, g_strdup_printf ("RRA:%s:0.5:%s", kinds[k], steps[i]));
  g_assert_cmpint (rrd_create_r (path, 1, BEGIN - 1, (int)args->len, (const char **)args->pdata),
                   ==, 0);
}

static void
update_rrd (const char *path, gint64 second, const float *values)
{
  char text[512];
  const char *argument = text;
  int length = g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, second);

  for (guint i = 0; i < MURI_N_VM_FIGURES; i++)
    length += g_snprintf (text + length, sizeof text - (gsize)length,
                          isnan (values[i]) ? ":U" : ":%.7g", (double)values[i]);
  g_assert_cmpint (rrd_update_r (path, NULL, 1, &argument), ==, 0);
}

static void
measure_rrd (const MeasureGuests *guests, const char *directory)
{
  g_auto (GStrv) paths = g_new0 (char *, N_VMS + 1);
  double start;

  for (guint vm = 0; vm < N_VMS; vm++)
    {
      paths[vm] = g_strdup_printf ("%s/vm-%u.rrd", directory, vm);
      create_rrd (paths[vm]);
    }
  start = now ();
  for (gint64 second = BEGIN; second < BEGIN + RRD_SECONDS; second++)
    for (guint vm = 0; vm < N_VMS; vm++)
      update_rrd (paths[vm], second, measure_guests_get (guests, vm, second));
  measure_print ("rrd-values", (double)N_VMS * RRD_SECONDS * MURI_N_VM_FIGURES / (now () - start));
}

/* ---- a row a sample ---- */

static void
insert_row (sqlite3_stmt *insert, guint vm, gint64 second, const float *values)
{
  sqlite3_bind_int (insert, 1, (int)vm);
  sqlite3_bind_int64 (insert, 2, second);
  for (int i = 0; i < MURI_N_VM_FIGURES; i++)
    if (isnan (values[i]))
      sqlite3_bind_null (insert, 3 + i);
    else
      sqlite3_bind_double (insert, 3 + i, (double)values[i]);
  g_assert_cmpint (sqlite3_step (insert), ==, SQLITE_DONE);
  sqlite3_reset (insert);
}

static void
measure_rows (const MeasureGuests *guests, const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "rows.db", NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *insert = NULL;
  double start;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                                 "CREATE TABLE sample (vm INTEGER, time INTEGER, a REAL, b REAL,"
                                 " c REAL, d REAL, e REAL, f REAL, g REAL, h REAL, i REAL,"
                                 " PRIMARY KEY (vm, time)) WITHOUT ROWID",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_prepare_v2 (db, "INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", -1,
                      &insert, NULL);
  start = now ();
  for (gint64 second = BEGIN; second < BEGIN + ROWS_SECONDS; second++)
    {
      sqlite3_exec (db, "BEGIN", NULL, NULL, NULL);
      for (guint vm = 0; vm < N_VMS; vm++)
        insert_row (insert, vm, second, measure_guests_get (guests, vm, second));
      sqlite3_exec (db, "COMMIT", NULL, NULL, NULL);
    }
  measure_print ("rows-values",
                 (double)N_VMS * ROWS_SECONDS * MURI_N_VM_FIGURES / (now () - start));
  sqlite3_finalize (insert);
  sqlite3_close (db);
}

/* ---- bytes a triple ---- */

/* Whole chunks of 10 s, each of figures that no other one has; with all that the file has beside
 * them. */
static void
measure_bytes (const MeasureGuests *guests, const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "bytes.db", NULL);
  g_autofree char *notice = NULL;
  g_autoptr (MuriHistoryStore) store = muri_history_store_open (path, &notice, NULL);
  const guint n_slots = measure_guests_count (guests) / 10;
  g_autofree MuriRollup *rollups = g_new0 (MuriRollup, (gsize)n_slots * MURI_N_VM_FIGURES);
  MuriHistorySlots slots = {
    .n_figures = MURI_N_VM_FIGURES, .tier = 1, .first = BEGIN / 10, .n = n_slots, .rollups = rollups
  };
  guint64 empty = muri_history_store_get_used (store);
  guint n = 0;

  for (guint i = 0; i < n_slots * 10; i++)
    for (guint figure = 0; figure < MURI_N_VM_FIGURES; figure++)
      muri_rollup_add (&rollups[i / 10 * MURI_N_VM_FIGURES + figure],
                       measure_guests_get (guests, 0, i)[figure]);
  for (guint i = 0; i < n_slots * MURI_N_VM_FIGURES; i++)
    n += rollups[i].known > 0;
  for (slots.object = 1; slots.object <= 100; slots.object++)
    g_assert_true (muri_history_store_write (store, &slots, NULL));
  measure_print ("ours-triple", (double)(muri_history_store_get_used (store) - empty) / 100 / n);
}

/* ---- a year ---- */

/* Of one VM, of which all others get the same. */
static MuriRollup *
make_year (const MeasureGuests *guests, guint n)
{
  MuriRollup *rollups = g_new0 (MuriRollup, (gsize)n * MURI_N_VM_FIGURES);

  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < 600; k++)
      for (guint figure = 0; figure < MURI_N_VM_FIGURES; figure++)
        muri_rollup_add (&rollups[(gsize)i * MURI_N_VM_FIGURES + figure],
                         measure_guests_get (guests, i % 7, (gint64)i * 601 + k)[figure]);
  return rollups;
}

static void
write_year (const MeasureGuests *guests, const char *path, guint n_vms)
{
  g_autofree char *notice = NULL;
  g_autoptr (MuriHistoryStore) store = muri_history_store_open (path, &notice, NULL);
  const guint n = 365 * DAY / 600;
  g_autofree MuriRollup *rollups = make_year (guests, n);
  MuriHistorySlots slots = {
    .n_figures = MURI_N_VM_FIGURES, .tier = 3, .first = BEGIN / 600 - n, .n = n, .rollups = rollups
  };

  g_assert_true (muri_history_store_begin (store, NULL));
  for (slots.object = 1; slots.object <= n_vms; slots.object++)
    g_assert_true (muri_history_store_write (store, &slots, NULL));
  g_assert_true (muri_history_store_commit (store, NULL));
}

/* A history whose objects all have a year. */
static MuriHistory *
open_year (const MeasureGuests *guests, const char *directory, guint n_vms)
{
  g_autofree char *path = g_build_filename (directory, "history.db", NULL);
  MuriHistory *history = measure_history_open (directory, n_vms);

  measure_history_feed (history, guests, 1, BEGIN, BEGIN + 1);
  muri_history_close (history);
  g_object_unref (history);
  write_year (guests, path, n_vms);
  history = measure_history_open (directory, n_vms);
  measure_history_settle (history);
  return history;
}

static void
measure_query (const MeasureGuests *guests, const char *directory)
{
  g_autoptr (GArray) times = measure_new ();
  g_autoptr (GArray) frames = measure_new ();
  MuriHistory *history = open_year (guests, directory, 1);
  double used = measure_history_cpu ();

  for (guint i = 0; i < QUERIES; i++)
    {
      double start = now ();
      g_autoptr (MuriTrack) track = measure_history_ask (history, 1, MURI_FIGURE_CPU,
                                                         BEGIN - 365 * (gint64)DAY, BEGIN, SLOTS);
      double asked = now ();

      g_assert_cmpfloat (muri_track_get_known (track)[muri_track_get_length (track) / 2], >, 0.9);
      measure_add (times, 1000 * (asked - start));
      measure_history_draw (track);
      measure_add (frames, 1000 * (now () - start));
    }
  measure_print ("query-year-cpu", 1000 * (measure_history_cpu () - used) / QUERIES);
  measure_print ("query-year", measure_quantile (times, 0.5));
  measure_print ("query-draw-year", measure_quantile (frames, 0.5));
  measure_print ("query-draw-year-p95", measure_quantile (frames, 0.95));
  muri_history_close (history);
  g_object_unref (history);
}

/* ---- many ---- */

static double
memory (const char *what)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, what);
  return g_ascii_strtod (line + strlen (what), NULL) * 1024 / 1e6;
}

static void
measure_sum (const MeasureGuests *guests, const char *directory)
{
  MuriHistory *history = open_year (guests, directory, SUM_VMS);
  double before = memory ("VmRSS:");
  double start = now ();

  muri_track_unref (measure_history_sum (history, SUM_VMS, MURI_FIGURE_HOST_CPU,
                                         BEGIN - 365 * (gint64)DAY, BEGIN, SLOTS));
  measure_print ("sum-year", now () - start);
  measure_print ("sum-memory", memory ("VmRSS:") - before);
  muri_history_close (history);
  g_object_unref (history);
}

static void
measure_many (const MeasureGuests *guests, const char *directory)
{
  double before = memory ("VmRSS:");
  MuriHistory *history = measure_history_open (directory, MANY_VMS);
  double begin = measure_history_cpu ();
  double worst = 0;

  for (gint64 second = BEGIN; second < BEGIN + MANY_SECONDS; second += 60)
    {
      double used = measure_history_cpu ();

      measure_history_feed (history, guests, MANY_VMS, second, second + 60);
      worst = MAX (worst, measure_history_cpu () - used);
    }
  measure_print ("many-cpu", 100 * (measure_history_cpu () - begin) / MANY_SECONDS);
  measure_print ("many-cpu-worst", 100 * worst / 60);
  measure_print ("many-memory", memory ("VmRSS:") - before);
  muri_history_close (history);
  g_object_unref (history);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*measure) (const MeasureGuests *guests, const char *directory);
  } all[] = {
    { "ours", measure_ours },   { "rrd", measure_rrd },     { "rows", measure_rows },
    { "bytes", measure_bytes }, { "query", measure_query }, { "sum", measure_sum },
    { "many", measure_many },
  };
  MeasureGuests *guests;

  g_assert_cmpint (argc, >=, 3);
  guests = measure_guests_read (argv[1]);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *directory = g_build_filename (argv[2], all[i].name, NULL);

      if (argc > 3 && strcmp (argv[3], all[i].name) != 0)
        continue;
      g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
      all[i].measure (guests, directory);
    }
  measure_guests_free (guests);
  return 0;
}
