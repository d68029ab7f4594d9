/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-trim.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

/* By then connections are open and all VMs have been read once. */
#define AFTER_SECONDS 6

/* Of one library: what is not writable is as it is in the file. */
static int
give_back (struct dl_phdr_info *library, size_t size, void *user_data)
{
  guintptr page = sysconf (_SC_PAGESIZE);

  for (guint i = 0; i < library->dlpi_phnum; i++)
    {
      const ElfW (Phdr) *segment = &library->dlpi_phdr[i];
      guintptr start = (library->dlpi_addr + segment->p_vaddr) & ~(page - 1);
      guintptr end = library->dlpi_addr + segment->p_vaddr + segment->p_memsz;

      if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) == 0)
        madvise ((void *)start, end - start, MADV_DONTNEED);
    }
  return 0;
}

/* Most of the code of some fifty libraries is only needed to start. Pages that nobody has mapped
 * are the first ones that the kernel has another use for; what is still needed comes back from its
 * cache. */
static gboolean
trim (gpointer user_data)
{
  dl_iterate_phdr (give_back, NULL);
  malloc_trim (0);
  return G_SOURCE_REMOVE;
}

void
agent_trim_schedule (void)
{
  /* A dozen threads that mostly wait do not need a heap each. */
  mallopt (M_ARENA_MAX, 1);
  g_timeout_add_seconds (AFTER_SECONDS, trim, NULL);
}
