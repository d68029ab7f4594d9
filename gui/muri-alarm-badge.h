/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriAlarmBadge: a bell while something has alarms that nobody took notice of, it or what is in
 * it. */
#define MURI_TYPE_ALARM_BADGE (muri_alarm_badge_get_type ())
G_DECLARE_FINAL_TYPE (MuriAlarmBadge, muri_alarm_badge, MURI, ALARM_BADGE, GtkWidget)

GtkWidget *muri_alarm_badge_new (MuriAlarms *alarms);

/* @item: (nullable): a MuriVm, MuriNode, MuriGroup or MuriSidebarItem; others have no alarms */
void muri_alarm_badge_set_item (MuriAlarmBadge *self, gpointer item);

G_END_DECLS
