/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "fleet-fixture.h"
#include "muri-past.h"
#include "muri-track-private.h"
#include "muri-usage.h"

#define S G_TIME_SPAN_SECOND
#define GIB 1073741824.0

typedef struct
{
  float average;
  float known;
} Slot;

static MuriTrack *
make_track (MuriFigure figure, gint64 start, gint64 step, const Slot *slots, guint n)
{
  MuriTrack *track = muri_track_new (NULL, figure, start, step, n);
  MuriTrackColumns columns = muri_track_columns (track);

  for (guint i = 0; i < n; i++)
    {
      columns.average[i] = slots[i].average;
      columns.min[i] = slots[i].average / 2;
      columns.max[i] = slots[i].average * 1.5f;
      columns.known[i] = slots[i].known;
    }
  return track;
}

/* Ten minutes a slot: on for the first two, unknown in the third because the host was, off in the
 * fourth. */
static void
test_hours (void)
{
  static const Slot cpu[] = { { 0.5f, 1 }, { 0.25f, 0.5f }, { NAN, 0 }, { NAN, 0 } };
  static const Slot host[] = { { 0.5f, 1 }, { 0.5f, 1 }, { NAN, 0 }, { 0.5f, 1 } };
  static const Slot memory[] = {
    { (float)GIB, 1 }, { (float)(2 * GIB), 0.5f }, { NAN, 0 }, { NAN, 0 }
  };
  g_autoptr (MuriTrack) of_host = make_track (MURI_FIGURE_CPU, 0, 600 * S, host, 4);
  g_autoptr (MuriTrack) first = make_track (MURI_FIGURE_CPU, 0, 600 * S, cpu, 4);
  g_autoptr (MuriTrack) second = make_track (MURI_FIGURE_MEMORY, 0, 600 * S, memory, 4);
  MuriTrack *const tracks[] = { first, second };
  MuriUsage usage;

  muri_usage_sum (&usage, tracks, 2, of_host, 4, 0, 0, 2400 * S);
  g_assert_cmpfloat_with_epsilon (usage.on, 900, 1e-3);
  g_assert_cmpfloat_with_epsilon (usage.known, 1800, 1e-3);
  g_assert_cmpfloat_with_epsilon (usage.cpu, 4 * (0.5 * 600 + 0.25 * 300), 1e-3);
  g_assert_cmpfloat_with_epsilon (usage.memory / GIB, 600 + 2 * 300, 1e-3);
  g_assert_cmpfloat_with_epsilon (usage.cpu_average, 375.0 / 900, 1e-6);
  g_assert_cmpfloat_with_epsilon (usage.cpu_95, 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (usage.cpu_max, 0.75, 1e-6);
  g_assert_cmpfloat_with_epsilon (usage.memory_average / GIB, 1200.0 / 900, 1e-6);

  /* Half of the first slot. */
  muri_usage_sum (&usage, tracks, 2, of_host, 4, 0, 300 * S, 600 * S);
  g_assert_cmpfloat_with_epsilon (usage.on, 300, 1e-3);
  g_assert_cmpfloat_with_epsilon (usage.cpu, 600, 1e-3);
}

static void
test_never_on (void)
{
  static const Slot cpu[] = { { NAN, 0 }, { NAN, 0 } };
  static const Slot host[] = { { 0.5f, 1 }, { 0.5f, 1 } };
  g_autoptr (MuriTrack) of_host = make_track (MURI_FIGURE_CPU, 0, 600 * S, host, 2);
  g_autoptr (MuriTrack) track = make_track (MURI_FIGURE_CPU, 0, 600 * S, cpu, 2);
  MuriTrack *const tracks[] = { track };
  MuriUsage usage;

  muri_usage_sum (&usage, tracks, 1, of_host, 2, 0, 0, 1200 * S);
  g_assert_cmpfloat (usage.on, ==, 0);
  g_assert_cmpfloat (usage.cpu, ==, 0);
  g_assert_cmpfloat_with_epsilon (usage.known, 1200, 1e-3);
  g_assert_true (isnan (usage.cpu_average));
  g_assert_true (isnan (usage.cpu_95));
}

/* Any slots with gaps, second by second. */
static void
test_reference (void)
{
  for (guint round = 0; round < 30; round++)
    {
      guint n = (guint)g_test_rand_int_range (1, 300);
      gint64 step = g_test_rand_int_range (1, 90);
      gint64 from = g_test_rand_int_range (0, 200);
      gint64 to = from + g_test_rand_int_range (1, (int)((gint64)n * step));
      g_autofree Slot *slots = g_new (Slot, n);
      g_autoptr (MuriTrack) track = NULL;
      double read = 0;
      MuriUsage usage;

      for (guint i = 0; i < n; i++)
        {
          gboolean known = g_test_rand_int_range (0, 4) > 0;

          slots[i].known = known ? (float)g_test_rand_double_range (0.1, 1) : 0;
          slots[i].average = known ? (float)g_test_rand_double_range (0, 1e6) : NAN;
        }
      for (gint64 second = from; second < to; second++)
        if (second / step < n && slots[second / step].known > 0)
          read += (double)slots[second / step].known * (double)slots[second / step].average;
      track = make_track (MURI_FIGURE_DISK_READ, 0, step * S, slots, n);
      muri_usage_sum (&usage, &track, 1, NULL, 1, 0, from * S, to * S);
      g_assert_cmpfloat_with_epsilon (usage.read, read, MAX (read, 1) * 1e-9);
    }
}

static void
test_add (void)
{
  MuriUsage sum, one = { .known = 100, .on = 50, .cpu = 10, .sent = 7, .cpu_average = 0.2 };
  MuriUsage two = { .known = 100, .on = 100, .cpu = 30, .sent = 1, .cpu_average = 0.5 };

  muri_usage_init (&sum);
  muri_usage_add (&sum, &one);
  muri_usage_add (&sum, &two);
  g_assert_cmpfloat (sum.known, ==, 200);
  g_assert_cmpfloat (sum.on, ==, 150);
  g_assert_cmpfloat (sum.cpu, ==, 40);
  g_assert_cmpfloat (sum.sent, ==, 8);
  g_assert_cmpfloat_with_epsilon (sum.cpu_average, 0.4, 1e-9);
  g_assert_true (isnan (sum.cpu_95));
}

/* Of more objects than are asked for at once, from what was fed a moment ago. */
static void
test_fleet (void)
{
  enum
  {
    N = 70
  };
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (GPtrArray) objects = g_ptr_array_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GArray) usages = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_real_time ();

  fixture_fold_one (fleet, fixture_node (1, N));
  for (guint i = 0; i < N; i++)
    fixture_fold_one (fleet, fixture_vm (1, 100 + i, MURI_VM_STATE_RUNNING));
  fixture_fold_one (fleet, fixture_sample (1, 0.5f, 100, N / 2));
  for (guint i = 0; i < N; i++)
    g_ptr_array_add (objects, fixture_find_vm (fleet, 1, 100 + i));
  g_ptr_array_add (objects, fixture_find_node (fleet, 1));

  muri_usage_async (muri_fleet_get_history (fleet), objects, now - 60 * S, now + 60 * S, NULL,
                    fixture_keep, &result);
  fixture_await (result != NULL);
  usages = muri_usage_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (usages->len, ==, N + 1);
  for (guint i = 0; i < N; i++)
    {
      const MuriUsage *usage = &g_array_index (usages, MuriUsage, i);

      g_assert_cmpfloat_with_epsilon (usage->known, 1, 1e-3);
      g_assert_cmpfloat_with_epsilon (usage->on, i < N / 2 ? 1 : 0, 1e-3);
      g_assert_cmpfloat_with_epsilon (usage->cpu, i < N / 2 ? 0.5 : 0, 0.01);
    }
  fixture_close (fleet);
}

