/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "agent-connections.h"
#include "agent-volumes.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentStorePool: a libvirt pool that templates are kept in. Images are files, always: of that pool
 * where it is a directory here, else in one that is only the agent's.
 * @name: of the pool
 * @path: of the directory
 * @clones, @clones_path: of disks of clones; may be the same
 * @volumes: (nullable): that pool of clones, where it is not of files
 * @is_apart: @path is no pool of libvirt's
 * @is_shared: @path is on the network, and other agents may have their images there
 * @suffix: of what is not whole yet, "part-1f2e3d4c". A pool may be shared with other hosts, and
 *   no agent takes away what another one is at.
 * @size, @available: bytes; there is room where there is room in both
 * @dataless: the test driver's: its volumes are names only, and files lie beside them
 *
 * Nothing of it changes after it was made: any thread. All functions but references block.
 */
typedef struct
{
  gatomicrefcount references;
  char *name, *path;
  char *clones, *clones_path;
  AgentVolumes *volumes;
  char *suffix;
  guint64 size, available;
  gboolean is_apart, is_shared;
  gboolean dataless;
} AgentStorePool;

/* As wanted; @clones may be NULL. A pool @name that does not exist is made at @path and started
 * with the host. */
AgentStorePool *
agent_store_pool_open (AgentConnections *connections, const muri_v1_Uuid *node, const char *name,
                       const char *path, const char *clones, GError **error);
AgentStorePool *agent_store_pool_ref (const AgentStorePool *pool);
void agent_store_pool_unref (AgentStorePool *pool);

/* Of @name, started if need be. */
virStoragePoolPtr
agent_store_pool_find (virConnectPtr connection, const char *name, GError **error);

/* As it is now. */
AgentStorePool *agent_store_pool_measure (const AgentStorePool *pool, AgentConnections *connections,
                                          GError **error);

/* "muri-<uuid>.qcow2", with the agent where others may have the same template there; and what it is
 * called until it is whole. */
char *agent_store_pool_volume (const AgentStorePool *pool, const muri_v1_Uuid *id);
char *agent_store_pool_part (const AgentStorePool *pool, const muri_v1_Uuid *id);
char *agent_store_pool_path (const AgentStorePool *pool, const char *volume);

/* A file that was put into the pool's directory becomes a volume of it. */
gboolean
agent_store_pool_adopt (const AgentStorePool *pool, AgentConnections *connections,
                        const char *volume, guint64 size, guint64 allocation, GError **error);

/* The volume, and its file. What is not there is no error. */
gboolean agent_store_pool_remove (const AgentStorePool *pool, AgentConnections *connections,
                                  const char *volume, GError **error);

/* Files of this agent that are not whole, but for those that @keep (a set of names) has. */
void agent_store_pool_sweep (const AgentStorePool *pool, GHashTable *keep);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentStorePool, agent_store_pool_unref)

G_END_DECLS
