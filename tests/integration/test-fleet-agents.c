/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fleet library among real agents, each with VMs of libvirt's test driver. */

#include "muri-fleet-private.h"
#include "muri-test-fleet.h"
#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>

#define N_AGENTS 3
#define N_VMS 12
#define LEASE 2
#define SECONDS 30

typedef struct
{
  MuriTestAgent *agents[N_AGENTS];
  MuriFleet *fleet;
  char *data_dir;
} Fixture;

static const char *const names[N_AGENTS] = { "seoul", "busan", "daegu" };

static MuriFleet *
open_fleet (const char *data_dir, guint lease)
{
  MuriFleet *fleet = muri_fleet_new (data_dir);
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) joined = NULL;
  g_autoptr (GError) error = NULL;
  guint zone = muri_test_zone ();

  muri_fleet_open_async (fleet, NULL, muri_test_keep_result, &opened);
  muri_test_await (opened != NULL, SECONDS);
  muri_fleet_open_finish (fleet, opened, &error);
  g_assert_no_error (error);

  muri_fleet_set_lease (fleet, lease);
  muri_fleet_join_async (fleet, "lo", &zone, 1, NULL, NULL, muri_test_keep_result, &joined);
  muri_test_await (joined != NULL, SECONDS);
  muri_fleet_join_finish (fleet, joined, &error);
  g_assert_no_error (error);
  return fleet;
}

static void
close_fleet (MuriFleet *fleet)
{
  muri_fleet_close (fleet);
  g_assert_finalize_object (fleet);
}

static guint
count_known (MuriFleet *fleet)
{
  GListModel *vms = muri_fleet_get_vms (fleet);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      n += muri_vm_is_known (vm);
    }
  return n;
}

static guint
count_in_state (MuriFleet *fleet, guint state)
{
  GListModel *vms = muri_fleet_get_vms (fleet);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      n += muri_vm_get_state (vm) == state;
    }
  return n;
}

static GPtrArray *
all_vms (MuriFleet *fleet)
{
  GPtrArray *vms = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *model = muri_fleet_get_vms (fleet);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (vms, g_list_model_get_item (model, i));
  return vms;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static guint n = 0;
  g_autofree char *name = g_strdup_printf ("console-%u", n++);
  guint lease = data != NULL ? GPOINTER_TO_UINT (data) : LEASE;
  g_autofree char *option = g_strdup_printf ("--lease=%u", lease);

  for (guint i = 0; i < N_AGENTS; i++)
    {
      g_autofree char *uri = muri_test_node_file (names[i], N_VMS, 0);

      fixture->agents[i] = muri_test_agent_spawn (names[i], uri, option, NULL);
    }
  fixture->data_dir = g_strdup (muri_test_directory (name));
  fixture->fleet = open_fleet (fixture->data_dir, lease);
  muri_test_await (count_known (fixture->fleet) == N_AGENTS * N_VMS, SECONDS);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->fleet != NULL)
    close_fleet (fixture->fleet);
  for (guint i = 0; i < N_AGENTS; i++)
    muri_test_agent_free (fixture->agents[i]);
  g_free (fixture->data_dir);
}

/* Another console, in another process. Its output is JSON lines. */
static char *
watch (GSubprocessFlags flags, int *status, const char *data_dir, ...)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("MURI_BUILD_ROOT"), "tests", "tools", "muri-watch", NULL);
  g_autofree char *zone = g_strdup_printf ("%u", muri_test_zone ());
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  const char *argument;
  char *output = NULL;
  va_list list;

  g_ptr_array_add (arguments, program);
  g_ptr_array_add (arguments, (gpointer) "--zone");
  g_ptr_array_add (arguments, zone);
  g_ptr_array_add (arguments, (gpointer) "--data-dir");
  g_ptr_array_add (arguments, (gpointer)data_dir);
  va_start (list, data_dir);
  while ((argument = va_arg (list, const char *)) != NULL)
    g_ptr_array_add (arguments, (gpointer)argument);
  va_end (list);
  g_ptr_array_add (arguments, NULL);

  process = g_subprocess_newv ((const char *const *)arguments->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | flags, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, 2 * SECONDS);
  g_subprocess_communicate_utf8_finish (process, result, &output, NULL, &error);
  g_assert_no_error (error);
  *status = g_subprocess_get_if_signaled (process) ? 128 + g_subprocess_get_term_sig (process)
                                                   : g_subprocess_get_exit_status (process);
  return output;
}

