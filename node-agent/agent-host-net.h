/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AgentHostNet: bytes through the machine's own network interfaces.
 *
 * Physical ones only: what passes a bridge, a bond, a VLAN or a guest's interface is counted where
 * it leaves the machine. One thread.
 */
typedef struct _AgentHostNet AgentHostNet;

AgentHostNet *agent_host_net_new (void);
void agent_host_net_free (AgentHostNet *net);
gboolean agent_host_net_read (AgentHostNet *net, gint64 now, guint64 *rx, guint64 *tx);

G_END_DECLS
