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

/* What draws @trace. */
typedef void (*DrawFunc) (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *trace);

static const GdkRGBA black = { 0, 0, 0, 1 };

static void
draw_line (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *trace)
{
  muri_graph_draw_line (cr, frame, trace, &black, TRUE, FALSE);
}

static void
draw_band (cairo_t *cr, const MuriGraphFrame *frame, MuriGraphTrace *trace)
{
  g_autoptr (MuriGraphTrace) reduced =
      muri_graph_trace_reduce (trace, frame->start, frame->end, WIDTH);

  muri_graph_draw_band (cr, frame, reduced, &black);
}

static cairo_surface_t *
draw (const MuriGraphFrame *frame, MuriGraphTrace *trace, DrawFunc func)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);

  func (cr, frame, trace);
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

static MuriGraphPoint
make_point (gint64 time, float min, float average, float max)
{
  return (MuriGraphPoint){ time, min, average, max };
}

/* One sample a second, a pixel each; @gap_from to @gap_to are NaN. */
static void
make_points (const MuriGraphFrame *frame, MuriGraphPoint *points, int gap_from, int gap_to)
{
  for (int i = 0; i < WIDTH; i++)
    {
      float value = i >= gap_from && i < gap_to ? NAN : 0.5f;

      points[i] = make_point (frame->start + i * G_TIME_SPAN_SECOND, value, value, value);
    }
}

static MuriGraphTrace *
make_live (const MuriGraphPoint *points, guint n)
{
  return muri_graph_trace_new (0, MURI_GRAPH_GAP, points, n);
}

static void
test_line (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint points[WIDTH];
  g_autoptr (MuriGraphTrace) trace = NULL;
  cairo_surface_t *surface;

  make_points (&frame, points, 0, 0);
  trace = make_live (points, WIDTH);
  surface = draw (&frame, trace, draw_line);
  g_assert_cmpuint (alpha_at (surface, 150, HEIGHT / 2), >, 150);
  g_assert_cmpuint (alpha_at (surface, 150, HEIGHT / 2 + 20), >, 20);
  g_assert_cmpuint (alpha_at (surface, 150, HEIGHT / 2 + 20), <, 45);
  g_assert_cmpuint (alpha_at (surface, 150, HEIGHT / 2 - 10), ==, 0);
  cairo_surface_destroy (surface);
}

static void
check_gap (MuriGraphTrace *trace)
{
  MuriGraphFrame frame = make_frame ();
  cairo_surface_t *surface = draw (&frame, trace, draw_line);

  for (int x = 102; x < 138; x++)
    g_assert_cmpuint (column_alpha (surface, x), ==, 0);
  g_assert_cmpuint (column_alpha (surface, 97), >, 0);
  g_assert_cmpuint (column_alpha (surface, 142), >, 0);
  cairo_surface_destroy (surface);
}

static void
test_gap_unknown (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint points[WIDTH];
  g_autoptr (MuriGraphTrace) trace = NULL;

  make_points (&frame, points, 100, 140);
  trace = make_live (points, WIDTH);
  check_gap (trace);
}

/* Samples that never came. */
static void
test_gap_missing (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint points[WIDTH];
  g_autoptr (MuriGraphTrace) trace = NULL;

  make_points (&frame, points, 0, 0);
  memmove (points + 100, points + 140, (WIDTH - 140) * sizeof *points);
  trace = make_live (points, WIDTH - 40);
  check_gap (trace);
}

static void
test_spike (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint points[WIDTH];
  g_autoptr (MuriGraphTrace) trace = NULL;
  cairo_surface_t *surface;

  make_points (&frame, points, 0, 0);
  points[200].average = 0.95f;
  trace = make_live (points, WIDTH);
  surface = draw (&frame, trace, draw_line);
  g_assert_cmpuint (alpha_at (surface, 200, 6), >, 100);
  g_assert_cmpuint (alpha_at (surface, 190, 6), ==, 0);
  cairo_surface_destroy (surface);
}

static void
test_lone_sample (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint point = make_point (frame.start + 50 * G_TIME_SPAN_SECOND, 0.5f, 0.5f, 0.5f);
  g_autoptr (MuriGraphTrace) trace = make_live (&point, 1);
  cairo_surface_t *surface = draw (&frame, trace, draw_line);

  g_assert_cmpuint (column_alpha (surface, 50), >, 0);
  g_assert_cmpuint (column_alpha (surface, 60), ==, 0);
  cairo_surface_destroy (surface);
}

