/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-recent-events.h"

#include <glib/gi18n.h>

#include "muri-event-words.h"
#include "muri-format.h"

#define N_SHOWN 5

struct _MuriRecentEvents
{
  GtkWidget parent_instance;

  char *vm_id;
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (MuriRecentEvents, muri_recent_events, GTK_TYPE_WIDGET)

static gboolean
is_of_vm (gpointer item, gpointer user_data)
{
  MuriRecentEvents *self = user_data;

  return g_strcmp0 (muri_event_get_vm_id (item), self->vm_id) == 0;
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new ();
  g_autofree char *words = muri_event_words (item);
  g_autofree char *time = muri_format_time (muri_event_get_time (item));
  GtkWidget *what = gtk_label_new (words);
  GtkWidget *when = gtk_label_new (time);

  muri_event_words_set_icon (GTK_IMAGE (icon), muri_event_get_severity (item));
  gtk_label_set_xalign (GTK_LABEL (what), 0);
  gtk_label_set_wrap (GTK_LABEL (what), TRUE);
  gtk_widget_set_hexpand (what, TRUE);
  gtk_widget_add_css_class (when, "dim-label");
  gtk_widget_add_css_class (when, "numeric");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), what);
  gtk_box_append (GTK_BOX (box), when);
  gtk_widget_add_css_class (box, "row-content");
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  return row;
}

static void
muri_recent_events_dispose (GObject *object)
{
  MuriRecentEvents *self = MURI_RECENT_EVENTS (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  self->list = NULL;
  G_OBJECT_CLASS (muri_recent_events_parent_class)->dispose (object);
}

static void
muri_recent_events_finalize (GObject *object)
{
  g_free (MURI_RECENT_EVENTS (object)->vm_id);
  G_OBJECT_CLASS (muri_recent_events_parent_class)->finalize (object);
}

static void
muri_recent_events_class_init (MuriRecentEventsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_recent_events_dispose;
  G_OBJECT_CLASS (klass)->finalize = muri_recent_events_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static GtkWidget *
make_header (void)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *title = gtk_label_new (_ ("Last Events"));
  GtkWidget *all = gtk_button_new_with_label (_ ("All Events"));

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (title, "heading");
  gtk_box_append (GTK_BOX (header), title);
  gtk_widget_add_css_class (all, "flat");
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (all), "win.show-view('events')");
  gtk_box_append (GTK_BOX (header), all);
  return header;
}

static void
muri_recent_events_init (MuriRecentEvents *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  GtkWidget *empty = gtk_label_new (_ ("None yet"));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
  gtk_widget_set_parent (make_header (), GTK_WIDGET (self));
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_add_css_class (empty, "dim-label");
  gtk_widget_add_css_class (empty, "row-content");
  gtk_label_set_xalign (GTK_LABEL (empty), 0);
  gtk_list_box_set_placeholder (GTK_LIST_BOX (self->list), empty);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Last Events"), -1);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
}

void
muri_recent_events_watch (MuriRecentEvents *self, MuriFleet *fleet, const char *vm_id)
{
  GtkCustomFilter *filter;
  GtkFilterListModel *filtered;
  g_autoptr (GListModel) newest = NULL;

  g_return_if_fail (MURI_IS_RECENT_EVENTS (self));

  g_free (self->vm_id);
  self->vm_id = g_strdup (vm_id);
  filter = gtk_custom_filter_new (is_of_vm, self, NULL);
  filtered =
      gtk_filter_list_model_new (g_object_ref (muri_fleet_get_events (fleet)), GTK_FILTER (filter));
  newest = G_LIST_MODEL (gtk_slice_list_model_new (G_LIST_MODEL (filtered), 0, N_SHOWN));
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), newest, make_row, NULL, NULL);
}

void
muri_recent_events_unwatch (MuriRecentEvents *self)
{
  g_return_if_fail (MURI_IS_RECENT_EVENTS (self));

  if (self->list)
    gtk_list_box_bind_model (GTK_LIST_BOX (self->list), NULL, NULL, NULL, NULL);
}
