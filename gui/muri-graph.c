/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-graph-draw.h"
#include "muri-graph-readout.h"

#define SPAN (5 * G_TIME_SPAN_MINUTE)
#define PLOT_HEIGHT 112
#define MAX_LINES 4

/* What a step of the crosshair is, by key; figures come once a second. */
#define STEP G_TIME_SPAN_SECOND
#define LONG_STEP (10 * G_TIME_SPAN_SECOND)

typedef struct
{
  MuriFigure figure;
  MuriGraphReadout *readout;
} Line;

struct _MuriGraph
{
  GtkWidget parent_instance;

  MuriUnit unit;
  MuriGraphGroup *group;
  MuriSeries *series;
  double total;
  Line lines[MAX_LINES];
  guint n_lines;

  GtkWidget *title;
  GtkWidget *time;
  GtkWidget *readouts;
  GtkWidget *plot;

  MuriGraphFrame frame; /* as last drawn */
  gboolean drawn;       /* there was a line in it */
  double pointer;       /* where it is over the plot; negative: elsewhere */
  GArray *points;       /* of MuriGraphPoint; kept to save allocations */
};

G_DEFINE_FINAL_TYPE (MuriGraph, muri_graph, GTK_TYPE_WIDGET)

/* The samples that the frame shows, and the one before, from which the first line comes. */
static void
collect (MuriGraph *self, MuriFigure figure, gint64 start)
{
  guint length = self->series ? muri_series_get_length (self->series) : 0;
  int first = length > 0 ? MAX (muri_series_find (self->series, start), 0) : 0;

  g_array_set_size (self->points, 0);
  for (guint i = first; i < length; i++)
    {
      MuriGraphPoint point = { muri_series_get_time (self->series, i),
                               muri_series_get_value (self->series, i, figure) };

      g_array_append_val (self->points, point);
    }
}

static double
find_peak (MuriGraph *self, gint64 start)
{
  double peak = NAN;

  for (guint i = 0; i < self->n_lines; i++)
    {
      collect (self, self->lines[i].figure, start);
      for (guint j = 0; j < self->points->len; j++)
        peak = fmax (peak, g_array_index (self->points, MuriGraphPoint, j).value);
    }
  return peak;
}

/* The value at @time, or NaN when the sample before it is too old to speak for it. */
static double
value_at (MuriGraph *self, MuriFigure figure, gint64 time)
{
  int i = self->series ? muri_series_find (self->series, time) : -1;

  if (i < 0 || time - muri_series_get_time (self->series, i) > MURI_GRAPH_GAP)
    return NAN;
  return muri_series_get_value (self->series, i, figure);
}

static char *
format_value (MuriGraph *self, double value)
{
  if (self->unit == MURI_UNIT_BYTES && self->total > 0)
    return muri_format_memory (value, self->total);
  return muri_format_value (self->unit, value);
}

static void
update_readouts (MuriGraph *self)
{
  gint64 crosshair = muri_graph_group_get_crosshair (self->group);
  gint64 time = crosshair ? crosshair : muri_graph_group_get_now (self->group);
  g_autofree char *clock = crosshair ? muri_format_clock (crosshair) : g_strdup ("");

  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->time)), clock) != 0)
    gtk_label_set_text (GTK_LABEL (self->time), clock);
  for (guint i = 0; i < self->n_lines; i++)
    {
      g_autofree char *text = format_value (self, value_at (self, self->lines[i].figure, time));

      muri_graph_readout_set_value (self->lines[i].readout, text);
    }
}

