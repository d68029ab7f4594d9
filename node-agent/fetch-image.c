/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch-image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "agent-extents.h"
#include "agent-write.h"

/* Milliseconds between two syncs. */
#define SYNC_EVERY 1000

struct _FetchImage
{
  int image_fd;
  int map_fd;
  AgentChunkMap *map;
  gboolean used; /* there may be something where nothing should be */
  guint64 done;
  guint8 *buffer;

  guint timeout;
  struct Sync *syncing;
};

/* A worker's sync of the file. */
typedef struct Sync
{
  FetchImage *image; /* NULL: does not care any more */
  guint8 *before;    /* states when it began */
} Sync;

static gboolean
no_disk (GError **error, const char *what)
{
  int code = errno;
  if (error != NULL && *error == NULL)
    g_set_error (error, FETCH_ERROR, FETCH_NO_SPACE, "%s cannot be written: %s", what,
                 g_strerror (code));
  return FALSE;
}

static gboolean
read_at (int fd, guint8 *data, gsize length, guint64 offset)
{
  while (length > 0)
    {
      gssize n = pread (fd, data, length, offset);
      if (n <= 0)
        return FALSE;
      data += n;
      offset += n;
      length -= n;
    }
  return TRUE;
}

FetchImage *
fetch_image_new (int image_fd, int map_fd)
{
  FetchImage *self = g_new0 (FetchImage, 1);
  self->image_fd = image_fd;
  self->map_fd = map_fd;
  self->buffer = g_malloc (AGENT_CHUNK_SIZE);
  return self;
}

/* ---- syncing ---- */

static void
sync_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_boolean (task, fdatasync (GPOINTER_TO_INT (task_data)) == 0);
}

static gboolean
write_states (FetchImage *self)
{
  return agent_write_at (self->map_fd, self->map->states, self->map->n_chunks,
                         AGENT_CHUNK_MAP_HEAD);
}

static void
on_synced (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sync *sync = user_data;
  FetchImage *self = sync->image;
  gboolean synced = g_task_propagate_boolean (G_TASK (result), NULL);
  if (self != NULL)
    {
      self->syncing = NULL;
      for (guint i = 0; synced && i < self->map->n_chunks; i++)
        if (sync->before[i] == AGENT_CHUNK_HERE && self->map->states[i] == AGENT_CHUNK_HERE)
          self->map->states[i] = AGENT_CHUNK_KEPT;

      /* Claims less than is true where that fails. */
      if (synced && !write_states (self))
        g_message ("The map cannot be written: %s", g_strerror (errno));
    }
  g_free (sync->before);
  g_free (sync);
}

static gboolean
on_sync (gpointer user_data)
{
  FetchImage *self = user_data;
  g_autoptr (GTask) task = NULL;
  self->timeout = 0;
  if (self->syncing != NULL)
    return G_SOURCE_REMOVE;
  self->syncing = g_new0 (Sync, 1);
  self->syncing->image = self;
  self->syncing->before = g_memdup2 (self->map->states, self->map->n_chunks);
  task = g_task_new (NULL, NULL, on_synced, self->syncing);
  g_task_set_task_data (task, GINT_TO_POINTER (self->image_fd), NULL);
  g_task_run_in_thread (task, sync_in_thread);
  return G_SOURCE_REMOVE;
}

static void
sync_later (FetchImage *self)
{
  if (self->timeout == 0)
    self->timeout = g_timeout_add (SYNC_EVERY, on_sync, self);
}

/* Nothing of it may come back while the map becomes another one. */
static void
stop_syncing (FetchImage *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->syncing != NULL)
    self->syncing->image = NULL;
  self->syncing = NULL;
}

void
fetch_image_free (FetchImage *self)
{
  stop_syncing (self);
  close (self->image_fd);
  close (self->map_fd);
  g_clear_pointer (&self->map, agent_chunk_map_free);
  g_free (self->buffer);
  g_free (self);
}

/* ---- chunks ---- */

static gboolean
check_chunk (FetchImage *self, guint chunk)
{
  gsize length = agent_chunk_map_chunk_size (self->map, chunk);
  guint8 digest[AGENT_SHA256_SIZE];
  if (!read_at (self->image_fd, self->buffer, length, (guint64)chunk * AGENT_CHUNK_SIZE))
    return FALSE;
  agent_sha256_of (self->buffer, length, digest);
  return memcmp (digest, agent_chunk_map_get_hash (self->map, chunk), AGENT_SHA256_SIZE) == 0;
}

