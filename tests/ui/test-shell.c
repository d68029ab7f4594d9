/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include <adwaita.h>

#include "muri-host-table.h"
#include "muri-review-dialog.h"
#include "muri-sidebar.h"
#include "muri-table-page.h"
#include "muri-toaster.h"
#include "muri-vm-table.h"

#define NODE 1
#define FIRST 100

/* A node with @n running VMs, in @zone. */
static void
fold_node (MuriFleet *fleet, guint zone, guint node, guint first, guint n)
{
  g_autofree MuriChange *changes = g_new (MuriChange, n + 1);

  for (guint i = 0; i < n; i++)
    changes[i] = fixture_vm (node, first + i, MURI_VM_STATE_RUNNING);
  changes[n] = fixture_node (node, n);
  muri_fleet_fold (fleet, zone, changes, n + 1);
  for (guint i = 0; i <= n; i++)
    muri_topic_sample_free (changes[i].topic, changes[i].sample);
}

static MuriFleet *
open_fleet (guint n)
{
  MuriFleet *fleet = fixture_open (NULL);

  fold_node (fleet, FIXTURE_ZONE, NODE, FIRST, n);
  return fleet;
}

/* The first widget of this type below @widget that satisfies @text, if that is given. */
static GtkWidget *
find (GtkWidget *widget, GType type, const char *text)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (widget), type)
      && (!text || (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text))
          || (GTK_IS_BUTTON (widget)
              && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), text) == 0)))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type, text);
  return found;
}

static gboolean
says (GtkWidget *widget, const char *text)
{
  return find (widget, GTK_TYPE_LABEL, text) != NULL;
}

static GtkWindow *
show (GtkWidget *child)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  gtk_window_set_default_size (window, 1000, 600);
  gtk_window_set_child (window, child);
  gtk_window_present (window);
  fixture_await (gtk_widget_get_mapped (child));
  return window;
}

/* Nothing holds on to the page when its window is gone. */
static void
destroy (GtkWindow *window, GtkWidget *child)
{
  g_object_add_weak_pointer (G_OBJECT (child), (gpointer *)&child);
  gtk_window_destroy (window);
  fixture_await (child == NULL);
}

static GtkWidget *
make_page (GType type, MuriFleet *fleet)
{
  g_autoptr (MuriScope) scope = muri_scope_new_fleet (fleet);

  return g_object_new (type, "fleet", fleet, "scope", scope, NULL);
}

static void
test_vm_table (void)
{
  MuriFleet *fleet = open_fleet (3);
  GtkWidget *page = make_page (MURI_TYPE_VM_TABLE, fleet);
  GtkWindow *window = show (page);
  MuriPicks *picks = muri_table_get_picks (muri_table_page_get_table (MURI_TABLE_PAGE (page)));
  GtkWidget *button;

  fixture_await (says (page, "3 VMs, 3 running"));
  g_assert_false (says (page, "selected"));
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (picks));
  fixture_await (says (page, "3 selected"));
  button = find (page, GTK_TYPE_BUTTON, "Shut Down");
  fixture_await (gtk_widget_is_sensitive (button));
  g_assert_false (gtk_widget_is_sensitive (find (page, GTK_TYPE_BUTTON, "Start")));

  /* They stop by themselves: the verbs follow. */
  for (guint i = 0; i < 3; i++)
    fixture_fold_one (fleet, fixture_vm (NODE, FIRST + i, MURI_VM_STATE_OFF));
  fixture_await (!gtk_widget_is_sensitive (button));
  g_assert_true (gtk_widget_is_sensitive (find (page, GTK_TYPE_BUTTON, "Start")));

  gtk_widget_activate_action (page, "selection.clear", NULL);
  fixture_await (muri_picks_get_n (picks) == 0);
  destroy (window, page);
  fixture_close (fleet);
}

static void
test_pasted_names (void)
{
  MuriFleet *fleet = open_fleet (3);
  GtkWidget *page = make_page (MURI_TYPE_VM_TABLE, fleet);
  GtkWindow *window = show (page);
  MuriPicks *picks = muri_table_get_picks (muri_table_page_get_table (MURI_TABLE_PAGE (page)));

  muri_table_page_set_filter (MURI_TABLE_PAGE (page), "vm-100");
  fixture_await (says (page, "1 shown of 3 VMs"));
  muri_table_page_pick_names (MURI_TABLE_PAGE (page), "vm-101\nzz-top\r\n\n vm-102 ");
  g_assert_cmpuint (muri_picks_get_n (picks), ==, 2);
  fixture_await (says (page, "2 names selected. Not found: zz-top"));
  destroy (window, page);
  fixture_close (fleet);
}

