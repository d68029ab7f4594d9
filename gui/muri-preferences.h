/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-network.h"

G_BEGIN_DECLS

/* MuriPreferences: where hosts are heard, and how Muri looks. Everything applies at once. */
#define MURI_TYPE_PREFERENCES (muri_preferences_get_type ())
G_DECLARE_FINAL_TYPE (MuriPreferences, muri_preferences, MURI, PREFERENCES, AdwPreferencesWindow)

GtkWindow *muri_preferences_new (GSettings *settings, MuriNetwork *network, MuriFleet *fleet);

G_END_DECLS
