/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alarms of states that nobody looked at: agents remember what happened. */
#include "muri-alarms-private.h"

#include "muri-event.h"
#include "muri-words.h"

/* What happened since is judged as it happens. */
#define HAPPENS (30 * G_TIME_SPAN_SECOND)

static gboolean
find_measure (guint kind, MuriAlarmMeasure *measure)
{
  switch (kind)
    {
    case MURI_EVENT_VM_CRASHED:
      *measure = MURI_ALARM_CRASHED;
      return TRUE;
    case MURI_EVENT_VM_UNANSWERED:
      *measure = MURI_ALARM_UNANSWERED;
      return TRUE;
    case MURI_EVENT_HYPERVISOR_LOST:
      *measure = MURI_ALARM_HYPERVISOR_DOWN;
      return TRUE;
    default:
      return FALSE;
    }
}

/* After which it was not so any more. */
static gboolean
is_end (MuriAlarmMeasure measure, guint kind)
{
  switch (kind)
    {
    case MURI_EVENT_VM_STARTED:
    case MURI_EVENT_VM_STOPPED:
    case MURI_EVENT_VM_SAVED:
    case MURI_EVENT_VM_REMOVED:
    case MURI_EVENT_VM_RESUMED:
    case MURI_EVENT_VM_REBOOTED:
      return measure == MURI_ALARM_CRASHED || measure == MURI_ALARM_UNANSWERED;
    case MURI_EVENT_VM_ANSWERED:
    case MURI_EVENT_VM_CRASHED:
      return measure == MURI_ALARM_UNANSWERED;
    case MURI_EVENT_HYPERVISOR_BACK:
    case MURI_EVENT_AGENT_STARTED:
    case MURI_EVENT_AGENT_STOPPED:
      return measure == MURI_ALARM_HYPERVISOR_DOWN;
    default:
      return FALSE;
    }
}

static gboolean
is_of (MuriEvent *event, gpointer object)
{
  const char *vm = muri_event_get_vm_id (event);

  return MURI_IS_VM (object)
             ? g_strcmp0 (vm, muri_vm_get_id (object)) == 0
             : vm == NULL
                   && g_strcmp0 (muri_event_get_node_id (event), muri_node_get_id (object)) == 0;
}

/* The first one after @since that ended it, 0: none. */
static gint64
find_end (MuriAlarms *self, MuriAlarmMeasure measure, gpointer object, gint64 since)
{
  gint64 end = 0;

  for (guint i = 0; i < g_list_model_get_n_items (self->events); i++)
    {
      g_autoptr (MuriEvent) event = g_list_model_get_item (self->events, i);

      if (muri_event_get_time (event) <= since)
        break;
      if (is_end (measure, muri_event_get_kind (event)) && is_of (event, object))
        end = muri_event_get_time (event);
    }
  return end;
}

static gboolean
is_so_now (MuriAlarmMeasure measure, gpointer object)
{
  return (MURI_IS_VM (object) ? muri_alarm_measure_vm (measure, object)
                              : muri_alarm_measure_node (measure, object))
         > 0;
}

/* What is still so is an alarm of now; and what has no end in the log, and is not so any more,
 * ended when the state of now began. */
static void
review (MuriAlarms *self, MuriAlarmRule *rule, MuriEvent *event, gpointer object)
{
  const MuriAlarmRuleBody *body = muri_alarm_rule_get (rule);
  MuriNode *node = MURI_IS_VM (object) ? muri_vm_get_node (object) : object;
  gint64 since = muri_event_get_time (event);
  gint64 until = find_end (self, body->measure, object, since);
  gint64 skew = muri_node_get_clock_skew (node);

  if (since - skew > g_get_real_time () - HAPPENS
      || (until == 0 && is_so_now (body->measure, object)))
    return;
  if (until == 0 && MURI_IS_VM (object))
    until = muri_vm_get_facts (object)->since;
  until = MAX (until, since) - skew;
  since -= skew;
  if (until - since >= (gint64)body->duration * G_TIME_SPAN_SECOND)
    muri_alarms_add_past (self, rule, object, since, until, 1);
}

static void
review_by_rule (MuriAlarms *self, MuriAlarmRule *rule, GPtrArray *events)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (g_object_unref);
  MuriAlarmMeasure measure;

  muri_alarms_list_objects (self, rule, objects);
  for (guint i = 0; i < events->len; i++)
    {
      if (!find_measure (muri_event_get_kind (events->pdata[i]), &measure)
          || measure != muri_alarm_rule_get (rule)->measure)
        continue;
      for (guint j = 0; j < objects->len; j++)
        if (is_of (events->pdata[i], objects->pdata[j]))
          review (self, rule, events->pdata[i], objects->pdata[j]);
    }
}

void
muri_alarms_review_events (MuriAlarms *self, GPtrArray *events)
{
  g_autoptr (GPtrArray) begins = g_ptr_array_new ();
  MuriAlarmMeasure measure;

  for (guint i = 0; i < events->len; i++)
    if (find_measure (muri_event_get_kind (events->pdata[i]), &measure))
      g_ptr_array_add (begins, events->pdata[i]);
  for (guint i = 0; begins->len > 0 && i < g_list_model_get_n_items (G_LIST_MODEL (self->rules));
       i++)
    {
      g_autoptr (MuriAlarmRule) rule = g_list_model_get_item (G_LIST_MODEL (self->rules), i);
      const MuriAlarmRuleBody *body = muri_alarm_rule_get (rule);

      if (body->enabled && muri_alarm_measure_is_state (body->measure))
        review_by_rule (self, rule, begins);
    }
}

gint64
muri_alarms_find_stop (MuriAlarms *self, MuriNode *node, gint64 until)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->events); i++)
    {
      g_autoptr (MuriEvent) event = g_list_model_get_item (self->events, i);

      if (muri_event_get_time (event) <= until
          && muri_event_get_kind (event) == MURI_EVENT_AGENT_STOPPED && is_of (event, node))
        return muri_event_get_time (event);
    }
  return 0;
}
