/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-vm-table.h"

G_BEGIN_DECLS

/**
 * AgentStorageReader: how full the file system of the default pool is.
 *
 * The pool may be on a network's file system, whose statvfs() hangs with its server: it is asked
 * on a thread of its own, one call at a time. Used by one thread.
 */
typedef struct _AgentStorageReader AgentStorageReader;

AgentStorageReader *agent_storage_reader_new (AgentVmTable *table);

/* Asks now and then, and fills in what is known. @now: monotonic. */
void agent_storage_reader_tick (AgentStorageReader *reader, gint64 now, muri_v1_NodeFigures *wire);
void agent_storage_reader_stop (AgentStorageReader *reader);

G_END_DECLS
