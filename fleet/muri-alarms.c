/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-alarm-review.h"

#include "muri-words.h"

#include <string.h>

#define SETTING_MUTES "alarm-mutes"

/* So many that are over are kept in the list. */
#define PAST_MAX 2000

enum
{
  PROP_0,
  PROP_N_ACTIVE,
  PROP_N_OPEN,
  PROP_SEVERITY,
  N_PROPS
};

enum
{
  RAISED,
  CHANGED,
  EVENT,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MuriAlarms, muri_alarms, G_TYPE_OBJECT)

/* ---- rules at work ---- */

static void
watch_free (gpointer data)
{
  MuriAlarmWatch *watch = data;

  g_clear_object (&watch->alarm);
  g_free (watch);
}

MuriAlarmPost *
muri_alarm_post_new (MuriAlarmRule *rule)
{
  MuriAlarmPost *post = g_new0 (MuriAlarmPost, 1);

  post->rule = g_object_ref (rule);
  post->watches = g_hash_table_new_full (NULL, NULL, g_object_unref, watch_free);
  return post;
}

static void
post_free (gpointer data)
{
  MuriAlarmPost *post = data;

  g_object_unref (post->rule);
  g_hash_table_unref (post->watches);
  g_free (post);
}

/* ---- counting ---- */

static void
raise_severity (MuriAlarms *self, const char *id, gsize length, guint severity)
{
  g_autofree char *key = g_strndup (id, length);
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (self->severities, key));

  if (severity > before)
    g_hash_table_replace (self->severities, g_steal_pointer (&key), GUINT_TO_POINTER (severity));
}

static void
set_uint (MuriAlarms *self, guint *field, guint value, guint prop)
{
  if (*field == value)
    return;
  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop]);
}

/* Active ones stand first. */
void
muri_alarms_count (MuriAlarms *self)
{
  GListModel *list = G_LIST_MODEL (self->list);
  guint n_open = 0, worst = 0, i;

  g_hash_table_remove_all (self->severities);
  for (i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (MuriAlarm) alarm = g_list_model_get_item (list, i);
      const MuriAlarmRow *row = muri_alarm_peek (alarm);

      if (row->until != 0)
        break;
      muri_alarm_set_muted (alarm, muri_alarms_is_muted (self, alarm));
      if (row->acknowledged != 0 || muri_alarm_is_muted (alarm))
        continue;
      if (row->vm_id != NULL)
        raise_severity (self, row->vm_id, strlen (row->vm_id), row->severity);
      raise_severity (self, row->node_id, strlen (row->node_id), row->severity);
      n_open++;
      worst = MAX (worst, row->severity);
    }
  set_uint (self, &self->n_active, i, PROP_N_ACTIVE);
  set_uint (self, &self->n_open, n_open, PROP_N_OPEN);
  set_uint (self, &self->severity, worst, PROP_SEVERITY);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
mute_holds (MuriAlarms *self, const char *prefix, const char *rest)
{
  g_autofree char *what = g_strconcat (prefix, rest, NULL);

  return muri_alarms_get_muted_until (self, what) != 0;
}

static gboolean
is_in_muted_group (MuriAlarms *self, const MuriAlarmRow *row)
{
  GHashTableIter iter;
  gpointer what;

  g_hash_table_iter_init (&iter, self->mutes);
  while (g_hash_table_iter_next (&iter, &what, NULL))
    if (g_str_has_prefix (what, "group:") && muri_alarms_get_muted_until (self, what) != 0)
      {
        MuriGroup *group = muri_groups_find (self->groups, (char *)what + strlen ("group:"));
        GListModel *vms = group != NULL ? muri_group_get_all_vms (group) : NULL;

        for (guint i = 0; vms != NULL && i < g_list_model_get_n_items (vms); i++)
          {
            g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

            if (g_strcmp0 (muri_vm_get_id (vm), row->vm_id) == 0)
              return TRUE;
          }
      }
  return FALSE;
}

gboolean
muri_alarms_is_muted (MuriAlarms *self, MuriAlarm *alarm)
{
  const MuriAlarmRow *row = muri_alarm_peek (alarm);

  return g_hash_table_size (self->mutes) > 0
         && (muri_alarms_get_muted_until (self, "") != 0 || mute_holds (self, "rule:", row->rule_id)
             || mute_holds (self, "node:", row->node_id)
             || (row->vm_id != NULL && mute_holds (self, "vm:", row->vm_id))
             || is_in_muted_group (self, row));
}

/* ---- alarms come and go ---- */

void
muri_alarms_save (MuriAlarms *self, MuriAlarm *alarm)
{
  if (self->store != NULL)
    muri_store_write_alarm (self->store, muri_alarm_row_copy (muri_alarm_peek (alarm)));
}

static MuriAlarm *
make_alarm (MuriAlarmRule *rule, gpointer object, gint64 since, double peak)
{
  const MuriAlarmRuleBody *body = muri_alarm_rule_get (rule);
  MuriNode *node = body->hosts ? object : muri_vm_get_node (object);
  MuriAlarmRow *row = g_new0 (MuriAlarmRow, 1);

  row->id = g_uuid_string_random ();
  row->rule_id = g_strdup (body->id);
  row->rule_name = g_strdup (body->name);
  row->node_id = g_strdup (muri_node_get_id (node));
  row->node_name = g_strdup (muri_node_get_name (node));
  row->vm_id = body->hosts ? NULL : g_strdup (muri_vm_get_id (object));
  row->vm_name = body->hosts ? NULL : g_strdup (muri_vm_get_name (object));
  row->measure = body->measure;
  row->above = body->above;
  row->threshold = body->threshold;
  row->severity = body->severity;
  row->since = since;
  row->peak = peak;
  return muri_alarm_new (row);
}

void
muri_alarms_begin (MuriAlarms *self, MuriAlarmRule *rule, MuriAlarmWatch *watch, gpointer object,
                   gint64 since)
{
  watch->alarm = make_alarm (rule, object, since, watch->state.peak);
  muri_alarm_set_muted (watch->alarm, muri_alarms_is_muted (self, watch->alarm));
  g_list_store_insert_sorted (self->list, watch->alarm, muri_alarm_compare, NULL);
  g_ptr_array_add (self->begun, g_object_ref (watch->alarm));
  self->changed = TRUE;
  muri_alarms_save (self, watch->alarm);
  g_signal_emit (self, signals[EVENT], 0, watch->alarm);
}

static void
forget_oldest (MuriAlarms *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));

  if (n > PAST_MAX + self->n_active)
    g_list_store_splice (self->list, PAST_MAX + self->n_active, n - PAST_MAX - self->n_active, NULL,
                         0);
}