static void
test_empty (void)
{
  MuriFleet *fleet = open_fleet (0);
  GtkWidget *page = make_page (MURI_TYPE_VM_TABLE, fleet);
  GtkWindow *window = show (page);

  fixture_await (says (page, "No VMs"));
  fold_node (fleet, FIXTURE_ZONE, NODE, FIRST, 1);
  fixture_await (says (page, "1 VM, 1 running"));
  g_assert_false (says (page, "No VMs"));
  destroy (window, page);
  fixture_close (fleet);
}

static void
test_host_table (void)
{
  MuriFleet *fleet = open_fleet (3);
  GtkWidget *page = make_page (MURI_TYPE_HOST_TABLE, fleet);
  GtkWindow *window = show (page);

  fixture_await (says (page, "1 host, 1 up"));
  fixture_fold_one (fleet, fixture_with_life (fixture_node (NODE, 3), MURI_LIFE_NO_WRITERS));
  fixture_await (says (page, "1 unreachable"));
  destroy (window, page);
  fixture_close (fleet);
}

static GtkWidget *
make_sidebar (MuriFleet *fleet)
{
  GtkWidget *sidebar = g_object_new (MURI_TYPE_SIDEBAR, NULL);
  g_autoptr (MuriTally) tally = muri_tally_new (fleet);

  muri_sidebar_set_fleet (MURI_SIDEBAR (sidebar), fleet, tally);
  return sidebar;
}

static void
test_sidebar (void)
{
  MuriFleet *fleet = open_fleet (60);
  GtkWidget *sidebar = make_sidebar (fleet);
  GtkWindow *window = show (sidebar);
  MuriScope *scope = muri_scope_new_vm (fleet, fixture_find_vm (fleet, NODE, FIRST));

  fixture_await (says (sidebar, "All Hosts") && says (sidebar, "node-1"));
  g_assert_false (says (sidebar, "vm-100"));

  /* What is shown is unfolded; of many VMs, the first. */
  muri_sidebar_show (MURI_SIDEBAR (sidebar), scope, MURI_PLACE_NONE);
  fixture_await (says (sidebar, "vm-100"));
  g_assert_true (says (sidebar, "vm-149"));
  g_assert_false (says (sidebar, "vm-150"));
  g_assert_true (says (sidebar, "Show All 60"));

  muri_sidebar_show (MURI_SIDEBAR (sidebar), NULL, MURI_PLACE_OPERATIONS);
  destroy (window, sidebar);
  g_assert_finalize_object (scope);
  fixture_close (fleet);
}

static void
test_zones (void)
{
  MuriFleet *fleet = open_fleet (1);
  GtkWidget *sidebar = make_sidebar (fleet);
  GtkWindow *window = show (sidebar);
  MuriScope *scope;

  fixture_await (says (sidebar, "node-1"));
  fold_node (fleet, FIXTURE_ZONE + 1, 2, 200, 1);
  fixture_await (says (sidebar, "Zone 7") && says (sidebar, "Zone 8"));
  g_assert_false (says (sidebar, "node-2"));

  scope = muri_scope_new_node (fleet, fixture_find_node (fleet, 2));
  muri_sidebar_show (MURI_SIDEBAR (sidebar), scope, MURI_PLACE_NONE);
  fixture_await (says (sidebar, "node-2"));
  g_assert_false (says (sidebar, "node-1"));
  destroy (window, sidebar);
  g_assert_finalize_object (scope);
  fixture_close (fleet);
}

static void
on_confirmed (MuriReviewDialog *dialog, GPtrArray *vms, const MuriPacing *pacing, guint *n)
{
  *n = vms->len;
}

static MuriReviewDialog *
review (MuriFleet *fleet, guint n, GtkWindow *parent, guint *confirmed)
{
  g_autoptr (GPtrArray) vms = g_ptr_array_new ();
  g_autoptr (MuriIntent) intent = NULL;
  MuriReviewDialog *dialog;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (vms, fixture_find_vm (fleet, NODE, FIRST + i));
  intent = muri_intent_new (MURI_VERB_POWER_OFF, vms);
  dialog = muri_review_dialog_new (parent, fleet, intent);
  g_signal_connect (dialog, "confirmed", G_CALLBACK (on_confirmed), confirmed);
  gtk_window_present (GTK_WINDOW (dialog));
  fixture_await (gtk_widget_get_mapped (GTK_WIDGET (dialog)));
  return dialog;
}

