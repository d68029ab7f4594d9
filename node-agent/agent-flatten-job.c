/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-flatten-job.h"

#include <libvirt/virterror.h>

#include "agent-child.h"
#include "agent-domain-metadata.h"
#include "agent-error.h"
#include "agent-metadata.h"
#include "agent-vm-disks.h"
#include "muri-words.h"

#define LOOK_AFTER 500 /* ms */

struct _AgentFlattenJob
{
  AgentJob parent_instance;
  AgentVmJobs *jobs;
  GPtrArray *left;  /* AgentVmDisk: those that still read others; the first is at work */
  GPtrArray *done;  /* the same, that do not any more */
  gboolean running; /* the VM: then the hypervisor copies */
  gboolean pulling; /* it does so already */
  guint n;          /* disks in all */
  guint percent;
  gboolean recovering;
  guint outcome; /* where it ends */
  char *message;
  GError *error;
  guint timer;
};

G_DEFINE_FINAL_TYPE (AgentFlattenJob, agent_flatten_job, AGENT_TYPE_JOB)

static void next (AgentFlattenJob *self);

static const AgentJobRequest *
request (AgentFlattenJob *self)
{
  return agent_job_get_request (AGENT_JOB (self));
}

static void
say (AgentFlattenJob *self, guint outcome, const char *message)
{
  self->outcome = outcome;
  g_free (self->message);
  self->message = g_strdup (message);
}

static void
say_libvirt (AgentFlattenJob *self)
{
  g_clear_error (&self->error);
  agent_error_set_from_libvirt (&self->error);
  say (self, MURI_OUTCOME_FAILED, self->error->message);
}

static const AgentVmDisk *
current (AgentFlattenJob *self)
{
  return self->left->pdata[0];
}

static void
tell_progress (AgentFlattenJob *self, guint percent)
{
  guint before = self->n - self->left->len;

  agent_job_step (AGENT_JOB (self), MURI_STEP_COPYING, (before * 100 + percent) / self->n,
                  current (self)->target);
}

/* ---- turns: with the domain, or without one ------------------------------------------------ */

static void
with_domain (AgentFlattenJob *self,
             void (*func) (AgentFlattenJob *self, virConnectPtr connection, virDomainPtr domain))
{
  AgentConnections *connections = request (self)->context->connections;
  virConnectPtr connection = agent_connections_borrow (connections, &self->error);
  virDomainPtr domain;

  if (connection == NULL)
    {
      say (self, MURI_OUTCOME_FAILED, self->error->message);
      return;
    }
  domain = virDomainLookupByUUID (connection, request (self)->vm.b);
  if (domain != NULL)
    {
      func (self, connection, domain);
      virDomainFree (domain);
    }
  else if (virGetLastErrorCode () == VIR_ERR_NO_DOMAIN)
    say (self, MURI_OUTCOME_NOT_HERE, "this node has no such VM");
  else
    say_libvirt (self);
  agent_connections_give_back (connections, connection);
}

/* What is in the pool may have changed behind libvirt's back: by a program of this job. */
static void
refresh_pool (virConnectPtr connection, const AgentVmDisk *disk)
{
  virStorageVolPtr volume = agent_vm_disk_find_volume (connection, disk);
  virStoragePoolPtr pool = volume != NULL ? virStoragePoolLookupByVolume (volume) : NULL;

  if (pool != NULL)
    virStoragePoolRefresh (pool, 0);
  if (pool != NULL)
    virStoragePoolFree (pool);
  if (volume != NULL)
    virStorageVolFree (volume);
}

static void
find_path (virConnectPtr connection, AgentVmDisk *disk)
{
  virStorageVolPtr volume =
      disk->path == NULL ? agent_vm_disk_find_volume (connection, disk) : NULL;
  char *path = volume != NULL ? virStorageVolGetPath (volume) : NULL;

  if (path != NULL)
    disk->path = g_strdup (path);
  free (path);
  if (volume != NULL)
    virStorageVolFree (volume);
}

