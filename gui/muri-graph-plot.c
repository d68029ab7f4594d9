/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-graph-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-time-words.h"

#define PLOT_HEIGHT 120

/* Of a line's name, its value and its peak. */
#define PEAK_WIDTH 190

static MuriGraphPoint
make_point (gint64 time, double value)
{
  return (MuriGraphPoint){ time, (float)value, (float)value, (float)value };
}

static MuriGraphPoint
point_at (MuriGraphTrace *trace, gint64 time)
{
  int i = muri_graph_trace_find (trace, time);
  const MuriGraphPoint *points;
  guint n;

  points = muri_graph_trace_get_points (trace, &n);
  return i < 0 ? make_point (time, NAN) : points[i];
}

gint64
muri_graph_get_read_time (MuriGraph *self)
{
  gint64 crosshair = muri_graph_group_get_crosshair (self->group);
  gint64 pin = self->range && muri_graph_group_get_pins (self->group)
                   ? muri_time_range_get_pin (self->range)
                   : 0;

  if (crosshair)
    return crosshair;
  return pin >= self->picture->from && pin <= self->picture->to ? pin : 0;
}

/* What the read-out of the nth curve says. Of a range in the past that nobody points at, it is what
 * it was like. */
static MuriGraphPoint
read_point (MuriGraph *self, guint curve)
{
  gint64 time = muri_graph_get_read_time (self);
  MuriGraphTrace *trace = self->picture->traces->pdata[curve];
  MuriFigure figure;

  if (time)
    return point_at (trace, time);
  if (self->range && !muri_time_range_is_following (self->range))
    return muri_graph_trace_sum_up (trace, self->picture->from, self->picture->to);
  if (!self->source)
    return make_point (0, NAN);
  figure = g_array_index (self->lines, MuriGraphLine, self->of_parts ? 0 : curve).figure;
  return make_point (0,
                     muri_graph_source_get_now (self->source, self->of_parts ? curve : 0, figure));
}

static char *
format_value (MuriGraph *self, double value)
{
  if (self->picture->unit == MURI_UNIT_BYTES && self->total > 0 && !self->of_parts)
    return muri_format_memory (value, self->total);
  return muri_format_value (self->picture->unit, value);
}

/* NULL where the largest is not worth saying, because it is the same. */
static char *
format_peak (MuriGraph *self, const MuriGraphPoint *point)
{
  g_autofree char *average = muri_format_value (self->picture->unit, point->average);
  g_autofree char *peak = muri_format_value (self->picture->unit, point->max);

  return !isfinite (point->max) || g_str_equal (average, peak) ? NULL : g_steal_pointer (&peak);
}

static void
update_time (MuriGraph *self)
{
  gint64 time = muri_graph_get_read_time (self);
  gint64 resolution = (gint64)((double)(self->picture->to - self->picture->from)
                               / MAX (self->picture->frame.width, 1));
  g_autofree char *text =
      time ? muri_time_words_moment (time, resolution, self->picture->zone) : g_strdup ("");

  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->time)), text) != 0)
    gtk_label_set_text (GTK_LABEL (self->time), text);
}

/* They are drawn, too: where there is no room, they are not written. */
static gboolean
has_room_for_peaks (MuriGraph *self)
{
  int width = gtk_widget_get_width (self->readouts);

  return self->of_parts || width >= PEAK_WIDTH * (int)self->lines->len;
}

void
muri_graph_update_readouts (MuriGraph *self)
{
  GtkWidget *readout = gtk_widget_get_first_child (self->readouts);
  gboolean room = has_room_for_peaks (self);

  update_time (self);
  for (guint i = 0; i < self->picture->traces->len && readout; i++)
    {
      MuriGraphPoint point = read_point (self, i);
      g_autofree char *value = format_value (self, point.average);
      g_autofree char *peak = format_peak (self, &point);

      muri_graph_readout_set_value (MURI_GRAPH_READOUT (readout), value, peak);
      muri_graph_readout_show_peak (MURI_GRAPH_READOUT (readout), room);
      readout = gtk_widget_get_next_sibling (readout);
    }
}

