/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-draw.h"

#include <math.h>

#define LINE_WIDTH 1.5
#define FILL_ALPHA 0.12
#define LABEL_SPACE 6

/* Okabe and Ito (2008), jfly.uni-koeln.de/color. Their yellow and black are left out, and where a
 * hue has less than 3:1 to the ground a neighbour of it stands in: vermillion for orange and a
 * darker purple on white; sky blue for blue on dark. */
static const guint32 hues[2][4] = {
  { 0x0072b2, 0xd55e00, 0x009e73, 0xb65f95 },
  { 0x56b4e9, 0xe69f00, 0x00b587, 0xd890b8 },
};

void
muri_graph_get_hue (guint series, gboolean dark, GdkRGBA *color)
{
  guint32 rgb = hues[dark ? 1 : 0][series % 4];

  color->red = (rgb >> 16 & 0xff) / 255.0f;
  color->green = (rgb >> 8 & 0xff) / 255.0f;
  color->blue = (rgb & 0xff) / 255.0f;
  color->alpha = 1;
}

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

/* Whole minutes, as many as have room. */
void
muri_graph_draw_times (cairo_t *cr, const MuriGraphFrame *frame, PangoLayout *layout,
                       const GdkRGBA *color)
{
  gint64 minute = G_TIME_SPAN_MINUTE;
  double span = (double)(frame->end - frame->start);
  int width, height;

  pango_layout_set_text (layout, "00:00", -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  while (frame->width * (double)minute / span < width * 1.8 && minute < G_TIME_SPAN_HOUR)
    minute *= 2;

  gdk_cairo_set_source_rgba (cr, color);
  for (gint64 time = (frame->start / minute + 1) * minute; time <= frame->end; time += minute)
    {
      g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time / G_TIME_SPAN_SECOND);
      g_autofree char *label = g_date_time_format (date, "%H:%M");
      double x = muri_graph_frame_x (frame, time) - width / 2.0;

      if (x < frame->x || x + width > frame->x + frame->width)
        continue;
      pango_layout_set_text (layout, label, -1);
      cairo_move_to (cr, round (x), frame->y + frame->height + 2);
      pango_cairo_show_layout (cr, layout);
    }
}

static gboolean
joined (const MuriGraphPoint *points, gsize i)
{
  return isfinite (points[i].value) && isfinite (points[i + 1].value)
         && points[i + 1].time - points[i].time <= MURI_GRAPH_GAP;
}

/* Adds the run of joined points that starts at @first to the path; returns where it ends. */
static gsize
add_run (cairo_t *cr, const MuriGraphFrame *frame, const MuriGraphPoint *points, gsize n,
         gsize first)
{
  gsize i = first;

  cairo_move_to (cr, muri_graph_frame_x (frame, points[i].time),
                 muri_graph_frame_y (frame, points[i].value));
  /* A point alone is a dot, which the round cap draws. */
  cairo_line_to (cr, muri_graph_frame_x (frame, points[i].time),
                 muri_graph_frame_y (frame, points[i].value));
  while (i + 1 < n && joined (points, i))
    {
      i++;
      cairo_line_to (cr, muri_graph_frame_x (frame, points[i].time),
                     muri_graph_frame_y (frame, points[i].value));
    }
  return i;
}

static void
fill_run (cairo_t *cr, const MuriGraphFrame *frame, const MuriGraphPoint *points, gsize n,
          gsize first)
{
  double bottom = frame->y + frame->height;
  gsize last = add_run (cr, frame, points, n, first);

  cairo_line_to (cr, muri_graph_frame_x (frame, points[last].time), bottom);
  cairo_line_to (cr, muri_graph_frame_x (frame, points[first].time), bottom);
  cairo_close_path (cr);
}

void
muri_graph_draw_line (cairo_t *cr, const MuriGraphFrame *frame, const MuriGraphPoint *points,
                      gsize n_points, const GdkRGBA *color)
{
  cairo_save (cr);
  cairo_rectangle (cr, frame->x, frame->y - LINE_WIDTH, frame->width,
                   frame->height + 2 * LINE_WIDTH);
  cairo_clip (cr);

  cairo_new_path (cr);
  for (gsize i = 0; i < n_points; i++)
    if (isfinite (points[i].value) && (i == 0 || !joined (points, i - 1)))
      fill_run (cr, frame, points, n_points, i);
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, FILL_ALPHA);
  cairo_fill (cr);

  for (gsize i = 0; i < n_points; i++)
    if (isfinite (points[i].value) && (i == 0 || !joined (points, i - 1)))
      add_run (cr, frame, points, n_points, i);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, LINE_WIDTH);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
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
muri_graph_draw_mark (cairo_t *cr, const MuriGraphFrame *frame, gint64 time, double value,
                      const GdkRGBA *color)
{
  double x = muri_graph_frame_x (frame, time);

  if (!isfinite (value) || x < frame->x || x > frame->x + frame->width)
    return;
  gdk_cairo_set_source_rgba (cr, color);
  cairo_arc (cr, x, muri_graph_frame_y (frame, value), 3, 0, 2 * G_PI);
  cairo_fill (cr);
}
