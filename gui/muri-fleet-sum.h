/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriFleetSum: what all hosts of a fleet do together, once a second.
 *
 * CPU is the share of all processors, the rest are sums; of the hosts whose figures are known.
 */
typedef struct
{
  double values[MURI_N_FIGURES]; /* NaN: known of none */
  double memory;                 /* bytes, of the hosts whose use of memory is known */
  guint n_memory;                /* as many hosts */
  guint n_hosts;
  guint n_up;
} MuriFleetSum;

void muri_fleet_sum_now (MuriFleet *fleet, MuriFleetSum *sum);

/* The last @seconds as a series, from those of the hosts. */
MuriSeries *muri_fleet_sum_series (MuriFleet *fleet, gint64 now, guint seconds);
void muri_fleet_sum_push (MuriSeries *series, gint64 now, const MuriFleetSum *sum);

G_END_DECLS
