/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What did not change is not drawn, sorted or told of again: counted. */
#include "fleet-fixture.h"

#include <adwaita.h>

#include "muri-cell.h"
#include "muri-graph-source.h"
#include "muri-graph.h"
#include "muri-host-table.h"
#include "muri-sidebar.h"
#include "muri-sparkline.h"
#include "muri-tally.h"
#include "muri-vm-table.h"

#define NODE 1
#define FIRST 100
#define N_VMS 5

/* Whatever is still on its way when a window has been shown has come when no frame is drawn for so
 * long. That something is drawn later than that, but for a change, fails the test. */
#define CALM_MS 300

/* ---- counting ---- */

#define COUNT "test-drawn"

static GHashTable *snapshots; /* type to Snapshot, its own */

typedef void (*Snapshot) (GtkWidget *widget, GtkSnapshot *snapshot);

static void
count_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  const Snapshot *own = g_hash_table_lookup (snapshots, GSIZE_TO_POINTER (G_OBJECT_TYPE (widget)));
  guint n = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (widget), COUNT));

  g_object_set_data (G_OBJECT (widget), COUNT, GUINT_TO_POINTER (n + 1));
  (*own) (widget, snapshot);
}

/* Widgets of that type count how often they are drawn from now on. */
static void
watch_type (GType type)
{
  GtkWidgetClass *klass = g_type_class_ref (type);

  if (!snapshots)
    snapshots = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (!g_hash_table_contains (snapshots, GSIZE_TO_POINTER (type)))
    {
      g_hash_table_insert (snapshots, GSIZE_TO_POINTER (type),
                           g_memdup2 (&klass->snapshot, sizeof klass->snapshot));
      klass->snapshot = count_snapshot;
    }
  g_type_class_unref (klass);
}

static guint
drawn (GtkWidget *widget)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (widget), COUNT));
}

static void
count (guint *n)
{
  (*n)++;
}

static gulong
count_frames (GtkWidget *widget, guint *n)
{
  return g_signal_connect_swapped (gtk_widget_get_frame_clock (widget), "after-paint",
                                   G_CALLBACK (count), n);
}

static gboolean
on_calm (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_ms (guint ms)
{
  gboolean over = FALSE;

  /* After whatever is due by then, however long that had to wait for the processor. */
  g_timeout_add_full (G_PRIORITY_LOW, ms, on_calm, &over, NULL);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* Until what was begun is drawn. */
static void
await_calm (GtkWidget *widget)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  guint frames = 0, before;
  gulong handler = count_frames (widget, &frames);

  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      before = frames;
      wait_ms (CALM_MS);
    }
  while (frames != before);
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (widget), handler);
}

/* ---- what is there ---- */

static MuriFleet *
open_fleet (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange changes[N_VMS + 2];

  for (guint i = 0; i < N_VMS; i++)
    changes[i] = fixture_vm (NODE, FIRST + i, MURI_VM_STATE_RUNNING);
  changes[N_VMS] = fixture_node (NODE, N_VMS);
  changes[N_VMS + 1] = fixture_sample (NODE, 0.5f, FIRST, N_VMS);
  fixture_fold (fleet, changes, G_N_ELEMENTS (changes));
  return fleet;
}

