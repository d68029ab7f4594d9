/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-interfaces.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>

static void
interface_free (gpointer data)
{
  MuriInterface *interface = data;

  g_free (interface->name);
  g_free (interface->address);
  g_free (interface);
}

static void
add (GPtrArray *interfaces, const struct ifaddrs *entry)
{
  const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)entry->ifa_addr;
  char address[INET_ADDRSTRLEN];
  MuriInterface *interface;

  if (muri_interfaces_find (interfaces, entry->ifa_name) != NULL
      || inet_ntop (AF_INET, &in->sin_addr, address, sizeof address) == NULL)
    return;

  interface = g_new0 (MuriInterface, 1);
  interface->name = g_strdup (entry->ifa_name);
  interface->address = g_strdup (address);
  interface->loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
  interface->multicast = (entry->ifa_flags & IFF_MULTICAST) != 0;
  g_ptr_array_add (interfaces, interface);
}

/**
 * muri_interfaces_list:
 *
 * Asks the kernel; quick, but not for every frame.
 *
 * Returns: (transfer container) (element-type MuriInterface): the interfaces that are up and
 *   have an IPv4 address, in the kernel's order; empty when the kernel does not answer
 */
GPtrArray *
muri_interfaces_list (void)
{
  GPtrArray *interfaces = g_ptr_array_new_with_free_func (interface_free);
  struct ifaddrs *list = NULL;

  if (getifaddrs (&list) != 0)
    return interfaces;

  for (const struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next)
    if (entry->ifa_addr != NULL && entry->ifa_addr->sa_family == AF_INET
        && (entry->ifa_flags & IFF_UP) != 0)
      add (interfaces, entry);

  freeifaddrs (list);
  return interfaces;
}

/**
 * muri_interfaces_find:
 * @interfaces: (element-type MuriInterface): as muri_interfaces_list() gives them
 * @name: (nullable): a name
 *
 * Returns: (nullable) (transfer none): the interface of that name
 */
const MuriInterface *
muri_interfaces_find (GPtrArray *interfaces, const char *name)
{
  for (guint i = 0; i < interfaces->len; i++)
    {
      const MuriInterface *interface = g_ptr_array_index (interfaces, i);

      if (g_strcmp0 (interface->name, name) == 0)
        return interface;
    }
  return NULL;
}
