/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-history-store.h"
#include "muri-history.h"

G_BEGIN_DECLS

/* How many chunks go at once, so that nothing else waits for long. */
#define MURI_HISTORY_DROP_AT_ONCE 1000

/* Bytes of a figure's slot, by tier. */
typedef struct
{
  double bytes[MURI_N_TIERS];
} MuriHistoryDensity;

/* As real guests have it, as far as nothing is measured. */
void muri_history_density_init (MuriHistoryDensity *density);
void muri_history_density_measure (MuriHistoryDensity *density, MuriHistoryStore *store);

/* What is too old goes, and above the cap the oldest of the finest tier of which more than the
 * newest chunks are there. @now: seconds. Returns whether there may be more to do. */
gboolean muri_history_keep (MuriHistoryStore *store, const MuriHistorySettings *settings,
                            gint64 now, GError **error);

void
muri_history_keep_estimate (const MuriHistorySettings *settings, const MuriHistoryDensity *density,
                            guint n_vms, guint n_nodes, MuriHistoryEstimate *estimate);

G_END_DECLS
