/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-history.h"

#include <string.h>

#include "agent-history-ring.h"

/* Seconds that a crash may lose. */
#define WRITE_EVERY 10

/* Rows that wait while nothing can be written. */
#define WAITING_MAX 60

struct _AgentHistory
{
  GObject parent_instance;
  char *directory;
  guint64 cap;
  MuriTick tick;
  guint taken;       /* since the last writing */
  GThreadPool *pool; /* one thread at most, and only while there is something to do */

  GMutex lock;        /* guards what follows */
  GPtrArray *waiting; /* AgentHistoryRow */
  gboolean queued;

  /* The pool's thread. */
  AgentHistoryRing *ring;
  gboolean failing;
};

G_DEFINE_FINAL_TYPE (AgentHistory, agent_history, G_TYPE_OBJECT)

/* A row and its VMs are one piece of memory. */
static AgentHistoryRow *
row_new (gint64 second, const AgentFrame *frame)
{
  const gsize size = frame->n_vms * sizeof *frame->vms;
  AgentHistoryRow *row = g_malloc (sizeof *row + size);
  *row = (AgentHistoryRow){ .second = second, .host = frame->host, .n_vms = frame->n_vms };
  row->vms = (const muri_v1_VmFigures *)(gconstpointer)(row + 1);
  if (size > 0)
    memcpy (row + 1, frame->vms, size);
  return row;
}

/* ---- the pool's thread ---- */

static gboolean
append (AgentHistory *self, GPtrArray *rows, GError **error)
{
  g_autofree AgentHistoryRow *flat = g_new (AgentHistoryRow, rows->len);
  for (guint i = 0; i < rows->len; i++)
    flat[i] = *(const AgentHistoryRow *)g_ptr_array_index (rows, i);
  if (self->ring == NULL)
    self->ring = agent_history_ring_open (self->directory, self->cap, error);
  return self->ring != NULL && agent_history_ring_append (self->ring, flat, rows->len, error);
}

/* Before what has come since; the oldest go when there are too many. */
static void
put_back (AgentHistory *self, GPtrArray *rows)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_extend_and_steal (rows, g_steal_pointer (&self->waiting));
  self->waiting = g_ptr_array_ref (rows);
  if (rows->len > WAITING_MAX)
    g_ptr_array_remove_range (rows, 0, rows->len - WAITING_MAX);
  g_mutex_unlock (&self->lock);
}

static void
write_waiting (gpointer data, gpointer user_data)
{
  AgentHistory *self = user_data;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  g_mutex_lock (&self->lock);
  rows = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (g_free);
  self->queued = FALSE;
  g_mutex_unlock (&self->lock);

  if (append (self, rows, &error))
    {
      if (self->failing)
        g_message ("History is written again");
      self->failing = FALSE;
      return;
    }
  if (!self->failing)
    g_message ("No history is written until this is over: %s", error->message);
  self->failing = TRUE;
  put_back (self, rows);
}

/* ---- the main context ---- */

static void
push (AgentHistory *self)
{
  gboolean queued;
  g_mutex_lock (&self->lock);
  queued = self->queued || self->waiting->len == 0;
  self->queued = self->queued || self->waiting->len > 0;
  g_mutex_unlock (&self->lock);
  if (!queued)
    g_thread_pool_push (self->pool, self, NULL);
}

void
agent_history_take (AgentHistory *self, const AgentFrame *frame)
{
  gint64 second;

  /* A machine whose clock is before the epoch has no time to speak of. */
  if (frame->time < 0 || self->pool == NULL || !muri_tick_next (&self->tick, frame->time, &second))
    return;
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->waiting, row_new (second, frame));
  if (self->waiting->len > WAITING_MAX)
    g_ptr_array_remove_index (self->waiting, 0);
  g_mutex_unlock (&self->lock);
  if (++self->taken < WRITE_EVERY)
    return;
  self->taken = 0;
  push (self);
}

void
agent_history_stop (AgentHistory *self)
{
  if (self->pool == NULL)
    return;
  push (self);
  g_thread_pool_free (g_steal_pointer (&self->pool), FALSE, TRUE);
  g_clear_pointer (&self->ring, agent_history_ring_close);
}

AgentHistory *
agent_history_new (const char *directory, guint64 cap)
{
  AgentHistory *self = g_object_new (AGENT_TYPE_HISTORY, NULL);
  self->directory = g_strdup (directory);
  self->cap = cap;
  /* At once: what is served may be asked for before there is anything in it. */
  if (g_mkdir_with_parents (directory, 0755) != 0)
    g_message ("%s cannot be made", directory);
  return self;
}

static void
agent_history_dispose (GObject *object)
{
  agent_history_stop (AGENT_HISTORY (object));
  G_OBJECT_CLASS (agent_history_parent_class)->dispose (object);
}

static void
agent_history_finalize (GObject *object)
{
  AgentHistory *self = AGENT_HISTORY (object);
  g_ptr_array_unref (self->waiting);
  g_mutex_clear (&self->lock);
  g_free (self->directory);
  G_OBJECT_CLASS (agent_history_parent_class)->finalize (object);
}

static void
agent_history_class_init (AgentHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = agent_history_dispose;
  G_OBJECT_CLASS (klass)->finalize = agent_history_finalize;
}

static void
agent_history_init (AgentHistory *self)
{
  g_mutex_init (&self->lock);
  /* Many agents of one machine do not all write in the same second. */
  self->taken = g_random_int_range (0, WRITE_EVERY);
  self->waiting = g_ptr_array_new_with_free_func (g_free);
  self->pool = g_thread_pool_new (write_waiting, self, 1, FALSE, NULL);
}