static void
look (AgentFlattenJob *self, virConnectPtr connection, virDomainPtr domain)
{
  g_autoptr (GPtrArray) disks = agent_vm_disks_read (domain, &self->error);
  int active = virDomainIsActive (domain);

  if (disks == NULL)
    {
      say (self, MURI_OUTCOME_FAILED, self->error->message);
      return;
    }
  self->running = active > 0;
  if (self->recovering && disks->len > 0)
    refresh_pool (connection, disks->pdata[0]);
  for (guint i = 0; i < disks->len;)
    {
      const AgentVmDisk *disk = disks->pdata[i];
      g_autofree char *backing =
          disk->is_disk ? agent_vm_disk_read_backing (connection, disk) : NULL;

      if (backing != NULL)
        g_ptr_array_add (self->left, g_ptr_array_steal_index (disks, i));
      else
        i++;
    }
  for (guint i = 0; i < self->left->len; i++)
    find_path (connection, self->left->pdata[i]);
  self->n = self->left->len;
  if (self->n > 0 && !self->recovering
      && !agent_job_begin (AGENT_JOB (self), "flatten", &self->error))
    say (self, MURI_OUTCOME_FAILED, self->error->message);
}

static void
look_turn (AgentJob *job)
{
  with_domain (AGENT_FLATTEN_JOB (job), look);
}

static void
pull (AgentFlattenJob *self, virConnectPtr connection, virDomainPtr domain)
{
  virDomainBlockJobInfo info;

  /* A former life's goes on without it. */
  if (virDomainGetBlockJobInfo (domain, current (self)->target, &info, 0) > 0)
    return;
  if (virDomainBlockPull (domain, current (self)->target, 0, 0) < 0)
    say_libvirt (self);
}

static void
pull_turn (AgentJob *job)
{
  with_domain (AGENT_FLATTEN_JOB (job), pull);
}

static void
watch (AgentFlattenJob *self, virConnectPtr connection, virDomainPtr domain)
{
  virDomainBlockJobInfo info;
  int rc = virDomainGetBlockJobInfo (domain, current (self)->target, &info, 0);

  if (rc < 0)
    say_libvirt (self);
  else if (rc == 0)
    self->pulling = FALSE;
  else if (agent_job_is_stopped (AGENT_JOB (self)))
    virDomainBlockJobAbort (domain, current (self)->target, 0);
  else if (info.end > 0)
    self->percent = (guint)MIN (info.cur * 100 / info.end, 100);
}

static void
watch_turn (AgentJob *job)
{
  with_domain (AGENT_FLATTEN_JOB (job), watch);
}

static char *
unlinked (virDomainPtr domain, GError **error)
{
  g_autofree char *plain = NULL;
  g_autoptr (AgentMetadata) metadata = NULL;
  muri_v1_Uuid template_id;
  gboolean linked;

  if (!agent_domain_metadata_read (domain, &plain, error) || plain == NULL)
    return NULL;
  metadata = agent_metadata_parse (plain, NULL);
  if (metadata == NULL || !agent_metadata_get_clone (metadata, &template_id, &linked) || !linked)
    return NULL;
  agent_metadata_set_clone (metadata, &template_id, FALSE);
  return agent_metadata_to_plain (metadata);
}

/* It says of itself that it is not linked any more. */
static void
note (AgentFlattenJob *self, virConnectPtr connection, virDomainPtr domain)
{
  const muri_v1_Uuid *vm = &request (self)->vm;
  AgentMirror *mirror = request (self)->context->mirror;
  g_autofree char *plain = NULL;
  gboolean good;
  guint calls;

  for (guint i = 0; i < self->done->len; i++)
    refresh_pool (connection, self->done->pdata[i]);
  agent_domain_metadata_lock (vm->b);
  plain = unlinked (domain, &self->error);
  if (plain != NULL)
    {
      agent_mirror_begin_write (mirror, vm);
      good = agent_domain_metadata_write (domain, plain, &calls, &self->error);
      agent_mirror_end_write (mirror, vm, calls, good, plain);
    }
  agent_domain_metadata_unlock (vm->b);
  if (self->error != NULL)
    say (self, MURI_OUTCOME_FAILED, self->error->message);
}

static void
note_turn (AgentJob *job)
{
  with_domain (AGENT_FLATTEN_JOB (job), note);
}

/* ---- the flow ---------------------------------------------------------------------------- */

static void
end (AgentFlattenJob *self)
{
  AgentJob *job = AGENT_JOB (self);

  if (agent_job_is_stopped (job))
    agent_job_end_stopped (job, agent_job_get_started (job) != 0
                                    ? "it still reads its template; nothing of it is lost"
                                    : NULL);
  else
    agent_job_end (job, self->outcome, self->message);
}

