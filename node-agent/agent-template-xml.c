/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A domain's XML as the description of a machine. It may come from another host, and whatever
 * makes a VM of it does so with all rights of this one: so what is not known is left out. */
#include "agent-template-xml.h"

#include <stdlib.h>
#include <string.h>

#include "agent-store.h"
#include "agent-template-devices.h"
#include "agent-xml.h"
#include "muri-words.h"

#define VCPUS_MAX 4096
#define LIBOSINFO "http://libosinfo.org/xmlns/libvirt/domain/1.0"

static const char *const top[] = { "metadata",    "memory",    "currentMemory", "vcpu",
                                   "os",          "features",  "cpu",           "clock",
                                   "on_poweroff", "on_reboot", "on_crash",      "pm",
                                   "devices",     "iothreads", "cputune",       "on_lockfailure",
                                   NULL };

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED, message);
  return FALSE;
}

/* ---- what stays ------------------------------------------------------------------------- */

void
agent_template_keep_only (xmlNode *parent, const char *const *names)
{
  xmlNode *next;
  for (xmlNode *node = parent != NULL ? parent->children : NULL; node != NULL; node = next)
    {
      next = node->next;
      if (node->type == XML_TEXT_NODE && names[0] == NULL)
        continue;
      if (node->type != XML_ELEMENT_NODE || node->ns != NULL
          || !g_strv_contains (names, (const char *)node->name))
        agent_xml_remove (node);
    }
}

/* Only libosinfo's is the same of every clone. */
static void
clean_metadata (xmlNode *metadata)
{
  xmlNode *next;
  for (xmlNode *node = metadata != NULL ? metadata->children : NULL; node != NULL; node = next)
    {
      next = node->next;
      if (node->type != XML_ELEMENT_NODE || node->ns == NULL
          || strcmp ((const char *)node->ns->href, LIBOSINFO) != 0)
        agent_xml_remove (node);
    }
}

static gboolean
is_uefi (xmlNode *os)
{
  return agent_xml_attribute_is (os, "firmware", "efi")
         || agent_xml_attribute_is (agent_xml_find (os, "loader", NULL), "type", "pflash");
}

/* Which firmware is installed where, libvirt knows by itself. */
static void
clean_os (xmlNode *os, gboolean own)
{
  static const char *const all[] = { "type",   "boot",   "bootmenu", "bios",
                                     "kernel", "initrd", "cmdline",  NULL };
  static const char *const harmless[] = { "type", "boot", "bootmenu", "bios", NULL };
  gboolean uefi = is_uefi (os);
  agent_template_keep_only (os, own ? all : harmless);
  if (uefi)
    xmlSetProp (os, (const xmlChar *)"firmware", (const xmlChar *)"efi");
  else
    agent_xml_remove_attribute (os, "firmware");
}

static void
clean_attributes (xmlNode *root)
{
  char *type = agent_xml_dup_attribute (root, "type");
  while (root->properties != NULL)
    xmlRemoveProp (root->properties);
  if (type != NULL)
    xmlSetProp (root, (const xmlChar *)"type", (const xmlChar *)type);
  g_free (type);
}

/* ---- what it says ----------------------------------------------------------------------- */

/* In KiB; libvirt writes that, people write more. */
static guint64
read_memory (xmlNode *node)
{
  static const struct
  {
    const char *name;
    guint64 bytes;
  } units[] = {
    { "b", 1 },
    { "bytes", 1 },
    { "KB", 1000 },
    { "KiB", 1024 },
    { "k", 1024 },
    { "MB", 1000000 },
    { "MiB", 1 << 20 },
    { "M", 1 << 20 },
    { "GB", 1000000000 },
    { "GiB", 1 << 30 },
    { "G", 1 << 30 },
    { "TiB", G_GUINT64_CONSTANT (1) << 40 },
    { "T", G_GUINT64_CONSTANT (1) << 40 },
  };
  g_autofree char *text = agent_xml_dup_text (node);
  g_autofree char *unit = agent_xml_dup_attribute (node, "unit");
  guint64 number = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
  guint64 bytes = 1024;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_strcmp0 (unit, units[i].name) == 0)
      bytes = units[i].bytes;
  return number <= G_MAXINT64 / bytes ? number * bytes / 1024 : 0;
}

