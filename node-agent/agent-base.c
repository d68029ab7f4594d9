/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-base.h"

#include <glib/gstdio.h>
#include <libvirt/virterror.h>
#include <string.h>

#include "agent-error.h"
#include "agent-store.h"
#include "muri-uuid.h"

#define GROUP "base"
#define SUFFIX ".base"

/* Ceph holds for half a minute what a program that was killed had open. */
#define DELETE_TRIES 40
#define DELETE_PAUSE G_USEC_PER_SEC

#define TURN_PAUSE (100 * 1000)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (virStoragePool, virStoragePoolFree)

typedef struct
{
  char *pool, *volume, *path;
  char *sha256;
  gboolean is_whole;
} Record;

/* One at a time: who needs the same one finds it made. */
static GMutex lock;

/* ---- the record ------------------------------------------------------------------------- */

static void
record_clear (Record *record)
{
  g_free (record->pool);
  g_free (record->volume);
  g_free (record->path);
  g_free (record->sha256);
  *record = (Record){ 0 };
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Record, record_clear)

static char *
place_of (const char *directory, const muri_v1_Uuid *id, const char *suffix)
{
  char uuid[MURI_UUID_TEXT];
  g_autofree char *name = g_strconcat (muri_uuid_format (id, uuid), suffix, NULL);
  return g_build_filename (directory, name, NULL);
}

static gboolean
record_load (const char *directory, const muri_v1_Uuid *id, Record *record)
{
  g_autofree char *path = place_of (directory, id, SUFFIX);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return FALSE;
  record->pool = g_key_file_get_string (file, GROUP, "pool", NULL);
  record->volume = g_key_file_get_string (file, GROUP, "volume", NULL);
  record->path = g_key_file_get_string (file, GROUP, "path", NULL);
  record->sha256 = g_key_file_get_string (file, GROUP, "sha256", NULL);
  record->is_whole = g_key_file_get_boolean (file, GROUP, "whole", NULL);
  return record->pool != NULL && record->volume != NULL && record->path != NULL;
}

static gboolean
record_save (const char *directory, const muri_v1_Uuid *id, const Record *record, GError **error)
{
  g_autofree char *path = place_of (directory, id, SUFFIX);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  gsize length;
  g_key_file_set_string (file, GROUP, "pool", record->pool);
  g_key_file_set_string (file, GROUP, "volume", record->volume);
  g_key_file_set_string (file, GROUP, "path", record->path);
  g_key_file_set_string (file, GROUP, "sha256", record->sha256);
  g_key_file_set_boolean (file, GROUP, "whole", record->is_whole);
  text = g_key_file_to_data (file, &length, NULL);
  return g_file_set_contents_full (path, text, length,
                                   G_FILE_SET_CONTENTS_DURABLE | G_FILE_SET_CONTENTS_CONSISTENT,
                                   0600, error);
}

static void
record_erase (const char *directory, const muri_v1_Uuid *id)
{
  g_autofree char *path = place_of (directory, id, SUFFIX);
  g_unlink (path);
}

char *
agent_base_get_path (const char *directory, const muri_v1_Uuid *id)
{
  g_auto (Record) record = { 0 };
  return record_load (directory, id, &record) ? g_steal_pointer (&record.path) : NULL;
}

/* ---- its end ---------------------------------------------------------------------------- */

static gboolean
is_read_by (virStorageVolPtr volume, const char *path)
{
  char *text = virStorageVolGetXMLDesc (volume, 0);
  g_autoptr (AgentXml) xml = text != NULL ? agent_xml_parse (text, "volume") : NULL;
  g_autofree char *backing =
      xml != NULL
          ? agent_xml_dup_text (agent_xml_find (agent_xml_root (xml), "backingStore", "path", NULL))
          : NULL;
  free (text);
  return g_strcmp0 (backing, path) == 0;
}

