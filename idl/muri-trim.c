/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-trim.h"

#include <link.h>
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A debugger's breakpoints are in the code, and would go with it. */
static gboolean
is_debugged (void)
{
  g_autofree char *status = NULL;

  return g_file_get_contents ("/proc/self/status", &status, NULL, NULL)
         && strstr (status, "\nTracerPid:\t0\n") == NULL;
}

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
void
muri_trim (void)
{
  if (!is_debugged ())
    dl_iterate_phdr (give_back, NULL);
  malloc_trim (0);
}

/* Seven threads a zone mostly wait, and what one allocates another frees: heaps of
 * their own grow by a system call for a page or two each time. */
void
muri_trim_share_heaps (void)
{
  mallopt (M_ARENA_MAX, 2);
}
