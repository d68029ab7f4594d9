/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriAlarmRules: a window with the rules of this console, each of which can be off. */
#define MURI_TYPE_ALARM_RULES (muri_alarm_rules_get_type ())
G_DECLARE_FINAL_TYPE (MuriAlarmRules, muri_alarm_rules, MURI, ALARM_RULES, AdwPreferencesWindow)

GtkWindow *muri_alarm_rules_new (GtkWindow *parent, MuriFleet *fleet);

G_END_DECLS
