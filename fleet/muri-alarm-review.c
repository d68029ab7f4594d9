/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-alarm-review.h"

#include "muri-event.h"
#include "muri-history-private.h"
#include "muri-uuid.h"

#include <math.h>

/* Fetching tells of one piece after the other. */
#define WAIT 3 /* s */

/* Objects of a query. */
#define BATCH 50

/* A slot has to be known for so much of it. */
#define KNOWN_LEAST 0.5f

/* An agent that was stopped says so this long before its last figures, at most; microseconds. */
#define STOPPED_BEFORE (20 * G_TIME_SPAN_SECOND)

/* Of what this console had before. */
#define BEFORE (10 * G_TIME_SPAN_MINUTE)

/* Values that a rule's duration has at least, and slots that a query has at most. */
#define VALUES 5
#define SLOTS_MAX 20000

struct _MuriAlarmReview
{
  MuriAlarms *alarms;
  MuriHistory *history;
  GCancellable *cancellable;
  guint timer;
  guint events_timer;
  GPtrArray *events; /* that are still to be gone through */
  gint64 from;       /* 0: nothing is waiting */
  gint64 to;

  /* under way */
  GPtrArray *rules;   /* those that are still to be gone through; the last one is */
  GPtrArray *objects; /* of that rule, still to be gone through */
  GPtrArray *asked;   /* of the query that is under way */
  gint64 begin;
  gint64 end;
};

static void advance (MuriAlarmReview *self);

/* ---- what a measure is made of ---- */

static guint
find_figures (MuriAlarmMeasure measure, MuriFigure figures[2])
{
  static const MuriFigure of[] = {
    [MURI_ALARM_CPU] = MURI_FIGURE_CPU,
    [MURI_ALARM_MEMORY] = MURI_FIGURE_MEMORY,
    [MURI_ALARM_STORAGE] = MURI_FIGURE_STORAGE,
    [MURI_ALARM_IOWAIT] = MURI_FIGURE_IOWAIT,
    [MURI_ALARM_STEAL] = MURI_FIGURE_STEAL,
    [MURI_ALARM_PRESSURE_CPU] = MURI_FIGURE_PRESSURE_CPU,
    [MURI_ALARM_PRESSURE_MEMORY] = MURI_FIGURE_PRESSURE_MEMORY,
    [MURI_ALARM_PRESSURE_IO] = MURI_FIGURE_PRESSURE_IO,
    [MURI_ALARM_DISK_LATENCY] = MURI_FIGURE_DISK_LATENCY,
    [MURI_ALARM_UNREACHABLE] = MURI_FIGURE_CPU,
  };

  figures[0] = of[measure];
  figures[1] = MURI_FIGURE_STORAGE_SIZE;
  return measure == MURI_ALARM_STORAGE ? 2 : 1;
}

/* As far as is known of the past: memory was what it is now. */
static double
get_total (MuriAlarmMeasure measure, gpointer object)
{
  if (measure != MURI_ALARM_MEMORY)
    return 1;
  return MURI_IS_NODE (object) ? (double)muri_node_get_facts (object)->memory * 1024
                               : (double)muri_vm_get_facts (object)->memory * 1024;
}

static double
get_value (MuriTrack *track, MuriTrack *size, guint slot, double total)
{
  double value = muri_track_get_average (track)[slot];

  if (muri_track_get_known (track)[slot] < KNOWN_LEAST || !(total > 0))
    return NAN;
  if (size != NULL && slot < muri_track_get_length (size))
    total = muri_track_get_average (size)[slot];
  return value / total;
}

/* ---- one object ---- */

/* Its agent keeps what it measures, so that it did not run where nothing is known when all of that
 * was taken; and where the agent was stopped on purpose nothing was lost. */
static void
add_absence (MuriAlarmReview *self, MuriAlarmRule *rule, MuriNode *node, gint64 from, gint64 to,
             gint64 step)
{
  gint64 stopped = muri_alarms_find_stop (self->alarms, node, from + step);

  if (to - from < (gint64)muri_alarm_rule_get (rule)->duration * G_TIME_SPAN_SECOND
      || !muri_history_has_all (self->history, muri_node_get_uuid (node), from, to)
      || stopped > from - step - STOPPED_BEFORE)
    return;
  muri_alarms_add_past (self->alarms, rule, node, from, to, 1);
}