/* Read on focus and when the crosshair moves; every second would be a nuisance to listen to. */
void
muri_graph_update_description (MuriGraph *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *time = gtk_label_get_text (GTK_LABEL (self->time));
  g_autofree char *range =
      muri_time_words_range (self->picture->from, self->picture->to, self->picture->zone);

  g_string_append_printf (text, "%s: ", *time ? time : range);
  for (GtkWidget *readout = gtk_widget_get_first_child (self->readouts); readout;
       readout = gtk_widget_get_next_sibling (readout))
    {
      g_autofree char *words = muri_graph_readout_get_words (MURI_GRAPH_READOUT (readout));

      g_string_append (text, words);
      if (gtk_widget_get_next_sibling (readout))
        g_string_append (text, ", ");
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->plot), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text->str, -1);
}

GtkWidget *
muri_graph_add_readout (MuriGraph *self, const char *name)
{
  guint n = 0;
  GtkWidget *readout;

  for (GtkWidget *child = gtk_widget_get_first_child (self->readouts); child;
       child = gtk_widget_get_next_sibling (child))
    n++;
  readout = muri_graph_readout_new (name, n);
  muri_graph_readout_reserve (MURI_GRAPH_READOUT (readout),
                              self->picture->unit == MURI_UNIT_RATE ? 7 : 4);
  gtk_box_append (GTK_BOX (self->readouts), readout);
  return readout;
}

/* Parts come and go with the source. */
static void
match_readouts (MuriGraph *self, guint n_parts)
{
  GtkWidget *child = gtk_widget_get_first_child (self->readouts);

  for (guint i = 0; i < n_parts; i++)
    {
      const char *name = muri_graph_source_get_name (self->source, i);

      if (child == NULL)
        child = muri_graph_add_readout (self, name);
      muri_graph_readout_set_name (MURI_GRAPH_READOUT (child), name);
      child = gtk_widget_get_next_sibling (child);
    }
  while (child)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      gtk_box_remove (GTK_BOX (self->readouts), child);
      child = next;
    }
}

static void
collect_parts (MuriGraph *self)
{
  MuriFigure figure = g_array_index (self->lines, MuriGraphLine, 0).figure;
  guint n = self->source ? muri_graph_source_get_n_parts (self->source) : 0;

  n = MIN (n, MURI_GRAPH_HUES);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriGraphTrace) trace = muri_graph_source_get_trace (self->source, i, figure);

      muri_graph_picture_add_curve (self->picture, muri_graph_source_get_name (self->source, i),
                                    trace);
    }
  match_readouts (self, n);
}

static void
collect_lines (MuriGraph *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const MuriGraphLine *line = &g_array_index (self->lines, MuriGraphLine, i);
      g_autoptr (MuriGraphTrace) trace =
          self->source ? muri_graph_source_get_trace (self->source, 0, line->figure)
                       : muri_graph_trace_new (0, 0, NULL, 0);

      muri_graph_picture_add_curve (self->picture, line->name, trace);
    }
}

void
muri_graph_update (MuriGraph *self)
{
  MuriGraphPicture *picture = self->picture;

  muri_graph_picture_set_time (picture, muri_time_range_get_from (self->range),
                               muri_time_range_get_to (self->range));
  muri_graph_picture_clear_curves (picture);
  if (self->of_parts)
    collect_parts (self);
  else
    collect_lines (self);
  muri_graph_picture_complete (picture);
  g_array_set_size (picture->marks, 0);
  muri_graph_marks_list (muri_graph_group_get_marks (self->group), picture->from, picture->to,
                         picture->marks);
  self->known = muri_graph_picture_has_known (picture);
  muri_graph_update_readouts (self);
}

