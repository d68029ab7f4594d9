/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

G_BEGIN_DECLS

/**
 * AgentHypervisorFacts: what the driver says of itself and its host; kept over a loss.
 * @type: "QEMU", "TEST", "LXC"; empty before the first connection
 * @version: major * 1000000 + minor * 1000 + release; 0 unknown
 * @memory: KiB
 * @storage: path of the default pool; empty where there is none
 * @unsupported: bit N: verb N is refused, as far as asking without doing anything tells
 */
typedef struct
{
  char type[64];
  gulong version;
  gulong libvirt_version;
  guint cpus, sockets, cores, threads;
  guint64 memory;
  char storage[1024];
  guint64 unsupported;
} AgentHypervisorFacts;

/* Blocks: for worker threads. FALSE when the connection does not answer. */
gboolean
agent_hypervisor_facts_read (virConnectPtr connection, AgentHypervisorFacts *facts, GError **error);

G_END_DECLS