static void
judge_absence (MuriAlarmReview *self, MuriAlarmRule *rule, MuriNode *node, MuriTrack *track)
{
  const float *known = muri_track_get_known (track);
  gint64 step = muri_track_get_step (track);
  gint64 since = 0; /* the end of the last slot that was known */

  for (guint i = 0; i < muri_track_get_length (track); i++)
    {
      gint64 time = muri_track_get_start (track) + i * step;

      if (known[i] <= 0)
        continue;
      if (since != 0 && since < time)
        add_absence (self, rule, node, since, time, step);
      since = time + step;
    }
}

static void
judge_object (MuriAlarmReview *self, MuriAlarmRule *rule, gpointer object, MuriTrack *track,
              MuriTrack *size)
{
  double total = get_total (muri_alarm_rule_get (rule)->measure, object);
  gint64 step = muri_track_get_step (track);
  MuriAlarmState state = { 0 };

  for (guint i = 0; i < muri_track_get_length (track); i++)
    {
      gint64 time = muri_track_get_start (track) + i * step;
      double value = get_value (track, size, i, total);

      if (muri_alarm_judge (rule, &state, value, time, step) != MURI_ALARM_ENDS)
        continue;
      muri_alarms_add_past (self->alarms, rule, object, state.begun, state.ending, state.peak);
    }
  if (state.raised)
    muri_alarms_add_past (self->alarms, rule, object, state.begun, self->end, state.peak);
}

static void
on_tracks (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) tracks = muri_history_query_finish (MURI_HISTORY (source), result, &error);
  MuriAlarmReview *self = data;
  MuriAlarmRule *rule;
  MuriFigure figures[2];
  guint n_figures;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  rule = self->rules->pdata[self->rules->len - 1];
  n_figures = find_figures (muri_alarm_rule_get (rule)->measure, figures);
  if (tracks == NULL)
    g_message ("Alarms of the past are not looked for: %s", error->message);
  for (guint i = 0; tracks != NULL && i < self->asked->len; i++)
    if (muri_alarm_rule_get (rule)->measure == MURI_ALARM_UNREACHABLE)
      judge_absence (self, rule, self->asked->pdata[i], tracks->pdata[i]);
    else
      judge_object (self, rule, self->asked->pdata[i], tracks->pdata[i * n_figures],
                    n_figures > 1 ? tracks->pdata[i * n_figures + 1] : NULL);
  advance (self);
}

/* ---- all of them, one query after the other ---- */

static MuriTargetKey
key_of (gpointer object)
{
  MuriTargetKey key = { 0 };

  if (MURI_IS_NODE (object))
    {
      key.node = *muri_node_get_uuid (object);
      return key;
    }
  key.node = *muri_node_get_uuid (muri_vm_get_node (object));
  key.vm = *muri_vm_get_uuid (object);
  return key;
}

static void
ask (MuriAlarmReview *self)
{
  const MuriAlarmRuleBody *body = muri_alarm_rule_get (self->rules->pdata[self->rules->len - 1]);
  gint64 step = MAX (body->duration / VALUES, 1) * G_TIME_SPAN_SECOND;
  gint64 from = self->begin;
  gint64 to = self->end;
  MuriTargetKey keys[BATCH];
  MuriFigure figures[2];
  guint n_figures = find_figures (body->measure, figures);

  /* What is newer was known before, or is on its way: an absence has both ends. */
  if (body->measure == MURI_ALARM_UNREACHABLE)
    {
      from -= BEFORE;
      to = MAX (to, g_get_real_time ());
    }
  g_ptr_array_set_size (self->asked, 0);
  while (self->objects->len > 0 && self->asked->len < BATCH)
    {
      keys[self->asked->len] = key_of (self->objects->pdata[self->objects->len - 1]);
      g_ptr_array_add (self->asked,
                       g_ptr_array_steal_index (self->objects, self->objects->len - 1));
    }
  muri_history_query_async (self->history, keys, self->asked->len, figures, n_figures, from, to,
                            (guint)MIN ((to - from) / step + 1, SLOTS_MAX), MURI_HISTORY_EACH,
                            self->cancellable, on_tracks, self);
}

