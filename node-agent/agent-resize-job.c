/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-resize-job.h"

#include <libvirt/virterror.h>

#include "agent-error.h"
#include "agent-resize.h"
#include "muri-words.h"

#define AGAIN_AFTER 1 /* s: looking for the hypervisor */

/* Of what a former life began to make: absolute, so that no change is made twice. */
#define NOTES "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT

struct _AgentResizeJob
{
  AgentJob parent_instance;
  AgentVmJobs *jobs;
  AgentResize resize;
  gboolean recovering;
  guint outcome;
  char *message;
  GError *error;
  guint timer;
};

G_DEFINE_FINAL_TYPE (AgentResizeJob, agent_resize_job, AGENT_TYPE_JOB)

static const AgentJobRequest *
request (AgentResizeJob *self)
{
  return agent_job_get_request (AGENT_JOB (self));
}

static gboolean
say (AgentResizeJob *self, guint outcome, const char *message)
{
  self->outcome = outcome;
  g_free (self->message);
  self->message = g_strdup (message);
  return FALSE;
}

/* What is relative is to what counts first. */
static guint64
wanted_of (const AgentAmount *amount, const AgentResizeState *state, guint when)
{
  if (!amount->given)
    return 0;
  return agent_resize_apply (when & AGENT_WHEN_NOW ? state->now : state->next, amount);
}

static gboolean
check_limits (AgentResizeJob *self, virConnectPtr connection)
{
  AgentHostLimits limits;
  g_autofree char *message = NULL;

  if (!agent_vm_jobs_get_limits (self->jobs, connection, &limits, &self->error))
    return say (self, MURI_OUTCOME_FAILED, self->error->message);
  if (self->resize.wanted_vcpus > limits.cpus)
    message = g_strdup_printf ("%" G_GUINT64_FORMAT " vCPUs: this host has %u processors in all",
                               self->resize.wanted_vcpus, limits.cpus);
  else if (self->resize.wanted_memory > limits.memory)
    {
      g_autofree char *wanted = agent_resize_format_memory (self->resize.wanted_memory);

      message = g_strdup_printf ("%s: this host has %" G_GUINT64_FORMAT " MiB of memory in all",
                                 wanted, limits.memory / 1024);
    }
  return message == NULL || say (self, MURI_OUTCOME_REFUSED, message);
}

/* FALSE: it was said why nothing is done. */
static gboolean
plan (AgentResizeJob *self, virConnectPtr connection, virDomainPtr domain, guint *when)
{
  const AgentParameters *asked = request (self)->parameters;
  AgentResize *resize = &self->resize;

  if (!agent_resize_read (resize, domain, &self->error))
    return say (self, MURI_OUTCOME_FAILED, self->error->message);
  *when = asked->when & resize->when;
  if (*when == 0)
    return say (self, MURI_OUTCOME_FAILED,
                resize->when & AGENT_WHEN_NOW ? "it has no definition: nothing of it comes again"
                                              : "it is not running: nothing changes now");
  if (self->recovering)
    return TRUE;
  resize->wanted_vcpus = wanted_of (&asked->vcpus, &resize->vcpus, *when);
  resize->wanted_memory = wanted_of (&asked->memory, &resize->memory, *when);
  return check_limits (self, connection);
}

static gboolean
begin (AgentResizeJob *self)
{
  g_autofree char *notes =
      g_strdup_printf (NOTES, self->resize.wanted_vcpus, self->resize.wanted_memory);

  return self->recovering || agent_job_begin (AGENT_JOB (self), notes, &self->error)
         || say (self, MURI_OUTCOME_FAILED, self->error->message);
}