static void
noted (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  if (self->outcome == 0)
    say (self, MURI_OUTCOME_DONE,
         self->recovering ? "the agent was stopped meanwhile, and has finished it since" : NULL);
  agent_job_end (job, self->outcome, self->message);
}

static void
finish_disk (AgentFlattenJob *self)
{
  g_ptr_array_add (self->done, g_ptr_array_steal_index (self->left, 0));
  next (self);
}

static void watched (AgentJob *job);

static gboolean
watch_again (gpointer user_data)
{
  AgentFlattenJob *self = user_data;

  self->timer = 0;
  agent_job_run (AGENT_JOB (self), watch_turn, watched);
  return G_SOURCE_REMOVE;
}

static void
watched (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  if (self->outcome != 0 || (!self->pulling && agent_job_is_stopped (job)))
    end (self);
  else if (!self->pulling)
    finish_disk (self);
  else
    {
      tell_progress (self, self->percent);
      self->timer = g_timeout_add (LOOK_AFTER, watch_again, self);
    }
}

static void
pulled (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  self->pulling = self->outcome == 0;
  watched (job);
}

static void
on_progress (guint percent, gpointer user_data)
{
  tell_progress (user_data, percent);
}

static void
on_rebased (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentFlattenJob) self = user_data;
  AgentJob *job = AGENT_JOB (self);

  if (agent_job_is_abandoned (job))
    return;
  if (!agent_child_run_finish (result, &self->error))
    say (self, MURI_OUTCOME_FAILED, self->error->message);
  if (self->outcome != 0 || agent_job_is_stopped (job))
    end (self);
  else
    finish_disk (self);
}

static void
rebase (AgentFlattenJob *self)
{
  const char *const argv[] = { "qemu-img",           "rebase", "-p", "-f", "qcow2", "-b", "",
                               current (self)->path, NULL };

  agent_child_run_async (argv, agent_job_get_cancellable (AGENT_JOB (self)), on_progress, self,
                         on_rebased, g_object_ref (self));
}

static void
next (AgentFlattenJob *self)
{
  AgentJob *job = AGENT_JOB (self);

  if (agent_job_is_stopped (job))
    end (self);
  else if (self->left->len == 0)
    agent_job_run (job, note_turn, noted);
  else
    {
      tell_progress (self, 0);
      self->percent = 0;
      if (self->running)
        agent_job_run (job, pull_turn, pulled);
      else
        rebase (self);
    }
}

static void
looked (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  if (self->outcome == 0 && self->n == 0 && !self->recovering)
    say (self, MURI_OUTCOME_ALREADY, "its disks read no others");
  if (self->outcome != 0)
    end (self);
  else
    next (self);
}

static void
start (AgentJob *job)
{
  agent_job_run (job, look_turn, looked);
}

static void
recover (AgentJob *job, const char *notes)
{
  AGENT_FLATTEN_JOB (job)->recovering = TRUE;
  agent_job_run (job, look_turn, looked);
}

static void
cancel (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  if (self->timer == 0)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  agent_job_step (job, MURI_STEP_UNDOING, MURI_PERCENT_UNKNOWN, NULL);
  agent_job_run (job, watch_turn, watched);
}

AgentJob *
agent_flatten_job_new (AgentVmJobs *jobs)
{
  AgentFlattenJob *self = g_object_new (AGENT_TYPE_FLATTEN_JOB, NULL);

  self->jobs = g_object_ref (jobs);
  return AGENT_JOB (self);
}

static void
agent_flatten_job_finalize (GObject *object)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_ptr_array_unref (self->left);
  g_ptr_array_unref (self->done);
  g_free (self->message);
  g_clear_error (&self->error);
  g_object_unref (self->jobs);
  G_OBJECT_CLASS (agent_flatten_job_parent_class)->finalize (object);
}

static void
agent_flatten_job_class_init (AgentFlattenJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = agent_flatten_job_finalize;
  AGENT_JOB_CLASS (klass)->start = start;
  AGENT_JOB_CLASS (klass)->recover = recover;
  AGENT_JOB_CLASS (klass)->cancel = cancel;
}

static void
agent_flatten_job_init (AgentFlattenJob *self)
{
  self->left = g_ptr_array_new_with_free_func (agent_vm_disk_free);
  self->done = g_ptr_array_new_with_free_func (agent_vm_disk_free);
}
