/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include <adwaita.h>

#include "muri-column-layout.h"
#include "muri-event-words.h"
#include "muri-events-page.h"
#include "muri-graph.h"
#include "muri-node-page.h"
#include "muri-operation-menu.h"
#include "muri-operations-page.h"
#include "muri-overview-page.h"
#include "muri-report-span.h"
#include "muri-report.h"
#include "muri-reports-page.h"
#include "muri-vm-page.h"

#define NODE 1
#define VM 100

static MuriFleet *
open_fleet (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange changes[] = {
    fixture_node (NODE, 2),
    fixture_vm (NODE, VM, MURI_VM_STATE_RUNNING),
    fixture_vm (NODE, VM + 1, MURI_VM_STATE_CRASHED),
    fixture_sample (NODE, 0.5f, VM, 1),
    fixture_event (NODE, 1, g_get_real_time ()),
    fixture_report (9, NODE, VM, 2, MURI_OUTCOME_FAILED),
  };

  fixture_fold (fleet, changes, G_N_ELEMENTS (changes));
  return fleet;
}

/* Every label and tooltip that is on the screen below @widget. */
static void
collect_texts (GtkWidget *widget, GString *texts)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (GTK_IS_LABEL (widget))
    g_string_append_printf (texts, "%s\n", gtk_label_get_text (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    collect_texts (child, texts);
}

static gboolean
shows (GtkWidget *page, const char *text)
{
  g_autoptr (GString) texts = g_string_new (NULL);

  collect_texts (page, texts);
  return strstr (texts->str, text) != NULL;
}

static GtkWidget *
show (GType type, MuriFleet *fleet, MuriScope *scope, GtkWindow **window)
{
  GtkWidget *page = g_object_new (type, NULL);

  *window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (*window, 900, 600);
  gtk_window_set_child (*window, page);
  g_object_set (page, "fleet", fleet, "scope", scope, NULL);
  gtk_window_present (*window);
  fixture_await (gtk_widget_get_mapped (page));
  return page;
}

/* The page lets go of everything: itself, and what it watched. */
static void
check_page (GType type, MuriFleet *fleet, MuriScope *scope, const char *text)
{
  GtkWindow *window;
  GtkWidget *page = show (type, fleet, scope, &window);

  fixture_await (shows (page, text));
  fixture_fold_one (fleet, fixture_sample (NODE, 0.7f, VM, 1));

  g_object_set (page, "scope", NULL, NULL);
  g_object_set (page, "scope", scope, NULL);
  fixture_await (shows (page, text));

  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *)&page);
  gtk_window_destroy (window);
  fixture_await (page == NULL);
}

static void
finish (MuriFleet *fleet, MuriScope *scope)
{
  g_assert_finalize_object (scope);
  fixture_close (fleet);
}

static void
test_overview (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriScope *scope = muri_scope_new_fleet (fleet);

  check_page (MURI_TYPE_OVERVIEW_PAGE, fleet, scope, "vm-101 crashed");
  finish (fleet, scope);
}

static void
test_node (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriScope *scope = muri_scope_new_node (fleet, fixture_find_node (fleet, NODE));

  check_page (MURI_TYPE_NODE_PAGE, fleet, scope, "node-1");
  finish (fleet, scope);
}

static void
test_vm (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriScope *scope = muri_scope_new_vm (fleet, fixture_find_vm (fleet, NODE, VM));

  check_page (MURI_TYPE_VM_PAGE, fleet, scope, "Running on node-1");
  finish (fleet, scope);
}

static void
test_events (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriScope *scope = muri_scope_new_fleet (fleet);

  check_page (MURI_TYPE_EVENTS_PAGE, fleet, scope, "event");
  finish (fleet, scope);
}

static void
test_reports (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriScope *scope = muri_scope_new_fleet (fleet);

  /* A second of a week is too little for advice. */
  check_page (MURI_TYPE_REPORTS_PAGE, fleet, scope, "of the time known");
  finish (fleet, scope);
}

