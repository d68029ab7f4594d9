/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "agent-parameters.h"
#include "muri.h"

G_BEGIN_DECLS

/** SHA-256 of the members of an operation that never change. */
#define AGENT_OPERATION_HASH 32

/**
 * AgentTarget: one target and what became of it; the members are those of muri_v1_Outcome.
 * @vm: zero for the node itself
 * @message: (nullable): owned
 * @argument: (nullable): what it is given beside the parameters; only the operation's own targets
 *   have it, and own it
 */
typedef struct
{
  muri_v1_Uuid vm;
  guint8 state;
  guint8 vm_state;
  gint32 error;
  gint64 started;
  gint64 finished;
  char *message;
  guint8 step;
  guint8 percent;
  char *argument;
} AgentTarget;

/**
 * AgentOperation: an operation as far as this node is concerned.
 * @parameters: as agent_parameters_take() makes them; agent_parameters_new() says whether they are
 *   acceptable
 * @targets: (element-type AgentTarget): each once, in the order of the sample
 * @document: (nullable): a reference, as g_ref_string_new() makes it
 *
 * Built and read on one thread at a time; who holds the reference owns it.
 */
typedef struct
{
  muri_v1_Uuid id;
  muri_v1_Uuid console;
  char *issuer;
  char *group;
  guint16 verb;
  gint64 issued;
  gint64 deadline;
  gint64 received;
  guint8 control;
  guint8 hash[AGENT_OPERATION_HASH];
  GVariant *parameters;
  GArray *targets;
  char *document;
} AgentOperation;

AgentOperation *agent_operation_new (void);
AgentOperation *agent_operation_new_from_sample (const muri_v1_Operation *sample,
                                                 const muri_v1_Uuid *node, gint64 received);
AgentOperation *agent_operation_copy (const AgentOperation *operation);
void agent_operation_free (AgentOperation *operation);

void agent_operation_hash (const muri_v1_Operation *sample, guint8 hash[AGENT_OPERATION_HASH]);
gboolean agent_operation_is_complete (const AgentOperation *operation);
muri_v1_Report *
agent_operation_to_report (const AgentOperation *operation, const muri_v1_Uuid *node);

#define agent_operation_target(operation, i)                                                       \
  (&g_array_index ((operation)->targets, AgentTarget, (i)))

/* What became of it; its argument is left alone by both. */
void agent_target_set (AgentTarget *target, const AgentTarget *from);
void agent_target_clear (AgentTarget *target);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentOperation, agent_operation_free)

G_END_DECLS
