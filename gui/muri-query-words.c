/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-query-words.h"

#include <glib/gi18n.h>

static const struct
{
  const char *term;
  const char *words;
} all[] = {
  { "name:", N_ ("Its name; * stands for anything") },
  { "title:", N_ ("Its title; * stands for anything") },
  { "host:", N_ ("On this host") },
  { "ip:", N_ ("Its IP address") },
  { "os:", N_ ("Its operating system") },
  { "group:", N_ ("In this group, or in one below it") },
  { "is:", N_ ("What it has: a padlock, automatic start") },
  { "state:", N_ ("Running, off, paused, unreachable") },
  { "cpu>", N_ ("CPU in per cent of its vCPUs") },
  { "mem>", N_ ("Memory that it uses: 4G") },
  { "disk>", N_ ("Disk in bytes a second: 10M") },
  { "net>", N_ ("Network in bytes a second: 10M") },
  { "latency>", N_ ("Latency of its disks in ms") },
  { "vcpus>", N_ ("How many vCPUs it has") },
  { "zone>", N_ ("The zone of its host") },
  { "is:protected", N_ ("Has a padlock") },
  { "is:guarded", N_ ("Has a padlock") },
  { "is:persistent", N_ ("Is still there when it is off") },
  { "is:autostart", N_ ("Starts with its host") },
  { "is:simulated", N_ ("On a simulated host") },
  { "state:known", N_ ("On a host that can be reached") },
  { "state:unreachable", N_ ("On a host that cannot be reached") },
};

const char *
muri_query_explain (const char *term)
{
  term += *term == '-';
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_str_equal (all[i].term, term))
      return _ (all[i].words);
  return NULL;
}
