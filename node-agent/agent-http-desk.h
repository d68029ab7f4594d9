/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-channel.h"
#include "agent-grants.h"

G_BEGIN_DECLS

/**
 * AgentHttpDesk: hands files to the program that answers HTTP, as long as it runs; agent-http.h
 * has the words. Main context; files are opened by a worker, since they may lie on a network.
 */
typedef struct _AgentHttpDesk AgentHttpDesk;

/* Takes @fd, this end of the pair. */
AgentHttpDesk *agent_http_desk_new (int fd, AgentGrants *grants);
void agent_http_desk_free (AgentHttpDesk *desk);

G_END_DECLS
