/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-history-worker.h"
#include "muri-http-host.h"
#include "muri-identity.h"

G_BEGIN_DECLS

/**
 * MuriHistoryFill: asks agents for what this console missed.
 *
 * A few agents at once, what is newest first, at low priority. Main context only.
 *
 * Properties: progress (double: 0 to 1, -1 while nothing is asked for).
 * Signals: "extended" (gint64 from, gint64 to): microseconds; at most once a second;
 * "refused" (GError *): an agent and this console do not believe each other.
 */
#define MURI_TYPE_HISTORY_FILL (muri_history_fill_get_type ())
G_DECLARE_FINAL_TYPE (MuriHistoryFill, muri_history_fill, MURI, HISTORY_FILL, GObject)

MuriHistoryFill *muri_history_fill_new (MuriHistoryWorker *worker);

/* Nothing more is asked for, and the worker not used any more. */
void muri_history_fill_stop (MuriHistoryFill *fill);

void muri_history_fill_set_settings (MuriHistoryFill *fill, const MuriHistorySettings *settings);

/* As whom agents are asked from now on; %NULL: nobody says who it is. */
void muri_history_fill_set_identity (MuriHistoryFill *fill, MuriIdentity *identity);

/* @host is asked now, and again when it has packed what it has; without a port not at all. */
void muri_history_fill_set_agent (MuriHistoryFill *fill, const MuriHttpHost *host);

/* Agents are asked again after a while; @now: monotonic. */
void muri_history_fill_pass_time (MuriHistoryFill *fill, gint64 now);

double muri_history_fill_get_progress (MuriHistoryFill *fill);

/* Whether all that the agent of @node had between these (microseconds since the epoch) was taken,
 * and what it has is older: where nothing is known now, it did not run. */
gboolean
muri_history_fill_has_all (MuriHistoryFill *fill, const muri_v1_Uuid *node, gint64 from, gint64 to);

G_END_DECLS
