/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-sparkline.h"

#include <math.h>

#define WIDTH 60
#define HEIGHT 16
#define SECONDS 120

/* A quarter of a pixel, as a share. */
#define SEEN (0.25 / (HEIGHT - 2))

struct _MuriSparkline
{
  GtkWidget parent_instance;

  MuriVm *vm;
  gulong handler;       /* only while mapped */
  float drawn[SECONDS]; /* in the last frame */
  guint n_drawn;        /* 0 nothing was known */
};

G_DEFINE_FINAL_TYPE (MuriSparkline, muri_sparkline, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_VM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
has_value (const float *values, guint n)
{
  for (guint i = 0; i < n; i++)
    if (isfinite (values[i]))
      return TRUE;
  return FALSE;
}

/* What there is to draw, which of a VM that is off is nothing. */
static guint
get_values (MuriSparkline *self, float values[SECONDS])
{
  guint n = self->vm ? muri_vm_get_recent_cpu (self->vm, values, SECONDS) : 0;

  return has_value (values, n) ? n : 0;
}

/* A line that goes on as it was looks the same when it has moved. */
static gboolean
looks_as_drawn (MuriSparkline *self, const float *values, guint n)
{
  if (n != self->n_drawn)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (isfinite (values[i]) != isfinite (self->drawn[i])
        || fabsf (values[i] - self->drawn[i]) >= (float)SEEN)
      return FALSE;
  return TRUE;
}

static void
on_figures (MuriSparkline *self)
{
  float values[SECONDS];
  guint n = get_values (self, values);

  if (!looks_as_drawn (self, values, n))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
update_connection (MuriSparkline *self)
{
  gboolean wanted = self->vm && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (wanted && self->handler == 0)
    self->handler =
        g_signal_connect_swapped (self->vm, "notify::figures", G_CALLBACK (on_figures), self);
  else if (!wanted && self->vm)
    g_clear_signal_handler (&self->handler, self->vm);
}

static void
trace (cairo_t *cr, const float *values, guint n, double width, double height, gboolean closed)
{
  double step = width / (SECONDS - 1);
  double first = 0;
  gboolean drawing = FALSE;

  for (guint i = 0; i <= n; i++)
    {
      double x = width - (n - 1.0 - i) * step;
      gboolean known = i < n && isfinite (values[i]);

      if (known)
        {
          double y = 1 + (height - 2) * (1 - CLAMP (values[i], 0, 1));

          if (drawing)
            cairo_line_to (cr, x, y);
          else
            cairo_move_to (cr, x, y);
          first = drawing ? first : x;
        }
      else if (drawing && closed)
        {
          cairo_line_to (cr, x - step, height);
          cairo_line_to (cr, first, height);
          cairo_close_path (cr);
        }
      drawing = known;
    }
}

static void
muri_sparkline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MuriSparkline *self = MURI_SPARKLINE (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  guint n = get_values (self, self->drawn);
  GdkRGBA color;
  cairo_t *cr;

  self->n_drawn = n;
  if (n == 0 || width < 2 || height < 4)
    return;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  cairo_set_source_rgba (cr, color.red, color.green, color.blue, color.alpha * 0.2);
  trace (cr, self->drawn, n, width, height, TRUE);
  cairo_fill (cr);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, 1);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  trace (cr, self->drawn, n, width, height, FALSE);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
muri_sparkline_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
muri_sparkline_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (muri_sparkline_parent_class)->map (widget);
  update_connection (MURI_SPARKLINE (widget));
}

static void
muri_sparkline_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (muri_sparkline_parent_class)->unmap (widget);
  update_connection (MURI_SPARKLINE (widget));
}

static void
muri_sparkline_dispose (GObject *object)
{
  muri_sparkline_set_vm (MURI_SPARKLINE (object), NULL);
  G_OBJECT_CLASS (muri_sparkline_parent_class)->dispose (object);
}

static void
muri_sparkline_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_VM)
    g_value_set_object (value, MURI_SPARKLINE (object)->vm);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_sparkline_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_VM)
    muri_sparkline_set_vm (MURI_SPARKLINE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_sparkline_class_init (MuriSparklineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = muri_sparkline_dispose;
  object_class->get_property = muri_sparkline_get_property;
  object_class->set_property = muri_sparkline_set_property;
  widget_class->snapshot = muri_sparkline_snapshot;
  widget_class->measure = muri_sparkline_measure;
  widget_class->map = muri_sparkline_map;
  widget_class->unmap = muri_sparkline_unmap;

  properties[PROP_VM] =
      g_param_spec_object ("vm", NULL, NULL, MURI_TYPE_VM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "sparkline");
  /* The figure beside it says the same in words. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
muri_sparkline_init (MuriSparkline *self)
{
}

GtkWidget *
muri_sparkline_new (void)
{
  return g_object_new (MURI_TYPE_SPARKLINE, NULL);
}

void
muri_sparkline_set_vm (MuriSparkline *self, MuriVm *vm)
{
  g_return_if_fail (MURI_IS_SPARKLINE (self));

  if (self->vm == vm)
    return;
  if (self->vm)
    g_clear_signal_handler (&self->handler, self->vm);
  g_set_object (&self->vm, vm);
  update_connection (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VM]);
}

MuriVm *
muri_sparkline_get_vm (MuriSparkline *self)
{
  g_return_val_if_fail (MURI_IS_SPARKLINE (self), NULL);

  return self->vm;
}
