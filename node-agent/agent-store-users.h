/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "agent-connections.h"
#include "agent-template.h"

G_BEGIN_DECLS

/**
 * Who on this node reads the image of @template: linked clones, by what their metadata or the
 * chain of their disks says, and volumes that no VM has. (element-type utf8): names, sorted; NULL:
 * that cannot be found out. @base: (nullable): the path of its volume that clones read, where that
 * is another one. Blocks.
 */
GPtrArray *agent_store_users_find (AgentConnections *connections, const AgentTemplate *template,
                                   const char *base, GError **error);

/* "web-1, web-2 and 3 more" */
char *agent_store_users_say (GPtrArray *users);

G_END_DECLS
