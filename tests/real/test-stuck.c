/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-real.h"

#include <math.h>
#include <signal.h>

#define STUCK "guest-1"
#define N_OTHERS 3
#define SECONDS 60

/* How long the VM is watched while it does not answer: longer than libvirt's first block of 23 s.
 */
#define STUCK_SECONDS 35

/* A figure comes once a second; two may be late or lost, and the machine is shared. */
#define GAP_MAX (3.5 * G_USEC_PER_SEC)

typedef struct
{
  MuriVm *vm;
  gint64 last;
  gint64 gap_max;
  guint n;
} Watched;

typedef struct
{
  MuriReal real;
  MuriVm *stuck;
  Watched others[N_OTHERS];
} Stuck;

static void
note_gap (Watched *watched)
{
  gint64 now = g_get_monotonic_time ();

  watched->gap_max = MAX (watched->gap_max, now - watched->last);
  watched->last = now;
}

static void
on_figures (MuriVm *vm, GParamSpec *pspec, Watched *watched)
{
  if (isnan (muri_vm_get_figure (vm, MURI_FIGURE_CPU)))
    return;
  note_gap (watched);
  watched->n++;
}

static void
watch (Watched *watched)
{
  watched->last = g_get_monotonic_time ();
  watched->gap_max = 0;
  watched->n = 0;
}

static void
begin (Stuck *stuck, gconstpointer data)
{
  muri_real_begin (&stuck->real);
  muri_real_boot (&stuck->real, STUCK, "guest-2", "guest-3", "guest-4", NULL);
  stuck->stuck = muri_real_vm (&stuck->real, STUCK);
  for (guint i = 0; i < N_OTHERS; i++)
    {
      Watched *watched = &stuck->others[i];
      g_autofree char *name = g_strdup_printf ("guest-%u", i + 2);

      watched->vm = muri_real_vm (&stuck->real, name);
      g_signal_connect (watched->vm, "notify::figures", G_CALLBACK (on_figures), watched);
    }
}

static void
end (Stuck *stuck, gconstpointer data)
{
  for (guint i = 0; i < N_OTHERS; i++)
    g_signal_handlers_disconnect_by_data (stuck->others[i].vm, &stuck->others[i]);
  muri_real_end (&stuck->real);
}

/* Pauses and resumes @vm for @seconds; the slowest of these, in microseconds. */
static gint64
pause_and_resume (Stuck *stuck, MuriVm *vm, double seconds)
{
  gint64 end = g_get_monotonic_time () + (gint64)(seconds * G_USEC_PER_SEC);
  gint64 slowest = 0;
  guint n = 0;

  while (g_get_monotonic_time () < end)
    {
      gboolean pause = n++ % 2 == 0;
      gint64 start = g_get_monotonic_time ();

      muri_test_operate (stuck->real.fleet, pause ? MURI_VERB_PAUSE : MURI_VERB_RESUME, vm,
                         SECONDS);
      slowest = MAX (slowest, g_get_monotonic_time () - start);
      muri_test_await_vm_state (vm, pause ? MURI_VM_STATE_PAUSED : MURI_VM_STATE_RUNNING, SECONDS);
      muri_test_spend (0.5);
    }
  if (n % 2 == 1)
    muri_test_operate (stuck->real.fleet, MURI_VERB_RESUME, vm, SECONDS);
  g_test_message ("%u operations, the slowest took %.0f ms", n, slowest / 1000.0);
  return slowest;
}

static void
check_others (Stuck *stuck, double seconds)
{
  /* Not the one that is paused now and then: it has no figures meanwhile. */
  for (guint i = 1; i < N_OTHERS; i++)
    {
      Watched *watched = &stuck->others[i];

      note_gap (watched);
      g_test_message ("%s: %u figures, at most %.0f ms apart", muri_vm_get_name (watched->vm),
                      watched->n, watched->gap_max / 1000.0);
      g_assert_cmpint (watched->gap_max, <, GAP_MAX);
      g_assert_cmpuint (watched->n, >=, (guint)(seconds * 0.7));
    }
  for (guint i = 0; i < N_OTHERS; i++)
    {
      g_assert_cmpint (muri_vm_get_facts (stuck->others[i].vm)->unanswered, ==, 0);
      g_assert_true (muri_vm_is_known (stuck->others[i].vm));
    }
}

static void
test_others_go_on (Stuck *stuck, gconstpointer data)
{
  GPid pid = muri_test_libvirtd_get_guest_pid (stuck->real.libvirtd, STUCK);
  MuriOperation *operation;
  gint64 before, during;

  for (guint i = 0; i < N_OTHERS; i++)
    muri_test_await (!isnan (muri_vm_get_figure (stuck->others[i].vm, MURI_FIGURE_CPU)), SECONDS);
  before = pause_and_resume (stuck, stuck->others[0].vm, 5);

  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
  for (guint i = 0; i < N_OTHERS; i++)
    watch (&stuck->others[i]);

  /* Somebody also wants something of the stuck one. */
  operation = muri_test_submit (stuck->real.fleet, MURI_VERB_PAUSE, stuck->stuck, 10);
  during = pause_and_resume (stuck, stuck->others[0].vm, STUCK_SECONDS);
  check_others (stuck, STUCK_SECONDS);
  g_assert_cmpint (during, <, MAX (10 * before, 2 * G_USEC_PER_SEC));
  g_assert_true (muri_operation_is_finished (operation));
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, 0);
  g_assert_cmpint (muri_vm_get_facts (stuck->stuck)->unanswered, >, 0);
  g_assert_true (muri_node_get_state (stuck->real.node) == MURI_NODE_UP);

  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  muri_test_await (muri_vm_get_facts (stuck->stuck)->unanswered == 0, SECONDS);
  muri_test_await (muri_vm_is_known (stuck->stuck), SECONDS);

  /* The pause that had reached QEMU may have come true by now. */
  muri_test_operate (stuck->real.fleet, MURI_VERB_RESUME, stuck->stuck, SECONDS);
  muri_test_await_vm_state (stuck->stuck, MURI_VM_STATE_RUNNING, SECONDS);
  muri_test_await (!isnan (muri_vm_get_figure (stuck->stuck, MURI_FIGURE_MEMORY)), SECONDS);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add ("/stuck/others-go-on", Stuck, NULL, begin, test_others_go_on, end);
  return muri_test_run ();
}