/* With a volume LVM deletes its snapshots, and asks nobody. */
static gboolean
check_unread (virConnectPtr connection, const Record *record, GError **error)
{
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (connection, record->pool);
  g_autofree virStorageVolPtr *volumes = NULL;
  g_autofree char *reader = NULL;
  int n;
  if (pool != NULL)
    virStoragePoolRefresh (pool, 0);
  n = pool != NULL ? virStoragePoolListAllVolumes (pool, &volumes, 0) : -1;
  if (n < 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  for (int i = 0; i < n; i++)
    {
      if (reader == NULL && is_read_by (volumes[i], record->path))
        reader = g_strdup (virStorageVolGetName (volumes[i]));
      virStorageVolFree (volumes[i]);
    }
  if (reader != NULL)
    g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_BUSY,
                 "the volume %s of the pool “%s” reads it", reader, record->pool);
  return reader == NULL;
}

static gboolean
try_delete (virConnectPtr connection, const Record *record, GError **error)
{
  g_autoptr (AgentVolumes) volumes = NULL;
  g_autoptr (GError) local = NULL;
  if (record->is_whole && !check_unread (connection, record, error))
    return FALSE;
  volumes = agent_volumes_open (connection, record->pool, error);
  if (volumes == NULL)
    return FALSE;
  if (agent_volumes_delete (volumes, connection, record->volume, TRUE, &local))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local),
                              record->is_whole
                                  ? "its volume %s in the pool “%s” stays, which clones may read "
                                    "that this host does not know of: "
                                  : "its volume %s in the pool “%s”, which is not whole, stays: ",
                              record->volume, record->pool);
  return FALSE;
}

/* Of a pool that nobody has any more nothing can be taken away. */
static gboolean
is_pool_gone (virConnectPtr connection, const Record *record)
{
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (connection, record->pool);
  return pool == NULL && virGetLastErrorCode () == VIR_ERR_NO_STORAGE_POOL;
}

static gboolean
drop (const char *directory, virConnectPtr connection, const muri_v1_Uuid *id, GError **error)
{
  g_auto (Record) record = { 0 };
  if (record_load (directory, id, &record) && !is_pool_gone (connection, &record)
      && !try_delete (connection, &record, error))
    return FALSE;
  record_erase (directory, id);
  return TRUE;
}

gboolean
agent_base_remove (const char *directory, AgentConnections *connections, const muri_v1_Uuid *id,
                   GError **error)
{
  g_autofree char *path = place_of (directory, id, SUFFIX);
  virConnectPtr connection;
  gboolean good;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  connection = agent_connections_borrow (connections, error);
  if (connection == NULL)
    return FALSE;
  g_mutex_lock (&lock);
  good = drop (directory, connection, id, error);
  g_mutex_unlock (&lock);
  agent_connections_give_back (connections, connection);
  return good;
}

static void
sweep_one (const char *directory, virConnectPtr connection, const char *name)
{
  g_autofree char *text = g_strndup (name, strlen (name) - strlen (SUFFIX));
  g_autoptr (GError) error = NULL;
  g_auto (Record) record = { 0 };
  g_autofree char *template = NULL;
  muri_v1_Uuid id;
  if (!muri_uuid_parse (text, &id))
    return;
  template = place_of (directory, &id, ".ini");
  if (record_load (directory, &id, &record) && record.is_whole
      && g_file_test (template, G_FILE_TEST_EXISTS))
    return;
  if (drop (directory, connection, &id, &error))
    g_message ("What there was of the volume %s was removed", record.volume);
  else
    g_message ("What there is of the volume %s stays: %s", record.volume, error->message);
}

void
agent_base_sweep (const char *directory, AgentConnections *connections)
{
  g_autoptr (GDir) dir = NULL;
  virConnectPtr connection = NULL;
  const char *name;
  if (!g_mutex_trylock (&lock))
    return;
  dir = g_dir_open (directory, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (!g_str_has_suffix (name, SUFFIX))
        continue;
      if (connection == NULL)
        connection = agent_connections_borrow (connections, NULL);
      if (connection != NULL)
        sweep_one (directory, connection, name);
    }
  g_mutex_unlock (&lock);
  if (connection != NULL)
    agent_connections_give_back (connections, connection);
}

/* ---- making ----------------------------------------------------------------------------- */