static void
consider (gint64 candidate, gint64 time, gint64 reach, gint64 *best)
{
  if (ABS (candidate - time) <= reach
      && (*best == 0 || ABS (candidate - time) < ABS (*best - time)))
    *best = candidate;
}

/* The crosshair stands on what was measured, where there is something nearby. */
gint64
muri_graph_snap (MuriGraph *self, gint64 time)
{
  gint64 best = 0;

  for (guint i = 0; i < self->picture->traces->len; i++)
    {
      MuriGraphTrace *trace = self->picture->traces->pdata[i];
      gint64 reach = muri_graph_trace_get_gap (trace);
      gint64 half = muri_graph_trace_get_span (trace) / 2;
      int at = muri_graph_trace_find (trace, time);
      const MuriGraphPoint *points;
      guint n;

      points = muri_graph_trace_get_points (trace, &n);
      if (at < 0 || !isfinite (points[at].average))
        continue;
      consider (points[at].time + half, time, reach, &best);
      if (half == 0 && (guint)at + 1 < n)
        consider (points[at + 1].time, time, reach, &best);
    }
  return best ? best : time;
}

static void
get_colors (GtkWidget *widget, MuriGraphColors *colors)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);

  gtk_style_context_get_color (style, &colors->text);
  colors->dim = colors->rule = colors->accent = colors->text;
  colors->dim.alpha *= 0.6f;
  colors->warning = colors->error = colors->dim;
  if (!gtk_style_context_lookup_color (style, "borders", &colors->rule))
    colors->rule.alpha *= 0.15f;
  gtk_style_context_lookup_color (style, "accent_color", &colors->accent);
  gtk_style_context_lookup_color (style, "warning_color", &colors->warning);
  gtk_style_context_lookup_color (style, "error_color", &colors->error);
  colors->dark = muri_graph_is_dark (&colors->text);
}

static void
draw_dots (MuriGraph *self, cairo_t *cr, const MuriGraphColors *colors, gint64 time)
{
  for (guint i = 0; i < self->picture->traces->len; i++)
    {
      MuriGraphPoint point = point_at (muri_graph_picture_get_shown (self->picture, i), time);
      GdkRGBA hue;

      muri_graph_get_hue (i, colors->dark, &hue);
      muri_graph_draw_dot (cr, &self->picture->frame, time, point.average, &hue);
    }
}

static void
draw_crosshair (MuriGraph *self, cairo_t *cr, const MuriGraphColors *colors)
{
  gint64 crosshair = muri_graph_group_get_crosshair (self->group);
  gint64 pin = muri_graph_group_get_pins (self->group) ? muri_time_range_get_pin (self->range) : 0;

  if (pin)
    muri_graph_draw_pin (cr, &self->picture->frame, pin, &colors->accent);
  if (crosshair)
    muri_graph_draw_crosshair (cr, &self->picture->frame, crosshair, &colors->dim);
  if (crosshair || pin)
    draw_dots (self, cr, colors, crosshair ? crosshair : pin);
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  MuriGraph *self = user_data;
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (area), NULL);
  MuriGraphColors colors;

  get_colors (GTK_WIDGET (area), &colors);
  muri_graph_picture_lay_out (self->picture, layout, width, height);
  if (self->source)
    muri_graph_source_want_slots (self->source, (guint)self->picture->frame.width);
  muri_graph_picture_draw (self->picture, cr, layout, &colors);
  if (self->drag == MURI_GRAPH_DRAG_CHOICE)
    muri_graph_draw_choice (cr, &self->picture->frame, self->choice_from, self->choice_to,
                            &colors.accent);
  draw_crosshair (self, cr, &colors);
}

void
muri_graph_init_plot (MuriGraph *self)
{
  self->plot =
      g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_IMG,
                    "content-height", PLOT_HEIGHT, "focusable", TRUE, "vexpand", TRUE, NULL);
  gtk_widget_add_css_class (self->plot, "plot");
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->plot), draw, self, NULL);
}
