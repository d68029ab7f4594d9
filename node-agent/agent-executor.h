/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "agent-inventory.h"
#include "agent-job.h"
#include "agent-work.h"

G_BEGIN_DECLS

/**
 * AgentExecutor: does what operations ask, one thing at a time on a VM and several VMs at once.
 * What is only written down (groups, padlock, maintenance) does not wait for what takes its time.
 *
 * Blocking libvirt calls are made by a pool; everything public belongs to the main context. A
 * call that hangs keeps its thread, never its VM's queue beyond the deadline, nor other VMs.
 *
 * Signals:
 * - "outcome" (const muri_v1_Uuid *operation, const AgentTarget *): a target's state changed;
 *   the last one is final
 * - "unsupported" (guint verb): this driver has no such call
 * - "acted" (const muri_v1_Uuid *vm, guint verb): it may have changed; zero for the node itself
 */
#define AGENT_TYPE_EXECUTOR (agent_executor_get_type ())
G_DECLARE_FINAL_TYPE (AgentExecutor, agent_executor, AGENT, EXECUTOR, GObject)

/* @context is copied; what it names must outlive the executor but for its objects, which are
 * referenced. While all threads are at work, @inventory is asked to hold its readings. */
AgentExecutor *agent_executor_new (const AgentWorkContext *context, AgentInventory *inventory);

/* @verb runs as jobs, each made by @make; before any operation is added. A target of the verb is
 * one at a time on its VM, and so many of all verbs at once; those of the node itself do not wait
 * for one another. Job and executor may outlive what @user_data is only if its owner sees to it. */
typedef AgentJob *(*AgentJobMake) (guint verb, gpointer user_data);
void agent_executor_add_verb (AgentExecutor *executor, guint verb, AgentJobMake make,
                              gpointer user_data);
gboolean agent_executor_knows (AgentExecutor *executor, guint verb);

/* Queues @verb for each target of @operation that is QUEUED. */
void agent_executor_add (AgentExecutor *executor, const AgentOperation *operation);

/* Finds the state of each target of @operation that was begun by a former life of the agent. */
void agent_executor_recover (AgentExecutor *executor, const AgentOperation *operation);

/* What has not begun: waits while held; ends as CANCELLED. A job that has begun is undone. */
void agent_executor_hold (AgentExecutor *executor, const muri_v1_Uuid *operation, gboolean hold);
void agent_executor_cancel (AgentExecutor *executor, const muri_v1_Uuid *operation);

/* Wakes whoever waits for a state of that VM. */
void agent_executor_vm_changed (AgentExecutor *executor, const muri_v1_Uuid *vm);
void agent_executor_vm_rebooted (AgentExecutor *executor, const muri_v1_Uuid *vm);

/* Begins nothing more. Waits up to @patience microseconds for calls in progress. */
void agent_executor_stop (AgentExecutor *executor, gint64 patience);

G_END_DECLS
