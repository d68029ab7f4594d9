/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-moment-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-counted.h"
#include "muri-format.h"
#include "muri-moment.h"
#include "muri-report-view.h"
#include "muri-time-words.h"

/* A moment is as long as so small a part of what the graphs show. */
#define PARTS 600

#define NAME_WIDTH 170

struct _MuriMomentView
{
  GtkWidget parent_instance;

  GtkWidget *title;
  GtkWidget *summary;
  GtkWidget *all; /* leads to all of them */
  GtkStack *stack;
  GtkColumnView *view;
  GtkColumnViewColumn *share_column;

  /* Owned */
  GListStore *rows;
  GtkSliceListModel *slice;
  GTimeZone *zone;
  GCancellable *cancellable;
  MuriScope *scope; /* while it watches */
  MuriTimeRange *range;
  guint n_rows;
};

G_DEFINE_FINAL_TYPE (MuriMomentView, muri_moment_view, GTK_TYPE_WIDGET)

enum
{
  PROP_N_ROWS = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* ---- cells ---- */

static char *
get_name (gpointer item, gpointer user_data)
{
  return g_strdup (muri_vm_get_name (muri_moment_row_get_vm (item)));
}

static char *
get_id (gpointer item, gpointer user_data)
{
  return g_strconcat ("vm:", muri_vm_get_id (muri_moment_row_get_vm (item)), NULL);
}

static char *
get_place (gpointer item, gpointer user_data)
{
  return g_strdup (muri_node_get_name (muri_vm_get_node (muri_moment_row_get_vm (item))));
}

/* What is only partly known is at least that. */
static double
sum_of (MuriMomentRow *row, MuriFigure first, MuriFigure second)
{
  double a = muri_moment_row_get_value (row, first);
  double b = muri_moment_row_get_value (row, second);

  if (!isfinite (a))
    return b;
  return isfinite (b) ? a + b : a;
}

/* A column of both directions is called by the first. */
static double
value_of (MuriMomentRow *row, MuriFigure figure)
{
  if (figure == MURI_FIGURE_DISK_READ)
    return sum_of (row, figure, MURI_FIGURE_DISK_WRITE);
  if (figure == MURI_FIGURE_NET_RX)
    return sum_of (row, figure, MURI_FIGURE_NET_TX);
  return muri_moment_row_get_value (row, figure);
}

static char *
get_figure (gpointer item, gpointer user_data)
{
  MuriFigure figure = GPOINTER_TO_UINT (user_data);
  double value = value_of (item, figure);

  if (figure == MURI_FIGURE_CPU || figure == MURI_FIGURE_HOST_CPU)
    return muri_format_share (value);
  if (figure == MURI_FIGURE_MEMORY)
    return muri_format_size (value);
  return muri_format_rate (value);
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_utf8_collate (muri_vm_get_name (muri_moment_row_get_vm ((gpointer)a)),
                         muri_vm_get_name (muri_moment_row_get_vm ((gpointer)b)));
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_utf8_collate (
      muri_node_get_name (muri_vm_get_node (muri_moment_row_get_vm ((gpointer)a))),
      muri_node_get_name (muri_vm_get_node (muri_moment_row_get_vm ((gpointer)b))));
}

/* What is not known is less than nothing. */
static int
compare_figures (gconstpointer a, gconstpointer b, gpointer user_data)
{
  double first = value_of ((gpointer)a, GPOINTER_TO_UINT (user_data));
  double second = value_of ((gpointer)b, GPOINTER_TO_UINT (user_data));

  first = isfinite (first) ? first : -1;
  second = isfinite (second) ? second : -1;
  return first < second ? -1 : first > second;
}

static GtkColumnViewColumn *
add_figure (MuriMomentView *self, const char *title, MuriFigure figure)
{
  const MuriReportColumn column = { title, get_figure, compare_figures, GUINT_TO_POINTER (figure),
                                    TRUE,  FALSE };

  return muri_report_view_add (self->view, &column);
}

static void
add_columns (MuriMomentView *self)
{
  const MuriReportColumn place = { _ ("Host"), get_place, compare_places, NULL, FALSE, FALSE };
  GtkColumnViewColumn *name =
      muri_report_view_add_link (self->view, _ ("Name"), get_name, get_id, compare_names);

  gtk_column_view_column_set_fixed_width (name, NAME_WIDTH);
  gtk_column_view_column_set_expand (muri_report_view_add (self->view, &place), TRUE);
  self->share_column = add_figure (self, _ ("Of Host"), MURI_FIGURE_HOST_CPU);
  add_figure (self, _ ("CPU"), MURI_FIGURE_CPU);
  add_figure (self, _ ("Memory"), MURI_FIGURE_MEMORY);
  add_figure (self, _ ("Disk"), MURI_FIGURE_DISK_READ);
  add_figure (self, _ ("Network"), MURI_FIGURE_NET_RX);
  gtk_column_view_sort_by_column (self->view, self->share_column, GTK_SORT_DESCENDING);
}

/* ---- the moment ---- */

static void
show_rows (MuriMomentView *self, GPtrArray *rows)
{
  guint n_all = g_list_model_get_n_items (muri_scope_get_vms (self->scope));
  g_autofree char *text = NULL;

  g_list_store_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)),
                       rows->pdata, rows->len);
  gtk_stack_set_visible_child_name (self->stack, rows->len > 0 ? "table" : "empty");
  /* Translators: of how many VMs something is known of that moment, and how many there are */
  text = muri_counted (C_ ("moment", "%u of %u VMs known"), rows->len, n_all);
  gtk_label_set_text (GTK_LABEL (self->summary), text);
  gtk_widget_set_visible (self->all, self->n_rows > 0 && rows->len > self->n_rows);
}

