/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-usage.h"

#include <math.h>

#include "muri-past.h"
#include "muri-uuid.h"
#include "muri-vm.h"

/* About so many slots of any span: of a week ten minutes each. */
#define SLOTS 1000

/* Objects that are asked for at once. */
#define BATCH 32

static const MuriFigure figures[] = {
  MURI_FIGURE_CPU,    MURI_FIGURE_MEMORY, MURI_FIGURE_DISK_READ, MURI_FIGURE_DISK_WRITE,
  MURI_FIGURE_NET_RX, MURI_FIGURE_NET_TX, MURI_FIGURE_HOST_CPU,
};

/* A share and how long it was so. */
typedef struct
{
  double value;
  double seconds;
} Weighed;

static int
compare (gconstpointer a, gconstpointer b)
{
  double first = ((const Weighed *)a)->value;
  double second = ((const Weighed *)b)->value;

  return first < second ? -1 : first > second;
}

static double
find_quantile (GArray *weighed, double share)
{
  double all = 0, below = 0;

  g_array_sort (weighed, compare);
  for (guint i = 0; i < weighed->len; i++)
    all += g_array_index (weighed, Weighed, i).seconds;
  for (guint i = 0; i < weighed->len; i++)
    {
      below += g_array_index (weighed, Weighed, i).seconds;
      if (below >= share * all)
        return g_array_index (weighed, Weighed, i).value;
    }
  return NAN;
}

/* Seconds of slot @i between @from and @to. */
static double
overlap (MuriTrack *track, guint i, gint64 from, gint64 to)
{
  gint64 step = muri_track_get_step (track);
  gint64 start = muri_track_get_start (track) + (gint64)i * step;

  return (double)MAX (MIN (start + step, to) - MAX (start, from), 0) / G_USEC_PER_SEC;
}

/* The integral of a figure over its known seconds. */
static double
integrate (MuriTrack *track, gint64 from, gint64 to)
{
  const float *average = muri_track_get_average (track);
  const float *known = muri_track_get_known (track);
  double sum = 0;

  for (guint i = 0; i < muri_track_get_length (track); i++)
    if (isfinite (average[i]))
      sum += (double)average[i] * (double)known[i] * overlap (track, i, from, to);
  return sum;
}

static double
find_max (MuriTrack *track, gint64 from, gint64 to)
{
  const float *max = muri_track_get_max (track);
  double found = NAN;

  for (guint i = 0; i < muri_track_get_length (track); i++)
    if (overlap (track, i, from, to) > 0)
      found = fmax (found, (double)max[i]);
  return found;
}

static double
known_seconds (MuriTrack *track, gint64 from, gint64 to)
{
  const float *known = muri_track_get_known (track);
  double sum = 0;

  for (guint i = 0; i < muri_track_get_length (track); i++)
    sum += (double)known[i] * overlap (track, i, from, to);
  return sum;
}

/* Either was heard of: who is not, while its host is, is off. */
static double
known_of_either (MuriTrack *track, MuriTrack *host, gint64 from, gint64 to)
{
  const float *own = muri_track_get_known (track);
  const float *hosts = muri_track_get_known (host);
  guint n = MIN (muri_track_get_length (track), muri_track_get_length (host));
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += (double)MAX (own[i], hosts[i]) * overlap (track, i, from, to);
  return sum;
}

static void
sum_cpu (MuriUsage *usage, MuriTrack *track, MuriTrack *host, double cpus, gint64 from, gint64 to)
{
  g_autoptr (GArray) weighed = g_array_new (FALSE, FALSE, sizeof (Weighed));
  const float *average = muri_track_get_average (track);
  const float *known = muri_track_get_known (track);

  usage->on = known_seconds (track, from, to);
  usage->known = host ? known_of_either (track, host, from, to) : usage->on;
  usage->cpu = integrate (track, from, to) * cpus;
  usage->cpu_max = find_max (track, from, to);
  if (usage->on <= 0)
    return;
  usage->cpu_average = integrate (track, from, to) / usage->on;
  for (guint i = 0; i < muri_track_get_length (track); i++)
    {
      Weighed slot = { (double)average[i], (double)known[i] * overlap (track, i, from, to) };

      if (isfinite (average[i]) && slot.seconds > 0)
        g_array_append_val (weighed, slot);
    }
  usage->cpu_95 = find_quantile (weighed, 0.95);
}

