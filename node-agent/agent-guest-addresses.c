/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-guest-addresses.h"

#include <string.h>

#include "agent-vm.h"

/* Of the guest itself, or only good on one wire. */
static gboolean
is_local (const char *address)
{
  return g_str_has_prefix (address, "127.") || g_str_has_prefix (address, "169.254.")
         || strcmp (address, "::1") == 0 || g_ascii_strncasecmp (address, "fe80:", 5) == 0;
}

static gboolean
has_address (muri_v1_Address *addresses, guint n, const char *address)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (addresses[i], address) == 0)
      return TRUE;
  return FALSE;
}

static guint
collect (virDomainPtr domain, guint source, muri_v1_Address *addresses, guint room)
{
  virDomainInterfacePtr *interfaces = NULL;
  int n = virDomainInterfaceAddresses (domain, &interfaces, source, 0);
  guint found = 0;

  for (int i = 0; i < n; i++)
    {
      for (guint j = 0; j < interfaces[i]->naddrs && found < room; j++)
        {
          const char *address = interfaces[i]->addrs[j].addr;

          if (!is_local (address) && !has_address (addresses, found, address))
            AGENT_TEXT_COPY (addresses[found++], address);
        }
      virDomainInterfaceFree (interfaces[i]);
    }
  free (interfaces);
  return found;
}

guint
agent_guest_addresses_from_host (virDomainPtr domain, muri_v1_Address *addresses, guint room)
{
  guint found = collect (domain, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE, addresses, room);

  if (found == 0)
    found = collect (domain, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP, addresses, room);
  return found;
}

guint
agent_guest_addresses_from_guest (virDomainPtr domain, muri_v1_Address *addresses, guint room)
{
  return collect (domain, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT, addresses, room);
}
