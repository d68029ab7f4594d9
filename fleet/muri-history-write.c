/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-worker-private.h"

/* Seconds between two transactions: what a crash may cost. */
#define FLUSH_EVERY 10

/* What comes later than this is not waited for. */
#define LATE 15

/* Old things are looked for so often, when the clock was not set for so long. */
#define KEEP_EVERY 60
#define STEADY_FOR 600

/* A clock that went differently from the monotonic one by more was set. */
#define STEP (5 * G_TIME_SPAN_SECOND)

/* So long rows of the log wait for room on the disk. */
#define UNWRITTEN_MAX (10 * 60 * G_TIME_SPAN_SECOND)

/* So long slots wait in memory until they are written; the objects take turns. The log has them.
 * In a fleet of which the fine tiers are not held, there are too many to wait long. */
static const gint64 periods[MURI_N_TIERS] = { 300, 600, 1800, 21600 };
static const gint64 periods_of_many[MURI_N_TIERS] = { 300, 600, 360, 2400 };

typedef struct
{
  GBytes *bytes;
  gint64 last;
  gint64 packed; /* monotonic */
} LogRow;

static void
log_row_free (gpointer data)
{
  LogRow *row = data;

  g_bytes_unref (row->bytes);
  g_free (row);
}

/* ---- transactions ---- */

gboolean
muri_history_worker_begin (MuriHistoryWorker *self)
{
  g_autoptr (GError) error = NULL;

  if (self->store == NULL || self->writing)
    return self->writing;
  self->writing = muri_history_store_begin (self->store, &error);
  if (!self->writing)
    muri_history_worker_recover (self, error);
  return self->writing;
}

gboolean
muri_history_worker_commit (MuriHistoryWorker *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->writing)
    return FALSE;
  self->writing = FALSE;
  if (muri_history_store_commit (self->store, &error))
    {
      g_clear_pointer (&self->failure, g_free);
      return TRUE;
    }
  muri_history_store_roll_back (self->store);
  muri_history_worker_recover (self, error);
  return FALSE;
}

void
muri_history_worker_fail (MuriHistoryWorker *self, const GError *error)
{
  if (self->writing)
    muri_history_store_roll_back (self->store);
  self->writing = FALSE;
  muri_history_worker_recover (self, error);
}

void
muri_history_worker_save_objects (MuriHistoryWorker *self)
{
  const guint n = muri_history_table_get_n_objects (self->table);
  g_autoptr (GError) error = NULL;

  if (!self->unsaved || !muri_history_worker_begin (self))
    return;
  for (guint i = 0; i < n; i++)
    {
      MuriHistoryObject *object = muri_history_table_get_object (self->table, i);

      if ((object->id != 0 && !object->renamed)
          || muri_history_store_save_object (self->store, self->table, object, &error))
        continue;
      muri_history_worker_fail (self, error);
      return;
    }
  if (!muri_history_worker_commit (self))
    return;

  self->unsaved = FALSE;
  for (guint i = 0; i < n; i++)
    muri_history_table_get_object (self->table, i)->renamed = FALSE;
}

/* ---- slots ---- */

gboolean
muri_history_worker_write_tail (MuriHistoryWorker *self, MuriHistoryObject *object, guint tier,
                                guint n, GError **error)
{
  const MuriHistoryTail *tail = &object->tails[tier];
  const MuriHistorySlots slots = { .object = object->id,
                                   .n_figures = object->n_figures,
                                   .tier = tier,
                                   .first = tail->first,
                                   .n = n,
                                   .values = tail->values,
                                   .rollups = tail->rollups };

  if (tier + 1 < MURI_N_TIERS && self->settings.keep[tier] <= 0)
    return TRUE;
  return object->id == 0 || muri_history_store_write (self->store, &slots, error);
}

/* There is no room for them any more; the transaction ends with the message at hand. */
void
muri_history_worker_sink (MuriHistoryObject *object, guint tier, gint64 first, guint n,
                          gpointer data)
{
  MuriHistoryWorker *self = data;
  g_autoptr (GError) error = NULL;

  if (muri_history_worker_begin (self)
      && !muri_history_worker_write_tail (self, object, tier, n, &error))
    muri_history_worker_fail (self, error);
}

static gint64
turn_of (gint64 second, gint64 id, gint64 period)
{
  const gint64 shifted = second - id * 7919 % period;

  return shifted / period - (shifted % period < 0 ? 1 : 0);
}

/* How many slots of a tail are to be written now. Chunks of the finest tier are written once, when
 * they are whole. */
static guint
count_due (MuriHistoryWorker *self, MuriHistoryObject *object, guint tier)
{
  const MuriHistoryTail *tail = &object->tails[tier];
  const guint room = muri_history_table_get_room (tier);
  const gint64 period =
      muri_history_table_is_fine (self->table) ? periods[tier] : periods_of_many[tier];
  gint64 end = self->now - LATE;

  if (tail->length == 0
      || (turn_of (self->now, object->id, period) == turn_of (self->flushed, object->id, period)
          && tail->length + room / 10 < room))
    return 0;
  if (tier == 0)
    end = muri_tier_get_start (&muri_tiers[tier], end);
  return muri_history_object_count (object, tier, end);
}

