/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-alarm-words.h"

#include <glib/gi18n.h>

#include "muri-format.h"

const char *
muri_alarm_words_measure (MuriAlarmMeasure measure)
{
  switch (measure)
    {
    case MURI_ALARM_CPU:
      return C_ ("alarm", "CPU");
    case MURI_ALARM_MEMORY:
      return C_ ("alarm", "Memory");
    case MURI_ALARM_STORAGE:
      return C_ ("alarm", "Storage");
    case MURI_ALARM_IOWAIT:
      return C_ ("alarm", "I/O wait");
    case MURI_ALARM_STEAL:
      return C_ ("alarm", "Steal");
    case MURI_ALARM_PRESSURE_CPU:
      return C_ ("alarm", "CPU pressure");
    case MURI_ALARM_PRESSURE_MEMORY:
      return C_ ("alarm", "Memory pressure");
    case MURI_ALARM_PRESSURE_IO:
      return C_ ("alarm", "I/O pressure");
    case MURI_ALARM_DISK_LATENCY:
      return C_ ("alarm", "Disk latency");
    case MURI_ALARM_UNREACHABLE:
      return C_ ("alarm", "Unreachable");
    case MURI_ALARM_HYPERVISOR_DOWN:
      return C_ ("alarm", "Hypervisor does not answer");
    case MURI_ALARM_CRASHED:
      return C_ ("alarm", "Crashed");
    case MURI_ALARM_UNANSWERED:
      return C_ ("alarm", "Monitor does not answer");
    default:
      return C_ ("alarm", "Unknown");
    }
}

char *
muri_alarm_words_value (MuriAlarmMeasure measure, double value)
{
  return measure == MURI_ALARM_DISK_LATENCY ? muri_format_latency (value)
                                            : muri_format_share (value);
}

static char *
describe (MuriAlarmMeasure measure, gboolean above, double threshold)
{
  const char *word = muri_alarm_words_measure (measure);
  g_autofree char *value = NULL;

  if (muri_alarm_measure_is_state (measure))
    return g_strdup (word);
  value = muri_alarm_words_value (measure, threshold);
  if (above)
    /* Translators: a figure and its limit: "CPU over 90 %" */
    return g_strdup_printf (_ ("%s over %s"), word, value);
  /* Translators: a figure and its limit: "CPU under 10 %" */
  return g_strdup_printf (_ ("%s under %s"), word, value);
}

char *
muri_alarm_words_rule (MuriAlarmRule *rule)
{
  const MuriAlarmRuleBody *body = muri_alarm_rule_get (rule);
  g_autofree char *what = describe (body->measure, body->above, body->threshold);
  g_autofree char *span = muri_format_duration ((gint64)body->duration * G_TIME_SPAN_SECOND);

  if (body->duration == 0)
    return g_steal_pointer (&what);
  /* Translators: a condition and how long it has to last: "CPU over 90 % for 5 min" */
  return g_strdup_printf (_ ("%s for %s"), what, span);
}

static char *
describe_object (MuriFleet *fleet, const char *scope)
{
  MuriNode *node;
  MuriVm *vm;

  if (g_str_has_prefix (scope, "node:"))
    {
      node = muri_fleet_find_node (fleet, scope + strlen ("node:"));
      return g_strdup (node ? muri_node_get_name (node) : _ ("A host that is not known any more"));
    }
  vm = muri_fleet_find_vm (fleet, scope + strlen ("vm:"));
  return g_strdup (vm ? muri_vm_get_name (vm) : _ ("A VM that is not known any more"));
}

char *
muri_alarm_words_scope (MuriFleet *fleet, MuriAlarmRule *rule)
{
  const MuriAlarmRuleBody *body = muri_alarm_rule_get (rule);

  if (*body->scope == '\0')
    return g_strdup (body->hosts ? _ ("All hosts") : _ ("All VMs"));
  if (!g_str_has_prefix (body->scope, "group:"))
    return describe_object (fleet, body->scope);
  return g_strdup_printf (body->hosts ? _ ("Hosts of %s") : _ ("VMs of %s"),
                          body->scope + strlen ("group:"));
}

char *
muri_alarm_words (MuriAlarm *alarm)
{
  MuriAlarmMeasure measure = muri_alarm_get_measure (alarm);
  gboolean above = muri_alarm_is_above (alarm);
  g_autofree char *what = NULL;
  g_autofree char *peak = NULL;

  if (muri_alarm_measure_is_state (measure))
    return g_strdup (muri_alarm_get_rule_name (alarm));
  what = describe (measure, above, muri_alarm_get_threshold (alarm));
  peak = muri_alarm_words_value (measure, muri_alarm_get_peak (alarm));
  if (above)
    /* Translators: a rule, its condition, the worst value: "Busy: CPU over 90 %, at most 98 %" */
    return g_strdup_printf (_ ("%s: %s, at most %s"), muri_alarm_get_rule_name (alarm), what, peak);
  /* Translators: a rule, its condition, the worst value: "Idle: CPU under 10 %, at least 2 %" */
  return g_strdup_printf (_ ("%s: %s, at least %s"), muri_alarm_get_rule_name (alarm), what, peak);
}

const char *
muri_alarm_words_object (MuriAlarm *alarm)
{
  const char *vm = muri_alarm_get_vm_name (alarm);

  return vm ? vm : muri_alarm_get_node_name (alarm);
}

char *
muri_alarm_words_scope_id (MuriAlarm *alarm)
{
  const char *vm = muri_alarm_get_vm_id (alarm);

  return vm ? g_strconcat ("vm:", vm, NULL)
            : g_strconcat ("node:", muri_alarm_get_node_id (alarm), NULL);
}