/* Read on focus and when the crosshair moves; every second would be a nuisance to listen to. */
static void
update_description (MuriGraph *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *time = gtk_label_get_text (GTK_LABEL (self->time));

  if (*time)
    g_string_append_printf (text, "%s: ", time);
  for (guint i = 0; i < self->n_lines; i++)
    {
      g_autofree char *words = muri_graph_readout_get_words (self->lines[i].readout);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", words);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->plot), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text->str, -1);
}

static gboolean
is_dark (const GdkRGBA *text)
{
  return text->red * 0.3 + text->green * 0.59 + text->blue * 0.11 > 0.5;
}

static void
lay_out (MuriGraph *self, PangoLayout *layout, int width, int height)
{
  int label_width, label_height;

  /* The widest that an axis needs, so that the graphs of a page stand in line. */
  pango_layout_set_text (layout, "888 MB/s", -1);
  pango_layout_get_pixel_size (layout, &label_width, &label_height);
  self->frame.end = muri_graph_group_get_now (self->group);
  self->frame.start = self->frame.end - SPAN;
  self->frame.x = label_width + 6;
  self->frame.y = label_height / 2 + 1;
  self->frame.width = MAX (1, width - self->frame.x - 4);
  self->frame.height = MAX (1, height - self->frame.y - label_height - 4);
  muri_graph_scale_fit (&self->frame.scale, self->unit, find_peak (self, self->frame.start),
                        self->total);
}

static void
draw_lines (MuriGraph *self, cairo_t *cr, gboolean dark)
{
  gint64 crosshair = muri_graph_group_get_crosshair (self->group);

  self->drawn = FALSE;
  for (guint i = 0; i < self->n_lines; i++)
    {
      GdkRGBA hue;

      muri_graph_get_hue (i, dark, &hue);
      collect (self, self->lines[i].figure, self->frame.start);
      muri_graph_draw_line (cr, &self->frame, (MuriGraphPoint *)self->points->data,
                            self->points->len, &hue);
      if (crosshair)
        muri_graph_draw_mark (cr, &self->frame, crosshair,
                              value_at (self, self->lines[i].figure, crosshair), &hue);
      for (guint j = 0; j < self->points->len && !self->drawn; j++)
        self->drawn = isfinite (g_array_index (self->points, MuriGraphPoint, j).value);
    }
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  MuriGraph *self = user_data;
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (area));
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (area), NULL);
  GdkRGBA text, dim, rule;

  gtk_style_context_get_color (style, &text);
  dim = rule = text;
  dim.alpha *= 0.6;
  if (!gtk_style_context_lookup_color (style, "borders", &rule))
    rule.alpha *= 0.15;

  lay_out (self, layout, width, height);
  muri_graph_draw_rules (cr, &self->frame, &rule);
  muri_graph_draw_labels (cr, &self->frame, layout, &dim);
  muri_graph_draw_times (cr, &self->frame, layout, &dim);
  if (muri_graph_group_get_crosshair (self->group))
    muri_graph_draw_crosshair (cr, &self->frame, muri_graph_group_get_crosshair (self->group),
                               &dim);
  draw_lines (self, cr, is_dark (&text));
}

static gboolean
has_known (MuriGraph *self)
{
  gint64 start = muri_graph_group_get_now (self->group) - SPAN;

  return isfinite (find_peak (self, start));
}

/* The crosshair stands on a sample where there is one nearby. */
static gint64
snap (MuriGraph *self, gint64 time)
{
  int i = self->series ? muri_series_find (self->series, time) : -1;
  gint64 before, after;

  if (i < 0)
    return time;
  before = muri_series_get_time (self->series, i);
  after = (guint)i + 1 < muri_series_get_length (self->series)
              ? muri_series_get_time (self->series, i + 1)
              : before;
  if (after - time < time - before && after >= time)
    return after;
  return time - before <= MURI_GRAPH_GAP ? before : time;
}

static void
point_at (MuriGraph *self)
{
  gint64 time = 0;

  if (self->pointer >= self->frame.x && self->pointer <= self->frame.x + self->frame.width)
    time = snap (self, muri_graph_frame_time (&self->frame, self->pointer));
  muri_graph_group_set_crosshair (self->group, time);
}

static void
on_tick (MuriGraph *self)
{
  if (self->pointer >= 0)
    {
      self->frame.end = muri_graph_group_get_now (self->group);
      self->frame.start = self->frame.end - SPAN;
      point_at (self);
    }
  if (muri_graph_group_get_crosshair (self->group) == 0)
    update_readouts (self);
  if (self->drawn || has_known (self))
    gtk_widget_queue_draw (self->plot);
}

static void
on_crosshair (MuriGraph *self)
{
  update_readouts (self);
  if (gtk_widget_has_focus (self->plot))
    update_description (self);
  gtk_widget_queue_draw (self->plot);
}

static void
on_motion (MuriGraph *self, double x, double y)
{
  self->pointer = x;
  point_at (self);
}

static void
on_leave (MuriGraph *self)
{
  self->pointer = -1;
  muri_graph_group_set_crosshair (self->group, 0);
}

static void
on_focus_in (MuriGraph *self)
{
  update_description (self);
}

static gboolean
on_key (MuriGraph *self, guint keyval, guint keycode, GdkModifierType state)
{
  gint64 now = muri_graph_group_get_now (self->group);
  gint64 time = muri_graph_group_get_crosshair (self->group);
  gint64 step = state & GDK_CONTROL_MASK ? LONG_STEP : STEP;

  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      time = (time ? time : now) - step;
      break;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      time = (time ? time : now) + step;
      break;
    case GDK_KEY_Home:
      time = now - SPAN;
      break;
    case GDK_KEY_End:
    case GDK_KEY_Escape:
      if (time == 0)
        return GDK_EVENT_PROPAGATE;
      time = 0;
      break;
    default:
      return GDK_EVENT_PROPAGATE;
    }
  if (time != 0)
    time = snap (self, CLAMP (time, now - SPAN, now));
  muri_graph_group_set_crosshair (self->group, time);
  return GDK_EVENT_STOP;
}