typedef struct
{
  MuriHistoryObject *object;
  guint tier;
  guint n;
} Written;

static gboolean
write_object (MuriHistoryWorker *self, MuriHistoryObject *object, GArray *written, GError **error)
{
  gboolean seen = FALSE;

  muri_history_table_close (self->table, object, self->now - LATE);
  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    {
      const Written one = { object, tier, count_due (self, object, tier) };

      if (one.n == 0)
        continue;
      if (!muri_history_worker_write_tail (self, object, tier, one.n, error))
        return FALSE;
      g_array_append_val (written, one);
      seen = seen || tier > 1;
    }
  return !seen || muri_history_store_save_object (self->store, self->table, object, error);
}

/* ---- the log ---- */

void
muri_history_worker_clear_unwritten (MuriHistoryWorker *self)
{
  g_queue_clear_full (&self->unwritten, log_row_free);
}

void
muri_history_worker_pack_log (MuriHistoryWorker *self)
{
  LogRow *row, *first;

  if (self->log.n == 0)
    return;
  row = g_new (LogRow, 1);
  /* By the clock itself: what came before the first second has passed is packed, too. */
  row->packed = g_get_monotonic_time ();
  row->last = self->log.last;
  row->bytes = muri_history_log_flush (&self->log);
  g_queue_push_tail (&self->unwritten, row);
  while ((first = g_queue_peek_head (&self->unwritten))->packed < row->packed - UNWRITTEN_MAX)
    log_row_free (g_queue_pop_head (&self->unwritten));
}

static gboolean
write_log (MuriHistoryWorker *self, GError **error)
{
  for (GList *link = self->unwritten.head; link != NULL; link = link->next)
    {
      LogRow *row = link->data;

      if (!muri_history_store_append_log (self->store, row->bytes, row->last, error))
        return FALSE;
    }
  return TRUE;
}

/* What is not in a chunk yet has to be in the log. */
static gint64
find_begin (MuriHistoryWorker *self)
{
  const guint tiers = muri_history_table_is_fine (self->table) ? 0x7 : 0x4;
  const guint n = muri_history_table_get_n_objects (self->table);
  gint64 begin = self->now;

  for (guint i = 0; i < n; i++)
    begin =
        MIN (begin,
             muri_history_object_get_begin (muri_history_table_get_object (self->table, i), tiers));
  return begin;
}

/* ---- every ten seconds ---- */

static gboolean
write_due (MuriHistoryWorker *self, GArray *written, GError **error)
{
  const guint n = muri_history_table_get_n_objects (self->table);

  for (guint i = 0; i < n; i++)
    if (!write_object (self, muri_history_table_get_object (self->table, i), written, error))
      return FALSE;
  return TRUE;
}

static gboolean
drop_old (MuriHistoryWorker *self, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean more;

  if (self->now - self->kept < KEEP_EVERY || self->now - self->steady < STEADY_FOR)
    return TRUE;

  /* With more to do again in ten seconds. */
  more = muri_history_keep (self->store, &self->settings, self->now, &failure);
  if (!more)
    self->kept = self->now;
  if (!more && failure == NULL)
    muri_history_density_measure (&self->density, self->store);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static void
drop_written (GArray *written)
{
  for (guint i = 0; i < written->len; i++)
    {
      const Written *one = &g_array_index (written, Written, i);

      muri_history_object_drop (one->object, one->tier, one->n);
    }
}

void
muri_history_worker_flush (MuriHistoryWorker *self, gboolean finish)
{
  g_autoptr (GArray) written = g_array_new (FALSE, FALSE, sizeof (Written));
  g_autoptr (GError) error = NULL;

  muri_history_worker_pack_log (self);
  muri_history_worker_save_objects (self);
  if (!muri_history_worker_begin (self))
    return;

  if (!write_log (self, &error)
      || (!finish && (!write_due (self, written, &error) || !drop_old (self, &error))))
    muri_history_worker_fail (self, error);
  else if (muri_history_worker_commit (self))
    {
      drop_written (written);
      muri_history_worker_clear_unwritten (self);
      if (!finish && !muri_history_store_trim_log (self->store, find_begin (self), &error))
        muri_history_worker_fail (self, error);
      else
        self->size = muri_history_store_get_size (self->store);
    }
}

/* ---- the clock ---- */

static void
watch_clock (MuriHistoryWorker *self, gint64 now, gint64 monotonic)
{
  gint64 passed = now - self->now * G_USEC_PER_SEC;

  if (self->now == 0 || ABS (passed - (monotonic - self->monotonic)) > STEP)
    self->steady = now / G_USEC_PER_SEC;
  self->now = now / G_USEC_PER_SEC;
  self->monotonic = monotonic;
}

void
muri_history_worker_tick (MuriHistoryWorker *self, gint64 now, gint64 monotonic)
{
  watch_clock (self, now, monotonic);
  if (self->flushed <= self->now && self->now - self->flushed < FLUSH_EVERY)
    return;

  if (self->store == NULL && self->path != NULL && !self->given_up
      && ABS (self->now - self->opened) >= KEEP_EVERY)
    muri_history_worker_load (self);
  muri_history_worker_flush (self, FALSE);
  muri_history_worker_commit (self);
  self->flushed = self->now;
  muri_history_worker_report (self);
}
