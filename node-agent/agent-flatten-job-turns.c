/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What blocks in libvirt. Worker threads. */
#include "agent-flatten-job-private.h"

#include <libvirt/virterror.h>

#include "agent-domain-metadata.h"
#include "agent-error.h"
#include "agent-flatten-check.h"
#include "agent-metadata.h"
#include "muri-words.h"

#define GROUP "flatten"

static const AgentJobRequest *
request (AgentFlattenJob *self)
{
  return agent_job_get_request (AGENT_JOB (self));
}

void
agent_flatten_job_say (AgentFlattenJob *self, guint outcome, const char *message)
{
  self->outcome = outcome;
  g_free (self->message);
  self->message = g_strdup (message);
}

static void
say_error (AgentFlattenJob *self)
{
  agent_flatten_job_say (self, MURI_OUTCOME_FAILED, self->error->message);
}

static void
say_libvirt (AgentFlattenJob *self)
{
  g_clear_error (&self->error);
  agent_error_set_from_libvirt (&self->error);
  say_error (self);
}

AgentVmDisk *
agent_flatten_job_current (AgentFlattenJob *self)
{
  return self->left->pdata[0];
}

/* ---- with the domain, or without one ------------------------------------------------------ */

static void
with_domain (AgentFlattenJob *self,
             void (*func) (AgentFlattenJob *self, virConnectPtr connection, virDomainPtr domain))
{
  AgentConnections *connections = request (self)->context->connections;
  virConnectPtr connection = agent_connections_borrow (connections, &self->error);
  virDomainPtr domain;

  if (connection == NULL)
    {
      say_error (self);
      return;
    }
  domain = virDomainLookupByUUID (connection, request (self)->vm.b);
  if (domain != NULL)
    {
      func (self, connection, domain);
      virDomainFree (domain);
    }
  else if (virGetLastErrorCode () == VIR_ERR_NO_DOMAIN)
    agent_flatten_job_say (self, MURI_OUTCOME_NOT_HERE, "this node has no such VM");
  else
    say_libvirt (self);
  agent_connections_give_back (connections, connection);
}

/* What is in the pool may have changed behind libvirt's back: by a program, or by QEMU. */
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

static gboolean
still_reads (virConnectPtr connection, const AgentVmDisk *disk)
{
  AgentVmDisk now = { .path = disk->path, .pool = disk->pool, .volume = disk->volume };
  gboolean reads;

  refresh_pool (connection, disk);
  reads = agent_vm_disk_read_backing (connection, &now);
  g_free (now.backing);
  g_free (now.backing_format);
  return reads;
}

/* ---- notes -------------------------------------------------------------------------------- */

/* What each disk has read: one whose copy is not wholly on disk can be made to read it again. */
static void
note_disks (GPtrArray *disks, GKeyFile *file)
{
  for (guint i = 0; i < disks->len; i++)
    {
      const AgentVmDisk *disk = disks->pdata[i];

      if (disk->path == NULL || disk->backing_format == NULL)
        continue;
      g_key_file_set_string (file, disk->target, "path", disk->path);
      g_key_file_set_string (file, disk->target, "backing", disk->backing);
      g_key_file_set_string (file, disk->target, "format", disk->backing_format);
    }
}

static char *
to_notes (AgentFlattenJob *self, gboolean paused)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_boolean (file, GROUP, "paused", paused);
  note_disks (self->unflushed, file);
  note_disks (self->left, file);
  return g_key_file_to_data (file, NULL, NULL);
}

void
agent_flatten_job_read_notes (AgentFlattenJob *self, const char *notes)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;

  if (notes == NULL || !g_key_file_load_from_data (file, notes, -1, G_KEY_FILE_NONE, NULL))
    return;
  self->paused = g_key_file_get_boolean (file, GROUP, "paused", NULL);
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      AgentVmDisk *disk;

      if (g_str_equal (groups[i], GROUP))
        continue;
      disk = g_new0 (AgentVmDisk, 1);
      disk->target = g_strdup (groups[i]);
      disk->path = g_key_file_get_string (file, groups[i], "path", NULL);
      disk->backing = g_key_file_get_string (file, groups[i], "backing", NULL);
      disk->backing_format = g_key_file_get_string (file, groups[i], "format", NULL);
      g_ptr_array_add (self->unflushed, disk);
    }
}

/* ---- looking ------------------------------------------------------------------------------ */

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

/* Of those that a former life began with, what still reads others is not done yet. */
static void
drop_unfinished (AgentFlattenJob *self, virConnectPtr connection)
{
  for (guint i = 0; i < self->unflushed->len;)
    {
      const AgentVmDisk *disk = self->unflushed->pdata[i];

      if (disk->path == NULL || disk->backing == NULL || still_reads (connection, disk))
        g_ptr_array_remove_index (self->unflushed, i);
      else
        i++;
    }
}

