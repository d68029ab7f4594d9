/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-query.h"

#include <math.h>

#define BIT(figure) (G_GUINT64_CONSTANT (1) << (figure))

/* Figures of several objects that are not their plain sum. */
#define WEIGHED (BIT (MURI_FIGURE_CPU) | BIT (MURI_FIGURE_LOAD1))

/* A query of a part; of parts that are one object each, one for all of them. */
typedef struct
{
  GTask *task;
  guint first; /* part */
  guint n_parts;
  gboolean weighed;
  gboolean shown; /* something of it is there */
} Errand;

typedef struct
{
  GPtrArray *parts;
  GPtrArray *result;
  guint open;
  guint unshown; /* errands of which nothing is there */
  GError *error;
  MuriGraphKnownFunc func;
  gpointer data;
} Job;

static void
traces_free (gpointer data)
{
  MuriGraphTraces *traces = data;

  for (guint i = 0; i < MURI_N_FIGURES; i++)
    g_clear_pointer (&traces->traces[i], muri_graph_trace_unref);
  g_free (traces);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_ptr_array_unref (job->parts);
  g_clear_pointer (&job->result, g_ptr_array_unref);
  g_clear_error (&job->error);
  g_free (job);
}

static MuriGraphTrace *
make_trace (gint64 start, gint64 step, const MuriGraphPoint *points, guint n)
{
  g_autofree MuriGraphPoint *known = NULL;
  guint n_known = 0;

  if (step > G_TIME_SPAN_SECOND)
    return muri_graph_trace_new (step, step * 3 / 2, points, n);
  known = g_new (MuriGraphPoint, n);
  for (guint i = 0; i < n; i++)
    if (isfinite (points[i].average))
      known[n_known++] = points[i];
  return muri_graph_trace_new (0, MURI_GRAPH_GAP, known, n_known);
}

MuriGraphTrace *
muri_graph_trace_new_from_track (MuriTrack *track)
{
  guint n = muri_track_get_length (track);
  gint64 start = muri_track_get_start (track);
  gint64 step = muri_track_get_step (track);
  g_autofree MuriGraphPoint *points = g_new (MuriGraphPoint, n);

  for (guint i = 0; i < n; i++)
    points[i] =
        (MuriGraphPoint){ start + i * step, muri_track_get_min (track)[i],
                          muri_track_get_average (track)[i], muri_track_get_max (track)[i] };
  return make_trace (start, step, points, n);
}

/* Adds a share of so many processors up, in @sums; @weights is how many there are in each slot. */
static void
add_weighed (MuriTrack *track, float cpus, MuriGraphPoint *sums, float *weights, guint n)
{
  const float *min = muri_track_get_min (track);
  const float *average = muri_track_get_average (track);
  const float *max = muri_track_get_max (track);

  for (guint i = 0; i < n; i++)
    {
      if (!isfinite (average[i]))
        continue;
      sums[i].min += cpus * min[i];
      sums[i].average += cpus * average[i];
      sums[i].max += cpus * max[i];
      weights[i] += cpus;
    }
}

static MuriGraphTrace *
make_weighed (GPtrArray *tracks, GArray *cpus, gboolean share)
{
  MuriTrack *first = tracks->pdata[0];
  guint n = muri_track_get_length (first);
  gint64 start = muri_track_get_start (first);
  gint64 step = muri_track_get_step (first);
  g_autofree MuriGraphPoint *sums = g_new0 (MuriGraphPoint, n);
  g_autofree float *weights = g_new0 (float, n);

  for (guint i = 0; i < tracks->len && i < cpus->len; i++)
    if (muri_track_get_length (tracks->pdata[i]) == n
        && muri_track_get_start (tracks->pdata[i]) == start)
      add_weighed (tracks->pdata[i], g_array_index (cpus, float, i), sums, weights, n);
  for (guint i = 0; i < n; i++)
    {
      float divisor = share ? weights[i] : 1;

      sums[i].time = start + i * step;
      sums[i].min = weights[i] > 0 ? sums[i].min / divisor : NAN;
      sums[i].average = weights[i] > 0 ? sums[i].average / divisor : NAN;
      sums[i].max = weights[i] > 0 ? sums[i].max / divisor : NAN;
    }
  return make_trace (start, step, sums, n);
}

static void
set_trace (GPtrArray *result, guint part, MuriFigure figure, MuriGraphTrace *trace)
{
  MuriGraphTraces *traces = result->pdata[part];

  g_clear_pointer (&traces->traces[figure], muri_graph_trace_unref);
  traces->traces[figure] = trace;
}

static void
keep_tracks (Job *job, const Errand *errand, GPtrArray *tracks)
{
  MuriGraphPart *part = job->parts->pdata[errand->first];
  guint per_part = tracks->len / MAX (errand->n_parts, 1);

  if (tracks->len == 0)
    return;
  if (errand->weighed)
    {
      set_trace (job->result, errand->first, MURI_FIGURE_CPU,
                 make_weighed (tracks, part->cpus, TRUE));
      set_trace (job->result, errand->first, MURI_FIGURE_LOAD1,
                 make_weighed (tracks, part->cpus, FALSE));
      return;
    }
  for (guint i = 0; i < per_part * errand->n_parts; i++)
    set_trace (job->result, errand->first + i / per_part, muri_track_get_figure (tracks->pdata[i]),
               muri_graph_trace_new_from_track (tracks->pdata[i]));
}

