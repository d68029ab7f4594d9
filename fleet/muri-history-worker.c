/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-worker.h"

#include "muri-figures.h"
#include "muri-uuid.h"

typedef struct _Message Message;

/* What the thread is told. */
struct _Message
{
  void (*handle) (MuriHistoryWorker *self, Message *message);
  gboolean stop;
  gint64 now;
  GArray *samples;         /* MuriHistorySample */
  MuriHistoryQuery *query; /* taken by @handle */
  MuriHistorySettings settings;
  MuriTargetKey key;
  char *text[2];
};

/* When a node's samples came. */
typedef struct
{
  muri_v1_Uuid node;
  MuriTick tick;
  gboolean begun;
  guint32 sequence;
  gint64 second;
} Rhythm;

struct _MuriHistoryWorker
{
  /* main context */
  GThread *thread;
  GAsyncQueue *messages;
  GMainContext *context;
  MuriHistoryStatusFunc func;
  gpointer data;

  /* the thread */
  MuriHistoryTable *table;
  MuriHistorySettings settings;
  GHashTable *rhythms; /* key in the value */
  GQueue queries;
};

void
muri_history_status_free (MuriHistoryStatus *status)
{
  g_free (status->problem);
  g_free (status);
}

/* ---- the thread: what comes in ---- */

static gboolean
find_second (MuriHistoryWorker *self, const MuriHistorySample *entry, gint64 *second)
{
  const muri_v1_Sample *sample = entry->sample;
  Rhythm *rhythm = g_hash_table_lookup (self->rhythms, &sample->node);

  if (rhythm == NULL)
    {
      rhythm = g_new0 (Rhythm, 1);
      rhythm->node = sample->node;
      g_hash_table_insert (self->rhythms, &rhythm->node, rhythm);
    }

  /* All parts of one sample are of one second. */
  if (!rhythm->begun || rhythm->sequence != sample->sequence_number)
    {
      rhythm->begun = muri_tick_next (&rhythm->tick, entry->time, &rhythm->second);
      rhythm->sequence = sample->sequence_number;
    }
  *second = rhythm->second;
  return rhythm->begun;
}

static void
add (MuriHistoryWorker *self, const MuriTargetKey *key, gint64 second, const float *values)
{
  MuriHistoryObject *object = muri_history_table_find (self->table, key);
  gboolean stepped_back = FALSE;

  if (object == NULL || muri_history_table_add (self->table, object, second, values, &stepped_back))
    return;
  if (stepped_back)
    {
      muri_history_table_reset (self->table, object);
      muri_history_table_add (self->table, object, second, values, &stepped_back);
    }
}

static void
take_sample (MuriHistoryWorker *self, const MuriHistorySample *entry)
{
  const muri_v1_Sample *sample = entry->sample;
  MuriTargetKey key = { .node = sample->node };
  float values[MURI_N_FIGURES];
  gint64 second;

  if (!find_second (self, entry, &second))
    return;

  if (sample->host._length > 0)
    {
      muri_figures_read_node (&sample->host._buffer[0], values);
      add (self, &key, second, values);
    }
  for (guint32 i = 0; i < sample->vms._length; i++)
    {
      key.vm = sample->vms._buffer[i].vm;
      muri_figures_read_vm (&sample->vms._buffer[i], values);
      add (self, &key, second, values);
    }
}

static void
handle_samples (MuriHistoryWorker *self, Message *message)
{
  for (guint i = 0; i < message->samples->len; i++)
    take_sample (self, &g_array_index (message->samples, MuriHistorySample, i));
}

static void
handle_note (MuriHistoryWorker *self, Message *message)
{
  MuriHistoryObject *object = muri_history_table_ensure (self->table, &message->key);

  if (g_strcmp0 (object->name, message->text[0]) == 0
      && g_strcmp0 (object->node_name, message->text[1]) == 0)
    return;

  g_free (object->name);
  g_free (object->node_name);
  object->name = g_steal_pointer (&message->text[0]);
  object->node_name = g_steal_pointer (&message->text[1]);
}

static void
handle_open (MuriHistoryWorker *self, Message *message)
{
}

static void
handle_time (MuriHistoryWorker *self, Message *message)
{
}

static void
handle_settings (MuriHistoryWorker *self, Message *message)
{
  self->settings = message->settings;
}

/* ---- the thread: queries ---- */