static void
on_answer (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriMomentView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = muri_moment_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->scope)
    return;
  if (!rows)
    rows = g_ptr_array_new ();
  show_rows (self, rows);
}

static void
cancel (MuriMomentView *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
ask (MuriMomentView *self, gint64 pin)
{
  gint64 width = muri_time_range_get_span (self->range) / PARTS;
  MuriFleet *fleet = muri_scope_get_fleet (self->scope);
  g_autofree char *when = muri_time_words_moment (pin, width, self->zone);
  g_autofree char *title = NULL;

  /* Translators: a moment in the past: "At 14:02:11" */
  title = g_strdup_printf (C_ ("moment", "At %s"), when);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  cancel (self);
  self->cancellable = g_cancellable_new ();
  muri_moment_async (muri_fleet_get_history (fleet), muri_scope_get_vms (self->scope), pin, width,
                     self->cancellable, on_answer, g_object_ref (self));
}

static void
on_pin (MuriMomentView *self)
{
  gint64 pin = muri_time_range_get_pin (self->range);

  if (pin)
    ask (self, pin);
  else
    cancel (self);
  gtk_widget_set_visible (GTK_WIDGET (self), pin != 0);
}

void
muri_moment_view_watch (MuriMomentView *self, MuriScope *scope, MuriTimeRange *range)
{
  g_return_if_fail (MURI_IS_MOMENT_VIEW (self));

  muri_moment_view_unwatch (self);
  self->scope = g_object_ref (scope);
  self->range = g_object_ref (range);
  g_signal_connect_object (range, "notify::pin", G_CALLBACK (on_pin), self, G_CONNECT_SWAPPED);
  on_pin (self);
}

void
muri_moment_view_unwatch (MuriMomentView *self)
{
  g_return_if_fail (MURI_IS_MOMENT_VIEW (self));

  cancel (self);
  if (self->range)
    g_signal_handlers_disconnect_by_data (self->range, self);
  g_clear_object (&self->range);
  g_clear_object (&self->scope);
  g_list_store_remove_all (self->rows);
}

static void
on_activate (MuriMomentView *self, guint position)
{
  GListModel *model = G_LIST_MODEL (gtk_column_view_get_model (self->view));
  g_autoptr (MuriMomentRow) row = g_list_model_get_item (model, position);
  g_autofree char *id = row ? get_id (row, NULL) : NULL;

  if (id)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", id);
}

/* ---- the widget ---- */

static void
set_n_rows (MuriMomentView *self, guint n_rows)
{
  GtkScrolledWindow *scroller =
      GTK_SCROLLED_WINDOW (gtk_stack_get_child_by_name (self->stack, "table"));

  self->n_rows = n_rows;
  gtk_slice_list_model_set_size (self->slice, n_rows > 0 ? n_rows : G_MAXUINT);
  gtk_scrolled_window_set_policy (scroller, GTK_POLICY_AUTOMATIC,
                                  n_rows > 0 ? GTK_POLICY_NEVER : GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), n_rows == 0);
}

