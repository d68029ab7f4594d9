/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>
#include <pango/pangocairo.h>

#include "muri-graph-scale.h"

G_BEGIN_DECLS

/* Known values that are further apart than this (microseconds) have a gap between them. */
#define MURI_GRAPH_GAP (3500 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  gint64 time;
  float value; /* NaN: unknown */
} MuriGraphPoint;

/**
 * MuriGraphFrame: where and when: the rectangle of the plot, in pixels, and the span of time
 * that it shows, in microseconds since the epoch.
 */
typedef struct
{
  double x;
  double y;
  double width;
  double height;
  gint64 start;
  gint64 end;
  MuriGraphScale scale;
} MuriGraphFrame;

double muri_graph_frame_x (const MuriGraphFrame *frame, gint64 time);
double muri_graph_frame_y (const MuriGraphFrame *frame, double value);
gint64 muri_graph_frame_time (const MuriGraphFrame *frame, double x);

void muri_graph_draw_rules (cairo_t *cr, const MuriGraphFrame *frame, const GdkRGBA *color);
void muri_graph_draw_labels (cairo_t *cr, const MuriGraphFrame *frame, PangoLayout *layout,
                             const GdkRGBA *color);
void muri_graph_draw_times (cairo_t *cr, const MuriGraphFrame *frame, PangoLayout *layout,
                            const GdkRGBA *color);
void muri_graph_draw_line (cairo_t *cr, const MuriGraphFrame *frame, const MuriGraphPoint *points,
                           gsize n_points, const GdkRGBA *color);
void muri_graph_draw_crosshair (cairo_t *cr, const MuriGraphFrame *frame, gint64 time,
                                const GdkRGBA *color);
void muri_graph_draw_mark (cairo_t *cr, const MuriGraphFrame *frame, gint64 time, double value,
                           const GdkRGBA *color);

/* The colour of the nth series of a graph, for light and for dark surroundings. */
void muri_graph_get_hue (guint series, gboolean dark, GdkRGBA *color);

G_END_DECLS
