/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "agent-volumes.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentCloneFacts: what makes a machine of a template's description.
 * @volumes: (nullable): where its disks are, if these are no files
 * @disk: path of its first disk, a qcow2; or its name in @volumes
 * @seed: (nullable): the same of what has its identity
 * @network: (nullable): a libvirt network for its first card
 * @macs: (array zero-terminated=1): as many as agent_clone_xml_count_nics() says
 * @vcpus: 0 as described
 * @memory: KiB; 0 as described
 * @groups: (nullable) (array zero-terminated=1)
 * @type: (nullable): of the domain, where another one than described is right here
 */
typedef struct
{
  const char *name;
  muri_v1_Uuid vm;
  muri_v1_Uuid template_id;
  gboolean linked;
  const AgentVolumes *volumes;
  const char *disk;
  const char *seed;
  const char *network;
  const char *const *macs;
  guint vcpus;
  guint64 memory;
  char *const *groups;
  const char *type;
} AgentCloneFacts;

/* With one where none is described and @network is wanted. */
guint agent_clone_xml_count_nics (const char *description, const char *network);

/* A domain to be defined; NULL with @error where @description cannot be used. Transfer full. */
char *agent_clone_xml_new (const char *description, const AgentCloneFacts *facts, GError **error);

G_END_DECLS