static void
muri_moment_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_N_ROWS)
    set_n_rows (MURI_MOMENT_VIEW (object), g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_moment_view_dispose (GObject *object)
{
  MuriMomentView *self = MURI_MOMENT_VIEW (object);
  GtkWidget *child;

  if (self->rows)
    muri_moment_view_unwatch (self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->slice);
  g_clear_object (&self->rows);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  G_OBJECT_CLASS (muri_moment_view_parent_class)->dispose (object);
}

static void
muri_moment_view_class_init (MuriMomentViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = muri_moment_view_dispose;
  object_class->set_property = muri_moment_view_set_property;
  properties[PROP_N_ROWS] =
      g_param_spec_uint ("n-rows", NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | G_PARAM_CONSTRUCT_ONLY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static GtkWidget *
make_header (MuriMomentView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->title = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->title, "heading");
  gtk_widget_add_css_class (self->title, "numeric");
  gtk_box_append (GTK_BOX (box), self->title);
  self->summary = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->summary), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->summary, TRUE);
  gtk_widget_add_css_class (self->summary, "dim-label");
  gtk_widget_add_css_class (self->summary, "numeric");
  gtk_box_append (GTK_BOX (box), self->summary);
  self->all = gtk_button_new_with_label (_ ("Show All"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->all), "win.show-view");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->all), "s", "vms");
  gtk_widget_set_visible (self->all, FALSE);
  gtk_box_append (GTK_BOX (box), self->all);
  return box;
}

static void
make_model (MuriMomentView *self)
{
  GtkSorter *sorter = g_object_ref (gtk_column_view_get_sorter (self->view));
  GtkSortListModel *sorted;
  g_autoptr (GtkSelectionModel) selection = NULL;

  self->rows = g_list_store_new (MURI_TYPE_MOMENT_ROW);
  sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->rows)), sorter);
  self->slice = gtk_slice_list_model_new (G_LIST_MODEL (sorted), 0, G_MAXUINT);
  selection =
      GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->slice))));
  gtk_column_view_set_model (self->view, selection);
}

static GtkWidget *
make_stack (MuriMomentView *self, GtkWidget *table)
{
  GtkWidget *none = gtk_label_new (_ ("Nothing is known of that moment"));

  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_add_css_class (none, "dim-label");
  gtk_widget_add_css_class (none, "row-content");
  gtk_stack_add_named (self->stack, table, "table");
  gtk_stack_add_named (self->stack, none, "empty");
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  return GTK_WIDGET (self->stack);
}

static void
muri_moment_view_init (MuriMomentView *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 12);
  self->zone = g_time_zone_new_local ();
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("VMs at that moment"), -1);
  g_signal_connect_swapped (self->view, "activate", G_CALLBACK (on_activate), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->view));
  add_columns (self);
  make_model (self);
  gtk_widget_set_parent (make_header (self), GTK_WIDGET (self));
  gtk_widget_set_parent (make_stack (self, scroller), GTK_WIDGET (self));
}
