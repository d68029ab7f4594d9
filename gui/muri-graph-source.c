/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-source.h"

#include <math.h>

#include "muri-graph-query.h"

/* Milliseconds: what is dragged or zoomed changes many times before it is looked at. */
#define PAUSE 60

/* What graphs are drawn in before anybody said how wide they are. */
#define SLOTS 400

/* Ranges up to this are drawn by the second, and so of what comes in. */
#define LIVE_SPAN (15 * G_TIME_SPAN_MINUTE)

/* While it follows, it asks again at most so often. */
#define LEAST_AGE (2 * G_TIME_SPAN_SECOND)

struct _MuriGraphSource
{
  GObject parent_instance;

  MuriGraphGroup *group;
  MuriTimeRange *range;
  MuriHistory *history;
  GPtrArray *parts;
  guint64 figures;
  guint slots;

  GPtrArray *known;  /* of MuriGraphTraces, as many as parts, or NULL */
  gint64 known_from; /* what was asked for last */
  gint64 known_to;
  GCancellable *cancellable; /* while it asks */
  gboolean partly;           /* it has shown something meanwhile */
  gboolean stale;            /* what was asked for is not what is wanted any more */
  guint timeout;
};

G_DEFINE_FINAL_TYPE (MuriGraphSource, muri_graph_source, G_TYPE_OBJECT)

static guint changed_signal;

static void ask_soon (MuriGraphSource *self);

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriGraphSource) self = user_data;
  g_autoptr (GError) error = NULL;
  GPtrArray *known = muri_graph_query_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (known == NULL)
    {
      g_debug ("no history: %s", error->message);
      return;
    }
  g_clear_pointer (&self->known, g_ptr_array_unref);
  self->known = known;
  g_signal_emit (self, changed_signal, 0);
  if (self->stale)
    ask_soon (self);
}

/* Who follows has what came before, and waits for all of it. */
static void
on_known (GPtrArray *known, gpointer user_data)
{
  MuriGraphSource *self = user_data;

  if (self->known == NULL || !muri_time_range_is_following (self->range))
    {
      g_ptr_array_ref (known);
      g_clear_pointer (&self->known, g_ptr_array_unref);
      self->known = known;
      self->partly = TRUE;
    }
  if (self->known == known)
    g_signal_emit (self, changed_signal, 0);
}

static gint64
first_live (MuriGraphPart *part)
{
  if (part->live == NULL || muri_series_get_length (part->live) == 0)
    return G_MAXINT64;
  return muri_series_get_time (part->live, 0);
}

/* The live figures of all parts reach back to where the range begins. */
static gboolean
is_live (MuriGraphSource *self)
{
  gint64 from = muri_time_range_get_from (self->range);

  for (guint i = 0; i < self->parts->len; i++)
    if (first_live (self->parts->pdata[i]) > from + MURI_GRAPH_GAP)
      return FALSE;
  return muri_time_range_get_span (self->range) <= LIVE_SPAN;
}

static void
ask (MuriGraphSource *self)
{
  if (!self->history || self->parts->len == 0 || self->figures == 0
      || !muri_graph_group_is_held (self->group) || is_live (self))
    return;
  if (self->cancellable && !self->partly)
    {
      self->stale = TRUE;
      return;
    }
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->partly = self->stale = FALSE;
  self->cancellable = g_cancellable_new ();
  self->known_from = muri_time_range_get_from (self->range);
  self->known_to = muri_time_range_get_to (self->range);
  muri_graph_query_async (self->history, self->parts, self->figures, self->known_from,
                          self->known_to, self->slots, on_known, self->cancellable, on_answer,
                          g_object_ref (self));
}

static gboolean
on_timeout (gpointer user_data)
{
  MuriGraphSource *self = user_data;

  self->timeout = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

static void
ask_soon (MuriGraphSource *self)
{
  if (self->timeout == 0)
    self->timeout = g_timeout_add (PAUSE, on_timeout, self);
}

static gint64
pixel (MuriGraphSource *self)
{
  return muri_time_range_get_span (self->range) / MAX (self->slots, 1);
}

/* What follows needs what came since, when that is as wide as a pixel; live figures have it for a
 * range that is short. */
static void
on_tick (MuriGraphSource *self)
{
  gint64 age = muri_time_range_get_to (self->range) - self->known_to;

  if (!muri_time_range_is_following (self->range) || age < MAX (pixel (self), LEAST_AGE))
    return;
  if (muri_time_range_get_span (self->range) > LIVE_SPAN)
    ask (self);
}

static void
on_extended (MuriGraphSource *self, gint64 from, gint64 to)
{
  if (from < muri_time_range_get_to (self->range) && to > muri_time_range_get_from (self->range))
    ask_soon (self);
}

static void
on_range (MuriGraphSource *self)
{
  if (self->range)
    g_signal_handlers_disconnect_by_data (self->range, self);
  g_set_object (&self->range, muri_graph_group_get_range (self->group));
  g_signal_connect_swapped (self->range, "changed", G_CALLBACK (ask_soon), self);
  ask_soon (self);
}

static void
forget (MuriGraphSource *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->known, g_ptr_array_unref);
  self->known_from = self->known_to = 0;
}

static void
muri_graph_source_dispose (GObject *object)
{
  MuriGraphSource *self = MURI_GRAPH_SOURCE (object);

  forget (self);
  if (self->range)
    g_signal_handlers_disconnect_by_data (self->range, self);
  if (self->group)
    g_signal_handlers_disconnect_by_data (self->group, self);
  if (self->history)
    g_signal_handlers_disconnect_by_data (self->history, self);
  g_clear_object (&self->range);
  g_clear_object (&self->history);
  g_clear_object (&self->group);
  g_ptr_array_set_size (self->parts, 0);
  G_OBJECT_CLASS (muri_graph_source_parent_class)->dispose (object);
}

