/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-connections.h"
#include "agent-template.h"
#include "agent-volumes.h"

G_BEGIN_DECLS

/**
 * AgentBase: the raw volume with what is in a template's image, in a pool whose volumes are no
 * files: what linked clones read there. The image stays what is distributed; this is made of it,
 * and can be made again.
 *
 * Its record DIRECTORY/<uuid>.base is on disk before it is, and says whether it is whole, since a
 * volume cannot be renamed. A cluster's pool may be shared with other agents: each has its own.
 *
 * All functions block, and any thread may call them.
 * @directory: of the store
 */
typedef struct
{
  const char *directory;
  AgentConnections *connections;
  const AgentVolumes *volumes;
  const char *agent; /* ends the names of its volumes */
} AgentBase;

/**
 * Makes it of @image, unless it is there and whole.
 * Returns: (transfer full): the volume's name
 */
char *agent_base_ensure (const AgentBase *base, const AgentTemplate *template, const char *image,
                         GCancellable *cancellable, AgentImageProgress progress, gpointer user_data,
                         GError **error);

/* FALSE: it is still there. None is no error. */
gboolean agent_base_remove (const char *directory, AgentConnections *connections,
                            const muri_v1_Uuid *id, GError **error);

/* Those that are not whole, and those without a template, if nobody is at one. */
void agent_base_sweep (const char *directory, AgentConnections *connections);

/* Its path, as libvirt calls it; NULL: there is none. Transfer full. */
char *agent_base_get_path (const char *directory, const muri_v1_Uuid *id);

G_END_DECLS
