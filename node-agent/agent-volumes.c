/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-volumes.h"

#include <libvirt/virterror.h>
#include <string.h>

#include "agent-error.h"
#include "agent-store.h"
#include "agent-volumes-private.h"

#define NAME_MAX_LENGTH 100

G_DEFINE_AUTOPTR_CLEANUP_FUNC (virStoragePool, virStoragePoolFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (virStorageVol, virStorageVolFree)

/* ---- the pool --------------------------------------------------------------------------- */

gboolean
agent_volumes_knows (const char *type)
{
  return g_strcmp0 (type, "logical") == 0 || g_strcmp0 (type, "rbd") == 0;
}

AgentVolumes *
agent_volumes_ref (const AgentVolumes *volumes)
{
  AgentVolumes *self = (AgentVolumes *)volumes;
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
agent_volumes_unref (AgentVolumes *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->pool);
  g_free (self->place);
  g_ptr_array_unref (self->hosts);
  g_free (self->user);
  g_free (self->uuid);
  g_free (self->usage);
  g_free (self);
}

static void
host_free (gpointer data)
{
  AgentVolumesHost *host = data;
  g_free (host->name);
  g_free (host->port);
  g_free (host);
}

static void
read_cluster (AgentVolumes *self, xmlNode *source)
{
  xmlNode *auth = agent_xml_find (source, "auth", NULL);
  xmlNode *secret = agent_xml_find (auth, "secret", NULL);
  for (xmlNode *node = agent_xml_find (source, "host", NULL); node != NULL;
       node = agent_xml_next (node->next, "host"))
    {
      AgentVolumesHost *host = g_new0 (AgentVolumesHost, 1);
      host->name = agent_xml_dup_attribute (node, "name");
      host->port = agent_xml_dup_attribute (node, "port");
      g_ptr_array_add (self->hosts, host);
    }
  self->place = agent_xml_dup_text (agent_xml_find (source, "name", NULL));
  self->user = agent_xml_dup_attribute (auth, "username");
  self->uuid = agent_xml_dup_attribute (secret, "uuid");
  self->usage = agent_xml_dup_attribute (secret, "usage");
}

AgentVolumes *
agent_volumes_new (const char *pool, AgentXml *xml, gboolean dataless, GError **error)
{
  g_autoptr (AgentVolumes) self = g_new0 (AgentVolumes, 1);
  xmlNode *root = agent_xml_root (xml);
  g_atomic_ref_count_init (&self->references);
  self->pool = g_strdup (pool);
  self->dataless = dataless;
  self->is_network = agent_xml_attribute_is (root, "type", "rbd");
  self->hosts = g_ptr_array_new_with_free_func (host_free);
  if (self->is_network)
    read_cluster (self, agent_xml_find (root, "source", NULL));
  else
    self->place = agent_xml_dup_text (agent_xml_find (root, "target", "path", NULL));
  if (self->place != NULL)
    return g_steal_pointer (&self);
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_STORE,
               "libvirt does not say where the volumes of the pool “%s” are", pool);
  return NULL;
}

static AgentVolumes *
read_pool (virConnectPtr connection, virStoragePoolPtr pool, GError **error)
{
  char *text = virStoragePoolGetXMLDesc (pool, 0);
  g_autoptr (AgentXml) xml = text != NULL ? agent_xml_parse (text, "pool") : NULL;
  g_autofree char *type =
      xml != NULL ? agent_xml_dup_attribute (agent_xml_root (xml), "type") : NULL;
  free (text);
  if (agent_volumes_knows (type))
    return agent_volumes_new (virStoragePoolGetName (pool), xml,
                              g_strcmp0 (virConnectGetType (connection), "TEST") == 0, error);
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_UNSUPPORTED,
               "the pool “%s” is of type %s, whose volumes this agent cannot read or write",
               virStoragePoolGetName (pool), type != NULL ? type : "unknown");
  return NULL;
}

AgentVolumes *
agent_volumes_open (virConnectPtr connection, const char *name, GError **error)
{
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (connection, name);
  if (pool != NULL && (virStoragePoolIsActive (pool) == 1 || virStoragePoolCreate (pool, 0) == 0))
    return read_pool (connection, pool, error);
  agent_error_set_from_libvirt (error);
  return NULL;
}