/* It goes to its place among those that are over. */
void
muri_alarms_end (MuriAlarms *self, MuriAlarmWatch *watch, gint64 until)
{
  g_autoptr (MuriAlarm) alarm = g_steal_pointer (&watch->alarm);
  guint position;

  if (g_list_store_find (self->list, alarm, &position))
    g_list_store_remove (self->list, position);
  muri_alarm_end (alarm, until);
  g_list_store_insert_sorted (self->list, alarm, muri_alarm_compare, NULL);
  forget_oldest (self);
  self->changed = TRUE;
  muri_alarms_save (self, alarm);
  g_signal_emit (self, signals[EVENT], 0, alarm);
}

/* A slot of history is coarse: what touches one that is known is that one. */
static gboolean
is_known (MuriAlarms *self, const MuriAlarmRow *row)
{
  const char *object = row->vm_id != NULL ? row->vm_id : row->node_id;
  gint64 slack = G_TIME_SPAN_MINUTE;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (MuriAlarm) alarm = g_list_model_get_item (G_LIST_MODEL (self->list), i);
      const MuriAlarmRow *other = muri_alarm_peek (alarm);

      if (g_str_equal (other->rule_id, row->rule_id)
          && g_str_equal (other->vm_id != NULL ? other->vm_id : other->node_id, object)
          && other->since <= row->until + slack
          && (other->until == 0 || other->until + slack >= row->since))
        return TRUE;
    }
  return FALSE;
}

