/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-private.h"

#include "muri-history-fill.h"
#include "muri-history-look.h"
#include "muri-history-worker.h"
#include "muri-topics.h"

#define HOUR 3600
#define DAY (24 * HOUR)

/* Tiers that agents may be asked for, and how far back these reach with them, microseconds. */
#define N_FINE 2
#define LOOK_BACK (2 * G_TIME_SPAN_DAY)

struct _MuriHistory
{
  GObject parent_instance;

  MuriHistoryWorker *worker; /* NULL after the end */
  MuriHistoryFill *fill;
  MuriHistoryLook *look;
  MuriHistorySettings settings;
  char *problem;
  guint64 size;
  MuriHistoryDensity density;
};

enum
{
  PROP_0,
  PROP_PROBLEM,
  PROP_FILL_PROGRESS,
  PROP_SIZE,
  N_PROPS
};

enum
{
  EXTENDED,
  REFUSED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MuriHistory, muri_history, G_TYPE_OBJECT)

/**
 * muri_history_settings_init:
 * @settings: (out): an hour of seconds, a day of 10 s, a week of minutes, a year of 10 min, within
 *   1 GiB
 */
void
muri_history_settings_init (MuriHistorySettings *settings)
{
  *settings = (MuriHistorySettings){ .keep = { HOUR, DAY, 7 * DAY, 366 * DAY },
                                     .cap = G_GUINT64_CONSTANT (1) << 30 };
}

