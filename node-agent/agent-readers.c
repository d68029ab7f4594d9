/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-readers.h"

#include <libvirt/virterror.h>
#include <string.h>

#include "agent-error.h"
#include "agent-xml.h"
#include "muri-uuid.h"

typedef struct
{
  muri_v1_Uuid vm; /* zero: none */
  char *name;
} Reader;

struct _AgentReaders
{
  GHashTable *readers; /* source to GPtrArray of Reader */
};

static void
reader_free (gpointer data)
{
  Reader *reader = data;

  g_free (reader->name);
  g_free (reader);
}

void
agent_readers_add (AgentReaders *self, const char *source, const muri_v1_Uuid *vm, const char *name)
{
  GPtrArray *list = g_hash_table_lookup (self->readers, source);
  Reader *reader;

  if (*source == '\0')
    return;
  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func (reader_free);
      g_hash_table_insert (self->readers, g_strdup (source), list);
    }
  reader = g_new0 (Reader, 1);
  reader->name = g_strdup (name);
  if (vm != NULL)
    reader->vm = *vm;
  g_ptr_array_add (list, reader);
}

static void
add_vm (const muri_v1_Vm *vm, gpointer data)
{
  g_autofree char *name = g_strdup_printf ("“%s” reads it too", vm->name);

  for (guint i = 0; i < vm->disks._length; i++)
    agent_readers_add (data, vm->disks._buffer[i].source, &vm->vm, name);
}

static void
add_template (const AgentTemplate *template, gpointer data)
{
  g_autofree char *name = g_strdup_printf ("it is the template “%s”", template->name);

  agent_readers_add (data, template->path, NULL, name);
}

AgentReaders *
agent_readers_new (AgentInventory *inventory, AgentStore *store)
{
  AgentReaders *self = g_new0 (AgentReaders, 1);

  self->readers =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  if (inventory != NULL)
    agent_inventory_foreach (inventory, add_vm, self);
  if (store != NULL)
    agent_store_foreach (store, add_template, self);
  return self;
}

void
agent_readers_free (AgentReaders *self)
{
  g_hash_table_unref (self->readers);
  g_free (self);
}

/* ---- volumes ----------------------------------------------------------------------------- */

static void
add_backing (AgentReaders *self, virStorageVolPtr volume)
{
  char *text = virStorageVolGetXMLDesc (volume, 0);
  g_autoptr (AgentXml) xml = text != NULL ? agent_xml_parse (text, "volume") : NULL;
  g_autofree char *path =
      xml != NULL
          ? agent_xml_dup_text (agent_xml_find (agent_xml_root (xml), "backingStore", "path", NULL))
          : NULL;
  g_autofree char *name = NULL;

  free (text);
  if (path == NULL)
    return;
  name = g_strdup_printf ("the volume %s is based on it", virStorageVolGetName (volume));
  agent_readers_add (self, path, NULL, name);
}

static gboolean
add_pool (AgentReaders *self, virStoragePoolPtr pool)
{
  g_autofree virStorageVolPtr *volumes = NULL;
  int n;

  /* What others have put there; refused while something is being made in it, which libvirt knows
   * of by itself. */
  virStoragePoolRefresh (pool, 0);
  n = virStoragePoolListAllVolumes (pool, &volumes, 0);
  for (int i = 0; i < n; i++)
    {
      add_backing (self, volumes[i]);
      virStorageVolFree (volumes[i]);
    }
  return n >= 0;
}

gboolean
agent_readers_add_volumes (AgentReaders *self, virConnectPtr connection, GError **error)
{
  g_autofree virStoragePoolPtr *pools = NULL;
  int n = virConnectListAllStoragePools (connection, &pools, VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE);
  gboolean good = n >= 0;

  if (!good)
    agent_error_set_from_libvirt (error);
  for (int i = 0; i < n; i++)
    {
      if (good && !add_pool (self, pools[i]))
        {
          agent_error_set_from_libvirt (error);
          good = FALSE;
        }
      virStoragePoolFree (pools[i]);
    }
  return good;
}

static const char *
find_one (AgentReaders *self, const muri_v1_Uuid *vm, const char *source)
{
  GPtrArray *list = source != NULL ? g_hash_table_lookup (self->readers, source) : NULL;

  for (guint i = 0; list != NULL && i < list->len; i++)
    if (!muri_uuid_equal (&((const Reader *)list->pdata[i])->vm, vm))
      return ((const Reader *)list->pdata[i])->name;
  return NULL;
}

char *
agent_readers_find (AgentReaders *self, const muri_v1_Uuid *vm, const char *path,
                    const char *volume)
{
  const char *name = find_one (self, vm, path);

  return g_strdup (name != NULL ? name : find_one (self, vm, volume));
}

static gboolean
is_other_vm (const Reader *reader, const muri_v1_Uuid *vm)
{
  return !muri_uuid_is_zero (&reader->vm) && !muri_uuid_equal (&reader->vm, vm);
}

static gboolean
has_vm (AgentReaders *self, const muri_v1_Uuid *vm, const char *source)
{
  GPtrArray *list = source != NULL ? g_hash_table_lookup (self->readers, source) : NULL;

  for (guint i = 0; list != NULL && i < list->len; i++)
    if (is_other_vm (list->pdata[i], vm))
      return TRUE;
  return FALSE;
}

gboolean
agent_readers_has_vm (AgentReaders *self, const muri_v1_Uuid *vm, const char *path,
                      const char *volume)
{
  return has_vm (self, vm, path) || has_vm (self, vm, volume);
}

static gboolean
is_gone (virConnectPtr connection, const muri_v1_Uuid *vm)
{
  virDomainPtr domain = virDomainLookupByUUID (connection, vm->b);

  if (domain == NULL)
    return virGetLastErrorCode () == VIR_ERR_NO_DOMAIN;
  virDomainFree (domain);
  return FALSE;
}

static void
drop_gone (AgentReaders *self, virConnectPtr connection, const muri_v1_Uuid *vm, const char *source)
{
  GPtrArray *list = source != NULL ? g_hash_table_lookup (self->readers, source) : NULL;

  for (guint i = 0; list != NULL && i < list->len;)
    {
      const Reader *reader = list->pdata[i];

      if (is_other_vm (reader, vm) && is_gone (connection, &reader->vm))
        g_ptr_array_remove_index (list, i);
      else
        i++;
    }
}

void
agent_readers_look_again (AgentReaders *self, virConnectPtr connection, const muri_v1_Uuid *vm,
                          const char *path, const char *volume)
{
  drop_gone (self, connection, vm, path);
  drop_gone (self, connection, vm, volume);
}
