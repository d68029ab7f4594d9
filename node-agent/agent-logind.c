/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-logind.h"

#include <gio/gio.h>
#include <string.h>

#define NAME "org.freedesktop.login1"
#define PATH "/org/freedesktop/login1"
#define INTERFACE "org.freedesktop.login1.Manager"
#define TIMEOUT 10000 /* ms */

static GVariant *
call (GDBusConnection *bus, const char *method, GVariant *arguments, const char *reply,
      GError **error)
{
  GVariant *result = g_dbus_connection_call_sync (bus, NAME, PATH, INTERFACE, method, arguments,
                                                  reply != NULL ? G_VARIANT_TYPE (reply) : NULL,
                                                  G_DBUS_CALL_FLAGS_NONE, TIMEOUT, NULL, error);

  if (result == NULL && error != NULL)
    g_dbus_error_strip_remote_error (*error);
  return result;
}

/* It would ask a person for a password, and there is none. */
static gboolean
check (GDBusConnection *bus, gboolean reboot, GError **error)
{
  g_autoptr (GVariant) result =
      call (bus, reboot ? "CanReboot" : "CanPowerOff", NULL, "(s)", error);
  const char *answer;

  if (result == NULL)
    return FALSE;
  g_variant_get (result, "(&s)", &answer);
  if (strcmp (answer, "yes") == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               "logind does not let this agent do it (it says “%s”)", answer);
  return FALSE;
}

gboolean
agent_logind_power (gboolean reboot, GError **error)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, error);
  g_autoptr (GVariant) result = NULL;

  if (bus == NULL)
    {
      g_prefix_error (error, "logind cannot be reached: ");
      return FALSE;
    }
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  if (!check (bus, reboot, error))
    return FALSE;
  result = call (bus, reboot ? "Reboot" : "PowerOff", g_variant_new ("(b)", FALSE), NULL, error);
  return result != NULL;
}
