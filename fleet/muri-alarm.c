/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-alarm-private.h"

struct _MuriAlarm
{
  GObject parent_instance;
  MuriAlarmRow *row;
  gboolean muted;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_RULE_ID,
  PROP_RULE_NAME,
  PROP_NODE_ID,
  PROP_NODE_NAME,
  PROP_VM_ID,
  PROP_VM_NAME,
  PROP_MEASURE,
  PROP_THRESHOLD,
  PROP_ABOVE,
  PROP_SEVERITY,
  PROP_SINCE,
  PROP_LATER,
  PROP_UNTIL,
  PROP_PEAK,
  PROP_ACKNOWLEDGED,
  PROP_MUTED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MuriAlarm, muri_alarm, G_TYPE_OBJECT)

/* ---- rows ---- */

void
muri_alarm_row_clear (gpointer data)
{
  MuriAlarmRow *row = data;

  g_free (row->id);
  g_free (row->rule_id);
  g_free (row->rule_name);
  g_free (row->node_id);
  g_free (row->node_name);
  g_free (row->vm_id);
  g_free (row->vm_name);
}

void
muri_alarm_row_free (gpointer row)
{
  muri_alarm_row_clear (row);
  g_free (row);
}

MuriAlarmRow *
muri_alarm_row_copy (const MuriAlarmRow *row)
{
  MuriAlarmRow *copy = g_memdup2 (row, sizeof *row);

  copy->id = g_strdup (row->id);
  copy->rule_id = g_strdup (row->rule_id);
  copy->rule_name = g_strdup (row->rule_name);
  copy->node_id = g_strdup (row->node_id);
  copy->node_name = g_strdup (row->node_name);
  copy->vm_id = g_strdup (row->vm_id);
  copy->vm_name = g_strdup (row->vm_name);
  return copy;
}

/* ---- the object ---- */

static const char *
get_text (MuriAlarm *self, guint id)
{
  const MuriAlarmRow *row = self->row;

  switch (id)
    {
    case PROP_ID:
      return row->id;
    case PROP_RULE_ID:
      return row->rule_id;
    case PROP_RULE_NAME:
      return row->rule_name;
    case PROP_NODE_ID:
      return row->node_id;
    case PROP_NODE_NAME:
      return row->node_name;
    case PROP_VM_ID:
      return row->vm_id;
    default:
      return row->vm_name;
    }
}

static void
muri_alarm_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriAlarm *self = MURI_ALARM (object);

  switch (id)
    {
    case PROP_MEASURE:
      g_value_set_uint (value, self->row->measure);
      break;
    case PROP_THRESHOLD:
      g_value_set_double (value, self->row->threshold);
      break;
    case PROP_ABOVE:
      g_value_set_boolean (value, self->row->above);
      break;
    case PROP_SEVERITY:
      g_value_set_uint (value, self->row->severity);
      break;
    case PROP_SINCE:
      g_value_set_int64 (value, self->row->since);
      break;
    case PROP_LATER:
      g_value_set_boolean (value, self->row->later);
      break;
    case PROP_UNTIL:
      g_value_set_int64 (value, self->row->until);
      break;
    case PROP_PEAK:
      g_value_set_double (value, self->row->peak);
      break;
    case PROP_ACKNOWLEDGED:
      g_value_set_int64 (value, self->row->acknowledged);
      break;
    case PROP_MUTED:
      g_value_set_boolean (value, self->muted);
      break;
    default:
      g_value_set_string (value, get_text (self, id));
    }
}

static void
muri_alarm_finalize (GObject *object)
{
  g_clear_pointer (&MURI_ALARM (object)->row, muri_alarm_row_free);
  G_OBJECT_CLASS (muri_alarm_parent_class)->finalize (object);
}

static void
muri_alarm_class_init (MuriAlarmClass *klass)
{
  static const char *const texts[] = { "id",        "rule-id", "rule-name", "node-id",
                                       "node-name", "vm-id",   "vm-name" };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_alarm_get_property;
  object_class->finalize = muri_alarm_finalize;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    properties[PROP_ID + i] = g_param_spec_string (texts[i], NULL, NULL, NULL, flags);
  properties[PROP_MEASURE] =
      g_param_spec_uint ("measure", NULL, NULL, 0, MURI_N_ALARM_MEASURES, 0, flags);
  properties[PROP_THRESHOLD] =
      g_param_spec_double ("threshold", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  properties[PROP_ABOVE] = g_param_spec_boolean ("above", NULL, NULL, FALSE, flags);
  properties[PROP_SEVERITY] = g_param_spec_uint ("severity", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SINCE] = g_param_spec_int64 ("since", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_LATER] = g_param_spec_boolean ("later", NULL, NULL, FALSE, flags);
  properties[PROP_UNTIL] = g_param_spec_int64 ("until", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_PEAK] =
      g_param_spec_double ("peak", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  properties[PROP_ACKNOWLEDGED] =
      g_param_spec_int64 ("acknowledged", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_alarm_init (MuriAlarm *self)
{
}

MuriAlarm *
muri_alarm_new (MuriAlarmRow *row)
{
  MuriAlarm *self = g_object_new (MURI_TYPE_ALARM, NULL);

  self->row = row;
  return self;
}

const MuriAlarmRow *
muri_alarm_peek (MuriAlarm *self)
{
  return self->row;
}

void
muri_alarm_set_peak (MuriAlarm *self, double peak)
{
  if (self->row->peak == peak)
    return;
  self->row->peak = peak;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PEAK]);
}

void
muri_alarm_end (MuriAlarm *self, gint64 until)
{
  self->row->until = MAX (until, self->row->since + 1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNTIL]);
}

void
muri_alarm_acknowledge (MuriAlarm *self, gint64 time)
{
  self->row->acknowledged = time;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACKNOWLEDGED]);
}