AgentVolumes *
agent_volumes_find (virConnectPtr connection, const char *path, char **name, GError **error)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByPath (connection, path);
  g_autoptr (virStoragePool) pool = volume != NULL ? virStoragePoolLookupByVolume (volume) : NULL;
  if (pool == NULL)
    {
      agent_error_set_from_libvirt (error);
      return NULL;
    }
  *name = g_strdup (virStorageVolGetName (volume));
  return read_pool (connection, pool, error);
}

/* ---- names ------------------------------------------------------------------------------ */

char *
agent_volumes_path (const AgentVolumes *self, const char *name)
{
  return g_strdup_printf ("%s/%s", self->place, name);
}

char *
agent_volumes_make_name (const char *text)
{
  char *name = g_strndup (text, NAME_MAX_LENGTH);
  for (char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("+_.-", *c) == NULL)
      *c = '_';
  if (*name == '-' || *name == '.')
    *name = '_';
  return name;
}

/* ---- in a domain ------------------------------------------------------------------------ */

static xmlNode *
add (xmlNode *parent, const char *name)
{
  return xmlNewChild (parent, NULL, (const xmlChar *)name, NULL);
}

static void
set (xmlNode *node, const char *name, const char *value)
{
  if (value != NULL)
    xmlSetProp (node, (const xmlChar *)name, (const xmlChar *)value);
}

static void
write_auth (const AgentVolumes *self, xmlNode *disk)
{
  xmlNode *auth = add (disk, "auth");
  xmlNode *secret = add (auth, "secret");
  set (auth, "username", self->user);
  set (secret, "type", "ceph");
  set (secret, "uuid", self->uuid);
  if (self->uuid == NULL)
    set (secret, "usage", self->usage);
}

void
agent_volumes_write_source (const AgentVolumes *self, const char *name, xmlNode *disk)
{
  g_autofree char *path = agent_volumes_path (self, name);
  xmlNode *source;
  agent_xml_remove_children (disk, "source");
  agent_xml_remove_children (disk, "backingStore");
  agent_xml_remove_children (disk, "auth");
  source = add (disk, "source");
  set (disk, "type", self->is_network ? "network" : "block");
  set (source, self->is_network ? "name" : "dev", path);
  if (!self->is_network)
    return;
  set (source, "protocol", "rbd");
  for (guint i = 0; i < self->hosts->len; i++)
    {
      const AgentVolumesHost *host = self->hosts->pdata[i];
      xmlNode *node = add (source, "host");
      set (node, "name", host->name);
      set (node, "port", host->port);
    }
  if (self->user != NULL)
    write_auth (self, disk);
}

/* ---- making and deleting ---------------------------------------------------------------- */

static virStoragePoolPtr
find_pool (const AgentVolumes *self, virConnectPtr connection, GError **error)
{
  virStoragePoolPtr pool = virStoragePoolLookupByName (connection, self->pool);
  if (pool == NULL)
    agent_error_set_from_libvirt (error);
  return pool;
}

