/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images in a pool. */
#include "agent-store-pool.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "agent-error.h"
#include "agent-store.h"
#include "muri-uuid.h"

#define PREFIX "muri-"

/* A pool that is being read cannot be read once more. */
#define REFRESH_TRIES 5
#define REFRESH_PAUSE (200 * 1000)

char *
agent_store_pool_volume (const AgentStorePool *pool, const muri_v1_Uuid *id)
{
  char uuid[MURI_UUID_TEXT];
  if (pool->is_shared)
    return g_strdup_printf (PREFIX "%s-%s.qcow2", muri_uuid_format (id, uuid),
                            pool->suffix + strlen ("part-"));
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
  virConnectPtr connection;
  virStoragePoolPtr pool;
  gboolean good = FALSE;
  if (self->is_apart)
    return TRUE;
  connection = agent_connections_borrow (connections, error);
  if (connection == NULL)
    return FALSE;
  pool = agent_store_pool_find (connection, self->name, error);
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
  virStoragePoolPtr pool =
      connection != NULL ? agent_store_pool_find (connection, self->name, NULL) : NULL;
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
