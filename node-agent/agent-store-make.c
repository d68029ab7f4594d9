/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A template of a VM that is off. Its disk is only read, and the VM stays as it is: while QEMU's
 * own program reads an image, it is locked, and a VM that is started then is refused by QEMU. */
#include "agent-store-work.h"

#include <glib/gstdio.h>
#include <string.h>

#include "agent-error.h"
#include "agent-image.h"
#include "agent-template-xml.h"
#include "agent-verbs.h"
#include "muri-uuid.h"
#include "muri-words.h"

typedef struct
{
  virConnectPtr connection;
  virDomainPtr domain;
} Machine;

static void
machine_close (AgentStoreWork *work, Machine *machine)
{
  if (machine->domain != NULL)
    virDomainFree (machine->domain);
  if (machine->connection != NULL)
    agent_connections_give_back (work->connections, machine->connection);
}

static gboolean
machine_open (AgentStoreWork *work, Machine *machine, GError **error)
{
  char uuid[MURI_UUID_TEXT];
  machine->connection = agent_connections_borrow (work->connections, error);
  if (machine->connection == NULL)
    return FALSE;
  machine->domain =
      virDomainLookupByUUIDString (machine->connection, muri_uuid_format (&work->order.vm, uuid));
  if (machine->domain == NULL)
    agent_error_set_from_libvirt (error);
  return machine->domain != NULL;
}

static gboolean
check_off (Machine *machine, GError **error)
{
  guint state;
  if (!agent_verbs_read_state (machine->domain, &state, error))
    return FALSE;
  if (state == MURI_VM_STATE_OFF)
    return TRUE;
  g_set_error_literal (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_BUSY,
                       state == MURI_VM_STATE_SAVED
                           ? "the VM is saved: its disk alone is not whole"
                           : "the VM is not off: its disk would change while it is copied");
  return FALSE;
}

/* ---- what it is ------------------------------------------------------------------------- */

static void
set_facts (AgentStoreWork *work)
{
  AgentTemplate *template = work->template;
  const AgentParameters *parameters = work->order.parameters;
  agent_template_set (&template->name, parameters->name);
  agent_template_set (&template->os, parameters->os);
  agent_template_set (&template->notes, work->order.notes);
  template->created = g_get_real_time ();
  template->parent = work->parent;
}

static void
set_amounts (AgentTemplate *template, const AgentParameters *parameters)
{
  if (parameters->vcpus.given)
    template->vcpus = parameters->vcpus.value;
  if (parameters->memory.given)
    template->memory = parameters->memory.value;
  if (parameters->has_memory_min)
    template->memory_min = parameters->memory_min;
}

static char *
path_of_volume (virConnectPtr connection, const AgentTemplateDisk *disk, GError **error)
{
  virStoragePoolPtr pool = virStoragePoolLookupByName (connection, disk->pool);
  virStorageVolPtr volume = pool != NULL ? virStorageVolLookupByName (pool, disk->volume) : NULL;
  char *found = volume != NULL ? virStorageVolGetPath (volume) : NULL;
  char *path = g_strdup (found);
  if (path == NULL)
    agent_error_set_from_libvirt (error);
  if (volume != NULL)
    virStorageVolFree (volume);
  if (pool != NULL)
    virStoragePoolFree (pool);
  free (found);
  return path;
}

static gboolean
read_machine (AgentStoreWork *work, Machine *machine, AgentTemplateDisk *disk, GError **error)
{
  char *xml = virDomainGetXMLDesc (machine->domain, VIR_DOMAIN_XML_INACTIVE);
  g_autofree char *left_out = NULL;
  gboolean good;
  if (xml == NULL)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  good = agent_template_xml_take (work->template, xml, TRUE, disk, &left_out, error);
  free (xml);
  if (!good)
    {
      g_prefix_error (error, "no template can be made of this VM: ");
      return FALSE;
    }
  agent_template_set (&work->template->origin, virDomainGetName (machine->domain));
  if (left_out != NULL)
    work->message = g_strdup_printf ("what a template cannot have was left out: %s", left_out);
  set_amounts (work->template, work->order.parameters);
  if (disk->path == NULL)
    disk->path = path_of_volume (machine->connection, disk, error);
  return disk->path != NULL;
}

