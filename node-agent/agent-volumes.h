/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libvirt/libvirt.h>

#include "agent-image.h"
#include "agent-xml.h"

G_BEGIN_DECLS

/**
 * AgentVolumes: a libvirt pool whose volumes are no files: LVM's ("logical"), which are devices of
 * this host, or Ceph's ("rbd"), which are on the network. What is in them is raw.
 * @pool: its name in libvirt
 * @place: the directory of its devices, or its name in the cluster; a volume's path begins with it
 * @dataless: the test driver's: volumes are names only
 *
 * Nothing of it changes after it was made: any thread. Functions that take a connection block.
 */
typedef struct _AgentVolumes AgentVolumes;

struct _AgentVolumes
{
  gatomicrefcount references;
  char *pool, *place;
  gboolean is_network, dataless;
  GPtrArray *hosts;          /* AgentVolumesHost */
  char *user, *uuid, *usage; /* of the secret; NULL: none */
};

/* Whether images can be in pools of that type in this way. */
gboolean agent_volumes_knows (const char *type);

/* @xml: of a pool, as libvirt describes it */
AgentVolumes *
agent_volumes_new (const char *pool, AgentXml *xml, gboolean dataless, GError **error);
AgentVolumes *agent_volumes_ref (const AgentVolumes *volumes);
void agent_volumes_unref (AgentVolumes *volumes);

/* Of that name, which is started if need be. */
AgentVolumes *agent_volumes_open (virConnectPtr connection, const char *pool, GError **error);

/* The pool that @path, of a volume, is in; NULL: none of such a type. */
AgentVolumes *
agent_volumes_find (virConnectPtr connection, const char *path, char **name, GError **error);

/* As libvirt calls it. Transfer full. */
char *agent_volumes_path (const AgentVolumes *volumes, const char *name);

/* @text with all that not every storage takes in a name made harmless. Transfer full. */
char *agent_volumes_make_name (const char *text);

/* @disk, of a domain, has that volume as its source. */
void agent_volumes_write_source (const AgentVolumes *volumes, const char *name, xmlNode *disk);

/**
 * Whether the pool has room for @size bytes of which @used are not zeros: LVM's volumes take all of
 * their size at once. A storage that does not say how large it is has room.
 */
gboolean agent_volumes_check_space (const AgentVolumes *volumes, virConnectPtr connection,
                                    guint64 size, guint64 used, GError **error);

/* An empty one of @size bytes. */
virStorageVolPtr agent_volumes_create (const AgentVolumes *volumes, virConnectPtr connection,
                                       const char *name, guint64 size, GError **error);

/**
 * One that reads @base until it is written: a clone or a snapshot of it.
 * @size: bytes; some storages cannot make it larger than @base
 */
virStorageVolPtr
agent_volumes_create_linked (const AgentVolumes *volumes, virConnectPtr connection,
                             const char *name, const char *base, guint64 size, GError **error);

/* What is not there is no error. @snapshots: and those of it that nobody reads. */
gboolean agent_volumes_delete (const AgentVolumes *volumes, virConnectPtr connection,
                               const char *name, gboolean snapshots, GError **error);

/* What is in the image @path, into the volume @name, which was just made. */
gboolean
agent_volumes_fill (const AgentVolumes *volumes, virConnectPtr connection, const char *name,
                    const char *path, const char *format, GCancellable *cancellable,
                    AgentImageProgress progress, gpointer user_data, GError **error);
gboolean agent_volumes_fill_bytes (const AgentVolumes *volumes, virConnectPtr connection,
                                   const char *name, GBytes *bytes, GError **error);

/* What is in the volume @name, into a new image of format qcow2. */
gboolean agent_volumes_read (const AgentVolumes *volumes, virConnectPtr connection,
                             const char *name, const char *target, GCancellable *cancellable,
                             AgentImageProgress progress, gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentVolumes, agent_volumes_unref)

G_END_DECLS
