/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-vm-jobs.h"

#include <string.h>

#include "agent-clone-job.h"
#include "agent-delete-job.h"
#include "agent-error.h"
#include "agent-flatten-job.h"
#include "agent-resize-job.h"
#include "muri-words.h"

struct _AgentVmJobs
{
  GObject parent_instance;
  AgentStore *store;
  AgentInventory *inventory;
  GHashTable *names; /* of VMs that are being made */
  GHashTable *macs;  /* the same */

  GMutex volumes;

  GMutex lock;
  gboolean has_limits;
  AgentHostLimits limits; /* under lock */
};

G_DEFINE_FINAL_TYPE (AgentVmJobs, agent_vm_jobs, G_TYPE_OBJECT)

AgentStore *
agent_vm_jobs_get_store (AgentVmJobs *self)
{
  return self->store;
}

AgentInventory *
agent_vm_jobs_get_inventory (AgentVmJobs *self)
{
  return self->inventory;
}

/* ---- names and addresses ----------------------------------------------------------------- */

typedef struct
{
  const char *name;
  gboolean found;
} Search;

static void
compare_name (const muri_v1_Vm *vm, gpointer data)
{
  Search *search = data;

  search->found |= strcmp (vm->name, search->name) == 0;
}

static void
compare_macs (const muri_v1_Vm *vm, gpointer data)
{
  Search *search = data;

  for (guint i = 0; i < vm->nics._length; i++)
    search->found |= g_ascii_strcasecmp (vm->nics._buffer[i].mac, search->name) == 0;
}

gboolean
agent_vm_jobs_reserve_name (AgentVmJobs *self, const char *name)
{
  Search search = { .name = name };

  agent_inventory_foreach (self->inventory, compare_name, &search);
  if (search.found || g_hash_table_contains (self->names, name))
    return FALSE;
  g_hash_table_add (self->names, g_strdup (name));
  return TRUE;
}

void
agent_vm_jobs_release_name (AgentVmJobs *self, const char *name)
{
  g_hash_table_remove (self->names, name);
}

static char *
reserve_mac (AgentVmJobs *self)
{
  for (;;)
    {
      guint32 number = g_random_int ();
      g_autofree char *mac = g_strdup_printf ("52:54:00:%02x:%02x:%02x", number >> 16 & 0xff,
                                              number >> 8 & 0xff, number & 0xff);
      Search search = { .name = mac };

      agent_inventory_foreach (self->inventory, compare_macs, &search);
      if (search.found || g_hash_table_contains (self->macs, mac))
        continue;
      g_hash_table_add (self->macs, g_strdup (mac));
      return g_steal_pointer (&mac);
    }
}

char **
agent_vm_jobs_reserve_macs (AgentVmJobs *self, guint n)
{
  char **macs = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    macs[i] = reserve_mac (self);
  return macs;
}

void
agent_vm_jobs_release_macs (AgentVmJobs *self, char **macs)
{
  for (guint i = 0; macs[i] != NULL; i++)
    g_hash_table_remove (self->macs, macs[i]);
}

void
agent_vm_jobs_lock_volumes (AgentVmJobs *self)
{
  g_mutex_lock (&self->volumes);
}

void
agent_vm_jobs_unlock_volumes (AgentVmJobs *self)
{
  g_mutex_unlock (&self->volumes);
}

/* ---- the host ---------------------------------------------------------------------------- */

gboolean
agent_vm_jobs_get_limits (AgentVmJobs *self, virConnectPtr connection, AgentHostLimits *limits,
                          GError **error)
{
  virNodeInfo info;
  gboolean known;

  g_mutex_lock (&self->lock);
  known = self->has_limits;
  *limits = self->limits;
  g_mutex_unlock (&self->lock);
  if (known)
    return TRUE;
  if (virNodeGetInfo (connection, &info) < 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  limits->cpus = info.cpus;
  limits->memory = info.memory;
  limits->dataless = g_ascii_strcasecmp (virConnectGetType (connection), "TEST") == 0;
  g_mutex_lock (&self->lock);
  self->has_limits = TRUE;
  self->limits = *limits;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* ---- verbs ------------------------------------------------------------------------------- */

static AgentJob *
make (guint verb, gpointer user_data)
{
  AgentVmJobs *self = user_data;

  switch (verb)
    {
    case MURI_VERB_CLONE:
      return agent_clone_job_new (self);
    case MURI_VERB_DELETE:
      return agent_delete_job_new (self);
    case MURI_VERB_FLATTEN:
      return agent_flatten_job_new (self);
    case MURI_VERB_RESIZE:
      return agent_resize_job_new (self);
    default:
      g_assert_not_reached ();
    }
}

void
agent_vm_jobs_register (AgentVmJobs *self, AgentExecutor *executor)
{
  static const guint verbs[] = { MURI_VERB_CLONE, MURI_VERB_DELETE, MURI_VERB_FLATTEN,
                                 MURI_VERB_RESIZE };

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    agent_executor_add_verb (executor, verbs[i], make, self);
}

/* ---- the object -------------------------------------------------------------------------- */

AgentVmJobs *
agent_vm_jobs_new (AgentStore *store, AgentInventory *inventory)
{
  AgentVmJobs *self = g_object_new (AGENT_TYPE_VM_JOBS, NULL);

  self->store = g_object_ref (store);
  self->inventory = g_object_ref (inventory);
  return self;
}

static void
agent_vm_jobs_finalize (GObject *object)
{
  AgentVmJobs *self = AGENT_VM_JOBS (object);

  g_object_unref (self->store);
  g_object_unref (self->inventory);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->macs);
  g_mutex_clear (&self->volumes);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (agent_vm_jobs_parent_class)->finalize (object);
}

static void
agent_vm_jobs_class_init (AgentVmJobsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = agent_vm_jobs_finalize;
}

static void
agent_vm_jobs_init (AgentVmJobs *self)
{
  g_mutex_init (&self->volumes);
  g_mutex_init (&self->lock);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->macs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
