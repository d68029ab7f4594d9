/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-network.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

struct _HttpNetwork
{
  GPtrArray *masks; /* GInetAddressMask */
};

static GInetAddress *
to_address (const struct sockaddr *address)
{
  if (address != NULL && address->sa_family == AF_INET)
    return g_inet_address_new_from_bytes (
        (const guint8 *)&((const struct sockaddr_in *)(const void *)address)->sin_addr,
        G_SOCKET_FAMILY_IPV4);
  if (address != NULL && address->sa_family == AF_INET6)
    return g_inet_address_new_from_bytes (
        (const guint8 *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
        G_SOCKET_FAMILY_IPV6);
  return NULL;
}

static guint
count_bits (GInetAddress *mask)
{
  const guint8 *bytes = g_inet_address_to_bytes (mask);
  guint n = 0;
  for (gsize i = 0; i < g_inet_address_get_native_size (mask) * 8; i++)
    {
      if ((bytes[i / 8] & (0x80 >> i % 8)) == 0)
        break;
      n++;
    }
  return n;
}

/* The network that @address has a part in, with the bits of @bits bits. */
static GInetAddressMask *
to_mask (GInetAddress *address, guint bits)
{
  gsize size = g_inet_address_get_native_size (address);
  g_autofree guint8 *bytes = g_memdup2 (g_inet_address_to_bytes (address), size);
  g_autoptr (GInetAddress) network = NULL;
  for (gsize i = bits; i < size * 8; i++)
    bytes[i / 8] &= (guint8) ~(0x80 >> i % 8);
  network = g_inet_address_new_from_bytes (bytes, g_inet_address_get_family (address));
  return g_inet_address_mask_new (network, bits, NULL);
}

static void
add (HttpNetwork *network, const struct ifaddrs *interface, GInetAddress *listening)
{
  g_autoptr (GInetAddress) address = to_address (interface->ifa_addr);
  g_autoptr (GInetAddress) mask = to_address (interface->ifa_netmask);
  GInetAddressMask *near = NULL;
  if (address == NULL || mask == NULL
      || (!g_inet_address_get_is_any (listening) && !g_inet_address_equal (address, listening)))
    return;
  near = to_mask (address, count_bits (mask));
  if (near != NULL)
    g_ptr_array_add (network->masks, near);
}

HttpNetwork *
http_network_new (GSocket *listening)
{
  HttpNetwork *network = g_new0 (HttpNetwork, 1);
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (listening, NULL);
  GInetAddress *address = G_IS_INET_SOCKET_ADDRESS (local)
                              ? g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local))
                              : NULL;
  struct ifaddrs *interfaces = NULL;
  network->masks = g_ptr_array_new_with_free_func (g_object_unref);
  if (address == NULL || getifaddrs (&interfaces) != 0)
    return network;
  for (const struct ifaddrs *interface = interfaces; interface != NULL;
       interface = interface->ifa_next)
    add (network, interface, address);
  freeifaddrs (interfaces);
  return network;
}

void
http_network_free (HttpNetwork *network)
{
  g_ptr_array_unref (network->masks);
  g_free (network);
}

gboolean
http_network_is_near (HttpNetwork *network, GSocketAddress *address)
{
  GInetAddress *inet;
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return FALSE;
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  if (g_inet_address_get_is_loopback (inet))
    return TRUE;
  for (guint i = 0; i < network->masks->len; i++)
    if (g_inet_address_mask_matches (g_ptr_array_index (network->masks, i), inet))
      return TRUE;
  return FALSE;
}
