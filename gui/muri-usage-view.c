/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-usage-view.h"

#include <glib/gi18n.h>

#include "muri-graph-csv.h"
#include "muri-report-view.h"

struct _MuriUsageView
{
  GtkWidget parent_instance;

  GtkColumnView *view;
  GtkColumnViewColumn *place_column;

  /* Owned */
  GListStore *total; /* one row, or none */
  GtkSortListModel *sorted;
  GListModel *all; /* the total, then what is sorted */
};

G_DEFINE_FINAL_TYPE (MuriUsageView, muri_usage_view, GTK_TYPE_WIDGET)

static void
muri_usage_view_dispose (GObject *object)
{
  MuriUsageView *self = MURI_USAGE_VIEW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->sorted);
  g_clear_object (&self->total);
  g_clear_object (&self->all);
  G_OBJECT_CLASS (muri_usage_view_parent_class)->dispose (object);
}

static void
muri_usage_view_class_init (MuriUsageViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_usage_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static char *
get_name (gpointer item, gpointer user_data)
{
  return g_strdup (muri_usage_row_get_name (item));
}

static char *
get_id (gpointer item, gpointer user_data)
{
  return g_strdup (muri_usage_row_get_id (item));
}

static char *
get_place (gpointer item, gpointer user_data)
{
  const char *place = muri_usage_row_get_place (item);

  return g_strdup (place ? place : "");
}

static char *
get_figure (gpointer item, gpointer user_data)
{
  return muri_usage_row_format (item, GPOINTER_TO_UINT (user_data));
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_utf8_collate (muri_usage_row_get_name ((gpointer)a),
                         muri_usage_row_get_name ((gpointer)b));
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_strcmp0 (muri_usage_row_get_place ((gpointer)a), muri_usage_row_get_place ((gpointer)b));
}

static int
compare_figures (gconstpointer a, gconstpointer b, gpointer user_data)
{
  double first = muri_usage_row_get_value ((gpointer)a, GPOINTER_TO_UINT (user_data));
  double second = muri_usage_row_get_value ((gpointer)b, GPOINTER_TO_UINT (user_data));

  return first < second ? -1 : first > second;
}

static void
add_columns (MuriUsageView *self)
{
  const MuriReportColumn place = { _ ("Host"), get_place, compare_places, NULL, FALSE, FALSE };
  GtkColumnViewColumn *name =
      muri_report_view_add_link (self->view, _ ("Name"), get_name, get_id, compare_names);

  gtk_column_view_column_set_expand (name, TRUE);
  gtk_column_view_sort_by_column (self->view, name, GTK_SORT_ASCENDING);
  self->place_column = muri_report_view_add (self->view, &place);
  for (guint i = 0; i < MURI_N_USAGE_COLUMNS; i++)
    {
      const MuriReportColumn column = { muri_usage_column_get_title (i),
                                        get_figure,
                                        compare_figures,
                                        GUINT_TO_POINTER (i),
                                        TRUE,
                                        FALSE };

      muri_report_view_add (self->view, &column);
    }
}

static void
on_activate (MuriUsageView *self, guint position)
{
  g_autoptr (MuriUsageRow) row = g_list_model_get_item (self->all, position);
  const char *id = row ? muri_usage_row_get_id (row) : NULL;

  if (id && *id)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", id);
}

static void
make_model (MuriUsageView *self)
{
  GListStore *both = g_list_store_new (G_TYPE_LIST_MODEL);
  GtkSelectionModel *selection;

  self->total = g_list_store_new (MURI_TYPE_USAGE_ROW);
  self->sorted =
      gtk_sort_list_model_new (NULL, g_object_ref (gtk_column_view_get_sorter (self->view)));
  g_list_store_append (both, self->total);
  g_list_store_append (both, self->sorted);
  self->all = G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (both)));
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (self->all)));
  gtk_column_view_set_model (self->view, selection);
  g_object_unref (selection);
}

static void
muri_usage_view_init (MuriUsageView *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Usage"), -1);
  g_signal_connect_swapped (self->view, "activate", G_CALLBACK (on_activate), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->view));
  gtk_widget_set_parent (scroller, GTK_WIDGET (self));
  add_columns (self);
  make_model (self);
}

GtkWidget *
muri_usage_view_new (void)
{
  return g_object_new (MURI_TYPE_USAGE_VIEW, NULL);
}

void
muri_usage_view_show (MuriUsageView *self, MuriReport *report, MuriReportTable table)
{
  MuriUsageRow *total;

  g_return_if_fail (MURI_IS_USAGE_VIEW (self));

  /* The sum first: what is put in front of what is there is scrolled out of sight. */
  gtk_sort_list_model_set_model (self->sorted, NULL);
  total = muri_report_get_total (report, table);
  gtk_column_view_column_set_visible (self->place_column, table == MURI_REPORT_VMS);
  g_list_store_remove_all (self->total);
  if (total)
    g_list_store_append (self->total, total);
  gtk_sort_list_model_set_model (self->sorted, muri_report_get_rows (report, table));
}

static void
append_line (GString *csv, MuriUsageRow *row)
{
  const char *place = muri_usage_row_get_place (row);

  muri_graph_csv_append (csv, muri_usage_row_get_name (row));
  g_string_append_c (csv, ',');
  muri_graph_csv_append (csv, place ? place : "");
  for (guint i = 0; i < MURI_N_USAGE_COLUMNS; i++)
    {
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_c (csv, ',');
      g_string_append (
          csv, g_ascii_formatd (digits, sizeof digits, "%.10g", muri_usage_row_get_value (row, i)));
    }
  g_string_append (csv, "\r\n");
}

char *
muri_usage_view_to_csv (MuriUsageView *self)
{
  GString *csv = g_string_new ("name,host");

  for (guint i = 0; i < MURI_N_USAGE_COLUMNS; i++)
    g_string_append_printf (csv, ",%s", muri_usage_column_get_field (i));
  g_string_append (csv, "\r\n");
  for (guint i = 0; i < g_list_model_get_n_items (self->all); i++)
    {
      g_autoptr (MuriUsageRow) row = g_list_model_get_item (self->all, i);

      append_line (csv, row);
    }
  return g_string_free (csv, FALSE);
}
