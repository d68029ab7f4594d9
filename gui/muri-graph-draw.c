/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-draw.h"

#include <math.h>

#include "muri-graph-ticks.h"

#define LINE_WIDTH 1.5
#define FILL_ALPHA 0.12
#define BAND_ALPHA 0.2
#define AREA_ALPHA 0.45
#define LABEL_SPACE 6
#define RIGHT_SPACE 3
#define PIN_SIZE 4.5

double
muri_graph_frame_x (const MuriGraphFrame *frame, gint64 time)
{
  return frame->x
         + (double)(time - frame->start) / (double)(frame->end - frame->start) * frame->width;
}

double
muri_graph_frame_y (const MuriGraphFrame *frame, double value)
{
  double max = muri_graph_scale_get_max (&frame->scale);

  return frame->y + frame->height * (1 - CLAMP (value / max, 0, 1));
}

gint64
muri_graph_frame_time (const MuriGraphFrame *frame, double x)
{
  double share = CLAMP ((x - frame->x) / frame->width, 0, 1);

  return frame->start + (gint64)(share * (double)(frame->end - frame->start));
}

void
muri_graph_draw_rules (cairo_t *cr, const MuriGraphFrame *frame, const GdkRGBA *color)
{
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i <= frame->scale.n_steps; i++)
    {
      double y = floor (muri_graph_frame_y (frame, frame->scale.step * i)) + 0.5;

      cairo_move_to (cr, frame->x, y);
      cairo_line_to (cr, frame->x + frame->width, y);
    }
  cairo_stroke (cr);
}

void
muri_graph_draw_labels (cairo_t *cr, const MuriGraphFrame *frame, PangoLayout *layout,
                        const GdkRGBA *color)
{
  gdk_cairo_set_source_rgba (cr, color);
  for (guint i = 0; i <= frame->scale.n_steps; i++)
    {
      g_autofree char *label = muri_graph_scale_get_label (&frame->scale, i);
      double y = muri_graph_frame_y (frame, frame->scale.step * i);
      int width, height;

      pango_layout_set_text (layout, label, -1);
      pango_layout_get_pixel_size (layout, &width, &height);
      cairo_move_to (cr, frame->x - LABEL_SPACE - width, round (y - height / 2.0));
      pango_cairo_show_layout (cr, layout);
    }
}

void
muri_graph_draw_ticks (cairo_t *cr, const MuriGraphFrame *frame, GArray *ticks, double offset,
                       PangoLayout *layout, const GdkRGBA *color)
{
  gdk_cairo_set_source_rgba (cr, color);
  for (guint i = 0; i < ticks->len; i++)
    {
      const MuriGraphTick *tick = &g_array_index (ticks, MuriGraphTick, i);
      double x;
      int width, height;

      pango_layout_set_text (layout, tick->label, -1);
      pango_layout_get_pixel_size (layout, &width, &height);
      x = muri_graph_frame_x (frame, tick->time) - width / 2.0;
      if (x < frame->x - LABEL_SPACE || x + width > frame->x + frame->width + RIGHT_SPACE)
        continue;
      cairo_move_to (cr, round (x), frame->y + frame->height + offset);
      pango_cairo_show_layout (cr, layout);
    }
}

static void
clip (cairo_t *cr, const MuriGraphFrame *frame)
{
  cairo_rectangle (cr, frame->x, frame->y - LINE_WIDTH, frame->width,
                   frame->height + 2 * LINE_WIDTH);
  cairo_clip (cr);
}

void
muri_graph_draw_band (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *trace,
                      const GdkRGBA *color)
{
  gint64 span = muri_graph_trace_get_span (trace);
  const MuriGraphPoint *points;
  guint n;

  points = muri_graph_trace_get_points (trace, &n);
  cairo_save (cr);
  clip (cr, frame);
  cairo_new_path (cr);
  /* On whole pixels: neighbours neither overlap nor leave light between them, and the shortest
   * peak is as wide as a pixel. */
  for (guint i = 0; i < n; i++)
    {
      double left = round (muri_graph_frame_x (frame, points[i].time));
      double right = round (muri_graph_frame_x (frame, points[i].time + span));
      double top = muri_graph_frame_y (frame, points[i].max);

      if (isfinite (points[i].average) && points[i].max > points[i].min)
        cairo_rectangle (cr, left, top, MAX (right - left, 1),
                         muri_graph_frame_y (frame, points[i].min) - top);
    }
  cairo_set_source_rgba (cr, color->red, color->green, color->blue,
                         BAND_ALPHA * (double)color->alpha);
  cairo_fill (cr);
  cairo_restore (cr);
}

