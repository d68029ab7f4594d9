/* SPDX-License-Identifier: GPL-3.0-or-later */

/* measure-many VMS: the question about so many VMs and the ledger of what became of them, in a
 * window (with-display). Of each: milliseconds of the main thread's processor until it is painted,
 * and the longest that it was busy without a pause until a second after that. Whatever else runs on
 * the machine is not counted. */
#include "fleet-fixture.h"

#include <adwaita.h>
#include <stdlib.h>
#include <time.h>

#include "measure.h"
#include "muri-operation-menu.h"
#include "muri-operations-page.h"
#include "muri-review-dialog.h"

#define VMS_PER_HOST 500

static struct
{
  gint64 awake; /* since when the main thread does something */
  gint64 worst;
  gint64 painted; /* 0 not yet */
} watch;

/* ---- watching ---- */

/* Of this thread, microseconds. */
static gint64
get_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static gint
poll_and_note (GPollFD *fds, guint n, gint timeout)
{
  gint result;

  watch.worst = MAX (watch.worst, get_time () - watch.awake);
  result = g_poll (fds, n, timeout);
  watch.awake = get_time ();
  return result;
}

static void
on_painted (GdkFrameClock *clock)
{
  if (watch.painted == 0)
    watch.painted = get_time ();
}

static void
watch_paint (GtkWidget *widget)
{
  GdkFrameClock *clock;

  gtk_widget_realize (widget);
  clock = gtk_widget_get_frame_clock (widget);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), NULL);
}

static gboolean
on_over (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, on_over, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
begin (void)
{
  watch.painted = watch.worst = 0;
  watch.awake = get_time ();
}

static void
end (const char *name, gint64 start)
{
  g_autofree char *busy = g_strconcat (name, "-busy", NULL);

  while (watch.painted == 0)
    g_main_context_iteration (NULL, TRUE);
  run (1000);
  measure_print (name, (double)(watch.painted - start) / 1e3);
  measure_print (busy, (double)watch.worst / 1e3);
}

/* ---- what is there ---- */

static MuriFleet *
open_fleet (guint n_hosts)
{
  MuriFleet *fleet = fixture_open (NULL);

  for (guint host = 0; host < n_hosts; host++)
    {
      MuriChange changes[VMS_PER_HOST + 1];

      for (guint i = 0; i < VMS_PER_HOST; i++)
        changes[i] = fixture_vm (host + 1, 100000 + host * VMS_PER_HOST + i,
                                 i % 10 ? MURI_VM_STATE_RUNNING : MURI_VM_STATE_OFF);
      changes[VMS_PER_HOST] = fixture_node (host + 1, VMS_PER_HOST);
      fixture_fold (fleet, changes, G_N_ELEMENTS (changes));
    }
  return fleet;
}

/* Nine of ten are done. */
static void
report (MuriFleet *fleet, guint n_hosts)
{
  const guint states[] = { MURI_OUTCOME_FAILED,    MURI_OUTCOME_DONE, MURI_OUTCOME_DONE,
                           MURI_OUTCOME_DONE,      MURI_OUTCOME_DONE, MURI_OUTCOME_DONE,
                           MURI_OUTCOME_TIMED_OUT, MURI_OUTCOME_DONE, MURI_OUTCOME_DONE,
                           MURI_OUTCOME_DONE };
  const guint share = VMS_PER_HOST / G_N_ELEMENTS (states);

  for (guint host = 0; host < n_hosts; host++)
    {
      MuriChange changes[G_N_ELEMENTS (states)];

      for (guint i = 0; i < G_N_ELEMENTS (states); i++)
        changes[i] = fixture_report (9, host + 1, 100000 + host * VMS_PER_HOST + i * share, share,
                                     states[i]);
      fixture_fold (fleet, changes, G_N_ELEMENTS (changes));
    }
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

/* ---- what is measured ---- */

static void
measure_question (MuriFleet *fleet, GtkWindow *parent)
{
  GListModel *model = muri_fleet_get_vms (fleet);
  g_autoptr (GPtrArray) vms = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (MuriIntent) intent = NULL;
  GtkWidget *dialog;
  gint64 start;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (vms, g_list_model_get_item (model, i));
  intent = muri_intent_new (MURI_VERB_SHUTDOWN, vms);

  begin ();
  start = watch.awake;
  dialog = GTK_WIDGET (muri_review_dialog_new (parent, fleet, intent));
  watch_paint (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
  end ("question", start);

  begin ();
  start = watch.awake;
  gtk_editable_set_text (GTK_EDITABLE (find (dialog, GTK_TYPE_SEARCH_ENTRY)), "vm-11");
  end ("question-search", start);

  begin ();
  start = watch.awake;
  g_signal_emit_by_name (find (dialog, GTK_TYPE_CHECK_BUTTON), "activate");
  end ("question-untick", start);
  gtk_window_destroy (GTK_WINDOW (dialog));
  run (500);
}

static void
measure_ledger (MuriFleet *fleet, GtkWindow *window, guint n_hosts)
{
  g_autoptr (MuriScope) scope = muri_scope_new_fleet (fleet);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (GMenuModel) menu = NULL;
  GtkWidget *page = g_object_new (MURI_TYPE_OPERATIONS_PAGE, NULL);
  gint64 start;

  begin ();
  start = watch.awake;
  report (fleet, n_hosts);
  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  measure_print ("reports", (double)(get_time () - start) / 1e3);

  begin ();
  start = watch.awake;
  adw_window_set_content (ADW_WINDOW (window), page);
  g_object_set (page, "fleet", fleet, "scope", scope, NULL);
  end ("ledger", start);

  begin ();
  start = watch.awake;
  g_object_set (page, "operation-id", muri_operation_get_id (operation), NULL);
  end ("ledger-open", start);

  begin ();
  start = watch.awake;
  gtk_editable_set_text (GTK_EDITABLE (find (page, GTK_TYPE_SEARCH_ENTRY)), "vm-11");
  end ("ledger-search", start);
  gtk_editable_set_text (GTK_EDITABLE (find (page, GTK_TYPE_SEARCH_ENTRY)), "");
  run (500);

  /* Somebody tries again, and all of it is done. */
  begin ();
  start = watch.awake;
  for (guint host = 0; host < n_hosts; host++)
    fixture_fold_one (fleet, fixture_report (9, host + 1, 100000 + host * VMS_PER_HOST,
                                             VMS_PER_HOST / 10, MURI_OUTCOME_RUNNING));
  end ("ledger-update", start);

  start = get_time ();
  menu = muri_operation_menu_new (fleet, operation);
  measure_print ("ledger-menu", (double)(get_time () - start) / 1e3);
}

int
main (int argc, char **argv)
{
  guint n_hosts = argc > 1 ? (guint)atoi (argv[1]) / VMS_PER_HOST : 0;
  MuriFleet *fleet;
  GtkWindow *window;

  if (n_hosts == 0)
    {
      g_printerr ("Usage: measure-many VMS (at least %d)\n", VMS_PER_HOST);
      return 2;
    }
  adw_init ();
  fleet = open_fleet (n_hosts);
  window = GTK_WINDOW (adw_window_new ());
  g_object_set (window, "default-width", 1280, "default-height", 800, NULL);
  adw_window_set_content (ADW_WINDOW (window), gtk_label_new (NULL));
  watch_paint (GTK_WIDGET (window));
  gtk_window_present (window);
  g_main_context_set_poll_func (NULL, poll_and_note);
  run (1000);
  measure_question (fleet, window);
  measure_ledger (fleet, window, n_hosts);
  gtk_window_destroy (window);
  fixture_close (fleet);
  return 0;
}