void
muri_alarms_add_past (MuriAlarms *self, MuriAlarmRule *rule, gpointer object, gint64 since,
                      gint64 until, double peak)
{
  g_autoptr (MuriAlarm) alarm = make_alarm (rule, object, since, peak);

  muri_alarm_set_found_later (alarm);
  muri_alarm_end (alarm, until);
  if (is_known (self, muri_alarm_peek (alarm)))
    return;
  g_list_store_insert_sorted (self->list, alarm, muri_alarm_compare, NULL);
  forget_oldest (self);
  muri_alarms_save (self, alarm);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* ---- the object ---- */

static void
muri_alarms_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriAlarms *self = MURI_ALARMS (object);

  switch (id)
    {
    case PROP_N_ACTIVE:
      g_value_set_uint (value, self->n_active);
      break;
    case PROP_N_OPEN:
      g_value_set_uint (value, self->n_open);
      break;
    case PROP_SEVERITY:
      g_value_set_uint (value, self->severity);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_alarms_finalize (GObject *object)
{
  MuriAlarms *self = MURI_ALARMS (object);

  g_clear_pointer (&self->review, muri_alarm_review_free);
  g_object_unref (self->nodes);
  g_object_unref (self->vms);
  g_object_unref (self->events);
  g_object_unref (self->groups);
  g_clear_object (&self->store);
  g_object_unref (self->rules);
  g_object_unref (self->list);
  g_ptr_array_unref (self->posts);
  g_hash_table_unref (self->mutes);
  g_hash_table_unref (self->restored);
  g_hash_table_unref (self->severities);
  g_ptr_array_unref (self->begun);

  G_OBJECT_CLASS (muri_alarms_parent_class)->finalize (object);
}

static void
muri_alarms_class_init (MuriAlarmsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_alarms_get_property;
  object_class->finalize = muri_alarms_finalize;

  properties[PROP_N_ACTIVE] = g_param_spec_uint ("n-active", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_OPEN] = g_param_spec_uint ("n-open", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SEVERITY] = g_param_spec_uint ("severity", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[RAISED] = g_signal_new ("raised", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
  signals[CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* For the fleet's log: it began, or with an end it ended. */
  signals[EVENT] = g_signal_new ("event", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, MURI_TYPE_ALARM);
}

static void
muri_alarms_init (MuriAlarms *self)
{
  self->rules = g_list_store_new (MURI_TYPE_ALARM_RULE);
  self->list = g_list_store_new (MURI_TYPE_ALARM);
  self->posts = g_ptr_array_new_with_free_func (post_free);
  self->mutes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->restored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->severities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->begun = g_ptr_array_new_with_free_func (g_object_unref);
}

MuriAlarms *
muri_alarms_new (GListModel *nodes, GListModel *vms, GListModel *events, MuriGroups *groups,
                 MuriHistory *history)
{
  MuriAlarms *self = g_object_new (MURI_TYPE_ALARMS, NULL);

  self->nodes = g_object_ref (nodes);
  self->vms = g_object_ref (vms);
  self->events = g_object_ref (events);
  self->groups = g_object_ref (groups);
  self->review = muri_alarm_review_new (self, history);
  return self;
}

void
muri_alarms_take_events (MuriAlarms *self, GPtrArray *events)
{
  if (self->review != NULL)
    muri_alarm_review_add_events (self->review, events);
}

/* ---- what was known in earlier sessions ---- */

static void
restore_mutes (MuriAlarms *self, GHashTable *settings)
{
  GVariant *saved = g_hash_table_lookup (settings, SETTING_MUTES);
  const char *what;
  GVariantIter iter;
  gint64 until;

  if (saved == NULL || !g_variant_is_of_type (saved, G_VARIANT_TYPE ("a{sx}")))
    return;
  g_variant_iter_init (&iter, saved);
  while (g_variant_iter_next (&iter, "{&sx}", &what, &until))
    if (until > g_get_real_time ())
      g_hash_table_replace (self->mutes, g_strdup (what), g_memdup2 (&until, sizeof until));
}

/* @rows: MuriAlarmRow */
void
muri_alarms_restore (MuriAlarms *self, MuriStore *store, GPtrArray *rows, GHashTable *settings)
{
  muri_alarms_restore_rules (self, settings);
  restore_mutes (self, settings);
  for (guint i = 0; i < rows->len; i++)
    {
      MuriAlarm *alarm = muri_alarm_new (muri_alarm_row_copy (rows->pdata[i]));
      const MuriAlarmRow *row = muri_alarm_peek (alarm);

      g_list_store_insert_sorted (self->list, alarm, muri_alarm_compare, NULL);
      if (row->until == 0)
        g_hash_table_replace (
            self->restored,
            g_strdup_printf ("%s %s", row->rule_id, row->vm_id != NULL ? row->vm_id : row->node_id),
            g_object_ref (alarm));
      g_object_unref (alarm);
    }
  g_set_object (&self->store, store);
  muri_alarms_count (self);
}

void
muri_alarms_close (MuriAlarms *self)
{
  g_clear_pointer (&self->review, muri_alarm_review_free);
  g_clear_object (&self->store);
}

/* ---- what a console asks ---- */

/**
 * muri_alarms_get_rules:
 * @alarms: of a fleet
 *
 * Returns: (transfer none): a model of #MuriAlarmRule
 */
GListModel *
muri_alarms_get_rules (MuriAlarms *alarms)
{
  return G_LIST_MODEL (alarms->rules);
}

/**
 * muri_alarms_get_list:
 * @alarms: of a fleet
 *
 * Returns: (transfer none): a model of #MuriAlarm: active ones first, then the newest; bounded
 */
GListModel *
muri_alarms_get_list (MuriAlarms *alarms)
{
  return G_LIST_MODEL (alarms->list);
}

/**
 * muri_alarms_find:
 * @alarms: of a fleet
 * @id: as #MuriAlarm:id
 *
 * Returns: (transfer none) (nullable): that one
 */
MuriAlarm *
muri_alarms_find (MuriAlarms *alarms, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (alarms->list)); i++)
    {
      g_autoptr (MuriAlarm) alarm = g_list_model_get_item (G_LIST_MODEL (alarms->list), i);

      if (g_str_equal (muri_alarm_get_id (alarm), id))
        return alarm;
    }
  return NULL;
}

/**
 * muri_alarms_acknowledge:
 * @alarms: of a fleet
 * @alarm: one of them
 *
 * Somebody took notice of it; it does not count as open any more.
 */
void
muri_alarms_acknowledge (MuriAlarms *alarms, MuriAlarm *alarm)
{
  if (muri_alarm_get_acknowledged (alarm) != 0)
    return;
  muri_alarm_acknowledge (alarm, g_get_real_time ());
  muri_alarms_save (alarms, alarm);
  muri_alarms_count (alarms);
}

/**
 * muri_alarms_acknowledge_all:
 * @alarms: of a fleet
 *
 * As muri_alarms_acknowledge() of each that is active.
 */
void
muri_alarms_acknowledge_all (MuriAlarms *alarms)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (alarms->list)); i++)
    {
      g_autoptr (MuriAlarm) alarm = g_list_model_get_item (G_LIST_MODEL (alarms->list), i);

      if (!muri_alarm_is_active (alarm))
        break;
      if (muri_alarm_get_acknowledged (alarm) != 0)
        continue;
      muri_alarm_acknowledge (alarm, g_get_real_time ());
      muri_alarms_save (alarms, alarm);
    }
  muri_alarms_count (alarms);
}

