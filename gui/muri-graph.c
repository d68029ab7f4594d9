/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-private.h"

#include <math.h>

#include "muri-column-layout.h"

/* Where a column of values of several parts has room. */
#define PART_WIDTH 132

/* Of a plot in which many lines are told apart. */
#define COMPARED_HEIGHT 170

G_DEFINE_FINAL_TYPE (MuriGraph, muri_graph, GTK_TYPE_WIDGET)

static void
clear_line (gpointer data)
{
  g_free (((MuriGraphLine *)data)->name);
}

/* Then it is drawn once it comes into view. */
static gboolean
is_out_of_view (MuriGraph *self)
{
  const gboolean was_stale = self->stale;

  self->stale = !muri_graph_is_in_view (self);
  if (was_stale && !self->stale)
    muri_graph_refresh (self);
  return self->stale;
}

/* Once a second at most, and only when a pixel's worth of time has passed. */
static void
on_tick (MuriGraph *self)
{
  gint64 span = muri_time_range_get_span (self->range);
  double pixel = (double)span / MAX (self->picture->frame.width, 1);
  gboolean was_known = self->known;

  if (is_out_of_view (self) || !muri_time_range_is_following (self->range))
    return;
  if ((double)(muri_time_range_get_to (self->range) - self->picture->to) < MIN (pixel, span / 60.0))
    {
      muri_graph_update_readouts (self);
      return;
    }
  muri_graph_update (self);
  if (self->over && self->drag == MURI_GRAPH_DRAG_NONE)
    muri_graph_point (self);
  /* The axis of nothing need not move. */
  if (was_known || self->known)
    gtk_widget_queue_draw (self->plot);
}

static void
on_crosshair (MuriGraph *self)
{
  if (is_out_of_view (self))
    return;
  muri_graph_update_readouts (self);
  if (gtk_widget_has_focus (self->plot))
    muri_graph_update_description (self);
  gtk_widget_queue_draw (self->plot);
}

void
muri_graph_refresh (MuriGraph *self)
{
  muri_graph_update (self);
  gtk_widget_queue_draw (self->plot);
}

static void
on_changed (MuriGraph *self)
{
  if (!is_out_of_view (self))
    muri_graph_refresh (self);
}

static void
on_pin (MuriGraph *self)
{
  if (is_out_of_view (self))
    return;
  muri_graph_update_readouts (self);
  gtk_widget_queue_draw (self->plot);
}

static void
on_range_changed (MuriGraph *self)
{
  on_changed (self);
  if (self->over && self->drag == MURI_GRAPH_DRAG_NONE)
    muri_graph_point (self);
  if (gtk_widget_has_focus (self->plot))
    muri_graph_update_description (self);
}

static void
drop_range (MuriGraph *self)
{
  if (self->range)
    g_signal_handlers_disconnect_by_data (self->range, self);
  g_clear_object (&self->range);
}

static void
on_range (MuriGraph *self)
{
  drop_range (self);
  self->range = g_object_ref (muri_graph_group_get_range (self->group));
  g_signal_connect_swapped (self->range, "changed", G_CALLBACK (on_range_changed), self);
  g_signal_connect_swapped (self->range, "notify::pin", G_CALLBACK (on_pin), self);
  on_changed (self);
}

static void
connect_source (MuriGraph *self)
{
  if (!self->source || !self->range)
    return;
  g_signal_connect_swapped (self->source, "changed", G_CALLBACK (on_changed), self);
  muri_graph_source_wake (self->source);
}

static void
add_line (MuriGraph *self, const char *name, MuriFigure figure)
{
  MuriGraphLine line = { g_strdup (name), figure };

  g_array_append_val (self->lines, line);
  if (self->source)
    muri_graph_source_want (self->source, figure);
}

static void
disconnect_source (MuriGraph *self)
{
  if (self->source)
    g_signal_handlers_disconnect_by_data (self->source, self);
}

static void
muri_graph_map (GtkWidget *widget)
{
  MuriGraph *self = MURI_GRAPH (widget);

  muri_graph_watch_view (self);
  muri_graph_group_hold (self->group);
  g_signal_connect_swapped (self->group, "tick", G_CALLBACK (on_tick), self);
  g_signal_connect_swapped (self->group, "notify::crosshair", G_CALLBACK (on_crosshair), self);
  g_signal_connect_swapped (self->group, "notify::range", G_CALLBACK (on_range), self);
  g_signal_connect_swapped (muri_graph_group_get_marks (self->group), "changed",
                            G_CALLBACK (on_changed), self);
  on_range (self);
  connect_source (self);
  GTK_WIDGET_CLASS (muri_graph_parent_class)->map (widget);
}

