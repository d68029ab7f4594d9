/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-alarms-page.h"

#include <glib/gi18n.h>

#include "muri-alarm-line.h"

struct _MuriAlarmsPage
{
  MuriPage parent_instance;

  /* Template widgets */
  GtkToggleButton *active_chip;
  GtkWidget *acknowledge_all;
  GtkStack *stack;
  GtkListView *view;

  /* Owned */
  GtkFilter *filter;
  GtkFilterListModel *chosen;
};

G_DEFINE_FINAL_TYPE (MuriAlarmsPage, muri_alarms_page, MURI_TYPE_PAGE)

static gboolean
is_chosen (gpointer item, gpointer user_data)
{
  MuriAlarmsPage *self = user_data;

  return !gtk_toggle_button_get_active (self->active_chip) || muri_alarm_is_active (item);
}

static void
update (MuriAlarmsPage *self)
{
  MuriFleet *fleet = muri_page_get_fleet (MURI_PAGE (self));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->chosen));
  gboolean active = gtk_toggle_button_get_active (self->active_chip);
  guint n_open = fleet ? muri_alarms_get_n_open (muri_fleet_get_alarms (fleet)) : 0;

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : active ? "quiet" : "empty");
  gtk_widget_set_sensitive (self->acknowledge_all, n_open > 0);
}

static void
on_chip (MuriAlarmsPage *self, GtkToggleButton *chip)
{
  if (!gtk_toggle_button_get_active (chip))
    return;
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update (self);
}

static void
set_up (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, muri_alarm_line_new ());
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind (GtkListItemFactory *factory, GtkListItem *item)
{
  muri_alarm_line_set_alarm (MURI_ALARM_LINE (gtk_list_item_get_child (item)),
                             gtk_list_item_get_item (item));
}

static void
unbind (GtkListItemFactory *factory, GtkListItem *item)
{
  muri_alarm_line_set_alarm (MURI_ALARM_LINE (gtk_list_item_get_child (item)), NULL);
}

static void
muri_alarms_page_start (MuriPage *page)
{
  MuriAlarmsPage *self = MURI_ALARMS_PAGE (page);
  MuriAlarms *alarms = muri_fleet_get_alarms (muri_page_get_fleet (page));

  gtk_filter_list_model_set_model (self->chosen, muri_alarms_get_list (alarms));
  g_signal_connect_object (alarms, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
muri_alarms_page_stop (MuriPage *page)
{
  MuriAlarmsPage *self = MURI_ALARMS_PAGE (page);

  g_signal_handlers_disconnect_by_data (muri_fleet_get_alarms (muri_page_get_fleet (page)), self);
  gtk_filter_list_model_set_model (self->chosen, NULL);
}

static void
muri_alarms_page_dispose (GObject *object)
{
  MuriAlarmsPage *self = MURI_ALARMS_PAGE (object);

  G_OBJECT_CLASS (muri_alarms_page_parent_class)->dispose (object);
  g_clear_object (&self->chosen);
  g_clear_object (&self->filter);
}

static void
muri_alarms_page_class_init (MuriAlarmsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  MuriPageClass *page_class = MURI_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_alarms_page_dispose;
  page_class->fleet_only = TRUE;
  page_class->start = muri_alarms_page_start;
  page_class->stop = muri_alarms_page_stop;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-alarms-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmsPage, active_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmsPage, acknowledge_all);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmsPage, view);
  gtk_widget_class_bind_template_callback (widget_class, on_chip);
}

static void
muri_alarms_page_init (MuriAlarmsPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSelectionModel) selection = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (set_up), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind), NULL);
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_chosen, self, NULL));
  self->chosen = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  g_signal_connect_object (self->chosen, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  selection =
      GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->chosen))));
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, selection);
}
