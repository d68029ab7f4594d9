/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-clone-xml.h"

#include <gio/gio.h>
#include <string.h>

#include "agent-metadata.h"
#include "agent-xml.h"
#include "muri-uuid.h"

static void
set_attribute (xmlNode *node, const char *name, const char *value)
{
  xmlSetProp (node, (const xmlChar *)name, (const xmlChar *)value);
}

static xmlNode *
add_child (xmlNode *parent, const char *name, const char *text)
{
  return xmlNewTextChild (parent, NULL, (const xmlChar *)name, (const xmlChar *)text);
}

static xmlNode *
get_child (xmlNode *parent, const char *name)
{
  xmlNode *node = agent_xml_find (parent, name, NULL);

  return node != NULL ? node : add_child (parent, name, NULL);
}

static xmlNode *
first (xmlNode *parent, const char *name)
{
  return agent_xml_next (parent != NULL ? parent->children : NULL, name);
}

static xmlNode *
following (xmlNode *node, const char *name)
{
  return agent_xml_next (node->next, name);
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, message);
  return FALSE;
}

/* ---- who it is --------------------------------------------------------------------------- */

static void
name_it (xmlNode *root, const AgentCloneFacts *facts)
{
  char uuid[MURI_UUID_TEXT];

  agent_xml_remove_children (root, "name");
  agent_xml_remove_children (root, "uuid");
  agent_xml_remove_attribute (root, "id");
  add_child (root, "name", facts->name);
  add_child (root, "uuid", muri_uuid_format (&facts->vm, uuid));
  if (facts->type != NULL)
    set_attribute (root, "type", facts->type);
}

static char *
own_metadata (const AgentCloneFacts *facts, GError **error)
{
  g_autoptr (AgentMetadata) own = agent_metadata_new ();

  for (guint i = 0; facts->groups != NULL && facts->groups[i] != NULL; i++)
    {
      muri_v1_Membership membership = { .start_order = 0 };

      g_strlcpy (membership.group, facts->groups[i], sizeof membership.group);
      if (!agent_metadata_join (own, &membership, error))
        return NULL;
    }
  agent_metadata_set_clone (own, &facts->template_id, facts->linked);
  return agent_metadata_to_xml (own);
}

static gboolean
is_own (xmlNode *node)
{
  return node->ns != NULL && strcmp ((const char *)node->ns->href, AGENT_METADATA_URI) == 0;
}

/* Groups and padlock of the VM that the template came from are not the clone's. */
static gboolean
describe_it (xmlNode *root, const AgentCloneFacts *facts, GError **error)
{
  g_autofree char *text = own_metadata (facts, error);
  xmlDoc *own =
      text != NULL ? xmlReadMemory (text, strlen (text), NULL, NULL, XML_PARSE_NONET) : NULL;
  xmlNode *metadata = get_child (root, "metadata");

  if (own == NULL)
    return error == NULL || *error != NULL ? FALSE : refuse (error, "its metadata cannot be made");
  for (xmlNode *node = metadata->children, *next; node != NULL; node = next)
    {
      next = node->next;
      if (is_own (node))
        agent_xml_remove (node);
    }
  xmlAddChild (metadata, xmlDocCopyNode (xmlDocGetRootElement (own), root->doc, 1));
  xmlFreeDoc (own);
  return TRUE;
}

/* ---- how large it is --------------------------------------------------------------------- */

static void
set_number (xmlNode *root, const char *name, guint64 number, const char *unit)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  xmlNode *node;

  agent_xml_remove_children (root, name);
  node = add_child (root, name, text);
  if (unit != NULL)
    set_attribute (node, "unit", unit);
}

/* What describes single processors and cells does not fit another number of them. */
static void
size_it (xmlNode *root, const AgentCloneFacts *facts)
{
  xmlNode *cpu = agent_xml_find (root, "cpu", NULL);

  if (facts->vcpus > 0)
    {
      set_number (root, "vcpu", facts->vcpus, NULL);
      agent_xml_remove_children (root, "vcpus");
      agent_xml_remove_children (root, "cputune");
    }
  if (facts->vcpus > 0 && cpu != NULL)
    agent_xml_remove_children (cpu, "topology");
  if ((facts->vcpus > 0 || facts->memory > 0) && cpu != NULL)
    agent_xml_remove_children (cpu, "numa");
  if (facts->memory > 0)
    {
      set_number (root, "memory", facts->memory, "KiB");
      set_number (root, "currentMemory", facts->memory, "KiB");
    }
}

/* ---- what it has ------------------------------------------------------------------------- */

static xmlNode *
find_first_disk (xmlNode *devices)
{
  for (xmlNode *disk = first (devices, "disk"); disk != NULL; disk = following (disk, "disk"))
    {
      g_autofree char *device = agent_xml_dup_attribute (disk, "device");

      if (device == NULL || strcmp (device, "disk") == 0)
        return disk;
    }
  return NULL;
}

static void
set_place (xmlNode *disk, const char *format, const AgentVolumes *volumes, const char *path)
{
  xmlNode *driver = get_child (disk, "driver");

  set_attribute (driver, "name", "qemu");
  set_attribute (driver, "type", volumes != NULL ? "raw" : format);
  if (volumes != NULL)
    {
      agent_volumes_write_source (volumes, path, disk);
      return;
    }
  set_attribute (disk, "type", "file");
  agent_xml_remove_children (disk, "source");
  agent_xml_remove_children (disk, "backingStore");
  set_attribute (add_child (disk, "source", NULL), "file", path);
}