/* ---- operations ---- */

static void
test_submit_to_all (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) vms = all_vms (fixture->fleet);
  MuriOperation *operation;
  g_autoptr (MuriTarget) target = NULL;
  g_autofree char *other = NULL;
  g_autofree char *expected = NULL;
  int status;

  operation = muri_test_submit_many (fixture->fleet, MURI_VERB_PAUSE, vms, 0);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_targets (operation), ==, N_AGENTS * N_VMS);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, N_AGENTS * N_VMS);
  target = g_list_model_get_item (G_LIST_MODEL (operation), 0);
  g_assert_cmpuint (muri_target_get_state (target), ==, MURI_OUTCOME_DONE);
  g_assert_cmpint (muri_target_get_finished (target), >, muri_operation_get_issued (operation));
  muri_test_await (count_in_state (fixture->fleet, MURI_VM_STATE_PAUSED) == N_AGENTS * N_VMS,
                   SECONDS);
  for (guint i = 0; i < vms->len; i++)
    g_assert_cmpuint (muri_vm_get_pending (g_ptr_array_index (vms, i)), ==, MURI_VERB_NONE);

  /* A console that comes later sees the same: states, the operation, whose it was. */
  other = watch (0, &status, muri_test_directory ("other"), "--seconds", "3", NULL);
  g_assert_cmpint (status, ==, 0);
  expected =
      g_strdup_printf ("\"id\":\"%s\",\"verb\":\"pause\",\"issuer\":\"%s\",\"own\":0,"
                       "\"finished\":1,\"targets\":36,\"done\":36",
                       muri_operation_get_id (operation), muri_operation_get_issuer (operation));
  g_assert_nonnull (strstr (other, expected));
  g_assert_nonnull (
      strstr (other, "\"name\":\"busan-012\",\"node\":\"busan\",\"state\":\"paused\""));

  /* And this one sees the other's at once. */
  g_clear_pointer (&other, g_free);
  other = watch (0, &status, muri_test_directory ("other"), "--wait-vms", "36", "--all", "--submit",
                 "resume", NULL);
  g_assert_cmpint (status, ==, 0);
  muri_test_await (count_in_state (fixture->fleet, MURI_VM_STATE_RUNNING) == N_AGENTS * N_VMS,
                   SECONDS);
  muri_test_await (g_list_model_get_n_items (muri_fleet_get_operations (fixture->fleet)) == 2,
                   SECONDS);
  operation = g_list_model_get_item (muri_fleet_get_operations (fixture->fleet), 0);
  muri_test_await (muri_operation_get_n_done (operation) == N_AGENTS * N_VMS, SECONDS);
  g_assert_false (muri_operation_is_own (operation));
  g_assert_cmpuint (muri_operation_get_verb (operation), ==, MURI_VERB_RESUME);
  g_object_unref (operation);
}

static void
test_figures (Fixture *fixture, gconstpointer data)
{
  MuriVm *vm = muri_test_await_vm (fixture->fleet, "seoul-001", SECONDS);
  MuriNode *node = muri_vm_get_node (vm);

  muri_test_await (!isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU)), SECONDS);
  muri_test_await (!isnan (muri_node_get_figure (node, MURI_FIGURE_MEMORY)), SECONDS);
  muri_test_await (muri_series_get_length (muri_vm_get_series (vm)) >= 3, SECONDS);
  /* On one machine: the same clock. */
  g_assert_cmpint (ABS (muri_node_get_clock_skew (node)), <, 10 * G_TIME_SPAN_SECOND);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  MuriVm *vm = muri_test_await_vm (fixture->fleet, "seoul-001", SECONDS);
  MuriOperation *operation;

  /* When it comes back it hears of the operation as it is then. */
  muri_test_agent_kill9 (fixture->agents[0]);
  operation = muri_test_submit (fixture->fleet, MURI_VERB_PAUSE, vm, 20);
  g_assert_cmpuint (muri_test_target_state (operation, 0), ==, MURI_TARGET_SENT);
  g_assert_cmpuint (muri_vm_get_pending (vm), ==, MURI_VERB_PAUSE);
  muri_fleet_cancel (fixture->fleet, operation);
  muri_test_agent_restart (fixture->agents[0]);

  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_cancelled (operation), ==, 1);
  g_assert_cmpuint (muri_vm_get_state (vm), ==, MURI_VM_STATE_RUNNING);
  g_assert_cmpuint (muri_vm_get_pending (vm), ==, MURI_VERB_NONE);
}

