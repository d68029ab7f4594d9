/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentIdentity:
 * @node: who this node is, for as long as its state directory lives, whatever its host is called
 * @lock: held open and locked, so that no second agent uses the directory
 */
typedef struct
{
  muri_v1_Uuid node;
  int lock;
} AgentIdentity;

/* Makes the directory, locks it, reads or makes the node's UUID. Reads files: not while the
 * main loop runs anything that must not wait. */
AgentIdentity *agent_identity_open (const char *state_dir, GError **error);
void agent_identity_close (AgentIdentity *identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentIdentity, agent_identity_close)

G_END_DECLS
