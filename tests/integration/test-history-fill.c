/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "agent-history-ring.h"
#include "muri-test-agent.h"
#include "muri-test-fleet.h"
#include "muri-test-papers.h"
#include "muri-words.h"

#define SECONDS 60
#define HOUR 3600
#define N_VMS 3
#define OTHERS_MAX 250

/* What the agent measured before this test; @vm 0 is the node. */
static float
value_of (guint vm, gint64 second)
{
  return (float)((second * 7919 + vm * 104729) % 997) / 1000;
}

typedef struct
{
  MuriTestAgent *agent;
  MuriFleet *fleet;
  char *data_dir;
  MuriTargetKey keys[N_VMS + 1];
  guint n_others;   /* VMs that only the agent knows */
  gint64 hole_from; /* when not even the agent was there */
  gint64 hole_to;
  gint64 ahead; /* seconds that the agent's clock is */
  MuriTestPapers *papers;
  MuriIdentity *identity; /* of the console; NULL: without security */
  gint64 from;            /* seconds that the agent has, and this console has not */
  gint64 to;
} Fixture;

/* ---- what the agent has ---- */

static char *
history_dir (Fixture *fixture)
{
  return g_build_filename (muri_test_agent_get_state_dir (fixture->agent), "history", NULL);
}

static void
empty (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

static void
fill_row (Fixture *fixture, AgentHistoryRow *row, muri_v1_VmFigures *vms, gint64 second)
{
  *row = (AgentHistoryRow){ .second = second + fixture->ahead,
                            .n_vms = N_VMS + fixture->n_others,
                            .vms = vms };
  row->host.known = MURI_NODE_FIGURE_CPU;
  row->host.cpu = value_of (0, second);
  for (guint i = 0; i < N_VMS; i++)
    vms[i] = (muri_v1_VmFigures){ .vm = fixture->keys[i + 1].vm,
                                  .known = MURI_VM_FIGURE_CPU,
                                  .cpu = value_of (i + 1, second) };
  for (guint i = N_VMS; i < N_VMS + fixture->n_others; i++)
    vms[i] = (muri_v1_VmFigures){ .vm = { { 7, (guint8)i } },
                                  .known = MURI_VM_FIGURE_CPU,
                                  .cpu = value_of (i + 1, second) };
}

/* As if it had run all the time; the ring knows no clock. */
static void
write_ring (Fixture *fixture)
{
  g_autofree char *directory = history_dir (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentHistoryRing) ring = NULL;

  empty (directory);
  ring = agent_history_ring_open (directory, 64 * 1024 * 1024, &error);
  g_assert_no_error (error);
  for (gint64 second = fixture->from; second < fixture->to;)
    {
      AgentHistoryRow rows[10];
      muri_v1_VmFigures vms[10][N_VMS + OTHERS_MAX];
      guint n = 0;

      for (; n < 10 && second < fixture->to; second++)
        if (second < fixture->hole_from || second >= fixture->hole_to)
          {
            fill_row (fixture, &rows[n], vms[n], second);
            n++;
          }
      agent_history_ring_append (ring, rows, n, &error);
      g_assert_no_error (error);
    }
}

/* ---- the console ---- */

static GPtrArray *
ask (Fixture *fixture, gint64 from, gint64 to, guint slots)
{
  static const MuriFigure cpu = MURI_FIGURE_CPU;
  MuriHistory *history = muri_fleet_get_history (fixture->fleet);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *tracks;

  muri_history_query_async (history, fixture->keys, N_VMS + 1, &cpu, 1, from * G_USEC_PER_SEC,
                            to * G_USEC_PER_SEC, slots, MURI_HISTORY_EACH, NULL,
                            muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  tracks = muri_history_query_finish (history, result, &error);
  g_assert_no_error (error);
  return tracks;
}

static void
on_progress (MuriHistory *history, GParamSpec *pspec, gboolean *begun)
{
  *begun = *begun || muri_history_get_fill_progress (history) >= 0;
}

/* A console starts, and has asked the agent for all that it misses. @fine: it keeps slots of
 * less than a minute */
static void
open_and_fill (Fixture *fixture, gboolean fine)
{
  gboolean begun = FALSE;
  MuriHistorySettings settings;
  MuriHistory *history;

  fixture->fleet = muri_test_fleet_new (fixture->data_dir);
  muri_fleet_set_identity (fixture->fleet, fixture->identity);
  history = muri_fleet_get_history (fixture->fleet);
  muri_history_get_settings (history, &settings);
  if (!fine)
    settings.keep[0] = settings.keep[1] = 0;
  muri_history_set_settings (history, &settings);
  g_signal_connect (history, "notify::fill-progress", G_CALLBACK (on_progress), &begun);
  muri_test_agent_restart (fixture->agent);
  muri_test_await (begun && muri_history_get_fill_progress (history) < 0, SECONDS);
  g_signal_handlers_disconnect_by_data (history, &begun);
}

/* Of all objects, and of the worst known slot. */
static float
least_known (Fixture *fixture, gint64 from, gint64 to, guint slots)
{
  g_autoptr (GPtrArray) tracks = ask (fixture, from, to, slots);
  float least = 1;

  for (guint i = 0; i < tracks->len; i++)
    for (guint slot = 0; slot < muri_track_get_length (tracks->pdata[i]); slot++)
      least = MIN (least, muri_track_get_known (tracks->pdata[i])[slot]);
  return least;
}

static void
check_tracks (GPtrArray *tracks)
{
  for (guint vm = 0; vm <= N_VMS; vm++)
    {
      MuriTrack *track = g_ptr_array_index (tracks, vm);
      const gint64 step = muri_track_get_step (track) / G_USEC_PER_SEC;
      const gint64 start = muri_track_get_start (track) / G_USEC_PER_SEC;

      for (guint i = 0; i < muri_track_get_length (track); i++)
        {
          MuriRollup wanted = { 0 };

          for (gint64 second = start + i * step; second < start + (i + 1) * step; second++)
            muri_rollup_add (&wanted, value_of (vm, second));
          g_assert_cmpfloat (muri_track_get_known (track)[i], ==, 1);
          g_assert_cmpfloat_with_epsilon (muri_track_get_max (track)[i], wanted.max, 0.002);
          g_assert_cmpfloat_with_epsilon (muri_track_get_min (track)[i], wanted.min, 0.002);
          g_assert_cmpfloat_with_epsilon (muri_track_get_average (track)[i],
                                          muri_rollup_get_average (&wanted), 0.002);
        }
    }
}

/* What was packed while it was asked for comes with the next round. */
static void
check (Fixture *fixture, gint64 from, gint64 to, guint slots)
{
  g_autoptr (GPtrArray) tracks = NULL;

  muri_test_await (least_known (fixture, from, to, slots) == 1, SECONDS);
  tracks = ask (fixture, from, to, slots);
  check_tracks (tracks);
}

static void
find_keys (Fixture *fixture)
{
  MuriNode *node = muri_test_await_node (fixture->fleet, "fill", SECONDS);

  fixture->keys[0] = (MuriTargetKey){ .node = *muri_node_get_uuid (node) };
  for (guint i = 1; i <= N_VMS; i++)
    {
      g_autofree char *name = g_strdup_printf ("fill-%03u", i);
      MuriVm *vm = muri_test_await_vm (fixture->fleet, name, SECONDS);

      fixture->keys[i] = (MuriTargetKey){ *muri_node_get_uuid (node), *muri_vm_get_uuid (vm) };
    }
}

static void
begin (Fixture *fixture, MuriTestAgent *agent)
{
  fixture->agent = agent;
  fixture->data_dir = g_strdup (muri_test_directory ("console"));
  fixture->fleet = muri_test_fleet_new (fixture->data_dir);
  find_keys (fixture);
  muri_test_fleet_free (fixture->fleet);
  muri_test_agent_stop (fixture->agent);

  fixture->to = g_get_real_time () / G_USEC_PER_SEC - 120;
  fixture->from = fixture->to - HOUR;
  write_ring (fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *uri = muri_test_node_file ("fill", N_VMS, 0);

  begin (fixture, muri_test_agent_spawn ("fill", uri, "--simulate", NULL));
}

/* Both have certificates. */
static void
set_up_secure (Fixture *fixture, gconstpointer data)
{
  g_autofree char *uri = muri_test_node_file ("fill", N_VMS, 0);
  g_autofree char *path = g_build_filename (muri_test_directory ("conf"), "agent.conf", NULL);
  g_autofree char *name = NULL;
  g_autofree char *certificate = NULL;
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "", -1, NULL));
  fixture->papers = muri_test_papers_new ("papers");
  name = muri_test_papers_add (fixture->papers, "viewer", "alice");
  certificate = muri_test_papers_certificate (fixture->papers, name);
  key = muri_test_papers_key (fixture->papers, name);
  fixture->identity = muri_identity_load (certificate, key, fixture->papers->authority, &error);
  g_assert_no_error (error);
  begin (fixture, muri_test_agent_spawn ("fill", uri, "--simulate", "--config", path, NULL));
  muri_test_papers_configure (fixture->papers, muri_test_agent_get_state_dir (fixture->agent),
                              path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  muri_test_fleet_free (fixture->fleet);
  muri_test_agent_stop (fixture->agent);
  muri_test_agent_free (fixture->agent);
  g_free (fixture->data_dir);
}

static void
tear_down_secure (Fixture *fixture, gconstpointer data)
{
  tear_down (fixture, data);
  muri_identity_unref (fixture->identity);
  muri_test_papers_free (fixture->papers);
}

/* ---- */

/* The console was away for an hour: it has it now, at every tier, and keeps it. Of seconds those
 * that its settings keep. */
static void
test_absence (Fixture *fixture, gconstpointer data)
{
  const gint64 fine = fixture->to - HOUR + 600;
  const gint64 from = (fixture->from + 599) / 600 * 600;
  const gint64 to = (fixture->to - 301) / 600 * 600;

  open_and_fill (fixture, TRUE);
  check (fixture, fine, fixture->to, 100000);
  check (fixture, from, to, (guint)(to - from) / 10);
  check (fixture, from, to, (guint)(to - from) / 60);
  check (fixture, from, to, (guint)(to - from) / 600);

  /* What nobody has stays a gap. */
  g_assert_cmpfloat (least_known (fixture, fixture->to + 1, fixture->to + 30, 29), ==, 0);

  muri_test_fleet_free (fixture->fleet);
  fixture->fleet = muri_test_fleet_new (fixture->data_dir);
  check (fixture, fine, fixture->to, 100000);
  check (fixture, from, to, (guint)(to - from) / 600);
}

static void
on_extended (MuriHistory *history, gint64 from, gint64 to, gint64 *first)
{
  g_assert_cmpint (from, <, to);
  *first = MIN (*first, from);
}

/* The agent was away, or the network to it, and comes back with what it measured meanwhile. */
static void
test_return (Fixture *fixture, gconstpointer data)
{
  gint64 first = G_MAXINT64;

  open_and_fill (fixture, TRUE);
  g_signal_connect (muri_fleet_get_history (fixture->fleet), "extended", G_CALLBACK (on_extended),
                    &first);
  muri_test_agent_stop (fixture->agent);
  fixture->to = fixture->from / 600 * 600;
  fixture->from = fixture->to - 2 * HOUR;
  write_ring (fixture);
  muri_test_agent_restart (fixture->agent);

  muri_test_await (first <= fixture->from * G_USEC_PER_SEC, SECONDS);
  muri_test_await (muri_history_get_fill_progress (muri_fleet_get_history (fixture->fleet)) < 0,
                   SECONDS);
  check (fixture, fixture->from, fixture->to - 600, (2 * HOUR - 600) / 10);
  check (fixture, fixture->from, fixture->to - 600, (2 * HOUR - 600) / 600);
}

/* ---- clocks ---- */

static void
set_up_wrong (Fixture *fixture, gconstpointer data)
{
  fixture->ahead = GPOINTER_TO_INT (data);
  if (muri_test_agent_set_clock (fixture->ahead))
    set_up (fixture, data);
}

static void
tear_down_wrong (Fixture *fixture, gconstpointer data)
{
  muri_test_agent_right_clock ();
  if (fixture->agent != NULL)
    tear_down (fixture, data);
}

/* Of all objects, and of the best known slot. */
static float
best_known (Fixture *fixture, gint64 from, gint64 to)
{
  g_autoptr (GPtrArray) tracks = ask (fixture, from, to, 100000);
  float best = 0;

  for (guint i = 0; i < tracks->len; i++)
    for (guint slot = 0; slot < muri_track_get_length (tracks->pdata[i]); slot++)
      best = MAX (best, muri_track_get_known (tracks->pdata[i])[slot]);
  return best;
}

static gint64
now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static gboolean
is_skewed (MuriNode *node, gint64 seconds)
{
  return ABS (muri_node_get_clock_skew (node) - seconds * G_USEC_PER_SEC) < 10 * G_TIME_SPAN_SECOND;
}

/* An agent's clock is off by hours, and is set while it runs: that is told, and all that it has and
 * sends is where it belongs. */
static void
test_clock (Fixture *fixture, gconstpointer data)
{
  const gint64 ahead = fixture->ahead;
  const gint64 from = (fixture->from + 599) / 600 * 600;
  const gint64 to = (fixture->to - 301) / 600 * 600;
  gint64 begin = now ();
  MuriNode *node;

  if (fixture->agent == NULL)
    {
      g_test_skip ("a clock cannot be made wrong here");
      return;
    }
  open_and_fill (fixture, TRUE);
  node = muri_test_await_node (fixture->fleet, "fill", SECONDS);
  muri_test_await (is_skewed (node, ahead), SECONDS);
  check (fixture, fixture->to - HOUR + 600, fixture->to, 100000);
  check (fixture, from, to, (guint)(to - from) / 10);
  check (fixture, from, to, (guint)(to - from) / 60);
  muri_test_await (best_known (fixture, begin, now () + 1) > 0, SECONDS);

  muri_test_agent_set_clock (ahead + HOUR);
  muri_test_await (is_skewed (node, ahead + HOUR), SECONDS);
  begin = now () + 1;
  muri_test_await (best_known (fixture, begin, now () + 2) > 0, SECONDS);
  g_assert_cmpfloat (best_known (fixture, begin + ahead - HOUR / 2, begin + ahead + 2 * HOUR), ==,
                     0);
  check (fixture, from, to, (guint)(to - from) / 60);
}

static MuriAlarm *
find_alarm (Fixture *fixture, const char *rule, gint64 from, gint64 to)
{
  GListModel *list = muri_alarms_get_list (muri_fleet_get_alarms (fixture->fleet));

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (MuriAlarm) alarm = g_list_model_get_item (list, i);

      if (g_str_equal (muri_alarm_get_rule_id (alarm), rule)
          && muri_alarm_get_since (alarm) < to * G_USEC_PER_SEC
          && muri_alarm_get_until (alarm) > from * G_USEC_PER_SEC)
        return alarm;
    }
  return NULL;
}

/* The host was lost and came back while no console ran: nobody has anything of that time. */
static void
test_lost (Fixture *fixture, gconstpointer data)
{
  MuriAlarm *alarm;

  fixture->hole_from = fixture->from + 1800;
  fixture->hole_to = fixture->hole_from + 400;
  write_ring (fixture);
  open_and_fill (fixture, TRUE);
  muri_test_await (find_alarm (fixture, "host-unreachable", fixture->hole_from, fixture->hole_to),
                   SECONDS);
  alarm = find_alarm (fixture, "host-unreachable", fixture->hole_from, fixture->hole_to);
  g_assert_true (muri_alarm_was_found_later (alarm));
  g_assert_cmpint (ABS (muri_alarm_get_since (alarm) / G_USEC_PER_SEC - fixture->hole_from), <=,
                   60);
  g_assert_cmpint (ABS (muri_alarm_get_until (alarm) / G_USEC_PER_SEC - fixture->hole_to), <=, 60);
  g_assert_null (
      find_alarm (fixture, "host-unreachable", fixture->from + 60, fixture->hole_from - 60));
}

static void
damage (Fixture *fixture)
{
  g_autofree char *directory = history_dir (fixture);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      if (!g_str_has_prefix (name, "1-") || g_rand_boolean (rand))
        continue;
      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      bytes[length - length / 3] ^= 0x55;
      g_assert_true (g_file_set_contents (path, bytes, (gssize)length, NULL));
    }
}

