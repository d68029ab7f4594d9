/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-worker-private.h"

#include "muri-segment.h"
#include "muri-uuid.h"

/* A node that is known for so much of a span has no gap worth asking for: samples get lost. */
#define KNOWN_ENOUGH 0.97
#define GAP_LEAST 5

/* What an agent says of a time later than this, by our clock, is not believed. */
#define FUTURE 2

typedef struct
{
  MuriHistoryPatch *patch;
  MuriSegment *segment;
  GArray *entries; /* MuriSegmentEntry, in the segment or of its log */
  guint next;
  MuriHistoryPatched result;
  GTask *task;
} Work;

void
muri_history_patch_free (MuriHistoryPatch *patch)
{
  g_bytes_unref (patch->bytes);
  g_free (patch);
}

static void
work_free (Work *work)
{
  muri_history_patch_free (work->patch);
  g_clear_pointer (&work->segment, muri_segment_free);
  g_clear_pointer (&work->entries, g_array_unref);
  g_object_unref (work->task);
  g_free (work);
}

/* ---- what is missing ---- */

typedef struct
{
  gint64 from;
  gint64 to;
  double known;
} Count;

static void
count_chunk (MuriChunk *chunk, gpointer data)
{
  const MuriChunkColumn *column = muri_chunk_find (chunk, MURI_FIGURE_CPU);
  Count *count = data;
  const gint64 step = muri_chunk_get_step (chunk);

  for (guint i = 0; column != NULL && i < muri_chunk_get_slots (chunk); i++)
    {
      gint64 at = muri_chunk_get_start (chunk) + i * step;

      if (at >= count->from && at < count->to)
        count->known += column->known[i];
    }
}

static void
count_memory (MuriHistoryObject *object, guint tier, Count *count)
{
  const gint64 step = muri_tiers[tier].step;
  gint64 first;
  gint64 last;

  if (!muri_history_object_get_span (object, tier, &first, &last))
    return;
  first = MAX (first, (count->from + step - 1) / step);
  last = MIN (last, (count->to - 1) / step);
  for (gint64 slot = first; slot <= last; slot++)
    count->known += muri_history_object_get (object, tier, slot, MURI_FIGURE_CPU).known;
}

/* The node's own figures tell when its agent was heard. */
gboolean
muri_history_worker_is_missing (MuriHistoryWorker *self, const muri_v1_Uuid *node,
                                const MuriHistorySpan *span)
{
  const MuriTargetKey key = { .node = *node };
  MuriHistoryObject *object = muri_history_table_find (self->table, &key);
  Count count = { .from = MAX (span->from, self->now - self->settings.keep[span->tier]),
                  .to = MIN (span->to, self->now) };
  double missing;

  if (object == NULL || count.to <= count.from
      || (span->tier < 2 && !muri_history_table_is_fine (self->table)))
    return FALSE;
  if (self->store != NULL && object->id != 0)
    muri_history_store_read (self->store, object->id, span->tier, 1u << MURI_FIGURE_CPU, count.from,
                             count.to, count_chunk, &count, NULL);
  count_memory (object, span->tier, &count);
  missing = (double)(count.to - count.from) - count.known;
  return missing >= GAP_LEAST && missing > (1 - KNOWN_ENOUGH) * (double)(count.to - count.from);
}

/* ---- coarser slots of finer ones ---- */

typedef struct
{
  guint n_figures;
  guint tier;   /* of what is made */
  gint64 first; /* slot */
  guint n;
  MuriRollup *rows;
} Rollup;

static void
roll_chunk (MuriChunk *chunk, gpointer data)
{
  Rollup *rollup = data;
  const guint ratio = muri_tiers[rollup->tier].step / muri_chunk_get_step (chunk);

  for (guint i = 0; i < muri_chunk_get_slots (chunk); i += ratio)
    {
      gint64 second = muri_chunk_get_start (chunk) + (gint64)i * muri_chunk_get_step (chunk);
      gint64 at = muri_history_slot_of (second, rollup->tier) - rollup->first;

      if (at < 0 || at >= rollup->n)
        continue;
      for (guint figure = 0; figure < rollup->n_figures; figure++)
        muri_chunk_roll_up (chunk, figure, i, ratio,
                            &rollup->rows[at * rollup->n_figures + figure]);
    }
}

