/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-alarm-rule.h"

G_BEGIN_DECLS

/**
 * MuriAlarm: that a rule's condition was so, of one host or VM, since when and until when.
 *
 * Properties, main context only; the last four are notified:
 * - id, rule-id, rule-name, node-id, node-name (strings); vm-id, vm-name (nullable: of a host)
 * - measure (MuriAlarmMeasure as guint), threshold (double), above (gboolean), severity (guint)
 * - since (gint64): it began to be so, microseconds since the epoch
 * - later (gboolean): it was found in what was fetched from the agents later
 * - until (gint64): 0 while it is so; peak (double): the worst value
 * - acknowledged (gint64): 0, or when somebody took notice of it here
 * - muted (gboolean): nobody wants to be told now
 */
#define MURI_TYPE_ALARM (muri_alarm_get_type ())
G_DECLARE_FINAL_TYPE (MuriAlarm, muri_alarm, MURI, ALARM, GObject)

const char *muri_alarm_get_id (MuriAlarm *alarm);
const char *muri_alarm_get_rule_id (MuriAlarm *alarm);
const char *muri_alarm_get_rule_name (MuriAlarm *alarm);
const char *muri_alarm_get_node_id (MuriAlarm *alarm);
const char *muri_alarm_get_node_name (MuriAlarm *alarm);
const char *muri_alarm_get_vm_id (MuriAlarm *alarm);
const char *muri_alarm_get_vm_name (MuriAlarm *alarm);
MuriAlarmMeasure muri_alarm_get_measure (MuriAlarm *alarm);
double muri_alarm_get_threshold (MuriAlarm *alarm);
gboolean muri_alarm_is_above (MuriAlarm *alarm);
guint muri_alarm_get_severity (MuriAlarm *alarm);
gint64 muri_alarm_get_since (MuriAlarm *alarm);
gint64 muri_alarm_get_until (MuriAlarm *alarm);
double muri_alarm_get_peak (MuriAlarm *alarm);
gint64 muri_alarm_get_acknowledged (MuriAlarm *alarm);
gboolean muri_alarm_is_active (MuriAlarm *alarm);
gboolean muri_alarm_is_muted (MuriAlarm *alarm);
gboolean muri_alarm_was_found_later (MuriAlarm *alarm);

G_END_DECLS
