/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-connections.h"
#include "agent-journal.h"
#include "agent-mirror.h"
#include "agent-node-state.h"

G_BEGIN_DECLS

typedef enum
{
  AGENT_WORK_ACT,   /* do it, unless it is done already */
  AGENT_WORK_CHECK, /* it was begun: look where it is */
  AGENT_WORK_AGAIN, /* as check, and ask the guest once more */
  AGENT_WORK_FORCE, /* the guest had its time: power it off */
  AGENT_WORK_FIND,  /* a former life began it: only look */
} AgentWorkKind;

typedef enum
{
  AGENT_WORK_FINAL, /* target says what became of it */
  AGENT_WORK_WAIT,  /* the guest is at it */
  AGENT_WORK_LOST,  /* no connection; target's message says why */
} AgentWorkResult;

enum /* AgentWork.claim */
{
  AGENT_WORK_FREE,
  AGENT_WORK_ACTING,   /* by the worker, before it marks and acts */
  AGENT_WORK_GIVEN_UP, /* by the main context: the worker must not act any more */
};

/**
 * AgentWorkContext: what all work is done with. Each of it may be used by any thread.
 * @interface: of the data space
 * @allow_power: the server itself may be switched off
 */
typedef struct
{
  AgentConnections *connections;
  AgentJournal *journal;
  AgentMirror *mirror;
  AgentNodeState *state;
  const char *interface;
  gboolean allow_power;
} AgentWorkContext;

/**
 * AgentWork: one blocking turn at one target.
 *
 * Belongs to the worker from agent_work_run() on until that returns; only @claim is
 * looked at by others meanwhile, atomically.
 */
typedef struct
{
  AgentWorkKind kind;
  guint verb;
  AgentParameters *parameters; /* of who asks for the turn */
  gint64 deadline;
  muri_v1_Uuid operation;
  gboolean begun; /* in a turn before */
  guint known;    /* MURI_VM_STATE_*: what the events say; or unknown */
  gboolean rebooted;

  gint claim;

  AgentWorkResult result;
  AgentTarget target;
  gboolean unsupported; /* the driver has no such call */
} AgentWork;

/* Blocks: on a worker thread. */
void agent_work_run (AgentWork *work, const AgentWorkContext *context);

G_END_DECLS
