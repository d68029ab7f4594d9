/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-alarms-private.h"
#include "muri-history.h"

G_BEGIN_DECLS

/*
 * MuriAlarmReview: looks for alarms in what became known of the past.
 *
 * What history was extended by is gone through by all rules about figures, some objects at a time;
 * and by those about unreachable hosts: a host of which nothing is known between what its agent
 * has was not there. Of other states events tell. Main context only.
 */
MuriAlarmReview *muri_alarm_review_new (MuriAlarms *alarms, MuriHistory *history);
void muri_alarm_review_free (MuriAlarmReview *review);

/* Goes through the span, microseconds since the epoch, a little later; spans that come meanwhile
 * are gone through with it. */
void muri_alarm_review_add (MuriAlarmReview *review, gint64 from, gint64 to);

/* @events: (element-type MuriEvent): what of these happened a while ago is gone through a little
 * later; what happens now is seen as it happens. */
void muri_alarm_review_add_events (MuriAlarmReview *review, GPtrArray *events);

G_END_DECLS
