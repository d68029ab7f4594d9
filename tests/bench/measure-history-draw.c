/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure-history.h"

#include "muri-graph-draw.h"

#define HEIGHT 200

static MuriGraphTrace *
make_trace (MuriTrack *track)
{
  const guint n = muri_track_get_length (track);
  const gint64 step = muri_track_get_step (track);
  g_autofree MuriGraphPoint *points = g_new (MuriGraphPoint, n);

  for (guint i = 0; i < n; i++)
    points[i] =
        (MuriGraphPoint){ muri_track_get_start (track) + i * step, muri_track_get_min (track)[i],
                          muri_track_get_average (track)[i], muri_track_get_max (track)[i] };
  return muri_graph_trace_new (step, step, points, n);
}

void
measure_history_draw (MuriTrack *track)
{
  const int width = (int)muri_track_get_length (track);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  g_autoptr (MuriGraphTrace) trace = make_trace (track);
  MuriGraphFrame frame = { .width = width,
                           .height = HEIGHT,
                           .start = muri_track_get_start (track),
                           .end =
                               muri_track_get_start (track) + muri_track_get_step (track) * width };
  GdkRGBA color;

  muri_graph_scale_fit (&frame.scale, 0, 1, 1);
  muri_graph_get_hue (0, FALSE, &color);
  muri_graph_draw_rules (cr, &frame, &color);
  muri_graph_draw_band (cr, &frame, trace, &color);
  muri_graph_draw_line (cr, &frame, trace, &color, TRUE, FALSE);
  cairo_surface_flush (surface);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}
