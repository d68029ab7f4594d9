/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-worker-private.h"

#include "muri-past-private.h"
#include "muri-uuid.h"

/* So long a console that ends goes on with what a damaged file has lost, microseconds. */
#define REBUILD_AT_END (5 * G_TIME_SPAN_SECOND)

typedef struct _Message Message;

/* What the thread is told. */
struct _Message
{
  void (*handle) (MuriHistoryWorker *self, Message *message);
  gboolean stop;
  gint64 now;
  gint64 monotonic;
  guint64 size;
  GArray *notes;           /* MuriHistoryNote */
  GArray *samples;         /* MuriHistorySample */
  MuriHistoryQuery *query; /* taken by @handle */
  MuriHistorySettings settings;
  GArray *spans; /* MuriHistorySpan */
  MuriHistoryPatch *patch;
  GTask *task;
  MuriTargetKey key;
  gint64 from; /* seconds */
  gint64 to;
  char *path;
};

/* ---- the thread: what it is told ---- */

static void
handle_samples (MuriHistoryWorker *self, Message *message)
{
  g_ptr_array_add (self->held, g_steal_pointer (&message->samples));
  if (!muri_history_worker_is_waiting (self, g_get_monotonic_time ()))
    muri_history_worker_take_held (self);
}

static void
handle_notes (MuriHistoryWorker *self, Message *message)
{
  for (guint i = 0; i < message->notes->len; i++)
    muri_history_worker_take_note (self, &g_array_index (message->notes, MuriHistoryNote, i));
  self->noted = g_get_monotonic_time ();
}

static void
handle_open (MuriHistoryWorker *self, Message *message)
{
  self->path = g_steal_pointer (&message->path);
  muri_history_worker_load (self);
  muri_history_worker_report (self);
}

static void
handle_time (MuriHistoryWorker *self, Message *message)
{
  if (muri_history_worker_is_waiting (self, message->monotonic))
    return;
  muri_history_worker_take_held (self);
  muri_history_worker_tick (self, message->now, message->monotonic);
}

static void
handle_settings (MuriHistoryWorker *self, Message *message)
{
  self->settings = message->settings;
}

static guint
find_cpus (MuriHistoryWorker *self, const MuriHistoryObject *object)
{
  const MuriTargetKey key = { .node = object->key.node };
  const MuriHistoryObject *node = muri_history_table_find (self->table, &key);

  return node != NULL ? node->cpus : 0;
}

static void
handle_list (MuriHistoryWorker *self, Message *message)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (g_object_unref);

  muri_history_worker_take_held (self);
  for (guint i = 0; i < muri_history_table_get_n_objects (self->table); i++)
    {
      const MuriHistoryObject *object = muri_history_table_get_object (self->table, i);

      if (object->first_seen != 0 && object->first_seen <= message->to
          && object->last_seen >= message->from)
        g_ptr_array_add (objects, muri_past_new (&object->key, object->name, object->node_name,
                                                 find_cpus (self, object), object->first_seen,
                                                 object->last_seen));
    }
  g_task_return_pointer (message->task, objects, (GDestroyNotify)g_ptr_array_unref);
}

static void
handle_missing (MuriHistoryWorker *self, Message *message)
{
  GArray *missing = g_array_new (FALSE, FALSE, sizeof (MuriHistorySpan));

  /* An agent may be heard before the first second has passed. */
  if (self->now == 0)
    self->now = message->now / G_USEC_PER_SEC;
  for (guint i = 0; i < message->spans->len; i++)
    {
      const MuriHistorySpan span = g_array_index (message->spans, MuriHistorySpan, i);

      if (muri_history_worker_is_missing (self, &message->key.node, &span))
        g_array_append_val (missing, span);
    }
  g_task_return_pointer (message->task, missing, (GDestroyNotify)g_array_unref);
}

static void
handle_patch (MuriHistoryWorker *self, Message *message)
{
  muri_history_worker_take_held (self);
  muri_history_worker_begin_patch (self, g_steal_pointer (&message->patch),
                                   g_steal_pointer (&message->task));
}

