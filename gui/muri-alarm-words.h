/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* "CPU", "Unreachable"; translated, never NULL. */
const char *muri_alarm_words_measure (MuriAlarmMeasure measure);

/* A value of it: "93 %". */
char *muri_alarm_words_value (MuriAlarmMeasure measure, double value);

/* "CPU over 90 % for 5 min", "Unreachable for 30 s", "Crashed". */
char *muri_alarm_words_rule (MuriAlarmRule *rule);

/* What it is about: "All hosts", "VMs of web", "seoul-1"; with the names that things have now. */
char *muri_alarm_words_scope (MuriFleet *fleet, MuriAlarmRule *rule);

/* "Virtual machine’s processors busy: CPU over 90 %, at most 98 %". */
char *muri_alarm_words (MuriAlarm *alarm);

/* "web-001", or a host's name. */
const char *muri_alarm_words_object (MuriAlarm *alarm);

/* As win.show-scope takes it. */
char *muri_alarm_words_scope_id (MuriAlarm *alarm);

G_END_DECLS
