/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-bus-private.h"

#include <dds/ddsrt/log.h>
#include <string.h>

/* Attached conditions that are served in one turn of the loop; the rest waits for the next. */
#define TRIGGERS 64

/* Where one sample comes right after the other, as while a fleet is joined, they are taken several
 * at a time: so long after this thread has looked it waits before it looks again. */
#define CLOSE DDS_USECS (500)
#define PAUSE DDS_MSECS (4)

/* What is polled is looked at each so many frames: five times a second at 60 frames. */
#define POLL_FRAMES 12

typedef struct
{
  MuriBusTask func;
  gpointer data;
} Closure;

/* A GSource that any thread can ring, and that fires at most once a frame. */
typedef struct
{
  GSource source;
  MuriBus *bus;
  gint64 frame; /* microseconds */
  gint64 last;  /* monotonic time of the last dispatch; guarded by the bus's lock */
  gboolean rung;
  gint64 ready; /* while it is rung */
} Doorbell;

struct _MuriBus
{
  GObject parent_instance;

  GThread *thread;
  dds_entity_t waitset;
  dds_entity_t guard;
  GSource *doorbell;
  GMainContext *context;

  GHashTable *attached; /* DDS thread only: condition to Closure */
  GArray *polled;       /* DDS thread only: Closure */
  gint64 poll;          /* nanoseconds between two looks */

  GMutex lock; /* guards tasks, stop, the doorbell */
  GArray *tasks;
  gboolean stop;

  GPtrArray *zones; /* borrowed; guarded by lock */
};

G_DEFINE_QUARK (muri - bus - error - quark, muri_bus_error)
G_DEFINE_FINAL_TYPE (MuriBus, muri_bus, G_TYPE_OBJECT)

static void
log_sink (void *data, const dds_log_data_t *message)
{
  gboolean bad = (message->priority & (DDS_LC_FATAL | DDS_LC_ERROR)) != 0;

  g_log ("cyclonedds", bad ? G_LOG_LEVEL_MESSAGE : G_LOG_LEVEL_INFO, "%.*s",
         (int)strcspn (message->message, "\n"), message->message);
}

static gboolean
doorbell_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  Doorbell *doorbell = (Doorbell *)source;
  g_autoptr (MuriBus) bus = g_object_ref (doorbell->bus);
  g_autoptr (GPtrArray) zones = g_ptr_array_new_with_free_func (g_object_unref);

  /* Cleared before the batches are fetched: what is rung for from now on rings again. */
  g_mutex_lock (&bus->lock);
  g_source_set_ready_time (source, -1);
  doorbell->last = g_get_monotonic_time ();
  doorbell->rung = FALSE;
  g_mutex_unlock (&bus->lock);

  g_mutex_lock (&bus->lock);
  for (guint i = 0; i < bus->zones->len; i++)
    g_ptr_array_add (zones, g_object_ref (g_ptr_array_index (bus->zones, i)));
  g_mutex_unlock (&bus->lock);
  for (guint i = 0; i < zones->len; i++)
    muri_zone_dispatch (g_ptr_array_index (zones, i));

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs doorbell_funcs = { .dispatch = doorbell_dispatch };

void
muri_bus_ring (MuriBus *bus, gboolean patient)
{
  Doorbell *doorbell = (Doorbell *)bus->doorbell;
  gint64 ready;

  g_mutex_lock (&bus->lock);
  ready = (patient ? g_get_monotonic_time () : doorbell->last) + doorbell->frame;
  if (!doorbell->rung || ready < doorbell->ready)
    {
      doorbell->rung = TRUE;
      doorbell->ready = ready;
      g_source_set_ready_time (bus->doorbell, ready);
    }
  g_mutex_unlock (&bus->lock);
}

static void
run_tasks (MuriBus *bus)
{
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (Closure));
  GArray *swap;

  g_mutex_lock (&bus->lock);
  swap = bus->tasks;
  bus->tasks = tasks;
  g_mutex_unlock (&bus->lock);
  tasks = swap;

  for (guint i = 0; i < tasks->len; i++)
    {
      const Closure *task = &g_array_index (tasks, Closure, i);

      task->func (task->data);
    }
}

