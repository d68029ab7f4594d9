/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-delete-job.h"

#include <libvirt/virterror.h>
#include <string.h>

#include "agent-clone.h"
#include "agent-error.h"
#include "agent-readers.h"
#include "agent-vm-disks.h"
#include "agent-work-private.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define AGAIN_AFTER 1 /* s: looking for the hypervisor */
#define GROUP "delete"

struct _AgentDeleteJob
{
  AgentJob parent_instance;
  AgentVmJobs *jobs;
  AgentReaders *readers;
  GPtrArray *paths;   /* char *: volumes that go */
  GString *kept;      /* why others do not, in words */
  gboolean contested; /* another VM has one of them */
  guint deleted;
  gboolean recovering;
  guint outcome;
  char *message;
  GError *error;
  guint timer;
};

G_DEFINE_FINAL_TYPE (AgentDeleteJob, agent_delete_job, AGENT_TYPE_JOB)

static const AgentJobRequest *
request (AgentDeleteJob *self)
{
  return agent_job_get_request (AGENT_JOB (self));
}

static gboolean
say (AgentDeleteJob *self, guint outcome, const char *message)
{
  self->outcome = outcome;
  g_free (self->message);
  self->message = g_strdup (message);
  return FALSE;
}

static gboolean
say_error (AgentDeleteJob *self)
{
  agent_error_set_from_libvirt (&self->error);
  return say (self, MURI_OUTCOME_FAILED, self->error->message);
}

/* ---- which volumes ----------------------------------------------------------------------- */

static void
keep (AgentDeleteJob *self, const AgentVmDisk *disk, const char *why)
{
  g_string_append_printf (self->kept, "%s%s: %s", self->kept->len > 0 ? "; " : "", disk->target,
                          why);
}

static gboolean
is_wanted (AgentDeleteJob *self, const AgentVmDisk *disk)
{
  const AgentParameters *asked = request (self)->parameters;

  if (asked->all_volumes)
    return disk->is_disk || agent_vm_disk_is_seed (disk, &request (self)->vm);
  return asked->volumes != NULL && disk->target != NULL
         && g_strv_contains ((const char *const *)asked->volumes, disk->target);
}

/* Also of one that is just being fetched, and not known yet. */
static gboolean
is_template (const char *volume)
{
  g_autofree char *id =
      g_str_has_prefix (volume, "muri-") ? g_strndup (volume + 5, MURI_UUID_TEXT - 1) : NULL;
  muri_v1_Uuid uuid;

  return id != NULL && muri_uuid_parse (id, &uuid);
}

/* What nobody named, and others might need as it is. */
static const char *
judge (AgentDeleteJob *self, const AgentVmDisk *disk)
{
  if (disk->is_shared)
    return "it is shared with others";
  if (disk->is_readonly && request (self)->parameters->all_volumes
      && !agent_vm_disk_is_seed (disk, &request (self)->vm))
    return "it only reads it";
  return NULL;
}

static void
choose_volume (AgentDeleteJob *self, virConnectPtr connection, const AgentVmDisk *disk)
{
  virStorageVolPtr volume = agent_vm_disk_find_volume (connection, disk);
  char *path = volume != NULL ? virStorageVolGetPath (volume) : NULL;
  g_autofree char *reader = NULL;
  const char *name = volume != NULL ? virStorageVolGetName (volume) : NULL;
  const muri_v1_Uuid *vm = &request (self)->vm;
  const char *why = judge (self, disk);

  if (why == NULL && path == NULL)
    why = "it is in no storage pool";
  if (why == NULL && self->contested)
    agent_readers_look_again (self->readers, connection, vm, path, name);
  if (why == NULL && agent_readers_has_vm (self->readers, vm, path, name))
    self->contested = TRUE;
  if (why == NULL)
    why = reader = agent_readers_find (self->readers, vm, path, name);
  if (why == NULL && is_template (name))
    why = "it is the image of a template";
  if (why != NULL)
    keep (self, disk, why);
  else
    g_ptr_array_add (self->paths, g_strdup (path));
  free (path);
  if (volume != NULL)
    virStorageVolFree (volume);
}

static gboolean
has_target (GPtrArray *disks, const char *target)
{
  for (guint i = 0; i < disks->len; i++)
    if (g_strcmp0 (((const AgentVmDisk *)disks->pdata[i])->target, target) == 0)
      return TRUE;
  return FALSE;
}

static void
choose_volumes (AgentDeleteJob *self, virConnectPtr connection, GPtrArray *disks)
{
  g_ptr_array_set_size (self->paths, 0);
  g_string_truncate (self->kept, 0);
  for (guint i = 0; i < disks->len; i++)
    if (is_wanted (self, disks->pdata[i]))
      choose_volume (self, connection, disks->pdata[i]);
}