/* ---- faults ---- */

static void
test_unreachable (Fixture *fixture, gconstpointer data)
{
  MuriNode *node = muri_test_await_node (fixture->fleet, "busan", SECONDS);
  MuriVm *vm = muri_test_await_vm (fixture->fleet, "busan-001", SECONDS);
  g_autoptr (GPtrArray) vms = all_vms (fixture->fleet);
  MuriOperation *operation;

  muri_test_await (!isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU)), SECONDS);
  muri_test_agent_kill9 (fixture->agents[1]);
  muri_test_await (muri_node_get_state (node) == MURI_NODE_UNREACHABLE, 4 * LEASE);
  g_assert_cmpuint (count_known (fixture->fleet), ==, (N_AGENTS - 1) * N_VMS);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fixture->fleet)), ==,
                    N_AGENTS * N_VMS);
  /* What was, not "off". */
  g_assert_cmpuint (muri_vm_get_state (vm), ==, MURI_VM_STATE_RUNNING);
  g_assert_true (isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU)));
  g_assert_false (muri_vm_can (vm, MURI_VERB_PAUSE));

  operation = muri_test_submit_many (fixture->fleet, MURI_VERB_PAUSE, vms, 2);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, (N_AGENTS - 1) * N_VMS);
  g_assert_cmpuint (muri_operation_get_n_unreachable (operation), ==, N_VMS);
  g_assert_cmpuint (muri_operation_get_n_failed (operation), ==, 0);

  muri_test_agent_restart (fixture->agents[1]);
  muri_test_await (muri_node_get_state (node) == MURI_NODE_UP, SECONDS);
  muri_test_await (muri_vm_is_known (vm), SECONDS);
  g_assert_true (vm == muri_test_find_vm (fixture->fleet, "busan-001"));

  muri_test_agent_stop (fixture->agents[1]);
  muri_test_await (muri_node_get_state (node) == MURI_NODE_STOPPED, SECONDS);
  g_assert_false (muri_vm_is_known (vm));
}

static void
test_stale (Fixture *fixture, gconstpointer data)
{
  MuriNode *node = muri_test_await_node (fixture->fleet, "seoul", SECONDS);
  MuriVm *vm = muri_test_await_vm (fixture->fleet, "seoul-001", SECONDS);
  GPid pid = muri_test_agent_get_pid (fixture->agents[0]);

  muri_test_await (!isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU)), SECONDS);
  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
  muri_test_await (muri_node_get_state (node) == MURI_NODE_STALE, SECONDS);
  g_assert_true (isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU)));
  g_assert_true (isnan (muri_node_get_figure (node, MURI_FIGURE_CPU)));
  g_assert_true (muri_vm_is_known (vm));
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  muri_test_await (muri_node_get_state (node) == MURI_NODE_UP, SECONDS);
  muri_test_await (!isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU)), SECONDS);
}

static void
test_console_restart (Fixture *fixture, gconstpointer data)
{
  MuriNode *node = muri_test_await_node (fixture->fleet, "daegu", SECONDS);
  gint64 heard;
  MuriVm *vm;

  muri_test_agent_kill9 (fixture->agents[2]);
  muri_test_await (muri_node_get_state (node) == MURI_NODE_UNREACHABLE, SECONDS);
  heard = muri_node_get_heard (node);
  close_fleet (fixture->fleet);

  fixture->fleet = open_fleet (fixture->data_dir, LEASE);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fixture->fleet)), ==,
                    N_AGENTS * N_VMS);
  muri_test_await (count_known (fixture->fleet) == (N_AGENTS - 1) * N_VMS, SECONDS);
  node = muri_test_find_node (fixture->fleet, "daegu");
  g_assert_cmpint (muri_node_get_state (node), ==, MURI_NODE_UNREACHABLE);
  g_assert_cmpint (muri_node_get_heard (node), ==, heard);
  vm = muri_test_find_vm (fixture->fleet, "daegu-003");
  g_assert_cmpuint (muri_vm_get_state (vm), ==, MURI_VM_STATE_RUNNING);
  g_assert_cmpint (muri_vm_get_heard (vm), ==, heard);

  muri_fleet_forget_node (fixture->fleet, node);
  close_fleet (fixture->fleet);
  fixture->fleet = open_fleet (fixture->data_dir, LEASE);
  g_assert_null (muri_test_find_node (fixture->fleet, "daegu"));
  g_assert_null (muri_test_find_vm (fixture->fleet, "daegu-003"));
}

