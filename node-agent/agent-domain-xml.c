/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-domain-xml.h"

#include <libxml/parser.h>
#include <string.h>

#include "agent-vm.h"

#define GUEST_AGENT_CHANNEL "org.qemu.guest_agent.0"

static gboolean
is_element (xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && strcmp ((const char *)node->name, name) == 0;
}

static xmlNode *
find_child (xmlNode *parent, const char *name)
{
  if (parent == NULL)
    return NULL;
  for (xmlNode *child = parent->children; child; child = child->next)
    if (is_element (child, name))
      return child;
  return NULL;
}

static void
copy_attribute (xmlNode *node, const char *name, char *target, gsize size)
{
  xmlChar *value = node ? xmlGetNoNsProp (node, (const xmlChar *)name) : NULL;

  if (value == NULL)
    return;
  agent_text_copy (target, size, (const char *)value);
  xmlFree (value);
}

#define COPY_ATTRIBUTE(node, name, target)                                                         \
  copy_attribute ((node), (name), (target), sizeof (target))

static gboolean
attribute_is (xmlNode *node, const char *name, const char *wanted)
{
  xmlChar *value = node ? xmlGetNoNsProp (node, (const xmlChar *)name) : NULL;
  gboolean same = value && strcmp ((const char *)value, wanted) == 0;

  xmlFree (value);
  return same;
}

static void
copy_content (xmlNode *node, char *target, gsize size)
{
  xmlChar *content = node ? xmlNodeGetContent (node) : NULL;

  if (content == NULL)
    return;
  g_strstrip ((char *)content);
  agent_text_copy (target, size, (const char *)content);
  xmlFree (content);
}

static void
read_disk (xmlNode *node, muri_v1_Vm *vm)
{
  /* One of these holds the place, depending on the type of the source. */
  static const char *const places[] = { "file", "dev", "dir", "name", "volume" };
  xmlNode *source = find_child (node, "source");
  xmlNode *target = find_child (node, "target");
  muri_v1_Disk *disk = target ? agent_vm_add_disk (vm) : NULL;

  if (disk == NULL)
    return;

  AGENT_TEXT_COPY (disk->device, "disk");
  COPY_ATTRIBUTE (node, "device", disk->device);
  COPY_ATTRIBUTE (target, "dev", disk->target);
  COPY_ATTRIBUTE (target, "bus", disk->bus);
  for (guint i = 0; i < G_N_ELEMENTS (places) && disk->source[0] == 0; i++)
    COPY_ATTRIBUTE (source, places[i], disk->source);
}

static void
read_nic (xmlNode *node, muri_v1_Vm *vm)
{
  static const char *const places[] = { "network", "bridge", "dev", "name" };
  xmlNode *source = find_child (node, "source");
  muri_v1_Nic *nic = agent_vm_add_nic (vm);

  if (nic == NULL)
    return;

  COPY_ATTRIBUTE (find_child (node, "mac"), "address", nic->mac);
  COPY_ATTRIBUTE (find_child (node, "model"), "type", nic->model);
  COPY_ATTRIBUTE (find_child (node, "target"), "dev", nic->target);
  for (guint i = 0; i < G_N_ELEMENTS (places) && nic->network[0] == 0; i++)
    COPY_ATTRIBUTE (source, places[i], nic->network);
  if (nic->network[0] == 0)
    COPY_ATTRIBUTE (node, "type", nic->network);
}

static void
read_devices (xmlNode *devices, muri_v1_Vm *vm)
{
  if (devices == NULL)
    return;

  for (xmlNode *node = devices->children; node; node = node->next)
    {
      if (is_element (node, "disk"))
        read_disk (node, vm);
      else if (is_element (node, "interface"))
        read_nic (node, vm);
      else if (is_element (node, "channel"))
        {
          xmlNode *target = find_child (node, "target");

          if (attribute_is (target, "name", GUEST_AGENT_CHANNEL))
            vm->guest_agent = attribute_is (target, "state", "connected");
        }
    }
}

static char *
dup_own_metadata (xmlNode *metadata)
{
  xmlNode *node = metadata ? metadata->children : NULL;
  xmlBuffer *buffer;
  char *text;

  while (node
         && (node->ns == NULL || strcmp ((const char *)node->ns->href, AGENT_METADATA_URI) != 0))
    node = node->next;
  if (node == NULL)
    return NULL;

  buffer = xmlBufferCreate ();
  xmlNodeDump (buffer, node->doc, node, 0, 0);
  text = g_strdup ((const char *)xmlBufferContent (buffer));
  xmlBufferFree (buffer);
  return text;
}

/* What makes no sense is left alone and told of. */
static void
read_own_metadata (xmlNode *metadata, muri_v1_Vm *vm, char **text)
{
  g_autoptr (AgentMetadata) own = NULL;
  g_autoptr (GError) error = NULL;

  *text = dup_own_metadata (metadata);
  if (*text == NULL)
    return;
  own = agent_metadata_parse (*text, &error);
  if (own)
    agent_vm_set_metadata (vm, own);
  else
    AGENT_TEXT_COPY (vm->metadata_error, error->message);
}

