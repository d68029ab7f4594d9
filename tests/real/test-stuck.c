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
  MuriReal real;
  MuriVm *stuck;
  MuriVm *others[N_OTHERS];
} Stuck;

static void
begin (Stuck *stuck, gconstpointer data)
{
  muri_real_begin (&stuck->real);
  muri_real_boot (&stuck->real, STUCK, "guest-2", "guest-3", "guest-4", NULL);
  stuck->stuck = muri_real_vm (&stuck->real, STUCK);
  for (guint i = 0; i < N_OTHERS; i++)
    {
      g_autofree char *name = g_strdup_printf ("guest-%u", i + 2);

      stuck->others[i] = muri_real_vm (&stuck->real, name);
      muri_vm_get_series (stuck->others[i]); /* it may begin with the first look at it */
    }
}

static void
end (Stuck *stuck, gconstpointer data)
{
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
check_figures (MuriVm *vm, gint64 since)
{
  MuriSeries *series = muri_vm_get_series (vm);
  gint64 now = g_get_real_time ();
  gint64 last = since, gap_max = 0;
  guint n = 0;

  for (guint i = 0; i < muri_series_get_length (series); i++)
    {
      gint64 time = muri_series_get_time (series, i);

      if (time < since || isnan (muri_series_get_value (series, i, MURI_FIGURE_CPU)))
        continue;
      gap_max = MAX (gap_max, time - last);
      last = time;
      n++;
    }
  gap_max = MAX (gap_max, now - last);
  g_test_message ("%s: %u figures, at most %.0f ms apart", muri_vm_get_name (vm), n,
                  gap_max / 1000.0);
  g_assert_cmpint (gap_max, <, GAP_MAX);
  g_assert_cmpuint (n, >=, (guint)((double)(now - since) / G_USEC_PER_SEC * 0.8));
}

static void
check_others (Stuck *stuck, gint64 since)
{
  /* Not the first, which is paused now and then: it has no figures meanwhile. */
  for (guint i = 1; i < N_OTHERS; i++)
    check_figures (stuck->others[i], since);
  for (guint i = 0; i < N_OTHERS; i++)
    {
      g_assert_cmpint (muri_vm_get_facts (stuck->others[i])->unanswered, ==, 0);
      g_assert_true (muri_vm_is_known (stuck->others[i]));
    }
}

static void
test_others_go_on (Stuck *stuck, gconstpointer data)
{
  GPid pid = muri_test_libvirtd_get_guest_pid (stuck->real.libvirtd, STUCK);
  MuriOperation *operation;
  gint64 before, during, since;

  for (guint i = 0; i < N_OTHERS; i++)
    muri_test_await (!isnan (muri_vm_get_figure (stuck->others[i], MURI_FIGURE_CPU)), SECONDS);
  before = pause_and_resume (stuck, stuck->others[0], 5);

  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
  since = g_get_real_time ();

  /* Somebody also wants something of the stuck one. */
  operation = muri_test_submit (stuck->real.fleet, MURI_VERB_PAUSE, stuck->stuck, 10);
  during = pause_and_resume (stuck, stuck->others[0], STUCK_SECONDS);
  check_others (stuck, since);
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
