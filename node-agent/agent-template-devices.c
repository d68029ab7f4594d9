/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-template-devices.h"

#include <string.h>

#include "agent-store.h"

/* By device: its attributes and children that say what it is, and nothing of where. */
typedef struct
{
  const char *name;
  const char *attributes[8];
  const char *children[12];
} Kind;

static const Kind kinds[] = {
  { "disk", { "type", "device" }, { "driver", "target", "address", "boot", "iotune", "blockio" } },
  { "controller",
    { "type", "index", "model", "ports", "vectors" },
    { "driver", "master", "model", "target", "address" } },
  { "interface",
    { "type" },
    { "source", "model", "driver", "boot", "link", "mtu", "bandwidth", "vlan", "address", "rom",
      "port" } },
  { "serial", { "type" }, { "target", "address" } },
  { "console", { "type" }, { "target", "address" } },
  { "channel", { "type" }, { "target", "address" } },
  { "input", { "type", "bus", "model" }, { "address", "driver" } },
  { "graphics", { "type", "autoport" }, { "image", "jpeg", "streaming", "clipboard" } },
  { "sound", { "model" }, { "codec", "address" } },
  { "audio", { "id", "type" }, { NULL } },
  { "video", { NULL }, { "model", "address", "driver" } },
  { "memballoon", { "model", "autodeflate", "freePageReporting" }, { "stats", "address" } },
  { "rng", { "model" }, { "rate", "backend", "address" } },
  { "tpm", { "model" }, { "backend" } },
  { "watchdog", { "model", "action" }, { "address" } },
  { "panic", { "model" }, { "address" } },
};

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED, message);
  return FALSE;
}

void
agent_template_disk_clear (AgentTemplateDisk *disk)
{
  g_free (disk->target);
  g_free (disk->path);
  g_free (disk->pool);
  g_free (disk->volume);
  g_free (disk->format);
  *disk = (AgentTemplateDisk){ 0 };
}

static void
keep_attributes (xmlNode *node, const char *const *names)
{
  xmlAttr *next;
  for (xmlAttr *attribute = node->properties; attribute != NULL; attribute = next)
    {
      next = attribute->next;
      if (!g_strv_contains (names, (const char *)attribute->name))
        xmlRemoveProp (attribute);
    }
}

/* ---- the disk --------------------------------------------------------------------------- */

