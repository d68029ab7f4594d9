/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-network.h"

#include <glib/gi18n.h>

#include "muri-interfaces.h"

#define LOOPBACK "lo"

struct _MuriNetwork
{
  GObject parent_instance;

  MuriFleet *fleet;
  MuriOptions *options; /* borrowed from the application */
  GSettings *settings;
  MuriSecurity *security;
  GCancellable *cancellable;
  char *interface;
  char *problem;
  char *store_problem;
  gboolean exposed;
  gint64 looking_since;
  guint join_id;
};

G_DEFINE_FINAL_TYPE (MuriNetwork, muri_network, G_TYPE_OBJECT)

enum
{
  PROP_PROBLEM = 1,
  PROP_STORE_PROBLEM,
  PROP_INTERFACE,
  PROP_EXPOSED,
  PROP_LOOKING_SINCE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
notify (MuriNetwork *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_problem (MuriNetwork *self, const char *format, const char *detail)
{
  g_free (self->problem);
  self->problem = format ? g_strdup_printf (format, detail) : NULL;
  notify (self, PROP_PROBLEM);
}

static void
set_store_problem (MuriNetwork *self, const char *problem)
{
  g_free (self->store_problem);
  self->store_problem = g_strdup (problem);
  notify (self, PROP_STORE_PROBLEM);
}

static gboolean
is_loopback (const char *name)
{
  g_autoptr (GPtrArray) interfaces = muri_interfaces_list ();
  const MuriInterface *interface = muri_interfaces_find (interfaces, name);

  return interface ? interface->loopback : g_str_equal (name, LOOPBACK);
}

static void
on_joined (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriNetwork) self = user_data;
  g_autoptr (GError) error = NULL;

  if (muri_fleet_join_finish (MURI_FLEET (object), result, &error))
    {
      set_problem (self, NULL, NULL);
      self->looking_since = g_get_monotonic_time ();
      notify (self, PROP_LOOKING_SINCE);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    /* Translators: a sentence of its own follows */
    set_problem (self, _ ("Hosts cannot be heard. %s"), error->message);
}

static void
join (MuriNetwork *self)
{
  g_autofree char *wanted = muri_options_dup_interface (self->options, self->settings);
  g_autoptr (GArray) zones = muri_options_dup_zones (self->options, self->settings);
  g_auto (GStrv) peers = muri_options_dup_peers (self->options, self->settings);

  g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, NULL);
  self->cancellable = g_cancellable_new ();

  g_free (self->interface);
  self->interface = g_strdup (*wanted ? wanted : LOOPBACK);
  self->exposed = !is_loopback (self->interface);
  notify (self, PROP_INTERFACE);
  notify (self, PROP_EXPOSED);
  muri_fleet_join_async (self->fleet, self->interface, (const guint *)(gpointer)zones->data,
                         zones->len, (const char *const *)peers, self->cancellable, on_joined,
                         g_object_ref (self));
}

static gboolean
on_join (gpointer user_data)
{
  MuriNetwork *self = user_data;

  self->join_id = 0;
  join (self);
  return G_SOURCE_REMOVE;
}

/* Preferences may write several keys at once. */
static void
on_setting_changed (MuriNetwork *self, const char *key)
{
  if (!g_str_equal (key, "interface") && !g_str_equal (key, "zones") && !g_str_equal (key, "peers"))
    return;
  if (self->join_id == 0)
    self->join_id = g_idle_add (on_join, self);
}

static void
on_opened (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriNetwork) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!muri_fleet_open_finish (MURI_FLEET (object), result, &error))
    {
      set_store_problem (self, error->message);
      return;
    }
  set_store_problem (self, NULL);
  g_signal_connect_object (self->settings, "changed", G_CALLBACK (on_setting_changed), self,
                           G_CONNECT_SWAPPED);
  join (self);
}

void
muri_network_start (MuriNetwork *self)
{
  muri_fleet_open_async (self->fleet, NULL, on_opened, g_object_ref (self));
}

static void
muri_network_dispose (GObject *object)
{
  MuriNetwork *self = MURI_NETWORK (object);

  g_clear_handle_id (&self->join_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->security);
  g_clear_object (&self->settings);
  g_clear_object (&self->fleet);

  G_OBJECT_CLASS (muri_network_parent_class)->dispose (object);
}

static void
muri_network_finalize (GObject *object)
{
  MuriNetwork *self = MURI_NETWORK (object);

  g_free (self->interface);
  g_free (self->problem);
  g_free (self->store_problem);

  G_OBJECT_CLASS (muri_network_parent_class)->finalize (object);
}

static void
muri_network_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  MuriNetwork *self = MURI_NETWORK (object);

  switch (prop_id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_STORE_PROBLEM:
      g_value_set_string (value, self->store_problem);
      break;
    case PROP_INTERFACE:
      g_value_set_string (value, self->interface);
      break;
    case PROP_EXPOSED:
      g_value_set_boolean (value, self->exposed);
      break;
    case PROP_LOOKING_SINCE:
      g_value_set_int64 (value, self->looking_since);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
muri_network_class_init (MuriNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = muri_network_dispose;
  object_class->finalize = muri_network_finalize;
  object_class->get_property = muri_network_get_property;

  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  properties[PROP_STORE_PROBLEM] = g_param_spec_string ("store-problem", NULL, NULL, NULL, flags);
  properties[PROP_INTERFACE] = g_param_spec_string ("interface", NULL, NULL, NULL, flags);
  properties[PROP_EXPOSED] = g_param_spec_boolean ("exposed", NULL, NULL, FALSE, flags);
  properties[PROP_LOOKING_SINCE] =
      g_param_spec_int64 ("looking-since", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_network_init (MuriNetwork *self)
{
  self->interface = g_strdup (LOOPBACK);
}

MuriNetwork *
muri_network_new (MuriFleet *fleet, MuriOptions *options, GSettings *settings)
{
  MuriNetwork *self = g_object_new (MURI_TYPE_NETWORK, NULL);

  self->fleet = g_object_ref (fleet);
  self->options = options;
  self->settings = g_object_ref (settings);
  self->security = muri_security_new (fleet, settings);
  return self;
}

const char *
muri_network_get_problem (MuriNetwork *self)
{
  return self->problem;
}

const char *
muri_network_get_interface (MuriNetwork *self)
{
  return self->interface;
}

gboolean
muri_network_get_exposed (MuriNetwork *self)
{
  return self->exposed;
}

MuriSecurity *
muri_network_get_security (MuriNetwork *self)
{
  return self->security;
}

gint64
muri_network_get_looking_since (MuriNetwork *self)
{
  return self->looking_since;
}

gboolean
muri_network_is_fixed (MuriNetwork *self)
{
  return muri_options_has_interface (self->options);
}

GArray *
muri_network_dup_zones (MuriNetwork *self, gboolean *fixed)
{
  *fixed = muri_options_has_zones (self->options);
  return muri_options_dup_zones (self->options, self->settings);
}

char **
muri_network_dup_peers (MuriNetwork *self, gboolean *fixed)
{
  *fixed = muri_options_has_peers (self->options);
  return muri_options_dup_peers (self->options, self->settings);
}

const char *
muri_network_get_store_problem (MuriNetwork *self)
{
  return self->store_problem;
}