/* What a report is made of: its VMs, their host, and their sum. */
static void
test_report (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriScope *scope = muri_scope_new_fleet (fleet);
  MuriReport *report = muri_report_new ();
  gint64 now = g_get_real_time ();
  g_autofree char *on = NULL;
  MuriUsageRow *total;

  muri_report_ask (report, scope, now - 30 * G_TIME_SPAN_SECOND, now + 30 * G_TIME_SPAN_SECOND);
  g_assert_true (muri_report_is_busy (report));
  fixture_await (!muri_report_is_busy (report));
  g_assert_null (muri_report_get_problem (report));
  g_assert_cmpuint (g_list_model_get_n_items (muri_report_get_rows (report, MURI_REPORT_VMS)), ==,
                    2);
  g_assert_cmpuint (g_list_model_get_n_items (muri_report_get_rows (report, MURI_REPORT_HOSTS)), ==,
                    1);
  total = muri_report_get_total (report, MURI_REPORT_VMS);
  /* One of two ran, for a second of a minute. */
  g_assert_cmpfloat_with_epsilon (muri_usage_row_get_usage (total)->on, 1, 1e-3);
  g_assert_cmpfloat_with_epsilon (muri_usage_row_get_known (total), 1.0 / 60, 1e-3);
  on = muri_usage_row_format (total, MURI_USAGE_ON);
  g_assert_cmpstr (on, ==, "0.0");

  /* Nothing is asked for any more, and nothing comes. */
  muri_report_ask (report, scope, now - G_TIME_SPAN_DAY, now);
  muri_report_ask (report, NULL, 0, 0);
  g_assert_false (muri_report_is_busy (report));
  g_assert_cmpuint (g_list_model_get_n_items (muri_report_get_rows (report, MURI_REPORT_VMS)), ==,
                    0);
  fixture_await (g_main_context_iteration (NULL, FALSE) == FALSE);
  g_object_unref (report);
  finish (fleet, scope);
}

static void
assert_span (MuriReportSpan span, const char *now, const char *from, const char *to)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  g_autoptr (GDateTime) today = g_date_time_new_from_iso8601 (now, zone);
  g_autoptr (GDateTime) first = g_date_time_new_from_iso8601 (from, zone);
  g_autoptr (GDateTime) last = g_date_time_new_from_iso8601 (to, zone);
  gint64 begin, end;

  muri_report_span_get (span, g_date_time_to_unix (today) * G_TIME_SPAN_SECOND, zone, NULL, &begin,
                        &end);
  g_assert_cmpint (begin / G_TIME_SPAN_SECOND, ==, g_date_time_to_unix (first));
  g_assert_cmpint (end / G_TIME_SPAN_SECOND, ==, g_date_time_to_unix (last));
}

/* Months begin at midnight, whatever the clocks did in them. */
static void
test_report_spans (void)
{
  assert_span (MURI_REPORT_THIS_MONTH, "2025-03-31T12:00:00", "2025-03-01T00:00:00",
               "2025-03-31T12:00:00");
  assert_span (MURI_REPORT_LAST_MONTH, "2025-04-15T12:00:00", "2025-03-01T00:00:00",
               "2025-04-01T00:00:00");
  assert_span (MURI_REPORT_LAST_MONTH, "2025-01-31T12:00:00", "2024-12-01T00:00:00",
               "2025-01-01T00:00:00");
  assert_span (MURI_REPORT_WEEK, "2025-01-31T12:00:00", "2025-01-24T12:00:00",
               "2025-01-31T12:00:00");
}

/* On a narrow page what happened counts more than where. */
static void
test_events_narrow (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriScope *scope = muri_scope_new_fleet (fleet);
  GtkWindow *window;
  GtkWidget *page = show (MURI_TYPE_EVENTS_PAGE, fleet, scope, &window);

  fixture_await (shows (page, "Host\n"));
  gtk_window_set_default_size (window, 360, 600);
  fixture_await (!shows (page, "Host\n"));
  gtk_window_destroy (window);
  finish (fleet, scope);
}

