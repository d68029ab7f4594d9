/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-alarm.h"

G_BEGIN_DECLS

/* A row of the store, and all that an alarm is. */
typedef struct
{
  char *id;
  char *rule_id;
  char *rule_name;
  char *node_id;
  char *node_name;
  char *vm_id; /* nullable, as vm_name */
  char *vm_name;
  guint measure;
  gboolean above;
  gboolean later;
  double threshold;
  double peak;
  guint severity;
  gint64 since;
  gint64 until;
  gint64 acknowledged;
} MuriAlarmRow;

void muri_alarm_row_clear (gpointer row);
void muri_alarm_row_free (gpointer row);
MuriAlarmRow *muri_alarm_row_copy (const MuriAlarmRow *row);

/* @row: (transfer full) */
MuriAlarm *muri_alarm_new (MuriAlarmRow *row);
const MuriAlarmRow *muri_alarm_peek (MuriAlarm *alarm);

void muri_alarm_set_peak (MuriAlarm *alarm, double peak);
void muri_alarm_end (MuriAlarm *alarm, gint64 until);
void muri_alarm_acknowledge (MuriAlarm *alarm, gint64 time);
void muri_alarm_set_found_later (MuriAlarm *alarm);
void muri_alarm_set_muted (MuriAlarm *alarm, gboolean muted);

/* A GCompareDataFunc: active ones first, then the newest. */
int muri_alarm_compare (gconstpointer a, gconstpointer b, gpointer user_data);

G_END_DECLS