/* A year in slots of ten minutes: one busy second of it, and a month that nobody knows. */
#define YEAR_SLOTS 52560
#define SLOT (10 * G_TIME_SPAN_MINUTE)
#define SPIKE 26300
#define GAP_FROM 35040
#define GAP_TO 39420

static MuriGraphFrame
make_year (void)
{
  MuriGraphFrame frame = make_frame ();

  frame.end = frame.start + YEAR_SLOTS * SLOT;
  return frame;
}

static MuriGraphTrace *
make_year_trace (const MuriGraphFrame *frame)
{
  g_autofree MuriGraphPoint *points = g_new (MuriGraphPoint, YEAR_SLOTS);

  for (int i = 0; i < YEAR_SLOTS; i++)
    {
      float value = i >= GAP_FROM && i < GAP_TO ? NAN : 0.1f;

      points[i] = make_point (frame->start + i * SLOT, value, value, value);
    }
  points[SPIKE].max = 0.9f;
  return muri_graph_trace_new (SLOT, SLOT * 3 / 2, points, YEAR_SLOTS);
}

static void
test_year (void)
{
  MuriGraphFrame frame = make_year ();
  g_autoptr (MuriGraphTrace) trace = make_year_trace (&frame);
  cairo_surface_t *band = draw (&frame, trace, draw_band);
  cairo_surface_t *line = draw (&frame, trace, draw_line);
  int spike = SPIKE * WIDTH / YEAR_SLOTS;

  /* The spike's column reaches its height, in full width, and no other has any. */
  g_assert_cmpuint (alpha_at (band, spike, HEIGHT * 1 / 10 + 1), >=, 50);
  g_assert_cmpuint (alpha_at (band, spike, HEIGHT * 1 / 10 - 2), ==, 0);
  for (int x = 0; x < WIDTH; x++)
    if (x != spike)
      g_assert_cmpuint (column_alpha (band, x), ==, 0);

  for (int x = GAP_FROM * WIDTH / YEAR_SLOTS + 2; x < GAP_TO * WIDTH / YEAR_SLOTS - 2; x++)
    g_assert_cmpuint (column_alpha (line, x), ==, 0);
  g_assert_cmpuint (column_alpha (line, 10), >, 0);
  g_assert_cmpuint (column_alpha (line, WIDTH - 10), >, 0);
  cairo_surface_destroy (band);
  cairo_surface_destroy (line);
}

/* Slots that are wider than pixels: the band is as wide as they are. */
static void
test_band_wide (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint points[] = {
    make_point (frame.start, 0.2f, 0.5f, 0.8f),
    make_point (frame.start + 100 * G_TIME_SPAN_SECOND, NAN, NAN, NAN),
    make_point (frame.start + 200 * G_TIME_SPAN_SECOND, 0.4f, 0.5f, 0.6f),
  };
  g_autoptr (MuriGraphTrace) trace = muri_graph_trace_new (
      100 * G_TIME_SPAN_SECOND, 150 * G_TIME_SPAN_SECOND, points, G_N_ELEMENTS (points));
  cairo_surface_t *surface = draw (&frame, trace, draw_band);

  g_assert_cmpuint (alpha_at (surface, 0, 22), ==, 51);
  g_assert_cmpuint (alpha_at (surface, 99, 78), ==, 51);
  for (int x = 100; x < 200; x++)
    g_assert_cmpuint (column_alpha (surface, x), ==, 0);
  g_assert_cmpuint (alpha_at (surface, 200, 30), ==, 0);
  g_assert_cmpuint (alpha_at (surface, 299, 50), ==, 51);
  cairo_surface_destroy (surface);
}