static void
look (AgentFlattenJob *self, virConnectPtr connection, virDomainPtr domain)
{
  g_autoptr (GPtrArray) disks = agent_vm_disks_read (domain, &self->error);
  g_autofree char *notes = NULL;

  if (disks == NULL)
    {
      say_error (self);
      return;
    }
  if (!agent_flatten_check (connection, domain, disks, &self->error))
    {
      agent_flatten_job_say (self, MURI_OUTCOME_REFUSED, self->error->message);
      return;
    }
  self->running = virDomainIsActive (domain) > 0;
  drop_unfinished (self, connection);
  for (guint i = 0; i < disks->len;)
    {
      AgentVmDisk *disk = disks->pdata[i];

      if (disk->is_disk && agent_vm_disk_read_backing (connection, disk))
        g_ptr_array_add (self->left, g_ptr_array_steal_index (disks, i));
      else
        i++;
    }
  for (guint i = 0; i < self->left->len; i++)
    find_path (connection, self->left->pdata[i]);
  self->n = self->left->len;
  notes = to_notes (self, FALSE);
  if (self->n > 0 && !self->recovering && !agent_job_begin (AGENT_JOB (self), notes, &self->error))
    say_error (self);
}

void
agent_flatten_job_look_turn (AgentJob *job)
{
  AgentFlattenJob *self = AGENT_FLATTEN_JOB (job);

  g_ptr_array_set_size (self->left, 0);
  with_domain (self, look);
}

/* ---- the hypervisor copies ---------------------------------------------------------------- */

static void
pull (AgentFlattenJob *self, virConnectPtr connection, virDomainPtr domain)
{
  const char *target = agent_flatten_job_current (self)->target;
  virDomainBlockJobInfo info;

  /* A former life's goes on without it. */
  if (virDomainGetBlockJobInfo (domain, target, &info, 0) > 0
      || virDomainBlockPull (domain, target, 0, 0) == 0)
    return;
  if (virDomainIsActive (domain) == 0)
    self->running = FALSE;
  else
    say_libvirt (self);
}

void
agent_flatten_job_pull_turn (AgentJob *job)
{
  with_domain (AGENT_FLATTEN_JOB (job), pull);
}

/* It ended: well, by a failure that only QEMU's log tells of, or with the VM. */
static void
conclude (AgentFlattenJob *self, virConnectPtr connection, virDomainPtr domain)
{
  AgentVmDisk *disk = agent_flatten_job_current (self);

  self->pulling = FALSE;
  self->running = virDomainIsActive (domain) != 0;
  if (!still_reads (connection, disk))
    g_ptr_array_add (self->unflushed, g_ptr_array_steal_index (self->left, 0));
  else if (self->running && !agent_job_is_stopped (AGENT_JOB (self)))
    {
      g_autofree char *message =
          g_strdup_printf ("%s was not copied to its end (is there room where it lies?); it still "
                           "reads %s, and nothing of it is lost",
                           disk->target, disk->backing);
      agent_flatten_job_say (self, MURI_OUTCOME_FAILED, message);
    }
}

static void
watch (AgentFlattenJob *self, virConnectPtr connection, virDomainPtr domain)
{
  const char *target = agent_flatten_job_current (self)->target;
  virDomainBlockJobInfo info;
  int rc = virDomainGetBlockJobInfo (domain, target, &info, 0);

  if (rc == 0 || (rc < 0 && virDomainIsActive (domain) == 0))
    conclude (self, connection, domain);
  else if (rc < 0)
    say_libvirt (self);
  else if (agent_job_is_stopped (AGENT_JOB (self)))
    virDomainBlockJobAbort (domain, target, 0);
  else if (info.end > 0)
    self->percent = (guint)MIN (info.cur * 100 / info.end, 100);
}

void
agent_flatten_job_watch_turn (AgentJob *job)
{
  with_domain (AGENT_FLATTEN_JOB (job), watch);
}

/* ---- what it keeps for itself ------------------------------------------------------------- */

static void
flush (AgentFlattenJob *self, virConnectPtr connection, virDomainPtr domain)
{
  const AgentVmDisk *disk = self->unflushed->pdata[0];
  g_autofree char *paused = to_notes (self, TRUE);
  g_autofree char *after = to_notes (self, FALSE);
  AgentJob *job = AGENT_JOB (self);

  self->flush = AGENT_FLUSH_DONE;
  if (self->paused)
    self->flush = agent_flush_resume (job, domain, after, &self->error);
  if (self->flush == AGENT_FLUSH_DONE)
    self->flush = agent_flush (job, domain, disk->path, paused, after, &self->error);
  self->paused = self->flush == AGENT_FLUSH_STOPPED;
  self->running = self->flush != AGENT_FLUSH_OFF && self->flush != AGENT_FLUSH_LOST;
  /* Who knows what was off when. */
  if (self->flush == AGENT_FLUSH_OFF && self->recovering)
    self->flush = AGENT_FLUSH_LOST;
  if (self->flush == AGENT_FLUSH_FAILED)
    say_error (self);
}

void
agent_flatten_job_flush_turn (AgentJob *job)
{
  with_domain (AGENT_FLATTEN_JOB (job), flush);
}

/* ---- its end ------------------------------------------------------------------------------ */

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
    say_error (self);
}

void
agent_flatten_job_note_turn (AgentJob *job)
{
  with_domain (AGENT_FLATTEN_JOB (job), note);
}