/* The middle of its time; the first and the last of a run reach to the edges of theirs. */
static double
point_x (const MuriGraphFrame *frame, MuriGraphTrace *trace, const MuriGraphPoint *point)
{
  return muri_graph_frame_x (frame, point->time + muri_graph_trace_get_span (trace) / 2);
}

/* Adds the run of joined points that starts at @first to the path; returns where it ends. */
static guint
add_run (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *trace, guint first)
{
  gint64 span = muri_graph_trace_get_span (trace);
  const MuriGraphPoint *points;
  guint n, i = first;

  points = muri_graph_trace_get_points (trace, &n);
  cairo_move_to (cr, muri_graph_frame_x (frame, points[i].time),
                 muri_graph_frame_y (frame, points[i].average));
  cairo_line_to (cr, point_x (frame, trace, &points[i]),
                 muri_graph_frame_y (frame, points[i].average));
  while (muri_graph_trace_joins (trace, i))
    {
      i++;
      cairo_line_to (cr, point_x (frame, trace, &points[i]),
                     muri_graph_frame_y (frame, points[i].average));
    }
  /* A point alone is a dot, which the round cap draws. */
  cairo_line_to (cr, muri_graph_frame_x (frame, points[i].time + span),
                 muri_graph_frame_y (frame, points[i].average));
  return i;
}

static void
fill_run (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *trace, guint first)
{
  gint64 span = muri_graph_trace_get_span (trace);
  double bottom = frame->y + frame->height;
  guint last = add_run (cr, frame, trace, first);
  const MuriGraphPoint *points;
  guint n;

  points = muri_graph_trace_get_points (trace, &n);
  cairo_line_to (cr, muri_graph_frame_x (frame, points[last].time + span), bottom);
  cairo_line_to (cr, muri_graph_frame_x (frame, points[first].time), bottom);
  cairo_close_path (cr);
}

static gboolean
begins_run (MuriGraphTrace *trace, const MuriGraphPoint *points, guint i)
{
  return isfinite (points[i].average) && (i == 0 || !muri_graph_trace_joins (trace, i - 1));
}

static void
stroke_runs (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *trace, const GdkRGBA *color,
             gboolean dashed)
{
  static const double dashes[] = { 5, 3.5 };
  const MuriGraphPoint *points;
  guint n;

  points = muri_graph_trace_get_points (trace, &n);
  cairo_new_path (cr);
  for (guint i = 0; i < n; i++)
    if (begins_run (trace, points, i))
      add_run (cr, frame, trace, i);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, LINE_WIDTH);
  cairo_set_line_cap (cr, dashed ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (cr, dashes, dashed ? G_N_ELEMENTS (dashes) : 0, 0);
  cairo_stroke (cr);
}

void
muri_graph_draw_line (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *trace,
                      const GdkRGBA *color, gboolean fill, gboolean dashed)
{
  const MuriGraphPoint *points;
  guint n;

  points = muri_graph_trace_get_points (trace, &n);
  cairo_save (cr);
  clip (cr, frame);
  cairo_new_path (cr);
  for (guint i = 0; fill && i < n; i++)
    if (begins_run (trace, points, i))
      fill_run (cr, frame, trace, i);
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, FILL_ALPHA);
  cairo_fill (cr);
  stroke_runs (cr, frame, trace, color, dashed);
  cairo_restore (cr);
}

static double
lower_y (const MuriGraphFrame *frame, const MuriGraphPoint *points, guint i)
{
  return muri_graph_frame_y (frame, points && isfinite (points[i].average) ? points[i].average : 0);
}