gboolean
agent_volumes_check_space (const AgentVolumes *self, virConnectPtr connection, guint64 size,
                           guint64 used, GError **error)
{
  g_autoptr (virStoragePool) pool = find_pool (self, connection, error);
  guint64 needed = self->is_network ? MIN (used, size) : size;
  g_autofree char *wanted = NULL, *there = NULL;
  virStoragePoolInfo info;
  if (pool == NULL)
    return FALSE;
  if (virStoragePoolGetInfo (pool, &info) != 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  if (info.capacity == 0 || info.available >= needed)
    return TRUE;
  wanted = g_format_size_full (needed, G_FORMAT_SIZE_IEC_UNITS);
  there = g_format_size_full (info.available, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_SPACE,
               "it needs %s, and the pool “%s” has %s left", wanted, self->pool, there);
  return FALSE;
}

/* With less than its size LVM would promise what it may not have later. */
static char *
describe (const AgentVolumes *self, const char *name, guint64 size, const char *base)
{
  g_autofree char *path = base != NULL ? agent_volumes_path (self, base) : NULL;
  g_autofree char *backing =
      path != NULL ? g_markup_printf_escaped ("<backingStore><path>%s</path></backingStore>", path)
                   : g_strdup ("");
  return g_strdup_printf ("<volume><name>%s</name><capacity>%" G_GUINT64_FORMAT "</capacity>"
                          "<allocation>%" G_GUINT64_FORMAT "</allocation>"
                          "<target><format type='raw'/></target>%s</volume>",
                          name, size, self->is_network ? 0 : size, backing);
}

virStorageVolPtr
agent_volumes_create (const AgentVolumes *self, virConnectPtr connection, const char *name,
                      guint64 size, GError **error)
{
  g_autoptr (virStoragePool) pool = find_pool (self, connection, error);
  g_autofree char *xml = describe (self, name, size, NULL);
  virStorageVolPtr volume = pool != NULL ? virStorageVolCreateXML (pool, xml, 0) : NULL;
  if (pool != NULL && volume == NULL)
    agent_error_set_from_libvirt (error);
  return volume;
}

/* Its own size is what the storage made of what was asked for. */
static gboolean
read_size (virStorageVolPtr base, guint64 *size, GError **error)
{
  virStorageVolInfo info;
  if (virStorageVolGetInfo (base, &info) != 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  *size = info.capacity;
  return TRUE;
}

static virStorageVolPtr
clone_image (const AgentVolumes *self, virStoragePoolPtr pool, const char *name,
             virStorageVolPtr base, guint64 size, GError **error)
{
  g_autofree char *xml = describe (self, name, size, NULL);
  virStorageVolPtr volume = virStorageVolCreateXMLFrom (pool, xml, base, 0);
  guint64 now = size;
  if (volume == NULL)
    {
      agent_error_set_from_libvirt (error);
      return NULL;
    }
  if (self->dataless
      || (read_size (volume, &now, error)
          && (now >= size || virStorageVolResize (volume, size, 0) == 0)))
    return volume;
  if (error != NULL && *error == NULL)
    agent_error_set_from_libvirt (error);
  virStorageVolDelete (volume, 0);
  virStorageVolFree (volume);
  return NULL;
}

static virStorageVolPtr
snapshot (const AgentVolumes *self, virStoragePoolPtr pool, const char *name, virStorageVolPtr base,
          guint64 size, GError **error)
{
  g_autofree char *xml = NULL;
  virStorageVolPtr volume;
  guint64 of_base;
  if (!read_size (base, &of_base, error))
    return NULL;
  if (size > of_base)
    {
      g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_UNSUPPORTED,
                   "a linked clone in the pool “%s” is a snapshot of LVM, whose disk cannot be "
                   "larger than its template's; leave the size as it is, or make a full clone",
                   self->pool);
      return NULL;
    }
  xml = describe (self, name, of_base, virStorageVolGetName (base));
  volume = virStorageVolCreateXML (pool, xml, 0);
  if (volume == NULL)
    agent_error_set_from_libvirt (error);
  return volume;
}

virStorageVolPtr
agent_volumes_create_linked (const AgentVolumes *self, virConnectPtr connection, const char *name,
                             const char *base, guint64 size, GError **error)
{
  g_autoptr (virStoragePool) pool = find_pool (self, connection, error);
  g_autoptr (virStorageVol) from = NULL;
  if (pool == NULL)
    return NULL;
  from = virStorageVolLookupByName (pool, base);
  if (from == NULL)
    {
      agent_error_set_from_libvirt (error);
      return NULL;
    }
  return self->is_network ? clone_image (self, pool, name, from, size, error)
                          : snapshot (self, pool, name, from, size, error);
}

gboolean
agent_volumes_delete (const AgentVolumes *self, virConnectPtr connection, const char *name,
                      gboolean snapshots, GError **error)
{
  g_autoptr (virStoragePool) pool = find_pool (self, connection, error);
  g_autoptr (virStorageVol) volume = NULL;
  guint flags =
      snapshots && self->is_network && !self->dataless ? VIR_STORAGE_VOL_DELETE_WITH_SNAPSHOTS : 0;
  if (pool == NULL)
    return FALSE;
  volume = virStorageVolLookupByName (pool, name);
  if (volume == NULL && virGetLastErrorCode () == VIR_ERR_NO_STORAGE_VOL)
    return TRUE;
  if (volume != NULL && virStorageVolDelete (volume, flags) == 0)
    return TRUE;
  agent_error_set_from_libvirt (error);
  return FALSE;
}
