/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-vm-disks.h"

#include <string.h>

#include "agent-error.h"
#include "agent-xml.h"
#include "muri-uuid.h"

void
agent_vm_disk_free (gpointer data)
{
  AgentVmDisk *disk = data;

  g_free (disk->target);
  g_free (disk->path);
  g_free (disk->pool);
  g_free (disk->volume);
  g_free (disk->backing);
  g_free (disk->backing_format);
  g_free (disk);
}

static AgentVmDisk *
read_disk (xmlNode *node)
{
  AgentVmDisk *disk = g_new0 (AgentVmDisk, 1);
  xmlNode *source = agent_xml_find (node, "source", NULL);
  g_autofree char *device = agent_xml_dup_attribute (node, "device");

  disk->target = agent_xml_dup_attribute (agent_xml_find (node, "target", NULL), "dev");
  disk->path = agent_xml_dup_attribute (source, "file");
  if (disk->path == NULL)
    disk->path = agent_xml_dup_attribute (source, "dev");
  if (disk->path == NULL && agent_xml_attribute_is (source, "protocol", "rbd"))
    disk->path = agent_xml_dup_attribute (source, "name");
  disk->pool = agent_xml_dup_attribute (source, "pool");
  disk->volume = disk->pool != NULL ? agent_xml_dup_attribute (source, "volume") : NULL;
  disk->is_disk = device == NULL || strcmp (device, "disk") == 0 || strcmp (device, "lun") == 0;
  disk->is_shared = agent_xml_find (node, "shareable", NULL) != NULL;
  disk->is_readonly = agent_xml_find (node, "readonly", NULL) != NULL || !disk->is_disk;
  return disk;
}

GPtrArray *
agent_vm_disks_parse (const char *text)
{
  g_autoptr (AgentXml) xml = agent_xml_parse (text, "domain");
  xmlNode *devices = xml != NULL ? agent_xml_find (agent_xml_root (xml), "devices", NULL) : NULL;
  GPtrArray *disks;

  if (xml == NULL)
    return NULL;
  disks = g_ptr_array_new_with_free_func (agent_vm_disk_free);
  for (xmlNode *node = devices != NULL ? agent_xml_next (devices->children, "disk") : NULL;
       node != NULL; node = agent_xml_next (node->next, "disk"))
    g_ptr_array_add (disks, read_disk (node));
  return disks;
}

GPtrArray *
agent_vm_disks_read (virDomainPtr domain, GError **error)
{
  char *text = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
  GPtrArray *disks = text != NULL ? agent_vm_disks_parse (text) : NULL;

  if (disks == NULL)
    agent_error_set_from_libvirt (error);
  free (text);
  return disks;
}

virStorageVolPtr
agent_vm_disk_find_volume (virConnectPtr connection, const AgentVmDisk *disk)
{
  virStoragePoolPtr pool;
  virStorageVolPtr volume = NULL;

  if (disk->path != NULL)
    return virStorageVolLookupByPath (connection, disk->path);
  if (disk->pool == NULL || disk->volume == NULL)
    return NULL;
  pool = virStoragePoolLookupByName (connection, disk->pool);
  if (pool != NULL)
    {
      volume = virStorageVolLookupByName (pool, disk->volume);
      virStoragePoolFree (pool);
    }
  return volume;
}

gboolean
agent_vm_disk_read_backing (virConnectPtr connection, AgentVmDisk *disk)
{
  virStorageVolPtr volume = agent_vm_disk_find_volume (connection, disk);
  char *text = volume != NULL ? virStorageVolGetXMLDesc (volume, 0) : NULL;
  g_autoptr (AgentXml) xml = text != NULL ? agent_xml_parse (text, "volume") : NULL;
  xmlNode *store = xml != NULL ? agent_xml_find (agent_xml_root (xml), "backingStore", NULL) : NULL;

  g_clear_pointer (&disk->backing, g_free);
  g_clear_pointer (&disk->backing_format, g_free);
  if (store != NULL)
    {
      disk->backing = agent_xml_dup_text (agent_xml_find (store, "path", NULL));
      disk->backing_format =
          agent_xml_dup_attribute (agent_xml_find (store, "format", NULL), "type");
    }
  free (text);
  if (volume != NULL)
    virStorageVolFree (volume);
  return disk->backing != NULL;
}

gboolean
agent_vm_disk_is_seed (const AgentVmDisk *disk, const muri_v1_Uuid *vm)
{
  char id[MURI_UUID_TEXT];
  g_autofree char *end = g_strdup_printf ("-%.8s-seed.iso", muri_uuid_format (vm, id));

  return disk->path != NULL && g_str_has_suffix (disk->path, end);
}
