/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-hypervisor-facts.h"

#include <libvirt/virterror.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <string.h>

#include "agent-error.h"
#include "agent-vm.h"
#include "muri-words.h"

#define DEFAULT_POOL "default"
#define BIT(verb) (G_GUINT64_CONSTANT (1) << (verb))

/* What a driver never has, where no harmless question tells. */
static const struct
{
  const char *type;
  guint64 unsupported;
} known[] = {
  /* It looks for saved images, but makes none. */
  { "LXC", BIT (MURI_VERB_RESET) | BIT (MURI_VERB_SAVE) },
};

static void
read_target_path (const char *xml, char *path, gsize size)
{
  xmlDoc *document = xmlReadMemory (xml, strlen (xml), NULL, NULL,
                                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  xmlXPathContext *context = document ? xmlXPathNewContext (document) : NULL;
  xmlXPathObject *found =
      context ? xmlXPathEvalExpression ((const xmlChar *)"string(/pool/target/path)", context)
              : NULL;

  if (found && found->type == XPATH_STRING)
    agent_text_copy (path, size, (const char *)found->stringval);
  xmlXPathFreeObject (found);
  xmlXPathFreeContext (context);
  xmlFreeDoc (document);
}

static void
read_storage (virConnectPtr connection, AgentHypervisorFacts *facts)
{
  virStoragePoolPtr pool = virStoragePoolLookupByName (connection, DEFAULT_POOL);
  g_autofree char *xml = pool ? virStoragePoolGetXMLDesc (pool, 0) : NULL;

  if (xml)
    read_target_path (xml, facts->storage, sizeof facts->storage);
  if (pool)
    virStoragePoolFree (pool);
}

/* A driver without managed save also refuses to look for a saved image. */
static gboolean
lacks_managed_save (virConnectPtr connection)
{
  g_autofree virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (connection, &domains, 0);
  gboolean lacks = FALSE;

  for (int i = 0; i < n; i++)
    {
      if (i == 0 && virDomainHasManagedSaveImage (domains[i], 0) < 0)
        {
          g_autoptr (GError) error = agent_error_new_from_libvirt ();

          lacks = agent_error_is_no_support (error);
        }
      virDomainFree (domains[i]);
    }
  return lacks;
}

gboolean
agent_hypervisor_facts_read (virConnectPtr connection, AgentHypervisorFacts *facts, GError **error)
{
  const char *type = virConnectGetType (connection);
  virNodeInfo info;

  memset (facts, 0, sizeof *facts);
  if (type == NULL || virConnectGetLibVersion (connection, &facts->libvirt_version) < 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }

  AGENT_TEXT_COPY (facts->type, type);
  if (virConnectGetVersion (connection, &facts->version) < 0)
    facts->version = 0;
  if (virNodeGetInfo (connection, &info) == 0)
    {
      facts->cpus = info.cpus;
      facts->sockets = info.sockets * MAX (info.nodes, 1);
      facts->cores = info.cores;
      facts->threads = info.threads;
      facts->memory = info.memory;
    }
  read_storage (connection, facts);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].type, facts->type) == 0)
      facts->unsupported |= known[i].unsupported;
  if (lacks_managed_save (connection))
    facts->unsupported |= BIT (MURI_VERB_SAVE);
  return TRUE;
}
