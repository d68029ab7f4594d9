/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-clone-job-private.h"

#include <sys/statvfs.h>

#include "agent-clone-xml.h"
#include "agent-seed.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* What is always left of the pool. */
#define RESERVE (16 * 1024 * 1024)

/* ---- making ------------------------------------------------------------------------------ */

static gboolean
may_go_on (AgentCloneJob *self)
{
  return !agent_job_is_stopped (AGENT_JOB (self));
}

static char **
string_list (char **list)
{
  static char *none[] = { NULL };

  return list != NULL ? list : none;
}

static gboolean
make_image (AgentCloneJob *self, GError **error)
{
  char id[MURI_UUID_TEXT];
  const AgentSeedFacts facts = {
    .instance = muri_uuid_format (&self->clone->vm, id),
    .name = self->clone->name,
    .ssh_key = agent_clone_job_parameters (self)->ssh_key,
    .user_data = agent_clone_job_request (self)->document,
    .macs = (const char *const *)string_list (self->macs),
  };

  if (self->clone->seed != NULL)
    self->clone->image = agent_seed_new (&facts, error);
  return self->clone->seed == NULL || self->clone->image != NULL;
}

static gboolean
make_xml (AgentCloneJob *self, GError **error)
{
  const AgentParameters *asked = agent_clone_job_parameters (self);
  const AgentVolumes *volumes = self->clone->volumes;
  const AgentCloneFacts facts = {
    .name = self->clone->name,
    .vm = self->clone->vm,
    .template_id = self->template->id,
    .linked = self->clone->linked,
    .volumes = volumes,
    .disk = volumes != NULL ? self->clone->disk : self->clone->disk_path,
    .seed = volumes != NULL ? self->clone->seed : self->clone->seed_path,
    .network = asked->network,
    .macs = (const char *const *)string_list (self->macs),
    .vcpus = (guint)asked->vcpus.value,
    .memory = (guint64)asked->memory.value,
    .groups = asked->groups,
    .type = self->limits.dataless ? "test" : NULL,
  };

  self->clone->xml = agent_clone_xml_new (self->template->xml, &facts, error);
  return self->clone->xml != NULL;
}

static gboolean
check_size (AgentCloneJob *self, GError **error)
{
  const AgentParameters *asked = agent_clone_job_parameters (self);
  guint64 memory = asked->memory.given ? (guint64)asked->memory.value : self->template->memory;
  guint vcpus = asked->vcpus.given ? (guint)asked->vcpus.value : self->template->vcpus;

  self->outcome = MURI_OUTCOME_REFUSED;
  if (memory < self->template->memory_min)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 "its template needs %" G_GUINT64_FORMAT " MiB of memory at least",
                 self->template->memory_min / 1024);
  else if (memory > self->limits.memory)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 "this host has %" G_GUINT64_FORMAT " MiB of memory in all",
                 self->limits.memory / 1024);
  else if (asked->vcpus.given && vcpus > self->limits.cpus)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "this host has %u processors in all",
                 self->limits.cpus);
  else
    self->outcome = 0;
  return self->outcome == 0;
}

static gboolean
check_space (AgentCloneJob *self, virConnectPtr connection, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (self->clone->disk_path);
  guint64 needed = RESERVE + (self->clone->linked ? 0 : self->template->allocation);
  guint64 room;
  struct statvfs found;

  if (self->clone->volumes != NULL)
    return agent_volumes_check_space (self->clone->volumes, connection, self->clone->capacity,
                                      needed, error);
  if (self->limits.dataless || statvfs (directory, &found) != 0)
    return TRUE;
  room = (guint64)found.f_bavail * found.f_frsize;
  if (room >= needed)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
               "it needs %" G_GUINT64_FORMAT " MiB and the storage has room for %" G_GUINT64_FORMAT
               " MiB",
               needed >> 20, room >> 20);
  return FALSE;
}

/* All that can be known before anything is made, and then on disk what is going to be. */
static gboolean
prepare (AgentCloneJob *self, virConnectPtr connection, GError **error)
{
  g_autofree char *notes = agent_clone_to_notes (self->clone);

  return agent_vm_jobs_get_limits (self->jobs, connection, &self->limits, error)
         && check_size (self, error) && check_space (self, connection, error)
         && agent_clone_check (self->clone, connection, error) && make_image (self, error)
         && make_xml (self, error) && agent_job_begin (AGENT_JOB (self), notes, error);
}

static gboolean
finish (AgentCloneJob *self, virConnectPtr connection, GError **error)
{
  AgentJob *job = AGENT_JOB (self);
  AgentClone *clone = self->clone;

  if (clone->seed != NULL && may_go_on (self))
    {
      agent_job_step (job, MURI_STEP_SEEDING, MURI_PERCENT_UNKNOWN, NULL);
      if (!agent_clone_make_seed (clone, connection, self->limits.dataless, error))
        return FALSE;
    }
  if (!may_go_on (self))
    return TRUE;
  if (!self->limits.dataless && !agent_clone_sync (clone, error))
    return FALSE;
  agent_job_step (job, MURI_STEP_DEFINING, MURI_PERCENT_UNKNOWN, NULL);
  if (!agent_clone_define (clone, connection, error))
    return FALSE;
  if (!clone->start || !may_go_on (self))
    return TRUE;
  agent_job_step (job, MURI_STEP_STARTING, MURI_PERCENT_UNKNOWN, NULL);
  return agent_clone_start (clone, connection, error);
}

/* A linked one is made in one turn; of a full one the copying comes in between. */
void
agent_clone_job_make_turn (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);
  AgentConnections *connections = agent_clone_job_request (self)->context->connections;
  virConnectPtr connection = agent_connections_borrow (connections, &self->error);

  if (connection == NULL)
    return;
  if (prepare (self, connection, &self->error) && may_go_on (self))
    {
      agent_job_step (job, MURI_STEP_COPYING, MURI_PERCENT_UNKNOWN, NULL);
      if (agent_clone_make_disk (self->clone, connection, self->template, self->limits.dataless,
                                 &self->error)
          && (self->clone->linked || self->limits.dataless))
        finish (self, connection, &self->error);
    }
  agent_connections_give_back (connections, connection);
}

void
agent_clone_job_finish_turn (AgentJob *job)
{
  AgentCloneJob *self = AGENT_CLONE_JOB (job);
  AgentConnections *connections = agent_clone_job_request (self)->context->connections;
  virConnectPtr connection = agent_connections_borrow (connections, &self->error);

  if (connection == NULL)
    return;
  finish (self, connection, &self->error);
  agent_connections_give_back (connections, connection);
}