/* Asks by a console that dies at that moment; then opens what it left. */
static MuriFleet *
kill_console (const char *directory, const char *when, MuriOperation **operation)
{
  g_autofree char *output = NULL;
  MuriFleet *fleet;
  int status;

  output = watch (0, &status, directory, "--wait-vms", "36", "--all", "--submit", "pause",
                  "--kill-after", when, NULL);
  g_assert_cmpint (status, ==, 128 + SIGKILL);

  fleet = open_fleet (directory, LEASE);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_operations (fleet)), ==, 1);
  *operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  g_assert_true (muri_operation_is_own (*operation));
  g_assert_cmpuint (muri_operation_get_n_targets (*operation), ==, N_AGENTS * N_VMS);
  muri_test_await_finished (*operation, SECONDS);
  return fleet;
}

/* In the midst of it: the next console knows how it went. */
static void
test_console_killed (Fixture *fixture, gconstpointer data)
{
  MuriOperation *operation;
  MuriFleet *fleet = kill_console (muri_test_directory ("killed"), "report", &operation);

  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, N_AGENTS * N_VMS);
  g_object_unref (operation);
  close_fleet (fleet);
  muri_test_await (count_in_state (fixture->fleet, MURI_VM_STATE_PAUSED) == N_AGENTS * N_VMS,
                   SECONDS);
}

/* As soon as it was handed over: it was sent, or it was not and never will be, and the next
 * console says which. */
static void
test_console_killed_early (Fixture *fixture, gconstpointer data)
{
  MuriOperation *operation;
  MuriFleet *fleet = kill_console (muri_test_directory ("early"), "submit", &operation);
  guint n_done = muri_operation_get_n_done (operation);

  g_assert_cmpuint (n_done + muri_operation_get_n_cancelled (operation), ==, N_AGENTS * N_VMS);
  muri_test_await (count_in_state (fixture->fleet, MURI_VM_STATE_PAUSED) == n_done, SECONDS);
  g_object_unref (operation);
  close_fleet (fleet);
}

/* ---- zones ---- */

static void
join (MuriFleet *fleet, const char *interface, guint zone, GError **error)
{
  g_autoptr (GAsyncResult) joined = NULL;

  muri_fleet_join_async (fleet, interface, &zone, 1, NULL, NULL, muri_test_keep_result, &joined);
  muri_test_await (joined != NULL, SECONDS);
  muri_fleet_join_finish (fleet, joined, error);
}

static void
on_state (MuriNode *node, GParamSpec *pspec, gboolean *noticed)
{
  if (!muri_node_is_reachable (node))
    *noticed = TRUE;
}

static void
test_join_again (Fixture *fixture, gconstpointer data)
{
  MuriNode *node = muri_test_await_node (fixture->fleet, "seoul", SECONDS);
  gboolean noticed = FALSE;
  g_autoptr (GError) error = NULL;
  gint64 heard;

  g_signal_connect (node, "notify::state", G_CALLBACK (on_state), &noticed);
  join (fixture->fleet, "lo", muri_test_zone (), &error);
  g_assert_no_error (error);
  heard = muri_node_get_heard (node);
  muri_test_await (muri_node_get_heard (node) > heard, SECONDS);
  muri_test_operate (fixture->fleet, MURI_VERB_PAUSE,
                     muri_test_await_vm (fixture->fleet, "seoul-001", SECONDS), SECONDS);
  g_assert_false (noticed);

  /* In another zone they are not heard. */
  join (fixture->fleet, "lo", muri_test_zone () % 200 + 1, &error);
  g_assert_no_error (error);
  muri_test_await (muri_node_get_state (node) == MURI_NODE_UNREACHABLE, SECONDS);
  g_assert_cmpuint (count_known (fixture->fleet), ==, 0);
}

