/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-beat.h"

#include <string.h>

#include "agent-fast-reader.h"
#include "agent-host-figures.h"
#include "agent-slow-reader.h"
#include "agent-storage-reader.h"
#include "agent-workload.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define PERIOD G_TIME_SPAN_SECOND

/* How long a frame waits for the cheap figures of its second. */
#define FAST_PATIENCE (200 * G_TIME_SPAN_MILLISECOND)

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

  /* Thread only. */
  AgentHostFigures *host;
  AgentFastReader *fast;
  AgentSlowReader *slow;
  AgentStorageReader *storage;
  guint32 sequence_number;

  GMutex lock; /* guards what follows */
  GCond changed;
  gboolean stopped;
  AgentFrame frame; /* the newest; its VMs are those of the array */
  GArray *vms;
};

/* ---- composing: the beat's thread ---- */

static void
collect_measured (AgentBeat *beat, GArray *vms, gint64 now)
{
  AgentVmTable *table = beat->table;
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
collect_simulated (AgentBeat *beat, GArray *vms, gint64 time, muri_v1_NodeFigures *host)
{
  AgentVmTable *table = beat->table;

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
                       table->host_cpus, table->memory, time, host);
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

static void
compose (AgentBeat *beat, GArray *vms, AgentFrame *frame)
{
  gint64 now = g_get_monotonic_time ();

  frame->sequence_number = ++beat->sequence_number;
  frame->time = g_get_real_time ();
  frame->period = PERIOD / (float)G_USEC_PER_SEC;
  if (beat->simulate)
    {
      collect_simulated (beat, vms, frame->time, &frame->host);
      return;
    }

  agent_host_figures_read (beat->host, now, &frame->host);
  agent_storage_reader_tick (beat->storage, now, &frame->host);
  if (is_connected (beat))
    {
      agent_slow_reader_tick (beat->slow, now);
      agent_fast_reader_read (beat->fast, now + FAST_PATIENCE);
    }
  collect_measured (beat, vms, g_get_monotonic_time ());
}

static void
hand_over (AgentBeat *beat, GArray **vms, const AgentFrame *frame)
{
  GArray *before;

  g_mutex_lock (&beat->lock);
  before = beat->vms;
  beat->vms = *vms;
  beat->frame = *frame;
  *vms = before;
  if (!beat->stopped)
    g_source_set_ready_time (beat->doorbell, 0);
  g_mutex_unlock (&beat->lock);
}

/* Until @time (monotonic). FALSE: stopped. */
static gboolean
wait_until (AgentBeat *beat, gint64 time)
{
  gboolean stopped;

  g_mutex_lock (&beat->lock);
  while (!beat->stopped && g_cond_wait_until (&beat->changed, &beat->lock, time))
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
  GArray *vms = g_array_new (FALSE, FALSE, sizeof (muri_v1_VmFigures));
  AgentFrame frame = { 0 };
  gint64 next = first_beat (beat);

  if (!beat->simulate)
    beat->host = agent_host_figures_new ();

  while (wait_until (beat, next))
    {
      gint64 now;

      compose (beat, vms, &frame);
      hand_over (beat, &vms, &frame);

      /* After a suspend of this machine, or where it is too busy: never two at once. */
      next += PERIOD;
      now = g_get_monotonic_time ();
      if (next <= now)
        next += (now - next) / PERIOD * PERIOD + PERIOD;
    }

  g_clear_pointer (&beat->host, agent_host_figures_free);
  g_array_unref (vms);
  return NULL;
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
  frame = beat->frame;
  vms = g_steal_pointer (&beat->vms);
  beat->vms = g_array_sized_new (FALSE, FALSE, sizeof (muri_v1_VmFigures), vms->len);
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
  g_mutex_init (&beat->lock);
  g_cond_init (&beat->changed);
  if (!simulate)
    {
      beat->fast = agent_fast_reader_new (connections, table);
      beat->slow = agent_slow_reader_new (connections, table);
      beat->storage = agent_storage_reader_new (table);
    }

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
  g_thread_join (beat->thread);

  g_source_destroy (beat->doorbell);
  g_source_unref (beat->doorbell);
  g_clear_pointer (&beat->fast, agent_fast_reader_stop);
  g_clear_pointer (&beat->slow, agent_slow_reader_stop);
  g_clear_pointer (&beat->storage, agent_storage_reader_stop);
  agent_vm_table_unref (beat->table);
  g_array_unref (beat->vms);
  g_mutex_clear (&beat->lock);
  g_cond_clear (&beat->changed);
  g_free (beat);
}
