/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-meter.h"

#include <math.h>

#define RADIUS 3

struct _MuriMeter
{
  GtkWidget parent_instance;

  GtkWidget *label;
  double fraction;
  double drawn; /* in the last frame */
};

G_DEFINE_FINAL_TYPE (MuriMeter, muri_meter, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_LABEL,
  PROP_FRACTION,
  PROP_XALIGN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
muri_meter_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MuriMeter *self = MURI_METER (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  self->drawn = self->fraction;
  if (self->fraction > 0 && width > 0)
    {
      float length = MAX (1, round (width * MIN (self->fraction, 1)));
      float x = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? width - length : 0;
      GskRoundedRect outline;
      GdkRGBA color;

      gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
      color.alpha *= 0.2;
      gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (0, 0, width, height), RADIUS);
      gtk_snapshot_push_rounded_clip (snapshot, &outline);
      gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (x, 0, length, height));
      gtk_snapshot_pop (snapshot);
    }
  gtk_widget_snapshot_child (widget, self->label, snapshot);
}

static void
set_fraction (MuriMeter *self, double fraction)
{
  fraction = isfinite (fraction) ? fraction : -1;
  if (self->fraction == fraction)
    return;
  self->fraction = fraction;
  /* Less than half a pixel is not worth a frame. */
  if (fabs (self->drawn - fraction) * gtk_widget_get_width (GTK_WIDGET (self)) >= 0.5
      || (self->drawn > 0) != (fraction > 0))
    gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

static void
set_label (MuriMeter *self, const char *label)
{
  if (g_strcmp0 (gtk_label_get_label (GTK_LABEL (self->label)), label) == 0)
    return;
  gtk_label_set_label (GTK_LABEL (self->label), label ? label : "");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LABEL]);
}

static void
muri_meter_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriMeter *self = MURI_METER (object);

  switch (id)
    {
    case PROP_LABEL:
      g_value_set_string (value, gtk_label_get_label (GTK_LABEL (self->label)));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_XALIGN:
      g_value_set_float (value, gtk_label_get_xalign (GTK_LABEL (self->label)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_meter_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MuriMeter *self = MURI_METER (object);

  switch (id)
    {
    case PROP_LABEL:
      set_label (self, g_value_get_string (value));
      break;
    case PROP_FRACTION:
      set_fraction (self, g_value_get_double (value));
      break;
    case PROP_XALIGN:
      gtk_label_set_xalign (GTK_LABEL (self->label), g_value_get_float (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_meter_dispose (GObject *object)
{
  g_clear_pointer (&MURI_METER (object)->label, gtk_widget_unparent);
  G_OBJECT_CLASS (muri_meter_parent_class)->dispose (object);
}

static void
muri_meter_class_init (MuriMeterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = muri_meter_dispose;
  object_class->get_property = muri_meter_get_property;
  object_class->set_property = muri_meter_set_property;
  widget_class->snapshot = muri_meter_snapshot;

  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, "", flags);
  properties[PROP_FRACTION] =
      g_param_spec_double ("fraction", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, -1, flags);
  properties[PROP_XALIGN] = g_param_spec_float ("xalign", NULL, NULL, 0, 1, 1, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "meter");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
muri_meter_init (MuriMeter *self)
{
  self->fraction = -1;
  self->label = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->label), 1);
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

GtkWidget *
muri_meter_new (void)
{
  return g_object_new (MURI_TYPE_METER, NULL);
}

void
muri_meter_set (MuriMeter *self, const char *label, double fraction)
{
  g_return_if_fail (MURI_IS_METER (self));

  set_label (self, label);
  set_fraction (self, fraction);
}
