/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-page.h"

typedef struct
{
  MuriFleet *fleet;
  MuriScope *scope;
  MuriTimeRange *range;
  gboolean started;
} MuriPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (MuriPage, muri_page, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_FLEET,
  PROP_SCOPE,
  PROP_TIME_RANGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
stop (MuriPage *self)
{
  MuriPagePrivate *priv = muri_page_get_instance_private (self);

  if (!priv->started)
    return;
  priv->started = FALSE;
  MURI_PAGE_GET_CLASS (self)->stop (self);
}

static void
start (MuriPage *self)
{
  MuriPagePrivate *priv = muri_page_get_instance_private (self);

  gboolean ready =
      MURI_PAGE_GET_CLASS (self)->fleet_only ? priv->fleet != NULL : priv->scope != NULL;

  if (priv->started || !ready || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  priv->started = TRUE;
  MURI_PAGE_GET_CLASS (self)->start (self);
}

static void
muri_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (muri_page_parent_class)->map (widget);
  start (MURI_PAGE (widget));
}

static void
muri_page_unmap (GtkWidget *widget)
{
  stop (MURI_PAGE (widget));
  GTK_WIDGET_CLASS (muri_page_parent_class)->unmap (widget);
}

static void
muri_page_dispose (GObject *object)
{
  MuriPagePrivate *priv = muri_page_get_instance_private (MURI_PAGE (object));

  stop (MURI_PAGE (object));
  g_clear_object (&priv->scope);
  g_clear_object (&priv->fleet);
  g_clear_object (&priv->range);
  G_OBJECT_CLASS (muri_page_parent_class)->dispose (object);
}

static void
muri_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriPagePrivate *priv = muri_page_get_instance_private (MURI_PAGE (object));

  if (id == PROP_FLEET)
    g_value_set_object (value, priv->fleet);
  else if (id == PROP_SCOPE)
    g_value_set_object (value, priv->scope);
  else if (id == PROP_TIME_RANGE)
    g_value_set_object (value, priv->range);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MuriPage *self = MURI_PAGE (object);
  MuriPagePrivate *priv = muri_page_get_instance_private (self);
  gboolean changed;

  if (id < PROP_FLEET || id >= N_PROPS)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  stop (self);
  if (id == PROP_FLEET)
    changed = g_set_object (&priv->fleet, g_value_get_object (value));
  else if (id == PROP_SCOPE)
    changed = g_set_object (&priv->scope, g_value_get_object (value));
  else
    changed = g_set_object (&priv->range, g_value_get_object (value));
  start (self);
  if (changed)
    g_object_notify_by_pspec (object, pspec);
}

static void
muri_page_class_init (MuriPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = muri_page_dispose;
  object_class->get_property = muri_page_get_property;
  object_class->set_property = muri_page_set_property;
  widget_class->map = muri_page_map;
  widget_class->unmap = muri_page_unmap;

  properties[PROP_FLEET] = g_param_spec_object ("fleet", NULL, NULL, MURI_TYPE_FLEET, flags);
  properties[PROP_SCOPE] = g_param_spec_object ("scope", NULL, NULL, MURI_TYPE_SCOPE, flags);
  properties[PROP_TIME_RANGE] =
      g_param_spec_object ("time-range", NULL, NULL, MURI_TYPE_TIME_RANGE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_page_init (MuriPage *self)
{
}

/* A scope knows its fleet; the property is for pages that are not of a scope. */
MuriFleet *
muri_page_get_fleet (MuriPage *self)
{
  MuriPagePrivate *priv = muri_page_get_instance_private (self);

  if (priv->fleet == NULL && priv->scope)
    return muri_scope_get_fleet (priv->scope);
  return priv->fleet;
}

MuriScope *
muri_page_get_scope (MuriPage *self)
{
  MuriPagePrivate *priv = muri_page_get_instance_private (self);

  return priv->scope;
}

MuriTimeRange *
muri_page_get_time_range (MuriPage *self)
{
  MuriPagePrivate *priv = muri_page_get_instance_private (self);

  if (priv->range == NULL)
    priv->range = muri_time_range_new (g_get_real_time ());
  return priv->range;
}