static gboolean
is_used (xmlNode *devices, const char *target)
{
  for (xmlNode *disk = first (devices, "disk"); disk != NULL; disk = following (disk, "disk"))
    if (agent_xml_attribute_is (agent_xml_find (disk, "target", NULL), "dev", target))
      return TRUE;
  return FALSE;
}

/* A guest that has a driver for its disk has one for a second: a cdrom would need others, which
 * small cloud kernels lack. Of virtio's names the last ones leave the usual ones free; the others'
 * say where they are plugged in. */
static void
add_seed (xmlNode *devices, xmlNode *image, const AgentCloneFacts *facts)
{
  g_autofree char *bus = agent_xml_dup_attribute (agent_xml_find (image, "target", NULL), "bus");
  gboolean virtio = bus == NULL || strcmp (bus, "virtio") == 0;
  gboolean ide = g_strcmp0 (bus, "ide") == 0;
  xmlNode *disk = add_child (devices, "disk", NULL);
  xmlNode *target;
  char name[] = "sda";

  memcpy (name, virtio ? "vd" : ide ? "hd" : "sd", 2);
  for (name[2] = virtio ? 'z' : 'b'; is_used (devices, name) && g_ascii_islower (name[2]);)
    name[2] += virtio ? -1 : 1;
  set_attribute (disk, "device", virtio ? "disk" : "cdrom");
  set_place (disk, "raw", facts->volumes, facts->seed);
  target = add_child (disk, "target", NULL);
  set_attribute (target, "dev", name);
  set_attribute (target, "bus", bus != NULL ? bus : "virtio");
  add_child (disk, "readonly", NULL);
}

static void
connect_nic (xmlNode *nic, const AgentCloneFacts *facts, const char *mac, gboolean is_first)
{
  set_attribute (get_child (nic, "mac"), "address", mac);
  agent_xml_remove_children (nic, "target");
  if (!is_first || facts->network == NULL)
    return;
  set_attribute (nic, "type", "network");
  agent_xml_remove_children (nic, "source");
  set_attribute (add_child (nic, "source", NULL), "network", facts->network);
}

static void
connect_it (xmlNode *devices, const AgentCloneFacts *facts)
{
  xmlNode *nic = first (devices, "interface");
  guint n = 0;

  if (nic == NULL && facts->network != NULL)
    {
      nic = add_child (devices, "interface", NULL);
      set_attribute (add_child (nic, "model", NULL), "type", "virtio");
    }
  for (; nic != NULL && facts->macs[n] != NULL; nic = following (nic, "interface"), n++)
    connect_nic (nic, facts, facts->macs[n], n == 0);
}

/* Of what else the template's VM had, drives are empty and disks are its own. */
static void
leave_disks (xmlNode *devices, const xmlNode *image)
{
  for (xmlNode *disk = first (devices, "disk"), *next; disk != NULL; disk = next)
    {
      g_autofree char *device = agent_xml_dup_attribute (disk, "device");

      next = following (disk, "disk");
      if (disk == image)
        continue;
      agent_xml_remove_children (disk, "source");
      agent_xml_remove_children (disk, "backingStore");
      if (device == NULL || (strcmp (device, "cdrom") != 0 && strcmp (device, "floppy") != 0))
        agent_xml_remove (disk);
    }
}

/* Places that would be another VM's: libvirt finds others. */
static void
forget_places (xmlNode *root, xmlNode *devices)
{
  xmlNode *nvram = agent_xml_find (root, "os", "nvram", NULL);

  for (xmlNode *node = nvram != NULL ? nvram->children : NULL, *next; node != NULL; node = next)
    {
      next = node->next;
      agent_xml_remove (node);
    }
  for (xmlNode *node = first (devices, "channel"); node != NULL; node = following (node, "channel"))
    {
      xmlNode *source = agent_xml_find (node, "source", NULL);

      if (source != NULL && agent_xml_attribute_is (node, "type", "unix"))
        agent_xml_remove_attribute (source, "path");
    }
  for (xmlNode *node = first (devices, "graphics"); node != NULL;
       node = following (node, "graphics"))
    if (agent_xml_attribute_is (node, "autoport", "yes"))
      agent_xml_remove_attribute (node, "port");
}

guint
agent_clone_xml_count_nics (const char *description, const char *network)
{
  g_autoptr (AgentXml) xml = agent_xml_parse (description, "domain");
  guint n = 0;

  if (xml == NULL)
    return 0;
  for (xmlNode *nic = first (agent_xml_find (agent_xml_root (xml), "devices", NULL), "interface");
       nic != NULL; nic = following (nic, "interface"))
    n++;
  return n == 0 && network != NULL ? 1 : n;
}

char *
agent_clone_xml_new (const char *description, const AgentCloneFacts *facts, GError **error)
{
  g_autoptr (AgentXml) xml = agent_xml_parse (description, "domain");
  xmlNode *root = xml != NULL ? agent_xml_root (xml) : NULL;
  xmlNode *devices = root != NULL ? agent_xml_find (root, "devices", NULL) : NULL;
  xmlNode *image = devices != NULL ? find_first_disk (devices) : NULL;

  if (image == NULL)
    {
      refuse (error, "the template's description is not of a machine with a disk");
      return NULL;
    }
  name_it (root, facts);
  size_it (root, facts);
  leave_disks (devices, image);
  set_place (image, "qcow2", facts->volumes, facts->disk);
  if (facts->seed != NULL)
    add_seed (devices, image, facts);
  connect_it (devices, facts);
  forget_places (root, devices);
  return describe_it (root, facts, error) ? agent_xml_to_text (xml) : NULL;
}