/* What was deleted meanwhile is known with its name, and what it used is told. */
static void
test_deleted (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriHistory *history = muri_fleet_get_history (fleet);
  MuriChange node = fixture_node (1, 2);
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) past = NULL;
  g_autoptr (GPtrArray) objects = g_ptr_array_new ();
  g_autoptr (GArray) usages = NULL;
  gint64 now = g_get_real_time ();
  guint n_deleted = 0;

  ((muri_v1_Node *)node.sample)->cpus = 8;
  fixture_fold_one (fleet, node);
  fixture_fold_one (fleet, fixture_vm (1, 100, MURI_VM_STATE_RUNNING));
  fixture_fold_one (fleet, fixture_vm (1, 101, MURI_VM_STATE_RUNNING));
  node = fixture_sample (1, 0.5f, 100, 2);
  for (guint i = 0; i < 2; i++)
    ((muri_v1_Sample *)node.sample)->vms._buffer[i].host_cpu = 0.125f;
  fixture_fold_one (fleet, node);
  fixture_fold_one (
      fleet, fixture_with_life (fixture_vm (1, 101, MURI_VM_STATE_RUNNING), MURI_LIFE_DISPOSED));
  g_assert_null (fixture_find_vm (fleet, 1, 101));

  muri_history_list_async (history, now - 60 * S, now + 60 * S, NULL, fixture_keep, &listed);
  fixture_await (listed != NULL);
  past = muri_history_list_finish (history, listed, NULL);
  g_assert_cmpuint (past->len, ==, 3);
  for (guint i = 0; i < past->len; i++)
    if (g_str_equal (muri_past_get_name (past->pdata[i]), "vm-101"))
      {
        n_deleted++;
        g_assert_true (muri_past_is_vm (past->pdata[i]));
        g_assert_cmpstr (muri_past_get_node_name (past->pdata[i]), ==, "node-1");
        g_assert_cmpuint (muri_past_get_host_cpus (past->pdata[i]), ==, 8);
        g_ptr_array_add (objects, past->pdata[i]);
      }
  g_assert_cmpuint (n_deleted, ==, 1);

  muri_usage_async (history, objects, now - 60 * S, now + 60 * S, NULL, fixture_keep, &result);
  fixture_await (result != NULL);
  usages = muri_usage_finish (result, NULL);
  g_assert_cmpuint (usages->len, ==, 1);
  g_assert_cmpfloat_with_epsilon (g_array_index (usages, MuriUsage, 0).on, 1, 1e-3);
  g_assert_cmpfloat_with_epsilon (g_array_index (usages, MuriUsage, 0).cpu, 1, 0.01);
  g_assert_cmpfloat_with_epsilon (g_array_index (usages, MuriUsage, 0).known, 1, 1e-3);

  /* A year before there was nothing. */
  g_clear_object (&listed);
  g_ptr_array_unref (past);
  muri_history_list_async (history, now - 366 * G_TIME_SPAN_DAY, now - 365 * G_TIME_SPAN_DAY, NULL,
                           fixture_keep, &listed);
  fixture_await (listed != NULL);
  past = muri_history_list_finish (history, listed, NULL);
  g_assert_cmpuint (past->len, ==, 0);
  fixture_close (fleet);
}

static void
test_cancelled (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (GPtrArray) objects = g_ptr_array_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_fold_one (fleet, fixture_node (1, 0));
  g_ptr_array_add (objects, fixture_find_node (fleet, 1));
  muri_usage_async (muri_fleet_get_history (fleet), objects, 0, S, cancellable, fixture_keep,
                    &result);
  g_cancellable_cancel (cancellable);
  fixture_await (result != NULL);
  g_assert_null (muri_usage_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_close (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/usage/hours", test_hours);
  g_test_add_func ("/usage/never-on", test_never_on);
  g_test_add_func ("/usage/reference", test_reference);
  g_test_add_func ("/usage/add", test_add);
  g_test_add_func ("/usage/fleet", test_fleet);
  g_test_add_func ("/usage/deleted", test_deleted);
  g_test_add_func ("/usage/cancelled", test_cancelled);
  return g_test_run ();
}
