/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-zone-private.h"

#include "muri-claim.h"

/* A source whose samples are refused is logged once for each reason, up to that many. */
#define REFUSALS_REMEMBERED 1000

/* ---- receiving: DDS thread --------------------------------------------------------------- */

static void
refuse (MuriZoneReader *reader, dds_instance_handle_t publication, const char *reason)
{
  MuriZone *self = reader->zone;
  guint64 source = publication ^ (guint64)(guintptr)reason;

  g_atomic_int_inc (&self->refused);
  if (g_hash_table_size (self->refusals) >= REFUSALS_REMEMBERED
      || !g_hash_table_add (self->refusals, g_memdup2 (&source, sizeof source)))
    return;

  g_message ("Zone %u: samples on %s from publication %" G_GINT64_MODIFIER "x are refused: %s",
             self->settings->zone, muri_topic_info (reader->topic)->name, publication, reason);
}

/* Of a change that is not @valid only the keys are there: enough to see whose it claims to be. */
static gboolean
acceptable (MuriZoneReader *reader, gconstpointer sample, gboolean valid,
            dds_instance_handle_t publication)
{
  const MuriTopicInfo *info = muri_topic_info (reader->topic);
  const char *reason = valid ? info->check (sample) : NULL;
  char name[256];

  if (reason != NULL)
    {
      refuse (reader, publication, reason);
      return FALSE;
    }

  info->claim (sample, name, sizeof name);
  if (!muri_claim_allowed (reader->reader, name, publication))
    {
      refuse (reader, publication, "its writer may not bear that name");
      return FALSE;
    }
  return TRUE;
}

static MuriLife
life_of (const dds_sample_info_t *info)
{
  switch (info->instance_state)
    {
    case DDS_NOT_ALIVE_DISPOSED_INSTANCE_STATE:
      return MURI_LIFE_DISPOSED;
    case DDS_NOT_ALIVE_NO_WRITERS_INSTANCE_STATE:
      return MURI_LIFE_NO_WRITERS;
    default:
      return MURI_LIFE_ALIVE;
    }
}

/* The lock is held. Returns whether @change was merged with one that still waits. */
static gboolean
fold (MuriZone *self, const MuriChange *change, dds_instance_handle_t instance)
{
  GHashTable *newest = self->newest[change->topic];
  gsize index = GPOINTER_TO_SIZE (g_hash_table_lookup (newest, &instance));
  MuriChange *waiting;

  if (index == 0)
    {
      g_hash_table_insert (newest, g_memdup2 (&instance, sizeof instance),
                           GSIZE_TO_POINTER (self->pending->len + 1));
      return FALSE;
    }

  waiting = &g_array_index (self->pending, MuriChange, index - 1);
  waiting->life = change->life;
  if (change->valid || !waiting->valid)
    {
      muri_topic_sample_free (waiting->topic, waiting->sample);
      *waiting = *change;
    }
  else
    muri_topic_sample_free (change->topic, change->sample);
  return TRUE;
}

/* The lock is held. */
static void
keep (MuriZoneReader *reader, gpointer sample, const dds_sample_info_t *info, gint64 now)
{
  MuriZone *self = reader->zone;
  MuriChange change = { .topic = reader->topic,
                        .life = life_of (info),
                        .valid = info->valid_data,
                        .sample = sample,
                        .source_time = info->source_timestamp / 1000,
                        .received = now };

  if (!muri_topic_info (reader->topic)->fold || !fold (self, &change, info->instance_handle))
    g_array_append_val (self->pending, change);
}

static gboolean
is_wanted (MuriZoneReader *reader, gconstpointer sample, const dds_sample_info_t *info)
{
  /* Only its keys are known, and an alive instance without data says nothing. */
  if (!info->valid_data && life_of (info) == MURI_LIFE_ALIVE)
    return FALSE;
  return acceptable (reader, sample, info->valid_data, info->publication_handle);
}

static void
fill_spare (MuriZoneReader *reader)
{
  GPtrArray *used = reader->zone->used[reader->topic];

  g_mutex_lock (&reader->zone->lock);
  for (guint i = 0; i < MURI_ZONE_TAKE && used->len > 0; i++)
    if (reader->spare[i] == NULL)
      reader->spare[i] = g_ptr_array_steal_index_fast (used, used->len - 1);
  g_mutex_unlock (&reader->zone->lock);

  for (guint i = 0; i < MURI_ZONE_TAKE; i++)
    if (reader->spare[i] == NULL)
      reader->spare[i] = muri_topic_sample_new (reader->topic);
}

