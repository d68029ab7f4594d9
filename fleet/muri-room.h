/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-node.h"

G_BEGIN_DECLS

/* What a host has left. Sums of what was promised to VMs, and what is measured. */
typedef struct
{
  double memory_limit; /* KiB: the host's, with what may be promised beyond */
  double memory;       /* KiB left of it, and of what is measured */
  double vcpus_limit;
  double vcpus;
  double busy; /* share of its processors as measured, 0 unknown */
} MuriRoom;

/* Whether a VM in @state (MURI_VM_STATE_*) has its memory. */
gboolean muri_room_state_counts (guint state);

void
muri_room_measure (MuriRoom *room, MuriNode *node, double overcommit_memory, double overcommit_cpu);

/* A VM more. */
void muri_room_take (MuriRoom *room, double memory, double vcpus);

/* How full it is, 0 to 1 and beyond: of the scarcer one. */
double muri_room_get_load (const MuriRoom *room);

G_END_DECLS
