/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a clone's job. Main context, but for the turns. */
#pragma once

#include "agent-clone-job.h"
#include "agent-clone.h"

G_BEGIN_DECLS

struct _AgentCloneJob
{
  AgentJob parent_instance;
  AgentVmJobs *jobs;

  AgentTemplate *template; /* with its hold */
  char **macs;
  AgentClone *clone;
  char *name; /* reserved */
  AgentHostLimits limits;

  GError *error;      /* of the turn that is over */
  guint outcome;      /* with it */
  GError *why;        /* what the undoing is for */
  gboolean explained; /* that there was no room */
  gboolean uncertain; /* the hypervisor was lost in the midst of a call */
  guint tries;
  guint timer;
  gint64 ready_until; /* monotonic */
  char *address;      /* of the guest */
};

#define agent_clone_job_request(self) agent_job_get_request (AGENT_JOB (self))
#define agent_clone_job_parameters(self) (agent_clone_job_request (self)->parameters)

/* agent-clone-job-make.c: turns. */
void agent_clone_job_make_turn (AgentJob *job);
void agent_clone_job_finish_turn (AgentJob *job);

/* agent-clone-job-end.c */
void agent_clone_job_end_well (AgentCloneJob *self, const char *message);
void agent_clone_job_end_badly (AgentCloneJob *self, const GError *error);

/* What a turn came to. TRUE: it goes on; else it ends or is being undone. */
gboolean agent_clone_job_goes_on (AgentCloneJob *self);
void agent_clone_job_undo (AgentCloneJob *self);

/* agent-clone-job-wait.c: for the guest; and what a former life began. */
void agent_clone_job_await_guest (AgentCloneJob *self);
void agent_clone_job_looked (AgentJob *job);
void agent_clone_job_recover (AgentJob *job, const char *notes);

/* The hypervisor, or the guest, is looked for again after so many seconds. */
#define AGENT_CLONE_JOB_AGAIN 1

G_END_DECLS
