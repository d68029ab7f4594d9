/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure-history.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muri-topics.h"
#include "muri-words.h"

/* VMs of a node, and of a sample. */
#define OF_NODE 20

/* What may wait for the thread. */
#define AHEAD 30

struct _MeasureGuests
{
  GArray *values; /* float */
};

MeasureGuests *
measure_guests_read (const char *path)
{
  MeasureGuests *guests = g_new0 (MeasureGuests, 1);
  FILE *file = fopen (path, "re");
  float value;

  g_assert_nonnull (file);
  guests->values = g_array_new (FALSE, FALSE, sizeof (float));
  while (fscanf (file, "%f", &value) == 1)
    g_array_append_val (guests->values, value);
  fclose (file);
  g_assert_cmpuint (measure_guests_count (guests), >, 0);
  return guests;
}

void
measure_guests_free (MeasureGuests *guests)
{
  g_array_unref (guests->values);
  g_free (guests);
}

guint
measure_guests_count (const MeasureGuests *guests)
{
  return guests->values->len / MURI_N_VM_FIGURES;
}

const float *
measure_guests_get (const MeasureGuests *guests, guint vm, gint64 second)
{
  gsize at = (gsize)(second + vm * 307) % measure_guests_count (guests);

  return &g_array_index (guests->values, float, at *MURI_N_VM_FIGURES);
}

/* ---- feeding ---- */

static MuriTargetKey
make_key (guint vm)
{
  MuriTargetKey key = { .node = { { 1 } }, .vm = { { 2 } } };
  const guint node = (vm - 1) / OF_NODE;

  memcpy (key.node.b + 8, &node, sizeof node);
  memcpy (key.vm.b + 8, &vm, sizeof vm);
  return key;
}

MuriHistory *
measure_history_open (const char *directory, guint n_vms)
{
  MuriHistory *history = muri_history_new ();
  g_autofree char *path = g_build_filename (directory, "history.db", NULL);

  muri_history_open (history, path);
  for (guint vm = 1; vm <= n_vms; vm++)
    {
      const MuriTargetKey key = make_key (vm);
      g_autofree char *name = g_strdup_printf ("vm-%u", vm);

      muri_history_note (history, &key, name, "node", 0);
    }
  return history;
}

static guint32
known_of (const float *values)
{
  return (isnan (values[MURI_FIGURE_CPU]) ? 0 : MURI_VM_FIGURE_CPU)
         | (isnan (values[MURI_FIGURE_MEMORY]) ? 0 : MURI_VM_FIGURE_MEMORY)
         | (isnan (values[MURI_FIGURE_DISK_READ]) ? 0 : MURI_VM_FIGURE_DISK)
         | (isnan (values[MURI_FIGURE_DISK_LATENCY]) ? 0 : MURI_VM_FIGURE_DISK_LATENCY)
         | (isnan (values[MURI_FIGURE_NET_RX]) ? 0 : MURI_VM_FIGURE_NET);
}

static muri_v1_Sample *
make_sample (const MeasureGuests *guests, guint first, guint n, gint64 second)
{
  muri_v1_Sample *sample = muri_topic_sample_new (MURI_TOPIC_SAMPLE);

  sample->node = make_key (first).node;
  sample->sequence_number = (guint32)second;
  sample->vms._buffer = dds_alloc (n * sizeof (muri_v1_VmFigures));
  sample->vms._length = sample->vms._maximum = n;
  sample->vms._release = TRUE;
  for (guint i = 0; i < n; i++)
    {
      const float *values = measure_guests_get (guests, first + i, second);

      sample->vms._buffer[i] = (muri_v1_VmFigures){
        .vm = make_key (first + i).vm,
        .known = known_of (values),
        .cpu = values[MURI_FIGURE_CPU],
        .memory = (guint32)(values[MURI_FIGURE_MEMORY] / 1024),
        .disk_read = values[MURI_FIGURE_DISK_READ],
        .disk_write = values[MURI_FIGURE_DISK_WRITE],
        .disk_requests = values[MURI_FIGURE_DISK_REQUESTS],
        .disk_latency = values[MURI_FIGURE_DISK_LATENCY],
        .net_rx = values[MURI_FIGURE_NET_RX],
        .net_tx = values[MURI_FIGURE_NET_TX],
        .host_cpu = values[MURI_FIGURE_HOST_CPU],
      };
    }
  return sample;
}

void
measure_history_feed (MuriHistory *history, const MeasureGuests *guests, guint n_vms, gint64 from,
                      gint64 to)
{
  for (gint64 second = from; second < to; second++)
    {
      GArray *samples = muri_history_samples_new ();

      for (guint vm = 1; vm <= n_vms; vm += OF_NODE)
        {
          const MuriHistorySample sample = { make_sample (guests, vm, MIN (OF_NODE, n_vms - vm + 1),
                                                          second),
                                             second * G_USEC_PER_SEC + G_USEC_PER_SEC / 4 };

          g_array_append_val (samples, sample);
        }
      muri_history_take (history, samples);
      muri_history_pass_time (history, (second + 1) * G_USEC_PER_SEC,
                              (second + 1) * G_USEC_PER_SEC);
      if (second % AHEAD == 0)
        measure_history_settle (history);
    }
  measure_history_settle (history);
}

/* ---- asking ---- */

static void
keep (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static MuriTrack *
ask (MuriHistory *history, const MuriTargetKey *keys, guint n_keys, MuriFigure figure, gint64 from,
     gint64 to, guint slots, MuriHistoryCombine combine)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) tracks = NULL;

  muri_history_query_async (history, keys, n_keys, &figure, 1, from * G_USEC_PER_SEC,
                            to * G_USEC_PER_SEC, slots, combine, NULL, keep, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  tracks = muri_history_query_finish (history, result, NULL);
  g_assert_nonnull (tracks);
  return muri_track_ref (g_ptr_array_index (tracks, 0));
}

MuriTrack *
measure_history_sum (MuriHistory *history, guint n_vms, MuriFigure figure, gint64 from, gint64 to,
                     guint slots)
{
  g_autofree MuriTargetKey *keys = g_new (MuriTargetKey, n_vms);

  for (guint i = 0; i < n_vms; i++)
    keys[i] = make_key (i + 1);
  return ask (history, keys, n_vms, figure, from, to, slots, MURI_HISTORY_SUM);
}

MuriTrack *
measure_history_ask (MuriHistory *history, guint vm, MuriFigure figure, gint64 from, gint64 to,
                     guint slots)
{
  const MuriTargetKey key = make_key (vm);

  return ask (history, &key, 1, figure, from, to, slots, MURI_HISTORY_EACH);
}

void
measure_history_settle (MuriHistory *history)
{
  muri_track_unref (measure_history_ask (history, 1, MURI_FIGURE_CPU, 0, 1, 1));
}

double
measure_history_cpu (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *name;
  double seconds = 0;

  while ((name = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *comm_path = g_build_filename ("/proc/self/task", name, "comm", NULL);
      g_autofree char *stat_path = g_build_filename ("/proc/self/task", name, "schedstat", NULL);
      g_autofree char *comm = NULL;
      g_autofree char *stat = NULL;

      if (g_file_get_contents (comm_path, &comm, NULL, NULL)
          && g_file_get_contents (stat_path, &stat, NULL, NULL)
          && g_str_has_prefix (comm, "muri-history"))
        seconds += g_ascii_strtod (stat, NULL) / 1e9;
    }
  return seconds;
}
