/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "usage.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

double
usage_processor_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double
usage_resident_megabytes (void)
{
  unsigned long size, resident = 0;
  FILE *file = fopen ("/proc/self/statm", "r");

  if (file == NULL || fscanf (file, "%lu %lu", &size, &resident) != 2)
    g_error ("/proc/self/statm cannot be read");
  fclose (file);
  return (double)resident * (double)sysconf (_SC_PAGESIZE) / 1e6;
}