static void
muri_graph_map (GtkWidget *widget)
{
  MuriGraph *self = MURI_GRAPH (widget);

  muri_graph_group_hold (self->group);
  g_signal_connect_swapped (self->group, "tick", G_CALLBACK (on_tick), self);
  g_signal_connect_swapped (self->group, "notify::crosshair", G_CALLBACK (on_crosshair), self);
  update_readouts (self);
  GTK_WIDGET_CLASS (muri_graph_parent_class)->map (widget);
}

static void
muri_graph_unmap (GtkWidget *widget)
{
  MuriGraph *self = MURI_GRAPH (widget);

  g_signal_handlers_disconnect_by_data (self->group, self);
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
  g_clear_pointer (&self->series, muri_series_unref);
  g_clear_object (&self->group);
  G_OBJECT_CLASS (muri_graph_parent_class)->dispose (object);
}

static void
muri_graph_finalize (GObject *object)
{
  g_array_unref (MURI_GRAPH (object)->points);
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
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "graph");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
add_controllers (MuriGraph *self)
{
  GtkEventController *controller = gtk_event_controller_motion_new ();

  g_signal_connect_swapped (controller, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect_swapped (controller, "enter", G_CALLBACK (on_motion), self);
  g_signal_connect_swapped (controller, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (self->plot, controller);
  controller = gtk_event_controller_key_new ();
  g_signal_connect_swapped (controller, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (self->plot, controller);
  controller = gtk_event_controller_focus_new ();
  g_signal_connect_swapped (controller, "enter", G_CALLBACK (on_focus_in), self);
  g_signal_connect_swapped (controller, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (self->plot, controller);
}

static void
muri_graph_init (MuriGraph *self)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 3);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  self->pointer = -1;
  self->points = g_array_new (FALSE, FALSE, sizeof (MuriGraphPoint));

  self->title = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_add_css_class (self->title, "heading");
  self->time = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->time, "numeric");
  gtk_widget_add_css_class (self->time, "dim-label");
  gtk_box_append (GTK_BOX (header), self->title);
  gtk_box_append (GTK_BOX (header), self->time);
  gtk_widget_set_parent (header, GTK_WIDGET (self));

  self->readouts = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_set_parent (self->readouts, GTK_WIDGET (self));

  self->plot =
      g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_IMG,
                    "content-height", PLOT_HEIGHT, "focusable", TRUE, "vexpand", TRUE, NULL);
  gtk_widget_add_css_class (self->plot, "plot");
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->plot), draw, self, NULL);
  gtk_widget_set_parent (self->plot, GTK_WIDGET (self));
  add_controllers (self);
}

GtkWidget *
muri_graph_new (const char *title, MuriUnit unit, MuriGraphGroup *group)
{
  MuriGraph *self = g_object_new (MURI_TYPE_GRAPH, NULL);

  self->unit = unit;
  self->group = g_object_ref (group);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->plot), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  return GTK_WIDGET (self);
}

void
muri_graph_add_line (MuriGraph *self, const char *name, MuriFigure figure)
{
  Line *line;

  g_return_if_fail (MURI_IS_GRAPH (self));
  g_return_if_fail (self->n_lines < MAX_LINES);

  line = &self->lines[self->n_lines];
  line->figure = figure;
  line->readout = MURI_GRAPH_READOUT (muri_graph_readout_new (name, self->n_lines));
  muri_graph_readout_reserve (line->readout, self->unit == MURI_UNIT_RATE ? 7 : 4);
  gtk_box_append (GTK_BOX (self->readouts), GTK_WIDGET (line->readout));
  self->n_lines++;
}

void
muri_graph_set_series (MuriGraph *self, MuriSeries *series)
{
  g_return_if_fail (MURI_IS_GRAPH (self));

  if (self->series == series)
    return;
  if (series)
    muri_series_ref (series);
  g_clear_pointer (&self->series, muri_series_unref);
  self->series = series;
  update_readouts (self);
  gtk_widget_queue_draw (self->plot);
}

void
muri_graph_set_total (MuriGraph *self, double total)
{
  g_return_if_fail (MURI_IS_GRAPH (self));

  if (self->total == total)
    return;
  self->total = total;
  update_readouts (self);
  gtk_widget_queue_draw (self->plot);
}
