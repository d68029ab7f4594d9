/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-host-net.h"

#include <net/if_arp.h>
#include <net/if.h>
#include <linux/if_link.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <string.h>

/* How often to look whether interfaces came or went. */
#define LIST_EVERY (30 * G_TIME_SPAN_SECOND)

struct _AgentHostNet
{
  struct nl_sock *lists; /* NULL: no netlink here */
  struct nl_sock *counters;
  GArray *indices; /* int */
  gint64 listed;

  /* The answer to one question. */
  int index;
  gboolean answered;
  guint64 rx, tx;
};

static int
on_counters (struct nl_msg *message, void *user_data)
{
  AgentHostNet *net = user_data;
  struct nlmsghdr *header = nlmsg_hdr (message);
  const struct if_stats_msg *stats = nlmsg_data (header);
  struct rtnl_link_stats64 counters;
  struct nlattr *attribute;

  if (header->nlmsg_type != RTM_NEWSTATS || !nlmsg_valid_hdr (header, sizeof *stats)
      || (int)stats->ifindex != net->index)
    return NL_OK;
  attribute = nlmsg_find_attr (header, sizeof *stats, IFLA_STATS_LINK_64);
  if (attribute == NULL
      || nla_len (attribute) < (int)G_STRUCT_OFFSET (struct rtnl_link_stats64, rx_errors))
    return NL_OK;
  memcpy (&counters, nla_data (attribute), MIN ((gsize)nla_len (attribute), sizeof counters));
  net->rx = counters.rx_bytes;
  net->tx = counters.tx_bytes;
  net->answered = TRUE;
  return NL_OK;
}

static struct nl_sock *
open_socket (void)
{
  struct nl_sock *socket = nl_socket_alloc ();

  if (socket && nl_connect (socket, NETLINK_ROUTE) < 0)
    g_clear_pointer (&socket, nl_socket_free);
  return socket;
}

/* Once a second: no acknowledgement besides the answer. */
static void
open_counters (AgentHostNet *net)
{
  net->counters = open_socket ();
  if (net->counters == NULL)
    return;
  nl_socket_disable_auto_ack (net->counters);
  nl_socket_disable_seq_check (net->counters);
  nl_socket_disable_msg_peek (net->counters);
  nl_socket_modify_cb (net->counters, NL_CB_VALID, NL_CB_CUSTOM, on_counters, net);
}

AgentHostNet *
agent_host_net_new (void)
{
  AgentHostNet *net = g_new0 (AgentHostNet, 1);

  net->indices = g_array_new (FALSE, FALSE, sizeof (int));
  net->lists = open_socket ();
  open_counters (net);
  return net;
}

void
agent_host_net_free (AgentHostNet *net)
{
  nl_socket_free (net->lists);
  nl_socket_free (net->counters);
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

/* Returns whether others are counted than before. */
static gboolean
list (AgentHostNet *net)
{
  g_autoptr (GArray) before = g_steal_pointer (&net->indices);
  struct nl_cache *cache;

  net->indices = g_array_new (FALSE, FALSE, sizeof (int));
  if (rtnl_link_alloc_cache (net->lists, AF_UNSPEC, &cache) < 0)
    return TRUE;
  collect (net, cache, FALSE);
  if (net->indices->len == 0)
    collect (net, cache, TRUE);
  nl_cache_free (cache);
  return before->len != net->indices->len
         || (before->len > 0
             && memcmp (before->data, net->indices->data, before->len * sizeof (int)) != 0);
}

static gboolean
ask (AgentHostNet *net, int index)
{
  struct if_stats_msg question = { .ifindex = (guint32)index,
                                   .filter_mask = IFLA_STATS_FILTER_BIT (IFLA_STATS_LINK_64) };
  struct nl_msg *message = nlmsg_alloc_simple (RTM_GETSTATS, NLM_F_REQUEST);
  gboolean sent = message && nlmsg_append (message, &question, sizeof question, NLMSG_ALIGNTO) == 0
                  && nl_send_auto (net->counters, message) >= 0;

  nlmsg_free (message);
  net->index = index;
  net->answered = FALSE;
  return sent && nl_recvmsgs_default (net->counters) >= 0 && net->answered;
}

gboolean
agent_host_net_read (AgentHostNet *net, gint64 now, guint64 *rx, guint64 *tx)
{
  *rx = *tx = 0;
  if (net->counters == NULL)
    open_counters (net);
  if (net->lists == NULL || net->counters == NULL)
    return FALSE;
  if (net->listed == 0 || now - net->listed > LIST_EVERY)
    {
      const gboolean first = net->listed == 0;

      net->listed = now;
      if (list (net) && !first)
        return FALSE; /* the sum would jump */
    }

  for (guint i = 0; i < net->indices->len; i++)
    {
      if (!ask (net, g_array_index (net->indices, int, i)))
        {
          net->listed = 0; /* gone: the sum would jump */
          /* A late answer would be taken for that of the next question. */
          nl_socket_free (net->counters);
          open_counters (net);
          return FALSE;
        }
      *rx += net->rx;
      *tx += net->tx;
    }
  return net->indices->len > 0;
}