/* What a clone was told of its identity: another one is told another. */
static gboolean
is_seed (xmlNode *node)
{
  static const char *const places[] = { "file", "dev", "name" };
  xmlNode *source = agent_xml_find (node, "source", NULL);
  if (agent_xml_find (node, "readonly", NULL) == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *place = agent_xml_dup_attribute (source, places[i]);
      if (place != NULL && g_str_has_suffix (place, "-seed.iso"))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_disk (xmlNode *node)
{
  g_autofree char *device = agent_xml_dup_attribute (node, "device");
  return agent_xml_is (node, "disk") && (device == NULL || strcmp (device, "disk") == 0)
         && !is_seed (node);
}

static gboolean
read_disk (xmlNode *node, AgentTemplateDisk *disk, GError **error)
{
  xmlNode *source = agent_xml_find (node, "source", NULL);
  char *file = agent_xml_dup_attribute (source, "file");
  if (agent_xml_find (node, "encryption", NULL) != NULL
      || agent_xml_find (source, "encryption", NULL) != NULL)
    {
      g_free (file);
      return refuse (error, "its disk is encrypted");
    }
  disk->target = agent_xml_dup_attribute (agent_xml_find (node, "target", NULL), "dev");
  disk->format = agent_xml_dup_attribute (agent_xml_find (node, "driver", NULL), "type");
  disk->path = file != NULL ? file : agent_xml_dup_attribute (source, "dev");
  if (disk->path == NULL && agent_xml_attribute_is (source, "protocol", "rbd"))
    disk->path = agent_xml_dup_attribute (source, "name");
  disk->pool = agent_xml_dup_attribute (source, "pool");
  disk->volume = agent_xml_dup_attribute (source, "volume");
  if (disk->format == NULL)
    disk->format = g_strdup ("raw");
  if (disk->target == NULL || (disk->path == NULL && (disk->pool == NULL || disk->volume == NULL)))
    return refuse (error, "its disk is neither a file, a device nor a volume that this host knows");
  return TRUE;
}

/* The image, whatever it was on the host that it comes from. */
static void
write_disk (xmlNode *node)
{
  static const char *const of_driver[] = { "cache",    "io",     "discard", "detect_zeroes",
                                           "iothread", "queues", NULL };
  xmlNode *driver = agent_xml_find (node, "driver", NULL);
  if (driver == NULL)
    driver = xmlNewChild (node, NULL, (const xmlChar *)"driver", NULL);
  keep_attributes (driver, of_driver);
  agent_template_keep_only (driver, (const char *const[]){ NULL });
  xmlSetProp (driver, (const xmlChar *)"name", (const xmlChar *)"qemu");
  xmlSetProp (driver, (const xmlChar *)"type", (const xmlChar *)"qcow2");
  xmlSetProp (node, (const xmlChar *)"type", (const xmlChar *)"file");
}

/* ---- the others ------------------------------------------------------------------------- */

/* What is attached to the host by itself, and not to a network of it. */
static gboolean
clean_interface (xmlNode *node)
{
  static const char *const of_source[] = { "network", "bridge", "portgroup", NULL };
  static const char *const types[] = { "network", "bridge", "user", "ethernet", NULL };
  g_autofree char *type = agent_xml_dup_attribute (node, "type");
  xmlNode *source = agent_xml_find (node, "source", NULL);
  if (type == NULL || !g_strv_contains (types, type))
    return FALSE;
  if (source != NULL)
    {
      keep_attributes (source, of_source);
      agent_template_keep_only (source, (const char *const[]){ NULL });
    }
  agent_xml_remove_attribute (agent_xml_find (node, "rom", NULL), "file");
  return TRUE;
}

/* To a terminal of its own; the guest agent's and the viewer's channels make their own places. */
static gboolean
clean_character (xmlNode *node)
{
  static const char *const own[] = { "unix", "spicevmc", "qemu-vdagent", "pty", NULL };
  g_autofree char *type = agent_xml_dup_attribute (node, "type");
  xmlNode *target = agent_xml_find (node, "target", NULL);
  g_autofree char *name = agent_xml_dup_attribute (target, "name");
  agent_xml_remove_attribute (target, "state");
  if (!agent_xml_is (node, "channel"))
    {
      xmlSetProp (node, (const xmlChar *)"type", (const xmlChar *)"pty");
      return TRUE;
    }
  return type != NULL && g_strv_contains (own, type) && name != NULL
         && !agent_xml_attribute_is (target, "type", "guestfwd");
}

static gboolean
clean_graphics (xmlNode *node)
{
  static const char *const types[] = { "vnc", "spice", NULL };
  g_autofree char *type = agent_xml_dup_attribute (node, "type");
  xmlNode *listen;
  if (type == NULL || !g_strv_contains (types, type))
    return FALSE;
  xmlSetProp (node, (const xmlChar *)"autoport", (const xmlChar *)"yes");
  listen = xmlNewChild (node, NULL, (const xmlChar *)"listen", NULL);
  xmlSetProp (listen, (const xmlChar *)"type", (const xmlChar *)"address");
  xmlSetProp (listen, (const xmlChar *)"address", (const xmlChar *)"127.0.0.1");
  return TRUE;
}

static gboolean
clean_backend (xmlNode *node)
{
  static const char *const of_rng[] = { "model", NULL };
  static const char *const of_tpm[] = { "type", "version", NULL };
  xmlNode *backend = agent_xml_find (node, "backend", NULL);
  if (backend == NULL)
    return FALSE;
  if (agent_xml_is (node, "tpm"))
    {
      keep_attributes (backend, of_tpm);
      agent_template_keep_only (backend, (const char *const[]){ NULL });
      return agent_xml_attribute_is (backend, "type", "emulator");
    }
  keep_attributes (backend, of_rng);
  agent_template_keep_only (backend, (const char *const[]){ NULL });
  xmlNodeSetContent (backend, (const xmlChar *)"/dev/urandom");
  return agent_xml_attribute_is (backend, "model", "random");
}

static gboolean
clean (xmlNode *node)
{
  if (agent_xml_is (node, "disk"))
    write_disk (node);
  if (agent_xml_is (node, "interface"))
    return clean_interface (node);
  if (agent_xml_is (node, "serial") || agent_xml_is (node, "console")
      || agent_xml_is (node, "channel"))
    return clean_character (node);
  if (agent_xml_is (node, "graphics"))
    return clean_graphics (node);
  if (agent_xml_is (node, "rng") || agent_xml_is (node, "tpm"))
    return clean_backend (node);
  if (agent_xml_is (node, "audio"))
    return agent_xml_attribute_is (node, "type", "none")
           || agent_xml_attribute_is (node, "type", "spice");
  return TRUE;
}

static const Kind *
kind_of (xmlNode *node)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (agent_xml_is (node, kinds[i].name))
      return &kinds[i];
  return NULL;
}

static gboolean
take (xmlNode *node)
{
  const Kind *kind = kind_of (node);
  if (kind == NULL || (agent_xml_is (node, "disk") && !is_disk (node)))
    return FALSE;
  keep_attributes (node, kind->attributes);
  agent_template_keep_only (node, kind->children);
  return clean (node);
}

/* Which nobody misses, or libvirt adds again by itself. */
static gboolean
is_missed (const char *name)
{
  static const char *const silent[] = { "emulator", "disk", "seclabel", "redirdev", "audio", NULL };
  return !g_strv_contains (silent, name);
}

static guint
count_disks (xmlNode *devices)
{
  guint n = 0;
  for (xmlNode *node = devices->children; node != NULL; node = node->next)
    n += is_disk (node);
  return n;
}

static gboolean
take_disk (xmlNode *devices, AgentTemplateDisk *disk, GError **error)
{
  guint n = devices != NULL ? count_disks (devices) : 0;
  if (n == 0)
    return refuse (error, "it has no disk");
  if (n > 1)
    {
      g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED,
                   "it has %u disks, and a template has one: detach the others", n);
      return FALSE;
    }
  for (xmlNode *node = devices->children; disk != NULL && node != NULL; node = node->next)
    if (is_disk (node))
      return read_disk (node, disk, error);
  return TRUE;
}

gboolean
agent_template_devices_take (xmlNode *devices, AgentTemplateDisk *disk, char **left_out,
                             GError **error)
{
  g_autoptr (GString) missed = g_string_new (NULL);
  xmlNode *next;
  if (!take_disk (devices, disk, error))
    return FALSE;
  for (xmlNode *node = devices->children; node != NULL; node = next)
    {
      next = node->next;
      if (node->type == XML_ELEMENT_NODE && take (node))
        continue;
      if (node->type == XML_ELEMENT_NODE && is_missed ((const char *)node->name))
        g_string_append_printf (missed, "%s%s", missed->len > 0 ? ", " : "", node->name);
      agent_xml_remove (node);
    }
  if (left_out != NULL)
    *left_out = missed->len > 0 ? g_strdup (missed->str) : NULL;
  return TRUE;
}
