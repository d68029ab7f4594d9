/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-clone.h"

#include <gio/gio.h>
#include <libvirt/virterror.h>
#include <string.h>
#include <unistd.h>

#include "agent-error.h"
#include "agent-sync.h"
#include "muri-uuid.h"

#define GROUP "clone"

/* Of what is sent at once. */
#define PIECE (128 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (virStoragePool, virStoragePoolFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (virStorageVol, virStorageVolFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (virDomain, virDomainFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (virNetwork, virNetworkFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (virStream, virStreamFree)

/* ---- memory ------------------------------------------------------------------------------ */

AgentClone *
agent_clone_new (const muri_v1_Uuid *vm, const char *name, const char *pool, const char *directory,
                 const AgentVolumes *volumes, gboolean seeded)
{
  AgentClone *clone = g_new0 (AgentClone, 1);
  g_autofree char *stem = volumes != NULL ? agent_volumes_make_name (name) : g_strdup (name);
  char id[MURI_UUID_TEXT];

  muri_uuid_format (vm, id);
  clone->vm = *vm;
  clone->name = g_strdup (name);
  clone->pool = g_strdup (pool);
  clone->volumes = volumes != NULL ? agent_volumes_ref (volumes) : NULL;
  clone->disk = g_strdup_printf ("%s-%.8s%s", stem, id, volumes != NULL ? "" : ".qcow2");
  clone->disk_path = g_build_filename (directory, clone->disk, NULL);
  clone->seed = seeded ? g_strdup_printf ("%s-%.8s-seed.iso", stem, id) : NULL;
  clone->seed_path = seeded ? g_build_filename (directory, clone->seed, NULL) : NULL;
  return clone;
}

void
agent_clone_free (AgentClone *clone)
{
  g_free (clone->name);
  g_free (clone->pool);
  g_free (clone->disk);
  g_free (clone->seed);
  g_free (clone->disk_path);
  g_free (clone->seed_path);
  g_clear_pointer (&clone->volumes, agent_volumes_unref);
  g_free (clone->base);
  g_free (clone->network);
  g_clear_pointer (&clone->image, g_bytes_unref);
  g_free (clone->xml);
  g_free (clone);
}

char *
agent_clone_to_notes (const AgentClone *clone)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, GROUP, "name", clone->name);
  g_key_file_set_string (file, GROUP, "pool", clone->pool);
  g_key_file_set_string (file, GROUP, "disk", clone->disk);
  if (clone->seed != NULL)
    g_key_file_set_string (file, GROUP, "seed", clone->seed);
  g_key_file_set_boolean (file, GROUP, "start", clone->start);
  return g_key_file_to_data (file, NULL, NULL);
}

AgentClone *
agent_clone_new_from_notes (const muri_v1_Uuid *vm, const char *notes)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (AgentClone) clone = g_new0 (AgentClone, 1);

  if (notes == NULL || !g_key_file_load_from_data (file, notes, -1, G_KEY_FILE_NONE, NULL))
    return NULL;
  clone->vm = *vm;
  clone->name = g_key_file_get_string (file, GROUP, "name", NULL);
  clone->pool = g_key_file_get_string (file, GROUP, "pool", NULL);
  clone->disk = g_key_file_get_string (file, GROUP, "disk", NULL);
  clone->seed = g_key_file_get_string (file, GROUP, "seed", NULL);
  clone->start = g_key_file_get_boolean (file, GROUP, "start", NULL);
  return clone->name != NULL && clone->pool != NULL && clone->disk != NULL
             ? g_steal_pointer (&clone)
             : NULL;
}

/* ---- making ------------------------------------------------------------------------------ */

static gboolean
fail (GError **error)
{
  agent_error_set_from_libvirt (error);
  return FALSE;
}

static gboolean
refuse (GError **error, const char *format, const char *what)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, format, what);
  return FALSE;
}