static void
serve (MuriBus *bus, dds_attach_t *triggered, dds_return_t n)
{
  gboolean guarded = FALSE;

  for (dds_return_t i = 0; i < MIN (n, TRIGGERS); i++)
    {
      Closure *closure = (Closure *)(gpointer)triggered[i];

      if (closure == NULL)
        guarded = TRUE;
      else
        closure->func (closure->data);
    }

  /* Last, since tasks detach conditions and free their closures. */
  if (guarded)
    {
      bool was;

      dds_take_guardcondition (bus->guard, &was);
      run_tasks (bus);
    }
}

static dds_time_t
poll_all (MuriBus *bus)
{
  for (guint i = 0; i < bus->polled->len; i++)
    {
      const Closure *closure = &g_array_index (bus->polled, Closure, i);

      closure->func (closure->data);
    }
  return dds_time () + bus->poll;
}

static gpointer
run (gpointer data)
{
  MuriBus *bus = data;
  dds_attach_t triggered[TRIGGERS];
  dds_time_t next = 0;
  dds_time_t served = 0;
  gboolean stop = FALSE;

  while (!stop)
    {
      dds_return_t n;

      if (bus->polled->len > 0 && dds_time () >= next)
        next = poll_all (bus);
      n = dds_waitset_wait_until (bus->waitset, triggered, TRIGGERS,
                                  bus->polled->len > 0 ? next : DDS_NEVER);

      if (n < 0)
        {
          g_critical ("The DDS thread cannot wait: %s", dds_strretcode (n));
          break;
        }
      if (bus->poll > 0 && n > 0 && dds_time () - served < CLOSE)
        dds_sleepfor (PAUSE);
      serve (bus, triggered, n);
      served = dds_time ();

      g_mutex_lock (&bus->lock);
      stop = bus->stop && bus->tasks->len == 0;
      g_mutex_unlock (&bus->lock);
    }

  return NULL;
}

dds_return_t
muri_bus_attach (MuriBus *bus, dds_entity_t condition, MuriBusTask ready, gpointer data)
{
  Closure *closure = g_new (Closure, 1);

  closure->func = ready;
  closure->data = data;
  g_hash_table_insert (bus->attached, GINT_TO_POINTER (condition), closure);
  return dds_waitset_attach (bus->waitset, condition, (dds_attach_t)(gpointer)closure);
}

void
muri_bus_detach (MuriBus *bus, dds_entity_t condition)
{
  dds_waitset_detach (bus->waitset, condition);
  g_hash_table_remove (bus->attached, GINT_TO_POINTER (condition));
}

gboolean
muri_bus_poll (MuriBus *bus, MuriBusTask look, gpointer data)
{
  Closure closure = { look, data };

  if (bus->poll == 0)
    return FALSE;
  g_array_append_val (bus->polled, closure);
  return TRUE;
}

void
muri_bus_poll_no_more (MuriBus *bus, gpointer data)
{
  for (guint i = bus->polled->len; i-- > 0;)
    if (g_array_index (bus->polled, Closure, i).data == data)
      g_array_remove_index (bus->polled, i);
}

void
muri_bus_post (MuriBus *bus, MuriBusTask task, gpointer data)
{
  Closure closure = { task, data };
  gboolean first;

  g_mutex_lock (&bus->lock);
  first = bus->tasks->len == 0;
  g_array_append_val (bus->tasks, closure);
  g_mutex_unlock (&bus->lock);
  /* Who put the first one there wakes the thread for all. */
  if (first)
    dds_set_guardcondition (bus->guard, true);
}

typedef struct
{
  Closure closure;
  GMutex lock;
  GCond done_cond;
  gboolean done;
} Wait;

static void
run_and_wake (gpointer data)
{
  Wait *wait = data;

  wait->closure.func (wait->closure.data);
  g_mutex_lock (&wait->lock);
  wait->done = TRUE;
  g_cond_signal (&wait->done_cond);
  g_mutex_unlock (&wait->lock);
}

