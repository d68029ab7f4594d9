/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bare-columns ROWS [frames]: what the toolkit itself takes for a table like that of the console's
 * VMs: the same columns, a label each, all rows' numbers new once a second, ranked by CPU as often
 * as there. Says "shown" when it is on the screen, and runs until it is ended. With "frames" it
 * draws as often as the screen allows and says of each frame what the console says with
 * MURI_DEBUG=frames. */
#include <adwaita.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* As often as the console ranks by what moves, milliseconds. */
#define RANK_EVERY 2500

/* Of the numbers, in their own units. */
typedef enum
{
  CPU,
  MEMORY,
  DISK,
  NETWORK,
  UPTIME,
  N_NUMBERS
} Number;

#define BARE_TYPE_ROW (bare_row_get_type ())
G_DECLARE_FINAL_TYPE (BareRow, bare_row, BARE, ROW, GObject)

struct _BareRow
{
  GObject parent_instance;
  guint index;
  double numbers[N_NUMBERS];
};

enum
{
  PROP_0,
  PROP_NUMBERS,
};

static GParamSpec *numbers_property;

G_DEFINE_FINAL_TYPE (BareRow, bare_row, G_TYPE_OBJECT)

static void
bare_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_pointer (value, BARE_ROW (object)->numbers);
}

static void
bare_row_class_init (BareRowClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = bare_row_get_property;
  numbers_property =
      g_param_spec_pointer ("numbers", NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property (G_OBJECT_CLASS (klass), PROP_NUMBERS, numbers_property);
}

static void
bare_row_init (BareRow *row)
{
}

/* ---- its cells ---- */

static const struct
{
  const char *title;
  int width; /* the same as the console's */
} columns[] = {
  { "Name", 140 },   { "State", 130 }, { "Host", 84 },    { "IP Address", 124 }, { "CPU", 138 },
  { "Memory", 110 }, { "Disk", 82 },   { "Network", 82 }, { "Uptime", 108 },
};

#define FIRST_NUMBER 4

static void
fill (GtkLabel *label, const BareRow *row, guint column)
{
  const double *numbers = row->numbers;
  char text[32];

  switch (column)
    {
    case 0:
      g_snprintf (text, sizeof text, "vm-%05u", row->index);
      break;
    case 1:
      g_strlcpy (text, row->index % 8 == 7 ? "Off" : "Running", sizeof text);
      break;
    case 2:
      g_snprintf (text, sizeof text, "host-%04u", row->index / 20 + 1);
      break;
    case 3:
      g_snprintf (text, sizeof text, "10.%u.%u.%u", row->index >> 16, row->index >> 8 & 255,
                  row->index & 255);
      break;
    case FIRST_NUMBER + CPU:
      g_snprintf (text, sizeof text, "%.1f %%", 100 * numbers[CPU]);
      break;
    case FIRST_NUMBER + UPTIME:
      g_snprintf (text, sizeof text, "%.0f d %.0f h", numbers[UPTIME] / 24, numbers[UPTIME]);
      break;
    default:
      g_snprintf (text, sizeof text, "%.1f MB", numbers[column - FIRST_NUMBER] / 1e6);
    }
  gtk_label_set_text (label, text);
}

static void
on_numbers (BareRow *row, GParamSpec *pspec, GtkListItem *item)
{
  GtkWidget *label = gtk_list_item_get_child (item);

  fill (GTK_LABEL (label), row, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (label), "column")));
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), GPOINTER_TO_UINT (column) >= FIRST_NUMBER);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  g_object_set_data (G_OBJECT (label), "column", column);
  gtk_list_item_set_child (item, label);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  BareRow *row = gtk_list_item_get_item (item);

  on_numbers (row, NULL, item);
  g_signal_connect (row, "notify::numbers", G_CALLBACK (on_numbers), item);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  g_signal_handlers_disconnect_by_data (gtk_list_item_get_item (item), item);
}

/* ---- its rows ---- */

typedef struct
{
  guint index;
  double numbers[N_NUMBERS];
} Content;

typedef struct
{
  guint n_rows;
  gboolean frames;
  GListStore *rows;
  Content *ranked;
  gint64 painted; /* monotonic; 0 no frame yet */
  gint64 worked;  /* of the main thread's clock */
} Bare;

static int
by_cpu (const void *a, const void *b)
{
  double x = ((const Content *)a)->numbers[CPU];
  double y = ((const Content *)b)->numbers[CPU];

  return (x < y) - (x > y);
}

