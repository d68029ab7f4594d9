/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-zone-settings.h"

#include "muri-interfaces.h"

#include <string.h>

/* A peer that is silent for that long is gone. Three seconds are known 2.8 s after a death, ten
 * after 7.4 to 9.1 s, but ten survive a switch that restarts its ports. */
#define DEFAULT_LEASE 10

G_DEFINE_QUARK (muri - zone - settings - error - quark, muri_zone_settings_error)

/**
 * muri_zone_settings_new:
 * @zone: DDS domain id
 * @interface: name of a network interface
 * @role: which side of the star
 *
 * Returns: (transfer full): settings without peers and with the default lease
 */
MuriZoneSettings *
muri_zone_settings_new (guint zone, const char *interface, MuriRole role)
{
  MuriZoneSettings *settings = g_new0 (MuriZoneSettings, 1);

  settings->zone = zone;
  settings->interface = g_strdup (interface);
  settings->role = role;
  settings->lease = DEFAULT_LEASE;
  return settings;
}

/**
 * muri_zone_settings_copy:
 * @settings: settings
 *
 * Returns: (transfer full): a deep copy
 */
MuriZoneSettings *
muri_zone_settings_copy (const MuriZoneSettings *settings)
{
  MuriZoneSettings *copy = g_new0 (MuriZoneSettings, 1);

  *copy = *settings;
  copy->interface = g_strdup (settings->interface);
  copy->peers = g_strdupv (settings->peers);
  return copy;
}

/**
 * muri_zone_settings_free:
 * @settings: (nullable) (transfer full): settings
 */
void
muri_zone_settings_free (MuriZoneSettings *settings)
{
  if (settings == NULL)
    return;

  g_free (settings->interface);
  g_strfreev (settings->peers);
  g_free (settings);
}

static gboolean
peer_is_acceptable (const char *peer)
{
  gsize length = strlen (peer);

  return length > 0 && length <= 255
         && strspn (peer, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]")
                == length;
}

static gboolean
check_interface (const char *name, GError **error)
{
  g_autoptr (GPtrArray) interfaces = muri_interfaces_list ();
  g_autoptr (GString) known = g_string_new (NULL);

  if (muri_interfaces_find (interfaces, name) != NULL)
    return TRUE;

  for (guint i = 0; i < interfaces->len; i++)
    {
      const MuriInterface *interface = g_ptr_array_index (interfaces, i);

      g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", interface->name);
    }
  g_set_error (error, MURI_ZONE_SETTINGS_ERROR, MURI_ZONE_SETTINGS_ERROR_INTERFACE,
               "There is no network interface “%s” that is up with an IPv4 address; there are: %s",
               name != NULL ? name : "", known->len > 0 ? known->str : "none");
  return FALSE;
}

/**
 * muri_zone_settings_check:
 * @settings: settings
 * @error: what is wrong and what would be right, in one line
 *
 * Asks the kernel for the interface.
 *
 * Returns: whether a participant can be made of @settings
 */
gboolean
muri_zone_settings_check (const MuriZoneSettings *settings, GError **error)
{
  if (settings->zone > MURI_ZONE_MAX)
    {
      g_set_error (error, MURI_ZONE_SETTINGS_ERROR, MURI_ZONE_SETTINGS_ERROR_ZONE,
                   "Zone %u is too large: zones are 0 to %d", settings->zone, MURI_ZONE_MAX);
      return FALSE;
    }

  for (guint i = 0; settings->peers != NULL && settings->peers[i] != NULL; i++)
    if (!peer_is_acceptable (settings->peers[i]))
      {
        g_set_error (error, MURI_ZONE_SETTINGS_ERROR, MURI_ZONE_SETTINGS_ERROR_PEER,
                     "“%s” is not a host name or an address", settings->peers[i]);
        return FALSE;
      }

  return check_interface (settings->interface, error);
}

static void
append_peers (GString *xml, char **peers)
{
  g_string_append (xml, "<Peers>");
  for (guint i = 0; peers[i] != NULL; i++)
    {
      g_autofree char *escaped = g_markup_escape_text (peers[i], -1);

      g_string_append_printf (xml, "<Peer address=\"%s\"/>", escaped);
    }
  g_string_append (xml, "</Peers>");
}

/* Over routed networks the console knows the agents: they sit on the well-known index 0. */
static void
append_discovery (GString *xml, const MuriZoneSettings *settings, gboolean multicast)
{
  gboolean agent = settings->role == MURI_ROLE_AGENT;

  g_string_append (xml, "<Discovery>");
  g_string_append_printf (xml, "<ExternalDomainId>%u</ExternalDomainId>", settings->zone);
  g_string_append_printf (xml, "<ParticipantIndex>%s</ParticipantIndex>",
                          agent && !multicast ? "0" : "none");
  if (!agent && !multicast)
    g_string_append (xml, "<MaxAutoParticipantIndex>0</MaxAutoParticipantIndex>");
  g_string_append_printf (xml, "<SPDPInterval>%s</SPDPInterval>",
                          agent && multicast ? "30 s" : "2 s");
  g_string_append_printf (xml, "<LeaseDuration>%u s</LeaseDuration>",
                          settings->lease > 0 ? settings->lease : DEFAULT_LEASE);
  if (!multicast && !agent)
    append_peers (xml, settings->peers);
  g_string_append (xml, "</Discovery>");
}

/**
 * muri_zone_settings_to_xml:
 * @settings: settings that muri_zone_settings_check() accepts
 *
 * The configuration of Cyclone DDS that makes a star: agents answer consoles and never look for
 * each other. Without peers by multicast, with peers by unicast (an agent's peers only say that
 * multicast is not to be used: it answers whoever calls).
 *
 * Returns: (transfer full): for dds_create_domain()
 */
char *
muri_zone_settings_to_xml (const MuriZoneSettings *settings)
{
  gboolean multicast = settings->peers == NULL || settings->peers[0] == NULL;
  gboolean agent = settings->role == MURI_ROLE_AGENT;
  g_autofree char *interface = g_markup_escape_text (settings->interface, -1);
  GString *xml = g_string_new ("<CycloneDDS><Domain><General><Interfaces>");

  g_string_append_printf (xml, "<NetworkInterface name=\"%s\" multicast=\"true\"/>", interface);
  g_string_append_printf (xml, "</Interfaces><AllowMulticast>%s</AllowMulticast></General>",
                          !multicast ? "false"
                          : agent    ? "asm"
                                     : "true");
  append_discovery (xml, settings, multicast);
  g_string_append_printf (xml,
                          "<Compatibility><ManySocketsMode>%s</ManySocketsMode></Compatibility>",
                          settings->many ? "many" : "single");
  /* Each thread that receives fills its buffer from end to end before the next: a console has two
   * dozen of a megabyte, else. */
  g_string_append (xml, "<Sizing><ReceiveBufferSize>256 KiB</ReceiveBufferSize></Sizing>");
  g_string_append (xml,
                   "<Internal><HeartbeatInterval min=\"100 ms\" minsched=\"100 ms\" max=\"8 s\">"
                   "500 ms</HeartbeatInterval>");
  if (settings->many)
    g_string_append (xml, "<MaxParticipants>2000</MaxParticipants>");
  g_string_append (xml, "</Internal></Domain></CycloneDDS>");

  return g_string_free (xml, FALSE);
}
