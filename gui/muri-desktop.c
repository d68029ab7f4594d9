/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-desktop.h"

#define N_NAMES 2
#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"

/* Who shows notifications: what GNotification asks, in its order. */
static const char *const names[N_NAMES] = { "org.gtk.Notifications",
                                            "org.freedesktop.Notifications" };

struct _MuriDesktop
{
  GObject parent_instance;

  GDBusConnection *bus; /* NULL where there is none */
  GCancellable *cancellable;
  guint watches[N_NAMES];
  gboolean owned[N_NAMES];
  gboolean startable;
  gboolean sandboxed; /* a portal stands for whoever shows them */
};

G_DEFINE_FINAL_TYPE (MuriDesktop, muri_desktop, G_TYPE_OBJECT)

enum
{
  PROP_CAN_NOTIFY = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

gboolean
muri_desktop_can_notify (MuriDesktop *self)
{
  g_return_val_if_fail (MURI_IS_DESKTOP (self), FALSE);

  return self->bus && (self->sandboxed || self->startable || self->owned[0] || self->owned[1]);
}

static void
set_owned (MuriDesktop *self, const char *name, gboolean owned)
{
  gboolean before = muri_desktop_can_notify (self);

  for (guint i = 0; i < N_NAMES; i++)
    if (g_str_equal (names[i], name))
      self->owned[i] = owned;
  if (before != muri_desktop_can_notify (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_NOTIFY]);
}

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  set_owned (user_data, name, TRUE);
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer user_data)
{
  set_owned (user_data, name, FALSE);
}

static void
on_startable (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriDesktop) self = user_data;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, NULL);
  g_autofree const char **startable = NULL;
  gboolean before = muri_desktop_can_notify (self);

  if (!answer)
    return;
  g_variant_get (answer, "(^a&s)", &startable);
  for (guint i = 0; i < N_NAMES; i++)
    self->startable |= g_strv_contains (startable, names[i]);
  if (before != muri_desktop_can_notify (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_NOTIFY]);
}

static void
on_background (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);

  if (!answer)
    g_debug ("No leave to run in the background: %s", error->message);
}

void
muri_desktop_ask_for_background (MuriDesktop *self, const char *reason)
{
  GVariantBuilder options;

  g_return_if_fail (MURI_IS_DESKTOP (self));

  if (!self->bus || !self->sandboxed)
    return;
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "reason", g_variant_new_string (reason));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (FALSE));
  g_dbus_connection_call (self->bus, PORTAL, PORTAL_PATH, "org.freedesktop.portal.Background",
                          "RequestBackground", g_variant_new ("(sa{sv})", "", &options),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable,
                          on_background, NULL);
}

static void
muri_desktop_dispose (GObject *object)
{
  MuriDesktop *self = MURI_DESKTOP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  for (guint i = 0; i < N_NAMES; i++)
    g_clear_handle_id (&self->watches[i], g_bus_unwatch_name);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (muri_desktop_parent_class)->dispose (object);
}

static void
muri_desktop_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CAN_NOTIFY)
    g_value_set_boolean (value, muri_desktop_can_notify (MURI_DESKTOP (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_desktop_class_init (MuriDesktopClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = muri_desktop_dispose;
  object_class->get_property = muri_desktop_get_property;
  properties[PROP_CAN_NOTIFY] =
      g_param_spec_boolean ("can-notify", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_desktop_init (MuriDesktop *self)
{
  self->cancellable = g_cancellable_new ();
  self->sandboxed = g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

MuriDesktop *
muri_desktop_new (GApplication *application)
{
  MuriDesktop *self = g_object_new (MURI_TYPE_DESKTOP, NULL);

  g_set_object (&self->bus, g_application_get_dbus_connection (application));
  if (!self->bus)
    return self;
  for (guint i = 0; i < N_NAMES; i++)
    self->watches[i] = g_bus_watch_name_on_connection (
        self->bus, names[i], G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared, on_vanished, self, NULL);
  g_dbus_connection_call (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "ListActivatableNames", NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable,
                          on_startable, g_object_ref (self));
  return self;
}