/* All that an agent says while its host is idle; of some seconds. */
static void
say_the_same (MuriFleet *fleet)
{
  for (guint second = 0; second < 5; second++)
    fixture_fold_one (fleet, fixture_sample (NODE, 0.5f, FIRST, N_VMS));
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

static GtkWidget *
make_page (GType type, MuriFleet *fleet)
{
  g_autoptr (MuriScope) scope = muri_scope_new_fleet (fleet);

  return g_object_new (type, "fleet", fleet, "scope", scope, NULL);
}

/* The first one of this type below @widget. */
static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

/* ---- what is drawn ---- */

static void
test_sparkline (void)
{
  MuriFleet *fleet = open_fleet ();
  GtkWidget *sparkline = muri_sparkline_new ();
  GtkWindow *window;
  guint before;

  watch_type (MURI_TYPE_SPARKLINE);
  /* Its two minutes are full. */
  for (guint i = 0; i < 120; i++)
    fixture_fold_one (fleet, fixture_sample (NODE, 0.5f, FIRST, N_VMS));
  muri_sparkline_set_vm (MURI_SPARKLINE (sparkline), fixture_find_vm (fleet, NODE, FIRST));
  window = show (sparkline);
  fixture_await (drawn (sparkline) > 0);
  await_calm (sparkline);
  before = drawn (sparkline);

  /* The same again, less than a pixel more, and those of another VM. */
  fixture_fold_one (fleet, fixture_sample (NODE, 0.5f, FIRST, N_VMS));
  fixture_fold_one (fleet, fixture_sample (NODE, 0.505f, FIRST, N_VMS));
  fixture_fold_one (fleet, fixture_sample (NODE, 0.9f, FIRST + 1, 1));
  await_calm (sparkline);
  g_assert_cmpuint (drawn (sparkline), ==, before);
  fixture_fold_one (fleet, fixture_sample (NODE, 0.9f, FIRST, 1));
  await_calm (sparkline);
  g_assert_cmpuint (drawn (sparkline), ==, before + 1);

  gtk_widget_set_visible (sparkline, FALSE);
  fixture_fold_one (fleet, fixture_sample (NODE, 0.1f, FIRST, 1));
  await_calm (GTK_WIDGET (window));
  g_assert_cmpuint (drawn (sparkline), ==, before + 1);
  gtk_window_destroy (window);
  fixture_close (fleet);
}

static void
test_cells (void)
{
  MuriFleet *fleet = open_fleet ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = muri_cell_new (MURI_COLUMN_NAME);
  GtkWidget *cpu = muri_cell_new (MURI_COLUMN_CPU);
  GtkWidget *state = muri_cell_new (MURI_COLUMN_STATE);
  GtkWidget *cells[] = { name, cpu, state };
  guint before[G_N_ELEMENTS (cells)];
  GtkWindow *window;

  watch_type (MURI_TYPE_CELL);
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      muri_cell_set_item (MURI_CELL (cells[i]), fixture_find_vm (fleet, NODE, FIRST));
      gtk_box_append (GTK_BOX (box), cells[i]);
    }
  window = show (box);
  fixture_await (drawn (name) > 0 && drawn (cpu) > 0 && drawn (state) > 0);
  await_calm (box);
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    before[i] = drawn (cells[i]);

  /* Another figure, which is written and drawn alike. */
  fixture_fold_one (fleet, fixture_sample (NODE, 0.501f, FIRST, 1));
  say_the_same (fleet);
  await_calm (box);
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    g_assert_cmpuint (drawn (cells[i]), ==, before[i]);
  fixture_fold_one (fleet, fixture_sample (NODE, 0.7f, FIRST, 1));
  await_calm (box);
  g_assert_cmpuint (drawn (cpu), ==, before[1] + 1);
  g_assert_cmpuint (drawn (state), ==, before[2]);

  /* The row of the name says another state, and the name is as it was. */
  fixture_fold_one (fleet, fixture_vm (NODE, FIRST, MURI_VM_STATE_PAUSED));
  await_calm (box);
  g_assert_cmpuint (drawn (state), ==, before[2] + 1);
  g_assert_cmpuint (drawn (name), ==, before[0]);
  gtk_window_destroy (window);
  fixture_close (fleet);
}

/* ---- graphs ---- */

typedef struct
{
  MuriGraphGroup *group;
  MuriSeries *series;
  MuriGraphSource *source;
  GtkWidget *scrolled;
  GtkWidget *plots[2];
  GtkWindow *window;
  guint ticks;
} Graphs;

static GtkWidget *
make_graph (Graphs *self)
{
  GtkWidget *graph = muri_graph_new ("CPU", MURI_UNIT_SHARE, self->group);

  muri_graph_add_line (MURI_GRAPH (graph), NULL, MURI_FIGURE_CPU);
  muri_graph_set_source (MURI_GRAPH (graph), self->source);
  return graph;
}

/* Two of them, and room for one. */
static void
set_up_graphs (Graphs *self, gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 600);
  float values[MURI_N_FIGURES] = { 0 };
  gint64 now = g_get_real_time ();

  watch_type (GTK_TYPE_DRAWING_AREA);
  values[MURI_FIGURE_CPU] = 0.5f;
  self->series = muri_series_new (MURI_N_FIGURES, 10);
  muri_series_push (self->series, now - 2 * G_TIME_SPAN_SECOND, values);
  muri_series_push (self->series, now, values);
  self->group = muri_graph_group_new ();
  self->source = muri_graph_source_new (self->group);
  muri_graph_source_set_one (self->source, NULL, muri_graph_part_new (NULL, self->series, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (self->plots); i++)
    {
      GtkWidget *graph = make_graph (self);

      /* Below its header and its read-outs, which draw their colours. */
      self->plots[i] = gtk_widget_get_last_child (graph);
      g_assert_true (GTK_IS_DRAWING_AREA (self->plots[i]));
      gtk_box_append (GTK_BOX (box), graph);
    }
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), box);
  self->window = show (self->scrolled);
  fixture_await (drawn (self->plots[0]) > 0);
  await_calm (self->scrolled);
  g_signal_connect_swapped (self->group, "tick", G_CALLBACK (count), &self->ticks);
}

static void
tear_down_graphs (Graphs *self, gconstpointer data)
{
  gtk_window_destroy (self->window);
  muri_series_unref (self->series);
  g_assert_finalize_object (self->source);
  g_assert_finalize_object (self->group);
}

