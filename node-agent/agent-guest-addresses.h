/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

#include "muri.h"

G_BEGIN_DECLS

/* The IP addresses of a guest as the host knows them (leases, then neighbours). Blocks. Returns
 * how many of @addresses are filled in. */
guint agent_guest_addresses_from_host (virDomainPtr domain, muri_v1_Address *addresses, guint room);

/* As the guest agent says, which may hang for seconds. */
guint
agent_guest_addresses_from_guest (virDomainPtr domain, muri_v1_Address *addresses, guint room);

G_END_DECLS
