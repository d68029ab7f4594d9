/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-job.h"
#include "agent-vm-jobs.h"

G_BEGIN_DECLS

/**
 * AgentCloneJob: MURI_VERB_CLONE of one VM.
 */
#define AGENT_TYPE_CLONE_JOB (agent_clone_job_get_type ())
G_DECLARE_FINAL_TYPE (AgentCloneJob, agent_clone_job, AGENT, CLONE_JOB, AgentJob)

AgentJob *agent_clone_job_new (AgentVmJobs *jobs);

G_END_DECLS