/* ---- its disk --------------------------------------------------------------------------- */

/* Of a cluster's no file is here. */
static gboolean
is_remote (const AgentTemplateDisk *disk)
{
  return !g_path_is_absolute (disk->path);
}

/* What is in a volume is known only to whoever reads it: it may be all. */
static gboolean
read_volume_size (Machine *machine, const AgentTemplateDisk *disk, AgentImageInfo *info,
                  GError **error)
{
  virStorageVolPtr volume = virStorageVolLookupByPath (machine->connection, disk->path);
  virStorageVolInfo found;
  gboolean good = volume != NULL && virStorageVolGetInfo (volume, &found) == 0;
  if (good)
    *info = (AgentImageInfo){ .size = found.capacity, .needed = found.allocation };
  else
    {
      agent_error_set_from_libvirt (error);
      g_prefix_error (error, "its disk %s is in no storage pool of this host: ", disk->path);
    }
  if (volume != NULL)
    virStorageVolFree (volume);
  return good;
}

/* The test driver's volumes are a name and a size. */
static gboolean
read_size (AgentStoreWork *work, Machine *machine, const AgentTemplateDisk *disk,
           AgentImageInfo *info, GError **error)
{
  virStorageVolPtr volume;
  virStorageVolInfo found;
  if (is_remote (disk) && !work->pool->dataless)
    return read_volume_size (machine, disk, info, error);
  if (!work->pool->dataless || g_file_test (disk->path, G_FILE_TEST_EXISTS))
    return agent_image_measure (disk->path, disk->format, work->cancellable, info, error);
  volume = virStorageVolLookupByPath (machine->connection, disk->path);
  *info = (AgentImageInfo){ 0 };
  if (volume != NULL && virStorageVolGetInfo (volume, &found) == 0)
    info->size = found.capacity;
  if (volume != NULL)
    virStorageVolFree (volume);
  if (info->size > 0)
    return TRUE;
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED,
               "there is no volume %s, of which its disk is", disk->path);
  return FALSE;
}

static gboolean
copy_remote (AgentStoreWork *work, Machine *machine, const AgentTemplateDisk *disk,
             const char *part, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (AgentVolumes) volumes =
      agent_volumes_find (machine->connection, disk->path, &name, error);
  return volumes != NULL
         && agent_volumes_read (volumes, machine->connection, name, part, work->cancellable,
                                agent_store_work_percent, work, error);
}

static gboolean
copy (AgentStoreWork *work, Machine *machine, const AgentTemplateDisk *disk,
      const AgentImageInfo *info, GError **error)
{
  g_autofree char *part = agent_store_work_part (work);
  agent_store_work_step (work, MURI_STEP_COPYING, 0, NULL);
  if (work->pool->dataless && !g_file_test (disk->path, G_FILE_TEST_EXISTS))
    return agent_image_create (part, info->size, work->cancellable, error);
  if (is_remote (disk))
    return copy_remote (work, machine, disk, part, error);
  return agent_image_convert (disk->path, disk->format, TRUE, part, info->size, work->cancellable,
                              agent_store_work_percent, work, error);
}

static gboolean
make (AgentStoreWork *work, Machine *machine, GError **error)
{
  g_auto (AgentTemplateDisk) disk = { 0 };
  AgentImageInfo info;
  agent_store_work_step (work, MURI_STEP_CHECKING, MURI_PERCENT_UNKNOWN, NULL);
  if (!machine_open (work, machine, error) || !check_off (machine, error)
      || !read_machine (work, machine, &disk, error)
      || !read_size (work, machine, &disk, &info, error)
      || !agent_store_work_check_space (work, info.needed, error))
    return FALSE;
  work->template->size = info.size;
  return agent_store_work_save (work, error) && copy (work, machine, &disk, &info, error)
         && check_off (machine, error) && agent_store_work_finish (work, error);
}

gboolean
agent_store_make (AgentStoreWork *work, GError **error)
{
  Machine machine = { 0 };
  gboolean good;
  work->template = agent_template_new (&work->order.id, MURI_TEMPLATE_STATE_MAKING);
  set_facts (work);
  good = make (work, &machine, error);
  machine_close (work, &machine);
  return good;
}