static void
handle_limit (MuriHistoryWorker *self, Message *message)
{
  if (self->store != NULL)
    muri_history_store_limit (self->store, message->size);
}

static void
handle_query (MuriHistoryWorker *self, Message *message)
{
  muri_history_worker_take_held (self);
  muri_history_worker_begin_query (self, g_steal_pointer (&message->query));
}

/* ---- the thread ---- */

static void
message_free (Message *message)
{
  g_clear_pointer (&message->samples, g_array_unref);
  g_clear_pointer (&message->query, muri_history_query_free);
  g_clear_pointer (&message->spans, g_array_unref);
  g_clear_pointer (&message->patch, muri_history_patch_free);
  g_clear_object (&message->task);
  g_clear_pointer (&message->notes, g_array_unref);
  g_free (message->path);
  g_free (message);
}

/* What is done while no message waits. */
static void
do_something (MuriHistoryWorker *self)
{
  if (!g_queue_is_empty (&self->queries))
    muri_history_worker_answer (self);
  else if (!g_queue_is_empty (&self->patches))
    muri_history_worker_patch (self);
  else
    muri_history_worker_rebuild (self);
}

static gpointer
run (gpointer data)
{
  MuriHistoryWorker *self = data;
  gboolean stop = FALSE;
  gint64 until;

  while (!stop)
    {
      gboolean busy = !g_queue_is_empty (&self->queries) || !g_queue_is_empty (&self->patches)
                      || muri_history_worker_is_rebuilding (self);
      Message *message =
          busy ? g_async_queue_try_pop (self->messages) : g_async_queue_pop (self->messages);

      if (message == NULL)
        {
          do_something (self);
          continue;
        }
      stop = message->stop;
      if (message->handle != NULL)
        message->handle (self, message);
      muri_history_worker_commit (self);
      message_free (message);
    }

  muri_history_worker_take_held (self);
  while (!g_queue_is_empty (&self->queries))
    muri_history_worker_answer (self);
  while (!g_queue_is_empty (&self->patches))
    muri_history_worker_patch (self);
  until = g_get_monotonic_time () + REBUILD_AT_END;
  while (muri_history_worker_is_rebuilding (self) && g_get_monotonic_time () < until)
    muri_history_worker_rebuild (self);
  muri_history_worker_flush (self, TRUE);
  return NULL;
}

/* ---- what the thread says ---- */

typedef struct
{
  MuriHistoryWorker *worker;
  gboolean *alive;
  MuriHistoryStatus status;
} Report;

/* Main context, as is whatever ends the worker. */
static gboolean
deliver (gpointer data)
{
  Report *report = data;

  if (*report->alive)
    report->worker->func (&report->status, report->worker->data);
  return G_SOURCE_REMOVE;
}

static void
report_free (gpointer data)
{
  Report *report = data;

  g_free (report->status.problem);
  g_atomic_rc_box_release (report->alive);
  g_free (report);
}

void
muri_history_worker_report (MuriHistoryWorker *self)
{
  Report *report = g_new0 (Report, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  report->worker = self;
  report->alive = g_atomic_rc_box_acquire (self->alive);
  report->status.problem = g_strdup (self->failure != NULL ? self->failure : self->notice);
  report->status.size = self->size;
  report->status.density = self->density;
  g_source_set_callback (source, deliver, report, report_free);
  g_source_set_static_name (source, "[muri] history's status");
  g_source_attach (source, self->context);
}

/* ---- main context ---- */

static void
note_clear (gpointer data)
{
  MuriHistoryNote *one = data;

  g_free (one->name);
  g_free (one->node_name);
}

static GArray *
notes_new (void)
{
  GArray *notes = g_array_new (FALSE, FALSE, sizeof (MuriHistoryNote));

  g_array_set_clear_func (notes, note_clear);
  return notes;
}

MuriHistoryWorker *
muri_history_worker_new (MuriHistoryStatusFunc func, gpointer data)
{
  MuriHistoryWorker *self = g_new0 (MuriHistoryWorker, 1);

  self->messages = g_async_queue_new ();
  self->notes = notes_new ();
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  self->context = g_main_context_ref_thread_default ();
  self->func = func;
  self->data = data;
  self->table = muri_history_table_new ();
  self->rhythms = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, g_free);
  self->alive = g_atomic_rc_box_new0 (gboolean);
  *self->alive = TRUE;
  muri_history_table_set_sink (self->table, muri_history_worker_sink, self);
  muri_history_log_init (&self->log);
  muri_history_density_init (&self->density);
  g_queue_init (&self->unwritten);
  muri_history_settings_init (&self->settings);
  g_queue_init (&self->queries);
  g_queue_init (&self->patches);
  self->thread = g_thread_new ("muri-history", run, self);
  return self;
}

