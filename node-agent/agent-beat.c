/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-beat.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "agent-fast-reader.h"
#include "agent-host-figures.h"
#include "agent-slow-reader.h"
#include "agent-storage-reader.h"
#include "agent-workload.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define PERIOD G_TIME_SPAN_SECOND

/* How long a frame waits for the cheap figures of its second. */
#define FAST_PATIENCE_MS 200

/* Older ones are unknown: a second was missed. */
#define FAST_AGE (1500 * G_TIME_SPAN_MILLISECOND)

struct _AgentBeat
{
  AgentVmTable *table;
  muri_v1_Uuid node;
  gboolean simulate;
  AgentBeatFunc func;
  gpointer user_data;
  GThread *thread;
  GSource *doorbell; /* of the main context; rung from the thread */
  int alarm;         /* a timer that the main context watches: goes off when a call takes long */
  guint alarm_source;

  /* Of the thread that keeps the beat. */
  AgentHostFigures *host;
  AgentFastReader *fast;
  AgentSlowReader *slow;
  AgentStorageReader *storage;
  guint32 sequence_number;
  gint64 next; /* monotonic */
  AgentFrame frame;
  GArray *vms;

  GMutex lock; /* guards what follows */
  GCond changed;
  gboolean stopped;
  AgentFrame done; /* the newest; its VMs are those of the array */
  GArray *done_vms;
};

/* ---- composing: the beat's thread ---- */

static void
collect_measured (AgentBeat *beat, gint64 now)
{
  AgentVmTable *table = beat->table;
  GArray *vms = beat->vms;
  gint64 slow_age;

  g_mutex_lock (&table->lock);
  slow_age = agent_slow_reader_interval (table->records->len) * 5 / 2;
  g_array_set_size (vms, table->records->len);
  for (guint i = 0; i < table->records->len; i++)
    {
      const AgentVmRecord *record = table->records->pdata[i];
      muri_v1_VmFigures *figures = &g_array_index (vms, muri_v1_VmFigures, i);

      memset (figures, 0, sizeof *figures);
      figures->vm = record->uuid;
      agent_vm_figures_fill (&record->figures, table->host_cpus, now, FAST_AGE, slow_age, figures);
    }
  g_mutex_unlock (&table->lock);
}

static void
collect_simulated (AgentBeat *beat)
{
  AgentVmTable *table = beat->table;
  gint64 time = beat->frame.time;
  GArray *vms = beat->vms;

  g_mutex_lock (&table->lock);
  g_array_set_size (vms, table->records->len);
  for (guint i = 0; i < table->records->len; i++)
    {
      const AgentVmRecord *record = table->records->pdata[i];
      const AgentWorkloadVm vm = { .uuid = record->uuid,
                                   .running = record->state == MURI_VM_STATE_RUNNING,
                                   .vcpus = record->vcpus,
                                   .memory = record->memory,
                                   .disk = record->disks[0] != NULL,
                                   .net = record->nics[0] != NULL,
                                   .booted = record->booted };

      agent_workload_vm (&vm, table->host_cpus, time, &g_array_index (vms, muri_v1_VmFigures, i));
    }
  agent_workload_host (&beat->node, (muri_v1_VmFigures *)(gpointer)vms->data, vms->len,
                       table->host_cpus, table->memory, time, &beat->frame.host);
  g_mutex_unlock (&table->lock);
}

static gboolean
is_connected (AgentBeat *beat)
{
  gboolean connected;

  g_mutex_lock (&beat->table->lock);
  connected = beat->table->connected;
  g_mutex_unlock (&beat->table->lock);
  return connected;
}

/* Again and again; 0: no more. */
static void
set_alarm (AgentBeat *beat, guint milliseconds)
{
  struct timespec time = { .tv_nsec = milliseconds * 1000000L };
  struct itimerspec spec = { time, time };

  timerfd_settime (beat->alarm, 0, &spec, NULL);
}

/* FALSE: another thread keeps the beat by now. */
static gboolean
read_fast (AgentBeat *beat)
{
  set_alarm (beat, FAST_PATIENCE_MS);
  if (!agent_fast_reader_read (beat->fast))
    return FALSE;
  set_alarm (beat, 0);
  return TRUE;
}

/* FALSE: another thread keeps the beat by now. */
static gboolean
begin_frame (AgentBeat *beat)
{
  AgentFrame *frame = &beat->frame;
  gint64 now = g_get_monotonic_time ();

  frame->sequence_number = ++beat->sequence_number;
  frame->time = g_get_real_time ();
  frame->period = PERIOD / (float)G_USEC_PER_SEC;
  if (beat->simulate)
    return TRUE;

  agent_host_figures_read (beat->host, now, &frame->host);
  agent_storage_reader_tick (beat->storage, now, &frame->host);
  if (!is_connected (beat))
    return TRUE;
  agent_slow_reader_tick (beat->slow, now);
  return read_fast (beat);
}

static void
end_frame (AgentBeat *beat)
{
  GArray *before;

  if (beat->simulate)
    collect_simulated (beat);
  else
    collect_measured (beat, g_get_monotonic_time ());

  g_mutex_lock (&beat->lock);
  before = beat->done_vms;
  beat->done_vms = beat->vms;
  beat->done = beat->frame;
  beat->vms = before;
  if (!beat->stopped)
    g_source_set_ready_time (beat->doorbell, 0);
  g_mutex_unlock (&beat->lock);

  /* After a suspend of this machine, or where it is too busy: never two at once. */
  gint64 now = g_get_monotonic_time ();
  beat->next += PERIOD;
  if (beat->next <= now)
    beat->next += (now - beat->next) / PERIOD * PERIOD + PERIOD;
}