static void
sum_memory (MuriUsage *usage, MuriTrack *track, gint64 from, gint64 to)
{
  double seconds = known_seconds (track, from, to);

  usage->memory = integrate (track, from, to);
  usage->memory_max = find_max (track, from, to);
  if (seconds > 0)
    usage->memory_average = usage->memory / seconds;
}

/**
 * muri_usage_init:
 * @usage: (out): a usage of which nothing is known
 */
void
muri_usage_init (MuriUsage *usage)
{
  *usage = (MuriUsage){
    .cpu_average = NAN, .cpu_95 = NAN, .cpu_max = NAN, .memory_average = NAN, .memory_max = NAN
  };
}

void
muri_usage_sum (MuriUsage *usage, MuriTrack *const *tracks, guint n_tracks, MuriTrack *host,
                double cpus, double host_cpus, gint64 from, gint64 to)
{
  double of_host = 0;

  muri_usage_init (usage);
  for (guint i = 0; i < n_tracks; i++)
    switch (muri_track_get_figure (tracks[i]))
      {
      case MURI_FIGURE_CPU:
        sum_cpu (usage, tracks[i], host, cpus, from, to);
        break;
      case MURI_FIGURE_MEMORY:
        sum_memory (usage, tracks[i], from, to);
        break;
      case MURI_FIGURE_DISK_READ:
        usage->read = integrate (tracks[i], from, to);
        break;
      case MURI_FIGURE_DISK_WRITE:
        usage->written = integrate (tracks[i], from, to);
        break;
      case MURI_FIGURE_NET_RX:
        usage->received = integrate (tracks[i], from, to);
        break;
      case MURI_FIGURE_NET_TX:
        usage->sent = integrate (tracks[i], from, to);
        break;
      case MURI_FIGURE_HOST_CPU:
        of_host = integrate (tracks[i], from, to) * host_cpus;
        break;
      default:
        break;
      }
  if (of_host > 0)
    usage->cpu = of_host;
}

static double
average_of_both (double a, double a_seconds, double b, double b_seconds)
{
  if (!isfinite (a) || !isfinite (b))
    return isfinite (a) ? a : b;
  return (a * a_seconds + b * b_seconds) / MAX (a_seconds + b_seconds, 1);
}

/**
 * muri_usage_add:
 * @usage: (inout): a usage
 * @other: another object's
 */
void
muri_usage_add (MuriUsage *usage, const MuriUsage *other)
{
  usage->cpu_average =
      average_of_both (usage->cpu_average, usage->on, other->cpu_average, other->on);
  usage->cpu_95 = NAN;
  usage->cpu_max = fmax (usage->cpu_max, other->cpu_max);
  usage->memory_average =
      average_of_both (usage->memory_average, usage->on, other->memory_average, other->on);
  usage->memory_max = fmax (usage->memory_max, other->memory_max);
  usage->known += other->known;
  usage->on += other->on;
  usage->cpu += other->cpu;
  usage->memory += other->memory;
  usage->read += other->read;
  usage->written += other->written;
  usage->received += other->received;
  usage->sent += other->sent;
}

/* ---- of many objects ---- */

typedef struct
{
  MuriHistory *history;
  GPtrArray *objects;
  gint64 from;
  gint64 to;
  GArray *usages;
  guint next;        /* object */
  GHashTable *hosts; /* UUID of a node to MuriTrack */
  GArray *nodes;     /* MuriTargetKey that are still to be asked for */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->history);
  g_ptr_array_unref (job->objects);
  g_clear_pointer (&job->usages, g_array_unref);
  g_hash_table_unref (job->hosts);
  g_array_unref (job->nodes);
  g_free (job);
}

static MuriTargetKey
key_of (gpointer object)
{
  MuriTargetKey key = { 0 };

  if (MURI_IS_PAST (object))
    return *muri_past_get_key (object);
  if (!MURI_IS_VM (object))
    {
      key.node = *muri_node_get_uuid (object);
      return key;
    }
  key.node = *muri_node_get_uuid (muri_vm_get_node (object));
  key.vm = *muri_vm_get_uuid (object);
  return key;
}

static double
cpus_of (gpointer object)
{
  if (MURI_IS_PAST (object))
    return muri_past_is_vm (object) ? 0 : muri_past_get_host_cpus (object);
  return MAX (MURI_IS_VM (object) ? muri_vm_get_facts (object)->vcpus
                                  : muri_node_get_facts (object)->cpus,
              1);
}