/* Before anybody sees it. */
void
muri_alarm_set_found_later (MuriAlarm *self)
{
  self->row->later = TRUE;
}

void
muri_alarm_set_muted (MuriAlarm *self, gboolean muted)
{
  if (self->muted == muted)
    return;
  self->muted = muted;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MUTED]);
}

int
muri_alarm_compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const MuriAlarmRow *x = muri_alarm_peek ((MuriAlarm *)a);
  const MuriAlarmRow *y = muri_alarm_peek ((MuriAlarm *)b);

  if ((x->until == 0) != (y->until == 0))
    return x->until == 0 ? -1 : 1;
  if (x->since != y->since)
    return x->since > y->since ? -1 : 1;
  return g_strcmp0 (x->id, y->id);
}

/**
 * muri_alarm_get_id:
 * @alarm: an alarm
 *
 * Returns: unique, and the same after a restart
 */
const char *
muri_alarm_get_id (MuriAlarm *alarm)
{
  return alarm->row->id;
}

/**
 * muri_alarm_get_rule_id:
 * @alarm: an alarm
 *
 * Returns: as #MuriAlarmRule:id; that rule may be gone
 */
const char *
muri_alarm_get_rule_id (MuriAlarm *alarm)
{
  return alarm->row->rule_id;
}

/**
 * muri_alarm_get_rule_name:
 * @alarm: an alarm
 *
 * Returns: its rule’s name then
 */
const char *
muri_alarm_get_rule_name (MuriAlarm *alarm)
{
  return alarm->row->rule_name;
}

/**
 * muri_alarm_get_node_id:
 * @alarm: an alarm
 *
 * Returns: as #MuriNode:id
 */
const char *
muri_alarm_get_node_id (MuriAlarm *alarm)
{
  return alarm->row->node_id;
}

/**
 * muri_alarm_get_node_name:
 * @alarm: an alarm
 *
 * Returns: its host’s name then
 */
const char *
muri_alarm_get_node_name (MuriAlarm *alarm)
{
  return alarm->row->node_name;
}

/**
 * muri_alarm_get_vm_id:
 * @alarm: an alarm
 *
 * Returns: (nullable): as #MuriVm:id; %NULL when it is about the host itself
 */
const char *
muri_alarm_get_vm_id (MuriAlarm *alarm)
{
  return alarm->row->vm_id;
}

/**
 * muri_alarm_get_vm_name:
 * @alarm: an alarm
 *
 * Returns: (nullable): the VM’s name then
 */
const char *
muri_alarm_get_vm_name (MuriAlarm *alarm)
{
  return alarm->row->vm_name;
}

/**
 * muri_alarm_get_measure:
 * @alarm: an alarm
 *
 * Returns: what its rule looked at
 */
MuriAlarmMeasure
muri_alarm_get_measure (MuriAlarm *alarm)
{
  return alarm->row->measure;
}

/**
 * muri_alarm_get_threshold:
 * @alarm: an alarm
 *
 * Returns: in the unit of #MuriAlarmMeasure
 */
double
muri_alarm_get_threshold (MuriAlarm *alarm)
{
  return alarm->row->threshold;
}

/**
 * muri_alarm_is_above:
 * @alarm: an alarm
 *
 * Returns: whether it is about too much, not too little
 */
gboolean
muri_alarm_is_above (MuriAlarm *alarm)
{
  return alarm->row->above;
}

/**
 * muri_alarm_get_severity:
 * @alarm: an alarm
 *
 * Returns: MURI_SEVERITY_*
 */
guint
muri_alarm_get_severity (MuriAlarm *alarm)
{
  return alarm->row->severity;
}

/**
 * muri_alarm_get_since:
 * @alarm: an alarm
 *
 * Returns: when it began to be so, microseconds since the epoch
 */
gint64
muri_alarm_get_since (MuriAlarm *alarm)
{
  return alarm->row->since;
}

/**
 * muri_alarm_get_until:
 * @alarm: an alarm
 *
 * Returns: when it ended; 0 while it is so
 */
gint64
muri_alarm_get_until (MuriAlarm *alarm)
{
  return alarm->row->until;
}

/**
 * muri_alarm_get_peak:
 * @alarm: an alarm
 *
 * Returns: the worst value
 */
double
muri_alarm_get_peak (MuriAlarm *alarm)
{
  return alarm->row->peak;
}

/**
 * muri_alarm_get_acknowledged:
 * @alarm: an alarm
 *
 * Returns: when somebody took notice of it here; 0 not yet
 */
gint64
muri_alarm_get_acknowledged (MuriAlarm *alarm)
{
  return alarm->row->acknowledged;
}

/**
 * muri_alarm_is_active:
 * @alarm: an alarm
 *
 * Returns: whether it is so now
 */
gboolean
muri_alarm_is_active (MuriAlarm *alarm)
{
  return alarm->row->until == 0;
}

/**
 * muri_alarm_is_muted:
 * @alarm: an alarm
 *
 * Returns: whether nobody wants to be told now
 */
gboolean
muri_alarm_is_muted (MuriAlarm *alarm)
{
  return alarm->muted;
}

/**
 * muri_alarm_was_found_later:
 * @alarm: an alarm
 *
 * Returns: whether it was found in what was fetched from the agents later
 */
gboolean
muri_alarm_was_found_later (MuriAlarm *alarm)
{
  return alarm->row->later;
}
