/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>
#include <pango/pangocairo.h>

#include "muri-graph-scale.h"
#include "muri-graph-trace.h"

G_BEGIN_DECLS

/* As many curves as a graph can tell apart. */
#define MURI_GRAPH_HUES 8

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

/* @ticks: as of muri_graph_ticks_new(), below the plot by @offset */
void muri_graph_draw_ticks (cairo_t *cr, const MuriGraphFrame *frame, GArray *ticks, double offset,
                            PangoLayout *layout, const GdkRGBA *color);

/* From the least to the largest of every point, over all of its time. */
void muri_graph_draw_band (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *trace,
                           const GdkRGBA *color);

/* Through the averages. @fill: and down to zero; @dashed: for those that share a hue's family */
void muri_graph_draw_line (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *trace,
                           const GdkRGBA *color, gboolean fill, gboolean dashed);

/* What @upper has over @lower, which is NULL or has the same points. */
void muri_graph_draw_area (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *upper,
                           MuriGraphTrace *lower, const GdkRGBA *color);

void muri_graph_draw_crosshair (cairo_t *cr, const MuriGraphFrame *frame, gint64 time,
                                const GdkRGBA *color);
/* A moment that stays: a line with a head. */
void
muri_graph_draw_pin (cairo_t *cr, const MuriGraphFrame *frame, gint64 time, const GdkRGBA *color);
void muri_graph_draw_dot (cairo_t *cr, const MuriGraphFrame *frame, gint64 time, double value,
                          const GdkRGBA *color);

/* A span of time that is being chosen. */
void muri_graph_draw_choice (cairo_t *cr, const MuriGraphFrame *frame, gint64 from, gint64 to,
                             const GdkRGBA *color);

/* The colour of the nth curve of a graph, for light and for dark surroundings. */
void muri_graph_get_hue (guint series, gboolean dark, GdkRGBA *color);
gboolean muri_graph_is_dashed (guint series);
gboolean muri_graph_is_dark (const GdkRGBA *text);

G_END_DECLS
