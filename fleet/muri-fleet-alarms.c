/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-uuid.h"

#include <string.h>

/* Numbers of agents' events are smaller. */
#define OWN_NUMBERS (G_GUINT64_CONSTANT (1) << 62)

/* ---- the console's own events ---- */

gboolean
muri_fleet_is_own_event (guint64 number, guint kind)
{
  return number >= OWN_NUMBERS || kind >= MURI_EVENT_CONSOLE_FIRST;
}

static void
copy_text (char *to, gsize size, const char *text)
{
  const char *end;

  g_strlcpy (to, text != NULL ? text : "", size);
  g_utf8_validate (to, -1, &end);
  to[end - to] = '\0';
}

/* @node: a zero one for the console itself */
static void
add_event (MuriFleet *self, const muri_v1_Uuid *node, const char *node_name, muri_v1_Event *sample)
{
  MuriEvent *event;
  gint64 now = g_get_real_time ();

  self->own_events = MAX (self->own_events + 1, (guint64)now);
  sample->node = muri_uuid_is_zero (node) ? self->console : *node;
  sample->number = OWN_NUMBERS + self->own_events;
  if (sample->time == 0)
    sample->time = now;
  event = muri_event_new (sample, node_name);
  g_hash_table_add (self->events_by_key, (gpointer)muri_event_get_key (event));
  g_ptr_array_add (self->new_events, event);
}

void
muri_fleet_note_state (MuriFleet *self, MuriNode *node, MuriNodeState before)
{
  MuriNodeState state = muri_node_get_state (node);
  muri_v1_Event sample = { 0 };

  if (state == MURI_NODE_UNREACHABLE && before != MURI_NODE_UNREACHABLE
      && before != MURI_NODE_STOPPED && muri_fleet_find_zone (self, muri_node_get_zone (node)))
    {
      sample.kind = MURI_EVENT_NODE_LOST;
      sample.severity = MURI_SEVERITY_WARNING;
      sample.time = muri_node_get_heard (node);
      g_hash_table_add (self->lost, (gpointer)muri_node_get_uuid (node));
    }
  else if (state != MURI_NODE_UNREACHABLE
           && g_hash_table_remove (self->lost, muri_node_get_uuid (node)))
    sample.kind = MURI_EVENT_NODE_HEARD;
  else
    return;
  add_event (self, muri_node_get_uuid (node), muri_node_get_name (node), &sample);
}

void
muri_fleet_note_notice (MuriFleet *self, const char *text)
{
  muri_v1_Event sample = { .kind = MURI_EVENT_CONSOLE_NOTICE, .severity = MURI_SEVERITY_NOTICE };
  muri_v1_Uuid none = { 0 };

  copy_text (sample.detail, sizeof sample.detail, text);
  add_event (self, &none, "", &sample);
}

/* ---- alarms ---- */

static void
on_alarm (MuriAlarms *alarms, MuriAlarm *alarm, MuriFleet *self)
{
  const MuriAlarmRow *row = muri_alarm_peek (alarm);
  muri_v1_Event sample = { 0 };
  muri_v1_Uuid node;

  if (!muri_uuid_parse (row->node_id, &node))
    return;
  if (row->vm_id != NULL)
    muri_uuid_parse (strchr (row->vm_id, '/') + 1, &sample.vm);
  sample.kind = row->until != 0 ? MURI_EVENT_ALARM_ENDED : MURI_EVENT_ALARM_BEGAN;
  sample.severity = row->until != 0 ? MURI_SEVERITY_INFO : row->severity;
  copy_text (sample.vm_name, sizeof sample.vm_name, row->vm_name);
  copy_text (sample.detail, sizeof sample.detail, row->rule_name);
  add_event (self, &node, row->node_name, &sample);
}

void
muri_fleet_make_alarms (MuriFleet *self)
{
  self->alarms = muri_alarms_new (G_LIST_MODEL (self->nodes), G_LIST_MODEL (self->vms),
                                  G_LIST_MODEL (self->events), self->groups, self->history);
  g_signal_connect (self->alarms, "event", G_CALLBACK (on_alarm), self);
}

void
muri_fleet_drop_alarms (MuriFleet *self)
{
  g_signal_handlers_disconnect_by_data (self->alarms, self);
  g_clear_object (&self->alarms);
}

/**
 * muri_fleet_get_alarms:
 * @fleet: a fleet
 *
 * Returns: (transfer none): its rules, and what they found
 */
MuriAlarms *
muri_fleet_get_alarms (MuriFleet *fleet)
{
  return fleet->alarms;
}
