/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-store-pool.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <libvirt/virterror.h>
#include <libxml/parser.h>
#include <string.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include "agent-error.h"
#include "agent-store.h"
#include "agent-xml.h"
#include "muri-uuid.h"

AgentStorePool *
agent_store_pool_ref (const AgentStorePool *pool)
{
  AgentStorePool *self = (AgentStorePool *)pool;
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
agent_store_pool_unref (AgentStorePool *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->name);
  g_free (self->path);
  g_free (self->clones);
  g_free (self->clones_path);
  g_clear_pointer (&self->volumes, agent_volumes_unref);
  g_free (self->suffix);
  g_free (self);
}

/* ---- a pool of libvirt ------------------------------------------------------------------ */

/* What @pool is: a directory, whose path is returned, or @volumes. */
static char *
read_kind (AgentStorePool *self, virStoragePoolPtr pool, AgentVolumes **volumes, GError **error)
{
  static const char *const types[] = { "dir", "fs", "netfs", NULL };
  const char *name = virStoragePoolGetName (pool);
  char *xml = virStoragePoolGetXMLDesc (pool, 0);
  g_autoptr (AgentXml) document = xml != NULL ? agent_xml_parse (xml, "pool") : NULL;
  xmlNode *root = document != NULL ? agent_xml_root (document) : NULL;
  g_autofree char *type = agent_xml_dup_attribute (root, "type");
  g_autofree char *path = agent_xml_dup_text (agent_xml_find (root, "target", "path", NULL));
  free (xml);
  if (agent_volumes_knows (type))
    {
      *volumes = agent_volumes_new (name, document, self->dataless, error);
      return *volumes != NULL ? g_strdup ((*volumes)->place) : NULL;
    }
  if (type != NULL && g_strv_contains (types, type) && path != NULL && g_path_is_absolute (path))
    return g_steal_pointer (&path);
  g_set_error (
      error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_STORE,
      "the pool “%s” is of type %s, which templates and clones cannot be in: libvirt makes "
      "no volumes there that can be cloned; types that can be used are dir, fs, netfs, "
      "logical and rbd",
      name, type != NULL ? type : "unknown");
  return NULL;
}

static virStoragePoolPtr
define (virConnectPtr connection, const char *name, const char *path, GError **error)
{
  g_autofree char *xml =
      g_markup_printf_escaped ("<pool type='dir'><name>%s</name><target><path>%s</path>"
                               "<permissions><mode>0711</mode></permissions></target></pool>",
                               name, path);
  virStoragePoolPtr pool = virStoragePoolDefineXML (connection, xml, 0);
  if (pool == NULL)
    {
      agent_error_set_from_libvirt (error);
      return NULL;
    }
  /* Makes the directory; one that is there is as good, and starting says what is wrong. */
  virStoragePoolBuild (pool, VIR_STORAGE_POOL_BUILD_NEW);
  if (virStoragePoolCreate (pool, 0) == 0)
    {
      virStoragePoolSetAutostart (pool, 1);
      return pool;
    }
  agent_error_set_from_libvirt (error);
  virStoragePoolUndefine (pool);
  virStoragePoolFree (pool);
  return NULL;
}

virStoragePoolPtr
agent_store_pool_find (virConnectPtr connection, const char *name, GError **error)
{
  virStoragePoolPtr pool = virStoragePoolLookupByName (connection, name);
  if (pool == NULL)
    {
      agent_error_set_from_libvirt (error);
      return NULL;
    }
  if (virStoragePoolIsActive (pool) != 1 && virStoragePoolCreate (pool, 0) != 0)
    {
      agent_error_set_from_libvirt (error);
      g_prefix_error (error, "the pool “%s” cannot be started: ", name);
      virStoragePoolFree (pool);
      return NULL;
    }
  return pool;
}

/* ---- opening ---------------------------------------------------------------------------- */

/* libvirt's figures are of when it last read the pool; the file system's are of now. Of a cluster
 * that says nothing of its size, nothing is said. */
static gboolean
measure (AgentStorePool *self, virStoragePoolPtr pool, GError **error)
{
  virStoragePoolInfo info;
  struct statvfs now;
  guint64 size, available;
  if (virStoragePoolGetInfo (pool, &info) != 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  self->size = info.capacity;
  self->available = info.available;
  if (self->dataless || statvfs (self->path, &now) != 0)
    return TRUE;
  size = (guint64)now.f_blocks * now.f_frsize;
  available = (guint64)now.f_bavail * now.f_frsize;
  if (!self->is_apart || info.capacity == 0)
    {
      self->size = size;
      self->available = available;
    }
  self->available = MIN (self->available, available);
  return TRUE;
}

/* An agent whose libvirt is on another host sees nothing of its files. */
static gboolean
check_directory (const char *path, GError **error)
{
  if (g_access (path, W_OK | X_OK) == 0)
    return TRUE;
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_STORE,
               "this agent cannot write into %s: %s", path, g_strerror (errno));
  return FALSE;
}

static gboolean
make_directory (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_STORE, "%s: %s", path,
               g_strerror (errno));
  return FALSE;
}

/* Also where somebody else has mounted it. */
static gboolean
is_remote (const char *path)
{
  static const guint32 remote[] = { NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,  SMB2_SUPER_MAGIC,
                                    CIFS_SUPER_MAGIC, CEPH_SUPER_MAGIC, OCFS2_SUPER_MAGIC,
                                    AFS_SUPER_MAGIC,  FUSE_SUPER_MAGIC };
  struct statfs found;
  if (statfs (path, &found) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (remote); i++)
    if ((guint32)found.f_type == remote[i])
      return TRUE;
  return FALSE;
}