/* Closed two days ago: what happened since is summed up until somebody has read it. */
static void
test_absence (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);
  gint64 now = g_get_real_time ();
  MuriChange crash = fixture_event (NODE, 7, now - G_TIME_SPAN_HOUR);
  MuriScope *scope;
  GtkWindow *window;
  GtkWidget *page;
  g_autoptr (GVariant) seen = g_variant_ref_sink (g_variant_new_int64 (now - 2 * G_TIME_SPAN_DAY));

  fleet->heard_saved = g_get_monotonic_time ();
  muri_store_write_setting (fleet->store, "seen", seen);
  g_clear_object (&fleet->store);
  fixture_close (fleet);

  fleet = fixture_open (directory);
  scope = muri_scope_new_fleet (fleet);
  page = show (MURI_TYPE_OVERVIEW_PAGE, fleet, scope, &window);
  g_assert_false (shows (page, "Since "));
  ((muri_v1_Event *)crash.sample)->kind = MURI_EVENT_VM_CRASHED;
  fixture_fold_one (fleet, fixture_node (NODE, 0));
  fixture_fold_one (fleet, crash);
  fixture_await (shows (page, "Since "));
  g_assert_true (shows (page, "1 VM crashed"));
  gtk_window_destroy (window);
  finish (fleet, scope);
  fixture_remove_directory (directory);
}

static GtkWidget *
find_drop_down (GtkWidget *widget, const char *tooltip)
{
  GtkWidget *found = NULL;

  if (GTK_IS_DROP_DOWN (widget) && g_strcmp0 (gtk_widget_get_tooltip_text (widget), tooltip) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_drop_down (child, tooltip);
  return found;
}

/* By what it is about and by when it was. */
static void
test_events_chosen (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriScope *scope = muri_scope_new_fleet (fleet);
  GtkWindow *window;
  GtkWidget *page = show (MURI_TYPE_EVENTS_PAGE, fleet, scope, &window);
  GtkDropDown *theme = GTK_DROP_DOWN (find_drop_down (page, "About"));
  GtkDropDown *span = GTK_DROP_DOWN (find_drop_down (page, "When"));

  fixture_fold_one (fleet, fixture_event (NODE, 2, g_get_real_time () - 2 * G_TIME_SPAN_DAY));
  fixture_await (shows (page, "2 events"));
  gtk_drop_down_set_selected (span, 1);
  fixture_await (shows (page, "1 of 2 events"));
  gtk_drop_down_set_selected (span, 3);
  fixture_await (shows (page, "2 events"));
  gtk_drop_down_set_selected (theme, MURI_THEME_ALARMS);
  fixture_await (shows (page, "No Such Events"));
  gtk_drop_down_set_selected (theme, MURI_THEME_HOSTS);
  fixture_await (shows (page, "2 events"));
  gtk_window_destroy (window);
  finish (fleet, scope);
}

static void
test_events_csv (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange change = fixture_event (NODE, 1, G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC);
  muri_v1_Event *sample = change.sample;
  g_autofree char *csv = NULL;

  g_strlcpy (sample->vm_name, "a, \"b\"", sizeof sample->vm_name);
  g_strlcpy (sample->detail, "booted", sizeof sample->detail);
  fixture_fold_one (fleet, fixture_node (NODE, 0));
  fixture_fold_one (fleet, change);
  csv = muri_events_to_csv (muri_fleet_get_events (fleet));
  g_assert_cmpstr (csv, ==,
                   "time,severity,event,detail,vm,host\r\n"
                   "2023-11-14T22:13:20Z,Information,Started,booted,\"a, \"\"b\"\"\",node-1\r\n");
  fixture_close (fleet);
}

static void
test_operations (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriScope *scope = muri_scope_new_fleet (fleet);
  g_autoptr (MuriOperation) operation =
      g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  GtkWindow *window;
  GtkWidget *page;

  check_page (MURI_TYPE_OPERATIONS_PAGE, fleet, scope, "2 failed");

  /* The one that was asked for is open: its targets are there. */
  page = show (MURI_TYPE_OPERATIONS_PAGE, fleet, scope, &window);
  g_object_set (page, "operation-id", muri_operation_get_id (operation), NULL);
  fixture_await (shows (page, "vm-100 on node-1"));
  gtk_window_destroy (window);
  g_clear_object (&operation);
  finish (fleet, scope);
}

static gboolean
has_item (GMenuModel *menu, const char *label)
{
  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);
      g_autofree char *own = NULL;

      g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_LABEL, "s", &own);
      if (g_strcmp0 (own, label) == 0 || (section && has_item (section, label)))
        return TRUE;
    }
  return FALSE;
}

