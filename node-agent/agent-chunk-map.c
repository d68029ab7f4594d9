/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-chunk-map.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muri-bytes.h"

/* The head: what it is, major version, 3 bytes of 0, bytes of a chunk, chunks, bytes of the image,
 * its SHA-256, its origin, zeros, and a CRC-32C of all that. */
#define MAGIC "MuTm"
#define VERSION 1
#define AT_VERSION 4
#define AT_CHUNK_SIZE 8
#define AT_N_CHUNKS 12
#define AT_SIZE 16
#define AT_SHA256 24
#define AT_ORIGIN 56
#define AT_CHECKSUM (AGENT_CHUNK_MAP_HEAD - 4)

static guint
count_chunks (guint64 size)
{
  guint64 n = size / AGENT_CHUNK_SIZE + (size % AGENT_CHUNK_SIZE != 0);
  return n <= AGENT_CHUNKS_MAX ? n : 0;
}

static void
hash_zeros (gsize length, guint8 digest[AGENT_SHA256_SIZE])
{
  g_autofree guint8 *zeros = g_malloc0 (length);
  agent_sha256_of (zeros, length, digest);
}

AgentChunkMap *
agent_chunk_map_new (guint64 size)
{
  guint n = count_chunks (size);
  AgentChunkMap *map;
  if (n == 0)
    return NULL;
  map = g_new0 (AgentChunkMap, 1);
  map->size = size;
  map->n_chunks = n;
  map->states = g_malloc0 (n);
  map->hashes = g_malloc0_n (n, AGENT_SHA256_SIZE);
  hash_zeros (AGENT_CHUNK_SIZE, map->zero);
  hash_zeros (agent_chunk_map_chunk_size (map, n - 1), map->last_zero);
  return map;
}

AgentChunkMap *
agent_chunk_map_copy (const AgentChunkMap *map)
{
  AgentChunkMap *copy = g_memdup2 (map, sizeof *map);
  copy->states = g_memdup2 (map->states, map->n_chunks);
  copy->hashes = g_memdup2 (map->hashes, (gsize)map->n_chunks * AGENT_SHA256_SIZE);
  return copy;
}

void
agent_chunk_map_free (AgentChunkMap *map)
{
  g_free (map->states);
  g_free (map->hashes);
  g_free (map);
}

gsize
agent_chunk_map_length (guint n_chunks)
{
  return AGENT_CHUNK_MAP_HEAD + (gsize)n_chunks * (1 + AGENT_SHA256_SIZE);
}

gsize
agent_chunk_map_chunk_size (const AgentChunkMap *map, guint chunk)
{
  guint64 start = (guint64)chunk * AGENT_CHUNK_SIZE;
  return MIN (AGENT_CHUNK_SIZE, map->size - start);
}

const guint8 *
agent_chunk_map_get_hash (const AgentChunkMap *map, guint chunk)
{
  return map->hashes + (gsize)chunk * AGENT_SHA256_SIZE;
}

gboolean
agent_chunk_map_is_zero (const AgentChunkMap *map, guint chunk)
{
  const guint8 *zero = chunk + 1 < map->n_chunks ? map->zero : map->last_zero;
  return memcmp (agent_chunk_map_get_hash (map, chunk), zero, AGENT_SHA256_SIZE) == 0;
}

gboolean
agent_chunk_map_is_complete (const AgentChunkMap *map)
{
  for (guint i = 0; i < map->n_chunks; i++)
    if (map->states[i] == AGENT_CHUNK_ABSENT)
      return FALSE;
  return TRUE;
}

gboolean
agent_chunk_map_agrees (const AgentChunkMap *map, const AgentChunkMap *other)
{
  return map->size == other->size && memcmp (map->sha256, other->sha256, AGENT_SHA256_SIZE) == 0
         && memcmp (map->hashes, other->hashes, (gsize)map->n_chunks * AGENT_SHA256_SIZE) == 0;
}

void
agent_chunk_map_digest (const AgentChunkMap *map, guint8 digest[AGENT_SHA256_SIZE])
{
  g_autoptr (AgentSha256) sha256 = agent_sha256_new ();
  guint8 size[8];
  muri_bytes_put64 (size, map->size);
  agent_sha256_update (sha256, size, sizeof size);
  agent_sha256_update (sha256, map->sha256, AGENT_SHA256_SIZE);
  agent_sha256_update (sha256, map->hashes, (gsize)map->n_chunks * AGENT_SHA256_SIZE);
  agent_sha256_take (sha256, digest);
}