void
muri_bus_post_and_wait (MuriBus *bus, MuriBusTask task, gpointer data)
{
  Wait wait = { .closure = { task, data } };

  g_mutex_init (&wait.lock);
  g_cond_init (&wait.done_cond);
  muri_bus_post (bus, run_and_wake, &wait);

  g_mutex_lock (&wait.lock);
  while (!wait.done)
    g_cond_wait (&wait.done_cond, &wait.lock);
  g_mutex_unlock (&wait.lock);

  g_mutex_clear (&wait.lock);
  g_cond_clear (&wait.done_cond);
}

void
muri_bus_add_zone (MuriBus *bus, MuriZone *zone)
{
  g_mutex_lock (&bus->lock);
  g_ptr_array_add (bus->zones, zone);
  g_mutex_unlock (&bus->lock);
}

void
muri_bus_remove_zone (MuriBus *bus, MuriZone *zone)
{
  g_mutex_lock (&bus->lock);
  g_ptr_array_remove (bus->zones, zone);
  g_mutex_unlock (&bus->lock);
}

static void
muri_bus_finalize (GObject *object)
{
  MuriBus *self = MURI_BUS (object);

  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_mutex_unlock (&self->lock);
  dds_set_guardcondition (self->guard, true);
  g_thread_join (self->thread);

  g_source_destroy (self->doorbell);
  g_source_unref (self->doorbell);
  dds_delete (self->waitset);
  dds_delete (self->guard);
  g_main_context_unref (self->context);
  g_array_unref (self->tasks);
  g_ptr_array_unref (self->zones);
  g_hash_table_unref (self->attached);
  g_array_unref (self->polled);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (muri_bus_parent_class)->finalize (object);
}

static void
muri_bus_class_init (MuriBusClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_bus_finalize;
}

static void
muri_bus_init (MuriBus *self)
{
  g_mutex_init (&self->lock);
  self->tasks = g_array_new (FALSE, FALSE, sizeof (Closure));
  self->zones = g_ptr_array_new ();
  self->attached = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->polled = g_array_new (FALSE, FALSE, sizeof (Closure));
}

/**
 * muri_bus_new:
 * @context: (nullable): where batches are handed over; %NULL for the default one
 * @frame: the least time between two hand-overs, milliseconds; 0 hands over at once
 *
 * Starts the DDS thread. The last reference has to be dropped by the thread that owns @context,
 * after all zones were closed.
 *
 * Returns: (transfer full): the bus
 */
MuriBus *
muri_bus_new (GMainContext *context, guint frame)
{
  MuriBus *self = g_object_new (MURI_TYPE_BUS, NULL);
  Doorbell *doorbell;

  dds_set_log_sink (log_sink, NULL);
  self->poll = DDS_MSECS ((gint64)frame * POLL_FRAMES);
  self->waitset = dds_create_waitset (DDS_CYCLONEDDS_HANDLE);
  self->guard = dds_create_guardcondition (DDS_CYCLONEDDS_HANDLE);
  if (self->waitset < 0 || self->guard < 0)
    g_error ("Cyclone DDS does not start: %s", dds_strretcode (MIN (self->waitset, self->guard)));
  dds_waitset_attach (self->waitset, self->guard, 0);

  self->context = context != NULL ? g_main_context_ref (context)
                                  : g_main_context_ref (g_main_context_default ());
  self->doorbell = g_source_new (&doorbell_funcs, sizeof (Doorbell));
  doorbell = (Doorbell *)self->doorbell;
  doorbell->bus = self;
  doorbell->frame = (gint64)frame * 1000;
  doorbell->last = 0;
  doorbell->rung = FALSE;
  g_source_set_static_name (self->doorbell, "[muri] DDS batches");
  g_source_attach (self->doorbell, self->context);

  self->thread = g_thread_new ("muri-dds", run, self);
  return self;
}