/**
 * muri_alarms_mute:
 * @alarms: of a fleet
 * @what: "rule:ID", or a scope as of #MuriAlarmRuleBody
 * @until: microseconds since the epoch; 0 ends it
 *
 * Nobody is told of its alarms until then; they stand in the list.
 */
void
muri_alarms_mute (MuriAlarms *alarms, const char *what, gint64 until)
{
  GVariantBuilder builder;
  g_autoptr (GVariant) saved = NULL;
  GHashTableIter iter;
  gpointer key, value;

  if (until > g_get_real_time ())
    g_hash_table_replace (alarms->mutes, g_strdup (what), g_memdup2 (&until, sizeof until));
  else
    g_hash_table_remove (alarms->mutes, what);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sx}"));
  g_hash_table_iter_init (&iter, alarms->mutes);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_variant_builder_add (&builder, "{sx}", key, *(gint64 *)value);
  saved = g_variant_ref_sink (g_variant_builder_end (&builder));
  if (alarms->store != NULL)
    muri_store_write_setting (alarms->store, SETTING_MUTES, saved);
  muri_alarms_count (alarms);
}

/**
 * muri_alarms_get_muted_until:
 * @alarms: of a fleet
 * @what: as of muri_alarms_mute()
 *
 * Returns: until when, microseconds since the epoch; 0: it is not muted
 */
gint64
muri_alarms_get_muted_until (MuriAlarms *alarms, const char *what)
{
  const gint64 *until = g_hash_table_lookup (alarms->mutes, what);

  return until != NULL && *until > g_get_real_time () ? *until : 0;
}

/**
 * muri_alarms_get_severity_of:
 * @alarms: of a fleet
 * @id: as #MuriNode:id or #MuriVm:id
 *
 * Returns: the worst severity of its alarms that are active, not acknowledged and not muted, of a
 * host also of those of its VMs; 0 none
 */
guint
muri_alarms_get_severity_of (MuriAlarms *alarms, const char *id)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (alarms->severities, id));
}

/**
 * muri_alarms_get_n_open:
 * @alarms: of a fleet
 *
 * Returns: how many are active, not acknowledged and not muted
 */
guint
muri_alarms_get_n_open (MuriAlarms *alarms)
{
  return alarms->n_open;
}