static gboolean
check_network (AgentClone *clone, virConnectPtr connection, GError **error)
{
  g_autoptr (virNetwork) network = NULL;

  if (clone->network == NULL)
    return TRUE;
  network = virNetworkLookupByName (connection, clone->network);
  if (network == NULL)
    return fail (error);
  if (virNetworkIsActive (network) != 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the network “%s” is not active",
               clone->network);
  return FALSE;
}

static gboolean
check_volumes (AgentClone *clone, virConnectPtr connection, GError **error)
{
  const char *const names[] = { clone->disk, clone->seed };
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (connection, clone->pool);

  if (pool == NULL)
    return fail (error);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (virStorageVol) volume =
          names[i] != NULL ? virStorageVolLookupByName (pool, names[i]) : NULL;

      if (volume != NULL)
        return refuse (error, "there is a volume %s already", names[i]);
    }
  return TRUE;
}

static gboolean
check_files (AgentClone *clone, GError **error)
{
  if (access (clone->disk_path, F_OK) == 0)
    return refuse (error, "there is a file %s already", clone->disk_path);
  if (clone->seed_path != NULL && access (clone->seed_path, F_OK) == 0)
    return refuse (error, "there is a file %s already", clone->seed_path);
  return TRUE;
}

/* Defining it would change another one of that UUID; of its name libvirt itself takes care. */
gboolean
agent_clone_check (AgentClone *clone, virConnectPtr connection, GError **error)
{
  g_autoptr (virDomain) domain = virDomainLookupByUUID (connection, clone->vm.b);
  g_autoptr (GError) local = NULL;

  if (domain != NULL)
    return refuse (error, "there is a VM with its UUID already: “%s”", virDomainGetName (domain));
  local = agent_error_new_from_libvirt ();
  if (!agent_error_is_no_domain (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return (clone->volumes != NULL ? check_volumes (clone, connection, error)
                                 : check_files (clone, error))
         && check_network (clone, connection, error);
}

static char *
describe_volume (const char *name, const char *format, guint64 capacity,
                 const AgentTemplate *backing)
{
  g_autofree char *rest = backing != NULL ? g_markup_printf_escaped (
                              "<backingStore><path>%s</path><format type='%s'/></backingStore>",
                              backing->path, backing->format)
                                          : g_strdup ("");
  g_autofree char *head = g_markup_printf_escaped ("<name>%s</name>", name);

  return g_strdup_printf ("<volume>%s<capacity>%" G_GUINT64_FORMAT "</capacity>"
                          "<allocation>0</allocation><target><format type='%s'/>%s</target>%s"
                          "</volume>",
                          head, capacity, format,
                          strcmp (format, "qcow2") == 0 ? "<compat>1.1</compat>" : "", rest);
}

static virStorageVolPtr
copy_volume (virStoragePoolPtr pool, const char *xml, virConnectPtr connection,
             const AgentTemplate *template)
{
  g_autoptr (virStorageVol) from = virStorageVolLookupByPath (connection, template->path);

  return from != NULL ? virStorageVolCreateXMLFrom (pool, xml, from, 0) : NULL;
}

/* libvirt forgets its error when the pool is given back. */
static virStorageVolPtr
make_file_disk (AgentClone *clone, virConnectPtr connection, const AgentTemplate *template,
                gboolean dataless, GError **error)
{
  g_autofree char *xml =
      describe_volume (clone->disk, "qcow2", clone->capacity, clone->linked ? template : NULL);
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (connection, clone->pool);
  virStorageVolPtr volume = NULL;

  if (pool != NULL && dataless && !clone->linked)
    volume = copy_volume (pool, xml, connection, template);
  else if (pool != NULL)
    volume = virStorageVolCreateXML (pool, xml, 0);
  if (volume == NULL)
    fail (error);
  return volume;
}

static virStorageVolPtr
make_volume_disk (AgentClone *clone, virConnectPtr connection, GError **error)
{
  return clone->linked ? agent_volumes_create_linked (clone->volumes, connection, clone->disk,
                                                      clone->base, clone->capacity, error)
                       : agent_volumes_create (clone->volumes, connection, clone->disk,
                                               clone->capacity, error);
}

gboolean
agent_clone_make_disk (AgentClone *clone, virConnectPtr connection, const AgentTemplate *template,
                       gboolean dataless, GError **error)
{
  g_autoptr (virStorageVol) volume =
      clone->volumes != NULL ? make_volume_disk (clone, connection, error)
                             : make_file_disk (clone, connection, template, dataless, error);

  clone->has_disk = volume != NULL;
  return volume != NULL;
}

static gboolean
upload (virConnectPtr connection, virStorageVolPtr volume, GBytes *bytes, GError **error)
{
  g_autoptr (virStream) stream = virStreamNew (connection, 0);
  gsize size, done = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  if (stream == NULL || virStorageVolUpload (volume, stream, 0, size, 0) < 0)
    return fail (error);
  while (done < size)
    {
      int n = virStreamSend (stream, data + done, MIN (size - done, PIECE));

      if (n < 0)
        {
          fail (error);
          virStreamAbort (stream);
          return FALSE;
        }
      done += n;
    }
  return virStreamFinish (stream) == 0 ? TRUE : fail (error);
}

static gboolean
make_volume_seed (AgentClone *clone, virConnectPtr connection, GError **error)
{
  g_autoptr (virStorageVol) volume = agent_volumes_create (clone->volumes, connection, clone->seed,
                                                           g_bytes_get_size (clone->image), error);

  clone->has_seed = volume != NULL;
  return volume != NULL
         && agent_volumes_fill_bytes (clone->volumes, connection, clone->seed, clone->image, error);
}

static gboolean
make_file_seed (AgentClone *clone, virConnectPtr connection, gboolean dataless, GError **error)
{
  g_autofree char *xml =
      describe_volume (clone->seed, "raw", g_bytes_get_size (clone->image), NULL);
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (connection, clone->pool);
  g_autoptr (virStorageVol) volume = NULL;

  if (pool == NULL || (volume = virStorageVolCreateXML (pool, xml, 0)) == NULL)
    return fail (error);
  clone->has_seed = TRUE;
  return dataless || upload (connection, volume, clone->image, error);
}

gboolean
agent_clone_make_seed (AgentClone *clone, virConnectPtr connection, gboolean dataless,
                       GError **error)
{
  return clone->volumes != NULL ? make_volume_seed (clone, connection, error)
                                : make_file_seed (clone, connection, dataless, error);
}

static gboolean
sync_volume (const AgentVolumes *volumes, const char *name, GError **error)
{
  g_autofree char *path = name != NULL ? agent_volumes_path (volumes, name) : NULL;

  return path == NULL || agent_sync_data (path, error);
}

/* A cluster keeps what its clients have written. */
gboolean
agent_clone_sync (const AgentClone *clone, GError **error)
{
  const AgentVolumes *volumes = clone->volumes;

  if (volumes != NULL)
    return volumes->is_network
           || (sync_volume (volumes, clone->disk, error)
               && sync_volume (volumes, clone->seed, error));
  return agent_sync_data (clone->disk_path, error)
         && (clone->seed_path == NULL || agent_sync_data (clone->seed_path, error))
         && agent_sync_name (clone->disk_path, error);
}

gboolean
agent_clone_define (AgentClone *clone, virConnectPtr connection, GError **error)
{
  g_autoptr (virDomain) domain = virDomainDefineXML (connection, clone->xml);

  clone->is_defined = domain != NULL;
  return domain != NULL ? TRUE : fail (error);
}

gboolean
agent_clone_start (AgentClone *clone, virConnectPtr connection, GError **error)
{
  g_autoptr (virDomain) domain = virDomainLookupByUUID (connection, clone->vm.b);

  if (domain == NULL)
    return fail (error);
  return virDomainIsActive (domain) > 0 || virDomainCreate (domain) == 0 ? TRUE : fail (error);
}

/* ---- undoing ----------------------------------------------------------------------------- */

static gboolean
find_volume (virStoragePoolPtr pool, const char *name, gboolean *has, GError **error)
{
  g_autoptr (virStorageVol) volume = name != NULL ? virStorageVolLookupByName (pool, name) : NULL;

  *has = volume != NULL;
  return name == NULL || volume != NULL || virGetLastErrorCode () == VIR_ERR_NO_STORAGE_VOL
             ? TRUE
             : fail (error);
}

/* A pool does not know of a file that a killed libvirtd was making. */
gboolean
agent_clone_find (AgentClone *clone, virConnectPtr connection, GError **error)
{
  g_autoptr (virDomain) domain = virDomainLookupByUUID (connection, clone->vm.b);
  g_autoptr (virStoragePool) pool = NULL;

  clone->is_defined = domain != NULL;
  if (domain == NULL && virGetLastErrorCode () != VIR_ERR_NO_DOMAIN)
    return fail (error);
  pool = virStoragePoolLookupByName (connection, clone->pool);
  if (pool == NULL)
    return fail (error);
  virStoragePoolRefresh (pool, 0);
  return find_volume (pool, clone->disk, &clone->has_disk, error)
         && find_volume (pool, clone->seed, &clone->has_seed, error);
}

/* Drivers without managed save or snapshots refuse the flags as a whole. */
gboolean
agent_clone_undefine (virDomainPtr domain)
{
  if (virDomainUndefineFlags (domain, VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_NVRAM
                                          | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
                                          | VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA)
      == 0)
    return TRUE;
  return (virGetLastErrorCode () == VIR_ERR_INVALID_ARG
          || virGetLastErrorCode () == VIR_ERR_NO_SUPPORT)
         && (virDomainUndefineFlags (domain, VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
                                                 | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA)
                 == 0
             || virDomainUndefine (domain) == 0);
}

static gboolean
undo_domain (AgentClone *clone, virConnectPtr connection, GError **error)
{
  g_autoptr (virDomain) domain = virDomainLookupByUUID (connection, clone->vm.b);

  if (domain == NULL && virGetLastErrorCode () == VIR_ERR_NO_DOMAIN)
    return TRUE;
  if (domain == NULL)
    return fail (error);
  if (virDomainIsActive (domain) > 0 && virDomainDestroy (domain) < 0
      && virGetLastErrorCode () != VIR_ERR_OPERATION_INVALID)
    return fail (error);
  return agent_clone_undefine (domain) || virGetLastErrorCode () == VIR_ERR_NO_DOMAIN
             ? TRUE
             : fail (error);
}

static gboolean
undo_volume (virStoragePoolPtr pool, const char *name, GError **error)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByName (pool, name);

  if (volume == NULL)
    return virGetLastErrorCode () == VIR_ERR_NO_STORAGE_VOL ? TRUE : fail (error);
  return virStorageVolDelete (volume, 0) == 0 ? TRUE : fail (error);
}

gboolean
agent_clone_undo (AgentClone *clone, virConnectPtr connection, GError **error)
{
  g_autoptr (virStoragePool) pool = NULL;

  if (clone->is_defined && !undo_domain (clone, connection, error))
    return FALSE;
  clone->is_defined = FALSE;
  if (!clone->has_disk && !clone->has_seed)
    return TRUE;
  pool = virStoragePoolLookupByName (connection, clone->pool);
  if (pool == NULL)
    return fail (error);
  if (clone->has_seed && !undo_volume (pool, clone->seed, error))
    return FALSE;
  clone->has_seed = FALSE;
  if (clone->has_disk && !undo_volume (pool, clone->disk, error))
    return FALSE;
  clone->has_disk = FALSE;
  return TRUE;
}