static void
take_rules (MuriAlarmReview *self)
{
  GListModel *rules = muri_alarms_get_rules (self->alarms);

  for (guint i = 0; i < g_list_model_get_n_items (rules); i++)
    {
      g_autoptr (MuriAlarmRule) rule = g_list_model_get_item (rules, i);
      const MuriAlarmRuleBody *body = muri_alarm_rule_get (rule);

      if (body->enabled
          && (body->measure == MURI_ALARM_UNREACHABLE
              || !muri_alarm_measure_is_state (body->measure)))
        g_ptr_array_add (self->rules, g_steal_pointer (&rule));
    }
  if (self->rules->len > 0)
    muri_alarms_list_objects (self->alarms, self->rules->pdata[self->rules->len - 1],
                              self->objects);
}

static void
advance (MuriAlarmReview *self)
{
  while (self->rules->len > 0 && self->objects->len == 0)
    {
      g_ptr_array_remove_index (self->rules, self->rules->len - 1);
      if (self->rules->len > 0)
        muri_alarms_list_objects (self->alarms, self->rules->pdata[self->rules->len - 1],
                                  self->objects);
    }
  if (self->rules->len > 0)
    ask (self);
  else if (self->from != 0)
    muri_alarm_review_add (self, self->from, self->to);
}

static gboolean
on_timer (gpointer data)
{
  MuriAlarmReview *self = data;

  self->timer = 0;
  self->begin = self->from;
  self->end = self->to;
  self->from = 0;
  take_rules (self);
  advance (self);
  return G_SOURCE_REMOVE;
}

void
muri_alarm_review_add (MuriAlarmReview *self, gint64 from, gint64 to)
{
  if (to <= from)
    return;
  self->to = self->from != 0 ? MAX (self->to, to) : to;
  self->from = self->from != 0 ? MIN (self->from, from) : from;
  if (self->rules->len > 0)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add_seconds (WAIT, on_timer, self);
}

static gboolean
on_events (gpointer data)
{
  MuriAlarmReview *self = data;
  g_autoptr (GPtrArray) events = g_steal_pointer (&self->events);

  self->events_timer = 0;
  self->events = g_ptr_array_new_with_free_func (g_object_unref);
  muri_alarms_review_events (self->alarms, events);
  return G_SOURCE_REMOVE;
}

void
muri_alarm_review_add_events (MuriAlarmReview *self, GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    g_ptr_array_add (self->events, g_object_ref (events->pdata[i]));
  if (self->events->len > 0 && self->events_timer == 0)
    self->events_timer = g_timeout_add_seconds (WAIT, on_events, self);
}

static void
on_extended (MuriHistory *history, gint64 from, gint64 to, MuriAlarmReview *self)
{
  muri_alarm_review_add (self, from, to);
}

MuriAlarmReview *
muri_alarm_review_new (MuriAlarms *alarms, MuriHistory *history)
{
  MuriAlarmReview *self = g_new0 (MuriAlarmReview, 1);

  self->alarms = alarms; /* which it is part of */
  self->history = g_object_ref (history);
  self->cancellable = g_cancellable_new ();
  self->rules = g_ptr_array_new_with_free_func (g_object_unref);
  self->objects = g_ptr_array_new_with_free_func (g_object_unref);
  self->asked = g_ptr_array_new_with_free_func (g_object_unref);
  self->events = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (history, "extended", G_CALLBACK (on_extended), self);
  return self;
}

void
muri_alarm_review_free (MuriAlarmReview *self)
{
  g_signal_handlers_disconnect_by_data (self->history, self);
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->events_timer, g_source_remove);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->rules);
  g_ptr_array_unref (self->objects);
  g_ptr_array_unref (self->asked);
  g_object_unref (self->cancellable);
  g_object_unref (self->history);
  g_free (self);
}