/* What did not go down in time is not failed: it can be forced off, unless it went down since. */
static void
test_late (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriScope *scope = muri_scope_new_fleet (fleet);
  MuriChange changes[] = {
    fixture_node (NODE, 2),
    fixture_vm (NODE, VM, MURI_VM_STATE_RUNNING),
    fixture_vm (NODE, VM + 1, MURI_VM_STATE_OFF),
    fixture_report (9, NODE, VM, 2, MURI_OUTCOME_TIMED_OUT),
  };
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (GMenuModel) menu = NULL;

  fixture_fold (fleet, changes, G_N_ELEMENTS (changes));
  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  menu = muri_operation_menu_new (fleet, operation);
  g_assert_true (has_item (menu, "Force Off 1…"));
  g_assert_true (has_item (menu, "Retry 2 Failed…"));
  g_assert_false (has_item (menu, "Start These Again"));
  g_assert_false (has_item (menu, "Cancel Rest"));
  check_page (MURI_TYPE_OPERATIONS_PAGE, fleet, scope, "2 timed out");
  g_clear_object (&operation);
  finish (fleet, scope);
}

/* A VM's host falls silent: the page says so and keeps what was known. */
static void
test_lost (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriScope *scope = muri_scope_new_vm (fleet, fixture_find_vm (fleet, NODE, VM));
  GtkWindow *window;
  GtkWidget *page = show (MURI_TYPE_VM_PAGE, fleet, scope, &window);

  fixture_await (shows (page, "Running on node-1"));
  fixture_fold_one (fleet, fixture_with_life (fixture_node (NODE, 2), MURI_LIFE_NO_WRITERS));
  fixture_await (shows (page, "node-1 cannot be heard"));
  g_assert_true (shows (page, "Running just now on node-1"));
  gtk_window_destroy (window);
  finish (fleet, scope);
}

static void
count (guint *n)
{
  (*n)++;
}

static void
test_group (void)
{
  MuriGraphGroup *group = muri_graph_group_new ();
  guint ticks = 0, moves = 0;

  g_signal_connect_swapped (group, "tick", G_CALLBACK (count), &ticks);
  g_signal_connect_swapped (group, "notify::crosshair", G_CALLBACK (count), &moves);

  /* Nobody looks. */
  muri_graph_group_touch (group);
  g_assert_cmpuint (ticks, ==, 0);

  /* The first figures at once, those right after them later. */
  muri_graph_group_hold (group);
  muri_graph_group_touch (group);
  g_assert_cmpuint (ticks, ==, 1);
  muri_graph_group_touch (group);
  g_assert_cmpuint (ticks, ==, 1);
  fixture_await (ticks == 2);

  /* Time goes on without any. */
  fixture_await (ticks == 3);
  muri_graph_group_release (group);

  muri_graph_group_set_crosshair (group, 5);
  muri_graph_group_set_crosshair (group, 5);
  g_assert_cmpuint (moves, ==, 1);
  g_assert_finalize_object (group);
}

