/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-job.h"
#include "agent-vm-jobs.h"

G_BEGIN_DECLS

/**
 * AgentFlattenJob: MURI_VERB_FLATTEN of one VM: what its disks read of others becomes their own.
 * One that is cut off leaves disks that are as good as before, only larger.
 */
#define AGENT_TYPE_FLATTEN_JOB (agent_flatten_job_get_type ())
G_DECLARE_FINAL_TYPE (AgentFlattenJob, agent_flatten_job, AGENT, FLATTEN_JOB, AgentJob)

AgentJob *agent_flatten_job_new (AgentVmJobs *jobs);

G_END_DECLS