/* ---- as bytes ---- */

GBytes *
agent_chunk_map_format (const AgentChunkMap *map)
{
  gsize length = agent_chunk_map_length (map->n_chunks);
  guint8 *data = g_malloc0 (length);
  memcpy (data, MAGIC, 4);
  data[AT_VERSION] = VERSION;
  muri_bytes_put32 (data + AT_CHUNK_SIZE, AGENT_CHUNK_SIZE);
  muri_bytes_put32 (data + AT_N_CHUNKS, map->n_chunks);
  muri_bytes_put64 (data + AT_SIZE, map->size);
  memcpy (data + AT_SHA256, map->sha256, AGENT_SHA256_SIZE);
  memcpy (data + AT_ORIGIN, map->origin, AGENT_SHA256_SIZE);
  muri_bytes_put32 (data + AT_CHECKSUM, muri_bytes_checksum (0, data, AT_CHECKSUM));
  memcpy (data + AGENT_CHUNK_MAP_HEAD, map->states, map->n_chunks);
  memcpy (data + AGENT_CHUNK_MAP_HEAD + map->n_chunks, map->hashes,
          (gsize)map->n_chunks * AGENT_SHA256_SIZE);
  return g_bytes_new_take (data, length);
}

guint
agent_chunk_map_parse_head (const guint8 *data, gsize length, guint64 *size)
{
  if (length < AGENT_CHUNK_MAP_HEAD || memcmp (data, MAGIC, 4) != 0 || data[AT_VERSION] != VERSION
      || muri_bytes_get32 (data + AT_CHECKSUM) != muri_bytes_checksum (0, data, AT_CHECKSUM)
      || muri_bytes_get32 (data + AT_CHUNK_SIZE) != AGENT_CHUNK_SIZE)
    return 0;
  *size = muri_bytes_get64 (data + AT_SIZE);
  if (muri_bytes_get32 (data + AT_N_CHUNKS) != count_chunks (*size))
    return 0;
  return count_chunks (*size);
}

static gboolean
are_states (const guint8 *states, guint n)
{
  for (guint i = 0; i < n; i++)
    if (states[i] > AGENT_CHUNK_KEPT)
      return FALSE;
  return TRUE;
}

AgentChunkMap *
agent_chunk_map_parse (const guint8 *data, gsize length, GError **error)
{
  guint64 size = 0;
  guint n = agent_chunk_map_parse_head (data, length, &size);
  AgentChunkMap *map;
  if (n == 0 || length != agent_chunk_map_length (n)
      || !are_states (data + AGENT_CHUNK_MAP_HEAD, n))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not a map of chunks");
      return NULL;
    }
  map = agent_chunk_map_new (size);
  memcpy (map->sha256, data + AT_SHA256, AGENT_SHA256_SIZE);
  memcpy (map->origin, data + AT_ORIGIN, AGENT_SHA256_SIZE);
  memcpy (map->states, data + AGENT_CHUNK_MAP_HEAD, n);
  memcpy (map->hashes, data + AGENT_CHUNK_MAP_HEAD + n, (gsize)n * AGENT_SHA256_SIZE);
  return map;
}

gboolean
agent_chunk_map_parse_states (const AgentChunkMap *map, const guint8 *data, gsize length,
                              guint8 *states)
{
  guint64 size = 0;
  guint n = agent_chunk_map_parse_head (data, length, &size);
  if (n == 0 || size != map->size || length < AGENT_CHUNK_MAP_HEAD + n
      || memcmp (data + AT_SHA256, map->sha256, AGENT_SHA256_SIZE) != 0
      || !are_states (data + AGENT_CHUNK_MAP_HEAD, n))
    return FALSE;
  memcpy (states, data + AGENT_CHUNK_MAP_HEAD, n);
  return TRUE;
}

AgentChunkMap *
agent_chunk_map_load (int fd, GError **error)
{
  struct stat st;
  g_autofree guint8 *data = NULL;
  gsize done = 0;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode)
      || st.st_size > (goffset)agent_chunk_map_length (AGENT_CHUNKS_MAX))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not a map of chunks");
      return NULL;
    }
  data = g_malloc (st.st_size + 1);
  while (done < (gsize)st.st_size)
    {
      gssize n = pread (fd, data + done, st.st_size - done, done);
      if (n <= 0)
        break;
      done += n;
    }
  return agent_chunk_map_parse (data, done, error);
}