/* What was confirmed is what is acted on. */
static void
test_review (void)
{
  MuriFleet *fleet = open_fleet (4);
  GtkWindow *parent = show (gtk_label_new ("parent"));
  GtkWidget *dialog, *check, *button;
  guint confirmed = 0;

  fixture_fold_one (fleet, fixture_vm (NODE, FIRST, MURI_VM_STATE_OFF));
  dialog = GTK_WIDGET (review (fleet, 4, parent, &confirmed));
  fixture_await (says (dialog, "Force off 3 VMs on 1 host. 1 is already off."));
  button = find (dialog, GTK_TYPE_BUTTON, "Force Off 3 VMs");
  g_assert_nonnull (button);
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (dialog)) != button);

  check = find (find (dialog, GTK_TYPE_LIST_VIEW, NULL), GTK_TYPE_CHECK_BUTTON, NULL);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), FALSE);
  fixture_await (find (dialog, GTK_TYPE_BUTTON, "Force Off 2 VMs") == button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (confirmed, ==, 2);
  gtk_window_destroy (parent);
  fixture_close (fleet);
}

static void
test_review_of_many (void)
{
  MuriFleet *fleet = open_fleet (51);
  GtkWindow *parent = show (gtk_label_new ("parent"));
  guint confirmed = 0;
  GtkWidget *dialog = GTK_WIDGET (review (fleet, 51, parent, &confirmed));
  GtkWidget *button = find (dialog, GTK_TYPE_BUTTON, "Force Off 51 VMs");
  GtkWidget *entry;

  fixture_await (says (dialog, "Type 51 to confirm"));
  entry = find (dialog, GTK_TYPE_ENTRY, NULL);
  /* The number is typed at once, and Enter is still no answer. */
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (dialog)), entry));
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (dialog)) != button);
  g_assert_false (gtk_widget_is_sensitive (button));
  gtk_editable_set_text (GTK_EDITABLE (entry), "50");
  g_assert_false (gtk_widget_is_sensitive (button));
  gtk_editable_set_text (GTK_EDITABLE (entry), "51");
  fixture_await (gtk_widget_is_sensitive (button));
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_assert_cmpuint (confirmed, ==, 0);
  gtk_window_destroy (parent);
  fixture_close (fleet);
}

static void
let_messages_move (GtkWindow *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  gint64 end = gdk_frame_clock_get_frame_time (clock) + 2 * G_TIME_SPAN_SECOND;

  fixture_await (gdk_frame_clock_get_frame_time (clock) > end);
}

/* One is seen and one waits, and an answer comes in place of both. */
static void
test_messages (void)
{
  static const MuriToastKind orders[][2] = { { MURI_TOAST_ANSWER, MURI_TOAST_RESULT },
                                             { MURI_TOAST_RESULT, MURI_TOAST_ANSWER } };
  static const char *const words[] = { "first", "second" };
  AdwToastOverlay *overlay = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  g_autoptr (MuriToaster) toaster = muri_toaster_new (overlay);
  GtkWindow *window;

  adw_toast_overlay_set_child (overlay, gtk_label_new ("child"));
  window = show (GTK_WIDGET (overlay));
  for (guint order = 0; order < G_N_ELEMENTS (orders); order++)
    {
      g_autoptr (AdwToast) answer = adw_toast_new ("third");

      for (guint i = 0; i < 2; i++)
        {
          AdwToast *toast = adw_toast_new (words[i]);
          adw_toast_set_timeout (toast, 0);
          muri_toaster_show (toaster, orders[order][i], toast);
          let_messages_move (window);
        }
      muri_toaster_show (toaster, MURI_TOAST_ANSWER, g_object_ref (answer));
      fixture_await (says (GTK_WIDGET (window), "third"));
      let_messages_move (window);
      g_assert_false (says (GTK_WIDGET (window), "first"));
      g_assert_false (says (GTK_WIDGET (window), "second"));
      adw_toast_dismiss (answer);
      let_messages_move (window);
    }
  gtk_window_destroy (window);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/shell/vm-table", test_vm_table);
  g_test_add_func ("/shell/pasted-names", test_pasted_names);
  g_test_add_func ("/shell/empty", test_empty);
  g_test_add_func ("/shell/host-table", test_host_table);
  g_test_add_func ("/shell/sidebar", test_sidebar);
  g_test_add_func ("/shell/zones", test_zones);
  g_test_add_func ("/shell/review", test_review);
  g_test_add_func ("/shell/review-of-many", test_review_of_many);
  g_test_add_func ("/shell/messages", test_messages);
  return g_test_run ();
}