/* FALSE: stopped. */
static gboolean
wait_for_next (AgentBeat *beat)
{
  gboolean stopped;

  g_mutex_lock (&beat->lock);
  while (!beat->stopped && g_cond_wait_until (&beat->changed, &beat->lock, beat->next))
    ;
  stopped = beat->stopped;
  g_mutex_unlock (&beat->lock);
  return !stopped;
}

/* Agents spread their samples over the second: in phase, many are lost on the way. */
static gint64
first_beat (AgentBeat *beat)
{
  gint64 phase = muri_uuid_hash (&beat->node) % PERIOD;
  gint64 within = g_get_real_time () % PERIOD;

  return g_get_monotonic_time () + (phase + PERIOD - within) % PERIOD;
}

static gpointer
run (gpointer data)
{
  AgentBeat *beat = data;

  while (wait_for_next (beat))
    {
      if (!begin_frame (beat))
        break;
      end_frame (beat);
    }
  return NULL;
}

/* In place of a thread that hangs in the middle of a frame. */
static gpointer
run_on (gpointer data)
{
  end_frame (data);
  return run (data);
}

/* ---- handing over: the main context ---- */

static gboolean
on_doorbell (gpointer user_data)
{
  AgentBeat *beat = user_data;
  AgentFrame frame;
  g_autoptr (GArray) vms = NULL;

  g_source_set_ready_time (beat->doorbell, -1);
  g_mutex_lock (&beat->lock);
  frame = beat->done;
  vms = g_steal_pointer (&beat->done_vms);
  beat->done_vms = g_array_sized_new (FALSE, FALSE, sizeof (muri_v1_VmFigures), vms->len);
  g_mutex_unlock (&beat->lock);

  frame.n_vms = vms->len;
  frame.vms = (const muri_v1_VmFigures *)(gconstpointer)vms->data;
  beat->func (&frame, beat->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_doorbell (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs doorbell_funcs = { .dispatch = dispatch_doorbell };

static gboolean
on_alarm (int alarm, GIOCondition condition, gpointer user_data)
{
  AgentBeat *beat = user_data;
  guint64 expirations;

  /* Nothing to read: the call has ended just now. */
  if (read (alarm, &expirations, sizeof expirations) < 0 && errno != EAGAIN)
    g_warning ("Cannot read the alarm of figures: %s", g_strerror (errno));
  /* It was set before the call began. */
  if (agent_fast_reader_abandon (beat->fast, FAST_PATIENCE_MS / 2 * G_TIME_SPAN_MILLISECOND))
    {
      set_alarm (beat, 0);
      g_thread_unref (beat->thread);
      beat->thread = g_thread_new ("figures", run_on, beat);
    }
  return G_SOURCE_CONTINUE;
}

static void
start_readers (AgentBeat *beat, AgentConnections *connections)
{
  beat->host = agent_host_figures_new ();
  beat->fast = agent_fast_reader_new (connections, beat->table);
  beat->slow = agent_slow_reader_new (connections, beat->table);
  beat->storage = agent_storage_reader_new (beat->table);
  beat->alarm = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (beat->alarm < 0)
    g_error ("Cannot set up the alarm of figures: %s", g_strerror (errno));
  beat->alarm_source = g_unix_fd_add (beat->alarm, G_IO_IN, on_alarm, beat);
}

static void
stop_readers (AgentBeat *beat)
{
  g_source_remove (beat->alarm_source);
  close (beat->alarm);
  agent_host_figures_free (beat->host);
  agent_fast_reader_free (beat->fast);
  agent_slow_reader_stop (beat->slow);
  agent_storage_reader_stop (beat->storage);
}

AgentBeat *
agent_beat_start (AgentConnections *connections, AgentVmTable *table, const muri_v1_Uuid *node,
                  gboolean simulate, AgentBeatFunc func, gpointer user_data)
{
  AgentBeat *beat = g_new0 (AgentBeat, 1);

  beat->table = agent_vm_table_ref (table);
  beat->node = *node;
  beat->simulate = simulate;
  beat->func = func;
  beat->user_data = user_data;
  beat->vms = g_array_new (FALSE, FALSE, sizeof (muri_v1_VmFigures));
  beat->done_vms = g_array_new (FALSE, FALSE, sizeof (muri_v1_VmFigures));
  beat->next = first_beat (beat);
  g_mutex_init (&beat->lock);
  g_cond_init (&beat->changed);
  if (!simulate)
    start_readers (beat, connections);

  beat->doorbell = g_source_new (&doorbell_funcs, sizeof (GSource));
  g_source_set_name (beat->doorbell, "muri-frame");
  g_source_set_callback (beat->doorbell, on_doorbell, beat, NULL);
  g_source_attach (beat->doorbell, NULL);
  beat->thread = g_thread_new ("figures", run, beat);
  return beat;
}

void
agent_beat_stop (AgentBeat *beat)
{
  g_mutex_lock (&beat->lock);
  beat->stopped = TRUE;
  g_cond_signal (&beat->changed);
  g_mutex_unlock (&beat->lock);
  if (beat->fast && agent_fast_reader_stop (beat->fast))
    g_thread_unref (beat->thread);
  else
    g_thread_join (beat->thread);

  g_source_destroy (beat->doorbell);
  g_source_unref (beat->doorbell);
  if (!beat->simulate)
    stop_readers (beat);
  agent_vm_table_unref (beat->table);
  g_array_unref (beat->vms);
  g_array_unref (beat->done_vms);
  g_mutex_clear (&beat->lock);
  g_cond_clear (&beat->changed);
  g_free (beat);
}
