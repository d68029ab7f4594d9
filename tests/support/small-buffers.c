/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into a process that is to find a kernel whose net.core.rmem_max is $MURI_TEST_RMEM_MAX:
 * no network namespace has one of its own. The kernel itself grants what is left of a request. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

typedef int (*Setsockopt) (int fd, int level, int name, const void *value, socklen_t length);

int
setsockopt (int fd, int level, int name, const void *value, socklen_t length)
{
  const char *text = getenv ("MURI_TEST_RMEM_MAX");
  int limit = text != NULL ? atoi (text) : 0;
  Setsockopt next = (Setsockopt)(uintptr_t)dlsym (RTLD_NEXT, "setsockopt");

  if (limit > 0 && level == SOL_SOCKET && name == SO_RCVBUF && length == sizeof limit
      && *(const int *)value > limit)
    return next (fd, level, name, &limit, sizeof limit);
  return next (fd, level, name, value, length);
}