static gboolean
clear_range (FetchImage *self, guint64 offset, gsize length)
{
  g_autofree guint8 *zeros = NULL;
  if (!self->used
      || fallocate (self->image_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length)
             == 0)
    return TRUE;
  zeros = g_malloc0 (length);
  return agent_write_at (self->image_fd, zeros, length, offset);
}

static gboolean
write_chunk (FetchImage *self, guint64 offset, const guint8 *data, gsize length)
{
  gsize at = 0;
  gsize n;
  if (!clear_range (self, offset, length))
    return FALSE;
  while ((n = agent_extents_next (data, length, &at)) > 0)
    {
      if (!agent_write_at (self->image_fd, data + at, n, offset + at))
        return FALSE;
      at += n;
    }
  return TRUE;
}

static gboolean
mark (FetchImage *self, guint chunk, AgentChunkState state)
{
  gsize length = agent_chunk_map_chunk_size (self->map, chunk);
  guint8 byte = state;
  if (self->map->states[chunk] == AGENT_CHUNK_ABSENT && state != AGENT_CHUNK_ABSENT)
    self->done += length;
  else if (self->map->states[chunk] != AGENT_CHUNK_ABSENT && state == AGENT_CHUNK_ABSENT)
    self->done -= length;
  self->map->states[chunk] = state;
  return agent_write_at (self->map_fd, &byte, 1, AGENT_CHUNK_MAP_HEAD + chunk);
}

static gboolean
is_unknown (const guint8 *hash)
{
  static const guint8 unknown[AGENT_SHA256_SIZE];
  return memcmp (hash, unknown, AGENT_SHA256_SIZE) == 0;
}

gboolean
fetch_image_put (FetchImage *self, guint chunk, const guint8 *data, GError **error)
{
  gsize length = agent_chunk_map_chunk_size (self->map, chunk);
  guint8 *hash = self->map->hashes + (gsize)chunk * AGENT_SHA256_SIZE;
  guint8 digest[AGENT_SHA256_SIZE];
  agent_sha256_of (data, length, digest);
  if (is_unknown (hash))
    {
      memcpy (hash, digest, AGENT_SHA256_SIZE);
      if (!agent_write_at (self->map_fd, digest, sizeof digest,
                           AGENT_CHUNK_MAP_HEAD + self->map->n_chunks
                               + (guint64)chunk * AGENT_SHA256_SIZE))
        return no_disk (error, "the map");
    }
  else if (memcmp (digest, hash, AGENT_SHA256_SIZE) != 0)
    return FALSE;
  if (self->map->states[chunk] != AGENT_CHUNK_ABSENT)
    return TRUE;
  if (!write_chunk (self, (guint64)chunk * AGENT_CHUNK_SIZE, data, length))
    return no_disk (error, "the image");
  if (!mark (self, chunk, AGENT_CHUNK_HERE))
    return no_disk (error, "the map");
  sync_later (self);
  return TRUE;
}

guint
fetch_image_check_chunks (FetchImage *self)
{
  guint n = 0;
  for (guint i = 0; i < self->map->n_chunks; i++)
    if (self->map->states[i] != AGENT_CHUNK_ABSENT && !check_chunk (self, i))
      {
        mark (self, i, AGENT_CHUNK_ABSENT);
        n++;
      }
  self->used = TRUE;
  return n;
}

/* ---- beginning ---- */

/* What was on disk of the same chunks counts; what may not have been is looked at. */
static void
take_over (FetchImage *self, const AgentChunkMap *old)
{
  for (guint i = 0; i < self->map->n_chunks; i++)
    {
      const guint8 *hash = agent_chunk_map_get_hash (old, i);
      guint8 *mine = self->map->hashes + (gsize)i * AGENT_SHA256_SIZE;
      if (old->states[i] == AGENT_CHUNK_ABSENT || is_unknown (hash))
        continue;
      if (is_unknown (mine))
        memcpy (mine, hash, AGENT_SHA256_SIZE);
      if (memcmp (mine, hash, AGENT_SHA256_SIZE) == 0
          && (old->states[i] == AGENT_CHUNK_KEPT || check_chunk (self, i)))
        self->map->states[i] = old->states[i];
    }
}

/* Zeros are there when nothing else is. */
static gboolean
take_zeros (FetchImage *self)
{
  for (guint i = 0; i < self->map->n_chunks; i++)
    if (self->map->states[i] == AGENT_CHUNK_ABSENT && agent_chunk_map_is_zero (self->map, i))
      {
        if (!clear_range (self, (guint64)i * AGENT_CHUNK_SIZE,
                          agent_chunk_map_chunk_size (self->map, i)))
          return FALSE;
        self->map->states[i] = AGENT_CHUNK_HERE;
      }
  return TRUE;
}

