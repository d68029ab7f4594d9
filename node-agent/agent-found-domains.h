/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

G_BEGIN_DECLS

/**
 * AgentFoundDomains: the VMs of one connection that were looked up before.
 *
 * A handle of libvirt is a UUID that a call sends along: it stays good when the VM starts, ends, is
 * renamed or defined anew, and a call on one that is gone says so. So a second look-up only costs.
 * One thread at a time. Holds references to the connection until it is freed.
 */
typedef struct _AgentFoundDomains AgentFoundDomains;

AgentFoundDomains *agent_found_domains_new (virConnectPtr connection);
void agent_found_domains_free (AgentFoundDomains *found);

/* Transfer full; NULL: libvirt's error says why. */
virDomainPtr agent_found_domains_find (AgentFoundDomains *found, const guint8 uuid[16]);

G_END_DECLS
