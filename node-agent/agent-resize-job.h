/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-job.h"
#include "agent-vm-jobs.h"

G_BEGIN_DECLS

/**
 * AgentResizeJob: MURI_VERB_RESIZE of one VM.
 */
#define AGENT_TYPE_RESIZE_JOB (agent_resize_job_get_type ())
G_DECLARE_FINAL_TYPE (AgentResizeJob, agent_resize_job, AGENT, RESIZE_JOB, AgentJob)

AgentJob *agent_resize_job_new (AgentVmJobs *jobs);

G_END_DECLS
