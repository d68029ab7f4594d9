/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-history-files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muri-segment.h"

/* Others may read: the program that serves them gives up this one's rights. Who may come here at
 * all is for the state directory to say. */
#define DIRECTORY_MODE 0755

/* What was damaged is kept for whoever wants to know why, but not for ever. */
#define ASIDE "damaged-"
#define ASIDE_MAX 4

/* An unfinished one of a former life. */
#define UNFINISHED "new-"

/* How many files of each kind are kept: an hour of seconds, a day of tens, a week of minutes, and
 * the span that is being filled. Logs wait here only while they cannot be packed. */
static const guint keep[AGENT_HISTORY_N_KINDS] = {
  [AGENT_HISTORY_LOG] = 12,
  [AGENT_HISTORY_SECONDS] = 12 + 1,
  [AGENT_HISTORY_TENS] = 24 + 1,
  [AGENT_HISTORY_MINUTES] = 28 + 1,
};

gboolean
agent_history_fail (GError **error, const char *what, const char *name)
{
  int code = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s \"%s\": %s", what, name,
               g_strerror (code));
  return FALSE;
}

/* The index of the first that does not begin before @start. */
static guint
position (GArray *list, gint64 start)
{
  guint i = list->len;
  while (i > 0 && g_array_index (list, AgentHistoryFile, i - 1).start >= start)
    i--;
  return i;
}

static AgentHistoryFile *
find (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start)
{
  GArray *list = files->list[kind];
  guint i = position (list, start);
  if (i == list->len || g_array_index (list, AgentHistoryFile, i).start != start)
    return NULL;
  return &g_array_index (list, AgentHistoryFile, i);
}

gboolean
agent_history_files_has (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start)
{
  return find (files, kind, start) != NULL;
}

void
agent_history_files_note (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start,
                          guint64 size)
{
  const AgentHistoryFile fresh = { start, size };
  AgentHistoryFile *file = find (files, kind, start);
  if (file != NULL)
    file->size = size;
  else
    g_array_insert_val (files->list[kind], position (files->list[kind], start), fresh);
}

static void
forget (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start)
{
  GArray *list = files->list[kind];
  if (find (files, kind, start) != NULL)
    g_array_remove_index (list, position (list, start));
}

void
agent_history_files_remove (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start)
{
  char name[MURI_SEGMENT_NAME];
  agent_history_name (kind, start, name);
  if (unlinkat (files->fd, name, 0) != 0 && errno != ENOENT)
    g_message ("History: \"%s\" cannot be removed: %s", name, g_strerror (errno));
  forget (files, kind, start);
}

GBytes *
agent_history_files_read (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start,
                          GError **error)
{
  char name[MURI_SEGMENT_NAME];
  agent_history_name (kind, start, name);
  int fd = openat (files->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && errno == ENOENT)
    return NULL;
  if (fd < 0)
    {
      agent_history_fail (error, "cannot read", name);
      return NULL;
    }
  g_autoptr (GMappedFile) mapped = g_mapped_file_new_from_fd (fd, FALSE, error);
  close (fd);
  return mapped != NULL ? g_mapped_file_get_bytes (mapped) : NULL;
}

/* ---- what is damaged ---- */

