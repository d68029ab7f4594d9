/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-alarms-private.h"

#include "muri-words.h"

#include <glib/gi18n-lib.h>

#define SETTING "alarm-rules"
#define RULES_TYPE "a(ssbbssbduu)"

/* What a new console watches. Ids are never changed: a rule that was altered keeps its own. */
static const MuriAlarmRuleBody defaults[] = {
  { "host-unreachable", N_ ("Host unreachable"), TRUE, TRUE, "", MURI_ALARM_UNREACHABLE, TRUE, 0,
    30, MURI_SEVERITY_ERROR },
  { "hypervisor-down", N_ ("Hypervisor does not answer"), TRUE, TRUE, "",
    MURI_ALARM_HYPERVISOR_DOWN, TRUE, 0, 30, MURI_SEVERITY_ERROR },
  { "vm-crashed", N_ ("Virtual machine crashed"), TRUE, FALSE, "", MURI_ALARM_CRASHED, TRUE, 0, 0,
    MURI_SEVERITY_ERROR },
  { "vm-unanswered", N_ ("Virtual machine’s monitor does not answer"), TRUE, FALSE, "",
    MURI_ALARM_UNANSWERED, TRUE, 0, 60, MURI_SEVERITY_WARNING },
  { "host-cpu", N_ ("Host’s processors busy"), TRUE, TRUE, "", MURI_ALARM_CPU, TRUE, 0.9, 300,
    MURI_SEVERITY_WARNING },
  { "host-memory", N_ ("Host’s memory nearly full"), TRUE, TRUE, "", MURI_ALARM_MEMORY, TRUE, 0.95,
    300, MURI_SEVERITY_WARNING },
  { "host-storage", N_ ("Host’s storage nearly full"), TRUE, TRUE, "", MURI_ALARM_STORAGE, TRUE,
    0.85, 60, MURI_SEVERITY_WARNING },
  { "vm-cpu", N_ ("Virtual machine’s processors busy"), TRUE, FALSE, "", MURI_ALARM_CPU, TRUE, 0.9,
    300, MURI_SEVERITY_WARNING },
};

static void
save (MuriAlarms *self)
{
  g_autoptr (GVariant) saved = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (RULES_TYPE));
  for (guint i = 0; i < self->posts->len; i++)
    g_variant_builder_add_value (
        &builder, muri_alarm_rule_save (((MuriAlarmPost *)self->posts->pdata[i])->rule));
  saved = g_variant_ref_sink (g_variant_builder_end (&builder));
  if (self->store != NULL)
    muri_store_write_setting (self->store, SETTING, saved);
}

static int
find_index (MuriAlarms *self, const char *id)
{
  for (guint i = 0; id != NULL && i < self->posts->len; i++)
    if (g_str_equal (muri_alarm_rule_get_id (((MuriAlarmPost *)self->posts->pdata[i])->rule), id))
      return (int)i;
  return -1;
}

static void
append (MuriAlarms *self, MuriAlarmRule *rule)
{
  g_ptr_array_add (self->posts, muri_alarm_post_new (rule));
  g_list_store_append (self->rules, rule);
}

static void
add_default (MuriAlarms *self, guint i)
{
  MuriAlarmRuleBody body = defaults[i];
  g_autoptr (MuriAlarmRule) rule = NULL;

  if (find_index (self, body.id) >= 0)
    return;
  body.name = _ (body.name);
  rule = muri_alarm_rule_new (&body);
  append (self, rule);
}

/* Somebody who removed a rule does not want it back. */
void
muri_alarms_restore_rules (MuriAlarms *self, GHashTable *settings)
{
  GVariant *saved = g_hash_table_lookup (settings, SETTING);

  if (saved == NULL || !g_variant_is_of_type (saved, G_VARIANT_TYPE (RULES_TYPE)))
    {
      for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
        add_default (self, i);
      return;
    }
  for (gsize i = 0; i < MIN (g_variant_n_children (saved), MURI_ALARM_RULES_MAX); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (saved, i);
      g_autoptr (MuriAlarmRule) rule = muri_alarm_rule_load (child);

      if (rule != NULL && find_index (self, muri_alarm_rule_get_id (rule)) < 0)
        append (self, rule);
    }
}

/* Its alarms are of a rule that is no more. */
static void
end_all (MuriAlarms *self, MuriAlarmPost *post)
{
  GHashTableIter iter;
  gpointer watch;

  g_hash_table_iter_init (&iter, post->watches);
  while (g_hash_table_iter_next (&iter, NULL, &watch))
    if (((MuriAlarmWatch *)watch)->alarm != NULL)
      muri_alarms_end (self, watch, g_get_real_time ());
  g_hash_table_remove_all (post->watches);
}

/**
 * muri_alarms_find_rule:
 * @alarms: of a fleet
 * @id: as #MuriAlarmRule:id
 *
 * Returns: (transfer none) (nullable): that rule
 */
MuriAlarmRule *
muri_alarms_find_rule (MuriAlarms *alarms, const char *id)
{
  int i = find_index (alarms, id);

  return i >= 0 ? ((MuriAlarmPost *)alarms->posts->pdata[i])->rule : NULL;
}

/**
 * muri_alarms_set_rule:
 * @alarms: of a fleet
 * @body: a new rule, or with the id of one its replacement, whose alarms end
 * @error: a sentence: MURI_ALARM_ERROR_*
 *
 * Returns: (transfer none): the rule, or %NULL with @error set
 */
MuriAlarmRule *
muri_alarms_set_rule (MuriAlarms *alarms, const MuriAlarmRuleBody *body, GError **error)
{
  g_autoptr (MuriAlarmRule) rule = NULL;
  int i = find_index (alarms, body->id);

  if (!muri_alarm_rule_check (body, error))
    return NULL;
  if (i < 0 && alarms->posts->len >= MURI_ALARM_RULES_MAX)
    {
      g_set_error (error, MURI_ALARM_ERROR, MURI_ALARM_ERROR_MANY,
                   _ ("There can be %d rules at most"), MURI_ALARM_RULES_MAX);
      return NULL;
    }
  rule = muri_alarm_rule_new (body);
  if (i >= 0)
    {
      MuriAlarmPost *post = alarms->posts->pdata[i];

      end_all (alarms, post);
      g_set_object (&post->rule, rule);
      g_list_store_splice (alarms->rules, i, 1, (gpointer *)&rule, 1);
    }
  else
    append (alarms, rule);
  save (alarms);
  muri_alarms_count (alarms);
  return rule;
}

/**
 * muri_alarms_remove_rule:
 * @alarms: of a fleet
 * @rule: one of its rules; its alarms end, and stay in the list
 */
void
muri_alarms_remove_rule (MuriAlarms *alarms, MuriAlarmRule *rule)
{
  int i = find_index (alarms, muri_alarm_rule_get_id (rule));

  if (i < 0)
    return;
  end_all (alarms, alarms->posts->pdata[i]);
  g_ptr_array_remove_index (alarms->posts, i);
  g_list_store_remove (alarms->rules, i);
  save (alarms);
  muri_alarms_count (alarms);
}

/**
 * muri_alarms_restore_defaults:
 * @alarms: of a fleet
 *
 * Adds those rules of a new console that are missing.
 */
void
muri_alarms_restore_defaults (MuriAlarms *alarms)
{
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    add_default (alarms, i);
  save (alarms);
}
