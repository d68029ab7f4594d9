/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-moment.h"

#include <math.h>

/* Who did not measure in just that second did so nearby. */
#define LEAST_WIDTH (4 * G_TIME_SPAN_SECOND)

typedef struct
{
  GPtrArray *vms;
  gint64 time;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_ptr_array_unref (job->vms);
  g_free (job);
}

/* What is known nearest to @time. */
static double
value_at (MuriTrack *track, gint64 time)
{
  const float *average = muri_track_get_average (track);
  gint64 step = muri_track_get_step (track);
  gint64 start = muri_track_get_start (track) + step / 2;
  double value = NAN;
  gint64 distance = G_MAXINT64;

  for (guint i = 0; i < muri_track_get_length (track); i++)
    {
      gint64 away = ABS (start + i * step - time);

      if (!isfinite (average[i]) || away >= distance)
        continue;
      distance = away;
      value = (double)average[i];
    }
  return value;
}

static GPtrArray *
make_rows (Job *job, GPtrArray *tracks)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < job->vms->len && (i + 1) * MURI_N_VM_FIGURES <= tracks->len; i++)
    {
      double values[MURI_N_VM_FIGURES];
      g_autoptr (MuriMomentRow) row = NULL;

      for (guint f = 0; f < MURI_N_VM_FIGURES; f++)
        values[f] = value_at (tracks->pdata[i * MURI_N_VM_FIGURES + f], job->time);
      row = muri_moment_row_new (job->vms->pdata[i], values);
      if (muri_moment_row_is_known (row))
        g_ptr_array_add (rows, g_steal_pointer (&row));
    }
  return rows;
}

static void
on_answer (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) tracks = muri_history_query_finish (MURI_HISTORY (object), result, &error);

  if (tracks)
    g_task_return_pointer (task, make_rows (g_task_get_task_data (task), tracks),
                           (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
muri_moment_async (MuriHistory *history, GListModel *vms, gint64 time, gint64 width,
                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  MuriFigure figures[MURI_N_VM_FIGURES];
  guint n = g_list_model_get_n_items (vms);
  g_autofree MuriTargetKey *keys = g_new0 (MuriTargetKey, MAX (n, 1));
  g_autoptr (GTask) task = g_task_new (history, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  g_task_set_name (task, "muri_moment_async");
  width = MAX (width, LEAST_WIDTH);
  job->time = time;
  job->vms = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n; i++)
    {
      MuriVm *vm = g_list_model_get_item (vms, i);

      keys[i] =
          (MuriTargetKey){ *muri_node_get_uuid (muri_vm_get_node (vm)), *muri_vm_get_uuid (vm) };
      g_ptr_array_add (job->vms, vm);
    }
  g_task_set_task_data (task, job, job_free);
  for (guint f = 0; f < MURI_N_VM_FIGURES; f++)
    figures[f] = f;
  if (n == 0)
    g_task_return_pointer (task, g_ptr_array_new_with_free_func (g_object_unref),
                           (GDestroyNotify)g_ptr_array_unref);
  else
    muri_history_query_async (history, keys, n, figures, MURI_N_VM_FIGURES, time - width / 2,
                              time - width / 2 + width, 1, MURI_HISTORY_EACH, cancellable,
                              on_answer, g_steal_pointer (&task));
}

GPtrArray *
muri_moment_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
