/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-store-users.h"

#include <stdlib.h>
#include <string.h>

#include "agent-error.h"
#include "agent-metadata.h"
#include "agent-xml.h"
#include "muri-uuid.h"

#define NAMES_MAX 8

typedef struct
{
  virConnectPtr connection;
  const AgentTemplate *template;
  const char *base;
  char id[MURI_UUID_TEXT];
  GPtrArray *names;
  GHashTable *seen; /* paths of volumes that a VM has */
} Search;

/* ---- VMs -------------------------------------------------------------------------------- */

static gboolean
is_own (xmlNode *node, const char *name)
{
  return agent_xml_is (node, name) && node->ns != NULL
         && strcmp ((const char *)node->ns->href, AGENT_METADATA_URI) == 0;
}

static gboolean
says_linked (xmlNode *node, const char *id)
{
  g_autofree char *template = agent_xml_dup_attribute (node, "template");
  return is_own (node, "clone") && template != NULL && g_ascii_strcasecmp (template, id) == 0
         && agent_xml_attribute_is (node, "linked", "yes");
}

/* Muri's own element has it within. */
static gboolean
is_linked_clone (xmlNode *metadata, const char *id)
{
  for (xmlNode *own = metadata != NULL ? metadata->children : NULL; own != NULL; own = own->next)
    for (xmlNode *node = own->children; node != NULL; node = node->next)
      if (says_linked (node, id))
        return TRUE;
  return FALSE;
}

static gboolean
volume_reads (Search *search, virStorageVolPtr volume)
{
  char *xml = virStorageVolGetXMLDesc (volume, 0);
  g_autoptr (AgentXml) document = xml != NULL ? agent_xml_parse (xml, "volume") : NULL;
  g_autofree char *backing = NULL;
  free (xml);
  if (document == NULL)
    return FALSE;
  backing =
      agent_xml_dup_text (agent_xml_find (agent_xml_root (document), "backingStore", "path", NULL));
  return backing != NULL
         && (strcmp (backing, search->template->path) == 0
             || g_strcmp0 (backing, search->base) == 0);
}

static gboolean
path_reads (Search *search, const char *path)
{
  virStorageVolPtr volume = virStorageVolLookupByPath (search->connection, path);
  gboolean reads = volume != NULL && volume_reads (search, volume);
  if (volume != NULL)
    virStorageVolFree (volume);
  g_hash_table_add (search->seen, g_strdup (path));
  return reads;
}

/* Also as the hypervisor has opened it. */
static gboolean
disk_reads (Search *search, xmlNode *disk)
{
  xmlNode *source = agent_xml_find (disk, "source", NULL);
  g_autofree char *file = agent_xml_dup_attribute (source, "file");
  g_autofree char *path = file != NULL ? g_strdup (file) : agent_xml_dup_attribute (source, "dev");
  gboolean reads = path != NULL && path_reads (search, path);
  if (g_strcmp0 (path, search->template->path) == 0)
    return TRUE;
  for (xmlNode *store = agent_xml_find (disk, "backingStore", NULL); store != NULL && !reads;
       store = agent_xml_find (store, "backingStore", NULL))
    reads = agent_xml_attribute_is (agent_xml_find (store, "source", NULL), "file",
                                    search->template->path);
  return reads;
}

static void
look_at_domain (Search *search, virDomainPtr domain)
{
  char *xml = virDomainGetXMLDesc (domain, 0);
  g_autoptr (AgentXml) document = xml != NULL ? agent_xml_parse (xml, "domain") : NULL;
  xmlNode *root = document != NULL ? agent_xml_root (document) : NULL;
  xmlNode *devices = agent_xml_find (root, "devices", NULL);
  gboolean uses = is_linked_clone (agent_xml_find (root, "metadata", NULL), search->id);
  free (xml);
  for (xmlNode *disk = agent_xml_find (devices, "disk", NULL); disk != NULL;
       disk = agent_xml_next (disk->next, "disk"))
    uses |= disk_reads (search, disk);
  if (uses)
    g_ptr_array_add (search->names, g_strdup (virDomainGetName (domain)));
}

static gboolean
look_at_domains (Search *search, GError **error)
{
  g_autofree virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (search->connection, &domains, 0);
  if (n < 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  for (int i = 0; i < n; i++)
    {
      look_at_domain (search, domains[i]);
      virDomainFree (domains[i]);
    }
  return TRUE;
}

/* ---- volumes ---------------------------------------------------------------------------- */

static void
look_at_pool (Search *search, virStoragePoolPtr pool)
{
  g_autofree virStorageVolPtr *volumes = NULL;
  int n;
  /* What others have put there, where a pool is shared. */
  virStoragePoolRefresh (pool, 0);
  n = virStoragePoolListAllVolumes (pool, &volumes, 0);
  for (int i = 0; i < n; i++)
    {
      char *path = virStorageVolGetPath (volumes[i]);
      if (path != NULL && !g_hash_table_contains (search->seen, path)
          && volume_reads (search, volumes[i]))
        g_ptr_array_add (search->names,
                         g_strdup_printf ("volume %s", virStorageVolGetName (volumes[i])));
      virStorageVolFree (volumes[i]);
      free (path);
    }
}

static void
look_at_pools (Search *search)
{
  g_autofree virStoragePoolPtr *pools = NULL;
  int n = virConnectListAllStoragePools (search->connection, &pools,
                                         VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE);
  for (int i = 0; i < n; i++)
    {
      look_at_pool (search, pools[i]);
      virStoragePoolFree (pools[i]);
    }
}

/* ---- all -------------------------------------------------------------------------------- */

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
agent_store_users_find (AgentConnections *connections, const AgentTemplate *template,
                        const char *base, GError **error)
{
  Search search = { .template = template, .base = base };
  gboolean good;
  search.connection = agent_connections_borrow (connections, error);
  if (search.connection == NULL)
    return NULL;
  muri_uuid_format (&template->id, search.id);
  search.names = g_ptr_array_new_with_free_func (g_free);
  search.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  good = look_at_domains (&search, error);
  if (good)
    look_at_pools (&search);
  agent_connections_give_back (connections, search.connection);
  g_hash_table_unref (search.seen);
  g_ptr_array_sort (search.names, compare);
  if (!good)
    g_clear_pointer (&search.names, g_ptr_array_unref);
  return search.names;
}

char *
agent_store_users_say (GPtrArray *users)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < users->len && i < NAMES_MAX; i++)
    g_string_append_printf (text, "%s“%s”", i > 0 ? ", " : "", (char *)users->pdata[i]);
  if (users->len > NAMES_MAX)
    g_string_append_printf (text, " and %u more", users->len - NAMES_MAX);
  return g_string_free (text, FALSE);
}