/* Locked, if another VM has one of its volumes: it may be deleted right now, too. */
static gboolean
choose (AgentDeleteJob *self, virConnectPtr connection, virDomainPtr domain)
{
  char **volumes = request (self)->parameters->volumes;
  g_autoptr (GPtrArray) disks = agent_vm_disks_read (domain, &self->error);

  if (disks == NULL)
    return say (self, MURI_OUTCOME_FAILED, self->error->message);
  for (guint i = 0; volumes != NULL && volumes[i] != NULL; i++)
    if (!has_target (disks, volumes[i]))
      {
        g_autofree char *message = g_strdup_printf ("it has no disk %s", volumes[i]);
        return say (self, MURI_OUTCOME_REFUSED, message);
      }
  if ((volumes != NULL || request (self)->parameters->all_volumes)
      && !agent_readers_add_volumes (self->readers, connection, &self->error))
    return say (self, MURI_OUTCOME_FAILED, self->error->message);
  choose_volumes (self, connection, disks);
  if (self->contested)
    {
      agent_vm_jobs_lock_volumes (self->jobs);
      choose_volumes (self, connection, disks);
    }
  return TRUE;
}

/* ---- doing it ---------------------------------------------------------------------------- */

static char *
to_notes (AgentDeleteJob *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_string_list (file, GROUP, "paths", (const char *const *)self->paths->pdata,
                              self->paths->len);
  g_key_file_set_string (file, GROUP, "kept", self->kept->str);
  return g_key_file_to_data (file, NULL, NULL);
}

static gboolean
may_go (AgentDeleteJob *self, virDomainPtr domain)
{
  gboolean guarded = TRUE;
  int active = virDomainIsActive (domain);

  if (!agent_membership_read_guard (request (self)->context, domain, &guarded, &self->error))
    return say (self, MURI_OUTCOME_FAILED, self->error->message);
  if (guarded)
    return say (self, MURI_OUTCOME_PROTECTED, "it is protected: take its padlock off first");
  if (active < 0)
    return say_error (self);
  if (active > 0)
    return say (self, MURI_OUTCOME_FAILED, "it is running: power it off first");
  return TRUE;
}

static gboolean
delete_volumes (AgentDeleteJob *self, virConnectPtr connection)
{
  for (guint i = 0; i < self->paths->len; i++)
    {
      virStorageVolPtr volume = virStorageVolLookupByPath (connection, self->paths->pdata[i]);
      gboolean gone = volume == NULL && virGetLastErrorCode () == VIR_ERR_NO_STORAGE_VOL;
      int rc = gone ? 0 : volume != NULL ? virStorageVolDelete (volume, 0) : -1;

      if (rc < 0)
        agent_error_set_from_libvirt (&self->error);
      if (volume != NULL)
        virStorageVolFree (volume);
      if (rc < 0)
        {
          g_autofree char *message =
              g_strdup_printf ("it is deleted, but %s is not: %s",
                               (const char *)self->paths->pdata[i], self->error->message);
          return say (self, MURI_OUTCOME_FAILED, message);
        }
      self->deleted++;
    }
  return TRUE;
}

static void
explain (AgentDeleteJob *self)
{
  g_autoptr (GString) message = g_string_new (NULL);

  if (self->deleted > 0)
    g_string_append_printf (message, "with %u %s", self->deleted,
                            self->deleted == 1 ? "volume" : "volumes");
  if (self->kept->len > 0)
    g_string_append_printf (message, "%skept: %s", message->len > 0 ? "; " : "", self->kept->str);
  say (self, MURI_OUTCOME_DONE, message->str);
}

static void
unlock (AgentDeleteJob *self)
{
  if (self->contested)
    agent_vm_jobs_unlock_volumes (self->jobs);
  self->contested = FALSE;
}

/* The definition goes first: a VM without its disks is worse than a disk without its VM. */
static gboolean
delete_it (AgentDeleteJob *self, virConnectPtr connection, virDomainPtr domain)
{
  agent_job_step (AGENT_JOB (self), MURI_STEP_DELETING, MURI_PERCENT_UNKNOWN, NULL);
  if (domain != NULL && !agent_clone_undefine (domain))
    return say_error (self);
  unlock (self);
  if (!delete_volumes (self, connection))
    return FALSE;
  explain (self);
  return TRUE;
}

static gboolean
begin (AgentDeleteJob *self, virConnectPtr connection, virDomainPtr domain)
{
  g_autofree char *notes = NULL;

  if (!may_go (self, domain) || !choose (self, connection, domain))
    return FALSE;
  notes = to_notes (self);
  return agent_job_begin (AGENT_JOB (self), notes, &self->error)
         || say (self, MURI_OUTCOME_FAILED, self->error->message);
}

