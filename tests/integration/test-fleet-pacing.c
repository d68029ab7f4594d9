/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Operations that go out in batches, among real agents with VMs of libvirt's test driver. */

#include "muri-fleet-private.h"
#include "muri-ledger.h"
#include "muri-membership.h"
#include "muri-test-fleet.h"

#include <signal.h>

#define N_AGENTS 2
#define N_VMS 4
#define N_ALL (N_AGENTS * N_VMS)
#define SECONDS 30

typedef struct
{
  MuriTestAgent *agents[N_AGENTS];
  MuriFleet *fleet;
  char *data_dir;
} Fixture;

static const char *const names[N_AGENTS] = { "seoul", "busan" };

static GPtrArray *
await_vms (MuriFleet *fleet)
{
  GPtrArray *vms = g_ptr_array_new ();

  for (guint i = 0; i < N_ALL; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%03u", names[i % N_AGENTS], i / N_AGENTS + 1);

      g_ptr_array_add (vms, muri_test_await_vm (fleet, name, SECONDS));
    }
  return vms;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static guint n = 0;
  g_autofree char *name = g_strdup_printf ("console-%u", n++);

  for (guint i = 0; i < N_AGENTS; i++)
    {
      g_autofree char *uri = muri_test_node_file (names[i], N_VMS, 0);

      fixture->agents[i] = muri_test_agent_spawn (names[i], uri, NULL);
    }
  fixture->data_dir = g_strdup (muri_test_directory (name));
  if (data == NULL)
    fixture->fleet = muri_test_fleet_new (fixture->data_dir);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->fleet, muri_test_fleet_free);
  for (guint i = 0; i < N_AGENTS; i++)
    muri_test_agent_free (fixture->agents[i]);
  g_free (fixture->data_dir);
}

static MuriOperation *
request (MuriFleet *fleet, guint verb, GPtrArray *vms, const MuriPacing *pacing, const char *group)
{
  g_autoptr (MuriRequest) wanted = muri_request_new (verb);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriOperation) operation = NULL;

  muri_request_add_vms (wanted, vms);
  muri_request_set_pacing (wanted, pacing, group);
  muri_fleet_request_async (fleet, wanted, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  operation = muri_fleet_submit_finish (fleet, result, &error);
  g_assert_no_error (error);
  return muri_fleet_find_operation (fleet, muri_operation_get_id (operation));
}

/* When the targets of a batch began first, and ended last. */
static void
span_of (MuriOperation *operation, guint batch, gint64 *first, gint64 *last, guint *n)
{
  *first = G_MAXINT64;
  *last = 0;
  *n = 0;
  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);

      if (muri_target_get_batch (target) != batch)
        continue;
      *first = MIN (*first, muri_target_get_started (target));
      *last = MAX (*last, muri_target_get_finished (target));
      (*n)++;
    }
}

static void
count_up (MuriFleet *fleet, MuriOperation *operation, gpointer data)
{
  (*(guint *)data)++;
}

/* ---- tests ---- */

static void
test_batches (Fixture *fixture, gconstpointer data)
{
  MuriFleet *fleet = fixture->fleet;
  g_autoptr (GPtrArray) vms = await_vms (fleet);
  const MuriPacing pacing = { .batch = 3, .delay = 1 };
  MuriOperation *operation;
  gint64 first, last, before = 0;
  guint finished = 0;
  guint n;

  g_signal_connect (fleet, "operation-finished", G_CALLBACK (count_up), &finished);
  operation = request (fleet, MURI_VERB_PAUSE, vms, &pacing, NULL);
  g_assert_cmpuint (muri_operation_get_n_batches (operation), ==, 3);
  g_assert_cmpuint (muri_operation_get_n_unsent (operation), ==, N_ALL - 3);
  muri_test_await (muri_fleet_get_n_unsent (fleet) == N_ALL - 3, SECONDS);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_count (operation, MURI_LEDGER_DONE), ==, N_ALL);
  g_assert_cmpuint (finished, ==, 1);
  g_assert_cmpuint (muri_fleet_get_n_unsent (fleet), ==, 0);
  /* One in the ledger, whatever goes over the wire. */
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_operations (fleet)), ==, 1);

  for (guint batch = 1; batch <= 3; batch++)
    {
      span_of (operation, batch, &first, &last, &n);
      g_assert_cmpuint (n, ==, batch < 3 ? 3 : 2);
      g_assert_cmpint (first, >=, before + (batch > 1 ? G_TIME_SPAN_SECOND : 0));
      before = last;
    }
}

