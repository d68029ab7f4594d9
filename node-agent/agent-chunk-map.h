/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "agent-sha256.h"

G_BEGIN_DECLS

/* Of an image; the last one may be shorter. */
#define AGENT_CHUNK_SIZE (4u * 1024 * 1024)

/* 4 TiB */
#define AGENT_CHUNKS_MAX (1024u * 1024)

/**
 * AgentChunkState:
 * @AGENT_CHUNK_ABSENT: not here
 * @AGENT_CHUNK_HERE: checked and served to others, though a power failure may still take it
 * @AGENT_CHUNK_KEPT: is on disk, too
 */
typedef enum
{
  AGENT_CHUNK_ABSENT = 0,
  AGENT_CHUNK_HERE = 1,
  AGENT_CHUNK_KEPT = 2,
} AgentChunkState;

/**
 * AgentChunkMap: the SHA-256 of each chunk of an image, and which of them are here.
 * @size: bytes of the image
 * @sha256: of the whole; zeros: not known
 * @origin: what the image is of, where only that tells whether it is still the same; zeros: nothing
 * @states: an #AgentChunkState of each
 * @hashes: AGENT_SHA256_SIZE bytes of each
 *
 * As a file, beside an image that is fetched and kept with each template, and as what goes over
 * the wire: AGENT_CHUNK_MAP_HEAD bytes, states, hashes. The states come first and have a fixed
 * place, so that they can be changed by one write, and asked for by themselves.
 */
typedef struct
{
  guint64 size;
  guint8 sha256[AGENT_SHA256_SIZE];
  guint8 origin[AGENT_SHA256_SIZE];
  guint n_chunks;
  guint8 *states;
  guint8 *hashes;

  /* Of chunks of zeros: whole ones, and the last. */
  guint8 zero[AGENT_SHA256_SIZE];
  guint8 last_zero[AGENT_SHA256_SIZE];
} AgentChunkMap;

#define AGENT_CHUNK_MAP_HEAD 128u

/* Nothing of it here, and no hash known. NULL: no image has that size. */
AgentChunkMap *agent_chunk_map_new (guint64 size);
AgentChunkMap *agent_chunk_map_copy (const AgentChunkMap *map);
void agent_chunk_map_free (AgentChunkMap *map);

/* Bytes of it in all for so many chunks. */
gsize agent_chunk_map_length (guint n_chunks);

GBytes *agent_chunk_map_format (const AgentChunkMap *map);
AgentChunkMap *agent_chunk_map_parse (const guint8 *data, gsize length, GError **error);

/* The head alone, for who wants to know how long the rest is; 0: it is none. */
guint agent_chunk_map_parse_head (const guint8 *data, gsize length, guint64 *size);

/* Head and states, of somebody else's map of the same image: FALSE where they do not fit @map. */
gboolean agent_chunk_map_parse_states (const AgentChunkMap *map, const guint8 *data, gsize length,
                                       guint8 *states);

gsize agent_chunk_map_chunk_size (const AgentChunkMap *map, guint chunk);
const guint8 *agent_chunk_map_get_hash (const AgentChunkMap *map, guint chunk);

/* Its hash is that of zeros: it need not be sent. */
gboolean agent_chunk_map_is_zero (const AgentChunkMap *map, guint chunk);
gboolean agent_chunk_map_is_complete (const AgentChunkMap *map);
/* Whether both say the same of the same image; states aside. */
gboolean agent_chunk_map_agrees (const AgentChunkMap *map, const AgentChunkMap *other);
/* SHA-256 of what it says of the image; states aside. */
void agent_chunk_map_digest (const AgentChunkMap *map, guint8 digest[AGENT_SHA256_SIZE]);

/* All of a file. */
AgentChunkMap *agent_chunk_map_load (int fd, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentChunkMap, agent_chunk_map_free)

G_END_DECLS