static void
resize_it (AgentResizeJob *self, virConnectPtr connection, virDomainPtr domain)
{
  g_autoptr (GString) said = g_string_new (NULL);
  gboolean reached = TRUE, changed = FALSE;
  guint when;

  if (!plan (self, connection, domain, &when) || !begin (self))
    return;
  if (self->resize.wanted_vcpus != 0)
    reached &= agent_resize_set_vcpus (&self->resize, domain, when, said, &changed);
  if (self->resize.wanted_memory != 0)
    reached &= agent_resize_set_memory (&self->resize, domain, when, said, &changed);
  say (self,
       !reached                      ? MURI_OUTCOME_FAILED
       : changed || self->recovering ? MURI_OUTCOME_DONE
                                     : MURI_OUTCOME_ALREADY,
       said->str);
}

static void
turn (AgentJob *job)
{
  AgentResizeJob *self = AGENT_RESIZE_JOB (job);
  AgentConnections *connections = request (self)->context->connections;
  virConnectPtr connection;
  virDomainPtr domain;

  g_clear_error (&self->error);
  connection = agent_connections_borrow (connections, &self->error);
  if (connection == NULL)
    {
      say (self, MURI_OUTCOME_FAILED, self->error->message);
      return;
    }
  domain = virDomainLookupByUUID (connection, request (self)->vm.b);
  if (domain != NULL)
    {
      resize_it (self, connection, domain);
      virDomainFree (domain);
    }
  else if (virGetLastErrorCode () == VIR_ERR_NO_DOMAIN)
    say (self, MURI_OUTCOME_NOT_HERE, "this node has no such VM");
  else
    {
      agent_error_set_from_libvirt (&self->error);
      say (self, MURI_OUTCOME_FAILED, self->error->message);
    }
  agent_connections_give_back (connections, connection);
}

static void turned (AgentJob *job);

static gboolean
again (gpointer user_data)
{
  AgentResizeJob *self = user_data;

  self->timer = 0;
  agent_job_run (AGENT_JOB (self), turn, turned);
  return G_SOURCE_REMOVE;
}

static void
turned (AgentJob *job)
{
  AgentResizeJob *self = AGENT_RESIZE_JOB (job);

  if (self->recovering && self->error != NULL && agent_error_is_disconnected (self->error))
    self->timer = g_timeout_add_seconds (AGAIN_AFTER, again, self);
  else if (agent_job_get_started (job) == 0 && agent_job_is_stopped (job))
    agent_job_end_stopped (job, NULL);
  else
    agent_job_end (job, self->outcome, self->message);
}

static void
start (AgentJob *job)
{
  agent_job_run (job, turn, turned);
}

static void
recover (AgentJob *job, const char *notes)
{
  AgentResizeJob *self = AGENT_RESIZE_JOB (job);
  AgentResize *resize = &self->resize;
  g_auto (GStrv) numbers = g_strsplit (notes != NULL ? notes : "", " ", 2);

  if (g_strv_length (numbers) != 2
      || !g_ascii_string_to_unsigned (numbers[0], 10, 0, G_MAXUINT32, &resize->wanted_vcpus, NULL)
      || !g_ascii_string_to_unsigned (numbers[1], 10, 0, G_MAXINT64, &resize->wanted_memory, NULL))
    {
      agent_job_end (job, MURI_OUTCOME_INTERRUPTED, "the agent was stopped while it acted");
      return;
    }
  self->recovering = TRUE;
  agent_job_run (job, turn, turned);
}

AgentJob *
agent_resize_job_new (AgentVmJobs *jobs)
{
  AgentResizeJob *self = g_object_new (AGENT_TYPE_RESIZE_JOB, NULL);

  self->jobs = g_object_ref (jobs);
  return AGENT_JOB (self);
}

static void
agent_resize_job_finalize (GObject *object)
{
  AgentResizeJob *self = AGENT_RESIZE_JOB (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_free (self->message);
  g_clear_error (&self->error);
  g_object_unref (self->jobs);
  G_OBJECT_CLASS (agent_resize_job_parent_class)->finalize (object);
}

static void
agent_resize_job_class_init (AgentResizeJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = agent_resize_job_finalize;
  AGENT_JOB_CLASS (klass)->start = start;
  AGENT_JOB_CLASS (klass)->recover = recover;
}

static void
agent_resize_job_init (AgentResizeJob *self)
{
}