static void
muri_graph_source_finalize (GObject *object)
{
  g_ptr_array_unref (MURI_GRAPH_SOURCE (object)->parts);
  G_OBJECT_CLASS (muri_graph_source_parent_class)->finalize (object);
}

static void
muri_graph_source_class_init (MuriGraphSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_graph_source_dispose;
  G_OBJECT_CLASS (klass)->finalize = muri_graph_source_finalize;
  changed_signal = g_signal_new ("changed", MURI_TYPE_GRAPH_SOURCE, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
muri_graph_source_init (MuriGraphSource *self)
{
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_graph_part_unref);
  self->slots = SLOTS;
}

MuriGraphSource *
muri_graph_source_new (MuriGraphGroup *group)
{
  MuriGraphSource *self = g_object_new (MURI_TYPE_GRAPH_SOURCE, NULL);

  self->group = g_object_ref (group);
  g_signal_connect_swapped (group, "notify::range", G_CALLBACK (on_range), self);
  g_signal_connect_swapped (group, "tick", G_CALLBACK (on_tick), self);
  on_range (self);
  return self;
}

static void
set_history (MuriGraphSource *self, MuriHistory *history)
{
  if (self->history == history)
    return;
  if (self->history)
    g_signal_handlers_disconnect_by_data (self->history, self);
  g_set_object (&self->history, history);
  if (history)
    g_signal_connect_swapped (history, "extended", G_CALLBACK (on_extended), self);
}

void
muri_graph_source_set (MuriGraphSource *self, MuriHistory *history, GPtrArray *parts)
{
  g_return_if_fail (MURI_IS_GRAPH_SOURCE (self));

  forget (self);
  set_history (self, history);
  g_ptr_array_set_size (self->parts, 0);
  for (guint i = 0; parts && i < parts->len; i++)
    g_ptr_array_add (self->parts, muri_graph_part_ref (parts->pdata[i]));
  g_signal_emit (self, changed_signal, 0);
  ask (self);
}

void
muri_graph_source_set_one (MuriGraphSource *self, MuriHistory *history, MuriGraphPart *part)
{
  g_autoptr (GPtrArray) parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify)muri_graph_part_unref);

  g_ptr_array_add (parts, part);
  muri_graph_source_set (self, history, parts);
}

void
muri_graph_source_want (MuriGraphSource *self, MuriFigure figure)
{
  g_return_if_fail (MURI_IS_GRAPH_SOURCE (self));

  self->figures |= G_GUINT64_CONSTANT (1) << figure;
}

void
muri_graph_source_want_slots (MuriGraphSource *self, guint slots)
{
  g_return_if_fail (MURI_IS_GRAPH_SOURCE (self));

  /* A window that is being made wider need not ask at every step. */
  if (slots <= self->slots + self->slots / 4 && slots >= self->slots / 2)
    return;
  self->slots = slots;
  ask_soon (self);
}

void
muri_graph_source_wake (MuriGraphSource *self)
{
  g_return_if_fail (MURI_IS_GRAPH_SOURCE (self));

  if (self->known_from != muri_time_range_get_from (self->range)
      || self->known_to != muri_time_range_get_to (self->range))
    ask_soon (self);
}

guint
muri_graph_source_get_n_parts (MuriGraphSource *self)
{
  g_return_val_if_fail (MURI_IS_GRAPH_SOURCE (self), 0);

  return self->parts->len;
}

const char *
muri_graph_source_get_name (MuriGraphSource *self, guint part)
{
  g_return_val_if_fail (MURI_IS_GRAPH_SOURCE (self), NULL);
  g_return_val_if_fail (part < self->parts->len, NULL);

  return ((MuriGraphPart *)self->parts->pdata[part])->name;
}

static MuriGraphTrace *
get_known (MuriGraphSource *self, guint part, MuriFigure figure)
{
  MuriGraphTraces *traces =
      self->known && part < self->known->len ? self->known->pdata[part] : NULL;

  return traces ? traces->traces[figure] : NULL;
}

MuriGraphTrace *
muri_graph_source_get_trace (MuriGraphSource *self, guint part, MuriFigure figure)
{
  g_autoptr (MuriGraphTrace) live = NULL;
  MuriGraphTrace *known;
  MuriSeries *series;

  g_return_val_if_fail (MURI_IS_GRAPH_SOURCE (self), NULL);

  known = get_known (self, part, figure);
  if (known && muri_time_range_get_span (self->range) > LIVE_SPAN)
    return muri_graph_trace_ref (known);
  series = part < self->parts->len ? ((MuriGraphPart *)self->parts->pdata[part])->live : NULL;
  live = muri_graph_trace_new_from_series (series, figure, muri_time_range_get_from (self->range),
                                           muri_time_range_get_to (self->range));
  if (known)
    return muri_graph_trace_join (known, live);
  return g_steal_pointer (&live);
}

double
muri_graph_source_get_now (MuriGraphSource *self, guint part, MuriFigure figure)
{
  gint64 now;
  MuriSeries *live;
  int last;

  g_return_val_if_fail (MURI_IS_GRAPH_SOURCE (self), NAN);

  now = muri_graph_group_get_now (self->group);
  live = part < self->parts->len ? ((MuriGraphPart *)self->parts->pdata[part])->live : NULL;
  last = live ? (int)muri_series_get_length (live) - 1 : -1;
  if (last < 0 || now - muri_series_get_time (live, (guint)last) > MURI_GRAPH_GAP)
    return NAN;
  return (double)muri_series_get_value (live, (guint)last, figure);
}