static void
run_on (AgentDeleteJob *self, virConnectPtr connection)
{
  virDomainPtr domain = virDomainLookupByUUID (connection, request (self)->vm.b);

  if (domain == NULL && virGetLastErrorCode () != VIR_ERR_NO_DOMAIN)
    say_error (self);
  else if (domain == NULL && !self->recovering)
    say (self, MURI_OUTCOME_NOT_HERE, "this node has no such VM");
  else if (self->recovering || begin (self, connection, domain))
    delete_it (self, connection, domain);
  unlock (self);
  if (domain != NULL)
    virDomainFree (domain);
}

static void
turn (AgentJob *job)
{
  AgentDeleteJob *self = AGENT_DELETE_JOB (job);
  AgentConnections *connections = request (self)->context->connections;
  virConnectPtr connection;

  g_clear_error (&self->error);
  self->deleted = 0;
  connection = agent_connections_borrow (connections, &self->error);
  if (connection == NULL)
    {
      say (self, MURI_OUTCOME_FAILED, self->error->message);
      return;
    }
  run_on (self, connection);
  agent_connections_give_back (connections, connection);
}

static void turned (AgentJob *job);

static gboolean
again (gpointer user_data)
{
  AgentDeleteJob *self = user_data;

  self->timer = 0;
  agent_job_run (AGENT_JOB (self), turn, turned);
  return G_SOURCE_REMOVE;
}

/* What has begun is finished when the hypervisor is back. */
static void
turned (AgentJob *job)
{
  AgentDeleteJob *self = AGENT_DELETE_JOB (job);
  gboolean begun = agent_job_get_started (job) != 0;

  if (begun && self->error != NULL && agent_error_is_disconnected (self->error))
    {
      self->recovering = TRUE;
      self->timer = g_timeout_add_seconds (AGAIN_AFTER, again, self);
      return;
    }
  if (!begun && agent_job_is_stopped (job))
    {
      agent_job_end_stopped (job, NULL);
      return;
    }
  agent_job_set_result (
      job, self->outcome == MURI_OUTCOME_DONE ? MURI_VM_STATE_GONE : 0,
      self->error != NULL && self->error->domain == AGENT_LIBVIRT_ERROR ? self->error->code : 0);
  agent_job_end (job, self->outcome, self->message);
}

static void
start (AgentJob *job)
{
  AgentDeleteJob *self = AGENT_DELETE_JOB (job);

  self->readers = agent_readers_new (agent_vm_jobs_get_inventory (self->jobs),
                                     agent_vm_jobs_get_store (self->jobs));
  agent_job_run (job, turn, turned);
}

static void
recover (AgentJob *job, const char *notes)
{
  AgentDeleteJob *self = AGENT_DELETE_JOB (job);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) paths = NULL;
  g_autofree char *kept = NULL;

  if (notes == NULL || !g_key_file_load_from_data (file, notes, -1, G_KEY_FILE_NONE, NULL))
    {
      agent_job_end (job, MURI_OUTCOME_INTERRUPTED, "the agent was stopped before it began");
      return;
    }
  paths = g_key_file_get_string_list (file, GROUP, "paths", NULL, NULL);
  kept = g_key_file_get_string (file, GROUP, "kept", NULL);
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    g_ptr_array_add (self->paths, g_strdup (paths[i]));
  g_string_assign (self->kept, kept != NULL ? kept : "");
  self->recovering = TRUE;
  agent_job_run (job, turn, turned);
}

/* ---- the object -------------------------------------------------------------------------- */

AgentJob *
agent_delete_job_new (AgentVmJobs *jobs)
{
  AgentDeleteJob *self = g_object_new (AGENT_TYPE_DELETE_JOB, NULL);

  self->jobs = g_object_ref (jobs);
  return AGENT_JOB (self);
}

static void
agent_delete_job_finalize (GObject *object)
{
  AgentDeleteJob *self = AGENT_DELETE_JOB (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->readers, agent_readers_free);
  g_ptr_array_unref (self->paths);
  g_string_free (self->kept, TRUE);
  g_free (self->message);
  g_clear_error (&self->error);
  g_object_unref (self->jobs);
  G_OBJECT_CLASS (agent_delete_job_parent_class)->finalize (object);
}

static void
agent_delete_job_class_init (AgentDeleteJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = agent_delete_job_finalize;
  AGENT_JOB_CLASS (klass)->start = start;
  AGENT_JOB_CLASS (klass)->recover = recover;
}

static void
agent_delete_job_init (AgentDeleteJob *self)
{
  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->kept = g_string_new (NULL);
}
