/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-start-order-item.h"

#include "muri-membership.h"

struct _MuriStartOrderItem
{
  GObject parent_instance;

  GObject *object;
  double order, delay;
  int old_order;
  guint old_delay;
};

G_DEFINE_FINAL_TYPE (MuriStartOrderItem, muri_start_order_item, G_TYPE_OBJECT)

enum
{
  PROP_ORDER = 1,
  PROP_DELAY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
muri_start_order_item_finalize (GObject *object)
{
  g_object_unref (MURI_START_ORDER_ITEM (object)->object);

  G_OBJECT_CLASS (muri_start_order_item_parent_class)->finalize (object);
}

static void
muri_start_order_item_get_property (GObject *object, guint prop_id, GValue *value,
                                    GParamSpec *pspec)
{
  MuriStartOrderItem *self = MURI_START_ORDER_ITEM (object);

  if (prop_id == PROP_ORDER)
    g_value_set_double (value, self->order);
  else if (prop_id == PROP_DELAY)
    g_value_set_double (value, self->delay);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
muri_start_order_item_set_property (GObject *object, guint prop_id, const GValue *value,
                                    GParamSpec *pspec)
{
  MuriStartOrderItem *self = MURI_START_ORDER_ITEM (object);

  if (prop_id == PROP_ORDER)
    self->order = g_value_get_double (value);
  else if (prop_id == PROP_DELAY)
    self->delay = g_value_get_double (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
muri_start_order_item_class_init (MuriStartOrderItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = muri_start_order_item_finalize;
  object_class->get_property = muri_start_order_item_get_property;
  object_class->set_property = muri_start_order_item_set_property;

  properties[PROP_ORDER] = g_param_spec_double ("order", NULL, NULL, G_MININT, G_MAXINT, 0,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DELAY] = g_param_spec_double ("delay", NULL, NULL, 0, MURI_START_DELAY_MAX, 0,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_start_order_item_init (MuriStartOrderItem *self)
{
}

MuriStartOrderItem *
muri_start_order_item_new (gpointer object, const char *group)
{
  MuriStartOrderItem *self = g_object_new (MURI_TYPE_START_ORDER_ITEM, NULL);

  self->object = g_object_ref (object);
  muri_group_get_start_order (group, object, &self->old_order, &self->old_delay);
  self->order = self->old_order;
  self->delay = self->old_delay;
  return self;
}

gpointer
muri_start_order_item_get_object (MuriStartOrderItem *self)
{
  return self->object;
}

int
muri_start_order_item_get_order (MuriStartOrderItem *self)
{
  return (int)self->order;
}

guint
muri_start_order_item_get_delay (MuriStartOrderItem *self)
{
  return (guint)self->delay;
}

gboolean
muri_start_order_item_is_changed (MuriStartOrderItem *self)
{
  return muri_start_order_item_get_order (self) != self->old_order
         || muri_start_order_item_get_delay (self) != self->old_delay;
}
