/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-time-range.h"

/* Who follows and zooms at the last part of the range, means now. */
#define NEAR_NOW 0.06

/* Nothing was measured before. */
#define EARLIEST (G_GINT64_CONSTANT (946684800) * G_TIME_SPAN_SECOND)

const gint64 muri_time_range_presets[MURI_TIME_RANGE_PRESETS] = {
  5 * G_TIME_SPAN_MINUTE, G_TIME_SPAN_HOUR,     6 * G_TIME_SPAN_HOUR,  G_TIME_SPAN_DAY,
  7 * G_TIME_SPAN_DAY,    30 * G_TIME_SPAN_DAY, 365 * G_TIME_SPAN_DAY,
};

static const char *const preset_names[MURI_TIME_RANGE_PRESETS] = { "5min", "1h", "6h", "1d",
                                                                   "1w",   "1m", "1y" };

gint64
muri_time_range_span_from_name (const char *name)
{
  for (guint i = 0; i < MURI_TIME_RANGE_PRESETS; i++)
    if (g_str_equal (name, preset_names[i]))
      return muri_time_range_presets[i];
  return 0;
}

struct _MuriTimeRange
{
  GObject parent_instance;

  gint64 now;
  gint64 to; /* unless it follows */
  gint64 span;
  gint64 pin;
  gboolean following;
};

G_DEFINE_FINAL_TYPE (MuriTimeRange, muri_time_range, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_FOLLOWING,
  PROP_SPAN,
  PROP_PIN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint changed_signal;

static void
muri_time_range_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriTimeRange *self = MURI_TIME_RANGE (object);

  switch (id)
    {
    case PROP_FOLLOWING:
      g_value_set_boolean (value, self->following);
      break;
    case PROP_SPAN:
      g_value_set_int64 (value, self->span);
      break;
    case PROP_PIN:
      g_value_set_int64 (value, self->pin);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_time_range_class_init (MuriTimeRangeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = muri_time_range_get_property;
  properties[PROP_FOLLOWING] = g_param_spec_boolean ("following", NULL, NULL, TRUE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SPAN] =
      g_param_spec_int64 ("span", NULL, NULL, 0, G_MAXINT64, 5 * G_TIME_SPAN_MINUTE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PIN] = g_param_spec_int64 ("pin", NULL, NULL, 0, G_MAXINT64, 0,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  changed_signal = g_signal_new ("changed", MURI_TYPE_TIME_RANGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
muri_time_range_init (MuriTimeRange *self)
{
  self->following = TRUE;
  self->span = 5 * G_TIME_SPAN_MINUTE;
}

MuriTimeRange *
muri_time_range_new (gint64 now)
{
  MuriTimeRange *self = g_object_new (MURI_TYPE_TIME_RANGE, NULL);

  self->now = now;
  return self;
}

static void
change (MuriTimeRange *self, gint64 to, gint64 span, gboolean following)
{
  gboolean other_span, other_following;

  span = CLAMP (span, MURI_TIME_RANGE_MIN, MURI_TIME_RANGE_MAX);
  following = following || to >= self->now;
  to = following ? self->now : MAX (to, EARLIEST + span);
  other_span = span != self->span;
  other_following = following != self->following;
  if (!other_span && !other_following && (following || to == self->to))
    return;
  self->to = to;
  self->span = span;
  self->following = following;
  if (other_span)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPAN]);
  if (other_following)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWING]);
  g_signal_emit (self, changed_signal, 0);
}

gint64
muri_time_range_get_to (MuriTimeRange *self)
{
  g_return_val_if_fail (MURI_IS_TIME_RANGE (self), 0);

  return self->following ? self->now : self->to;
}

gint64
muri_time_range_get_from (MuriTimeRange *self)
{
  return muri_time_range_get_to (self) - self->span;
}

gint64
muri_time_range_get_span (MuriTimeRange *self)
{
  g_return_val_if_fail (MURI_IS_TIME_RANGE (self), 0);

  return self->span;
}

gboolean
muri_time_range_is_following (MuriTimeRange *self)
{
  g_return_val_if_fail (MURI_IS_TIME_RANGE (self), FALSE);

  return self->following;
}

void
muri_time_range_set_now (MuriTimeRange *self, gint64 now)
{
  g_return_if_fail (MURI_IS_TIME_RANGE (self));

  self->now = now;
}

void
muri_time_range_set_span (MuriTimeRange *self, gint64 span)
{
  gint64 middle;

  g_return_if_fail (MURI_IS_TIME_RANGE (self));

  span = CLAMP (span, MURI_TIME_RANGE_MIN, MURI_TIME_RANGE_MAX);
  middle = muri_time_range_get_to (self) - self->span / 2;
  change (self, middle + span / 2, span, self->following);
}

void
muri_time_range_set (MuriTimeRange *self, gint64 from, gint64 to)
{
  g_return_if_fail (MURI_IS_TIME_RANGE (self));
  g_return_if_fail (from <= to);

  /* What is shorter than a range can be is looked at from its middle. */
  if (to - from < MURI_TIME_RANGE_MIN)
    to = from + (to - from) / 2 + MURI_TIME_RANGE_MIN / 2;
  change (self, to, to - from, FALSE);
}

void
muri_time_range_zoom (MuriTimeRange *self, gint64 at, double factor)
{
  gint64 to, span;
  double share;

  g_return_if_fail (MURI_IS_TIME_RANGE (self));
  g_return_if_fail (factor > 0);

  to = muri_time_range_get_to (self);
  span = (gint64)CLAMP ((double)self->span * factor, (double)MURI_TIME_RANGE_MIN,
                        (double)MURI_TIME_RANGE_MAX);
  share = CLAMP ((double)(to - at) / (double)self->span, 0, 1);
  if (self->following && share < NEAR_NOW)
    share = 0;
  change (self, at + (gint64)(share * (double)span), span, self->following && share == 0);
}

gboolean
muri_time_range_can_zoom (MuriTimeRange *self, double factor)
{
  g_return_val_if_fail (MURI_IS_TIME_RANGE (self), FALSE);

  return factor < 1 ? self->span > MURI_TIME_RANGE_MIN : self->span < MURI_TIME_RANGE_MAX;
}

void
muri_time_range_pan (MuriTimeRange *self, gint64 by)
{
  g_return_if_fail (MURI_IS_TIME_RANGE (self));

  if (by == 0 || (self->following && by > 0))
    return;
  change (self, muri_time_range_get_to (self) + by, self->span, FALSE);
}

void
muri_time_range_follow (MuriTimeRange *self)
{
  g_return_if_fail (MURI_IS_TIME_RANGE (self));

  change (self, self->now, self->span, TRUE);
}

gint64
muri_time_range_get_pin (MuriTimeRange *self)
{
  g_return_val_if_fail (MURI_IS_TIME_RANGE (self), 0);

  return self->pin;
}

void
muri_time_range_set_pin (MuriTimeRange *self, gint64 pin)
{
  g_return_if_fail (MURI_IS_TIME_RANGE (self));

  if (self->pin == pin)
    return;
  self->pin = pin;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PIN]);
}
