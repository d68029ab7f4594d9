/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-store-pool.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <libvirt/virterror.h>
#include <libxml/parser.h>
#include <string.h>
#include <sys/statvfs.h>

#include "agent-error.h"
#include "agent-store.h"
#include "agent-xml.h"
#include "muri-uuid.h"

#define PREFIX "muri-"

/* A pool that is being read cannot be read once more. */
#define REFRESH_TRIES 5
#define REFRESH_PAUSE (200 * 1000)

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
  g_free (self->suffix);
  g_free (self);
}

/* ---- a pool of libvirt ------------------------------------------------------------------ */

/* What @pool is, if images can be files in it. */
static char *
path_of (virStoragePoolPtr pool, GError **error)
{
  static const char *const types[] = { "dir", "fs", "netfs", NULL };
  char *xml = virStoragePoolGetXMLDesc (pool, 0);
  g_autoptr (AgentXml) document = xml != NULL ? agent_xml_parse (xml, "pool") : NULL;
  g_autofree char *type = NULL;
  g_autofree char *path = NULL;
  free (xml);
  if (document == NULL)
    {
      g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_STORE,
                   "libvirt does not describe the pool “%s”", virStoragePoolGetName (pool));
      return NULL;
    }
  type = agent_xml_dup_attribute (agent_xml_root (document), "type");
  path = agent_xml_dup_text (agent_xml_find (agent_xml_root (document), "target", "path", NULL));
  if (type == NULL || !g_strv_contains (types, type) || path == NULL || !g_path_is_absolute (path))
    {
      g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_STORE,
                   "the pool “%s” is of type %s; templates are kept as files, in one of type dir, "
                   "fs or netfs",
                   virStoragePoolGetName (pool), type != NULL ? type : "unknown");
      return NULL;
    }
  return g_steal_pointer (&path);
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

