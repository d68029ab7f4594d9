/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-picture.h"

#include <math.h>

#include "muri-graph-ticks.h"
#include "muri-words.h"

/* The strip under the plot that marks stand in. */
#define MARK_STRIP 11
#define MARK_SIZE 4.0

/* Marks closer than this are drawn as one. */
#define MARK_NEAR 9.0

/* The fewest pixels from the left of the picture to its right. */
#define RIGHT_MARGIN 4

/* Beyond so many curves, fillings would hide more than they show. */
#define MAX_FILLED 4

MuriGraphPicture *
muri_graph_picture_new (const char *title, MuriUnit unit)
{
  MuriGraphPicture *picture = g_new0 (MuriGraphPicture, 1);

  picture->title = g_strdup (title);
  picture->unit = unit;
  picture->zone = g_time_zone_new_local ();
  picture->names = g_ptr_array_new_with_free_func (g_free);
  picture->traces = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_graph_trace_unref);
  picture->marks = g_array_new (FALSE, FALSE, sizeof (MuriGraphMark));
  return picture;
}

MuriGraphPicture *
muri_graph_picture_copy (const MuriGraphPicture *picture)
{
  MuriGraphPicture *copy = muri_graph_picture_new (picture->title, picture->unit);

  copy->floor = picture->floor;
  copy->stacked = picture->stacked;
  copy->from = picture->from;
  copy->to = picture->to;
  g_time_zone_unref (copy->zone);
  copy->zone = g_time_zone_ref (picture->zone);
  for (guint i = 0; i < picture->traces->len; i++)
    muri_graph_picture_add_curve (copy, picture->names->pdata[i], picture->traces->pdata[i]);
  g_array_append_vals (copy->marks, picture->marks->data, picture->marks->len);
  muri_graph_picture_complete (copy);
  return copy;
}

void
muri_graph_picture_free (MuriGraphPicture *picture)
{
  g_free (picture->title);
  g_time_zone_unref (picture->zone);
  g_ptr_array_unref (picture->names);
  g_ptr_array_unref (picture->traces);
  g_array_unref (picture->marks);
  g_clear_pointer (&picture->stack, g_ptr_array_unref);
  g_clear_pointer (&picture->ticks, g_array_unref);
  g_free (picture);
}

void
muri_graph_picture_clear_curves (MuriGraphPicture *picture)
{
  g_ptr_array_set_size (picture->names, 0);
  g_ptr_array_set_size (picture->traces, 0);
  g_clear_pointer (&picture->stack, g_ptr_array_unref);
}

void
muri_graph_picture_add_curve (MuriGraphPicture *picture, const char *name, MuriGraphTrace *trace)
{
  g_ptr_array_add (picture->names, g_strdup (name));
  g_ptr_array_add (picture->traces, muri_graph_trace_ref (trace));
}

void
muri_graph_picture_complete (MuriGraphPicture *picture)
{
  g_clear_pointer (&picture->stack, g_ptr_array_unref);
  if (picture->stacked)
    picture->stack =
        muri_graph_trace_stack ((MuriGraphTrace **)picture->traces->pdata, picture->traces->len);
}

MuriGraphTrace *
muri_graph_picture_get_shown (const MuriGraphPicture *picture, guint curve)
{
  return picture->stack ? picture->stack->pdata[curve] : picture->traces->pdata[curve];
}

/* NaN: nothing is known of what is shown. Only averages are shown of a stack. */
static double
find_peak (const MuriGraphPicture *picture)
{
  double peak = NAN;

  for (guint i = 0; i < picture->traces->len; i++)
    {
      MuriGraphTrace *trace = muri_graph_picture_get_shown (picture, i);
      const MuriGraphPoint *points;
      guint n;

      points = muri_graph_trace_get_points (trace, &n);
      for (guint j = 0; j < n; j++)
        if (points[j].time + muri_graph_trace_get_span (trace) >= picture->from
            && points[j].time <= picture->to)
          peak = fmax (peak, picture->stack ? points[j].average : points[j].max);
    }
  return peak;
}

gboolean
muri_graph_picture_has_known (const MuriGraphPicture *picture)
{
  return isfinite (find_peak (picture));
}

static double
measure (const char *text, gpointer user_data)
{
  PangoLayout *layout = user_data;
  int width, height;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  return width;
}

static void
update_ticks (MuriGraphPicture *picture, PangoLayout *layout)
{
  const MuriGraphFrame *frame = &picture->frame;

  if (picture->ticks && picture->ticks_start == frame->start && picture->ticks_end == frame->end
      && picture->ticks_width == frame->width)
    return;
  picture->ticks_start = frame->start;
  picture->ticks_end = frame->end;
  picture->ticks_width = frame->width;
  g_clear_pointer (&picture->ticks, g_array_unref);
  picture->ticks =
      muri_graph_ticks_new (frame->start, frame->end, frame->width, picture->zone, measure, layout);
}

void
muri_graph_picture_set_time (MuriGraphPicture *picture, gint64 from, gint64 to)
{
  picture->from = picture->frame.start = from;
  picture->to = picture->frame.end = MAX (to, from + 1);
}

void
muri_graph_picture_lay_out (MuriGraphPicture *picture, PangoLayout *layout, int width, int height)
{
  MuriGraphFrame *frame = &picture->frame;
  int label_width, label_height;

  /* The widest that an axis needs, so that the graphs of a page stand in line. */
  pango_layout_set_text (layout, "888 MB/s", -1);
  pango_layout_get_pixel_size (layout, &label_width, &label_height);
  muri_graph_picture_set_time (picture, picture->from, picture->to);
  frame->x = label_width + 6;
  frame->y = label_height / 2 + 1;
  frame->width = MAX (1, width - frame->x - RIGHT_MARGIN);
  frame->height = MAX (1, height - frame->y - label_height - MARK_STRIP);
  muri_graph_scale_fit (&frame->scale, picture->unit, find_peak (picture), picture->floor);
  update_ticks (picture, layout);
}

