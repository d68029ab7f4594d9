/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-keep.h"

#include "muri-figure.h"

/* Of a node; two of all are VMs' alone. */
#define N_NODE_FIGURES (MURI_N_FIGURES - 2)

/* What the file has beside chunks. */
#define OVERHEAD 1.15

#define SHRINK_PAGES 256

void
muri_history_density_init (MuriHistoryDensity *density)
{
  *density = (MuriHistoryDensity){ { 1.8, 4.5, 5, 5 } };
}

void
muri_history_density_measure (MuriHistoryDensity *density, MuriHistoryStore *store)
{
  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    {
      double bytes = muri_history_store_measure (store, tier);

      if (bytes > 0)
        density->bytes[tier] = bytes;
    }
}

/* ---- what goes ---- */

static gint64
oldest_kept (const MuriHistorySettings *settings, guint tier, gint64 now)
{
  return now - MAX (settings->keep[tier], 0) - muri_tier_get_span (&muri_tiers[tier]);
}

static gboolean
drop_old (MuriHistoryStore *store, const MuriHistorySettings *settings, gint64 now, int *n,
          GError **error)
{
  for (guint tier = 0; tier < MURI_N_TIERS && *n >= 0; tier++)
    {
      int dropped = muri_history_store_drop (store, tier, oldest_kept (settings, tier, now),
                                             MURI_HISTORY_DROP_AT_ONCE, error);

      *n = dropped < 0 ? dropped : *n + dropped;
    }
  return *n >= 0;
}

/* All objects' chunks of a tier begin at the same moments, so that all lose the same. */
static gboolean
drop_excess (MuriHistoryStore *store, gint64 now, int *n, GError **error)
{
  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    {
      gint64 oldest = muri_history_store_get_oldest (store, tier);

      if (oldest == G_MAXINT64 || oldest + 2 * muri_tier_get_span (&muri_tiers[tier]) > now)
        continue;
      *n = muri_history_store_drop (store, tier, oldest + 1, MURI_HISTORY_DROP_AT_ONCE, error);
      return *n >= 0;
    }
  return TRUE;
}

gboolean
muri_history_keep (MuriHistoryStore *store, const MuriHistorySettings *settings, gint64 now,
                   GError **error)
{
  int n = 0;
  int excess = 0;

  if (!drop_old (store, settings, now, &n, error))
    return FALSE;
  if (muri_history_store_get_used (store) > settings->cap
      && !drop_excess (store, now, &excess, error))
    return FALSE;
  if (n + excess > 0)
    return TRUE;

  /* What is free is soon needed again, unless the cap was lowered. */
  if (muri_history_store_get_size (store) > settings->cap)
    muri_history_store_shrink (store, SHRINK_PAGES, error);
  return FALSE;
}

/* ---- what it means ---- */

void
muri_history_keep_estimate (const MuriHistorySettings *settings, const MuriHistoryDensity *density,
                            guint n_vms, guint n_nodes, MuriHistoryEstimate *estimate)
{
  const double figures = (double)n_vms * MURI_N_VM_FIGURES + (double)n_nodes * N_NODE_FIGURES;
  double left = (double)settings->cap;

  *estimate = (MuriHistoryEstimate){ .fine = n_vms <= MURI_HISTORY_FINE_UP_TO };
  for (guint tier = MURI_N_TIERS; tier-- > 0;)
    {
      const double rate = figures * density->bytes[tier] * OVERHEAD / muri_tiers[tier].step;
      double keep = (double)settings->keep[tier];

      if ((tier < 2 && !estimate->fine) || rate <= 0)
        keep = 0;
      if (keep * rate > left)
        keep = left / rate;
      left -= keep * rate;
      estimate->keep[tier] = (gint64)keep;
      estimate->size += (guint64)(keep * rate);
    }
}
