/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-history-output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE 0644

/* Until it is whole. */
static const char *
scratch_name (const AgentHistoryOutput *output)
{
  static const char *const names[AGENT_HISTORY_N_KINDS] = { "new-log", "new-1", "new-10",
                                                            "new-60" };
  return names[output->kind];
}

static gboolean
write_at (AgentHistoryOutput *output, guint64 at, GBytes *bytes, GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  while (length > 0)
    {
      gssize n = pwrite (output->fd, data, length, at);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return agent_history_fail (error, "cannot write", scratch_name (output));
      data += n;
      at += n;
      length -= n;
    }
  return TRUE;
}

static gboolean
read_before (AgentHistoryOutput *output, GError **error)
{
  g_autoptr (GError) local = NULL;
  gsize length;
  gconstpointer data;
  output->bytes =
      agent_history_files_read (output->files, output->kind, output->after.start, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (output->bytes == NULL)
    return TRUE;
  data = g_bytes_get_data (output->bytes, &length);
  output->before = muri_segment_parse (data, length, NULL);
  output->damaged = output->before == NULL;
  return TRUE;
}

gboolean
agent_history_output_open (AgentHistoryOutput *output, AgentHistoryFiles *files,
                           AgentHistoryKind kind, gint64 start, guint n_objects, GError **error)
{
  output->files = files;
  output->kind = kind;
  output->after.step = agent_history_tier (kind)->step;
  output->after.start = start;
  output->after.entries = g_array_new (FALSE, FALSE, sizeof (MuriSegmentEntry));
  output->fd = -1;
  if (!read_before (output, error))
    return FALSE;

  /* The head comes last and at the begin: room for it, even if some object has no chunk. */
  output->size = MURI_SEGMENT_HEADER + (guint64)n_objects * sizeof (MuriSegmentEntry);
  output->fd = openat (files->fd, scratch_name (output),
                       O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
  if (output->fd < 0)
    return agent_history_fail (error, "cannot write", scratch_name (output));
  fchmod (output->fd, FILE_MODE);
  return TRUE;
}

void
agent_history_output_clear (AgentHistoryOutput *output)
{
  if (output->files == NULL)
    return;
  if (output->fd >= 0)
    {
      close (output->fd);
      unlinkat (output->files->fd, scratch_name (output), 0);
    }
  g_clear_pointer (&output->before, muri_segment_free);
  g_clear_pointer (&output->bytes, g_bytes_unref);
  g_array_unref (output->after.entries);
}

static GBytes *
bytes_before (AgentHistoryOutput *output, const muri_v1_Uuid *object)
{
  const MuriSegmentEntry *entry =
      output->before != NULL ? muri_segment_find (output->before, object) : NULL;
  if (entry == NULL || (gsize)entry->offset + entry->length > g_bytes_get_size (output->bytes))
    {
      output->damaged = output->damaged || entry != NULL;
      return NULL;
    }
  return g_bytes_new_from_bytes (output->bytes, entry->offset, entry->length);
}

static MuriChunk *
decode (AgentHistoryOutput *output, GBytes *bytes)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  g_autoptr (MuriChunk) chunk = muri_chunk_decode (data, length, NULL);
  if (chunk != NULL && muri_chunk_get_step (chunk) == output->after.step
      && muri_chunk_get_start (chunk) == output->after.start
      && muri_chunk_get_slots (chunk) <= agent_history_tier (output->kind)->slots)
    return g_steal_pointer (&chunk);
  output->damaged = TRUE;
  return NULL;
}

MuriChunk *
agent_history_output_get_before (AgentHistoryOutput *output, const muri_v1_Uuid *object)
{
  g_autoptr (GBytes) bytes = bytes_before (output, object);
  return bytes != NULL ? decode (output, bytes) : NULL;
}

gboolean
agent_history_output_add (AgentHistoryOutput *output, const muri_v1_Uuid *object, GBytes *chunk,
                          guint used, GError **error)
{
  const MuriSegmentEntry entry = { .object = *object,
                                   .offset = output->size,
                                   .length = g_bytes_get_size (chunk) };
  if (!write_at (output, output->size, chunk, error))
    return FALSE;
  g_array_append_val (output->after.entries, entry);
  output->after.used = MAX (output->after.used, used);
  output->size += entry.length;
  return TRUE;
}

gboolean
agent_history_output_keep (AgentHistoryOutput *output, const muri_v1_Uuid *object, GError **error)
{
  g_autoptr (GBytes) bytes = bytes_before (output, object);
  g_autoptr (MuriChunk) chunk = bytes != NULL ? decode (output, bytes) : NULL;
  return chunk == NULL
         || agent_history_output_add (output, object, bytes, muri_chunk_get_slots (chunk), error);
}

gboolean
agent_history_output_sync (AgentHistoryOutput *output, GError **error)
{
  g_autoptr (GBytes) head = muri_segment_build_head (&output->after);
  if (!write_at (output, 0, head, error))
    return FALSE;
  if (fsync (output->fd) != 0)
    return agent_history_fail (error, "cannot write", scratch_name (output));
  return TRUE;
}

gboolean
agent_history_output_finish (AgentHistoryOutput *output, GError **error)
{
  const gint64 start = output->after.start;
  char name[MURI_SEGMENT_NAME];
  agent_history_name (output->kind, start, name);

  /* What could be read of it is in the new one. */
  if (output->damaged)
    agent_history_files_set_aside (output->files, output->kind, start);
  if (renameat (output->files->fd, scratch_name (output), output->files->fd, name) != 0)
    return agent_history_fail (error, "cannot write", name);
  close (output->fd);
  output->fd = -1;
  agent_history_files_note (output->files, output->kind, start, output->size);
  return TRUE;
}
