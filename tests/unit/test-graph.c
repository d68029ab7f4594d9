/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <cairo.h>
#include <glib.h>
#include <math.h>

#include "muri-graph-draw.h"

#define WIDTH 300
#define HEIGHT 100

static void
assert_scale (MuriUnit unit, double peak, double floor, double step, guint n_steps)
{
  MuriGraphScale scale;

  muri_graph_scale_fit (&scale, unit, peak, floor);
  g_assert_cmpfloat_with_epsilon (scale.step, step, step * 1e-9);
  g_assert_cmpuint (scale.n_steps, ==, n_steps);
}

static void
test_scale (void)
{
  const double gib = 1024.0 * 1024 * 1024;

  assert_scale (MURI_UNIT_SHARE, 0.03, 0, 0.5, 2);
  assert_scale (MURI_UNIT_SHARE, NAN, NAN, 0.5, 2);
  assert_scale (MURI_UNIT_RATE, NAN, 0, 5e3, 2);
  assert_scale (MURI_UNIT_RATE, 12e6, 0, 5e6, 3);
  assert_scale (MURI_UNIT_RATE, 2e6, 0, 1e6, 2);
  assert_scale (MURI_UNIT_RATE, 5.5e6, 0, 2e6, 3);
  assert_scale (MURI_UNIT_RATE, 9e6, 0, 5e6, 2);
  assert_scale (MURI_UNIT_BYTES, 0.3 * gib, 1 * gib, 0.5 * gib, 2);
  assert_scale (MURI_UNIT_BYTES, NAN, 15.6 * gib, 8 * gib, 2);
  assert_scale (MURI_UNIT_BYTES, NAN, 3 * gib, 1 * gib, 3);
}

/* Whatever the peak: two or three steps, and the peak fits. */
static void
test_scale_any (void)
{
  for (double peak = 1.7; peak < 1e15; peak *= 1.37)
    for (MuriUnit unit = MURI_UNIT_BYTES; unit <= MURI_UNIT_LOAD; unit++)
      {
        MuriGraphScale scale;

        muri_graph_scale_fit (&scale, unit, peak, 0);
        g_assert_cmpuint (scale.n_steps, >=, 2);
        g_assert_cmpuint (scale.n_steps, <=, 3);
        g_assert_cmpfloat (muri_graph_scale_get_max (&scale), >=, peak * (1 - 1e-9));
      }
}

static void
test_labels (void)
{
  MuriGraphScale scale;
  g_autofree char *zero = NULL;
  g_autofree char *top = NULL;

  muri_graph_scale_fit (&scale, MURI_UNIT_RATE, 12e6, 0);
  zero = muri_graph_scale_get_label (&scale, 0);
  top = muri_graph_scale_get_label (&scale, scale.n_steps);
  g_assert_cmpstr (zero, ==, "0");
  g_assert_cmpstr (top, ==, "15\302\240MB/s");
}

static MuriGraphFrame
make_frame (void)
{
  MuriGraphFrame frame = { .width = WIDTH, .height = HEIGHT, .start = 1000 * G_TIME_SPAN_SECOND };

  frame.end = frame.start + WIDTH * G_TIME_SPAN_SECOND;
  muri_graph_scale_fit (&frame.scale, MURI_UNIT_SHARE, 1, 0);
  return frame;
}

static cairo_surface_t *
draw (const MuriGraphFrame *frame, const MuriGraphPoint *points, gsize n)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  const GdkRGBA black = { 0, 0, 0, 1 };

  muri_graph_draw_line (cr, frame, points, n, &black);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static guint
alpha_at (cairo_surface_t *surface, int x, int y)
{
  const guint8 *data = cairo_image_surface_get_data (surface);
  guint32 pixel;

  memcpy (&pixel, data + y * cairo_image_surface_get_stride (surface) + x * 4, sizeof pixel);
  return pixel >> 24;
}

static guint
column_alpha (cairo_surface_t *surface, int x)
{
  guint sum = 0;

  for (int y = 0; y < HEIGHT; y++)
    sum += alpha_at (surface, x, y);
  return sum;
}

