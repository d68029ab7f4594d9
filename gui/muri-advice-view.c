/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-advice-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-advice-words.h"
#include "muri-format.h"
#include "muri-report-view.h"

struct _MuriAdviceView
{
  GtkWidget parent_instance;

  GtkColumnView *view;

  /* Owned */
  GtkSortListModel *sorted;
};

G_DEFINE_FINAL_TYPE (MuriAdviceView, muri_advice_view, GTK_TYPE_WIDGET)

static void
muri_advice_view_dispose (GObject *object)
{
  MuriAdviceView *self = MURI_ADVICE_VIEW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->sorted);
  G_OBJECT_CLASS (muri_advice_view_parent_class)->dispose (object);
}

static void
muri_advice_view_class_init (MuriAdviceViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_advice_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

/* ---- cells ---- */

static char *
get_name (gpointer item, gpointer user_data)
{
  return g_strdup (muri_advice_words_name (item));
}

static char *
get_id (gpointer item, gpointer user_data)
{
  return muri_advice_words_id (item);
}

static char *
get_place (gpointer item, gpointer user_data)
{
  return g_strdup (muri_advice_get_vm (item) ? muri_node_get_name (muri_advice_get_node (item))
                                             : "");
}

static char *
get_reason (gpointer item, gpointer user_data)
{
  return muri_advice_words_reason (item);
}

static char *
get_holding (gpointer item, gpointer user_data)
{
  return muri_advice_words_holding (item);
}

static char *
get_cpu (gpointer item, gpointer user_data)
{
  return muri_format_share (muri_advice_get_usage (item)->cpu_average);
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_utf8_collate (muri_advice_words_name ((gpointer)a),
                         muri_advice_words_name ((gpointer)b));
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_utf8_collate (muri_node_get_name (muri_advice_get_node ((gpointer)a)),
                         muri_node_get_name (muri_advice_get_node ((gpointer)b)));
}

static int
compare_kinds (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_utf8_collate (muri_advice_words_kind (muri_advice_get_kind ((gpointer)a)),
                         muri_advice_words_kind (muri_advice_get_kind ((gpointer)b)));
}

static double
memory_of (gpointer item)
{
  MuriVm *vm = muri_advice_get_vm (item);

  return (double)(vm ? muri_vm_get_facts (vm)->memory
                     : muri_node_get_facts (muri_advice_get_node (item))->memory);
}

static int
compare_holdings (gconstpointer a, gconstpointer b, gpointer user_data)
{
  double first = memory_of ((gpointer)a);
  double second = memory_of ((gpointer)b);

  return first < second ? -1 : first > second;
}

/* What is not known is less than nothing. */
static int
compare_cpus (gconstpointer a, gconstpointer b, gpointer user_data)
{
  double first = muri_advice_get_usage ((gpointer)a)->cpu_average;
  double second = muri_advice_get_usage ((gpointer)b)->cpu_average;

  first = isfinite (first) ? first : -1;
  second = isfinite (second) ? second : -1;
  return first < second ? -1 : first > second;
}

static void
set_up_kind (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_item_set_child (item, box);
}

static void
bind_kind (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *image = gtk_widget_get_first_child (box);
  MuriAdviceKind kind = muri_advice_get_kind (gtk_list_item_get_item (item));

  gtk_image_set_from_icon_name (GTK_IMAGE (image), muri_advice_words_icon (kind));
  if (kind == MURI_ADVICE_HOT || kind == MURI_ADVICE_STARVED)
    gtk_widget_add_css_class (image, "warning");
  else
    gtk_widget_remove_css_class (image, "warning");
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (box)), muri_advice_words_kind (kind));
}

/* ---- what can be done ---- */

static gboolean
can_be_shut_down (MuriAdvice *advice)
{
  return muri_advice_get_kind (advice) == MURI_ADVICE_IDLE
         && muri_vm_can (muri_advice_get_vm (advice), MURI_VERB_SHUTDOWN);
}

static void
shut_down (GtkWidget *widget, MuriAdvice *advice)
{
  const char *const ids[] = { muri_vm_get_id (muri_advice_get_vm (advice)), NULL };

  gtk_widget_activate_action (widget, "win.act", "(s@as)", muri_verb_to_nick (MURI_VERB_SHUTDOWN),
                              g_variant_new_strv (ids, -1));
}

