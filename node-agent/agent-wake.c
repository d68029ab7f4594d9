/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-wake.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 9

/* Nobody acknowledges one, and one may be lost. */
#define TIMES 3

void
agent_wake_fill (guint8 packet[AGENT_WAKE_PACKET], const guint8 mac[6])
{
  memset (packet, 0xff, 6);
  for (guint i = 1; i <= 16; i++)
    memcpy (packet + 6 * i, mac, 6);
}

static gboolean
fail (GError **error, int code, const char *what)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));
  return FALSE;
}

/* From the address and its mask, since loopback has no broadcast address but answers to it. */
static gboolean
find_addresses (const char *interface, struct sockaddr_in *own, struct sockaddr_in *all)
{
  struct ifaddrs *list = NULL;
  gboolean found = FALSE;

  if (getifaddrs (&list) != 0)
    return FALSE;
  for (struct ifaddrs *i = list; i != NULL && !found; i = i->ifa_next)
    if (strcmp (i->ifa_name, interface) == 0 && i->ifa_addr != NULL && i->ifa_netmask != NULL
        && i->ifa_addr->sa_family == AF_INET)
      {
        memcpy (own, i->ifa_addr, sizeof *own);
        *all = *own;
        all->sin_addr.s_addr |= ~((struct sockaddr_in *)(gpointer)i->ifa_netmask)->sin_addr.s_addr;
        own->sin_port = 0;
        all->sin_port = htons (PORT);
        found = TRUE;
      }
  freeifaddrs (list);
  return found;
}

gboolean
agent_wake_send (const char *interface, const guint8 mac[6], GError **error)
{
  guint8 packet[AGENT_WAKE_PACKET];
  struct sockaddr_in own, all;
  const int yes = 1;
  gboolean good;
  int fd;

  if (!find_addresses (interface, &own, &all))
    return fail (error, EADDRNOTAVAIL, interface);
  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return fail (error, errno, "socket");

  agent_wake_fill (packet, mac);
  good = setsockopt (fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes) == 0
         && bind (fd, (struct sockaddr *)&own, sizeof own) == 0;
  for (guint i = 0; good && i < TIMES; i++)
    good =
        sendto (fd, packet, sizeof packet, 0, (struct sockaddr *)&all, sizeof all) == sizeof packet;
  if (!good)
    fail (error, errno, interface);
  close (fd);
  return good;
}
