/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-inventory.h"
#include "agent-store.h"

G_BEGIN_DECLS

/**
 * AgentSharing: says of each VM which of its disks others read too, as far as that is known without
 * asking: two VMs with one volume, and templates. Main context only.
 */
#define AGENT_TYPE_SHARING (agent_sharing_get_type ())
G_DECLARE_FINAL_TYPE (AgentSharing, agent_sharing, AGENT, SHARING, GObject)

AgentSharing *agent_sharing_new (AgentInventory *inventory, AgentStore *store);

G_END_DECLS
