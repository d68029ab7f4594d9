/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-real.h"

#include <signal.h>

/* The goal of reconnecting, not a margin of this test. */
#define RECONNECT_SECONDS 2
#define SECONDS 60

static gboolean
is_back (MuriReal *real, MuriVm *vm)
{
  return muri_node_get_state (real->node) == MURI_NODE_UP && muri_vm_is_known (vm);
}

static void
kill_and_restart (MuriReal *real, MuriVm *running, MuriVm *off)
{
  g_autofree char *id = g_strdup (muri_node_get_id (real->node));
  guint n_vms = muri_node_get_n_vms (real->node);
  GPid guest = muri_test_libvirtd_get_guest_pid (real->libvirtd, "guest-1");
  gint64 answers;

  muri_test_libvirtd_kill9 (real->libvirtd);
  muri_test_await (muri_node_get_state (real->node) == MURI_NODE_HYPERVISOR_DOWN, SECONDS);
  muri_test_await (!muri_vm_is_known (running) && !muri_vm_is_known (off), SECONDS);

  /* The node stays, its VMs are what they last were. */
  g_assert_true (muri_fleet_find_node (real->fleet, id) == real->node);
  g_assert_cmpuint (muri_node_get_n_vms (real->node), ==, n_vms);
  g_assert_cmpuint (muri_vm_get_state (running), ==, MURI_VM_STATE_RUNNING);
  g_assert_cmpuint (muri_vm_get_state (off), ==, MURI_VM_STATE_OFF);
  g_assert_cmpint (muri_vm_get_heard (running), >, 0);
  g_assert_cmpstr (muri_node_get_facts (real->node)->connection_error, !=, "");
  g_assert_true (muri_real_process_lives (guest));

  muri_test_libvirtd_start (real->libvirtd);
  answers = g_get_monotonic_time ();
  muri_test_await (is_back (real, running) && is_back (real, off), RECONNECT_SECONDS);
  g_test_message ("back %.0f ms after libvirtd",
                  (double)(g_get_monotonic_time () - answers) / G_TIME_SPAN_MILLISECOND);

  g_assert_true (muri_real_process_lives (guest));
  g_assert_cmpint (muri_test_libvirtd_get_guest_pid (real->libvirtd, "guest-1"), ==, guest);
  g_assert_cmpuint (muri_vm_get_state (running), ==, MURI_VM_STATE_RUNNING);
  g_assert_cmpuint (muri_node_get_n_vms (real->node), ==, n_vms);
}

static void
test_killed (MuriReal *real, gconstpointer data)
{
  MuriVm *off = muri_real_vm (real, "guest-2");
  MuriVm *running;

  muri_real_boot (real, "guest-1", NULL);
  running = muri_real_vm (real, "guest-1");

  /* Twice: what was learned of the first connection must not hinder the third. */
  for (guint i = 0; i < 2; i++)
    {
      kill_and_restart (real, running, off);
      muri_test_operate (real->fleet, MURI_VERB_PAUSE, running, SECONDS);
      muri_test_await_vm_state (running, MURI_VM_STATE_PAUSED, SECONDS);
      muri_test_operate (real->fleet, MURI_VERB_RESUME, running, SECONDS);
      muri_test_await_vm_state (running, MURI_VM_STATE_RUNNING, SECONDS);
    }
}

/* What happened meanwhile is seen afterwards. */
static void
test_changed_meanwhile (MuriReal *real, gconstpointer data)
{
  MuriVm *vm;
  GPid guest;

  muri_real_boot (real, "guest-1", NULL);
  vm = muri_real_vm (real, "guest-1");
  guest = muri_test_libvirtd_get_guest_pid (real->libvirtd, "guest-1");

  muri_test_libvirtd_kill9 (real->libvirtd);
  muri_test_await (!muri_vm_is_known (vm), SECONDS);
  kill (guest, SIGKILL);
  muri_test_await (!muri_real_process_lives (guest), SECONDS);
  g_assert_cmpuint (muri_vm_get_state (vm), ==, MURI_VM_STATE_RUNNING);

  muri_test_libvirtd_start (real->libvirtd);
  muri_test_await (muri_vm_is_known (vm) && muri_vm_get_state (vm) != MURI_VM_STATE_RUNNING,
                   SECONDS);
}

static void
test_operation_meanwhile (MuriReal *real, gconstpointer data)
{
  MuriVm *vm = muri_real_vm (real, "guest-1");
  guint before = muri_vm_get_state (vm); /* off, or crashed in the test before */
  MuriOperation *operation;

  muri_test_libvirtd_kill9 (real->libvirtd);
  muri_test_await (!muri_vm_is_known (vm), SECONDS);
  operation = muri_test_submit (real->fleet, MURI_VERB_POWER_ON, vm, 5);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, 0);
  g_assert_cmpuint (muri_operation_get_n_failed (operation), ==, 1);
  muri_test_libvirtd_start (real->libvirtd);
  muri_test_await (is_back (real, vm), SECONDS);
  g_assert_cmpuint (muri_vm_get_state (vm), ==, before);
}

static void
begin (MuriReal *real, gconstpointer data)
{
  muri_real_begin (real);
}

static void
end (MuriReal *real, gconstpointer data)
{
  muri_real_end (real);
}

#define ADD(path, test) g_test_add (path, MuriReal, NULL, begin, test, end)

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  ADD ("/libvirtd/killed", test_killed);
  ADD ("/libvirtd/changed-meanwhile", test_changed_meanwhile);
  ADD ("/libvirtd/operation-meanwhile", test_operation_meanwhile);
  return muri_test_run ();
}
