/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#define SETTING "seen"

/* Who comes back sooner was not away. */
#define AWAY_LEAST (10 * G_TIME_SPAN_MINUTE)

void
muri_fleet_restore_absence (MuriFleet *self, GHashTable *settings)
{
  GVariant *seen = g_hash_table_lookup (settings, SETTING);
  gint64 now = g_get_real_time ();

  if (seen == NULL || !g_variant_is_of_type (seen, G_VARIANT_TYPE_INT64)
      || now - g_variant_get_int64 (seen) < AWAY_LEAST || g_variant_get_int64 (seen) <= 0)
    return;
  self->away_from = g_variant_get_int64 (seen);
  self->away_to = now;
}

void
muri_fleet_save_absence (MuriFleet *self)
{
  g_autoptr (GVariant) now = g_variant_ref_sink (g_variant_new_int64 (g_get_real_time ()));

  if (self->store != NULL)
    muri_store_write_setting (self->store, SETTING, now);
}

/**
 * muri_fleet_get_absence:
 * @fleet: a fleet that is ready
 * @from: (out): when this console ran last, microseconds since the epoch
 * @to: (out): when it was opened again
 *
 * Returns: whether it did not run for a while
 */
gboolean
muri_fleet_get_absence (MuriFleet *fleet, gint64 *from, gint64 *to)
{
  *from = fleet->away_from;
  *to = fleet->away_to;
  return fleet->away_from != 0;
}
