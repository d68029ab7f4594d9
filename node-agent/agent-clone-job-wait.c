/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-clone-job-private.h"

#include "agent-error.h"
#include "muri-words.h"

/* ---- the guest --------------------------------------------------------------------------- */

static gboolean
is_known (AgentCloneJob *self)
{
  const muri_v1_Vm *vm =
      agent_inventory_find (agent_vm_jobs_get_inventory (self->jobs), &self->clone->vm);

  return vm != NULL && (vm->guest_agent || vm->addresses._length > 0);
}

static void
look_turn (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);
  AgentConnections *connections = agent_clone_job_request (self)->context->connections;
  virConnectPtr connection = agent_connections_borrow (connections, NULL);
  virDomainPtr domain =
      connection != NULL ? virDomainLookupByUUID (connection, self->clone->vm.b) : NULL;
  virDomainInterfacePtr *found = NULL;
  int n = domain != NULL ? virDomainInterfaceAddresses (domain, &found,
                                                        VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE, 0)
                         : 0;

  for (int i = 0; i < n; i++)
    {
      self->seen |= found[i]->naddrs > 0;
      virDomainInterfaceFree (found[i]);
    }
  free (found);
  if (domain != NULL)
    virDomainFree (domain);
  if (connection != NULL)
    agent_connections_give_back (connections, connection);
}

static gboolean
look_again (gpointer user_data)
{
  AgentCloneJob *self = user_data;

  self->timer = 0;
  agent_clone_job_await_guest (self);
  return G_SOURCE_REMOVE;
}

/* It is whole: a guest that says nothing is not taken away for that. */
static void
end_unready (AgentCloneJob *self)
{
  agent_job_set_result (AGENT_JOB (self), MURI_VM_STATE_RUNNING, 0);
  agent_job_end (AGENT_JOB (self), MURI_OUTCOME_TIMED_OUT,
                 "it is there and runs, but its guest has not been heard of in time");
}

void
agent_clone_job_looked (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);

  if (agent_job_is_stopped (job) == AGENT_JOB_CANCELLED)
    agent_clone_job_undo (self);
  else if (self->seen || is_known (self))
    agent_clone_job_end_well (self, NULL);
  else if (agent_job_is_stopped (job) || g_get_monotonic_time () >= self->ready_until)
    end_unready (self);
  else
    self->timer = g_timeout_add_seconds (AGENT_CLONE_JOB_AGAIN, look_again, self);
}

void
agent_clone_job_await_guest (AgentCloneJob *self)
{
  agent_job_run (AGENT_JOB (self), look_turn, agent_clone_job_looked);
}

/* ---- a former life's --------------------------------------------------------------------- */

static void
recover_turn (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);
  AgentConnections *connections = agent_clone_job_request (self)->context->connections;
  virConnectPtr connection;

  g_clear_error (&self->error);
  connection = agent_connections_borrow (connections, &self->error);
  if (connection == NULL)
    return;
  if (agent_clone_find (self->clone, connection, &self->error) && self->clone->is_defined
      && self->clone->start && !agent_job_is_stopped (job))
    agent_clone_start (self->clone, connection, &self->error);
  agent_connections_give_back (connections, connection);
}

static void recovered (AgentJob *job);

static gboolean
recover_again (gpointer user_data)
{
  AgentCloneJob *self = user_data;

  self->timer = 0;
  agent_job_run (AGENT_JOB (self), recover_turn, recovered);
  return G_SOURCE_REMOVE;
}

/* With its definition it was whole; it may have to be started. */
static void
recovered (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);

  if (self->error != NULL && agent_error_is_disconnected (self->error))
    self->timer = g_timeout_add_seconds (AGENT_CLONE_JOB_AGAIN, recover_again, self);
  else if (!agent_clone_job_goes_on (self))
    return;
  else if (self->clone->is_defined)
    agent_clone_job_end_well (self, "the agent was stopped meanwhile, and has finished it since");
  else
    agent_clone_job_undo (self);
}

void
agent_clone_job_recover (AgentJob *job, const char *notes)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);

  self->clone = agent_clone_new_from_notes (&agent_clone_job_request (self)->vm, notes);
  if (self->clone == NULL)
    agent_job_end (job, MURI_OUTCOME_INTERRUPTED, "the agent was stopped before it made anything");
  else
    agent_job_run (job, recover_turn, recovered);
}