/* A stack's traces stand on one another; others each on the ground. */
static void
draw_curves (MuriGraphPicture *picture, cairo_t *cr, const MuriGraphColors *colors)
{
  const MuriGraphFrame *frame = &picture->frame;
  g_autoptr (GPtrArray) reduced =
      g_ptr_array_new_with_free_func ((GDestroyNotify)muri_graph_trace_unref);
  guint n = picture->traces->len;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (reduced,
                     muri_graph_trace_reduce (muri_graph_picture_get_shown (picture, i),
                                              frame->start, frame->end, (guint)frame->width));
  for (guint i = 0; i < n; i++)
    {
      GdkRGBA hue;

      muri_graph_get_hue (i, colors->dark, &hue);
      if (picture->stack)
        muri_graph_draw_area (cr, frame, reduced->pdata[i], i > 0 ? reduced->pdata[i - 1] : NULL,
                              &hue);
      else
        {
          hue.alpha = n <= MAX_FILLED ? 1 : 0.5f;
          muri_graph_draw_band (cr, frame, reduced->pdata[i], &hue);
        }
    }
  for (guint i = 0; i < n && !picture->stack; i++)
    {
      GdkRGBA hue;

      muri_graph_get_hue (i, colors->dark, &hue);
      muri_graph_draw_line (cr, frame, reduced->pdata[i], &hue, n <= MAX_FILLED,
                            muri_graph_is_dashed (i));
    }
}

static double
mark_x (const MuriGraphPicture *picture, guint i)
{
  return muri_graph_frame_x (&picture->frame,
                             g_array_index (picture->marks, MuriGraphMark, i).time);
}

/* The marks from @first on that are drawn as one, and how grave the gravest of them is. */
static guint
end_of_cluster (const MuriGraphPicture *picture, guint first, MuriGraphMark *gravest)
{
  double x = mark_x (picture, first);
  guint i;

  *gravest = g_array_index (picture->marks, MuriGraphMark, first);
  for (i = first + 1; i < picture->marks->len && mark_x (picture, i) - x < MARK_NEAR; i++)
    {
      const MuriGraphMark *mark = &g_array_index (picture->marks, MuriGraphMark, i);

      if (mark->severity > gravest->severity)
        *gravest = *mark;
    }
  return i;
}

/* An event is a diamond, what a person asked for a triangle. */
static void
add_mark_shape (cairo_t *cr, MuriGraphMarkKind kind, double x, double y)
{
  if (kind == MURI_GRAPH_MARK_OPERATION)
    {
      cairo_move_to (cr, x, y - MARK_SIZE);
      cairo_line_to (cr, x + MARK_SIZE, y + MARK_SIZE * 0.8);
      cairo_line_to (cr, x - MARK_SIZE, y + MARK_SIZE * 0.8);
    }
  else
    {
      cairo_move_to (cr, x, y - MARK_SIZE);
      cairo_line_to (cr, x + MARK_SIZE, y);
      cairo_line_to (cr, x, y + MARK_SIZE);
      cairo_line_to (cr, x - MARK_SIZE, y);
    }
  cairo_close_path (cr);
}

static const GdkRGBA *
mark_color (const MuriGraphMark *mark, const MuriGraphColors *colors)
{
  if (mark->severity >= MURI_SEVERITY_ERROR)
    return &colors->error;
  if (mark->severity >= MURI_SEVERITY_WARNING)
    return &colors->warning;
  return mark->kind == MURI_GRAPH_MARK_OPERATION ? &colors->accent : &colors->dim;
}

static void
draw_marks (MuriGraphPicture *picture, cairo_t *cr, const MuriGraphColors *colors)
{
  const MuriGraphFrame *frame = &picture->frame;
  double y = frame->y + frame->height + MARK_STRIP / 2.0 + 0.5;
  guint next;

  for (guint i = 0; i < picture->marks->len; i = next)
    {
      MuriGraphMark gravest;
      double x = mark_x (picture, i);

      next = end_of_cluster (picture, i, &gravest);
      if (x < frame->x - 1 || x > frame->x + frame->width + 1)
        continue;
      gdk_cairo_set_source_rgba (cr, mark_color (&gravest, colors));
      add_mark_shape (cr, gravest.kind, x, y);
      cairo_fill (cr);
    }
}

void
muri_graph_picture_draw (MuriGraphPicture *picture, cairo_t *cr, PangoLayout *layout,
                         const MuriGraphColors *colors)
{
  muri_graph_draw_rules (cr, &picture->frame, &colors->rule);
  muri_graph_draw_labels (cr, &picture->frame, layout, &colors->dim);
  muri_graph_draw_ticks (cr, &picture->frame, picture->ticks, MARK_STRIP, layout, &colors->dim);
  draw_curves (picture, cr, colors);
  draw_marks (picture, cr, colors);
}

gboolean
muri_graph_picture_find_marks (const MuriGraphPicture *picture, double x, guint *first, guint *last)
{
  guint next;

  for (guint i = 0; i < picture->marks->len; i = next)
    {
      MuriGraphMark gravest;

      next = end_of_cluster (picture, i, &gravest);
      if (fabs (mark_x (picture, i) - x) > MARK_NEAR)
        continue;
      *first = i;
      *last = next - 1;
      return TRUE;
    }
  return FALSE;
}

gboolean
muri_graph_picture_is_on_axis (const MuriGraphPicture *picture, double y)
{
  return y > picture->frame.y + picture->frame.height;
}
