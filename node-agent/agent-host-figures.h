/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentHostFigures: what this machine is doing. One thread.
 */
typedef struct _AgentHostFigures AgentHostFigures;

AgentHostFigures *agent_host_figures_new (void);
void agent_host_figures_free (AgentHostFigures *figures);

/* Reads all but storage; what could not be read is not marked as known. @now: monotonic. */
void agent_host_figures_read (AgentHostFigures *figures, gint64 now, muri_v1_NodeFigures *wire);

/* Bytes in the file system at @path (nullable: the root's). May block for long on a network's
 * file system: for worker threads. */
gboolean agent_host_figures_read_storage (const char *path, guint64 *used, guint64 *size);

/* The share of ten seconds after "some avg10=" in @text, a file of /proc/pressure. */
gboolean agent_host_figures_parse_pressure (const char *text, float *share);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentHostFigures, agent_host_figures_free)

G_END_DECLS
