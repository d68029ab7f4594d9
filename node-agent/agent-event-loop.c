/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-event-loop.h"

#include <errno.h>
#include <glib-unix.h>
#include <libvirt/libvirt.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* libvirt's client switches the watch of its socket off and on around each call. A watch that is a
 * GSource (as with libvirt-glib) then wakes the main loop twice a call, which with a few calls a
 * second cost more than all else that an agent does. Here all watches are in one epoll set, which
 * other threads may change without waking anyone, and that set is the one thing that the main
 * context polls. */

#define EVENTS_AT_ONCE 32

typedef struct
{
  int id;
  int fd;
  int events; /* VIR_EVENT_HANDLE_*; in the epoll set while not 0 */
  virEventHandleCallback callback;
  void *opaque;
  virFreeCallback free_func;
} Handle;

typedef struct
{
  int id;
  int interval; /* milliseconds, negative: off */
  gint64 next;  /* monotonic, microseconds */
  virEventTimeoutCallback callback;
  void *opaque;
  virFreeCallback free_func;
} Timer;

/* Any thread, under the lock. Callbacks run on the main context, without it. */
static struct
{
  GMutex lock;
  int epoll;
  int timer;
  gint64 armed; /* when the timer goes off; G_MAXINT64 never */
  int last_id;
  GHashTable *handles;                      /* id -> Handle */
  GHashTable *timers;                       /* id -> Timer */
  GSList *garbage_handles, *garbage_timers; /* removed, to be freed on the main context */
} loop;

/* ---- handles ---- */

static guint32
to_epoll (int events)
{
  return ((events & VIR_EVENT_HANDLE_READABLE) ? EPOLLIN : 0)
         | ((events & VIR_EVENT_HANDLE_WRITABLE) ? EPOLLOUT : 0);
}

static int
from_epoll (guint32 events)
{
  return ((events & EPOLLIN) ? VIR_EVENT_HANDLE_READABLE : 0)
         | ((events & EPOLLOUT) ? VIR_EVENT_HANDLE_WRITABLE : 0)
         | ((events & EPOLLERR) ? VIR_EVENT_HANDLE_ERROR : 0)
         | ((events & EPOLLHUP) ? VIR_EVENT_HANDLE_HANGUP : 0);
}

/* epoll tells of errors also to who asked for nothing, so such a watch is out of the set. */
static gboolean
watch (Handle *handle, int events)
{
  struct epoll_event event = { .events = to_epoll (events), .data.u64 = (guint64)handle->id };
  int operation = handle->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

  if (events == handle->events)
    return TRUE;
  if (events == 0)
    operation = EPOLL_CTL_DEL;
  if (epoll_ctl (loop.epoll, operation, handle->fd, &event) < 0)
    return FALSE;
  handle->events = events;
  return TRUE;
}

static int
add_handle (int fd, int events, virEventHandleCallback callback, void *opaque,
            virFreeCallback free_func)
{
  Handle *handle = g_new0 (Handle, 1);
  int id = -1;

  handle->fd = fd;
  handle->callback = callback;
  handle->opaque = opaque;
  handle->free_func = free_func;
  g_mutex_lock (&loop.lock);
  handle->id = ++loop.last_id;
  if (watch (handle, events))
    {
      id = handle->id;
      g_hash_table_insert (loop.handles, GINT_TO_POINTER (id), handle);
    }
  g_mutex_unlock (&loop.lock);
  if (id < 0)
    g_free (handle);
  return id;
}

static void
update_handle (int id, int events)
{
  Handle *handle;

  g_mutex_lock (&loop.lock);
  handle = g_hash_table_lookup (loop.handles, GINT_TO_POINTER (id));
  if (handle && !watch (handle, events))
    g_warning ("Cannot watch a connection of libvirt: %s", g_strerror (errno));
  g_mutex_unlock (&loop.lock);
}

/* ---- timers ---- */

