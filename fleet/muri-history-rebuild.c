/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-worker-private.h"

/* Chunks of the coarser tier that are made at once. */
#define AT_ONCE 4

void
muri_history_worker_begin_rebuild (MuriHistoryWorker *self)
{
  self->salvage = FALSE;
  self->rebuild = muri_history_table_get_n_objects (self->table);
}

gboolean
muri_history_worker_is_rebuilding (MuriHistoryWorker *self)
{
  return self->rebuild > 0;
}

static gboolean
rebuild_tier (MuriHistoryWorker *self, MuriHistoryObject *object, guint tier, GError **error)
{
  const gint64 span = AT_ONCE * muri_tier_get_span (&muri_tiers[tier]);
  gint64 from;
  gint64 to;

  if (!muri_history_store_get_span (self->store, object->id, tier - 1, &from, &to))
    return TRUE;
  for (gint64 at = muri_tier_get_start (&muri_tiers[tier], from); at < to; at += span)
    if (!muri_history_worker_roll_up (self, object, tier, MAX (at, 0), MIN (at + span, to), error))
      return FALSE;
  return TRUE;
}

/* From the finest on, so that each is made of what was made before. */
void
muri_history_worker_rebuild (MuriHistoryWorker *self)
{
  MuriHistoryObject *object = muri_history_table_get_object (self->table, --self->rebuild);
  const guint first = muri_history_table_is_fine (self->table) ? 1 : 2;
  g_autoptr (GError) error = NULL;

  if (self->store == NULL || object->id == 0 || !muri_history_worker_begin (self))
    return;
  for (guint tier = first; tier < MURI_N_TIERS; tier++)
    if (!rebuild_tier (self, object, tier, &error))
      {
        muri_history_worker_fail (self, error);
        return;
      }
  muri_history_worker_commit (self);
}