static guint
held_tiers (MuriHistoryWorker *self)
{
  guint tiers = 1u << (MURI_N_TIERS - 1);

  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    if (self->settings.keep[tier] > 0 && (tier > 1 || muri_history_table_is_fine (self->table)))
      tiers |= 1u << tier;
  return tiers;
}

static void
handle_query (MuriHistoryWorker *self, Message *message)
{
  MuriHistoryQuery *query = g_steal_pointer (&message->query);
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
answer_object (MuriHistoryWorker *self, MuriHistoryQuery *query)
{
  MuriHistoryObject *object = muri_history_table_find (self->table, &query->keys[query->next]);
  const guint tiers = held_tiers (self);

  muri_history_query_begin_object (query);
  for (guint tier = query->tier; object != NULL && tier < MURI_N_TIERS; tier++)
    if ((tiers & 1u << tier) != 0)
      muri_history_query_add_memory (query, object, tier);
  muri_history_query_finish_object (query);
}

/* One object of the query that waited longest. */
static void
go_on (MuriHistoryWorker *self)
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

/* ---- the thread ---- */

static void
message_free (Message *message)
{
  g_clear_pointer (&message->samples, g_array_unref);
  g_clear_pointer (&message->query, muri_history_query_free);
  g_free (message->text[0]);
  g_free (message->text[1]);
  g_free (message);
}

static gpointer
run (gpointer data)
{
  MuriHistoryWorker *self = data;
  gboolean stop = FALSE;

  while (!stop)
    {
      Message *message = g_queue_is_empty (&self->queries) ? g_async_queue_pop (self->messages)
                                                           : g_async_queue_try_pop (self->messages);

      if (message == NULL)
        {
          go_on (self);
          continue;
        }
      stop = message->stop;
      if (message->handle != NULL)
        message->handle (self, message);
      message_free (message);
    }

  while (!g_queue_is_empty (&self->queries))
    go_on (self);
  g_clear_pointer (&self->table, muri_history_table_free);
  return NULL;
}

/* ---- main context ---- */

MuriHistoryWorker *
muri_history_worker_new (MuriHistoryStatusFunc func, gpointer data)
{
  MuriHistoryWorker *self = g_new0 (MuriHistoryWorker, 1);

  self->messages = g_async_queue_new ();
  self->context = g_main_context_ref_thread_default ();
  self->func = func;
  self->data = data;
  self->table = muri_history_table_new ();
  self->rhythms = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, g_free);
  muri_history_settings_init (&self->settings);
  g_queue_init (&self->queries);
  self->thread = g_thread_new ("muri-history", run, self);
  return self;
}

static void
post (MuriHistoryWorker *self, const Message *message)
{
  g_async_queue_push (self->messages, g_memdup2 (message, sizeof *message));
}

void
muri_history_worker_stop (MuriHistoryWorker *self)
{
  const Message message = { .stop = TRUE };

  post (self, &message);
  g_thread_join (self->thread);
  g_hash_table_unref (self->rhythms);
  g_async_queue_unref (self->messages);
  g_main_context_unref (self->context);
  g_free (self);
}

void
muri_history_worker_open (MuriHistoryWorker *self, const char *path)
{
  const Message message = { .handle = handle_open, .text = { g_strdup (path) } };

  post (self, &message);
}

void
muri_history_worker_note (MuriHistoryWorker *self, const MuriTargetKey *key, const char *name,
                          const char *node_name)
{
  const Message message = { .handle = handle_note,
                            .key = *key,
                            .text = { g_strdup (name), g_strdup (node_name) } };

  post (self, &message);
}

void
muri_history_worker_take (MuriHistoryWorker *self, GArray *samples)
{
  const Message message = { .handle = handle_samples, .samples = samples };

  post (self, &message);
}

void
muri_history_worker_pass_time (MuriHistoryWorker *self, gint64 now)
{
  const Message message = { .handle = handle_time, .now = now };

  post (self, &message);
}

void
muri_history_worker_set (MuriHistoryWorker *self, const MuriHistorySettings *settings)
{
  const Message message = { .handle = handle_settings, .settings = *settings };

  post (self, &message);
}

void
muri_history_worker_query (MuriHistoryWorker *self, MuriHistoryQuery *query)
{
  const Message message = { .handle = handle_query, .query = query };

  post (self, &message);
}
