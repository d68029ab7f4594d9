/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-host-net.h"

#include <net/if_arp.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <string.h>

/* How often to look whether interfaces came or went. */
#define LIST_EVERY (30 * G_TIME_SPAN_SECOND)

struct _AgentHostNet
{
  struct nl_sock *socket; /* NULL: no netlink here */
  GArray *indices;        /* int */
  gint64 listed;
};

AgentHostNet *
agent_host_net_new (void)
{
  AgentHostNet *net = g_new0 (AgentHostNet, 1);

  net->indices = g_array_new (FALSE, FALSE, sizeof (int));
  net->socket = nl_socket_alloc ();
  if (net->socket && nl_connect (net->socket, NETLINK_ROUTE) < 0)
    g_clear_pointer (&net->socket, nl_socket_free);
  return net;
}

void
agent_host_net_free (AgentHostNet *net)
{
  if (net->socket)
    nl_socket_free (net->socket);
  g_array_unref (net->indices);
  g_free (net);
}

/* Whether it is hardware, as far as the kernel tells: what is made of others has a kind. In a
 * namespace the way out is one end of a veth pair. */
static gboolean
is_way_out (struct rtnl_link *link, gboolean veth)
{
  const char *kind = rtnl_link_get_type (link);

  if (rtnl_link_get_arptype (link) != ARPHRD_ETHER
      || (rtnl_link_get_flags (link) & IFF_LOOPBACK) != 0)
    return FALSE;
  if (kind == NULL)
    return TRUE;
  return veth && strcmp (kind, "veth") == 0 && rtnl_link_get_master (link) == 0;
}

static void
collect (AgentHostNet *net, struct nl_cache *cache, gboolean veth)
{
  for (struct nl_object *object = nl_cache_get_first (cache); object;
       object = nl_cache_get_next (object))
    {
      struct rtnl_link *link = (struct rtnl_link *)object;
      int index = rtnl_link_get_ifindex (link);

      if (is_way_out (link, veth))
        g_array_append_val (net->indices, index);
    }
}

static void
list (AgentHostNet *net)
{
  struct nl_cache *cache;

  g_array_set_size (net->indices, 0);
  if (rtnl_link_alloc_cache (net->socket, AF_UNSPEC, &cache) < 0)
    return;
  collect (net, cache, FALSE);
  if (net->indices->len == 0)
    collect (net, cache, TRUE);
  nl_cache_free (cache);
}

gboolean
agent_host_net_read (AgentHostNet *net, gint64 now, guint64 *rx, guint64 *tx)
{
  gboolean any = FALSE;

  *rx = *tx = 0;
  if (net->socket == NULL)
    return FALSE;
  if (net->listed == 0 || now - net->listed > LIST_EVERY)
    {
      list (net);
      net->listed = now;
    }

  for (guint i = 0; i < net->indices->len; i++)
    {
      struct rtnl_link *link;

      if (rtnl_link_get_kernel (net->socket, g_array_index (net->indices, int, i), NULL, &link) < 0)
        {
          net->listed = 0; /* gone: the sum would jump */
          return FALSE;
        }
      *rx += rtnl_link_get_stat (link, RTNL_LINK_RX_BYTES);
      *tx += rtnl_link_get_stat (link, RTNL_LINK_TX_BYTES);
      rtnl_link_put (link);
      any = TRUE;
    }
  return any;
}
