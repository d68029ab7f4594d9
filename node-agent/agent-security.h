/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-config.h"
#include "muri.h"

G_BEGIN_DECLS

/* Whether the files of [security], if there are any, are good, and say that this is @node. The
 * programs that speak with the network read them again, each when it starts. */
gboolean agent_security_check (const AgentConfig *config, const muri_v1_Uuid *node, GError **error);

G_END_DECLS
