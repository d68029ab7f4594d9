/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-connections.h"
#include "agent-copies.h"

G_BEGIN_DECLS

/**
 * AgentRepair: a VM's metadata that is to be written back; free with agent_repair_free().
 * @seen: (nullable): what was in the definition
 * @wanted: (nullable): what is meant to be there
 * @lost: from the definition, not only from the running guest
 * @generation: of its copy when that was decided
 * @foreign: somebody else has written meanwhile
 */
typedef struct
{
  muri_v1_Uuid vm;
  char *name;
  char *seen;
  char *wanted;
  gboolean lost;
  guint generation;

  gboolean written;
  gboolean foreign;
  GError *error;
} AgentRepair;

AgentRepair *
agent_repair_new (const muri_v1_Vm *vm, const char *seen, const char *wanted, guint generation);
void agent_repair_free (AgentRepair *repair);

/* Blocks: on a worker thread. */
void agent_repair_run (AgentRepair *repair, AgentConnections *connections, AgentCopies *copies);

/* What has been done, in words; NULL nothing. Transfer full. */
char *agent_repair_explain (const AgentRepair *repair);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentRepair, agent_repair_free)

G_END_DECLS
