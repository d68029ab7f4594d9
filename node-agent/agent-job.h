/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "agent-parameters.h"
#include "agent-work.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentJobRequest: what a job is asked for; all of it is copied or referenced.
 * @context: as the executor's; what it holds may be used by any thread
 * @vm: zero for the node itself
 * @argument: (nullable): of this target
 * @document: (nullable): as g_ref_string_new() makes it
 */
typedef struct
{
  const AgentWorkContext *context;
  muri_v1_Uuid operation;
  muri_v1_Uuid vm;
  guint verb;
  gint64 deadline;
  AgentParameters *parameters;
  const char *argument;
  char *document;
} AgentJobRequest;

typedef enum
{
  AGENT_JOB_GOES_ON,
  AGENT_JOB_CANCELLED, /* somebody said so */
  AGENT_JOB_OVERDUE,   /* its deadline has passed */
} AgentJobStop;

/**
 * AgentJob: one target of one operation whose verb takes its time: it goes on step by step on the
 * main context, with blocking turns on worker threads between, until "done".
 *
 * Before it makes anything that would outlive the agent, it writes with agent_job_begin() what it
 * is going to make; a new life of the agent gives these notes to recover(), which finishes or
 * undoes. The notes go when the outcome is on disk.
 *
 * Main context only, but for what says otherwise. The executor holds a reference until "done".
 *
 * Signals:
 * - "step" (guint step, guint percent, const char *message): what it is at now
 * - "done" (guint outcome, const char *message): the last word; nothing of it runs any more
 */
#define AGENT_TYPE_JOB (agent_job_get_type ())
G_DECLARE_DERIVABLE_TYPE (AgentJob, agent_job, AGENT, JOB, GObject)

/**
 * AgentJobClass:
 * @start: begins
 * @recover: a former life began it. @notes: (nullable): as written last; %NULL it has written none.
 *   By default it ends as INTERRUPTED
 * @cancel: once, at most: it takes away what it has made and ends by agent_job_end_stopped().
 *   Turns that run end by themselves: they look at agent_job_is_stopped(), or use the cancellable,
 *   which is cancelled before this is called. By default nothing: the next turn's end sees to it
 */
struct _AgentJobClass
{
  GObjectClass parent_class;
  void (*start) (AgentJob *job);
  void (*recover) (AgentJob *job, const char *notes);
  void (*cancel) (AgentJob *job);
};

/* ---- of whoever runs it ---- */

void agent_job_set_request (AgentJob *job, const AgentJobRequest *request);
void agent_job_start (AgentJob *job);
void agent_job_recover (AgentJob *job, const char *notes, gint64 started);
void agent_job_cancel (AgentJob *job, AgentJobStop why);

/* The agent stops: nothing more is said, children are ended, a turn is waited for until then
 * (monotonic). The next life recovers it. */
void agent_job_abandon (AgentJob *job, gint64 until);

/* When it was noted as begun; 0 not yet. */
gint64 agent_job_get_started (AgentJob *job);
/* libvirt's number and the VM's state, as the job has set them. */
gint32 agent_job_get_error (AgentJob *job);
guint agent_job_get_vm_state (AgentJob *job);

/* ---- of the job itself ---- */

/* Any thread, all of these. */
const AgentJobRequest *agent_job_get_request (AgentJob *job);
GCancellable *agent_job_get_cancellable (AgentJob *job);
AgentJobStop agent_job_is_stopped (AgentJob *job);
gboolean agent_job_is_abandoned (AgentJob *job);

/* A worker's, blocking. On disk, in one write: that it was begun, and @notes. FALSE: it must not
 * begin. Later calls write other notes. */
gboolean agent_job_begin (AgentJob *job, const char *notes, GError **error);

/* A worker's, blocking: other notes of one that has begun, also of one that is stopped. */
gboolean agent_job_note (AgentJob *job, const char *notes, GError **error);

/* Any thread. From a worker it is told a moment later. */
void agent_job_step (AgentJob *job, guint step, guint percent, const char *message);

/* @turn on a worker thread, then @then on the main context; not when the job was abandoned. */
typedef void (*AgentJobFunc) (AgentJob *job);
void agent_job_run (AgentJob *job, AgentJobFunc turn, AgentJobFunc then);

/* The last word. @message may be NULL. */
void agent_job_set_result (AgentJob *job, guint vm_state, gint32 error);
void agent_job_end (AgentJob *job, guint outcome, const char *message);
void agent_job_end_error (AgentJob *job, guint outcome, const GError *error);
/* As cancelled or timed out. @message: what is said of what was undone; may be NULL. */
void agent_job_end_stopped (AgentJob *job, const char *message);

G_END_DECLS
