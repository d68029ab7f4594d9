/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-trim.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* By then connections are open and all VMs have been read once. */
#define AFTER_SECONDS 6

/* Of files, and never written: code, and the part before it with the tables of symbols. What
 * follows the code is left alone, since relocation has written there. */
static gboolean
is_pristine (const char *permissions, guint64 offset, const char *path)
{
  if (path[0] != '/')
    return FALSE;
  return strcmp (permissions, "r-xp") == 0 || (strcmp (permissions, "r--p") == 0 && offset == 0);
}

/* The initialisers and tables of some seventy libraries (most of them libvirt's) are half of what
 * this process has mapped. Pages in use come back from the page cache with the next access. */
static gboolean
trim (gpointer user_data)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;

  malloc_trim (0);
  if (!g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL))
    return G_SOURCE_REMOVE;

  lines = g_strsplit (maps, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      guint64 start, end, offset;
      char permissions[5];
      int path = 0;

      if (sscanf (lines[i],
                  "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x %4s %" G_GINT64_MODIFIER
                  "x %*s %*s %n",
                  &start, &end, permissions, &offset, &path)
              == 4
          && path > 0 && is_pristine (permissions, offset, lines[i] + path))
        madvise (GSIZE_TO_POINTER (start), end - start, MADV_DONTNEED);
    }
  return G_SOURCE_REMOVE;
}

void
agent_trim_schedule (void)
{
  mallopt (M_ARENA_MAX, 1);
  g_timeout_add_seconds (AFTER_SECONDS, trim, NULL);
}