/* The run of @upper from @first on, and back along @lower. */
static void
add_area (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *upper, MuriGraphTrace *lower,
          guint first)
{
  gint64 span = muri_graph_trace_get_span (upper);
  guint last = add_run (cr, frame, upper, first);
  const MuriGraphPoint *points, *below;
  guint n;

  points = muri_graph_trace_get_points (upper, &n);
  below = lower ? muri_graph_trace_get_points (lower, &n) : NULL;
  cairo_line_to (cr, muri_graph_frame_x (frame, points[last].time + span),
                 lower_y (frame, below, last));
  for (guint i = last + 1; i-- > first;)
    cairo_line_to (cr, point_x (frame, upper, &points[i]), lower_y (frame, below, i));
  cairo_line_to (cr, muri_graph_frame_x (frame, points[first].time), lower_y (frame, below, first));
  cairo_close_path (cr);
}

void
muri_graph_draw_area (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *upper,
                      MuriGraphTrace *lower, const GdkRGBA *color)
{
  const MuriGraphPoint *points;
  guint n;

  points = muri_graph_trace_get_points (upper, &n);
  cairo_save (cr);
  clip (cr, frame);
  cairo_new_path (cr);
  for (guint i = 0; i < n; i++)
    if (begins_run (upper, points, i))
      add_area (cr, frame, upper, lower, i);
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, AREA_ALPHA);
  cairo_fill (cr);
  stroke_runs (cr, frame, upper, color, FALSE);
  cairo_restore (cr);
}

void
muri_graph_draw_crosshair (cairo_t *cr, const MuriGraphFrame *frame, gint64 time,
                           const GdkRGBA *color)
{
  double x = floor (muri_graph_frame_x (frame, time)) + 0.5;

  if (x < frame->x || x > frame->x + frame->width + 1)
    return;
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, x, frame->y);
  cairo_line_to (cr, x, frame->y + frame->height);
  cairo_stroke (cr);
}

void
muri_graph_draw_pin (cairo_t *cr, const MuriGraphFrame *frame, gint64 time, const GdkRGBA *color)
{
  double x = floor (muri_graph_frame_x (frame, time)) + 0.5;

  if (x < frame->x || x > frame->x + frame->width + 1)
    return;
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, LINE_WIDTH);
  cairo_move_to (cr, x, frame->y);
  cairo_line_to (cr, x, frame->y + frame->height);
  cairo_stroke (cr);
  cairo_move_to (cr, x - PIN_SIZE, frame->y - LINE_WIDTH);
  cairo_line_to (cr, x + PIN_SIZE, frame->y - LINE_WIDTH);
  cairo_line_to (cr, x, frame->y - LINE_WIDTH + PIN_SIZE * 1.4);
  cairo_close_path (cr);
  cairo_fill (cr);
}

void
muri_graph_draw_dot (cairo_t *cr, const MuriGraphFrame *frame, gint64 time, double value,
                     const GdkRGBA *color)
{
  double x = muri_graph_frame_x (frame, time);

  if (!isfinite (value) || x < frame->x || x > frame->x + frame->width)
    return;
  gdk_cairo_set_source_rgba (cr, color);
  cairo_arc (cr, x, muri_graph_frame_y (frame, value), 3, 0, 2 * G_PI);
  cairo_fill (cr);
}

void
muri_graph_draw_choice (cairo_t *cr, const MuriGraphFrame *frame, gint64 from, gint64 to,
                        const GdkRGBA *color)
{
  double left = round (muri_graph_frame_x (frame, MAX (MIN (from, to), frame->start)));
  double right = round (muri_graph_frame_x (frame, MIN (MAX (from, to), frame->end)));

  cairo_set_source_rgba (cr, color->red, color->green, color->blue, FILL_ALPHA);
  cairo_rectangle (cr, left, frame->y, right - left, frame->height);
  cairo_fill (cr);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, left + 0.5, frame->y);
  cairo_line_to (cr, left + 0.5, frame->y + frame->height);
  cairo_move_to (cr, right - 0.5, frame->y);
  cairo_line_to (cr, right - 0.5, frame->y + frame->height);
  cairo_stroke (cr);
}