static double
host_cpus_of (gpointer object)
{
  if (MURI_IS_PAST (object))
    return muri_past_get_host_cpus (object);
  return MURI_IS_VM (object) ? muri_node_get_facts (muri_vm_get_node (object))->cpus : 0;
}

static gboolean
is_vm (gpointer object)
{
  return MURI_IS_VM (object) || (MURI_IS_PAST (object) && muri_past_is_vm (object));
}

static void ask (GTask *task);

static void
keep_hosts (Job *job, GPtrArray *tracks)
{
  const guint n = MIN (tracks->len, MIN (job->nodes->len, BATCH));

  for (guint i = 0; i < n; i++)
    g_hash_table_insert (
        job->hosts,
        g_memdup2 (&g_array_index (job->nodes, MuriTargetKey, i).node, sizeof (muri_v1_Uuid)),
        muri_track_ref (tracks->pdata[i]));
  g_array_remove_range (job->nodes, 0, n);
}

static void
keep_objects (Job *job, GPtrArray *tracks)
{
  for (guint i = 0; i + G_N_ELEMENTS (figures) <= tracks->len; i += G_N_ELEMENTS (figures))
    {
      gpointer object = job->objects->pdata[job->next++];
      const MuriTargetKey key = key_of (object);
      MuriTrack *host = is_vm (object) ? g_hash_table_lookup (job->hosts, &key.node) : NULL;
      MuriUsage usage;

      muri_usage_sum (&usage, (MuriTrack **)tracks->pdata + i, G_N_ELEMENTS (figures), host,
                      cpus_of (object), host_cpus_of (object), job->from, job->to);
      g_array_append_val (job->usages, usage);
    }
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) tracks = muri_history_query_finish (MURI_HISTORY (source), result, &error);

  if (tracks == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (job->nodes->len > 0)
    keep_hosts (job, tracks);
  else
    keep_objects (job, tracks);
  ask (task);
}

static void
ask_for (GTask *task, const MuriTargetKey *keys, guint n, guint n_figures)
{
  Job *job = g_task_get_task_data (task);

  muri_history_query_async (job->history, keys, n, figures, n_figures, job->from, job->to, SLOTS,
                            MURI_HISTORY_EACH, g_task_get_cancellable (task), on_answer,
                            g_object_ref (task));
}

/* First the hosts, of which only is asked whether they were heard. */
static void
ask (GTask *task)
{
  Job *job = g_task_get_task_data (task);
  MuriTargetKey keys[BATCH];
  guint n = MIN (job->objects->len - job->next, BATCH);

  if (g_task_return_error_if_cancelled (task))
    return;
  for (guint i = 0; i < n; i++)
    keys[i] = key_of (job->objects->pdata[job->next + i]);
  if (job->nodes->len > 0)
    ask_for (task, (const MuriTargetKey *)job->nodes->data, MIN (job->nodes->len, BATCH), 1);
  else if (n > 0)
    ask_for (task, keys, n, G_N_ELEMENTS (figures));
  else
    g_task_return_pointer (task, g_steal_pointer (&job->usages), (GDestroyNotify)g_array_unref);
}

void
muri_usage_async (MuriHistory *history, GPtrArray *objects, gint64 from, gint64 to,
                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  Job *job = g_new0 (Job, 1);

  job->history = g_object_ref (history);
  job->objects = g_ptr_array_new_with_free_func (g_object_unref);
  job->nodes = g_array_new (FALSE, FALSE, sizeof (MuriTargetKey));
  job->hosts = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free,
                                      (GDestroyNotify)muri_track_unref);
  job->usages = g_array_new (FALSE, FALSE, sizeof (MuriUsage));
  job->from = from;
  job->to = to;
  for (guint i = 0; i < objects->len; i++)
    {
      gpointer object = objects->pdata[i];
      const MuriTargetKey node = { .node = key_of (object).node };

      g_ptr_array_add (job->objects, g_object_ref (object));
      if (is_vm (object) && g_hash_table_add (seen, g_memdup2 (&node.node, sizeof node.node)))
        g_array_append_val (job->nodes, node);
    }
  g_task_set_task_data (task, job, job_free);
  ask (task);
}

GArray *
muri_usage_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
