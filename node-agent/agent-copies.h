/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-journal.h"

G_BEGIN_DECLS

/**
 * AgentCopies: what the metadata of each VM is meant to be, and whether what libvirt has is
 * explained by that. Any thread.
 *
 * Metadata that differs from its copy was either written by somebody on purpose, or it was lost.
 * libvirt says of the former only that it has happened, of own writes as of others': one event a
 * call, in the order of the calls. So own calls are counted, and an event beyond them is somebody
 * else's. As long as neither that has come nor the time in which it would have, nobody knows: who
 * would act on it waits.
 */
typedef struct _AgentCopies AgentCopies;

/* @kept: (element-type muri_v1_Uuid utf8): copied */
AgentCopies *agent_copies_new (AgentJournal *journal, GHashTable *kept);
void agent_copies_free (AgentCopies *copies);

/* Transfer full, nullable. */
char *agent_copies_dup (AgentCopies *copies, const muri_v1_Uuid *vm);

/* That is what it is meant to be; %NULL: nothing. */
void agent_copies_keep (AgentCopies *copies, const muri_v1_Uuid *vm, const char *plain);

/* What libvirt has instead was not meant. */
void agent_copies_note_lost (AgentCopies *copies, const muri_v1_Uuid *vm);

void agent_copies_forget (AgentCopies *copies, const muri_v1_Uuid *vm);

/* Transfer full: (element-type muri_v1_Uuid) */
GArray *agent_copies_list (AgentCopies *copies);

/* ---- writing ---- */

/* Around each own write. @calls: that have succeeded, each of which raises an event; @good: the VM
 * has @plain now. Returns: TRUE if somebody else has written as well, meanwhile. */
void agent_copies_begin_write (AgentCopies *copies, const muri_v1_Uuid *vm);
gboolean agent_copies_end_write (AgentCopies *copies, const muri_v1_Uuid *vm, guint calls,
                                 gboolean good, const char *plain);

/* An event says that the metadata was written. Returns: TRUE if by somebody else, for sure. */
gboolean agent_copies_note_event (AgentCopies *copies, const muri_v1_Uuid *vm);

/* Events may have been missed until now. */
void agent_copies_reset_events (AgentCopies *copies, const muri_v1_Uuid *vm);

/* Another number with each event of somebody else. */
guint agent_copies_get_generation (AgentCopies *copies, const muri_v1_Uuid *vm);

/* ---- acting on what was read ---- */

typedef enum
{
  AGENT_COPY_MEANT, /* or nobody could tell in time */
  AGENT_COPY_LOST,
  AGENT_COPY_UNCERTAIN, /* neither is known */
  AGENT_COPY_CHANGED,   /* it has to be read again */
} AgentCopyVerdict;

/* Of @plain, which was just read. */
AgentCopyVerdict
agent_copies_judge (AgentCopies *copies, const muri_v1_Uuid *vm, const char *plain);

/* Blocks while @plain is uncertain, until @until (monotonic) at most. */
AgentCopyVerdict
agent_copies_await (AgentCopies *copies, const muri_v1_Uuid *vm, const char *plain, gint64 until);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentCopies, agent_copies_free)

G_END_DECLS