/* Another console sees one operation, too. */
static void
test_elsewhere (Fixture *fixture, gconstpointer data)
{
  MuriFleet *other = muri_test_fleet_new (muri_test_directory ("elsewhere"));
  g_autoptr (GPtrArray) vms = await_vms (fixture->fleet);
  g_autoptr (GPtrArray) theirs = await_vms (other);
  const MuriPacing pacing = { .batch = 2 };
  MuriOperation *operation = request (fixture->fleet, MURI_VERB_PAUSE, vms, &pacing, NULL);
  MuriOperation *seen = NULL;

  muri_test_await_finished (operation, SECONDS);
  muri_test_await ((seen = muri_fleet_find_operation (other, muri_operation_get_id (operation)))
                           != NULL
                       && muri_operation_get_n_done (seen) == N_ALL,
                   SECONDS);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_operations (other)), ==, 1);
  g_assert_false (muri_operation_is_own (seen));
  muri_test_fleet_free (other);
}

/* The paused ones do not shut down. */
static void
test_stop_after_failures (Fixture *fixture, gconstpointer data)
{
  MuriFleet *fleet = fixture->fleet;
  g_autoptr (GPtrArray) vms = await_vms (fleet);
  g_autoptr (MuriRequest) retry = NULL;
  const MuriPacing pacing = { .batch = 1, .stop_after = 2 };
  MuriOperation *operation;

  for (guint i = 2; i < 4; i++)
    muri_test_operate (fleet, MURI_VERB_PAUSE, vms->pdata[i], SECONDS);
  for (guint i = 2; i < 4; i++)
    muri_test_await_vm_state (vms->pdata[i], MURI_VM_STATE_PAUSED, SECONDS);

  operation = request (fleet, MURI_VERB_SHUTDOWN, vms, &pacing, NULL);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, 2);
  g_assert_cmpuint (muri_operation_get_n_failed (operation), ==, 2);
  g_assert_cmpuint (muri_operation_get_n_cancelled (operation), ==, N_ALL - 4);

  retry = muri_fleet_retry (fleet, operation, 0);
  g_assert_cmpuint (muri_request_get_vms (retry)->len, ==, 2);
  g_assert_cmpuint (muri_request_get_pacing (retry)->batch, ==, 1);
  g_assert_cmpstr (muri_request_get_parent (retry), ==, muri_operation_get_id (operation));
}

static void
set_orders (MuriFleet *fleet, GPtrArray *vms)
{
  for (guint i = 0; i < vms->len; i++)
    {
      g_autoptr (GPtrArray) one = g_ptr_array_new ();
      g_autoptr (MuriEdit) joined = NULL;
      g_autoptr (MuriEdit) ordered = NULL;
      /* Two that come first, two in the middle, and the rest without an order. */
      gint order = i < 2 ? -1 : i < 4 ? 5 : 0;
      gint known;
      guint delay;

      g_ptr_array_add (one, vms->pdata[i]);
      joined = muri_fleet_join_group (fleet, one, "app", NULL);
      muri_test_await (muri_group_get_start_order ("app", vms->pdata[i], &known, &delay), SECONDS);
      if (order == 0)
        continue;
      ordered = muri_fleet_set_start_order (fleet, one, "app", order, i == 0 ? 1 : 0, NULL);
      muri_test_await (muri_group_get_start_order ("app", vms->pdata[i], &known, &delay)
                           && known == order,
                       SECONDS);
    }
}

static void
test_in_order (Fixture *fixture, gconstpointer data)
{
  MuriFleet *fleet = fixture->fleet;
  g_autoptr (GPtrArray) vms = await_vms (fleet);
  g_autoptr (MuriRequest) again = NULL;
  const MuriPacing pacing = { .ordered = TRUE };
  MuriOperation *down, *up;
  gint64 first, last, before;
  guint n;

  set_orders (fleet, vms);
  down = request (fleet, MURI_VERB_SHUTDOWN, vms, &pacing, "app");
  g_assert_cmpuint (muri_operation_get_n_batches (down), ==, 3);
  muri_test_await_finished (down, SECONDS);
  g_assert_cmpuint (muri_operation_count (down, MURI_LEDGER_DONE), ==, N_ALL);
  span_of (down, 1, &first, &before, &n);
  g_assert_cmpuint (n, ==, N_ALL - 4);
  g_assert_cmpuint (muri_target_get_batch (muri_operation_peek_target (down, 0)), ==, 3);
  span_of (down, 2, &first, &last, &n);
  g_assert_cmpint (first, >=, before);

  for (guint i = 0; i < vms->len; i++)
    muri_test_await_vm_state (vms->pdata[i], MURI_VM_STATE_OFF, SECONDS);
  again = muri_fleet_start_again (fleet, down);
  g_assert_cmpuint (muri_request_get_vms (again)->len, ==, N_ALL);
  up = request (fleet, MURI_VERB_POWER_ON, muri_request_get_vms (again),
                muri_request_get_pacing (again), muri_request_get_order_group (again));
  muri_test_await_finished (up, SECONDS);
  g_assert_cmpuint (muri_operation_count (up, MURI_LEDGER_DONE), ==, N_ALL);
  g_assert_cmpuint (muri_target_get_batch (muri_operation_peek_target (up, 0)), ==, 1);
  span_of (up, 1, &first, &before, &n);
  g_assert_cmpuint (n, ==, 2);
  span_of (up, 2, &first, &last, &n);
  g_assert_cmpuint (n, ==, 2);
  /* One of the first wants a second until the next. */
  g_assert_cmpint (first, >=, before + G_TIME_SPAN_SECOND);
}

