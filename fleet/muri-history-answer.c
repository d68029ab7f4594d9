/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-worker-private.h"

/* A sum that takes long is shown so often, microseconds. */
#define SHOW_EVERY (400 * G_TIME_SPAN_MILLISECOND)

static guint
held_tiers (MuriHistoryWorker *self)
{
  guint tiers = 1u << (MURI_N_TIERS - 1);

  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    if (self->settings.keep[tier] > 0 && (tier > 1 || muri_history_table_is_fine (self->table)))
      tiers |= 1u << tier;
  return tiers;
}

void
muri_history_worker_begin_query (MuriHistoryWorker *self, MuriHistoryQuery *query)
{
  GError *error = NULL;

  if (muri_history_query_plan (query, held_tiers (self) | query->extra, &error))
    {
      query->shown = g_get_monotonic_time ();
      g_queue_push_tail (&self->queries, query);
      return;
    }
  g_task_return_error (query->task, error);
  muri_history_query_free (query);
}

static void
add_chunk (MuriChunk *chunk, gpointer data)
{
  muri_history_query_add_chunk (data, chunk, 0);
}

/* A file that cannot be read now is no reason to show nothing. */
static void
add_file (MuriHistoryWorker *self, MuriHistoryQuery *query, MuriHistoryObject *object, guint tier)
{
  g_autoptr (GError) error = NULL;
  guint32 figures = 0;

  for (guint i = 0; i < query->n_figures; i++)
    figures |= 1u << query->figures[i];
  if (self->store != NULL && object->id != 0
      && !muri_history_store_read (self->store, object->id, tier, figures,
                                   muri_history_query_get_begin (query),
                                   muri_history_query_get_end (query), add_chunk, query, &error))
    muri_history_worker_recover (self, error);
}

/* What agents have of the object at hand. Of what they say nothing is believed that is no chunk. */
static void
add_pieces (MuriHistoryQuery *query, guint tier)
{
  const gint64 step = muri_tiers[tier].step;

  for (guint i = 0; query->pieces != NULL && i < query->pieces->len; i++)
    {
      const MuriHistoryPiece *piece = &g_array_index (query->pieces, MuriHistoryPiece, i);
      const gint64 ahead = piece->ahead / G_USEC_PER_SEC;
      g_autoptr (MuriChunk) chunk = NULL;

      if (piece->key != query->next)
        continue;
      chunk = muri_chunk_decode (g_bytes_get_data (piece->bytes, NULL),
                                 g_bytes_get_size (piece->bytes), NULL);
      if (chunk != NULL && muri_chunk_get_step (chunk) == step)
        muri_history_query_add_chunk (query, chunk,
                                      (ahead + (ahead < 0 ? -step : step) / 2) / step * step);
    }
}

static void
answer_object (MuriHistoryWorker *self, MuriHistoryQuery *query)
{
  MuriHistoryObject *object = muri_history_table_find (self->table, &query->keys[query->next]);
  const guint held = held_tiers (self);

  muri_history_query_begin_object (query);
  for (guint tier = query->tier; object != NULL && tier < MURI_N_TIERS; tier++)
    {
      if (((held | query->extra) & 1u << tier) == 0
          || (tier > query->tier && muri_history_query_is_full (query)))
        continue;
      if ((query->extra & 1u << tier) != 0)
        add_pieces (query, tier);
      if ((held & 1u << tier) == 0)
        continue;
      add_file (self, query, object, tier);
      muri_history_query_add_memory (query, object, tier);
    }
  muri_history_query_finish_object (query);
}

/* ---- parts of an answer ---- */

typedef struct
{
  GTask *asker;
  GPtrArray *tracks;
} Part;

static gboolean
show_part (gpointer data)
{
  Part *part = data;

  muri_history_show_part (part->asker, part->tracks);
  return G_SOURCE_REMOVE;
}

static void
part_free (gpointer data)
{
  Part *part = data;

  g_object_unref (part->asker);
  g_ptr_array_unref (part->tracks);
  g_free (part);
}

/* Before the whole answer, which comes the same way. */
static void
send_part (MuriHistoryQuery *query)
{
  const gint64 now = g_get_monotonic_time ();
  g_autoptr (GSource) source = NULL;
  Part *part;

  if (query->asker == NULL || query->combine != MURI_HISTORY_SUM || query->next != 0
      || now - query->shown < SHOW_EVERY)
    return;
  query->shown = now;
  part = g_new (Part, 1);
  part->asker = g_object_ref (query->asker);
  part->tracks = muri_history_query_make_part (query);
  source = g_idle_source_new ();
  g_source_set_priority (source, g_task_get_priority (query->asker));
  g_source_set_callback (source, show_part, part, part_free);
  g_source_set_static_name (source, "[muri] a part of history's answer");
  g_source_attach (source, g_task_get_context (query->asker));
}

/* One object of the query that waited longest. */
void
muri_history_worker_answer (MuriHistoryWorker *self)
{
  MuriHistoryQuery *query = g_queue_pop_head (&self->queries);
  MuriHistoryAnswer *answer;

  if (g_task_return_error_if_cancelled (query->task))
    {
      muri_history_query_free (query);
      return;
    }
  if (!muri_history_query_is_done (query))
    answer_object (self, query);
  if (!muri_history_query_is_done (query))
    {
      send_part (query);
      g_queue_push_tail (&self->queries, query);
      return;
    }

  answer = g_new (MuriHistoryAnswer, 1);
  *answer = (MuriHistoryAnswer){ muri_history_query_steal_tracks (query), held_tiers (self) };
  g_task_return_pointer (query->task, answer, (GDestroyNotify)muri_history_answer_free);
  muri_history_query_free (query);
}