/* Two graphs of a group read the same moment. */
static void
test_crosshair (void)
{
  MuriGraphGroup *group = muri_graph_group_new ();
  MuriSeries *series = muri_series_new (MURI_N_FIGURES, 10);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *first = muri_graph_new ("CPU", MURI_UNIT_SHARE, group);
  GtkWidget *second = muri_graph_new ("Network", MURI_UNIT_RATE, group);
  GtkWidget *window = gtk_window_new ();
  MuriGraphSource *source = muri_graph_source_new (group);
  float values[MURI_N_FIGURES] = { 0 };
  gint64 now = g_get_real_time ();

  values[MURI_FIGURE_CPU] = 0.25f;
  values[MURI_FIGURE_NET_RX] = 2e6f;
  muri_series_push (series, now - 20 * G_TIME_SPAN_SECOND, values);
  values[MURI_FIGURE_CPU] = 0.5f;
  values[MURI_FIGURE_NET_RX] = 3e6f;
  muri_series_push (series, now, values);
  muri_graph_add_line (MURI_GRAPH (first), NULL, MURI_FIGURE_CPU);
  muri_graph_add_line (MURI_GRAPH (second), NULL, MURI_FIGURE_NET_RX);
  muri_graph_source_set_one (source, NULL, muri_graph_part_new (NULL, series, NULL));
  muri_graph_set_source (MURI_GRAPH (first), source);
  muri_graph_set_source (MURI_GRAPH (second), source);
  gtk_box_append (GTK_BOX (box), first);
  gtk_box_append (GTK_BOX (box), second);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  fixture_await (shows (first, "50\302\240%"));
  g_assert_true (shows (second, "3.0\302\240MB/s"));

  muri_graph_group_set_crosshair (group, now - 19 * G_TIME_SPAN_SECOND);
  g_assert_true (shows (first, "25\302\240%"));
  g_assert_true (shows (second, "2.0\302\240MB/s"));
  /* Between samples that are far apart nothing was known. */
  muri_graph_group_set_crosshair (group, now - 10 * G_TIME_SPAN_SECOND);
  g_assert_true (shows (first, "—"));

  gtk_window_destroy (GTK_WINDOW (window));
  muri_series_unref (series);
  g_assert_finalize_object (source);
  g_assert_finalize_object (group);
}

static void
test_columns (void)
{
  g_assert_cmpuint (muri_column_layout_balance (0, 3), ==, 1);
  g_assert_cmpuint (muri_column_layout_balance (4, 1), ==, 1);
  g_assert_cmpuint (muri_column_layout_balance (4, 3), ==, 2);
  g_assert_cmpuint (muri_column_layout_balance (4, 9), ==, 4);
  g_assert_cmpuint (muri_column_layout_balance (5, 3), ==, 3);
  g_assert_cmpuint (muri_column_layout_balance (6, 4), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/pages/columns", test_columns);
  g_test_add_func ("/pages/graph-group", test_group);
  g_test_add_func ("/pages/crosshair", test_crosshair);
  g_test_add_func ("/pages/overview", test_overview);
  g_test_add_func ("/pages/node", test_node);
  g_test_add_func ("/pages/vm", test_vm);
  g_test_add_func ("/pages/lost", test_lost);
  g_test_add_func ("/pages/events", test_events);
  g_test_add_func ("/pages/events-narrow", test_events_narrow);
  g_test_add_func ("/pages/reports", test_reports);
  g_test_add_func ("/pages/report", test_report);
  g_test_add_func ("/pages/report-spans", test_report_spans);
  g_test_add_func ("/pages/absence", test_absence);
  g_test_add_func ("/pages/events-chosen", test_events_chosen);
  g_test_add_func ("/pages/events-csv", test_events_csv);
  g_test_add_func ("/pages/operations", test_operations);
  g_test_add_func ("/pages/late", test_late);
  return g_test_run ();
}
