/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "agent-inventory.h"
#include "agent-store.h"

G_BEGIN_DECLS

/**
 * AgentReaders: who reads which volume of this host, so that none is deleted that somebody needs:
 * VMs, templates, and volumes that are based on others. Any one thread at a time.
 */
typedef struct _AgentReaders AgentReaders;

/* Of VMs and templates, as they are known. Main context. */
AgentReaders *agent_readers_new (AgentInventory *inventory, AgentStore *store);
void agent_readers_free (AgentReaders *readers);

/* And of volumes that are based on others, in all pools. Blocks in libvirt. */
gboolean
agent_readers_add_volumes (AgentReaders *readers, virConnectPtr connection, GError **error);

/* For a test, or what else is known. @name: in words */
void agent_readers_add (AgentReaders *readers, const char *source, const muri_v1_Uuid *vm,
                        const char *name);

/* Who but @vm reads @path, or the volume called @volume; in words, NULL nobody. Transfer full. */
char *agent_readers_find (AgentReaders *readers, const muri_v1_Uuid *vm, const char *path,
                          const char *volume);

/* Whether a VM but @vm is among them. */
gboolean agent_readers_has_vm (AgentReaders *readers, const muri_v1_Uuid *vm, const char *path,
                               const char *volume);

/* Those of VMs that are not defined any more are no readers. Blocks in libvirt. */
void agent_readers_look_again (AgentReaders *readers, virConnectPtr connection,
                               const muri_v1_Uuid *vm, const char *path, const char *volume);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentReaders, agent_readers_free)

G_END_DECLS