/* @path NULL: only one that exists. */
static virStoragePoolPtr
find (virConnectPtr connection, const char *name, const char *path, GError **error)
{
  virStoragePoolPtr pool = virStoragePoolLookupByName (connection, name);
  if (pool == NULL && virGetLastErrorCode () == VIR_ERR_NO_STORAGE_POOL && path != NULL)
    return define (connection, name, path, error);
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

/* libvirt's figures are of when it last read the pool; the file system's are of now. */
static gboolean
measure (AgentStorePool *self, virStoragePoolPtr pool, GError **error)
{
  virStoragePoolInfo info;
  struct statvfs now;
  if (virStoragePoolGetInfo (pool, &info) != 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  self->size = info.capacity;
  self->available = info.available;
  if (!self->dataless && statvfs (self->path, &now) == 0)
    {
      self->size = (guint64)now.f_blocks * now.f_frsize;
      self->available = (guint64)now.f_bavail * now.f_frsize;
    }
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
open_templates (AgentStorePool *self, virConnectPtr connection, const char *name, const char *path,
                GError **error)
{
  virStoragePoolPtr pool = NULL;
  gboolean good = FALSE;
  if (self->dataless && g_mkdir_with_parents (path, 0700) != 0)
    {
      g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_STORE, "%s: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  pool = find (connection, name, path, error);
  if (pool == NULL)
    return FALSE;
  self->name = g_strdup (name);
  self->path = path_of (pool, error);
  good = self->path != NULL && check_directory (self->path, error) && measure (self, pool, error);
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

static gboolean
open_clones (AgentStorePool *self, virConnectPtr connection, const char *clones, GError **error)
{
  virStoragePoolPtr pool;
  if (clones == NULL || strcmp (clones, self->name) == 0)
    {
      self->clones = g_strdup (self->name);
      self->clones_path = g_strdup (self->path);
      return TRUE;
    }
  pool = find (connection, clones, NULL, error);
  if (pool == NULL)
    return FALSE;
  self->clones = g_strdup (clones);
  self->clones_path = path_of (pool, error);
  virStoragePoolFree (pool);
  return self->clones_path != NULL;
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
  found = find (connection, pool->name, NULL, error);
  good = found != NULL && measure (self, found, error);
  if (found != NULL)
    virStoragePoolFree (found);
  agent_connections_give_back (connections, connection);
  return good ? g_steal_pointer (&self) : NULL;
}

/* ---- volumes ---------------------------------------------------------------------------- */

char *
agent_store_pool_volume (const muri_v1_Uuid *id)
{
  char uuid[MURI_UUID_TEXT];
  return g_strdup_printf (PREFIX "%s.qcow2", muri_uuid_format (id, uuid));
}

char *
agent_store_pool_part (const AgentStorePool *pool, const muri_v1_Uuid *id)
{
  char uuid[MURI_UUID_TEXT];
  return g_strdup_printf (PREFIX "%s.%s", muri_uuid_format (id, uuid), pool->suffix);
}

char *
agent_store_pool_path (const AgentStorePool *pool, const char *volume)
{
  return g_build_filename (pool->path, volume, NULL);
}

/* The test driver looks at no directory. */
static gboolean
adopt_dataless (virStoragePoolPtr pool, const char *volume, guint64 size, guint64 allocation,
                GError **error)
{
  virStorageVolPtr vol = virStorageVolLookupByName (pool, volume);
  g_autofree char *xml = g_markup_printf_escaped (
      "<volume><name>%s</name><capacity>%" G_GUINT64_FORMAT "</capacity><allocation>"
      "%" G_GUINT64_FORMAT "</allocation><target><format type='qcow2'/></target></volume>",
      volume, size, MIN (allocation, size));
  if (vol == NULL)
    vol = virStorageVolCreateXML (pool, xml, 0);
  if (vol == NULL)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  virStorageVolFree (vol);
  return TRUE;
}

static gboolean
refresh (virStoragePoolPtr pool, GError **error)
{
  for (guint i = 1; virStoragePoolRefresh (pool, 0) != 0; i++)
    {
      if (i == REFRESH_TRIES)
        {
          agent_error_set_from_libvirt (error);
          return FALSE;
        }
      g_usleep (REFRESH_PAUSE);
    }
  return TRUE;
}

gboolean
agent_store_pool_adopt (const AgentStorePool *self, AgentConnections *connections,
                        const char *volume, guint64 size, guint64 allocation, GError **error)
{
  virConnectPtr connection = agent_connections_borrow (connections, error);
  virStoragePoolPtr pool;
  gboolean good = FALSE;
  if (connection == NULL)
    return FALSE;
  pool = find (connection, self->name, NULL, error);
  if (pool != NULL && self->dataless)
    good = adopt_dataless (pool, volume, size, allocation, error);
  else if (pool != NULL)
    good = refresh (pool, error);
  if (pool != NULL)
    virStoragePoolFree (pool);
  agent_connections_give_back (connections, connection);
  return good;
}

/* What libvirt does not know of yet, or any more, is a file still. */
gboolean
agent_store_pool_remove (const AgentStorePool *self, AgentConnections *connections,
                         const char *volume, GError **error)
{
  g_autofree char *path = agent_store_pool_path (self, volume);
  virConnectPtr connection = agent_connections_borrow (connections, NULL);
  virStoragePoolPtr pool = connection != NULL ? find (connection, self->name, NULL, NULL) : NULL;
  virStorageVolPtr vol = pool != NULL ? virStorageVolLookupByName (pool, volume) : NULL;
  if (vol != NULL)
    {
      virStorageVolDelete (vol, 0);
      virStorageVolFree (vol);
    }
  if (pool != NULL)
    virStoragePoolFree (pool);
  if (connection != NULL)
    agent_connections_give_back (connections, connection);
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s cannot be removed: %s", path,
               g_strerror (errno));
  return FALSE;
}

/* "muri-<uuid>.part-1f2e3d4c", or with more behind a dot. */
static gboolean
is_own_part (const AgentStorePool *self, const char *name)
{
  const char *rest = name + strlen (PREFIX) + MURI_UUID_TEXT - 1;
  gsize suffix = strlen (self->suffix);
  return g_str_has_prefix (name, PREFIX) && strlen (name) > (gsize)(rest - name) && rest[0] == '.'
         && strncmp (rest + 1, self->suffix, suffix) == 0
         && (rest[1 + suffix] == '\0' || rest[1 + suffix] == '.');
}

void
agent_store_pool_sweep (const AgentStorePool *self, GHashTable *keep)
{
  g_autoptr (GDir) dir = g_dir_open (self->path, 0, NULL);
  gsize stem = strlen (PREFIX) + MURI_UUID_TEXT - 1 + 1 + strlen (self->suffix);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *part = g_strndup (name, stem);
      g_autofree char *path = g_build_filename (self->path, name, NULL);
      if (is_own_part (self, name) && !g_hash_table_contains (keep, part) && g_unlink (path) == 0)
        g_message ("%s, which was never finished, was removed", path);
    }
}