/* The lock is held. */
static void
arm (void)
{
  struct itimerspec spec = { 0 };
  gint64 first = G_MAXINT64;
  GHashTableIter iter;
  gpointer timer;

  g_hash_table_iter_init (&iter, loop.timers);
  while (g_hash_table_iter_next (&iter, NULL, &timer))
    if (((Timer *)timer)->interval >= 0)
      first = MIN (first, ((Timer *)timer)->next);
  if (loop.garbage_handles || loop.garbage_timers)
    first = 0;

  /* Keepalives put their time off with each call. The timer may go off too early, never too
   * late. */
  if (first >= loop.armed)
    return;
  loop.armed = first;
  /* Zero would switch it off. */
  first = MAX (first, 1);
  spec.it_value.tv_sec = first / G_USEC_PER_SEC;
  spec.it_value.tv_nsec = first % G_USEC_PER_SEC * 1000;
  timerfd_settime (loop.timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

static void
schedule (Timer *timer, int interval)
{
  timer->interval = interval;
  timer->next = g_get_monotonic_time () + (gint64)interval * 1000;
  arm ();
}

static int
add_timer (int interval, virEventTimeoutCallback callback, void *opaque, virFreeCallback free_func)
{
  Timer *timer = g_new0 (Timer, 1);

  timer->callback = callback;
  timer->opaque = opaque;
  timer->free_func = free_func;
  g_mutex_lock (&loop.lock);
  timer->id = ++loop.last_id;
  g_hash_table_insert (loop.timers, GINT_TO_POINTER (timer->id), timer);
  schedule (timer, interval);
  g_mutex_unlock (&loop.lock);
  return timer->id;
}

static void
update_timer (int id, int interval)
{
  Timer *timer;

  g_mutex_lock (&loop.lock);
  timer = g_hash_table_lookup (loop.timers, GINT_TO_POINTER (id));
  if (timer)
    schedule (timer, interval);
  g_mutex_unlock (&loop.lock);
}

/* ---- removal: libvirt wants what it gave back later, from the loop ---- */

static int
remove_handle (int id)
{
  Handle *handle;

  g_mutex_lock (&loop.lock);
  handle = g_hash_table_lookup (loop.handles, GINT_TO_POINTER (id));
  if (handle)
    {
      g_hash_table_remove (loop.handles, GINT_TO_POINTER (id));
      watch (handle, 0);
      loop.garbage_handles = g_slist_prepend (loop.garbage_handles, handle);
      arm ();
    }
  g_mutex_unlock (&loop.lock);
  return handle ? 0 : -1;
}

static int
remove_timer (int id)
{
  Timer *timer;

  g_mutex_lock (&loop.lock);
  timer = g_hash_table_lookup (loop.timers, GINT_TO_POINTER (id));
  if (timer)
    {
      g_hash_table_remove (loop.timers, GINT_TO_POINTER (id));
      loop.garbage_timers = g_slist_prepend (loop.garbage_timers, timer);
      arm ();
    }
  g_mutex_unlock (&loop.lock);
  return timer ? 0 : -1;
}

static void
free_garbage (void)
{
  GSList *handles, *timers;

  g_mutex_lock (&loop.lock);
  handles = g_steal_pointer (&loop.garbage_handles);
  timers = g_steal_pointer (&loop.garbage_timers);
  g_mutex_unlock (&loop.lock);

  for (GSList *l = handles; l; l = l->next)
    {
      Handle *handle = l->data;

      if (handle->free_func)
        handle->free_func (handle->opaque);
      g_free (handle);
    }
  for (GSList *l = timers; l; l = l->next)
    {
      Timer *timer = l->data;

      if (timer->free_func)
        timer->free_func (timer->opaque);
      g_free (timer);
    }
  g_slist_free (handles);
  g_slist_free (timers);
}

/* ---- dispatching: the main context ---- */

static void
dispatch_handle (int id, guint32 ready)
{
  virEventHandleCallback callback = NULL;
  void *opaque = NULL;
  int fd = -1, events = 0;
  Handle *handle;

  g_mutex_lock (&loop.lock);
  handle = g_hash_table_lookup (loop.handles, GINT_TO_POINTER (id));
  /* Switched off meanwhile: another thread reads what came. */
  if (handle && handle->events != 0)
    {
      callback = handle->callback;
      opaque = handle->opaque;
      fd = handle->fd;
      events = from_epoll (ready);
    }
  g_mutex_unlock (&loop.lock);

  if (callback && events)
    callback (id, fd, events, opaque);
}

/* Those that are due, by their numbers: a callback may remove others. */
static void
dispatch_timers (void)
{
  g_autoptr (GArray) due = g_array_new (FALSE, FALSE, sizeof (int));
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer value;
  guint64 expirations;

  /* Nothing to read means that it was set anew meanwhile. */
  if (read (loop.timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN)
    g_warning ("Cannot read the timer of libvirt's events: %s", g_strerror (errno));

  g_mutex_lock (&loop.lock);
  g_hash_table_iter_init (&iter, loop.timers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Timer *timer = value;

      if (timer->interval < 0 || timer->next > now)
        continue;
      timer->next = now + (gint64)timer->interval * 1000;
      g_array_append_val (due, timer->id);
    }
  g_mutex_unlock (&loop.lock);

  for (guint i = 0; i < due->len; i++)
    {
      int id = g_array_index (due, int, i);
      virEventTimeoutCallback callback = NULL;
      void *opaque = NULL;
      Timer *timer;

      g_mutex_lock (&loop.lock);
      timer = g_hash_table_lookup (loop.timers, GINT_TO_POINTER (id));
      if (timer && timer->interval >= 0)
        {
          callback = timer->callback;
          opaque = timer->opaque;
        }
      g_mutex_unlock (&loop.lock);
      if (callback)
        callback (id, opaque);
    }

  free_garbage ();
  g_mutex_lock (&loop.lock);
  loop.armed = G_MAXINT64;
  arm ();
  g_mutex_unlock (&loop.lock);
}

static gboolean
on_ready (int fd, GIOCondition condition, gpointer user_data)
{
  struct epoll_event events[EVENTS_AT_ONCE];
  int n = epoll_wait (loop.epoll, events, G_N_ELEMENTS (events), 0);

  for (int i = 0; i < n; i++)
    if (events[i].data.u64 == 0)
      dispatch_timers ();
    else
      dispatch_handle ((int)events[i].data.u64, events[i].events);
  return G_SOURCE_CONTINUE;
}

void
agent_event_loop_register (void)
{
  struct epoll_event event = { .events = EPOLLIN };
  GSource *source;

  loop.armed = G_MAXINT64;
  loop.epoll = epoll_create1 (EPOLL_CLOEXEC);
  loop.timer = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  loop.handles = g_hash_table_new (NULL, NULL);
  loop.timers = g_hash_table_new (NULL, NULL);
  if (loop.epoll < 0 || loop.timer < 0
      || epoll_ctl (loop.epoll, EPOLL_CTL_ADD, loop.timer, &event) < 0)
    g_error ("Cannot set up the loop of libvirt's events: %s", g_strerror (errno));

  source = g_unix_fd_source_new (loop.epoll, G_IO_IN);
  g_source_set_callback (source, (GSourceFunc)(void (*) (void))on_ready, NULL, NULL);
  /* Else GLib takes it out of its set meanwhile, puts it back, and wakes itself for each. */
  g_source_set_can_recurse (source, TRUE);
  g_source_attach (source, NULL);
  g_source_unref (source);
  virEventRegisterImpl (add_handle, update_handle, remove_handle, add_timer, update_timer,
                        remove_timer);
}
