/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-report-view.h"

#include "muri-row-label.h"

/* Of most hosts. */
#define NAME_CHARS 8

static GtkWidget *
make_label (gboolean numeric)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), numeric ? 1 : 0);
  if (numeric)
    gtk_widget_add_css_class (label, "numeric");
  else
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_width_chars (GTK_LABEL (label), NAME_CHARS);
    }
  return label;
}

static void
set_up (GtkListItemFactory *factory, GtkListItem *item, MuriReportColumn *column)
{
  GtkWidget *label = make_label (column->numeric);

  /* What takes all the room there is, is text. */
  if (column->expand)
    {
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_lines (GTK_LABEL (label), 3);
      gtk_label_set_width_chars (GTK_LABEL (label), 24);
    }
  gtk_list_item_set_child (item, label);
}

static void
bind (GtkListItemFactory *factory, GtkListItem *item, MuriReportColumn *column)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  g_autofree char *text = column->text (gtk_list_item_get_item (item), column->user_data);

  gtk_label_set_text (GTK_LABEL (label), text);
  if (column->expand)
    gtk_widget_set_tooltip_text (label, text);
}

static void
free_column (gpointer data, GClosure *closure)
{
  g_free (data);
}

/* Where its figures stand: GTK 4.8 has no property for that. */
static void
align_last_title (GtkColumnView *view)
{
  GtkWidget *title = gtk_widget_get_last_child (gtk_widget_get_first_child (GTK_WIDGET (view)));
  GtkWidget *box = gtk_widget_get_first_child (title);

  gtk_widget_set_halign (box, GTK_ALIGN_END);
  gtk_widget_insert_before (gtk_widget_get_first_child (box), box, NULL);
}

static void
add_column (GtkColumnView *view, GtkColumnViewColumn *added, GCompareDataFunc compare,
            gpointer user_data)
{
  if (compare)
    {
      g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare, user_data, NULL));

      gtk_column_view_column_set_sorter (added, sorter);
    }
  gtk_column_view_append_column (view, added);
}

GtkColumnViewColumn *
muri_report_view_add (GtkColumnView *view, const MuriReportColumn *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) added = gtk_column_view_column_new (column->title, factory);
  MuriReportColumn *kept = g_memdup2 (column, sizeof *column);

  g_signal_connect (factory, "setup", G_CALLBACK (set_up), kept);
  g_signal_connect_data (factory, "bind", G_CALLBACK (bind), kept, free_column, 0);
  gtk_column_view_column_set_expand (added, column->expand);
  gtk_column_view_column_set_resizable (added, TRUE);
  add_column (view, added, column->compare, column->user_data);
  if (column->numeric)
    align_last_title (view);
  return added;
}

typedef struct
{
  MuriReportTextFunc text;
  MuriReportTextFunc id;
} Link;

static gboolean
on_link (GtkLabel *label, const char *uri, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (label), "win.show-scope", "s", uri);
  return TRUE;
}

static void
set_up_link (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *label = make_label (FALSE);

  gtk_label_set_width_chars (GTK_LABEL (label), 12);
  g_signal_connect (label, "activate-link", G_CALLBACK (on_link), NULL);
  gtk_list_item_set_child (item, label);
}

static void
bind_link (GtkListItemFactory *factory, GtkListItem *item, Link *link)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  gpointer object = gtk_list_item_get_item (item);
  g_autofree char *text = link->text (object, NULL);
  g_autofree char *id = link->id (object, NULL);
  g_autofree char *markup = id == NULL ? g_markup_printf_escaped ("<b>%s</b>", text)
                            : *id      ? g_markup_printf_escaped ("<a href=\"%s\">%s</a>", id, text)
                                       : g_markup_escape_text (text, -1);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  muri_row_label_set (label, text);
}

GtkColumnViewColumn *
muri_report_view_add_link (GtkColumnView *view, const char *title, MuriReportTextFunc text,
                           MuriReportTextFunc id, GCompareDataFunc compare)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) added = gtk_column_view_column_new (title, factory);
  Link *link = g_new (Link, 1);

  link->text = text;
  link->id = id;
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_link), NULL);
  g_signal_connect_data (factory, "bind", G_CALLBACK (bind_link), link, free_column, 0);
  gtk_column_view_column_set_resizable (added, TRUE);
  add_column (view, added, compare, NULL);
  return added;
}

/* A column that is not always there. */
typedef struct
{
  GtkColumnViewColumn *column;
  GtkAdjustment *adjustment;
  int width;
  guint idle;
} Need;

static gboolean
on_idle (gpointer user_data)
{
  Need *need = user_data;
  gboolean wide = gtk_adjustment_get_page_size (need->adjustment) >= need->width;

  need->idle = 0;
  gtk_column_view_column_set_visible (need->column, wide);
  /* GTK 4.8 counts the widths of hidden columns when it shares out what is left. */
  gtk_column_view_column_set_fixed_width (need->column, wide ? -1 : 0);
  return G_SOURCE_REMOVE;
}

/* Not in the midst of an allocation. */
static void
on_page_size (GtkAdjustment *adjustment, GParamSpec *pspec, Need *need)
{
  gboolean wide = gtk_adjustment_get_page_size (adjustment) >= need->width;

  if (wide != gtk_column_view_column_get_visible (need->column) && need->idle == 0)
    need->idle = g_idle_add (on_idle, need);
}

static void
need_free (gpointer data, GClosure *closure)
{
  Need *need = data;

  g_clear_handle_id (&need->idle, g_source_remove);
  g_object_unref (need->column);
  g_free (need);
}

void
muri_report_view_need_width (GtkColumnView *view, GtkColumnViewColumn *column, int width)
{
  Need *need = g_new0 (Need, 1);

  need->column = g_object_ref (column);
  need->adjustment = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (view));
  need->width = width;
  g_signal_connect_data (need->adjustment, "notify::page-size", G_CALLBACK (on_page_size), need,
                         need_free, 0);
}
