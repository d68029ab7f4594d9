/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-memory-file.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#include "agent-error.h"

#define TEST_NAMESPACE "http://libvirt.org/schemas/domain/test/1.0"

static void
add_number (xmlNode *parent, xmlNs *ns, const char *name, guint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  xmlNewChild (parent, ns, (const xmlChar *)name, (const xmlChar *)text);
}

static char *
print (xmlDoc *document)
{
  xmlChar *text;
  char *copy;
  int length;

  xmlDocDumpFormatMemory (document, &text, &length, 1);
  copy = g_strndup ((const char *)text, length);
  xmlFree (text);
  return copy;
}

char *
agent_memory_file_domain (virDomainPtr domain, GError **error)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
  xmlDoc *document;
  xmlNode *root;
  xmlNs *ns;
  char *text;
  int state;

  if (xml == NULL || virDomainGetState (domain, &state, NULL, 0) < 0)
    {
      agent_error_set_from_libvirt (error);
      return NULL;
    }

  document = xmlReadMemory (xml, strlen (xml), NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOBLANKS);
  root = xmlDocGetRootElement (document);
  ns = xmlNewNs (root, (const xmlChar *)TEST_NAMESPACE, (const xmlChar *)"test");
  add_number (root, ns, "runstate", state);
  if (virDomainHasManagedSaveImage (domain, 0) == 1)
    xmlNewChild (root, ns, (const xmlChar *)"hasmanagedsave", NULL);
  if (virDomainIsPersistent (domain) == 0)
    xmlNewChild (root, ns, (const xmlChar *)"transient", NULL);

  text = print (document);
  xmlFreeDoc (document);
  return text;
}

static gboolean
add_host (xmlNode *root, virConnectPtr connection, GError **error)
{
  virNodeInfo info;
  xmlNode *cpu;

  if (virNodeGetInfo (connection, &info) < 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }

  cpu = xmlNewChild (root, NULL, (const xmlChar *)"cpu", NULL);
  add_number (cpu, NULL, "mhz", info.mhz);
  xmlNewTextChild (cpu, NULL, (const xmlChar *)"model", (const xmlChar *)info.model);
  add_number (cpu, NULL, "active", info.cpus);
  add_number (cpu, NULL, "nodes", info.nodes);
  add_number (cpu, NULL, "sockets", info.sockets);
  add_number (cpu, NULL, "cores", info.cores);
  add_number (cpu, NULL, "threads", info.threads);
  add_number (root, NULL, "memory", info.memory);
  return TRUE;
}

static void
add_fragment (xmlNode *root, char *xml)
{
  xmlDoc *document =
      xml ? xmlReadMemory (xml, strlen (xml), NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOBLANKS)
          : NULL;
  xmlNode *copy = document ? xmlDocCopyNode (xmlDocGetRootElement (document), root->doc, 1) : NULL;

  if (copy)
    xmlAddChild (root, copy);
  xmlFreeDoc (document);
  free (xml);
}

static void
add_networks_and_pools (xmlNode *root, virConnectPtr connection)
{
  g_autofree virNetworkPtr *networks = NULL;
  g_autofree virStoragePoolPtr *pools = NULL;
  int n_networks = virConnectListAllNetworks (connection, &networks, 0);
  int n_pools = virConnectListAllStoragePools (connection, &pools, 0);

  for (int i = 0; i < n_networks; i++)
    {
      add_fragment (root, virNetworkGetXMLDesc (networks[i], 0));
      virNetworkFree (networks[i]);
    }
  for (int i = 0; i < n_pools; i++)
    {
      add_fragment (root, virStoragePoolGetXMLDesc (pools[i], 0));
      virStoragePoolFree (pools[i]);
    }
}

char *
agent_memory_file_node (virConnectPtr connection, char **domains, GError **error)
{
  xmlDoc *document = xmlNewDoc ((const xmlChar *)"1.0");
  xmlNode *root = xmlNewNode (NULL, (const xmlChar *)"node");
  char *text = NULL;

  xmlDocSetRootElement (document, root);
  if (add_host (root, connection, error))
    {
      add_networks_and_pools (root, connection);
      for (guint i = 0; domains[i]; i++)
        {
          xmlNode *domain = xmlNewChild (root, NULL, (const xmlChar *)"domain", NULL);

          xmlNewProp (domain, (const xmlChar *)"file", (const xmlChar *)domains[i]);
        }
      text = print (document);
    }
  xmlFreeDoc (document);
  return text;
}
