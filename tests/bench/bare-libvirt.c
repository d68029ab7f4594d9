/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bare-libvirt URI: the same libvirt calls that an agent makes for its figures, as often, and
 * nothing else: what they cost a client at the least. Runs until it is ended. */
#include <libvirt/libvirt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Those that ask a guest's monitor come only once in so many seconds. */
#define SLOW_EVERY 5

static void
fail (const char *what)
{
  fprintf (stderr, "bare-libvirt: %s\n", what);
  exit (1);
}

static void
stats (virDomainPtr *domains, unsigned int groups)
{
  virDomainStatsRecordPtr *records = NULL;

  if (virDomainListGetStats (domains, groups, &records, VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT)
      < 0)
    fail ("no statistics");
  virDomainStatsRecordListFree (records);
}

static void
one_second (virConnectPtr connection, virDomainPtr *domains, int n, unsigned int second)
{
  virDomainStatsRecordPtr *records = NULL;

  if (virConnectGetAllDomainStats (connection, VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_INTERFACE,
                                   &records, VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE)
      < 0)
    fail ("no statistics");
  virDomainStatsRecordListFree (records);
  for (int i = 0; i < n; i++)
    {
      virDomainInfo info;
      virDomainPtr one[] = { domains[i], NULL };

      if (virDomainGetInfo (domains[i], &info) < 0)
        fail ("no information");
      if ((second + i) % SLOW_EVERY == 0)
        stats (one, VIR_DOMAIN_STATS_BLOCK | VIR_DOMAIN_STATS_BALLOON);
    }
}

int
main (int argc, char **argv)
{
  struct itimerspec every = { .it_interval.tv_sec = 1, .it_value.tv_sec = 1 };
  int timer = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC);
  virConnectPtr connection;
  virDomainPtr *domains;
  int n;

  if (argc != 2)
    fail ("which URI?");
  connection = virConnectOpen (argv[1]);
  if (connection == NULL)
    fail ("no connection");
  n = virConnectListAllDomains (connection, &domains, VIR_CONNECT_LIST_DOMAINS_ACTIVE);
  if (n <= 0)
    fail ("no running domains");
  timerfd_settime (timer, 0, &every, NULL);
  for (unsigned int second = 0;; second++)
    {
      uint64_t expired;

      if (read (timer, &expired, sizeof expired) != sizeof expired)
        fail ("no timer");
      one_second (connection, domains, n, second);
    }
}
