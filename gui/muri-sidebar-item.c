/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-sidebar-item.h"

struct _MuriSidebarItem
{
  GObject parent_instance;

  MuriSidebarKind kind;
  GObject *owner;
  guint zone;
  GListStore *nodes;
  guint count;
};

G_DEFINE_FINAL_TYPE (MuriSidebarItem, muri_sidebar_item, G_TYPE_OBJECT)

enum
{
  PROP_COUNT = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
muri_sidebar_item_finalize (GObject *object)
{
  MuriSidebarItem *self = MURI_SIDEBAR_ITEM (object);

  g_clear_object (&self->owner);
  g_clear_object (&self->nodes);

  G_OBJECT_CLASS (muri_sidebar_item_parent_class)->finalize (object);
}

static void
muri_sidebar_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_COUNT)
    g_value_set_uint (value, MURI_SIDEBAR_ITEM (object)->count);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
muri_sidebar_item_class_init (MuriSidebarItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = muri_sidebar_item_finalize;
  object_class->get_property = muri_sidebar_item_get_property;

  properties[PROP_COUNT] =
      g_param_spec_uint ("count", NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_sidebar_item_init (MuriSidebarItem *self)
{
}

MuriSidebarItem *
muri_sidebar_item_new (MuriSidebarKind kind, gpointer owner, guint zone)
{
  MuriSidebarItem *self = g_object_new (MURI_TYPE_SIDEBAR_ITEM, NULL);

  self->kind = kind;
  self->zone = zone;
  g_set_object (&self->owner, owner);
  if (kind == MURI_SIDEBAR_ZONE)
    self->nodes = g_list_store_new (MURI_TYPE_NODE);
  return self;
}

MuriSidebarKind
muri_sidebar_item_get_kind (MuriSidebarItem *self)
{
  return self->kind;
}

gpointer
muri_sidebar_item_get_owner (MuriSidebarItem *self)
{
  return self->owner;
}

guint
muri_sidebar_item_get_zone (MuriSidebarItem *self)
{
  return self->zone;
}

GListStore *
muri_sidebar_item_get_nodes (MuriSidebarItem *self)
{
  return self->nodes;
}

guint
muri_sidebar_item_get_count (MuriSidebarItem *self)
{
  return self->count;
}

void
muri_sidebar_item_set_count (MuriSidebarItem *self, guint count)
{
  if (self->count == count)
    return;
  self->count = count;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
}

gboolean
muri_sidebar_item_is (gpointer item, MuriSidebarKind kind)
{
  return MURI_IS_SIDEBAR_ITEM (item) && MURI_SIDEBAR_ITEM (item)->kind == kind;
}