gboolean
muri_history_worker_roll_up (MuriHistoryWorker *self, MuriHistoryObject *object, guint tier,
                             gint64 from, gint64 to, GError **error)
{
  const gint64 step = muri_tiers[tier].step;
  Rollup rollup = { .n_figures = object->n_figures,
                    .tier = tier,
                    .first = muri_history_slot_of (from, tier) };
  g_autofree MuriRollup *rows = NULL;
  MuriHistorySlots slots = { .object = object->id,
                             .n_figures = object->n_figures,
                             .tier = tier,
                             .first = rollup.first,
                             .weak = TRUE };

  rollup.n = (guint)(muri_history_slot_of (to - 1, tier) - rollup.first + 1);
  rollup.rows = rows = g_new0 (MuriRollup, (gsize)rollup.n * object->n_figures);
  slots.n = rollup.n;
  slots.rollups = rows;
  return muri_history_store_read (self->store, object->id, tier - 1, G_MAXUINT32,
                                  rollup.first * step, (rollup.first + rollup.n) * step, roll_chunk,
                                  &rollup, error)
         && muri_history_store_write (self->store, &slots, error);
}

/* ---- one object of a segment ---- */

/* Slots of a chunk as the console has them: on its own clock, and none of the future. */
static gint64
shift_of (const Work *work, guint tier)
{
  const gint64 step = muri_tiers[tier].step * G_USEC_PER_SEC;
  const gint64 ahead = work->patch->ahead;

  return (ahead + (ahead < 0 ? -step : step) / 2) / step;
}

/* What some chunks of one object and tier have, as rows of figures. */
typedef struct
{
  guint tier;
  gint64 first; /* slot, by the agent's clock */
  guint n;
  MuriRollup *rows;
} Rows;

static gboolean
find_bounds (Work *work, GPtrArray *chunks, Rows *rows)
{
  gint64 end = G_MININT64;

  rows->first = G_MAXINT64;
  for (guint i = 0; i < chunks->len; i++)
    {
      MuriChunk *chunk = g_ptr_array_index (chunks, i);
      const gint64 step = muri_chunk_get_step (chunk);
      const MuriTier *tier = muri_tier_find ((guint)step);

      if (tier == NULL || (i > 0 && rows->tier != (guint)(tier - muri_tiers)))
        return FALSE;
      rows->tier = (guint)(tier - muri_tiers);
      rows->first = MIN (rows->first, muri_chunk_get_start (chunk) / step);
      end = MAX (end, muri_chunk_get_start (chunk) / step + muri_chunk_get_slots (chunk));
    }
  rows->n = (guint)MIN (end - rows->first, MURI_CHUNK_SLOTS_MAX);
  return chunks->len > 0;
}

static void
copy_slots (MuriHistoryObject *object, GPtrArray *chunks, Rows *rows)
{
  rows->rows = g_new0 (MuriRollup, (gsize)rows->n * object->n_figures);
  for (guint i = 0; i < chunks->len; i++)
    {
      MuriChunk *chunk = g_ptr_array_index (chunks, i);
      const gint64 first = muri_chunk_get_start (chunk) / muri_chunk_get_step (chunk) - rows->first;

      for (guint slot = 0; slot < muri_chunk_get_slots (chunk) && first + slot < rows->n; slot++)
        for (guint figure = 0; figure < object->n_figures; figure++)
          {
            MuriRollup *row = &rows->rows[(gsize)(first + slot) * object->n_figures + figure];

            if (row->known == 0)
              muri_chunk_roll_up (chunk, figure, slot, 1, row);
          }
    }
}

/* Slots before the first one that is known are none. */
static guint
count_empty (MuriHistoryObject *object, const Rows *rows)
{
  guint n = 0;

  for (guint i = 0; i < rows->n * object->n_figures; i++)
    if (rows->rows[i].known > 0)
      break;
    else
      n = i + 1;
  return n / object->n_figures;
}

static void
note_seen (MuriHistoryWorker *self, MuriHistoryObject *object, gint64 from, gint64 to)
{
  if (object->first_seen != 0 && object->first_seen <= from && object->last_seen >= to - 1)
    return;
  object->first_seen = object->first_seen == 0 ? from : MIN (object->first_seen, from);
  object->last_seen = MAX (object->last_seen, to - 1);
  object->renamed = self->unsaved = TRUE;
}

static gboolean
write_rows (MuriHistoryWorker *self, Work *work, MuriHistoryObject *object, const Rows *rows,
            GError **error)
{
  const gint64 step = muri_tiers[rows->tier].step;
  const guint empty = count_empty (object, rows);
  MuriHistorySlots slots = { .object = object->id,
                             .n_figures = object->n_figures,
                             .tier = rows->tier,
                             .first = rows->first + empty - shift_of (work, rows->tier),
                             .rollups = rows->rows + (gsize)empty * object->n_figures,
                             .weak = TRUE };
  const gint64 from = slots.first * step;
  const guint before = muri_history_store_get_written (self->store);
  gint64 to;

  slots.n = (guint)CLAMP ((self->now + FUTURE) / step - slots.first, 0, rows->n - empty);
  if (slots.n == 0 || from < 0)
    return TRUE;
  to = from + slots.n * step;
  if (!muri_history_store_write (self->store, &slots, error))
    return FALSE;
  if (muri_history_store_get_written (self->store) == before)
    return TRUE;

  note_seen (self, object, from, to);
  work->result.from = MIN (work->result.from, from);
  work->result.to = MAX (work->result.to, to);
  for (guint coarser = rows->tier + 1; coarser < MURI_N_TIERS; coarser++)
    if ((coarser > 1 || muri_history_table_is_fine (self->table))
        && !muri_history_worker_roll_up (self, object, coarser, from, to, error))
      return FALSE;
  return TRUE;
}