static void
muri_graph_unmap (GtkWidget *widget)
{
  MuriGraph *self = MURI_GRAPH (widget);

  g_signal_handlers_disconnect_by_data (self->group, self);
  g_signal_handlers_disconnect_by_data (muri_graph_group_get_marks (self->group), self);
  disconnect_source (self);
  drop_range (self);
  muri_graph_unwatch_view (self);
  muri_graph_group_set_crosshair (self->group, 0);
  muri_graph_group_release (self->group);
  GTK_WIDGET_CLASS (muri_graph_parent_class)->unmap (widget);
}

static void
muri_graph_dispose (GObject *object)
{
  MuriGraph *self = MURI_GRAPH (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->source);
  g_clear_object (&self->group);
  G_OBJECT_CLASS (muri_graph_parent_class)->dispose (object);
}

static void
muri_graph_finalize (GObject *object)
{
  MuriGraph *self = MURI_GRAPH (object);

  g_free (self->subject);
  g_array_unref (self->lines);
  g_clear_pointer (&self->picture, muri_graph_picture_free);
  G_OBJECT_CLASS (muri_graph_parent_class)->finalize (object);
}

static void
muri_graph_class_init (MuriGraphClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_graph_dispose;
  G_OBJECT_CLASS (klass)->finalize = muri_graph_finalize;
  widget_class->map = muri_graph_map;
  widget_class->unmap = muri_graph_unmap;
  muri_graph_install_menu (widget_class);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "graph");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
make_header (MuriGraph *self)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->title = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_add_css_class (self->title, "heading");
  gtk_box_append (GTK_BOX (header), self->title);
  self->time = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->time, "numeric");
  gtk_widget_add_css_class (self->time, "dim-label");
  gtk_box_append (GTK_BOX (header), self->time);
  self->menu_button = gtk_menu_button_new ();
  gtk_box_append (GTK_BOX (header), self->menu_button);
  return header;
}

static void
muri_graph_init (MuriGraph *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 3);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  self->lines = g_array_new (FALSE, FALSE, sizeof (MuriGraphLine));
  g_array_set_clear_func (self->lines, clear_line);

  gtk_widget_set_parent (make_header (self), GTK_WIDGET (self));
  self->readouts = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_set_parent (self->readouts, GTK_WIDGET (self));
  muri_graph_init_plot (self);
  gtk_widget_set_parent (self->plot, GTK_WIDGET (self));
  muri_graph_init_input (self);
  muri_graph_init_menu (self);
}

GtkWidget *
muri_graph_new (const char *title, MuriUnit unit, MuriGraphGroup *group)
{
  MuriGraph *self = g_object_new (MURI_TYPE_GRAPH, NULL);

  self->group = g_object_ref (group);
  self->picture = muri_graph_picture_new (title, unit);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->plot), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  return GTK_WIDGET (self);
}

void
muri_graph_add_line (MuriGraph *self, const char *name, MuriFigure figure)
{
  g_return_if_fail (MURI_IS_GRAPH (self));
  g_return_if_fail (!self->of_parts);

  add_line (self, name, figure);
  muri_graph_add_readout (self, name);
}

void
muri_graph_set_parts (MuriGraph *self, MuriFigure figure, gboolean stacked)
{
  g_return_if_fail (MURI_IS_GRAPH (self));
  g_return_if_fail (self->lines->len == 0);

  add_line (self, NULL, figure);
  self->of_parts = TRUE;
  self->picture->stacked = stacked;
  if (!stacked)
    gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->plot), COMPARED_HEIGHT);
  gtk_widget_set_layout_manager (self->readouts,
                                 g_object_new (MURI_TYPE_COLUMN_LAYOUT, "column-width", PART_WIDTH,
                                               "max-columns", 8, "spacing", 6, NULL));
}

void
muri_graph_set_source (MuriGraph *self, MuriGraphSource *source)
{
  g_return_if_fail (MURI_IS_GRAPH (self));

  if (self->source == source)
    return;
  disconnect_source (self);
  g_set_object (&self->source, source);
  for (guint i = 0; source && i < self->lines->len; i++)
    muri_graph_source_want (source, g_array_index (self->lines, MuriGraphLine, i).figure);
  connect_source (self);
  if (self->range)
    on_changed (self);
}

void
muri_graph_set_subject (MuriGraph *self, const char *subject)
{
  g_return_if_fail (MURI_IS_GRAPH (self));

  g_free (self->subject);
  self->subject = g_strdup (subject);
}

void
muri_graph_set_total (MuriGraph *self, double total)
{
  g_return_if_fail (MURI_IS_GRAPH (self));

  if (self->total == total)
    return;
  self->total = total;
  self->picture->floor = total;
  if (self->range)
    on_changed (self);
}