/* Two parts of which the second is not known for a while: what is known stands on its own. */
static void
test_stack (void)
{
  MuriGraphFrame frame = make_frame ();
  MuriGraphPoint points[WIDTH];
  MuriGraphTrace *parts[2];
  g_autoptr (GPtrArray) stack = NULL;
  const MuriGraphPoint *sums;
  cairo_surface_t *surface;
  cairo_t *cr;
  guint n;

  make_points (&frame, points, 0, 0);
  for (int i = 0; i < WIDTH; i++)
    points[i].average = 0.25f;
  parts[0] = make_live (points, WIDTH);
  make_points (&frame, points, 100, 140);
  parts[1] = make_live (points, WIDTH);
  stack = muri_graph_trace_stack (parts, 2);
  g_assert_cmpuint (stack->len, ==, 2);
  sums = muri_graph_trace_get_points (stack->pdata[1], &n);
  g_assert_cmpuint (n, ==, WIDTH);
  g_assert_cmpfloat (sums[50].average, ==, 0.75f);
  g_assert_cmpfloat (sums[120].average, ==, 0.25f);

  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cr = cairo_create (surface);
  muri_graph_draw_area (cr, &frame, stack->pdata[1], stack->pdata[0], &black);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  g_assert_cmpuint (alpha_at (surface, 50, 50), >, 90);
  g_assert_cmpuint (alpha_at (surface, 50, 90), ==, 0);
  g_assert_cmpuint (alpha_at (surface, 50, 15), ==, 0);
  g_assert_cmpuint (alpha_at (surface, 120, 50), ==, 0);
  cairo_surface_destroy (surface);
  muri_graph_trace_unref (parts[0]);
  muri_graph_trace_unref (parts[1]);
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

static double
linear (float channel)
{
  double value = (double)channel;

  return value <= 0.04045 ? value / 12.92 : pow ((value + 0.055) / 1.055, 2.4);
}

/* WCAG 2.1, relative luminance */
static double
luminance (const GdkRGBA *color)
{
  return 0.2126 * linear (color->red) + 0.7152 * linear (color->green)
         + 0.0722 * linear (color->blue);
}

static double
contrast (const GdkRGBA *a, const GdkRGBA *b)
{
  double first = luminance (a) + 0.05;
  double second = luminance (b) + 0.05;

  return MAX (first, second) / MIN (first, second);
}

/* As eyes without red, green or blue cones see it, after Machado, Oliveira and Fernandes (2009). */
static const double eyes[4][3][3] = {
  { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
  { { 0.152286, 1.052583, -0.204868 },
    { 0.114503, 0.786281, 0.099216 },
    { -0.003882, -0.048116, 1.051998 } },
  { { 0.367322, 0.860646, -0.227968 },
    { 0.280085, 0.672501, 0.047413 },
    { -0.011820, 0.042940, 0.968881 } },
  { { 1.255528, -0.076749, -0.178779 },
    { -0.078411, 0.930809, 0.147602 },
    { 0.004733, 0.691367, 0.303900 } },
};

static double
lightness_curve (double value)
{
  return value > 0.008856 ? cbrt (value) : 7.787 * MAX (value, 0) + 16.0 / 116;
}

/* CIE 1976 L*a*b*, D65 */
static void
see (const GdkRGBA *color, const double eye[3][3], double lab[3])
{
  double in[3] = { linear (color->red), linear (color->green), linear (color->blue) };
  double seen[3], x, y, z;

  for (int i = 0; i < 3; i++)
    seen[i] = eye[i][0] * in[0] + eye[i][1] * in[1] + eye[i][2] * in[2];
  x = lightness_curve ((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505);
  y = lightness_curve (0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]);
  z = lightness_curve ((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089);
  lab[0] = 116 * y - 16;
  lab[1] = 500 * (x - y);
  lab[2] = 200 * (y - z);
}

static double
difference (const GdkRGBA *a, const GdkRGBA *b, const double eye[3][3])
{
  double first[3], second[3];

  see (a, eye, first);
  see (b, eye, second);
  return sqrt (pow (first[0] - second[0], 2) + pow (first[1] - second[1], 2)
               + pow (first[2] - second[2], 2));
}

/* Every hue stands out from the ground, and from every other one for every kind of eye. */
static void
test_hues (void)
{
  static const GdkRGBA grounds[] = { { 1, 1, 1, 1 }, { 0.21f, 0.21f, 0.21f, 1 } };

  for (guint dark = 0; dark < 2; dark++)
    for (guint i = 0; i < MURI_GRAPH_HUES; i++)
      {
        GdkRGBA hue;

        muri_graph_get_hue (i, dark, &hue);
        g_assert_cmpfloat (contrast (&hue, &grounds[dark]), >=, 3);
        for (guint j = 0; j < i; j++)
          for (guint k = 0; k < G_N_ELEMENTS (eyes); k++)
            {
              GdkRGBA other;

              muri_graph_get_hue (j, dark, &other);
              g_assert_cmpfloat (difference (&hue, &other, eyes[k]), >=, 11);
            }
      }
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
  g_test_add_func ("/graph/year", test_year);
  g_test_add_func ("/graph/band-wide", test_band_wide);
  g_test_add_func ("/graph/stack", test_stack);
  g_test_add_func ("/graph/hues", test_hues);
  return g_test_run ();
}