static gboolean
is_right (const AgentBase *base, virConnectPtr connection, const Record *record, const char *sha256)
{
  g_autoptr (virStoragePool) pool = NULL;
  virStorageVolPtr volume;
  if (!record->is_whole || g_strcmp0 (record->pool, base->volumes->pool) != 0
      || g_strcmp0 (record->sha256, sha256) != 0)
    return FALSE;
  pool = virStoragePoolLookupByName (connection, record->pool);
  volume = pool != NULL ? virStorageVolLookupByName (pool, record->volume) : NULL;
  if (volume == NULL)
    return FALSE;
  virStorageVolFree (volume);
  return TRUE;
}

static gboolean
drop_patiently (const AgentBase *base, virConnectPtr connection, const muri_v1_Uuid *id,
                const Record *record, GCancellable *cancellable, GError **error)
{
  guint tries = record->volume != NULL && !record->is_whole ? DELETE_TRIES : 1;
  g_autoptr (GError) local = NULL;
  for (guint i = 0; !drop (base->directory, connection, id, &local); i++)
    {
      if (i + 1 >= tries || g_cancellable_is_cancelled (cancellable))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      g_clear_error (&local);
      g_usleep (DELETE_PAUSE);
    }
  return TRUE;
}

typedef struct
{
  GCancellable *cancellable;
  AgentImageProgress progress;
  gpointer user_data;
} Telling;

static gboolean
make (const AgentBase *base, virConnectPtr connection, const AgentTemplate *template,
      const char *image, Record *record, const Telling *telling, GError **error)
{
  virStorageVolPtr volume;
  if (!agent_volumes_check_space (base->volumes, connection, template->size, template->allocation,
                                  error)
      || !record_save (base->directory, &template->id, record, error))
    return FALSE;
  volume = agent_volumes_create (base->volumes, connection, record->volume, template->size, error);
  if (volume == NULL)
    return FALSE;
  virStorageVolFree (volume);
  if (!agent_volumes_fill (base->volumes, connection, record->volume, image, "qcow2",
                           telling->cancellable, telling->progress, telling->user_data, error))
    return FALSE;
  record->is_whole = TRUE;
  return record_save (base->directory, &template->id, record, error);
}

static char *
ensure (const AgentBase *base, virConnectPtr connection, const AgentTemplate *template,
        const char *image, const Telling *telling, GError **error)
{
  g_auto (Record) record = { 0 };
  char sha256[65], uuid[MURI_UUID_TEXT];
  gboolean known = record_load (base->directory, &template->id, &record);
  agent_template_format_checksum (template->sha256, sha256);
  if (known && is_right (base, connection, &record, sha256))
    return g_steal_pointer (&record.volume);
  if (!drop_patiently (base, connection, &template->id, &record, telling->cancellable, error))
    return NULL;
  record_clear (&record);
  record.pool = g_strdup (base->volumes->pool);
  record.volume =
      g_strdup_printf ("muri-%s-%s", muri_uuid_format (&template->id, uuid), base->agent);
  record.path = agent_volumes_path (base->volumes, record.volume);
  record.sha256 = g_strdup (sha256);
  if (make (base, connection, template, image, &record, telling, error))
    return g_steal_pointer (&record.volume);
  drop (base->directory, connection, &template->id, NULL);
  return NULL;
}

/* Others may be at it for long; who does not want it any more does not wait for them. */
static gboolean
take_turn (GCancellable *cancellable, GError **error)
{
  while (!g_mutex_trylock (&lock))
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_usleep (TURN_PAUSE);
    }
  return TRUE;
}

char *
agent_base_ensure (const AgentBase *base, const AgentTemplate *template, const char *image,
                   GCancellable *cancellable, AgentImageProgress progress, gpointer user_data,
                   GError **error)
{
  const Telling telling = { cancellable, progress, user_data };
  virConnectPtr connection = agent_connections_borrow (base->connections, error);
  char *volume = NULL;
  if (connection == NULL)
    return NULL;
  if (take_turn (cancellable, error))
    {
      volume = ensure (base, connection, template, image, &telling, error);
      g_mutex_unlock (&lock);
    }
  agent_connections_give_back (base->connections, connection);
  return volume;
}
