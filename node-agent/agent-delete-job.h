/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-job.h"
#include "agent-vm-jobs.h"

G_BEGIN_DECLS

/**
 * AgentDeleteJob: MURI_VERB_DELETE of one VM. What was deleted cannot be undone, so that a new
 * life of the agent goes on with it, and nobody cancels it once it has begun.
 */
#define AGENT_TYPE_DELETE_JOB (agent_delete_job_get_type ())
G_DECLARE_FINAL_TYPE (AgentDeleteJob, agent_delete_job, AGENT, DELETE_JOB, AgentJob)

AgentJob *agent_delete_job_new (AgentVmJobs *jobs);

G_END_DECLS
