/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriFleetSum: what all hosts of a fleet, or the VMs of a group, do together, once a second.
 *
 * CPU is the share of all their processors, LOAD1 how many of these are busy, the rest are sums; of
 * those whose figures are known.
 */
typedef struct
{
  double values[MURI_N_FIGURES]; /* NaN: known of none */
  double memory;                 /* bytes, of those whose use of memory is known */
  guint n_memory;                /* as many */
  guint n_items;
  guint n_up; /* hosts; of VMs those that run */
} MuriFleetSum;

/* @items: a model of MuriNode or MuriVm */
void muri_fleet_sum_now (GListModel *items, MuriFleetSum *sum);

/* The last @seconds as a series, from those of the items; empty where they are many. */
MuriSeries *muri_fleet_sum_series (GListModel *items, gint64 now, guint seconds);
void muri_fleet_sum_push (MuriSeries *series, gint64 now, const MuriFleetSum *sum);

G_END_DECLS