static void
post (MuriHistoryWorker *self, const Message *message)
{
  Message notes = { .handle = handle_notes };

  g_async_queue_lock (self->messages);
  if (self->notes->len > 0)
    {
      notes.notes = g_steal_pointer (&self->notes);
      self->notes = notes_new ();
      g_async_queue_push_unlocked (self->messages, g_memdup2 (&notes, sizeof notes));
    }
  g_async_queue_push_unlocked (self->messages, g_memdup2 (message, sizeof *message));
  g_async_queue_unlock (self->messages);
}

void
muri_history_worker_stop (MuriHistoryWorker *self)
{
  const Message message = { .stop = TRUE };

  post (self, &message);
  g_thread_join (self->thread);
  *self->alive = FALSE;
  g_atomic_rc_box_release (self->alive);
  g_clear_pointer (&self->store, muri_history_store_close);
  muri_history_table_free (self->table);
  muri_history_log_clear (&self->log);
  muri_history_worker_clear_unwritten (self);
  g_array_unref (self->notes);
  g_ptr_array_unref (self->held);
  g_free (self->path);
  g_free (self->notice);
  g_free (self->failure);
  g_hash_table_unref (self->rhythms);
  g_async_queue_unref (self->messages);
  g_main_context_unref (self->context);
  g_free (self);
}

void
muri_history_worker_open (MuriHistoryWorker *self, const char *path)
{
  const Message message = { .handle = handle_open, .path = g_strdup (path) };

  post (self, &message);
}

void
muri_history_worker_note (MuriHistoryWorker *self, const MuriTargetKey *key, const char *name,
                          const char *node_name, guint cpus)
{
  const MuriHistoryNote one = { *key, cpus, g_strdup (name), g_strdup (node_name) };

  g_array_append_val (self->notes, one);
}

void
muri_history_worker_take (MuriHistoryWorker *self, GArray *samples)
{
  const Message message = { .handle = handle_samples, .samples = samples };

  post (self, &message);
}

void
muri_history_worker_pass_time (MuriHistoryWorker *self, gint64 now, gint64 monotonic)
{
  const Message message = { .handle = handle_time, .now = now, .monotonic = monotonic };

  post (self, &message);
}

void
muri_history_worker_set (MuriHistoryWorker *self, const MuriHistorySettings *settings)
{
  const Message message = { .handle = handle_settings, .settings = *settings };

  post (self, &message);
}

void
muri_history_worker_limit (MuriHistoryWorker *self, guint64 size)
{
  const Message message = { .handle = handle_limit, .size = size };

  post (self, &message);
}

void
muri_history_worker_query (MuriHistoryWorker *self, MuriHistoryQuery *query)
{
  const Message message = { .handle = handle_query, .query = query };

  post (self, &message);
}

void
muri_history_worker_list (MuriHistoryWorker *self, gint64 from, gint64 to, GTask *task)
{
  const Message message = { .handle = handle_list, .from = from, .to = to, .task = task };

  post (self, &message);
}

void
muri_history_worker_find_missing (MuriHistoryWorker *self, const muri_v1_Uuid *node, GArray *spans,
                                  GTask *task)
{
  const Message message = { .handle = handle_missing,
                            .now = g_get_real_time (),
                            .key = { .node = *node },
                            .spans = spans,
                            .task = task };

  post (self, &message);
}

void
muri_history_worker_fill (MuriHistoryWorker *self, MuriHistoryPatch *patch, GTask *task)
{
  const Message message = { .handle = handle_patch, .patch = patch, .task = task };

  post (self, &message);
}
