/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-outcome-heading.h"

struct _MuriOutcomeHeading
{
  GObject parent_instance;

  MuriCount count;
  guint n;
};

enum
{
  PROP_0,
  PROP_N,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MuriOutcomeHeading, muri_outcome_heading, G_TYPE_OBJECT)

static void
muri_outcome_heading_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_N)
    g_value_set_uint (value, MURI_OUTCOME_HEADING (object)->n);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_outcome_heading_class_init (MuriOutcomeHeadingClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = muri_outcome_heading_get_property;
  properties[PROP_N] =
      g_param_spec_uint ("n", NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
muri_outcome_heading_init (MuriOutcomeHeading *self)
{
}

MuriOutcomeHeading *
muri_outcome_heading_new (MuriCount count)
{
  MuriOutcomeHeading *self = g_object_new (MURI_TYPE_OUTCOME_HEADING, NULL);

  self->count = count;
  return self;
}

MuriCount
muri_outcome_heading_get_count (MuriOutcomeHeading *self)
{
  return self->count;
}

guint
muri_outcome_heading_get_n (MuriOutcomeHeading *self)
{
  return self->n;
}

void
muri_outcome_heading_set_n (MuriOutcomeHeading *self, guint n)
{
  if (self->n == n)
    return;
  self->n = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N]);
}
