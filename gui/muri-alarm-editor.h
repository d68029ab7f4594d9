/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriAlarmEditor: a window that makes a rule, or changes one. */
#define MURI_TYPE_ALARM_EDITOR (muri_alarm_editor_get_type ())
G_DECLARE_FINAL_TYPE (MuriAlarmEditor, muri_alarm_editor, MURI, ALARM_EDITOR, AdwWindow)

/* @rule: (nullable): a new one */
GtkWindow *muri_alarm_editor_new (GtkWindow *parent, MuriFleet *fleet, MuriAlarmRule *rule);

G_END_DECLS