static void
await_ticks (Graphs *self, guint n)
{
  guint wanted = self->ticks + n;

  fixture_await (self->ticks >= wanted);
}

/* Time goes on, and the axis with it: but not for a graph that is scrolled away. */
static void
test_scrolled_away (Graphs *self, gconstpointer data)
{
  GtkAdjustment *adjustment =
      gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
  guint first = drawn (self->plots[0]), second = drawn (self->plots[1]);

  fixture_await (drawn (self->plots[0]) > first);
  await_ticks (self, 1);
  fixture_await (drawn (self->plots[0]) > first + 1);
  g_assert_cmpuint (drawn (self->plots[1]), ==, second);

  /* It is up to date as soon as it is seen. */
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  fixture_await (drawn (self->plots[1]) > second);
  await_calm (self->scrolled);
  first = drawn (self->plots[0]);
  second = drawn (self->plots[1]);
  fixture_await (drawn (self->plots[1]) > second);
  g_assert_cmpuint (drawn (self->plots[0]), ==, first);
}

static void
test_range_of_the_past (Graphs *self, gconstpointer data)
{
  MuriTimeRange *range = muri_graph_group_get_range (self->group);
  gint64 now = g_get_real_time ();
  guint before;

  muri_time_range_set (range, now - 2 * G_TIME_SPAN_HOUR, now - G_TIME_SPAN_HOUR);
  await_calm (self->scrolled);
  before = drawn (self->plots[0]);
  await_ticks (self, 2);
  await_calm (self->scrolled);
  g_assert_cmpuint (drawn (self->plots[0]), ==, before);
}

static void
test_unmapped (Graphs *self, gconstpointer data)
{
  guint before;

  gtk_widget_set_visible (self->scrolled, FALSE);
  await_calm (GTK_WIDGET (self->window));
  before = drawn (self->plots[0]);
  g_assert_false (muri_graph_group_is_held (self->group));
  self->ticks = 0;
  muri_graph_group_touch (self->group);
  await_calm (GTK_WIDGET (self->window));
  g_assert_cmpuint (self->ticks, ==, 0);
  g_assert_cmpuint (drawn (self->plots[0]), ==, before);
}

/* ---- the whole window ---- */

/* Agents of an idle fleet say every second that nothing is new. */
static void
test_idle_fleet (void)
{
  MuriFleet *fleet = open_fleet ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *sidebar = g_object_new (MURI_TYPE_SIDEBAR, NULL);
  GtkWidget *pages[] = { make_page (MURI_TYPE_VM_TABLE, fleet),
                         make_page (MURI_TYPE_HOST_TABLE, fleet) };
  g_autoptr (MuriTally) tally = muri_tally_new (fleet);
  GtkSelectionModel *model;
  guint frames = 0, sorted = 0;
  gulong handler;
  GtkWindow *window;

  for (guint i = 0; i < 120; i++)
    fixture_fold_one (fleet, fixture_sample (NODE, 0.5f, FIRST, N_VMS));
  muri_sidebar_set_fleet (MURI_SIDEBAR (sidebar), fleet, tally);
  gtk_box_append (GTK_BOX (box), sidebar);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    gtk_box_append (GTK_BOX (box), pages[i]);
  window = show (box);
  await_calm (box);

  model = gtk_list_view_get_model (GTK_LIST_VIEW (find (sidebar, GTK_TYPE_LIST_VIEW)));
  g_signal_connect_swapped (model, "items-changed", G_CALLBACK (count), &sorted);
  handler = count_frames (box, &frames);
  say_the_same (fleet);
  wait_ms (CALM_MS);
  g_assert_cmpuint (sorted, ==, 0);
  g_assert_cmpuint (frames, ==, 0);

  /* And one thing that is new is drawn. */
  fixture_fold_one (fleet, fixture_vm (NODE, FIRST, MURI_VM_STATE_PAUSED));
  fixture_await (frames > 0);
  g_assert_cmpuint (sorted, ==, 0);

  g_signal_handlers_disconnect_by_data (model, &sorted);
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (box), handler);
  gtk_window_destroy (window);
  g_clear_object (&tally);
  fixture_close (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  /* Scrollbars that fade away draw frames some seconds after a window was shown. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE,
                "gtk-overlay-scrolling", FALSE, NULL);

  g_test_add_func ("/quiet/sparkline", test_sparkline);
  g_test_add_func ("/quiet/cells", test_cells);
#define ADD(path, function)                                                                        \
  g_test_add (path, Graphs, NULL, set_up_graphs, function, tear_down_graphs)
  ADD ("/quiet/graph-scrolled-away", test_scrolled_away);
  ADD ("/quiet/graph-of-the-past", test_range_of_the_past);
  ADD ("/quiet/graph-unmapped", test_unmapped);
  g_test_add_func ("/quiet/idle-fleet", test_idle_fleet);
  return g_test_run ();
}
