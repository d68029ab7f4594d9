/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent.h"

G_BEGIN_DECLS

/**
 * FlockPlan: what a simulated fleet is made of; the same in all of its processes.
 * @directory: where the state of each host is kept
 * @history: MiB; 0: none is kept or served
 * @many: agents of a process have a socket each, as on hosts of their own. Not where they leave
 * while others stay: the receive thread of Cyclone DDS 0.10.2 may still read a socket that is gone
 * then, and falls, or waits for ever.
 */
typedef struct
{
  guint hosts;
  guint vms;
  char *directory;
  char *interface;
  guint join_within;
  guint history;
  gboolean many;
} FlockPlan;

/**
 * FlockHost: one host of a simulated fleet: a node file of the test driver, a state directory, and
 * an agent that comes and goes. Main context only.
 */
typedef struct
{
  AgentConfig *config;
  MuriBus *bus;
  Agent *agent; /* NULL while it is away */
  gboolean joined;
} FlockHost;

FlockHost *flock_host_new (const FlockPlan *plan, guint index, guint zone, MuriBus *bus);

/* Stops it, if it is there. */
void flock_host_free (FlockHost *host);

void flock_host_start (FlockHost *host);

/* With a goodbye. */
void flock_host_stop (FlockHost *host);

/* Whether it speaks, and knows its VMs. */
gboolean flock_host_is_ready (FlockHost *host);

/* A line for the host and one for each VM that its hypervisor has, whatever its agent thinks. */
void flock_host_print (FlockHost *host);

/* A VM of the test driver, off; transfer full. @number: chooses its size, and its card's address */
char *flock_domain_xml (const char *name, const char *uuid, guint number, const char *more);

G_END_DECLS