static void
test_wrong_interface (void)
{
  MuriFleet *fleet = open_fleet (muri_test_directory ("interface"), LEASE);
  g_autoptr (GError) error = NULL;

  join (fleet, "nosuch0", muri_test_zone (), &error);
  g_assert_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_ZONE);
  g_assert_nonnull (strstr (error->message, "nosuch0"));
  close_fleet (fleet);
}

static void
keep_text (MuriFleet *fleet, const char *text, gpointer data)
{
  g_free (*(char **)data);
  *(char **)data = g_strdup (text);
}

static void
test_hostile (void)
{
  MuriFleet *fleet = open_fleet (muri_test_directory ("hostile"), LEASE);
  g_autoptr (MuriBus) bus = muri_bus_new (NULL, 0);
  MuriZoneSettings *settings = muri_zone_settings_new (muri_test_zone (), "lo", MURI_ROLE_AGENT);
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriZone) zone = muri_zone_open (
      bus, settings, 0, MURI_TOPIC_MASK (MURI_TOPIC_VM) | MURI_TOPIC_MASK (MURI_TOPIC_SAMPLE), NULL,
      NULL, &error);
  muri_v1_Vm *vm = muri_topic_sample_new (MURI_TOPIC_VM);
  muri_v1_Sample *sample = muri_topic_sample_new (MURI_TOPIC_SAMPLE);
  g_autofree char *notice = NULL;

  g_assert_no_error (error);
  g_signal_connect (fleet, "notice", G_CALLBACK (keep_text), &notice);
  muri_uuid_generate (&vm->node);
  muri_uuid_generate (&vm->vm);
  muri_zone_publish (zone, MURI_TOPIC_VM, vm);
  muri_uuid_generate (&sample->node);
  sample->part = 7;
  muri_zone_publish (zone, MURI_TOPIC_SAMPLE, sample);

  muri_test_await (muri_fleet_get_refused (fleet) >= 1, SECONDS);
  g_assert_nonnull (notice);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_vms (fleet)), ==, 0);
  muri_zone_close (zone);
  muri_zone_settings_free (settings);
  close_fleet (fleet);
}

static void
test_hypervisor_down (void)
{
  g_autoptr (MuriTestLibvirtd) libvirtd = muri_test_libvirtd_spawn ();
  g_autoptr (MuriTestAgent) agent = NULL;
  MuriFleet *fleet;
  MuriNode *node;
  MuriVm *vm;

  muri_test_libvirtd_define (libvirtd, "guest", 3, TRUE);
  agent = muri_test_agent_spawn ("host", muri_test_libvirtd_get_uri (libvirtd), NULL);
  fleet = open_fleet (muri_test_directory ("down"), LEASE);
  vm = muri_test_await_vm (fleet, "guest-001", SECONDS);
  node = muri_vm_get_node (vm);

  muri_test_libvirtd_kill9 (libvirtd);
  muri_test_await (muri_node_get_state (node) == MURI_NODE_HYPERVISOR_DOWN, SECONDS);
  g_assert_true (muri_node_is_reachable (node));
  g_assert_false (muri_vm_is_known (vm));
  g_assert_false (muri_vm_can (vm, MURI_VERB_PAUSE));
  muri_test_libvirtd_start (libvirtd);
  muri_test_await (muri_node_get_state (node) == MURI_NODE_UP, SECONDS);
  close_fleet (fleet);
}

#define ADD(path, data, test) g_test_add (path, Fixture, data, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  ADD ("/fleet/agents/submit-to-all", NULL, test_submit_to_all);
  ADD ("/fleet/agents/figures", NULL, test_figures);
  ADD ("/fleet/agents/cancel", NULL, test_cancel);
  ADD ("/fleet/agents/unreachable", NULL, test_unreachable);
  ADD ("/fleet/agents/stale", GUINT_TO_POINTER (20), test_stale);
  ADD ("/fleet/agents/console-restart", NULL, test_console_restart);
  ADD ("/fleet/agents/console-killed", NULL, test_console_killed);
  ADD ("/fleet/agents/console-killed-early", NULL, test_console_killed_early);
  ADD ("/fleet/agents/join-again", NULL, test_join_again);
  g_test_add_func ("/fleet/agents/wrong-interface", test_wrong_interface);
  g_test_add_func ("/fleet/agents/hostile", test_hostile);
  g_test_add_func ("/fleet/agents/hypervisor-down", test_hypervisor_down);
  return muri_test_run ();
}
