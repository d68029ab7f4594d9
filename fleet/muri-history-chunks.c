/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-store-private.h"

#include <math.h>

/* ---- reading ---- */

static MuriChunk *
decode (sqlite3_stmt *statement, guint tier, guint32 figures)
{
  g_autoptr (GError) error = NULL;
  MuriChunk *chunk =
      muri_chunk_decode_some (sqlite3_column_blob (statement, 0),
                              (gsize)sqlite3_column_bytes (statement, 0), figures, &error);

  if (chunk == NULL)
    g_message ("A chunk of history is left out: %s", error->message);
  else if (muri_chunk_get_step (chunk) != muri_tiers[tier].step)
    g_clear_pointer (&chunk, muri_chunk_unref);
  return chunk;
}

static MuriChunk *
get_chunk (MuriHistoryStore *self, gint64 object, guint tier, gint64 start)
{
  sqlite3_stmt *get = muri_history_store_get (self, STATEMENT_GET_CHUNK, NULL);
  MuriChunk *chunk = NULL;

  if (get == NULL)
    return NULL;
  sqlite3_bind_int64 (get, 1, object);
  sqlite3_bind_int64 (get, 2, muri_tiers[tier].step);
  sqlite3_bind_int64 (get, 3, start);
  if (muri_store_step (get, NULL))
    chunk = decode (get, tier, G_MAXUINT32);
  else
    muri_history_store_failed (self);
  sqlite3_reset (get);
  if (chunk != NULL && muri_chunk_get_start (chunk) != start)
    g_clear_pointer (&chunk, muri_chunk_unref);
  return chunk;
}

gboolean
muri_history_store_read (MuriHistoryStore *self, gint64 object, guint tier, guint32 figures,
                         gint64 from, gint64 to, MuriHistoryChunkFunc func, gpointer data,
                         GError **error)
{
  sqlite3_stmt *get = muri_history_store_get (self, STATEMENT_GET_CHUNKS, error);
  g_autoptr (GError) failure = NULL;

  if (get == NULL)
    return FALSE;
  sqlite3_bind_int64 (get, 1, object);
  sqlite3_bind_int64 (get, 2, muri_tiers[tier].step);
  sqlite3_bind_int64 (get, 3, muri_tier_get_start (&muri_tiers[tier], from));
  sqlite3_bind_int64 (get, 4, to);
  while (muri_store_step (get, &failure))
    {
      g_autoptr (MuriChunk) chunk = decode (get, tier, figures);

      if (chunk != NULL)
        func (chunk, data);
    }
  sqlite3_reset (get);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return muri_history_store_failed (self);
}

gboolean
muri_history_store_get_span (MuriHistoryStore *self, gint64 object, guint tier, gint64 *from,
                             gint64 *to)
{
  sqlite3_stmt *span = muri_history_store_get (self, STATEMENT_SPAN, NULL);
  gboolean found;

  if (span == NULL)
    return FALSE;
  sqlite3_bind_int64 (span, 1, object);
  sqlite3_bind_int64 (span, 2, muri_tiers[tier].step);
  found = muri_store_step (span, NULL) && sqlite3_column_type (span, 0) == SQLITE_INTEGER;
  if (found)
    {
      *from = sqlite3_column_int64 (span, 0);
      *to = sqlite3_column_int64 (span, 1) + muri_tier_get_span (&muri_tiers[tier]);
    }
  sqlite3_reset (span);
  return found;
}

gint64
muri_history_store_get_end (MuriHistoryStore *self, gint64 object, guint tier)
{
  sqlite3_stmt *last = muri_history_store_get (self, STATEMENT_LAST_CHUNK, NULL);
  g_autoptr (MuriChunk) chunk = NULL;

  if (last == NULL)
    return 0;
  sqlite3_bind_int64 (last, 1, object);
  sqlite3_bind_int64 (last, 2, muri_tiers[tier].step);
  if (muri_store_step (last, NULL))
    chunk = decode (last, tier, 0);
  else
    muri_history_store_failed (self);
  sqlite3_reset (last);
  return chunk != NULL ? muri_chunk_get_start (chunk)
                             + (gint64)muri_chunk_get_slots (chunk) * muri_chunk_get_step (chunk)
                       : 0;
}

/* ---- writing ---- */

static MuriRollup
get_old (const MuriChunkColumn *column, guint slot)
{
  return (MuriRollup){ column->known[slot], column->min[slot], column->max[slot],
                       (double)column->average[slot] * column->known[slot] };
}

/* A row of what is there, and of @slots what is better. Returns whether anything is. */
static gboolean
overlay (const MuriHistorySlots *slots, MuriChunk *chunk, gint64 slot, guint at, MuriRollup *row)
{
  gboolean better = FALSE;
  guint n_columns;

  memset (row, 0, sizeof *row * MURI_N_FIGURES);
  if (chunk != NULL && at < muri_chunk_get_slots (chunk))
    {
      const MuriChunkColumn *columns = muri_chunk_get_columns (chunk, &n_columns);

      for (guint i = 0; i < n_columns; i++)
        if (columns[i].known[at] > 0)
          row[columns[i].figure] = get_old (&columns[i], at);
    }
  if (slot < slots->first || slot >= slots->first + slots->n)
    return FALSE;

  for (guint i = 0; i < slots->n_figures; i++)
    {
      const gsize index = (gsize)(slot - slots->first) * slots->n_figures + i;
      MuriRollup new = { 0 };

      if (slots->values != NULL)
        muri_rollup_add (&new, slots->values[index]);
      else
        new = slots->rollups[index];
      if (new.known > 0 && (slots->weak ? new.known > row[i].known : new.known >= row[i].known))
        {
          row[i] = new;
          better = TRUE;
        }
    }
  return better;
}

