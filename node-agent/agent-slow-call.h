/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-stats.h"

G_BEGIN_DECLS

typedef enum
{
  AGENT_SLOW_NOT_ASKED, /* no connection */
  AGENT_SLOW_ANSWERED,
  AGENT_SLOW_PARTIAL,   /* the monitor was busy with somebody else's job */
  AGENT_SLOW_TIMED_OUT, /* libvirt gave up to wait for the monitor */
  AGENT_SLOW_FAILED,
} AgentSlowResult;

/**
 * AgentSlowCall: one question to a guest's monitor, and the answer.
 */
typedef struct
{
  char **disks;
  gboolean asked_addresses;
  gboolean guest_agent;

  AgentSlowResult result;
  gboolean has_memory, has_block;
  guint64 memory;
  AgentBlockStats block;
  guint n_addresses;
  muri_v1_Address addresses[32];
} AgentSlowCall;

/* Blocks as long as the monitor does. FALSE: this driver has no such groups. */
gboolean agent_slow_call_groups (AgentSlowCall *call, virDomainPtr domain);

/* The same, device by device. */
void agent_slow_call_singly (AgentSlowCall *call, virDomainPtr domain);

void agent_slow_call_clear (AgentSlowCall *call);

G_END_DECLS