/* Where its volumes are no files, @path is the directory of images. */
static gboolean
take_templates (AgentStorePool *self, virStoragePoolPtr pool, const char *path, GError **error)
{
  self->path = read_kind (self, pool, &self->volumes, error);
  if (self->path == NULL)
    return FALSE;
  self->is_apart = self->volumes != NULL;
  if (self->is_apart)
    {
      g_free (self->path);
      self->path = g_strdup (path);
      if (!make_directory (path, error))
        return FALSE;
    }
  self->is_shared = is_remote (self->path);
  return check_directory (self->path, error) && measure (self, pool, error);
}

static gboolean
open_templates (AgentStorePool *self, virConnectPtr connection, const char *name, const char *path,
                GError **error)
{
  virStoragePoolPtr pool = virStoragePoolLookupByName (connection, name);
  gboolean good = FALSE;
  if (self->dataless && !make_directory (path, error))
    {
      if (pool != NULL)
        virStoragePoolFree (pool);
      return FALSE;
    }
  if (pool == NULL && virGetLastErrorCode () == VIR_ERR_NO_STORAGE_POOL)
    pool = define (connection, name, path, error);
  else
    {
      if (pool != NULL)
        virStoragePoolFree (pool);
      pool = agent_store_pool_find (connection, name, error);
    }
  if (pool == NULL)
    return FALSE;
  self->name = g_strdup (name);
  good = take_templates (self, pool, path, error);
  virStoragePoolFree (pool);
  return good;
}

/* Agents of one process share the test driver's pools, but not their files. */
static gboolean
open_own (AgentStorePool *self, virConnectPtr connection, const char *name, const char *path,
          GError **error)
{
  g_autofree char *own = g_strconcat (name, "-", self->suffix + strlen ("part-"), NULL);
  if (!open_templates (self, connection, name, path, error))
    return FALSE;
  if (!self->dataless || strcmp (self->path, path) == 0)
    return TRUE;
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->path, g_free);
  return open_templates (self, connection, own, path, error);
}

/* What linked clones read must be in the pool that they are in, or a file for files. */
static gboolean
take_clones (AgentStorePool *self, virStoragePoolPtr pool, GError **error)
{
  AgentVolumes *volumes = NULL;
  self->clones_path = read_kind (self, pool, &volumes, error);
  if (self->clones_path == NULL)
    return FALSE;
  if (volumes == NULL && self->is_apart)
    {
      g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_STORE,
                   "clones are to be files in the pool “%s”, but templates volumes in the pool "
                   "“%s”, which is not of files: leave [templates] clones= out, or let pool= be "
                   "one of files",
                   self->clones, self->name);
      return FALSE;
    }
  g_clear_pointer (&self->volumes, agent_volumes_unref);
  self->volumes = volumes;
  return TRUE;
}

static gboolean
open_clones (AgentStorePool *self, virConnectPtr connection, const char *clones, GError **error)
{
  virStoragePoolPtr pool;
  gboolean good;
  if (clones == NULL || strcmp (clones, self->name) == 0)
    {
      self->clones = g_strdup (self->name);
      self->clones_path = g_strdup (self->is_apart ? self->volumes->place : self->path);
      return TRUE;
    }
  pool = agent_store_pool_find (connection, clones, error);
  if (pool == NULL)
    return FALSE;
  self->clones = g_strdup (clones);
  good = take_clones (self, pool, error);
  virStoragePoolFree (pool);
  return good;
}

static AgentStorePool *
pool_new (const char *suffix, gboolean dataless)
{
  AgentStorePool *self = g_new0 (AgentStorePool, 1);
  g_atomic_ref_count_init (&self->references);
  self->suffix = g_strdup (suffix);
  self->dataless = dataless;
  return self;
}

AgentStorePool *
agent_store_pool_open (AgentConnections *connections, const muri_v1_Uuid *node, const char *name,
                       const char *path, const char *clones, GError **error)
{
  char uuid[MURI_UUID_TEXT];
  g_autofree char *suffix = g_strdup_printf ("part-%.8s", muri_uuid_format (node, uuid));
  virConnectPtr connection = agent_connections_borrow (connections, error);
  g_autoptr (AgentStorePool) self = NULL;
  gboolean good;
  if (connection == NULL)
    return NULL;
  self = pool_new (suffix, g_strcmp0 (virConnectGetType (connection), "TEST") == 0);
  good = open_own (self, connection, name, path, error)
         && open_clones (self, connection, clones, error);
  agent_connections_give_back (connections, connection);
  return good ? g_steal_pointer (&self) : NULL;
}

AgentStorePool *
agent_store_pool_measure (const AgentStorePool *pool, AgentConnections *connections, GError **error)
{
  g_autoptr (AgentStorePool) self = pool_new (pool->suffix, pool->dataless);
  virConnectPtr connection = agent_connections_borrow (connections, error);
  virStoragePoolPtr found;
  gboolean good;
  if (connection == NULL)
    return NULL;
  self->name = g_strdup (pool->name);
  self->path = g_strdup (pool->path);
  self->clones = g_strdup (pool->clones);
  self->clones_path = g_strdup (pool->clones_path);
  self->volumes = pool->volumes != NULL ? agent_volumes_ref (pool->volumes) : NULL;
  self->is_apart = pool->is_apart;
  self->is_shared = pool->is_shared;
  found = agent_store_pool_find (connection, pool->name, error);
  good = found != NULL && measure (self, found, error);
  if (found != NULL)
    virStoragePoolFree (found);
  agent_connections_give_back (connections, connection);
  return good ? g_steal_pointer (&self) : NULL;
}
