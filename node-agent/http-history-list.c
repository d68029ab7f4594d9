/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-history-list.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muri-segment.h"

/* No file of the ring is longer; a segment says where its chunks are in 32 bits. */
#define SIZE_MAX_SERVED (1024 * 1024 * 1024)

static GBytes *
read_whole (int fd, gsize size)
{
  g_autofree guint8 *data = g_malloc (size);
  gsize done = 0;
  while (done < size)
    {
      gssize n = pread (fd, data + done, size - done, done);
      if (n <= 0)
        break;
      done += n;
    }
  return g_bytes_new_take (g_steal_pointer (&data), done);
}

/* A log may be cut off while somebody reads it, which a mapping would not survive. Segments never
 * change: they are taken the place of. */
static GBytes *
read_file (int fd, AgentHistoryKind kind, gsize size)
{
  g_autoptr (GMappedFile) mapped = NULL;
  if (kind == AGENT_HISTORY_LOG)
    return read_whole (fd, size);
  mapped = g_mapped_file_new_from_fd (fd, FALSE, NULL);
  return mapped != NULL ? g_mapped_file_get_bytes (mapped) : NULL;
}

GBytes *
http_history_list_open (int directory_fd, const char *name, char **tag)
{
  AgentHistoryKind kind;
  gint64 start;
  struct stat st;
  GBytes *bytes = NULL;
  int fd;
  if (!agent_history_parse_name (name, &kind, &start))
    return NULL;
  fd = openat (directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_size <= SIZE_MAX_SERVED)
    bytes = read_file (fd, kind, st.st_size);
  close (fd);
  if (bytes != NULL && tag != NULL)
    *tag = g_strdup_printf ("\"%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER
                            "x\"",
                            (guint64)st.st_ino, (guint64)g_bytes_get_size (bytes),
                            (guint64)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec);
  return bytes;
}

static void
find_end (const muri_v1_Uuid *object, MuriChunk *chunk, gpointer user_data)
{
  MuriSegmentInfo *info = user_data;
  info->end = MAX (info->end, muri_chunk_get_start (chunk) + muri_chunk_get_slots (chunk));
}

static gboolean
describe (int directory_fd, const char *name, MuriSegmentInfo *info)
{
  g_autoptr (GBytes) bytes = http_history_list_open (directory_fd, name, NULL);
  gsize length = 0;
  gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  g_autoptr (MuriSegment) segment = data != NULL ? muri_segment_parse (data, length, NULL) : NULL;
  if (segment == NULL)
    return FALSE;
  g_strlcpy (info->name, name, sizeof info->name);
  info->log = segment->log;
  info->step = segment->step;
  info->start = segment->start;
  info->end = segment->start + (gint64)segment->used * segment->step;
  info->size = length;
  info->objects = segment->entries->len;
  if (segment->log)
    info->size = muri_segment_read_log (data, length, find_end, info);
  return info->end > info->start;
}

/* The newest first, and of these the finest. */
static int
compare (gconstpointer a, gconstpointer b)
{
  const MuriSegmentInfo *x = a;
  const MuriSegmentInfo *y = b;
  if (x->end != y->end)
    return x->end > y->end ? -1 : 1;
  return (x->step > y->step) - (x->step < y->step);
}

char *
http_history_list (int directory_fd, const char *node)
{
  g_autoptr (MuriSegmentList) list = muri_segment_list_new (node, g_get_real_time ());
  int fd = openat (directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  while (dir != NULL && (entry = readdir (dir)) != NULL
         && list->segments->len < MURI_SEGMENT_LIST_MAX)
    {
      MuriSegmentInfo info = { 0 };
      if (describe (directory_fd, entry->d_name, &info))
        g_array_append_val (list->segments, info);
    }
  if (dir != NULL)
    closedir (dir);
  else if (fd >= 0)
    close (fd);
  g_array_sort (list->segments, compare);
  return muri_segment_list_format (list);
}