/* What arrives damaged is left out, and all else taken. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  const gint64 from = (fixture->from + 599) / 600 * 600;
  const gint64 to = (fixture->to - 301) / 600 * 600;

  damage (fixture);
  open_and_fill (fixture, TRUE);
  check (fixture, from, to, (guint)(to - from) / 60);
}

typedef struct
{
  GAsyncResult *result;
  GPtrArray *first;
} Looked;

static void
on_part (MuriHistory *history, GPtrArray *tracks, gpointer data)
{
  Looked *looked = data;

  g_assert_null (looked->result);
  if (looked->first == NULL)
    looked->first = g_ptr_array_ref (tracks);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Looked *)data)->result = g_object_ref (result);
}

static gint64
step_of (GPtrArray *tracks)
{
  return muri_track_get_step (tracks->pdata[0]) / G_USEC_PER_SEC;
}

/* First what is here, then what the agent has; all of it is right. */
static void
look (Fixture *fixture, gint64 from, gint64 to, guint slots, gint64 finest)
{
  static const MuriFigure cpu = MURI_FIGURE_CPU;
  const MuriHistoryRequest request = {
    fixture->keys,       NULL,  N_VMS + 1,        &cpu, 1, from * G_USEC_PER_SEC,
    to * G_USEC_PER_SEC, slots, MURI_HISTORY_EACH
  };
  MuriHistory *history = muri_fleet_get_history (fixture->fleet);
  g_autoptr (GPtrArray) tracks = NULL;
  g_autoptr (GError) error = NULL;
  Looked looked = { 0 };

  muri_history_ask_async (history, &request, on_part, NULL, on_looked, &looked);
  muri_test_await (looked.result != NULL, SECONDS);
  tracks = muri_history_query_finish (history, looked.result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (looked.first);
  g_assert_cmpint (step_of (looked.first), >=, 60);
  check_tracks (looked.first);
  g_assert_cmpint (step_of (tracks), ==, finest);
  check_tracks (tracks);
  g_object_unref (looked.result);
  g_ptr_array_unref (looked.first);
}

/* What is not kept here is asked for when it is looked at; of large files only what is wanted. */
static void
test_look (Fixture *fixture, gconstpointer data)
{
  const gint64 begin = (fixture->from + 599) / 600 * 600;
  const gint64 end = (fixture->to - 301) / 600 * 600;

  fixture->n_others = GPOINTER_TO_UINT (data);
  write_ring (fixture);
  open_and_fill (fixture, FALSE);
  check (fixture, begin, end, (guint)(end - begin) / 60);
  look (fixture, end - 1200, end, 1200, 1);
  look (fixture, end - 600, end, 600, 1);
  look (fixture, begin, end, (guint)(end - begin) / 10, 10);

  /* Nobody has it: what is here is the answer. */
  muri_test_agent_stop (fixture->agent);
  check (fixture, begin, end, (guint)(end - begin));
}

static void
finish_look (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (muri_history_query_finish (MURI_HISTORY (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *)data = TRUE;
}

static void
cancel (MuriHistory *history, GPtrArray *tracks, gpointer data)
{
  g_cancellable_cancel (g_object_get_data (G_OBJECT (history), "cancellable"));
}

/* Whoever has looked away is not told of it. */
static void
test_look_away (Fixture *fixture, gconstpointer data)
{
  static const MuriFigure cpu = MURI_FIGURE_CPU;
  const MuriHistoryRequest request = { fixture->keys,
                                       NULL,
                                       N_VMS + 1,
                                       &cpu,
                                       1,
                                       (fixture->to - 600) * G_USEC_PER_SEC,
                                       fixture->to * G_USEC_PER_SEC,
                                       600,
                                       MURI_HISTORY_EACH };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean done = FALSE;
  MuriHistory *history;

  open_and_fill (fixture, FALSE);
  history = muri_fleet_get_history (fixture->fleet);
  g_object_set_data (G_OBJECT (history), "cancellable", cancellable);
  muri_history_ask_async (history, &request, cancel, cancellable, finish_look, &done);
  muri_test_await (done, SECONDS);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add ("/history/fill/absence", Fixture, NULL, set_up, test_absence, tear_down);
  g_test_add ("/history/fill/secure", Fixture, NULL, set_up_secure, test_absence, tear_down_secure);
  g_test_add ("/history/fill/return", Fixture, NULL, set_up, test_return, tear_down);
  g_test_add ("/history/fill/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/history/fill/lost", Fixture, NULL, set_up, test_lost, tear_down);
  g_test_add ("/history/fill/clock-ahead", Fixture, GINT_TO_POINTER (5 * HOUR), set_up_wrong,
              test_clock, tear_down_wrong);
  g_test_add ("/history/fill/clock-behind", Fixture, GINT_TO_POINTER (-5 * HOUR), set_up_wrong,
              test_clock, tear_down_wrong);
  g_test_add ("/history/look/whole", Fixture, NULL, set_up, test_look, tear_down);
  g_test_add ("/history/look/parts", Fixture, GUINT_TO_POINTER (OTHERS_MAX), set_up, test_look,
              tear_down);
  g_test_add ("/history/look/away", Fixture, NULL, set_up, test_look_away, tear_down);
  return muri_test_run ();
}