static void
finish_if_done (GTask *task)
{
  Job *job = g_task_get_task_data (task);

  if (job->open > 0)
    return;
  if (job->error)
    g_task_return_error (task, g_steal_pointer (&job->error));
  else
    g_task_return_pointer (task, g_steal_pointer (&job->result), (GDestroyNotify)g_ptr_array_unref);
}

/* Not before all have something, so that no graph goes empty meanwhile. */
static void
show (Errand *errand)
{
  Job *job = g_task_get_task_data (errand->task);

  if (!errand->shown)
    job->unshown--;
  errand->shown = TRUE;
  if (job->unshown == 0 && job->error == NULL)
    job->func (job->result, job->data);
}

static void
on_part (MuriHistory *history, GPtrArray *tracks, gpointer user_data)
{
  Errand *errand = user_data;

  keep_tracks (g_task_get_task_data (errand->task), errand, tracks);
  show (errand);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Errand *errand = user_data;
  Job *job = g_task_get_task_data (errand->task);
  GError *error = NULL;
  g_autoptr (GPtrArray) tracks = muri_history_query_finish (MURI_HISTORY (source), result, &error);

  if (tracks)
    keep_tracks (job, errand, tracks);
  else if (job->error == NULL)
    job->error = error;
  else
    g_error_free (error);
  job->open--;
  if (job->open > 0 && !g_cancellable_is_cancelled (g_task_get_cancellable (errand->task)))
    show (errand);
  finish_if_done (errand->task);
  g_object_unref (errand->task);
  g_free (errand);
}

/* What all queries of a job have in common. */
typedef struct
{
  MuriHistory *history;
  gint64 from;
  gint64 to;
  guint slots;
  GTask *task;
} Plan;

static void
ask (const Plan *plan, Errand what, const MuriTargetKey *keys, guint n_keys, guint64 bits,
     MuriHistoryCombine combine)
{
  Job *job = g_task_get_task_data (plan->task);
  MuriFigure figures[MURI_N_FIGURES];
  MuriHistoryRequest request;
  guint n_figures = 0;
  Errand *errand;

  for (guint i = 0; i < MURI_N_FIGURES; i++)
    if (bits & BIT (i))
      figures[n_figures++] = i;
  if (n_figures == 0 || n_keys == 0)
    return;
  errand = g_new (Errand, 1);
  *errand = what;
  errand->task = g_object_ref (plan->task);
  request = (MuriHistoryRequest){ .keys = keys,
                                  .n_keys = n_keys,
                                  .figures = figures,
                                  .n_figures = n_figures,
                                  .from = plan->from,
                                  .to = plan->to,
                                  .slots = plan->slots,
                                  .combine = combine };
  job->open++;
  job->unshown++;
  muri_history_ask_async (plan->history, &request, on_part, g_task_get_cancellable (plan->task),
                          on_answer, errand);
}

static void
ask_for_sum (const Plan *plan, MuriGraphPart *part, guint index, guint64 bits)
{
  const MuriTargetKey *keys = (const MuriTargetKey *)part->keys->data;

  ask (plan, (Errand){ .first = index, .n_parts = 1 }, keys, part->keys->len, bits & ~WEIGHED,
       MURI_HISTORY_SUM);
  if (bits & WEIGHED)
    ask (plan, (Errand){ .first = index, .n_parts = 1, .weighed = TRUE }, keys, part->keys->len,
         BIT (MURI_FIGURE_CPU), MURI_HISTORY_EACH);
}

/* Neighbours that are one object each are asked for at once. */
static void
ask_for_all (const Plan *plan, GPtrArray *parts, guint64 bits)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (MuriTargetKey));

  for (guint i = 0; i < parts->len; i++)
    {
      MuriGraphPart *part = parts->pdata[i];

      if (part->added_up)
        ask_for_sum (plan, part, i, bits);
      else if (part->keys->len == 1)
        g_array_append_vals (keys, part->keys->data, 1);
      if (keys->len > 0
          && (i + 1 == parts->len || ((MuriGraphPart *)parts->pdata[i + 1])->added_up
              || ((MuriGraphPart *)parts->pdata[i + 1])->keys->len != 1))
        {
          ask (plan, (Errand){ .first = i + 1 - keys->len, .n_parts = keys->len },
               (const MuriTargetKey *)keys->data, keys->len, bits, MURI_HISTORY_EACH);
          g_array_set_size (keys, 0);
        }
    }
}

void
muri_graph_query_async (MuriHistory *history, GPtrArray *parts, guint64 figures, gint64 from,
                        gint64 to, guint slots, MuriGraphKnownFunc func, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);
  Plan plan = { history, from, to, slots, task };

  job->func = func;
  job->data = user_data;
  job->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_graph_part_unref);
  job->result = g_ptr_array_new_with_free_func (traces_free);
  for (guint i = 0; i < parts->len; i++)
    {
      g_ptr_array_add (job->parts, muri_graph_part_ref (parts->pdata[i]));
      g_ptr_array_add (job->result, g_new0 (MuriGraphTraces, 1));
    }
  g_task_set_task_data (task, job, job_free);
  /* Nothing is done before all was asked for. */
  job->open = 1;
  ask_for_all (&plan, parts, figures);
  job->open--;
  finish_if_done (task);
}

GPtrArray *
muri_graph_query_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
