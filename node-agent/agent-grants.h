/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentOffer: the files of a template that others may have. Paths; %NULL: there is none (yet).
 * @image: the image, or its partial file while it is fetched
 * @map: its chunk map (agent-chunk-map.h), which says which chunks are checked
 * @facts: told as it is to who asks for the template
 * @description: of the machine, the same
 * @complete: all of the image is there and checked
 */
typedef struct
{
  const char *image;
  const char *map;
  const char *facts;
  const char *description;
  gboolean complete;
} AgentOffer;

/**
 * AgentGrants: what the program that answers HTTP may read, and what may be sent to it.
 *
 * That program can open nothing but the history. For a template it asks this process, which opens
 * exactly the files that are offered here and hands over their descriptors (agent-http.h): images
 * stay readable to root alone, no path comes from the network, and it works for pools of any type.
 * Main context only.
 */
#define AGENT_TYPE_GRANTS (agent_grants_get_type ())
G_DECLARE_FINAL_TYPE (AgentGrants, agent_grants, AGENT, GRANTS, GObject)

AgentGrants *agent_grants_new (void);

/* Takes the place of what was offered of it before. */
void agent_grants_offer (AgentGrants *grants, const muri_v1_Uuid *id, const AgentOffer *offer);

/* Somebody will send @size bytes, into the file at @path, which exists; what it holds already is
 * the begin of them. */
void
agent_grants_announce (AgentGrants *grants, const muri_v1_Uuid *id, const char *path, guint64 size);

/* Neither offered nor announced any more. Who reads it just now keeps what it has. */
void agent_grants_withdraw (AgentGrants *grants, const muri_v1_Uuid *id);

/* ---- for AgentHttp ---- */

/* NULL: not offered. */
const AgentOffer *agent_grants_peek_offer (AgentGrants *grants, const muri_v1_Uuid *id);
/* NULL: not announced. */
const char *
agent_grants_peek_announced (AgentGrants *grants, const muri_v1_Uuid *id, guint64 *size);
/* Of those announced; free with g_array_unref(). */
GArray *agent_grants_list_announced (AgentGrants *grants);

/* Says so to who waits for what was announced. */
void agent_grants_note_received (AgentGrants *grants, const muri_v1_Uuid *id, guint64 bytes);

/* Signals: "changed" (const muri_v1_Uuid *): offered, announced or withdrawn;
 * "received" (const muri_v1_Uuid *, guint64): so many bytes lie in the file by now, from its begin;
 * at most twice a second, and when all are there and on disk. */

G_END_DECLS
