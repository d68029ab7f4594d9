/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-worker-private.h"

#include "muri-fleet.h"

/* ---- the log ---- */

static void
take_record (gint64 id, gint64 second, const float *values, guint n_figures, gpointer data)
{
  MuriHistoryWorker *self = data;
  MuriHistoryObject *object = muri_history_table_find_id (self->table, id);

  if (object != NULL && object->n_figures == n_figures)
    muri_history_worker_add (self, object, second, values);
}

static void
take_row (gconstpointer bytes, gsize length, gpointer data)
{
  if (!muri_history_log_read (bytes, length, take_record, data))
    g_message ("A part of history's log is damaged");
}

/* ---- the coarsest tier: of the one below it, which the log has to the last second ---- */

#define COARSE (MURI_N_TIERS - 1)

typedef struct
{
  guint n_figures;
  gint64 first; /* slot */
  GArray *rows; /* MuriRollup, a row of figures a slot */
} Rebuilt;

static void
add_chunk (MuriChunk *chunk, gpointer data)
{
  Rebuilt *rebuilt = data;
  const guint ratio = muri_tiers[COARSE].step / muri_chunk_get_step (chunk);

  for (guint i = 0; i < muri_chunk_get_slots (chunk); i += ratio)
    {
      gint64 second = muri_chunk_get_start (chunk) + (gint64)i * muri_chunk_get_step (chunk);
      gint64 at = muri_history_slot_of (second, COARSE) - rebuilt->first;

      if (at < 0)
        continue;
      if ((at + 1) * rebuilt->n_figures > rebuilt->rows->len)
        g_array_set_size (rebuilt->rows, (guint)((at + 1) * rebuilt->n_figures));
      for (guint figure = 0; figure < rebuilt->n_figures; figure++)
        muri_chunk_roll_up (
            chunk, figure, i, ratio,
            &g_array_index (rebuilt->rows, MuriRollup, at * rebuilt->n_figures + figure));
    }
}

static gboolean
rebuild_coarse (MuriHistoryWorker *self, MuriHistoryObject *object, GError **error)
{
  const gint64 end = muri_history_store_get_end (self->store, object->id, COARSE);
  Rebuilt rebuilt = { .n_figures = object->n_figures,
                      .first = muri_history_slot_of (end, COARSE),
                      .rows = g_array_new (FALSE, TRUE, sizeof (MuriRollup)) };
  MuriHistorySlots slots = { .object = object->id, .n_figures = object->n_figures, .tier = COARSE };
  gboolean done;

  if (end == 0)
    rebuilt.first = muri_history_slot_of (
        MAX (0, object->last_seen - 2 * muri_tier_get_span (&muri_tiers[COARSE])), COARSE);
  done = muri_history_store_read (self->store, object->id, COARSE - 1, G_MAXUINT32,
                                  rebuilt.first * muri_tiers[COARSE].step, G_MAXINT64, add_chunk,
                                  &rebuilt, error);

  slots.first = rebuilt.first;
  slots.rollups = (const MuriRollup *)rebuilt.rows->data;
  slots.n = rebuilt.rows->len / object->n_figures;
  if (object->begun && slots.n > 0)
    {
      gint64 open = object->slots[COARSE] - rebuilt.first;

      if (open >= 0 && open < slots.n)
        {
          muri_history_object_set_coarse (object, slots.rollups + open * object->n_figures);
          slots.n = (guint)open;
        }
    }
  done = done && muri_history_store_write (self->store, &slots, error);
  g_array_unref (rebuilt.rows);
  return done;
}

/* Everything closed into chunks, so that nothing is in two places. */
static gboolean
settle (MuriHistoryWorker *self, GError **error)
{
  const guint n = muri_history_table_get_n_objects (self->table);

  for (guint i = 0; i < n; i++)
    {
      MuriHistoryObject *object = muri_history_table_get_object (self->table, i);

      for (guint tier = 0; tier < MURI_N_TIERS; tier++)
        {
          guint length = object->tails[tier].length;

          if (tier < COARSE && !muri_history_worker_write_tail (self, object, tier, length, error))
            return FALSE;
          muri_history_object_drop (object, tier, length);
        }
      if (object->id != 0 && !rebuild_coarse (self, object, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_fresh (MuriHistoryWorker *self)
{
  const guint n = muri_history_table_get_n_objects (self->table);

  for (guint i = 0; i < n; i++)
    if (muri_history_table_get_object (self->table, i)->begun)
      return FALSE;
  return TRUE;
}

static gboolean
take_up (MuriHistoryWorker *self, GError **error)
{
  gboolean fresh = is_fresh (self);

  if (!muri_history_store_load_objects (self->store, self->table, error))
    return FALSE;
  self->unsaved = TRUE;
  if (!fresh)
    return TRUE;

  if (!muri_history_worker_begin (self)
      || !muri_history_store_read_log (self->store, take_row, self, error) || !settle (self, error))
    return FALSE;
  muri_history_worker_commit (self);
  return TRUE;
}

void
muri_history_worker_load (MuriHistoryWorker *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *notice = NULL;

  self->opened = self->now;
  self->store = muri_history_store_open (self->path, &notice, &error);
  if (notice != NULL)
    {
      g_free (self->notice);
      self->notice = g_steal_pointer (&notice);
      self->salvage = TRUE;
    }
  if (self->store == NULL)
    {
      self->given_up = g_error_matches (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_NEWER);
      g_free (self->failure);
      self->failure = g_strdup (error->message);
      return;
    }
  if (!take_up (self, &error))
    {
      if (self->writing)
        muri_history_store_roll_back (self->store);
      self->writing = FALSE;
      muri_history_worker_recover (self, error);
    }
  else if (self->salvage)
    muri_history_worker_begin_rebuild (self);
}

void
muri_history_worker_recover (MuriHistoryWorker *self, const GError *error)
{
  gboolean damaged = self->store != NULL && muri_history_store_is_damaged (self->store);
  g_autoptr (GError) failure = NULL;

  if (g_strcmp0 (self->failure, error->message) != 0)
    g_message ("%s is not written: %s", self->path, error->message);
  g_free (self->failure);
  self->failure = g_strdup (error->message);
  if (!damaged)
    return;

  g_clear_pointer (&self->store, muri_history_store_close);
  g_clear_pointer (&self->notice, g_free);
  if (muri_history_store_mend (self->path, &self->notice, &failure))
    g_clear_pointer (&self->failure, g_free);
  self->salvage = TRUE;
  self->rebuild = 0;
  for (guint i = 0; i < muri_history_table_get_n_objects (self->table); i++)
    muri_history_table_set_id (self->table, muri_history_table_get_object (self->table, i), 0);
  self->opened = 0;
}
