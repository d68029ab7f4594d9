/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-executor.h"
#include "agent-inventory.h"
#include "agent-store.h"

G_BEGIN_DECLS

/**
 * AgentVmJobs: what jobs that make, change and delete VMs share. Main context only, but for what
 * says otherwise; each job holds a reference.
 */
#define AGENT_TYPE_VM_JOBS (agent_vm_jobs_get_type ())
G_DECLARE_FINAL_TYPE (AgentVmJobs, agent_vm_jobs, AGENT, VM_JOBS, GObject)

AgentVmJobs *agent_vm_jobs_new (AgentStore *store, AgentInventory *inventory);

/* @executor does their verbs from now on, as long as @jobs is there. */
void agent_vm_jobs_register (AgentVmJobs *jobs, AgentExecutor *executor);

AgentStore *agent_vm_jobs_get_store (AgentVmJobs *jobs);
AgentInventory *agent_vm_jobs_get_inventory (AgentVmJobs *jobs);

/* A VM's name, while it is made. FALSE: it is taken, and nothing is reserved. */
gboolean agent_vm_jobs_reserve_name (AgentVmJobs *jobs, const char *name);
void agent_vm_jobs_release_name (AgentVmJobs *jobs, const char *name);

/* @n addresses of network cards that no VM of this node has or is given. Transfer full. */
char **agent_vm_jobs_reserve_macs (AgentVmJobs *jobs, guint n);
void agent_vm_jobs_release_macs (AgentVmJobs *jobs, char **macs);

/* Held by whoever decides about a volume that several VMs have, until it has acted: of those that
 * are deleted at the same time the last one sees that it is the last. Worker threads. */
void agent_vm_jobs_lock_volumes (AgentVmJobs *jobs);
void agent_vm_jobs_unlock_volumes (AgentVmJobs *jobs);

/**
 * AgentHostLimits: what a VM can have here at most.
 * @dataless: the test driver's: volumes have nothing in them
 */
typedef struct
{
  guint cpus;
  guint64 memory; /* KiB */
  gboolean dataless;
} AgentHostLimits;

/* Any thread; blocks in libvirt the first time. */
gboolean agent_vm_jobs_get_limits (AgentVmJobs *jobs, virConnectPtr connection,
                                   AgentHostLimits *limits, GError **error);

G_END_DECLS
