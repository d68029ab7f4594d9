/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentHttp: the port that this node's history is served on.
 *
 * This process listens and no more: who calls is answered by muri-agent-history, a program with few
 * rights that is started for the first of them, gets the listening socket, and ends when nobody
 * has asked for a while. If it dies, the next caller starts it again. Main context only.
 */
#define AGENT_TYPE_HTTP (agent_http_get_type ())
G_DECLARE_FINAL_TYPE (AgentHttp, agent_http, AGENT, HTTP, GObject)

/* Listens at once. @port 0: any that is free. @directory: of the history */
AgentHttp *agent_http_new (const char *address, guint16 port, const char *directory,
                           const muri_v1_Uuid *node, GError **error);
guint16 agent_http_get_port (AgentHttp *http);

/* Ends the program too, if it runs. */
void agent_http_stop (AgentHttp *http);

G_END_DECLS
