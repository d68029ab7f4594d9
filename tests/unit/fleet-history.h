/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fleet-fixture.h"

G_BEGIN_DECLS

/* A round moment: all tiers begin a chunk there. Seconds. */
#define HISTORY_BEGIN (G_GINT64_CONSTANT (1318) * 432 * 600 * 5)

/* Nodes and VMs are numbers, as in fleet-fixture.h. */
MuriTargetKey history_key (guint node, guint vm);

/* What a VM's CPU (0 to 1) is in a second; that of its node is of VM 0. Its memory is a GiB and
 * this many, it reads 1e6 times this many bytes a second. NaN: unknown. */
typedef float (*HistoryValue) (guint vm, gint64 second);

float history_value (guint vm, gint64 second);

/* A history of node 1 with VMs 1 to @n_vms, on disk in @directory. */
MuriHistory *history_open (const char *directory, guint n_vms);

/* A sample of each second, and time passes. */
void history_feed (MuriHistory *history, guint n_vms, HistoryValue value, gint64 from, gint64 to);

/* Waits until all that was given is done, and statuses have come. */
void history_settle (MuriHistory *history);

/* Transfer full. */
MuriTrack *history_ask (MuriHistory *history, guint vm, MuriFigure figure, gint64 from, gint64 to,
                        guint slots);

/* Every slot of @track is as the seconds from @from until before @to make it, and all others are
 * unknown. */
void history_check (MuriTrack *track, guint vm, HistoryValue value, gint64 from, gint64 to);

G_END_DECLS
