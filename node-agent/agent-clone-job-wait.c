/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-clone-job-private.h"

#include "agent-error.h"
#include "agent-guest-addresses.h"
#include "muri-words.h"

/* ---- the guest --------------------------------------------------------------------------- */

/* Its agent's word, or an address that is known here. Transfer full, NULL: nothing of it yet. */
static char *
describe_guest (AgentCloneJob *self)
{
  const muri_v1_Vm *vm =
      agent_inventory_find (agent_vm_jobs_get_inventory (self->jobs), &self->clone->vm);

  if (self->address != NULL)
    return g_strdup_printf ("its guest is ready: it has the address %s", self->address);
  if (vm != NULL && vm->addresses._length > 0)
    return g_strdup_printf ("its guest is ready: it has the address %s", vm->addresses._buffer[0]);
  return vm != NULL && vm->guest_agent ? g_strdup ("its guest is ready: its guest agent answers")
                                       : NULL;
}

/* Also before the inventory has looked. */
static void
look_turn (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);
  AgentConnections *connections = agent_clone_job_request (self)->context->connections;
  virConnectPtr connection = agent_connections_borrow (connections, NULL);
  virDomainPtr domain =
      connection != NULL ? virDomainLookupByUUID (connection, self->clone->vm.b) : NULL;
  muri_v1_Address found;

  if (domain != NULL && agent_guest_addresses_from_host (domain, &found, 1) > 0)
    self->address = g_strndup (found, sizeof found - 1);
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

/* It is whole and runs: a guest that says nothing is no failure, and not taken away for that. */
static void
end_unready (AgentCloneJob *self)
{
  g_autofree char *message =
      g_strdup_printf ("it runs, but its guest did not report within %u s: no guest agent and no "
                       "address are seen",
                       agent_clone_job_parameters (self)->ready);

  agent_clone_job_end_well (self, message);
}

void
agent_clone_job_looked (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);
  g_autofree char *guest = describe_guest (self);

  if (agent_job_is_stopped (job) == AGENT_JOB_CANCELLED)
    agent_clone_job_undo (self);
  else if (guest != NULL)
    agent_clone_job_end_well (self, guest);
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
