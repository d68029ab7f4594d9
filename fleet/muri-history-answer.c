/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-worker-private.h"

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

  if (muri_history_query_plan (query, held_tiers (self), &error))
    {
      g_queue_push_tail (&self->queries, query);
      return;
    }
  g_task_return_error (query->task, error);
  muri_history_query_free (query);
}

static void
add_chunk (MuriChunk *chunk, gpointer data)
{
  muri_history_query_add_chunk (data, chunk);
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
      && !muri_history_store_read (self->store, object->id, tier, figures, query->first,
                                   muri_history_query_get_end (query), add_chunk, query, &error))
    muri_history_worker_recover (self, error);
}

static void
answer_object (MuriHistoryWorker *self, MuriHistoryQuery *query)
{
  MuriHistoryObject *object = muri_history_table_find (self->table, &query->keys[query->next]);
  const guint tiers = held_tiers (self);

  muri_history_query_begin_object (query);
  for (guint tier = query->tier; object != NULL && tier < MURI_N_TIERS; tier++)
    if ((tiers & 1u << tier) != 0 && (tier == query->tier || !muri_history_query_is_full (query)))
      {
        add_file (self, query, object, tier);
        muri_history_query_add_memory (query, object, tier);
      }
  muri_history_query_finish_object (query);
}

/* One object of the query that waited longest. */
void
muri_history_worker_answer (MuriHistoryWorker *self)
{
  MuriHistoryQuery *query = g_queue_pop_head (&self->queries);

  if (g_task_return_error_if_cancelled (query->task))
    {
      muri_history_query_free (query);
      return;
    }
  if (!muri_history_query_is_done (query))
    answer_object (self, query);
  if (!muri_history_query_is_done (query))
    {
      g_queue_push_tail (&self->queries, query);
      return;
    }

  g_task_return_pointer (query->task, muri_history_query_steal_tracks (query),
                         (GDestroyNotify)g_ptr_array_unref);
  muri_history_query_free (query);
}
