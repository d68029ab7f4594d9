/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch-source.h"

#include <string.h>

#include "muri-source.h"
#include "muri-uuid.h"

#define FAILURES_MAX 8
#define PAUSE (G_USEC_PER_SEC / 4)

static gboolean
is_loopback (const char *name)
{
  g_autoptr (GSocketConnectable) address = g_network_address_parse (name, 1, NULL);
  g_autoptr (GInetAddress) inet = address != NULL ? g_inet_address_new_from_string (
                                      g_network_address_get_hostname (G_NETWORK_ADDRESS (address)))
                                                  : NULL;
  return inet != NULL && g_inet_address_get_is_loopback (inet);
}

static gboolean
is_acceptable (const char *name, const FetchSource *referrer)
{
  g_autoptr (GSocketConnectable) address = g_network_address_parse (name, 0, NULL);
  g_autoptr (GInetAddress) inet = NULL;
  if (address == NULL || g_network_address_get_port (G_NETWORK_ADDRESS (address)) == 0)
    return FALSE;
  inet =
      g_inet_address_new_from_string (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)));
  return inet != NULL && !g_inet_address_get_is_multicast (inet)
         && !g_inet_address_get_is_any (inet)
         && (referrer == NULL || !g_inet_address_get_is_loopback (inet)
             || is_loopback (referrer->name));
}

/* An address is this host's when a socket can have it. */
gboolean
fetch_source_is_own (const char *name, guint16 port)
{
  g_autoptr (GSocketConnectable) parsed = g_network_address_parse (name, 0, NULL);
  g_autoptr (GInetAddress) inet = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;
  if (port == 0 || parsed == NULL
      || g_network_address_get_port (G_NETWORK_ADDRESS (parsed)) != port)
    return FALSE;
  inet =
      g_inet_address_new_from_string (g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed)));
  if (inet == NULL)
    return FALSE;
  address = g_inet_socket_address_new (inet, 0);
  socket = g_socket_new (g_inet_address_get_family (inet), G_SOCKET_TYPE_DATAGRAM,
                         G_SOCKET_PROTOCOL_UDP, NULL);
  return socket != NULL && g_socket_bind (socket, address, FALSE, NULL);
}

FetchSource *
fetch_source_new (const char *text, const char *id, const FetchSource *referrer)
{
  FetchSource *source;
  muri_v1_Uuid node;
  const char *name = muri_source_parse (text, &node);
  if (name == NULL || strlen (name) > 63 || !is_acceptable (name, referrer))
    return NULL;
  source = g_new0 (FetchSource, 1);
  source->name = g_strdup (name);
  source->node = node;
  source->base = g_strdup_printf ("%s://%s/v1/templates/%s",
                                  fetch_source_is_secure (source) ? "https" : "http", name, id);
  return source;
}

gboolean
fetch_source_is_secure (const FetchSource *source)
{
  return !muri_uuid_is_zero (&source->node);
}

void
fetch_source_free (FetchSource *source)
{
  g_free (source->name);
  g_free (source->base);
  g_free (source->why);
  g_clear_pointer (&source->map, agent_chunk_map_free);
  g_free (source);
}

guint
fetch_source_count (const FetchSource *source)
{
  guint n = 0;
  for (guint i = 0; source->map != NULL && i < source->map->n_chunks; i++)
    n += source->map->states[i] != AGENT_CHUNK_ABSENT;
  return n;
}

gboolean
fetch_source_fail (FetchSource *source)
{
  source->not_before = g_get_monotonic_time () + (PAUSE << MIN (source->failures, 5));
  source->failures++;
  return source->failures > FAILURES_MAX;
}

void
fetch_source_drop (FetchSource *source, const char *why)
{
  if (source->dropped)
    return;
  g_message ("%s is asked no more: %s", source->name, why);
  source->why = g_strdup (why);
  source->dropped = TRUE;
}
