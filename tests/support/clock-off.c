/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into a process whose clock is to be wrong: by as many seconds as the file
 * $MURI_TEST_CLOCK says (one 64-bit number), which may change at any time. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* What is later is of the clock that can be set. */
#define EPOCH_LEAST 1000000000

static const volatile int64_t *ahead;

__attribute__ ((constructor)) static void
open_clock (void)
{
  const char *path = getenv ("MURI_TEST_CLOCK");
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  void *map = fd >= 0 ? mmap (NULL, sizeof (int64_t), PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

  if (map != MAP_FAILED)
    ahead = map;
  if (fd >= 0)
    close (fd);
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int result = (int)syscall (SYS_clock_gettime, clock, now);

  if (result == 0 && ahead != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += *ahead;
  return result;
}

int
gettimeofday (struct timeval *now, void *zone)
{
  struct timespec exact;
  int result = clock_gettime (CLOCK_REALTIME, &exact);

  (void)zone;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return result;
}

time_t
time (time_t *second)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  if (second != NULL)
    *second = now.tv_sec;
  return now.tv_sec;
}

/* The kernel waits by the right one. */
int
pthread_cond_timedwait (pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until)
{
  static int (*wait) (pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
  struct timespec right = *until;

  if (wait == NULL)
    wait = (int (*) (pthread_cond_t *, pthread_mutex_t *, const struct timespec *)) (
        uintptr_t)dlsym (RTLD_NEXT, "pthread_cond_timedwait");
  if (ahead != NULL && right.tv_sec > EPOCH_LEAST)
    right.tv_sec -= *ahead;
  return wait (cond, mutex, &right);
}
