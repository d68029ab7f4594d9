/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriPlacementMode: which hosts get new VMs.
 * @MURI_PLACEMENT_SPREAD: as evenly as there is room; what is over, where most is free
 * @MURI_PLACEMENT_PACK: as many as fit where least is free, so that other hosts stay empty
 * @MURI_PLACEMENT_ONE_EACH: one on each host
 */
typedef enum
{
  MURI_PLACEMENT_SPREAD,
  MURI_PLACEMENT_PACK,
  MURI_PLACEMENT_ONE_EACH,
} MuriPlacementMode;

/**
 * MuriPlacementReason: why a host gets no VM, or no more.
 * @MURI_PLACEMENT_FITS: there is room for more
 * @MURI_PLACEMENT_UNREACHABLE: nothing is heard of its agent, or it was stopped
 * @MURI_PLACEMENT_HYPERVISOR_DOWN: its agent cannot reach libvirt
 * @MURI_PLACEMENT_MAINTENANCE: it takes no new VMs
 * @MURI_PLACEMENT_UNSUPPORTED: its hypervisor or its configuration cannot clone
 * @MURI_PLACEMENT_NO_STORE: it has no store of templates; Node.store_error says why
 * @MURI_PLACEMENT_NO_IMAGE: it does not hold the image, and no holder can be reached
 * @MURI_PLACEMENT_OTHER_HYPERVISOR: it is of another kind than those that hold the image
 * @MURI_PLACEMENT_BOUND: the template boots a kernel of those that hold it
 * @MURI_PLACEMENT_PROCESSORS: a VM has more vCPUs than the host has processors
 * @MURI_PLACEMENT_MEMORY: needed, available: KiB of a VM, and what is left
 * @MURI_PLACEMENT_CPU: needed, available: vCPUs
 * @MURI_PLACEMENT_SPACE: needed, available: bytes in its store
 */
typedef enum
{
  MURI_PLACEMENT_FITS,
  MURI_PLACEMENT_UNREACHABLE,
  MURI_PLACEMENT_HYPERVISOR_DOWN,
  MURI_PLACEMENT_MAINTENANCE,
  MURI_PLACEMENT_UNSUPPORTED,
  MURI_PLACEMENT_NO_STORE,
  MURI_PLACEMENT_NO_IMAGE,
  MURI_PLACEMENT_OTHER_HYPERVISOR,
  MURI_PLACEMENT_BOUND,
  MURI_PLACEMENT_PROCESSORS,
  MURI_PLACEMENT_MEMORY,
  MURI_PLACEMENT_CPU,
  MURI_PLACEMENT_SPACE,
} MuriPlacementReason;

/** Defaults: memory is not promised twice; vCPUs are shared by four. */
#define MURI_OVERCOMMIT_MEMORY 1.0
#define MURI_OVERCOMMIT_CPU 4.0

/**
 * MuriPlacementWish: what is to be placed. muri_placement_wish_init() fills it from a template.
 * @template: what is cloned
 * @count: how many; with %MURI_PLACEMENT_ONE_EACH at most so many, %G_MAXUINT one on every host
 * @mode: which hosts
 * @linked: its disk reads the template's image, so that it needs little room
 * @start: it is started, so that it needs memory and processors at once
 * @vcpus: of each
 * @memory: of each, KiB
 * @disk: bytes that its first disk grows to; 0 as the template's
 * @overcommit_memory: what VMs may have together, as a multiple of the host's memory
 * @overcommit_cpu: vCPUs for each of the host's processors
 */
typedef struct
{
  MuriTemplate *template;
  guint count;
  MuriPlacementMode mode;
  gboolean linked;
  gboolean start;
  guint vcpus;
  guint64 memory;
  guint64 disk;
  double overcommit_memory;
  double overcommit_cpu;
} MuriPlacementWish;

/**
 * MuriPlacementHost: one host of a placement.
 * @node: the host
 * @n: how many it gets
 * @most: how many it could take
 * @names: (array zero-terminated=1): what these are called; empty before
 *   muri_placement_set_names()
 * @reason: why not more
 * @needed: see #MuriPlacementReason
 * @available: see #MuriPlacementReason
 * @holds: it has the image; else it gets it first
 * @outgrows: written full, the disks would need more than there is in its store
 * @memory_free: KiB before
 * @vcpus_free: before
 * @cpu: busy share of its processors as measured; NaN unknown
 */
typedef struct
{
  MuriNode *node;
  guint n;
  guint most;
  char **names;
  MuriPlacementReason reason;
  guint64 needed;
  guint64 available;
  gboolean holds;
  gboolean outgrows;
  guint64 memory_free;
  guint vcpus_free;
  double cpu;
} MuriPlacementHost;

/**
 * MuriPlacement: which host gets how many, and why not the others. A picture of one moment.
 * @hosts: (element-type MuriPlacementHost): in the order of the nodes that were given
 * @n_wanted: how many were asked for; with %MURI_PLACEMENT_ONE_EACH at most one a host
 * @n_placed: how many found a host
 */
typedef struct
{
  GPtrArray *hosts;
  guint n_wanted;
  guint n_placed;

  /*< private >*/
  GArray *order;
} MuriPlacement;

void muri_placement_wish_init (MuriPlacementWish *wish, MuriTemplate *template);

/* Whether it has less memory than the template says that it needs. */
gboolean muri_placement_wish_is_small (const MuriPlacementWish *wish);

/* @nodes: (element-type MuriNode): those that may be chosen; of @fleet. Transfer full. */
MuriPlacement *
muri_placement_new (MuriFleet *fleet, GPtrArray *nodes, const MuriPlacementWish *wish);
void muri_placement_free (MuriPlacement *placement);

/* @names: as many as were placed at least, in the order that they are to be made in. */
void muri_placement_set_names (MuriPlacement *placement, const char *const *names);

/* Adds a creation for each name. */
void muri_placement_add_to (MuriPlacement *placement, MuriRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriPlacement, muri_placement_free)

G_END_DECLS
