/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch-check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "agent-chunk-map.h"

static gboolean
complain (GError **error, const char *path)
{
  int code = errno;
  g_set_error (error, FETCH_ERROR, FETCH_FAILED, "%s: %s", path, g_strerror (code));
  return FALSE;
}

static gboolean
read_at (int fd, guint8 *data, gsize length, guint64 offset)
{
  while (length > 0)
    {
      gssize n = pread (fd, data, length, offset);
      if (n <= 0)
        {
          errno = n == 0 ? EIO : errno;
          return FALSE;
        }
      data += n;
      offset += n;
      length -= n;
    }
  return TRUE;
}

/* Nothing to be read there. */
static gboolean
is_hole (int fd, guint64 offset, gsize length)
{
  goffset data = lseek (fd, offset, SEEK_DATA);
  return data < 0 ? errno == ENXIO : (guint64)data >= offset + length;
}

static gboolean
hash_chunks (const FetchJob *job, int fd, AgentChunkMap *map, GError **error)
{
  g_autoptr (AgentSha256) whole = agent_sha256_new ();
  g_autofree guint8 *data = g_malloc (AGENT_CHUNK_SIZE);
  for (guint i = 0; i < map->n_chunks; i++)
    {
      guint64 offset = (guint64)i * AGENT_CHUNK_SIZE;
      gsize length = agent_chunk_map_chunk_size (map, i);
      guint8 *hash = map->hashes + (gsize)i * AGENT_SHA256_SIZE;
      if (is_hole (fd, offset, length))
        memset (data, 0, length);
      else if (!read_at (fd, data, length, offset))
        return complain (error, job->file);
      agent_sha256_of (data, length, hash);
      agent_sha256_update (whole, data, length);
      map->states[i] = AGENT_CHUNK_KEPT;
      fetch_say_progress (offset + length, map->size, "here");
    }
  agent_sha256_take (whole, map->sha256);
  return TRUE;
}

gboolean
fetch_check_run (const FetchJob *job, GError **error)
{
  g_autoptr (AgentChunkMap) map = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean hashed = FALSE;
  gsize length;
  const char *data;
  int fd = open (job->file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return complain (error, job->file);
  map = agent_chunk_map_new (MAX (lseek (fd, 0, SEEK_END), 0));
  if (map != NULL)
    hashed = hash_chunks (job, fd, map, error);
  else
    g_set_error (error, FETCH_ERROR, FETCH_REFUSED, "%s is empty, or too large", job->file);
  close (fd);
  if (!hashed)
    return FALSE;
  bytes = agent_chunk_map_format (map);
  data = g_bytes_get_data (bytes, &length);
  if (!g_file_set_contents_full (job->map, data, length,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 error))
    return FALSE;
  fetch_say_done (map->sha256, map->size);
  return TRUE;
}
