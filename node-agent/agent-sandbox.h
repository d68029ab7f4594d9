/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AgentSandbox: programs of the agent's that speak with the network.
 * @AGENT_SANDBOX_SERVER: answers; ends with the agent
 * @AGENT_SANDBOX_FETCHER: asks, and so looks up names and certificates; ends with its parent
 */
typedef enum
{
  AGENT_SANDBOX_SERVER,
  AGENT_SANDBOX_FETCHER,
} AgentSandbox;

/* Gives up whatever such a program does not need; for good. Files that are open stay so; of others
 * only those below @directory_fd (-1: none) can be read. Each step is taken where this kernel and
 * this user can take it. The priority stays: where guests keep all processors busy, whoever waits
 * for a clone would wait ten times as long for a second of work. */
void agent_sandbox_enter (AgentSandbox kind, int directory_fd);

/* From here on no memory that can be written becomes code; for good, where this kernel can. Calls
 * nothing but the kernel. */
void agent_sandbox_keep_code (void);

G_END_DECLS
