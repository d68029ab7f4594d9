/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriHistoryPreferences: the page of the preferences that says how much of the past is kept, and
 * what that means for this fleet and for a large one.
 */
#define MURI_TYPE_HISTORY_PREFERENCES (muri_history_preferences_get_type ())
G_DECLARE_FINAL_TYPE (MuriHistoryPreferences, muri_history_preferences, MURI, HISTORY_PREFERENCES,
                      AdwPreferencesPage)

GtkWidget *muri_history_preferences_new (GSettings *settings, MuriFleet *fleet);

/* Puts in force what is set, now and whenever it changes. */
void muri_history_settings_bind (GSettings *settings, MuriHistory *history);

G_END_DECLS
