/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-alarm.h"

G_BEGIN_DECLS

/**
 * MuriAlarms: the rules of this console, and what they found.
 *
 * Rules are looked at once a second while the console runs. Main context only.
 *
 * Properties: n-active (guint), n-open (guint: active, not acknowledged, not muted), severity
 * (guint: the worst of those that are open)
 *
 * Signals: "raised" (GPtrArray of MuriAlarm): those of one second that somebody wants to be told
 * of; "changed": what muri_alarms_get_severity_of() says may be another now.
 */
#define MURI_TYPE_ALARMS (muri_alarms_get_type ())
G_DECLARE_FINAL_TYPE (MuriAlarms, muri_alarms, MURI, ALARMS, GObject)

GListModel *muri_alarms_get_rules (MuriAlarms *alarms); /* of MuriAlarmRule */
GListModel *muri_alarms_get_list (MuriAlarms *alarms); /* of MuriAlarm: active first, then newest */

MuriAlarmRule *muri_alarms_find_rule (MuriAlarms *alarms, const char *id);
MuriAlarm *muri_alarms_find (MuriAlarms *alarms, const char *id);

/* Adds a rule, or with the id of one replaces that one. */
MuriAlarmRule *
muri_alarms_set_rule (MuriAlarms *alarms, const MuriAlarmRuleBody *body, GError **error);
void muri_alarms_remove_rule (MuriAlarms *alarms, MuriAlarmRule *rule);

/* The rules that a new console has; adds those that are missing. */
void muri_alarms_restore_defaults (MuriAlarms *alarms);

void muri_alarms_acknowledge (MuriAlarms *alarms, MuriAlarm *alarm);
void muri_alarms_acknowledge_all (MuriAlarms *alarms);

/* @what: "rule:ID", or a scope as of a rule; @until: microseconds since the epoch, 0 ends it */
void muri_alarms_mute (MuriAlarms *alarms, const char *what, gint64 until);
gint64 muri_alarms_get_muted_until (MuriAlarms *alarms, const char *what);

/* @id: as MuriNode:id or MuriVm:id: the worst severity of its alarms that are open (active, not
 * acknowledged, not muted), 0 none; of a host also those of its VMs */
guint muri_alarms_get_severity_of (MuriAlarms *alarms, const char *id);

guint muri_alarms_get_n_open (MuriAlarms *alarms);

G_END_DECLS