static void
give_numbers (Content *content)
{
  double *numbers = content->numbers;
  double cpu = numbers[CPU] + g_random_double_range (-0.05, 0.05);

  numbers[CPU] = CLAMP (cpu, 0, 1);
  numbers[MEMORY] = 1e9 * g_random_double ();
  numbers[DISK] = 1e7 * g_random_double ();
  numbers[NETWORK] = 1e7 * g_random_double ();
  numbers[UPTIME] += 1 / 3600.0;
}

/* What a row shows is another VM where that one's rank is another: GTK 4.8 loses its place, and
 * shows no rows at all, when so many of them are put into another order. */
static void
show (Bare *bare)
{
  for (guint i = 0; i < bare->n_rows; i++)
    {
      g_autoptr (BareRow) row = g_list_model_get_item (G_LIST_MODEL (bare->rows), i);

      row->index = bare->ranked[i].index;
      memcpy (row->numbers, bare->ranked[i].numbers, sizeof row->numbers);
      g_object_notify_by_pspec (G_OBJECT (row), numbers_property);
    }
}

static gboolean
on_second (gpointer user_data)
{
  Bare *bare = user_data;

  for (guint i = 0; i < bare->n_rows; i++)
    give_numbers (&bare->ranked[i]);
  show (bare);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_rank (gpointer user_data)
{
  Bare *bare = user_data;

  qsort (bare->ranked, bare->n_rows, sizeof *bare->ranked, by_cpu);
  show (bare);
  return G_SOURCE_CONTINUE;
}

static void
make_rows (Bare *bare)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  bare->rows = g_list_store_new (BARE_TYPE_ROW);
  bare->ranked = g_new0 (Content, bare->n_rows);
  for (guint i = 0; i < bare->n_rows; i++)
    {
      bare->ranked[i].index = i;
      bare->ranked[i].numbers[CPU] = g_random_double () * g_random_double ();
      give_numbers (&bare->ranked[i]);
      g_ptr_array_add (rows, g_object_new (BARE_TYPE_ROW, NULL));
    }
  g_list_store_splice (bare->rows, 0, 0, rows->pdata, rows->len);
  on_rank (bare);
}

/* ---- its window ---- */

static GtkWidget *
make_view (Bare *bare)
{
  GtkWidget *view = gtk_column_view_new (
      GTK_SELECTION_MODEL (gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (bare->rows)))));

  gtk_widget_add_css_class (view, "data-table");
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = NULL;

      g_signal_connect (factory, "setup", G_CALLBACK (on_setup), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (on_bind), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), GUINT_TO_POINTER (i));
      column = gtk_column_view_column_new (columns[i].title, factory);
      gtk_column_view_column_set_fixed_width (column, columns[i].width);
      gtk_column_view_column_set_expand (column, i == 0);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
    }
  return view;
}

static gint64
thread_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_TIME_SPAN_SECOND + now.tv_nsec / 1000;
}

static void
on_painted (GdkFrameClock *clock, gpointer user_data)
{
  Bare *bare = user_data;
  gint64 painted = g_get_monotonic_time ();
  gint64 worked = thread_time ();

  if (bare->painted == 0)
    {
      printf ("shown\n");
      fflush (stdout);
    }
  else if (bare->frames)
    g_printerr ("muri: frame at %" G_GINT64_FORMAT " after %" G_GINT64_FORMAT
                " us, %" G_GINT64_FORMAT " us of work\n",
                painted, painted - bare->painted, worked - bare->worked);
  bare->painted = painted;
  bare->worked = worked;
}

static gboolean
go_on (GtkWidget *window, GdkFrameClock *clock, gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
on_realize (GtkWidget *window, gpointer bare)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (on_painted),
                    bare);
  if (((Bare *)bare)->frames)
    gtk_widget_add_tick_callback (window, go_on, NULL, NULL);
}

static void
on_activate (GtkApplication *application, gpointer user_data)
{
  Bare *bare = user_data;
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  make_rows (bare);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), make_view (bare));
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_maximize (GTK_WINDOW (window));
  g_signal_connect (window, "realize", G_CALLBACK (on_realize), bare);
  gtk_window_present (GTK_WINDOW (window));
  g_timeout_add_seconds (1, on_second, bare);
  g_timeout_add (RANK_EVERY, on_rank, bare);
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application = adw_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  Bare bare = { .n_rows = argc > 1 ? (guint)atoi (argv[1]) : 0,
                .frames = argc > 2 && strcmp (argv[2], "frames") == 0 };

  g_signal_connect (application, "activate", G_CALLBACK (on_activate), &bare);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
