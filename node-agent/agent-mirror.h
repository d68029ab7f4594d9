/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "agent-connections.h"
#include "agent-copies.h"
#include "agent-vm-reader.h"

G_BEGIN_DECLS

/* What is known to have happened before a reading: agent_mirror_examine(). */
enum
{
  AGENT_MIRROR_PURPOSE = 1 << 0, /* somebody wrote the metadata */
  AGENT_MIRROR_DEFINED = 1 << 1, /* somebody wrote the whole definition */
  AGENT_MIRROR_FRESH = 1 << 2,   /* it was not watched until now */
  AGENT_MIRROR_SETTLED = 1 << 3, /* no event that was on its way then is now */
};

/**
 * AgentMirror: a copy of each VM's metadata, so that what is lost by accident comes back.
 *
 * A definition that is written from a file, or a snapshot that is reverted, drops or brings back
 * metadata, and libvirt says nothing of that; only what was written on purpose raises its event.
 * So the copy follows purposes and definitions that have metadata, and everything else is
 * written back. Where definition and running guest differ, the definition counts.
 *
 * Main context only, but for what says otherwise. The copy is in the journal's file; metadata is
 * written on workers.
 *
 * Signals:
 * - "look-again" (const muri_v1_Uuid *, guint causes): read that VM once more, and say @causes
 * - "event" (const muri_v1_Event *): something to tell the fleet; node, number and time are for
 *   the publisher to fill in
 */
#define AGENT_TYPE_MIRROR (agent_mirror_get_type ())
G_DECLARE_FINAL_TYPE (AgentMirror, agent_mirror, AGENT, MIRROR, GObject)

/* @kept: (element-type muri_v1_Uuid utf8): as agent_keep_load_metadata() gave it; copied */
AgentMirror *
agent_mirror_new (AgentConnections *connections, AgentJournal *journal, GHashTable *kept);

/* @vm was read with @metadata, after @causes: says which groups it is in, and whether it is
 * guarded. What is lost is published as it was, and written back once it is sure to be lost. */
void agent_mirror_examine (AgentMirror *mirror, muri_v1_Vm *vm, const AgentVmMetadata *metadata,
                           guint causes);

/* It was undefined. */
void agent_mirror_forget (AgentMirror *mirror, const muri_v1_Uuid *vm);

/* All are known: forgets those for which @exists says no. */
void agent_mirror_retain (AgentMirror *mirror,
                          gboolean (*exists) (const muri_v1_Uuid *vm, gpointer user_data),
                          gpointer user_data);

/* Whether an event that says that @vm's metadata was written tells of an own write. */
gboolean agent_mirror_is_own_write (AgentMirror *mirror, const muri_v1_Uuid *vm);

/* Any thread, around each own write: agent_copies_end_write(). */
void agent_mirror_begin_write (AgentMirror *mirror, const muri_v1_Uuid *vm);
void agent_mirror_end_write (AgentMirror *mirror, const muri_v1_Uuid *vm, guint calls,
                             gboolean good, const char *plain);

/* Any thread but the main one: whether @plain, which was just read, was meant. Blocks for a moment
 * when nobody knows. */
AgentCopyVerdict
agent_mirror_judge (AgentMirror *mirror, const muri_v1_Uuid *vm, const char *plain);

/* Any thread. Transfer full, nullable. */
char *agent_mirror_dup (AgentMirror *mirror, const muri_v1_Uuid *vm);

G_END_DECLS