static gboolean
put_chunk (MuriHistoryStore *self, const MuriHistorySlots *slots, gint64 start, GBytes *bytes,
           GError **error)
{
  sqlite3_stmt *put = muri_history_store_get (self, STATEMENT_PUT_CHUNK, error);
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  if (put == NULL)
    return FALSE;
  sqlite3_bind_int64 (put, 1, slots->object);
  sqlite3_bind_int64 (put, 2, muri_tiers[slots->tier].step);
  sqlite3_bind_int64 (put, 3, start);
  sqlite3_bind_blob64 (put, 4, data, length, SQLITE_STATIC);
  self->written++;
  return muri_store_run (put, error) || muri_history_store_failed (self);
}

guint
muri_history_store_get_written (MuriHistoryStore *self)
{
  return self->written;
}

static gboolean
write_chunk (MuriHistoryStore *self, const MuriHistorySlots *slots, gint64 start, GError **error)
{
  const MuriTier *tier = &muri_tiers[slots->tier];
  const gint64 first = start / tier->step;
  g_autoptr (MuriChunkBuilder) builder = muri_chunk_builder_new (tier->step, start, tier->slots);
  g_autoptr (MuriChunk) chunk = get_chunk (self, slots->object, slots->tier, start);
  g_autoptr (GBytes) bytes = NULL;
  MuriRollup row[MURI_N_FIGURES];
  gboolean better = FALSE;
  guint end = (guint)MIN (slots->first + slots->n - first, tier->slots);

  if (chunk != NULL)
    end = MAX (end, MIN (muri_chunk_get_slots (chunk), tier->slots));
  for (guint i = 0; i < end; i++)
    {
      guint known = 0;

      better = overlay (slots, chunk, first + i, i, row) || better;
      for (guint j = 0; j < MURI_N_FIGURES; j++)
        known |= row[j].known;
      if (known > 0)
        muri_chunk_builder_add (builder, i, row, MURI_N_FIGURES);
    }

  bytes = better ? muri_chunk_builder_encode (builder, TRUE) : NULL;
  return bytes == NULL || put_chunk (self, slots, start, bytes, error);
}

gboolean
muri_history_store_write (MuriHistoryStore *self, const MuriHistorySlots *slots, GError **error)
{
  const MuriTier *tier = &muri_tiers[slots->tier];
  const gint64 span = muri_tier_get_span (tier);
  const gint64 end = (slots->first + slots->n) * tier->step;

  /* Before the epoch there is no history. */
  if (slots->n == 0 || slots->first < 0)
    return TRUE;
  for (gint64 start = muri_tier_get_start (tier, slots->first * tier->step); start < end;
       start += span)
    if (!write_chunk (self, slots, start, error))
      return FALSE;
  return TRUE;
}

/* ---- what goes ---- */

gint64
muri_history_store_get_oldest (MuriHistoryStore *self, guint tier)
{
  sqlite3_stmt *oldest = muri_history_store_get (self, STATEMENT_OLDEST, NULL);
  gint64 start = G_MAXINT64;

  if (oldest == NULL)
    return start;
  sqlite3_bind_int64 (oldest, 1, muri_tiers[tier].step);
  if (muri_store_step (oldest, NULL) && sqlite3_column_type (oldest, 0) == SQLITE_INTEGER)
    start = sqlite3_column_int64 (oldest, 0);
  sqlite3_reset (oldest);
  return start;
}

int
muri_history_store_drop (MuriHistoryStore *self, guint tier, gint64 before, guint limit,
                         GError **error)
{
  sqlite3_stmt *drop = muri_history_store_get (self, STATEMENT_DROP, error);

  if (drop == NULL)
    return -1;
  sqlite3_bind_int64 (drop, 1, muri_tiers[tier].step);
  sqlite3_bind_int64 (drop, 2, before);
  sqlite3_bind_int64 (drop, 3, limit);
  if (muri_store_run (drop, error))
    return sqlite3_changes (self->db);
  muri_history_store_failed (self);
  return -1;
}

/* Of the newest whole chunks, by the figures that their objects have. */
double
muri_history_store_measure (MuriHistoryStore *self, guint tier)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT sum(length(data)) * 1000 / %u / sum(iif(vm = zeroblob(16), %d, %d)) FROM (SELECT"
      " object, data FROM chunk WHERE tier = %u AND start < (SELECT max(start) FROM chunk WHERE"
      " tier = %u) ORDER BY start DESC LIMIT 100) JOIN object ON object.id = object",
      muri_tiers[tier].slots, MURI_N_FIGURES - 2, MURI_N_VM_FIGURES, muri_tiers[tier].step,
      muri_tiers[tier].step);

  return (double)MAX (muri_store_ask (self->db, sql), 0) / 1000;
}

gboolean
muri_history_store_drop_objects (MuriHistoryStore *self, gint64 before, GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("DELETE FROM object WHERE last < %" G_GINT64_FORMAT
                       " AND NOT EXISTS (SELECT 1 FROM chunk WHERE chunk.object = object.id)",
                       before);

  return muri_store_exec (self->db, sql, error) || muri_history_store_failed (self);
}
