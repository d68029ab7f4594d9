/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-executor.h"
#include "agent-store.h"

G_BEGIN_DECLS

/**
 * AgentTemplateJob: one operation on a template: the store's work, followed. A new life of the
 * agent begins again what can be gone on with, and says of the rest that it was taken back.
 */
#define AGENT_TYPE_TEMPLATE_JOB (agent_template_job_get_type ())
G_DECLARE_FINAL_TYPE (AgentTemplateJob, agent_template_job, AGENT, TEMPLATE_JOB, AgentJob)

/* The verbs on templates; @store must outlive @executor. */
void agent_template_job_register (AgentExecutor *executor, AgentStore *store);

G_END_DECLS