static void
read_metadata (xmlNode *metadata, muri_v1_Vm *vm)
{
  xmlNode *os = find_child (find_child (metadata, "libosinfo"), "os");
  xmlChar *id = os ? xmlGetNoNsProp (os, (const xmlChar *)"id") : NULL;

  if (id)
    {
      g_autofree char *name = agent_domain_xml_os_name ((const char *)id);

      AGENT_TEXT_COPY (vm->os, name);
      xmlFree (id);
    }
}

static guint64
read_number (xmlNode *node)
{
  char text[24] = "";

  copy_content (node, text, sizeof text);
  return g_ascii_strtoull (text, NULL, 10);
}

static void
read_sizes (xmlNode *root, AgentDomainSizes *sizes)
{
  xmlNode *vcpu = find_child (root, "vcpu");
  char current[16] = "";

  COPY_ATTRIBUTE (vcpu, "current", current);
  sizes->vcpus_max = read_number (vcpu);
  sizes->vcpus = *current != 0 ? g_ascii_strtoull (current, NULL, 10) : sizes->vcpus_max;
  sizes->memory_max = read_number (find_child (root, "memory"));
  sizes->memory = read_number (find_child (root, "currentMemory"));
  if (sizes->memory == 0)
    sizes->memory = sizes->memory_max;
}

gboolean
agent_domain_xml_read_all (const char *xml, muri_v1_Vm *vm, char **metadata)
{
  xmlDoc *document = xmlReadMemory (xml, strlen (xml), NULL, NULL,
                                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  xmlNode *root = document ? xmlDocGetRootElement (document) : NULL;
  AgentDomainSizes sizes;
  xmlNode *type;

  *metadata = NULL;
  if (root == NULL || !is_element (root, "domain"))
    {
      xmlFreeDoc (document);
      return FALSE;
    }

  type = find_child (find_child (root, "os"), "type");
  copy_content (find_child (root, "title"), vm->title, sizeof vm->title);
  read_sizes (root, &sizes);
  vm->vcpus = sizes.vcpus;
  vm->vcpus_max = MAX (sizes.vcpus_max, sizes.vcpus);
  vm->memory = sizes.memory;
  vm->memory_max = sizes.memory_max;
  COPY_ATTRIBUTE (type, "arch", vm->arch);
  COPY_ATTRIBUTE (type, "machine", vm->machine);
  vm->uefi = attribute_is (find_child (root, "os"), "firmware", "efi")
             || attribute_is (find_child (find_child (root, "os"), "loader"), "type", "pflash");
  read_metadata (find_child (root, "metadata"), vm);
  read_own_metadata (find_child (root, "metadata"), vm, metadata);
  read_devices (find_child (root, "devices"), vm);

  xmlFreeDoc (document);
  return TRUE;
}

gboolean
agent_domain_xml_read_definition (const char *xml, AgentDomainSizes *sizes, char **metadata)
{
  xmlDoc *document = xmlReadMemory (xml, strlen (xml), NULL, NULL,
                                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  xmlNode *root = document ? xmlDocGetRootElement (document) : NULL;
  gboolean good = root != NULL && is_element (root, "domain");

  *metadata = NULL;
  if (good)
    {
      read_sizes (root, sizes);
      *metadata = dup_own_metadata (find_child (root, "metadata"));
    }
  xmlFreeDoc (document);
  return good;
}

gboolean
agent_domain_xml_read (const char *xml, muri_v1_Vm *vm)
{
  g_autofree char *metadata = NULL;

  return agent_domain_xml_read_all (xml, vm, &metadata);
}

char *
agent_domain_xml_os_name (const char *id)
{
  /* Those whose name is not their identifier with a capital letter. */
  static const char *const names[][2] = {
    { "alpinelinux", "Alpine Linux" },
    { "almalinux", "AlmaLinux" },
    { "centos", "CentOS" },
    { "centos-stream", "CentOS Stream" },
    { "freebsd", "FreeBSD" },
    { "netbsd", "NetBSD" },
    { "openbsd", "OpenBSD" },
    { "ol", "Oracle Linux" },
    { "opensuse", "openSUSE" },
    { "leap", "openSUSE Leap" },
    { "rhel", "Red Hat Enterprise Linux" },
    { "rocky", "Rocky Linux" },
    { "sled", "SUSE Linux Enterprise Desktop" },
    { "sles", "SUSE Linux Enterprise Server" },
    { "win", "Windows" },
  };
  const char *path = strstr (id, "://");
  g_auto (GStrv) parts = g_strsplit (path ? path + 3 : id, "/", -1);
  guint n = g_strv_length (parts);
  g_autofree char *capital = NULL;
  const char *product, *version;

  /* vendor / product / version; rolling ones have no version. */
  if (n < 2)
    return g_strdup (id);
  product = parts[1];
  version = n > 2 ? parts[n - 1] : "";

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i][0], product) == 0)
      return g_strstrip (g_strdup_printf ("%s %s", names[i][1], version));

  capital = g_strdup (product);
  capital[0] = g_ascii_toupper (capital[0]);
  return g_strstrip (g_strdup_printf ("%s %s", capital, version));
}