static void
test_hold_and_drop (Fixture *fixture, gconstpointer data)
{
  MuriFleet *fleet = fixture->fleet;
  g_autoptr (GPtrArray) vms = await_vms (fleet);
  const MuriPacing pacing = { .batch = 2, .delay = 1 };
  MuriOperation *operation = request (fleet, MURI_VERB_PAUSE, vms, &pacing, NULL);

  muri_fleet_stop_sending (fleet, operation);
  g_assert_true (muri_operation_is_held (operation));
  g_assert_cmpuint (muri_fleet_get_n_unsent (fleet), ==, 0);
  g_assert_cmpuint (muri_fleet_get_n_held (fleet), ==, 1);
  muri_test_await (muri_operation_get_n_done (operation) == 2, SECONDS);

  muri_fleet_continue (fleet, operation);
  g_assert_false (muri_operation_is_held (operation));
  muri_test_await (muri_operation_get_n_done (operation) == 4, SECONDS);
  muri_fleet_stop_sending (fleet, operation);
  muri_fleet_drop (fleet, operation);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_cancelled (operation), >=, 2);
  g_assert_cmpuint (muri_operation_get_n_done (operation)
                        + muri_operation_get_n_cancelled (operation),
                    ==, N_ALL);
  g_assert_cmpuint (muri_fleet_get_n_held (fleet), ==, 0);
}

/* A console sends batches, and dies when the first has begun to be told of. */
static void
kill_midway (const char *data_dir)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("MURI_BUILD_ROOT"), "tests", "tools", "muri-watch", NULL);
  g_autofree char *zone = g_strdup_printf ("%u", muri_test_zone ());
  g_autofree char *n_vms = g_strdup_printf ("%u", N_ALL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) console =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, program, "--zone", zone,
                        "--data-dir", data_dir, "--submit", "pause", "--all", "--wait-vms", n_vms,
                        "--batch", "2", "--delay", "1", "--kill-after", "report", NULL);

  g_assert_no_error (error);
  g_subprocess_wait_async (console, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  g_subprocess_wait_finish (console, result, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_signaled (console));
  g_assert_cmpint (g_subprocess_get_term_sig (console), ==, SIGKILL);
}

static void
test_killed_midway (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MuriOperation) operation = NULL;
  MuriFleet *fleet;
  g_autoptr (GPtrArray) vms = NULL;

  kill_midway (fixture->data_dir);
  fixture->fleet = fleet = muri_test_fleet_new (fixture->data_dir);
  vms = await_vms (fleet);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_operations (fleet)), ==, 1);
  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);

  /* What was sent goes to its end; what was not waits for a word. */
  muri_test_await (muri_operation_get_n_done (operation) == 2, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_unsent (operation), ==, N_ALL - 2);
  g_assert_true (muri_operation_is_held (operation));
  g_assert_cmpuint (muri_fleet_get_n_held (fleet), ==, 1);
  for (guint i = 0, n = 0; i < N_ALL; i++)
    {
      n += muri_vm_get_state (vms->pdata[i]) == MURI_VM_STATE_PAUSED;
      g_assert_cmpuint (n, <=, 2);
    }

  muri_fleet_continue (fleet, operation);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_count (operation, MURI_LEDGER_DONE), ==, N_ALL);
  g_assert_cmpuint (muri_operation_get_n_batches_sent (operation), ==, N_ALL / 2);
}

#define ADD(path, data, test) g_test_add (path, Fixture, data, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  ADD ("/fleet/pacing/batches", NULL, test_batches);
  ADD ("/fleet/pacing/elsewhere", NULL, test_elsewhere);
  ADD ("/fleet/pacing/stop-after-failures", NULL, test_stop_after_failures);
  ADD ("/fleet/pacing/in-order", NULL, test_in_order);
  ADD ("/fleet/pacing/hold-and-drop", NULL, test_hold_and_drop);
  ADD ("/fleet/pacing/killed-midway", GUINT_TO_POINTER (1), test_killed_midway);
  return muri_test_run ();
}