static void
count_done (FetchImage *self)
{
  self->done = 0;
  for (guint i = 0; i < self->map->n_chunks; i++)
    if (self->map->states[i] != AGENT_CHUNK_ABSENT)
      self->done += agent_chunk_map_chunk_size (self->map, i);
}

/* In an order in which no cut leaves a map that claims too much: nothing, hashes, states. */
static gboolean
write_map (FetchImage *self)
{
  g_autoptr (AgentChunkMap) empty = agent_chunk_map_copy (self->map);
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  const guint8 *data;
  memset (empty->states, AGENT_CHUNK_ABSENT, empty->n_chunks);
  bytes = agent_chunk_map_format (empty);
  data = g_bytes_get_data (bytes, &length);
  return ftruncate (self->map_fd, 0) == 0 && agent_write_at (self->map_fd, data, length, 0)
         && fdatasync (self->map_fd) == 0 && write_states (self);
}

static gboolean
prepare (FetchImage *self, GError **error)
{
  g_autoptr (AgentChunkMap) old = agent_chunk_map_load (self->map_fd, NULL);
  goffset size = lseek (self->image_fd, 0, SEEK_END);
  gboolean same = old != NULL && old->size == self->map->size && (guint64)size == old->size
                  && memcmp (old->origin, self->map->origin, AGENT_SHA256_SIZE) == 0;
  if (same)
    take_over (self, old);
  else if (ftruncate (self->image_fd, 0) != 0)
    return no_disk (error, "the image");
  self->used = same;
  if (ftruncate (self->image_fd, self->map->size) != 0 || !take_zeros (self))
    return no_disk (error, "the image");
  if (!write_map (self))
    return no_disk (error, "the map");
  count_done (self);
  sync_later (self);
  return TRUE;
}

gboolean
fetch_image_begin (FetchImage *self, const AgentChunkMap *manifest, GError **error)
{
  stop_syncing (self);
  g_clear_pointer (&self->map, agent_chunk_map_free);
  self->map = agent_chunk_map_copy (manifest);
  memset (self->map->states, AGENT_CHUNK_ABSENT, self->map->n_chunks);
  memset (self->map->origin, 0, AGENT_SHA256_SIZE);
  return prepare (self, error);
}

gboolean
fetch_image_begin_unknown (FetchImage *self, guint64 size, const guint8 *origin, GError **error)
{
  stop_syncing (self);
  g_clear_pointer (&self->map, agent_chunk_map_free);
  self->map = agent_chunk_map_new (size);
  if (self->map == NULL)
    {
      g_set_error (error, FETCH_ERROR, FETCH_REFUSED, "no image has %" G_GUINT64_FORMAT " bytes",
                   size);
      return FALSE;
    }
  memcpy (self->map->origin, origin, AGENT_SHA256_SIZE);
  return prepare (self, error);
}

const AgentChunkMap *
fetch_image_get_map (FetchImage *self)
{
  return self->map;
}

guint64
fetch_image_get_done (FetchImage *self)
{
  return self->done;
}

/* ---- the end ---- */

gboolean
fetch_image_hash (FetchImage *self, guint8 sha256[AGENT_SHA256_SIZE], GError **error)
{
  g_autoptr (AgentSha256) hash = agent_sha256_new ();
  for (guint i = 0; i < self->map->n_chunks; i++)
    {
      gsize length = agent_chunk_map_chunk_size (self->map, i);
      if (!read_at (self->image_fd, self->buffer, length, (guint64)i * AGENT_CHUNK_SIZE))
        {
          g_set_error (error, FETCH_ERROR, FETCH_NO_SPACE, "the image cannot be read: %s",
                       g_strerror (errno));
          return FALSE;
        }
      agent_sha256_update (hash, self->buffer, length);
    }
  agent_sha256_take (hash, sha256);
  return TRUE;
}

gboolean
fetch_image_seal (FetchImage *self, const guint8 sha256[AGENT_SHA256_SIZE], GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  const guint8 *data;
  stop_syncing (self);
  if (fdatasync (self->image_fd) != 0)
    return no_disk (error, "the image");
  memset (self->map->states, AGENT_CHUNK_KEPT, self->map->n_chunks);
  memcpy (self->map->sha256, sha256, AGENT_SHA256_SIZE);
  bytes = agent_chunk_map_format (self->map);
  data = g_bytes_get_data (bytes, &length);
  if (!agent_write_at (self->map_fd, data, length, 0) || fdatasync (self->map_fd) != 0)
    return no_disk (error, "the map");
  return TRUE;
}
