/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-pages.h"

#include <stdio.h>
#include <sys/mman.h>

/* Opening a connection runs the start of curl, OpenSSL, GnuTLS and others that an agent then never
 * calls: a third of all it has resident. Code is only ever read from its file, so that dropping a
 * mapping's pages loses nothing; data is left alone, since some of it was relocated. */
gsize
agent_pages_forget (void)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  gsize total = 0;

  if (!g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL))
    return 0;
  lines = g_strsplit (maps, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      unsigned long start, end, inode;
      char access[5];

      if (sscanf (lines[i], "%lx-%lx %4s %*x %*x:%*x %lu", &start, &end, access, &inode) != 4
          || inode == 0 || !g_str_equal (access, "r-xp"))
        continue;
      if (madvise (GSIZE_TO_POINTER (start), end - start, MADV_DONTNEED) == 0)
        total += end - start;
    }
  return total;
}
