/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriAlarmLine: one alarm in a list, with what can be done about it. */
#define MURI_TYPE_ALARM_LINE (muri_alarm_line_get_type ())
G_DECLARE_FINAL_TYPE (MuriAlarmLine, muri_alarm_line, MURI, ALARM_LINE, GtkWidget)

GtkWidget *muri_alarm_line_new (void);

/* @alarm: (nullable) */
void muri_alarm_line_set_alarm (MuriAlarmLine *self, MuriAlarm *alarm);

G_END_DECLS