/* Returns whether there may be more. */
static gboolean
take_some (MuriZoneReader *reader, gint64 now, gboolean *any)
{
  dds_sample_info_t infos[MURI_ZONE_TAKE];
  gboolean wanted[MURI_ZONE_TAKE];
  dds_return_t n;

  fill_spare (reader);
  n = dds_take (reader->reader, reader->spare, infos, MURI_ZONE_TAKE, MURI_ZONE_TAKE);
  if (n < 0)
    {
      g_warning ("Cannot read %s: %s", muri_topic_info (reader->topic)->name, dds_strretcode (n));
      return FALSE;
    }

  for (dds_return_t i = 0; i < n; i++)
    wanted[i] = is_wanted (reader, reader->spare[i], &infos[i]);

  g_mutex_lock (&reader->zone->lock);
  for (dds_return_t i = 0; i < n; i++)
    if (wanted[i])
      {
        keep (reader, g_steal_pointer (&reader->spare[i]), &infos[i], now);
        *any = TRUE;
      }
  g_mutex_unlock (&reader->zone->lock);
  return n == MURI_ZONE_TAKE;
}

void
muri_zone_take (gpointer data)
{
  MuriZoneReader *reader = data;
  gint64 now = g_get_monotonic_time ();
  gboolean any = FALSE;

  /* Once a turn: the waitset comes back while there is more, and other readers get theirs. */
  while (take_some (reader, now, &any) && reader->polled)
    ;
  if (any)
    muri_bus_ring (reader->zone->bus, muri_topic_info (reader->topic)->patient);
}

void
muri_zone_reader_free (gpointer data)
{
  MuriZoneReader *reader = data;

  for (guint i = 0; i < MURI_ZONE_TAKE; i++)
    muri_topic_sample_free (reader->topic, reader->spare[i]);
  g_free (reader);
}

/* ---- handing over: main context ------------------------------------------------------------ */

void
muri_zone_free_changes (GArray *changes)
{
  for (guint i = 0; i < changes->len; i++)
    {
      MuriChange *change = &g_array_index (changes, MuriChange, i);

      muri_topic_sample_free (change->topic, change->sample);
    }
  g_array_unref (changes);
}

/* Returns: (nullable): NULL: none */
static GArray *
take_pending (MuriZone *self)
{
  GArray *changes = NULL;

  g_mutex_lock (&self->lock);
  if (self->pending->len > 0)
    {
      changes = self->pending;
      self->pending = g_array_new (FALSE, FALSE, sizeof (MuriChange));
      for (guint i = 0; i < MURI_N_TOPICS; i++)
        g_hash_table_remove_all (self->newest[i]);
    }
  g_mutex_unlock (&self->lock);

  return changes;
}

/* A sample that nobody stole has room for another one, and for what hangs below it; a report's
 * would be room for thousands of outcomes. Of one whose keys alone are known nothing else may be
 * read. */
static void
give_back (MuriZone *self, GArray *changes)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < changes->len; i++)
    {
      MuriChange *change = &g_array_index (changes, MuriChange, i);
      GPtrArray *used = self->used[change->topic];

      if (change->sample != NULL && muri_topic_info (change->topic)->fold
          && change->topic != MURI_TOPIC_REPORT && used->len < MURI_ZONE_TAKE)
        g_ptr_array_add (used, g_steal_pointer (&change->sample));
    }
  g_mutex_unlock (&self->lock);
}

void
muri_zone_dispatch (MuriZone *zone)
{
  GArray *changes = take_pending (zone);

  if (changes == NULL)
    return;
  if (!g_atomic_int_get (&zone->closed))
    zone->func (zone, (MuriChange *)(gpointer)changes->data, changes->len, zone->user_data);
  give_back (zone, changes);
  muri_zone_free_changes (changes);
}

/**
 * muri_change_steal_sample:
 * @change: a change of a batch
 * @sample: (out) (transfer full): its sample; free with muri_topic_sample_free()
 */
void
muri_change_steal_sample (MuriChange *change, gpointer *sample)
{
  *sample = g_steal_pointer (&change->sample);
}
