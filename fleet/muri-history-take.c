/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-worker-private.h"

#include "muri-figures.h"
#include "muri-uuid.h"

/* Of a fleet that is coming, objects are written when none came for a while, or after a longer
 * one; microseconds. */
#define QUIET (1 * G_TIME_SPAN_SECOND)
#define PATIENCE (12 * G_TIME_SPAN_SECOND)

/* The log is packed in parts of that size: of twenty thousand VMs, ten seconds are nine megabytes.
 */
#define LOG_PART (512 * 1024)

/* When a node's samples came. */
typedef struct
{
  muri_v1_Uuid node;
  MuriTick tick;
  gboolean begun;
  guint32 sequence;
  gint64 second;
} Rhythm;

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

/* Returns whether it is news. */
gboolean
muri_history_worker_add (MuriHistoryWorker *self, MuriHistoryObject *object, gint64 second,
                         const float *values)
{
  gboolean stepped_back = FALSE;

  if (muri_history_table_add (self->table, object, second, values, &stepped_back))
    return TRUE;
  if (!stepped_back)
    return FALSE;
  muri_history_table_reset (self->table, object);
  return muri_history_table_add (self->table, object, second, values, &stepped_back);
}

static void
add (MuriHistoryWorker *self, MuriHistoryObject *object, gint64 second, const float *values)
{
  if (object != NULL && muri_history_worker_add (self, object, second, values) && object->id != 0)
    muri_history_log_add (&self->log, object->id, second, values, object->n_figures);
  if (self->log.data->len >= LOG_PART)
    muri_history_worker_pack_log (self);
}

static void
take_sample (MuriHistoryWorker *self, const MuriHistorySample *entry)
{
  const muri_v1_Sample *sample = entry->sample;
  MuriTargetKey key = { .node = sample->node };
  MuriHistoryObject *object = NULL;
  float values[MURI_N_FIGURES];
  gint64 second;

  if (!find_second (self, entry, &second))
    return;

  if (sample->host._length > 0)
    {
      muri_figures_read_node (&sample->host._buffer[0], values);
      add (self, muri_history_table_find (self->table, &key), second, values);
    }
  for (guint32 i = 0; i < sample->vms._length; i++)
    {
      key.vm = sample->vms._buffer[i].vm;
      muri_figures_read_vm (&sample->vms._buffer[i], values);
      object = muri_history_table_find_after (self->table, object, &key);
      add (self, object, second, values);
    }
}

gboolean
muri_history_worker_is_waiting (MuriHistoryWorker *self, gint64 now)
{
  return self->unsaved && ABS (now - self->noted) < QUIET
         && ABS (now - self->unsaved_since) < PATIENCE;
}

/* What is logged names its object by the number that the file gives it. */
void
muri_history_worker_take_held (MuriHistoryWorker *self)
{
  muri_history_worker_save_objects (self);
  for (guint i = 0; i < self->held->len; i++)
    {
      GArray *samples = g_ptr_array_index (self->held, i);

      for (guint k = 0; k < samples->len; k++)
        take_sample (self, &g_array_index (samples, MuriHistorySample, k));
    }
  g_ptr_array_set_size (self->held, 0);
}

void
muri_history_worker_take_note (MuriHistoryWorker *self, MuriHistoryNote *note)
{
  MuriHistoryObject *object = muri_history_table_ensure (self->table, &note->key);

  if (!object->noted && object->n_figures == MURI_N_VM_FIGURES)
    muri_history_table_set_fine (self->table, ++self->n_vms <= MURI_HISTORY_FINE_UP_TO);
  object->noted = TRUE;
  if (object->id != 0 && g_strcmp0 (object->name, note->name) == 0
      && g_strcmp0 (object->node_name, note->node_name) == 0
      && (note->cpus == 0 || object->cpus == note->cpus))
    return;

  if (note->cpus > 0)
    object->cpus = note->cpus;

  g_free (object->name);
  g_free (object->node_name);
  object->name = g_steal_pointer (&note->name);
  object->node_name = g_steal_pointer (&note->node_name);
  object->renamed = TRUE;
  if (!self->unsaved)
    self->unsaved_since = g_get_monotonic_time ();
  self->unsaved = TRUE;
}
