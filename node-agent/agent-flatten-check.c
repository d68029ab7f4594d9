/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-flatten-check.h"

#include "agent-domain-metadata.h"
#include "agent-metadata.h"
#include "agent-store.h"
#include "agent-vm-disks.h"
#include "agent-volumes.h"
#include "agent-xml.h"

static gboolean
is_linked (virDomainPtr domain)
{
  g_autofree char *plain = NULL;
  g_autoptr (AgentMetadata) metadata = NULL;
  muri_v1_Uuid template_id;
  gboolean linked = FALSE;
  if (!agent_domain_metadata_read (domain, &plain, NULL) || plain == NULL)
    return FALSE;
  metadata = agent_metadata_parse (plain, NULL);
  return metadata != NULL && agent_metadata_get_clone (metadata, &template_id, &linked) && linked;
}

/* LVM tells; Ceph's driver in libvirt does not. */
static gboolean
has_backing (virStorageVolPtr volume)
{
  char *text = virStorageVolGetXMLDesc (volume, 0);
  g_autoptr (AgentXml) xml = text != NULL ? agent_xml_parse (text, "volume") : NULL;
  free (text);
  return xml != NULL && agent_xml_find (agent_xml_root (xml), "backingStore", NULL) != NULL;
}

static gboolean
check (virConnectPtr connection, const AgentVmDisk *disk, gboolean linked, GError **error)
{
  virStorageVolPtr volume = agent_vm_disk_find_volume (connection, disk);
  char *path = volume != NULL ? virStorageVolGetPath (volume) : NULL;
  g_autofree char *name = NULL;
  g_autoptr (AgentVolumes) volumes =
      path != NULL ? agent_volumes_find (connection, path, &name, NULL) : NULL;
  gboolean good = volumes == NULL || (!linked && !has_backing (volume));
  free (path);
  if (volume != NULL)
    virStorageVolFree (volume);
  if (good)
    return TRUE;
  if (volumes->is_network)
    g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_UNSUPPORTED,
                 "its disk %s shares data with its template within the cluster, and libvirt cannot "
                 "part them; “rbd flatten %s/%s” can",
                 disk->target, volumes->place, name);
  else
    g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_UNSUPPORTED,
                 "its disk %s is a snapshot of LVM in the pool “%s”, which always reads what it "
                 "is of; a full clone does not",
                 disk->target, volumes->pool);
  return FALSE;
}

gboolean
agent_flatten_check (virConnectPtr connection, virDomainPtr domain, GPtrArray *disks,
                     GError **error)
{
  gboolean linked = is_linked (domain);
  for (guint i = 0; i < disks->len; i++)
    {
      const AgentVmDisk *disk = disks->pdata[i];
      if (disk->is_disk && !disk->is_readonly && !check (connection, disk, linked, error))
        return FALSE;
    }
  return TRUE;
}
