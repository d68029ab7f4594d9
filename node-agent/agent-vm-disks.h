/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentVmDisk: a disk of a domain, and its volume.
 * @target: "vda"
 * @path: of its volume; NULL while it has none, or is neither a file or device of this host nor in
 *   a Ceph cluster ("POOL/IMAGE")
 * @pool, @volume: (nullable): where the definition names it so
 * @backing, @backing_format: (nullable): as agent_vm_disk_read_backing() found them
 * @is_disk: else a drive
 * @is_shared: others may write it at the same time
 * @is_readonly: it never writes
 */
typedef struct
{
  char *target;
  char *path;
  char *pool, *volume;
  char *backing, *backing_format;
  gboolean is_disk, is_shared, is_readonly;
} AgentVmDisk;

void agent_vm_disk_free (gpointer disk);

/* (element-type AgentVmDisk), of a definition; NULL: it is none. */
GPtrArray *agent_vm_disks_parse (const char *xml);

/* Of @domain as it will be started next, or of a transient one as it is. Blocks. */
GPtrArray *agent_vm_disks_read (virDomainPtr domain, GError **error);

/* NULL: in no pool that is known, or an error of libvirt's. Blocks. */
virStorageVolPtr agent_vm_disk_find_volume (virConnectPtr connection, const AgentVmDisk *disk);

/* What its volume is based on. FALSE: nothing, or it has none. Blocks. */
gboolean agent_vm_disk_read_backing (virConnectPtr connection, AgentVmDisk *disk);

/* Whether it is the volume with the identity that a clone called @vm was given. */
gboolean agent_vm_disk_is_seed (const AgentVmDisk *disk, const muri_v1_Uuid *vm);

G_END_DECLS
