/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>
#include <unistd.h>

#include "http-files.h"

static gboolean
read_at (int fd, guint64 offset, guint8 *data, gsize length)
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

GBytes *
http_template_read_file (int fd, gsize most)
{
  struct stat st;
  g_autofree guint8 *data = NULL;
  if (fd < 0 || fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size == 0
      || st.st_size > (goffset)most)
    return NULL;
  data = g_malloc (st.st_size + 1);
  if (!read_at (fd, 0, data, st.st_size))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), st.st_size);
}

gboolean
http_template_read_image (HttpTemplate *template, guint64 offset, guint8 *data, gsize length)
{
  return read_at (template->image_fd, offset, data, length);
}

AgentChunkState
http_template_get_state (HttpTemplate *template, guint chunk)
{
  guint8 state = AGENT_CHUNK_ABSENT;
  if (!read_at (template->map_fd, AGENT_CHUNK_MAP_HEAD + chunk, &state, 1))
    return AGENT_CHUNK_ABSENT;
  return state;
}

static void
close_if_open (int fd)
{
  if (fd >= 0)
    close (fd);
}

HttpTemplate *
http_template_ref (HttpTemplate *template)
{
  g_atomic_ref_count_inc (&template->references);
  return template;
}

void
http_template_unref (HttpTemplate *template)
{
  if (!g_atomic_ref_count_dec (&template->references))
    return;
  close_if_open (template->image_fd);
  close_if_open (template->map_fd);
  close_if_open (template->facts_fd);
  close_if_open (template->description_fd);
  g_free (template->served);
  g_free (template);
}

HttpReceiving *
http_receiving_ref (HttpReceiving *receiving)
{
  g_atomic_ref_count_inc (&receiving->references);
  return receiving;
}

void
http_receiving_unref (HttpReceiving *receiving)
{
  if (!g_atomic_ref_count_dec (&receiving->references))
    return;
  close_if_open (receiving->fd);
  g_free (receiving);
}
