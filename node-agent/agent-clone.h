/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "agent-template.h"
#include "agent-volumes.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentClone: one VM that is made of a template: what it is to be, and what of it there is.
 * @capacity: bytes, of its disk
 * @disk, @seed: volumes in @pool; @seed NULL: none
 * @disk_path, @seed_path: where these are
 * @volumes: (nullable): that pool, where it is not of files
 * @base: in it, what a linked one reads
 * @image: bytes that go into @seed
 * @xml: the domain
 * @has_disk, @has_seed, @is_defined: it was made, and is what an undoing takes away
 *
 * All functions but those of memory block in libvirt: worker threads only.
 */
typedef struct
{
  muri_v1_Uuid vm;
  char *name;
  gboolean linked;
  gboolean start;
  guint64 capacity;
  char *pool, *disk, *seed, *disk_path, *seed_path;
  AgentVolumes *volumes;
  char *base;
  char *network;
  GBytes *image;
  char *xml;
  gboolean has_disk, has_seed, is_defined;
} AgentClone;

/* @volumes: (nullable): instead of files in @directory */
AgentClone *agent_clone_new (const muri_v1_Uuid *vm, const char *name, const char *pool,
                             const char *directory, const AgentVolumes *volumes, gboolean seeded);
void agent_clone_free (AgentClone *clone);

/* What is kept on disk before anything is made: enough to undo it, or to say that it is whole.
 * As if all of it were there: agent_clone_find() says what is. */
char *agent_clone_to_notes (const AgentClone *clone);
AgentClone *agent_clone_new_from_notes (const muri_v1_Uuid *vm, const char *notes);

/* Nothing of it exists yet, and what it needs does. */
gboolean agent_clone_check (AgentClone *clone, virConnectPtr connection, GError **error);

/* @template: the linked one reads it, or what was made of it; else the disk is empty, or on the
 * test driver a copy. */
gboolean agent_clone_make_disk (AgentClone *clone, virConnectPtr connection,
                                const AgentTemplate *template, gboolean dataless, GError **error);
gboolean agent_clone_make_seed (AgentClone *clone, virConnectPtr connection, gboolean dataless,
                                GError **error);
/* What was made outlives a power failure. */
gboolean agent_clone_sync (const AgentClone *clone, GError **error);
gboolean agent_clone_define (AgentClone *clone, virConnectPtr connection, GError **error);
gboolean agent_clone_start (AgentClone *clone, virConnectPtr connection, GError **error);

/* Sets what there is of it. FALSE: nobody knows. */
gboolean agent_clone_find (AgentClone *clone, virConnectPtr connection, GError **error);

/* Takes away what there is of it, last thing first. FALSE: something is left. */
gboolean agent_clone_undo (AgentClone *clone, virConnectPtr connection, GError **error);

/* With all that libvirt keeps beside a definition. Its volumes stay. */
gboolean agent_clone_undefine (virDomainPtr domain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentClone, agent_clone_free)

G_END_DECLS
