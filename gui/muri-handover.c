/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-handover.h"

#include <stdlib.h>

#define OBJECT_PATH "/io/github/muri/Muri"
#define DO_NOT_QUEUE 4
#define IN_USE 3

/* Milliseconds: a console that starts has other things to do first. */
#define PATIENCE (10 * 1000)

/* The same for each way to name the directory. */
static char *
dup_name (const char *data_dir)
{
  char *real = realpath (data_dir, NULL);
  g_autofree char *path = real ? g_strdup (real) : g_canonicalize_filename (data_dir, NULL);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);

  free (real);
  sum[16] = '\0';
  return g_strconcat (MURI_APPLICATION_ID ".Data", sum, NULL);
}

static gboolean
is_taken (GDBusConnection *bus, const char *name)
{
  guint32 answer = 0;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
      g_variant_new ("(su)", name, DO_NOT_QUEUE), G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE,
      PATIENCE, NULL, NULL);

  if (reply)
    g_variant_get (reply, "(u)", &answer);
  return answer == IN_USE;
}

/* What lets it come before other windows, where the desktop has given that to this one. */
static GVariant *
make_platform_data (void)
{
  GVariantBuilder builder;
  const char *token = g_getenv ("XDG_ACTIVATION_TOKEN");
  /* GDK takes the first out of the environment when it is loaded, and 4.8 knows no other key. */
  const char *startup = g_getenv ("DESKTOP_STARTUP_ID") ? g_getenv ("DESKTOP_STARTUP_ID") : token;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (startup && g_utf8_validate (startup, -1, NULL))
    g_variant_builder_add (&builder, "{sv}", "desktop-startup-id", g_variant_new_string (startup));
  if (token && g_utf8_validate (token, -1, NULL))
    g_variant_builder_add (&builder, "{sv}", "activation-token", g_variant_new_string (token));
  return g_variant_builder_end (&builder);
}

gboolean
muri_hand_over (const char *data_dir, GDBusConnection **bus)
{
  g_autofree char *name = dup_name (data_dir);
  g_autoptr (GVariant) reply = NULL;

  *bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  if (!*bus || !is_taken (*bus, name))
    return FALSE;
  reply =
      g_dbus_connection_call_sync (*bus, name, OBJECT_PATH, "org.freedesktop.Application",
                                   "Activate", g_variant_new ("(@a{sv})", make_platform_data ()),
                                   NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, PATIENCE, NULL, NULL);
  return reply != NULL;
}