/* One sample a second, a pixel each; @gap_from to @gap_to are NaN. */
static void
make_points (const MuriGraphFrame *frame, MuriGraphPoint *points, int gap_from, int gap_to)
{
  for (int i = 0; i < WIDTH; i++)
    {
      points[i].time = frame->start + i * G_TIME_SPAN_SECOND;
      points[i].value = i >= gap_from && i < gap_to ? NAN : 0.5f;
    }
}

static void
test_line (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint points[WIDTH];
  cairo_surface_t *surface;

  make_points (&frame, points, 0, 0);
  surface = draw (&frame, points, WIDTH);
  g_assert_cmpuint (alpha_at (surface, 150, HEIGHT / 2), >, 150);
  g_assert_cmpuint (alpha_at (surface, 150, HEIGHT / 2 + 20), >, 20);
  g_assert_cmpuint (alpha_at (surface, 150, HEIGHT / 2 + 20), <, 45);
  g_assert_cmpuint (alpha_at (surface, 150, HEIGHT / 2 - 10), ==, 0);
  cairo_surface_destroy (surface);
}

static void
test_gap_unknown (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint points[WIDTH];
  cairo_surface_t *surface;

  make_points (&frame, points, 100, 140);
  surface = draw (&frame, points, WIDTH);
  for (int x = 102; x < 138; x++)
    g_assert_cmpuint (column_alpha (surface, x), ==, 0);
  g_assert_cmpuint (column_alpha (surface, 97), >, 0);
  g_assert_cmpuint (column_alpha (surface, 142), >, 0);
  cairo_surface_destroy (surface);
}

/* Samples that never came. */
static void
test_gap_missing (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint points[WIDTH];
  cairo_surface_t *surface;

  make_points (&frame, points, 0, 0);
  memmove (points + 100, points + 140, (WIDTH - 140) * sizeof *points);
  surface = draw (&frame, points, WIDTH - 40);
  for (int x = 102; x < 138; x++)
    g_assert_cmpuint (column_alpha (surface, x), ==, 0);
  g_assert_cmpuint (column_alpha (surface, 200), >, 0);
  cairo_surface_destroy (surface);
}

static void
test_spike (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint points[WIDTH];
  cairo_surface_t *surface;

  make_points (&frame, points, 0, 0);
  points[200].value = 0.95f;
  surface = draw (&frame, points, WIDTH);
  g_assert_cmpuint (alpha_at (surface, 200, 6), >, 100);
  g_assert_cmpuint (alpha_at (surface, 190, 6), ==, 0);
  cairo_surface_destroy (surface);
}

static void
test_lone_sample (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint point = { frame.start + 50 * G_TIME_SPAN_SECOND, 0.5f };
  cairo_surface_t *surface = draw (&frame, &point, 1);

  g_assert_cmpuint (column_alpha (surface, 50), >, 0);
  g_assert_cmpuint (column_alpha (surface, 60), ==, 0);
  cairo_surface_destroy (surface);
}

static void
test_frame (void)
{
  MuriGraphFrame frame = make_frame ();

  g_assert_cmpfloat (muri_graph_frame_x (&frame, frame.end), ==, WIDTH);
  g_assert_cmpint (muri_graph_frame_time (&frame, 0), ==, frame.start);
  g_assert_cmpint (muri_graph_frame_time (&frame, 10 * WIDTH), ==, frame.end);
  g_assert_cmpfloat (muri_graph_frame_y (&frame, 2), ==, 0);
  g_assert_cmpfloat (muri_graph_frame_y (&frame, -1), ==, HEIGHT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph/scale", test_scale);
  g_test_add_func ("/graph/scale-any", test_scale_any);
  g_test_add_func ("/graph/labels", test_labels);
  g_test_add_func ("/graph/frame", test_frame);
  g_test_add_func ("/graph/line", test_line);
  g_test_add_func ("/graph/gap-unknown", test_gap_unknown);
  g_test_add_func ("/graph/gap-missing", test_gap_missing);
  g_test_add_func ("/graph/spike", test_spike);
  g_test_add_func ("/graph/lone-sample", test_lone_sample);
  return g_test_run ();
}
