/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a flattening job. Main context, but for the turns. */
#pragma once

#include <libvirt/libvirt.h>

#include "agent-flatten-job.h"
#include "agent-flush.h"
#include "agent-vm-disks.h"

G_BEGIN_DECLS

struct _AgentFlattenJob
{
  AgentJob parent_instance;
  AgentVmJobs *jobs;
  GPtrArray *left;      /* AgentVmDisk: those that still read others; the first is at work */
  GPtrArray *unflushed; /* that do not any more, but maybe for the hypervisor only */
  GPtrArray *done;
  gboolean running; /* the VM: then the hypervisor copies */
  gboolean pulling; /* it does so already */
  gboolean paused;  /* by this job, or a former life of it */
  AgentFlush flush; /* of the first that is not */
  guint n;          /* disks in all */
  guint percent;
  gboolean recovering;
  AgentJobFunc turn, then; /* what runs, and is run again when the hypervisor is back */
  guint outcome;           /* where it ends */
  char *message;
  GError *error;
  guint timer;
};

/* agent-flatten-job-turns.c: with what a former life noted of its disks, in recovery. */
void agent_flatten_job_read_notes (AgentFlattenJob *self, const char *notes);

void agent_flatten_job_say (AgentFlattenJob *self, guint outcome, const char *message);
AgentVmDisk *agent_flatten_job_current (AgentFlattenJob *self);

void agent_flatten_job_look_turn (AgentJob *job);
void agent_flatten_job_pull_turn (AgentJob *job);
void agent_flatten_job_watch_turn (AgentJob *job);
void agent_flatten_job_flush_turn (AgentJob *job);
void agent_flatten_job_note_turn (AgentJob *job);

G_END_DECLS