static void
muri_history_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriHistory *self = MURI_HISTORY (object);

  switch (id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_FILL_PROGRESS:
      g_value_set_double (value, muri_history_get_fill_progress (self));
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, self->size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_history_finalize (GObject *object)
{
  MuriHistory *self = MURI_HISTORY (object);

  muri_history_close (self);
  g_free (self->problem);

  G_OBJECT_CLASS (muri_history_parent_class)->finalize (object);
}

static void
muri_history_class_init (MuriHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_history_get_property;
  object_class->finalize = muri_history_finalize;

  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  properties[PROP_FILL_PROGRESS] =
      g_param_spec_double ("fill-progress", NULL, NULL, -1, 1, -1, flags);
  properties[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[EXTENDED] = g_signal_new ("extended", MURI_TYPE_HISTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
  signals[REFUSED] = g_signal_new ("refused", MURI_TYPE_HISTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
on_status (const MuriHistoryStatus *status, gpointer data)
{
  MuriHistory *self = data;

  if (g_strcmp0 (self->problem, status->problem) != 0)
    {
      g_free (self->problem);
      self->problem = g_strdup (status->problem);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
    }
  self->density = status->density;
  if (self->size != status->size)
    {
      self->size = status->size;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
    }
}

static void
on_progress (MuriHistory *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FILL_PROGRESS]);
}

static void
on_extended (MuriHistory *self, gint64 from, gint64 to)
{
  g_signal_emit (self, signals[EXTENDED], 0, from, to);
}

static void
on_refused (MuriHistory *self, const GError *error)
{
  g_signal_emit (self, signals[REFUSED], 0, error);
}

static void
muri_history_init (MuriHistory *self)
{
  muri_history_density_init (&self->density);
  muri_history_settings_init (&self->settings);
  self->worker = muri_history_worker_new (on_status, self);
  self->fill = muri_history_fill_new (self->worker);
  self->look = muri_history_look_new ();
  g_signal_connect_swapped (self->fill, "notify::progress", G_CALLBACK (on_progress), self);
  g_signal_connect_swapped (self->fill, "extended", G_CALLBACK (on_extended), self);
  g_signal_connect_swapped (self->fill, "refused", G_CALLBACK (on_refused), self);
}

MuriHistory *
muri_history_new (void)
{
  return g_object_new (MURI_TYPE_HISTORY, NULL);
}

void
muri_history_open (MuriHistory *self, const char *path)
{
  if (self->worker != NULL)
    muri_history_worker_open (self->worker, path);
}

void
muri_history_close (MuriHistory *self)
{
  if (self->fill != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->fill, self);
      muri_history_fill_stop (self->fill);
    }
  g_clear_object (&self->fill);
  g_clear_pointer (&self->look, muri_history_look_close);
  g_clear_pointer (&self->worker, muri_history_worker_stop);
}

/* ---- what comes in ---- */

void
muri_history_note (MuriHistory *self, const MuriTargetKey *key, const char *name,
                   const char *node_name, guint cpus)
{
  if (self->worker != NULL)
    muri_history_worker_note (self->worker, key, name, node_name, cpus);
}

static void
clear_sample (gpointer sample)
{
  muri_topic_sample_free (MURI_TOPIC_SAMPLE, ((MuriHistorySample *)sample)->sample);
}

GArray *
muri_history_samples_new (void)
{
  GArray *samples = g_array_new (FALSE, FALSE, sizeof (MuriHistorySample));

  g_array_set_clear_func (samples, clear_sample);
  return samples;
}

void
muri_history_take (MuriHistory *self, GArray *samples)
{
  if (self->worker != NULL && samples->len > 0)
    muri_history_worker_take (self->worker, samples);
  else
    g_array_unref (samples);
}

void
muri_history_pass_time (MuriHistory *self, gint64 now, gint64 monotonic)
{
  if (self->worker != NULL)
    muri_history_worker_pass_time (self->worker, now, monotonic);
  if (self->fill != NULL)
    muri_history_fill_pass_time (self->fill, monotonic);
}

void
muri_history_set_identity (MuriHistory *self, MuriIdentity *identity)
{
  if (self->fill != NULL)
    muri_history_fill_set_identity (self->fill, identity);
  if (self->look != NULL)
    muri_history_look_set_identity (self->look, identity);
}

void
muri_history_set_agent (MuriHistory *self, const MuriHttpHost *host)
{
  if (self->fill != NULL)
    muri_history_fill_set_agent (self->fill, host);
  if (self->look != NULL)
    muri_history_look_set_agent (self->look, host);
}

gboolean
muri_history_has_all (MuriHistory *self, const muri_v1_Uuid *node, gint64 from, gint64 to)
{
  return self->fill != NULL && muri_history_fill_has_all (self->fill, node, from, to);
}

void
muri_history_limit (MuriHistory *self, guint64 size)
{
  if (self->worker != NULL)
    muri_history_worker_limit (self->worker, size);
}

/* ---- what a console asks ---- */

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GPtrArray *objects = g_task_propagate_pointer (G_TASK (result), &error);

  if (objects != NULL)
    g_task_return_pointer (task, objects, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
muri_history_list_async (MuriHistory *history, gint64 from, gint64 to, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (MURI_IS_HISTORY (history));

  task = g_task_new (history, cancellable, callback, user_data);
  g_task_set_name (task, "muri_history_list_async");
  if (history->worker != NULL)
    muri_history_worker_list (history->worker, from / G_USEC_PER_SEC, to / G_USEC_PER_SEC,
                              g_task_new (NULL, cancellable, on_listed, g_object_ref (task)));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "history is closed");
}

/**
 * muri_history_list_finish:
 * @history: the history
 * @result: of muri_history_list_async()
 * @error: cancelled, or closed
 *
 * Returns: (transfer full) (element-type MuriPast): objects that were there
 */
GPtrArray *
muri_history_list_finish (MuriHistory *history, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* One that asks, in its task. */
typedef struct
{
  MuriHistoryRequest request; /* with arrays of its own */
  MuriHistoryPartFunc func;
  gpointer data;
  guint extra;       /* tiers that agents were asked for, a bit each */
  GPtrArray *tracks; /* what there is meanwhile */
} Asker;

static Asker *
asker_new (const MuriHistoryRequest *request, MuriHistoryPartFunc func, gpointer data)
{
  Asker *asker = g_new0 (Asker, 1);

  asker->request = *request;
  asker->request.keys = g_memdup2 (request->keys, sizeof *request->keys * request->n_keys);
  asker->request.weights = g_memdup2 (request->weights, sizeof *request->weights * request->n_keys);
  asker->request.figures =
      g_memdup2 (request->figures, sizeof *request->figures * request->n_figures);
  asker->func = func;
  asker->data = data;
  return asker;
}

static void
asker_free (gpointer data)
{
  Asker *asker = data;

  g_free ((gpointer)asker->request.keys);
  g_free ((gpointer)asker->request.weights);
  g_free ((gpointer)asker->request.figures);
  g_clear_pointer (&asker->tracks, g_ptr_array_unref);
  g_free (asker);
}

void
muri_history_show_part (GTask *task, GPtrArray *tracks)
{
  const Asker *asker = g_task_get_task_data (task);

  /* A sum that begins anew, of finer figures, has been seen whole before. */
  if (!g_task_get_completed (task) && asker->tracks == NULL
      && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    asker->func (g_task_get_source_object (task), tracks, asker->data);
}

/* Of what is wanted, what agents may have and is not kept here. */
static guint
find_extra (const Asker *asker, guint held)
{
  const MuriHistoryRequest *request = &asker->request;
  const double range = (double)(request->to - request->from) / G_USEC_PER_SEC;
  guint extra = 0;

  if (asker->func == NULL || asker->extra != 0 || request->n_keys > MURI_HISTORY_LOOK_MAX
      || request->to < g_get_real_time () - LOOK_BACK)
    return 0;
  for (guint tier = muri_history_choose_tier (G_MAXUINT, range / MAX (request->slots, 1));
       tier < N_FINE; tier++)
    if ((held & 1u << tier) == 0)
      extra |= 1u << tier;
    else
      break;
  return extra;
}

static void send_query (GTask *task, GArray *pieces);

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Asker *asker = g_task_get_task_data (task);
  g_autoptr (GArray) pieces = muri_history_look_finish (result, NULL);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (pieces != NULL && pieces->len > 0
      && MURI_HISTORY (g_task_get_source_object (task))->worker != NULL)
    send_query (task, pieces);
  else
    g_task_return_pointer (task, g_steal_pointer (&asker->tracks),
                           (GDestroyNotify)g_ptr_array_unref);
}

static void
look (GTask *task, guint extra, GPtrArray *tracks)
{
  MuriHistory *self = g_task_get_source_object (task);
  Asker *asker = g_task_get_task_data (task);
  const MuriHistoryRequest *request = &asker->request;

  muri_history_show_part (task, tracks);
  asker->extra = extra;
  asker->tracks = g_ptr_array_ref (tracks);
  muri_history_look_async (self->look, request->keys, request->n_keys, extra,
                           request->from / G_USEC_PER_SEC, request->to / G_USEC_PER_SEC + 1,
                           g_task_get_cancellable (task), on_looked, g_object_ref (task));
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  MuriHistory *self = g_task_get_source_object (task);
  Asker *asker = g_task_get_task_data (task);
  GError *error = NULL;
  MuriHistoryAnswer *answer = g_task_propagate_pointer (G_TASK (result), &error);
  guint extra = answer != NULL && self->look != NULL ? find_extra (asker, answer->held) : 0;

  if (answer == NULL)
    g_task_return_error (task, error);
  else if (extra != 0)
    look (task, extra, answer->tracks);
  else
    g_task_return_pointer (task, g_steal_pointer (&answer->tracks),
                           (GDestroyNotify)g_ptr_array_unref);
  g_clear_pointer (&answer, muri_history_answer_free);
}

/* The thread drops the inner task, which has nothing of the main context's. */
static void
send_query (GTask *task, GArray *pieces)
{
  MuriHistory *self = g_task_get_source_object (task);
  const Asker *asker = g_task_get_task_data (task);
  MuriHistoryQuery *query = muri_history_query_new (&asker->request);

  query->extra = asker->extra;
  query->pieces = pieces != NULL ? g_array_ref (pieces) : NULL;
  query->asker = asker->func != NULL ? task : NULL;
  query->task = g_task_new (NULL, g_task_get_cancellable (task), on_answer, g_object_ref (task));
  muri_history_worker_query (self->worker, query);
}

void
muri_history_ask_async (MuriHistory *history, const MuriHistoryRequest *request,
                        MuriHistoryPartFunc func, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (MURI_IS_HISTORY (history));
  g_return_if_fail (request->to > request->from);

  task = g_task_new (history, cancellable, callback, user_data);
  g_task_set_name (task, "muri_history_ask_async");
  g_task_set_task_data (task, asker_new (request, func, user_data), asker_free);
  if (history->worker != NULL)
    send_query (task, NULL);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "history is closed");
}

void
muri_history_query_async (MuriHistory *history, const MuriTargetKey *keys, guint n_keys,
                          const MuriFigure *figures, guint n_figures, gint64 from, gint64 to,
                          guint slots, MuriHistoryCombine combine, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  const MuriHistoryRequest request = { keys, NULL, n_keys, figures, n_figures,
                                       from, to,   slots,  combine };

  muri_history_ask_async (history, &request, NULL, cancellable, callback, user_data);
}

void
muri_history_sum_async (MuriHistory *history, const MuriTargetKey *keys, const float *weights,
                        guint n_keys, const MuriFigure *figures, guint n_figures, gint64 from,
                        gint64 to, guint slots, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  const MuriHistoryRequest request = { keys, weights, n_keys, figures,         n_figures,
                                       from, to,      slots,  MURI_HISTORY_SUM };

  muri_history_ask_async (history, &request, NULL, cancellable, callback, user_data);
}

/**
 * muri_history_query_finish:
 * @history: the history
 * @result: of muri_history_query_async()
 * @error: cancelled, or a span that is too long
 *
 * Returns: (transfer full) (element-type MuriTrack): for each object each figure; of
 *   %MURI_HISTORY_SUM one a figure
 */
GPtrArray *
muri_history_query_finish (MuriHistory *history, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * muri_history_get_problem:
 * @history: the history
 *
 * Returns: (nullable): why it is not stored or was begun anew, a sentence for a person
 */
const char *
muri_history_get_problem (MuriHistory *history)
{
  return history->problem;
}

/**
 * muri_history_get_fill_progress:
 * @history: the history
 *
 * Returns: 0 to 1 while gaps are filled from the agents, else -1
 */
double
muri_history_get_fill_progress (MuriHistory *history)
{
  return history->fill != NULL ? muri_history_fill_get_progress (history->fill) : -1;
}

/**
 * muri_history_get_size:
 * @history: the history
 *
 * Returns: bytes of its file
 */
guint64
muri_history_get_size (MuriHistory *history)
{
  return history->size;
}

/**
 * muri_history_get_settings:
 * @history: the history
 * @settings: (out): those in force
 */
void
muri_history_get_settings (MuriHistory *history, MuriHistorySettings *settings)
{
  *settings = history->settings;
}

/**
 * muri_history_estimate:
 * @history: the history
 * @settings: (nullable): what is thought of, or %NULL for those in force
 * @n_vms: of a fleet
 * @n_nodes: of a fleet
 * @estimate: (out): what that comes to
 *
 * By what the figures at hand take, as far as there are some.
 */
void
muri_history_estimate (MuriHistory *history, const MuriHistorySettings *settings, guint n_vms,
                       guint n_nodes, MuriHistoryEstimate *estimate)
{
  muri_history_keep_estimate (settings != NULL ? settings : &history->settings, &history->density,
                              n_vms, n_nodes, estimate);
}

/**
 * muri_history_set_settings:
 * @history: the history
 * @settings: new ones
 *
 * In force at once; what is not to be kept any more goes in the minutes after.
 */
void
muri_history_set_settings (MuriHistory *history, const MuriHistorySettings *settings)
{
  history->settings = *settings;
  history->settings.keep[2] = MAX (settings->keep[2], DAY);
  if (history->worker != NULL)
    muri_history_worker_set (history->worker, &history->settings);
  if (history->fill != NULL)
    muri_history_fill_set_settings (history->fill, &history->settings);
}