static int
by_name (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

/* The names that begin so, ascending. */
static GPtrArray *
names_of (AgentHistoryFiles *files, const char *prefix)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  int fd = openat (files->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (g_str_has_prefix (entry->d_name, prefix))
      g_ptr_array_add (names, g_strdup (entry->d_name));
  if (dir != NULL)
    closedir (dir);
  else if (fd >= 0)
    close (fd);
  g_ptr_array_sort (names, by_name);
  return names;
}

static void
count_aside (AgentHistoryFiles *files, guint most)
{
  g_autoptr (GPtrArray) names = names_of (files, ASIDE);
  files->aside = 0;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      struct stat st;
      if (names->len - i > most)
        unlinkat (files->fd, name, 0);
      else if (fstatat (files->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        files->aside += st.st_size;
    }
}

void
agent_history_files_set_aside (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start)
{
  char name[MURI_SEGMENT_NAME];
  agent_history_name (kind, start, name);
  g_autofree char *aside = g_strconcat (ASIDE, name, NULL);
  if (renameat (files->fd, name, files->fd, aside) == 0)
    g_message ("History: \"%s\" is damaged; it is now \"%s\"", name, aside);
  else if (errno != ENOENT)
    agent_history_files_remove (files, kind, start);
  forget (files, kind, start);
  count_aside (files, ASIDE_MAX);
}

/* ---- what is there ---- */

/* Whether the head is right and the file as long as it says. Logs are read when they are used. */
static gboolean
is_whole (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 start)
{
  g_autoptr (GBytes) bytes = agent_history_files_read (files, kind, start, NULL);
  gsize length = 0;
  gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  g_autoptr (MuriSegment) segment = data != NULL ? muri_segment_parse (data, length, NULL) : NULL;
  if (segment == NULL || segment->log || segment->start != start
      || segment->step != agent_history_tier (kind)->step)
    return FALSE;
  for (guint i = 0; i < segment->entries->len; i++)
    {
      const MuriSegmentEntry *entry = &g_array_index (segment->entries, MuriSegmentEntry, i);
      if ((gsize)entry->offset + entry->length > length)
        return FALSE;
    }
  return TRUE;
}

static void
take_stock (AgentHistoryFiles *files)
{
  g_autoptr (GPtrArray) names = names_of (files, "");
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      AgentHistoryKind kind;
      gint64 start;
      struct stat st;
      if (g_str_has_prefix (name, UNFINISHED))
        unlinkat (files->fd, name, 0);
      if (!agent_history_parse_name (name, &kind, &start)
          || fstatat (files->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        continue;
      if (kind == AGENT_HISTORY_LOG || is_whole (files, kind, start))
        agent_history_files_note (files, kind, start, st.st_size);
      else
        agent_history_files_set_aside (files, kind, start);
    }
}

AgentHistoryFiles *
agent_history_files_open (const char *directory, guint64 cap, GError **error)
{
  g_autoptr (AgentHistoryFiles) files = g_new0 (AgentHistoryFiles, 1);
  files->cap = cap;
  for (guint i = 0; i < AGENT_HISTORY_N_KINDS; i++)
    files->list[i] = g_array_new (FALSE, FALSE, sizeof (AgentHistoryFile));
  files->fd = -1;
  if (g_mkdir_with_parents (directory, DIRECTORY_MODE) == 0)
    files->fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (files->fd < 0)
    {
      agent_history_fail (error, "cannot use", directory);
      return NULL;
    }
  fchmod (files->fd, DIRECTORY_MODE);
  count_aside (files, ASIDE_MAX);
  take_stock (files);
  return g_steal_pointer (&files);
}

void
agent_history_files_close (AgentHistoryFiles *files)
{
  if (files->fd >= 0)
    close (files->fd);
  for (guint i = 0; i < AGENT_HISTORY_N_KINDS; i++)
    g_array_unref (files->list[i]);
  g_free (files);
}

guint64
agent_history_files_get_size (AgentHistoryFiles *files)
{
  guint64 size = files->aside;
  for (guint kind = 0; kind < AGENT_HISTORY_N_KINDS; kind++)
    for (guint i = 0; i < files->list[kind]->len; i++)
      size += g_array_index (files->list[kind], AgentHistoryFile, i).size;
  return size;
}

/* ---- what has to go ---- */

/* The oldest of a kind, but never what is being written. */
static gboolean
remove_oldest (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 log)
{
  for (guint i = 0; i < files->list[kind]->len; i++)
    {
      gint64 start = g_array_index (files->list[kind], AgentHistoryFile, i).start;
      if (kind == AGENT_HISTORY_LOG && start == log)
        continue;
      agent_history_files_remove (files, kind, start);
      return TRUE;
    }
  return FALSE;
}

static void
remove_future (AgentHistoryFiles *files, AgentHistoryKind kind, gint64 now)
{
  GArray *list = files->list[kind];
  while (list->len > 0 && g_array_index (list, AgentHistoryFile, list->len - 1).start > now)
    agent_history_files_remove (files, kind,
                                g_array_index (list, AgentHistoryFile, list->len - 1).start);
}

/* All tiers get shorter alike; the finest where they are equal. Logs go last: nothing of them is
 * anywhere else. */
static gboolean
remove_something (AgentHistoryFiles *files, gint64 log)
{
  AgentHistoryKind longest = AGENT_HISTORY_SECONDS;
  if (files->aside > 0)
    {
      count_aside (files, 0);
      return TRUE;
    }
  for (guint kind = AGENT_HISTORY_SECONDS; kind < AGENT_HISTORY_N_KINDS; kind++)
    if (files->list[kind]->len * keep[longest] > files->list[longest]->len * keep[kind])
      longest = kind;
  return remove_oldest (files, longest, log) || remove_oldest (files, AGENT_HISTORY_LOG, log);
}

void
agent_history_files_trim (AgentHistoryFiles *files, gint64 now, gint64 log, gboolean steady)
{
  /* While something is packed, it is there twice; and the log grows in the meantime. */
  const guint64 most = files->cap - files->cap / 16;
  for (guint kind = 0; kind < AGENT_HISTORY_N_KINDS; kind++)
    {
      if (steady && kind != AGENT_HISTORY_LOG)
        remove_future (files, kind, now);
      while (files->list[kind]->len > keep[kind] && remove_oldest (files, kind, log))
        ;
    }
  while (agent_history_files_get_size (files) > most && remove_something (files, log))
    ;
}
