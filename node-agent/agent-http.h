/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "agent-grants.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentHttpSettings:
 * @address: to listen on
 * @port: 0: any that is free
 * @history: (nullable): the directory of this node's history
 * @node: whose it is
 * @uploads: templates sent at once, at most
 * @rate: bytes a second that templates are sent with; 0: as fast as it goes
 * @certificate: (nullable): PEM file: who this node is; with it and the next two, the port speaks
 *   TLS and asks for certificates
 * @key: (nullable): PEM file
 * @authority: (nullable): PEM file
 * @program: (nullable): what answers; %NULL: muri-agent-http, where it was installed
 */
typedef struct
{
  const char *address;
  guint16 port;
  const char *history;
  muri_v1_Uuid node;
  guint uploads;
  guint64 rate;
  const char *certificate;
  const char *key;
  const char *authority;
  const char *program;
} AgentHttpSettings;

/**
 * AgentHttp: the port that this node's history and templates are served on.
 *
 * This process listens and no more: who calls is answered by muri-agent-http, a program with few
 * rights that is started for the first of them, gets the listening socket, and ends when nobody
 * has asked for a while. If it dies, the next caller starts it again. Main context only.
 *
 * That program speaks with this process over a socket pair (agent-channel.h). It says
 *   "get UUID": what is offered of a template?
 *   "received UUID BYTES": so much of what was announced is there
 * and hears
 *   "offer UUID LETTERS", with a descriptor a letter: i(mage), p(artial image), m(ap), f(acts),
 *   d(escription); no letters: nothing is offered. Files that cannot be opened have no letter
 *   "announce UUID BYTES", with a descriptor to write to; what has that size already is whole
 *   "ready": all that was announced before its start has been said; no caller is heard before
 *   "forget UUID": what was said of it is not true any more
 */
#define AGENT_TYPE_HTTP (agent_http_get_type ())
G_DECLARE_FINAL_TYPE (AgentHttp, agent_http, AGENT, HTTP, GObject)

/* Listens at once. */
AgentHttp *agent_http_new (const AgentHttpSettings *settings, AgentGrants *grants, GError **error);
guint16 agent_http_get_port (AgentHttp *http);

/* Ends the program too, if it runs. */
void agent_http_stop (AgentHttp *http);

G_END_DECLS