static void
show (GtkWidget *widget, MuriAdvice *advice)
{
  g_autofree char *id = muri_advice_words_id (advice);
  gboolean host = muri_advice_get_vm (advice) == NULL;

  gtk_widget_activate_action (widget, "win.show-scope", "s", id);
  gtk_widget_activate_action (widget, "win.show-view", "s", host ? "vms" : "overview");
}

static void
on_clicked (GtkButton *button, GtkListItem *item)
{
  g_autoptr (MuriAdvice) advice = g_object_ref (gtk_list_item_get_item (item));

  if (can_be_shut_down (advice))
    shut_down (GTK_WIDGET (button), advice);
  else
    show (GTK_WIDGET (button), advice);
}

static void
set_up_button (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *button = gtk_button_new ();

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "row-button");
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), item);
  gtk_list_item_set_child (item, button);
}

static void
bind_button (GtkListItemFactory *factory, GtkListItem *item)
{
  MuriAdvice *advice = gtk_list_item_get_item (item);
  GtkButton *button = GTK_BUTTON (gtk_list_item_get_child (item));

  if (can_be_shut_down (advice))
    gtk_button_set_label (button, C_ ("verb", "Shut Down"));
  else if (muri_advice_get_vm (advice))
    gtk_button_set_label (button, _ ("Show"));
  else
    gtk_button_set_label (button, _ ("Show VMs"));
}

static GtkColumnViewColumn *
add_factory (MuriAdviceView *self, const char *title, GCallback set_up, GCallback bind)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (title, factory);

  g_signal_connect (factory, "setup", set_up, NULL);
  g_signal_connect (factory, "bind", bind, NULL);
  gtk_column_view_append_column (self->view, column);
  return column;
}

static void
add_columns (MuriAdviceView *self)
{
  const MuriReportColumn columns[] = {
    { _ ("Host"), get_place, compare_places, NULL, FALSE, FALSE },
    { C_ ("advice", "Why"), get_reason, NULL, NULL, FALSE, TRUE },
    { C_ ("advice", "Holds"), get_holding, compare_holdings, NULL, TRUE, FALSE },
    { _ ("CPU"), get_cpu, compare_cpus, NULL, TRUE, FALSE },
  };
  /* What a reason can do without, where there is no room; 0: always there. */
  static const int widths[G_N_ELEMENTS (columns)] = { 700, 0, 700, 800 };
  GtkColumnViewColumn *kind =
      add_factory (self, C_ ("advice", "Advice"), G_CALLBACK (set_up_kind), G_CALLBACK (bind_kind));
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare_kinds, NULL, NULL));

  gtk_column_view_column_set_sorter (kind, sorter);
  muri_report_view_add_link (self->view, _ ("Name"), get_name, get_id, compare_names);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkColumnViewColumn *column = muri_report_view_add (self->view, &columns[i]);

      if (widths[i] > 0)
        muri_report_view_need_width (self->view, column, widths[i]);
    }
  add_factory (self, NULL, G_CALLBACK (set_up_button), G_CALLBACK (bind_button));
}

static void
on_activate (MuriAdviceView *self, guint position)
{
  g_autoptr (MuriAdvice) advice = g_list_model_get_item (G_LIST_MODEL (self->sorted), position);

  if (advice)
    show (GTK_WIDGET (self), advice);
}

static void
muri_advice_view_init (MuriAdviceView *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkSelectionModel *selection;

  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Idle and hot"), -1);
  g_signal_connect_swapped (self->view, "activate", G_CALLBACK (on_activate), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->view));
  gtk_widget_set_parent (scroller, GTK_WIDGET (self));
  add_columns (self);
  self->sorted =
      gtk_sort_list_model_new (NULL, g_object_ref (gtk_column_view_get_sorter (self->view)));
  selection =
      GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->sorted))));
  gtk_column_view_set_model (self->view, selection);
  g_object_unref (selection);
}

GtkWidget *
muri_advice_view_new (void)
{
  return g_object_new (MURI_TYPE_ADVICE_VIEW, NULL);
}

void
muri_advice_view_show (MuriAdviceView *self, MuriReport *report)
{
  g_return_if_fail (MURI_IS_ADVICE_VIEW (self));

  gtk_sort_list_model_set_model (self->sorted, muri_report_get_advice (report));
}

char *
muri_advice_view_to_csv (MuriAdviceView *self)
{
  g_return_val_if_fail (MURI_IS_ADVICE_VIEW (self), NULL);

  return muri_advice_to_csv (G_LIST_MODEL (self->sorted));
}
