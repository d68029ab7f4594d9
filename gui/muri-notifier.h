/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-desktop.h"
#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriNotifier: tells of new alarms through the desktop: one notification a cause. */
#define MURI_TYPE_NOTIFIER (muri_notifier_get_type ())
G_DECLARE_FINAL_TYPE (MuriNotifier, muri_notifier, MURI, NOTIFIER, GObject)

/* Shows the object of an alarm by app.show-scope, several by app.show-alarms. */
MuriNotifier *muri_notifier_new (GApplication *application, MuriFleet *fleet, MuriDesktop *desktop);

G_END_DECLS