static guint
read_vcpus (xmlNode *node)
{
  g_autofree char *text = agent_xml_dup_text (node);
  g_autofree char *current = agent_xml_dup_attribute (node, "current");
  guint64 number = g_ascii_strtoull (current != NULL ? current
                                     : text != NULL  ? text
                                                     : "",
                                     NULL, 10);
  return MIN (number, VCPUS_MAX);
}

char *
agent_template_xml_os_id (const char *uri)
{
  const char *path = strstr (uri, "://");
  g_auto (GStrv) parts = g_strsplit (path != NULL ? path + 3 : uri, "/", -1);
  guint n = g_strv_length (parts);
  if (n < 2)
    return g_strdup (uri);
  return g_strconcat (parts[1], n > 2 ? parts[n - 1] : "", NULL);
}

static void
read_os (AgentTemplate *template, xmlNode *metadata)
{
  xmlNode *os = agent_xml_find (metadata, "libosinfo", "os", NULL);
  g_autofree char *uri = agent_xml_dup_attribute (os, "id");
  g_autofree char *id = uri != NULL ? agent_template_xml_os_id (uri) : NULL;
  if (template->os[0] == '\0' && id != NULL)
    agent_template_set (&template->os, id);
}

static gboolean
read_facts (AgentTemplate *template, xmlNode *root, GError **error)
{
  xmlNode *os = agent_xml_find (root, "os", NULL);
  xmlNode *type = agent_xml_find (os, "type", NULL);
  xmlNode *memory = agent_xml_find (root, "currentMemory", NULL);
  g_autofree char *arch = agent_xml_dup_attribute (type, "arch");
  g_autofree char *machine = agent_xml_dup_attribute (type, "machine");
  guint64 most = read_memory (agent_xml_find (root, "memory", NULL));
  guint64 now = memory != NULL ? read_memory (memory) : most;
  template->firmware = is_uefi (os) ? MURI_FIRMWARE_UEFI : MURI_FIRMWARE_BIOS;
  template->vcpus = MAX (1, read_vcpus (agent_xml_find (root, "vcpu", NULL)));
  template->memory = now > 0 ? now : most;
  agent_template_set (&template->arch, arch);
  agent_template_set (&template->machine, machine);
  read_os (template, agent_xml_find (root, "metadata", NULL));
  if (template->memory == 0)
    return refuse (error, "the description of the machine says nothing of its memory");
  if (type == NULL)
    return refuse (error, "the description of the machine says nothing of its kind");
  return TRUE;
}

gboolean
agent_template_xml_take (AgentTemplate *template, const char *xml, gboolean own,
                         AgentTemplateDisk *disk, char **left_out, GError **error)
{
  g_autoptr (AgentXml) document = agent_xml_parse (xml, "domain");
  xmlNode *root = document != NULL ? agent_xml_root (document) : NULL;
  g_autofree char *text = NULL;
  if (root == NULL)
    return refuse (error, "the description of the machine is no domain's XML");
  if (!read_facts (template, root, error)
      || !agent_template_devices_take (agent_xml_find (root, "devices", NULL), disk, left_out,
                                       error))
    return FALSE;
  agent_template_keep_only (root, top);
  clean_metadata (agent_xml_find (root, "metadata", NULL));
  template->host_bound = agent_xml_find (root, "os", "kernel", NULL) != NULL;
  clean_os (agent_xml_find (root, "os", NULL), own);
  clean_attributes (root);
  text = agent_xml_to_text (document);
  agent_template_set (&template->xml, text);
  return TRUE;
}