static gboolean
patch_object (MuriHistoryWorker *self, Work *work, MuriHistoryObject *object, GPtrArray *chunks,
              GError **error)
{
  Rows rows = { 0 };
  gboolean done;

  if (!find_bounds (work, chunks, &rows))
    {
      work->result.n_damaged++;
      return TRUE;
    }
  if (rows.tier < 2 && !muri_history_table_is_fine (self->table))
    return TRUE;
  copy_slots (object, chunks, &rows);
  done = write_rows (self, work, object, &rows, error);
  g_free (rows.rows);
  return done;
}

/* ---- the work, a part at a time ---- */

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const MuriSegmentEntry *x = a;
  const MuriSegmentEntry *y = b;
  int objects = muri_uuid_compare (&x->object, &y->object);

  return objects != 0 ? objects : (x->offset > y->offset) - (x->offset < y->offset);
}

static void
begin (Work *work)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (work->patch->bytes, &length);
  g_autoptr (GError) error = NULL;

  work->segment = muri_segment_parse (data, length, &error);
  if (work->segment == NULL)
    {
      g_message ("What an agent sent of its history is left out: %s", error->message);
      work->result.n_damaged++;
      work->entries = g_array_new (FALSE, FALSE, sizeof (MuriSegmentEntry));
    }
  else if (work->segment->log)
    {
      work->entries = muri_segment_index_log (data, length);
      g_array_sort (work->entries, compare_entries);
    }
  else
    work->entries = g_array_ref (work->segment->entries);
}

/* The chunks of one object: one in a segment, one every ten seconds in a log. */
static GPtrArray *
decode_next (Work *work)
{
  GPtrArray *chunks = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_chunk_unref);
  const MuriSegmentEntry *first = &g_array_index (work->entries, MuriSegmentEntry, work->next);
  gsize length;
  const guint8 *data = g_bytes_get_data (work->patch->bytes, &length);

  for (; work->next < work->entries->len; work->next++)
    {
      const MuriSegmentEntry *entry = &g_array_index (work->entries, MuriSegmentEntry, work->next);
      MuriChunk *chunk = NULL;

      if (!muri_uuid_equal (&entry->object, &first->object))
        break;
      if (entry->offset <= length && entry->length <= length - entry->offset)
        chunk = muri_chunk_decode (data + entry->offset, entry->length, NULL);
      if (chunk != NULL)
        g_ptr_array_add (chunks, chunk);
      else
        work->result.n_damaged++;
    }
  return chunks;
}

static void
go_on (MuriHistoryWorker *self, Work *work)
{
  const MuriTargetKey key = { work->patch->node,
                              g_array_index (work->entries, MuriSegmentEntry, work->next).object };
  MuriHistoryObject *object = muri_history_table_find (self->table, &key);
  g_autoptr (GPtrArray) chunks = decode_next (work);
  g_autoptr (GError) error = NULL;

  if (object == NULL || object->id == 0 || chunks->len == 0)
    return;
  if (muri_history_worker_begin (self) && !patch_object (self, work, object, chunks, &error))
    muri_history_worker_fail (self, error);
}

void
muri_history_worker_begin_patch (MuriHistoryWorker *self, MuriHistoryPatch *patch, GTask *task)
{
  Work *work = g_new0 (Work, 1);

  work->patch = patch;
  work->task = task;
  work->result = (MuriHistoryPatched){ .from = G_MAXINT64, .to = G_MININT64 };
  begin (work);
  g_queue_push_tail (&self->patches, work);
}

void
muri_history_worker_patch (MuriHistoryWorker *self)
{
  Work *work = g_queue_peek_head (&self->patches);

  if (work->next < work->entries->len && self->store != NULL
      && !g_cancellable_is_cancelled (g_task_get_cancellable (work->task)))
    {
      go_on (self, work);
      return;
    }

  g_queue_pop_head (&self->patches);
  muri_history_worker_commit (self);
  g_task_return_pointer (work->task, g_memdup2 (&work->result, sizeof work->result), g_free);
  work_free (work);
}
