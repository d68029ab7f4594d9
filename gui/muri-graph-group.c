/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-group.h"

/* Milliseconds. Figures come once a second and not on the dot; without any, time still moves. */
#define LEAST_PAUSE 900
#define MOST_PAUSE 1500

struct _MuriGraphGroup
{
  GObject parent_instance;

  MuriTimeRange *range;
  MuriGraphMarks *marks;

  gint64 now;
  gint64 crosshair;
  gint64 last; /* monotonic time of the last tick */
  guint holds;
  guint timeout;
  gboolean touched;
  gboolean pins;
};

G_DEFINE_FINAL_TYPE (MuriGraphGroup, muri_graph_group, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CROSSHAIR,
  PROP_RANGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint tick_signal;

static void schedule (MuriGraphGroup *self, guint pause);

static void
look_at_clock (MuriGraphGroup *self)
{
  self->now = g_get_real_time ();
  muri_time_range_set_now (self->range, self->now);
}

static void
tick (MuriGraphGroup *self)
{
  self->last = g_get_monotonic_time ();
  look_at_clock (self);
  self->touched = FALSE;
  schedule (self, MOST_PAUSE);
  g_signal_emit (self, tick_signal, 0);
}

static gboolean
on_timeout (gpointer user_data)
{
  MuriGraphGroup *self = user_data;

  self->timeout = 0;
  tick (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (MuriGraphGroup *self, guint pause)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->timeout = g_timeout_add (pause, on_timeout, self);
}

static void
muri_graph_group_dispose (GObject *object)
{
  MuriGraphGroup *self = MURI_GRAPH_GROUP (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_object (&self->range);
  g_clear_object (&self->marks);
  G_OBJECT_CLASS (muri_graph_group_parent_class)->dispose (object);
}

static void
muri_graph_group_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriGraphGroup *self = MURI_GRAPH_GROUP (object);

  if (id == PROP_CROSSHAIR)
    g_value_set_int64 (value, self->crosshair);
  else if (id == PROP_RANGE)
    g_value_set_object (value, self->range);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_graph_group_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CROSSHAIR)
    muri_graph_group_set_crosshair (MURI_GRAPH_GROUP (object), g_value_get_int64 (value));
  else if (id == PROP_RANGE)
    muri_graph_group_set_range (MURI_GRAPH_GROUP (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_graph_group_class_init (MuriGraphGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = muri_graph_group_dispose;
  object_class->get_property = muri_graph_group_get_property;
  object_class->set_property = muri_graph_group_set_property;

  properties[PROP_CROSSHAIR] =
      g_param_spec_int64 ("crosshair", NULL, NULL, 0, G_MAXINT64, 0,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_RANGE] =
      g_param_spec_object ("range", NULL, NULL, MURI_TYPE_TIME_RANGE,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  tick_signal = g_signal_new ("tick", MURI_TYPE_GRAPH_GROUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
}

static void
muri_graph_group_init (MuriGraphGroup *self)
{
  self->now = g_get_real_time ();
  self->range = muri_time_range_new (self->now);
  self->marks = muri_graph_marks_new ();
  self->pins = TRUE;
}

MuriGraphGroup *
muri_graph_group_new (void)
{
  return g_object_new (MURI_TYPE_GRAPH_GROUP, NULL);
}

void
muri_graph_group_touch (MuriGraphGroup *self)
{
  gint64 pause;

  g_return_if_fail (MURI_IS_GRAPH_GROUP (self));

  if (self->holds == 0 || self->touched)
    return;
  pause = (g_get_monotonic_time () - self->last) / G_TIME_SPAN_MILLISECOND;
  if (pause >= LEAST_PAUSE)
    {
      tick (self);
      return;
    }
  self->touched = TRUE;
  schedule (self, (guint)(LEAST_PAUSE - pause));
}

gint64
muri_graph_group_get_now (MuriGraphGroup *self)
{
  g_return_val_if_fail (MURI_IS_GRAPH_GROUP (self), 0);

  return self->now;
}

MuriTimeRange *
muri_graph_group_get_range (MuriGraphGroup *self)
{
  g_return_val_if_fail (MURI_IS_GRAPH_GROUP (self), NULL);

  return self->range;
}

void
muri_graph_group_set_range (MuriGraphGroup *self, MuriTimeRange *range)
{
  g_return_if_fail (MURI_IS_GRAPH_GROUP (self));
  g_return_if_fail (MURI_IS_TIME_RANGE (range));

  if (!g_set_object (&self->range, range))
    return;
  muri_time_range_set_now (range, self->now);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RANGE]);
}

MuriGraphMarks *
muri_graph_group_get_marks (MuriGraphGroup *self)
{
  g_return_val_if_fail (MURI_IS_GRAPH_GROUP (self), NULL);

  return self->marks;
}

gboolean
muri_graph_group_get_pins (MuriGraphGroup *self)
{
  g_return_val_if_fail (MURI_IS_GRAPH_GROUP (self), FALSE);

  return self->pins;
}

void
muri_graph_group_set_pins (MuriGraphGroup *self, gboolean pins)
{
  g_return_if_fail (MURI_IS_GRAPH_GROUP (self));

  self->pins = pins;
}

gint64
muri_graph_group_get_crosshair (MuriGraphGroup *self)
{
  g_return_val_if_fail (MURI_IS_GRAPH_GROUP (self), 0);

  return self->crosshair;
}

void
muri_graph_group_set_crosshair (MuriGraphGroup *self, gint64 time)
{
  g_return_if_fail (MURI_IS_GRAPH_GROUP (self));

  if (self->crosshair == time)
    return;
  self->crosshair = time;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CROSSHAIR]);
}

gboolean
muri_graph_group_is_held (MuriGraphGroup *self)
{
  g_return_val_if_fail (MURI_IS_GRAPH_GROUP (self), FALSE);

  return self->holds > 0;
}

void
muri_graph_group_hold (MuriGraphGroup *self)
{
  g_return_if_fail (MURI_IS_GRAPH_GROUP (self));

  if (self->holds++ > 0)
    return;
  look_at_clock (self);
  schedule (self, MOST_PAUSE);
}

void
muri_graph_group_release (MuriGraphGroup *self)
{
  g_return_if_fail (MURI_IS_GRAPH_GROUP (self));
  g_return_if_fail (self->holds > 0);

  if (--self->holds == 0)
    g_clear_handle_id (&self->timeout, g_source_remove);
}
