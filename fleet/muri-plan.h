/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-operation-private.h"
#include "muri-request-private.h"

G_BEGIN_DECLS

/* Who goes when: from requests to targets, and from targets to batches. */

/* (element-type MuriTarget): each with its step. Transfer full. */
GPtrArray *muri_plan_make_targets (MuriRequest *request);

/* Those that go next (element-type MuriTarget), with references; empty: none are unsent. */
GPtrArray *muri_plan_pick (MuriOperation *operation);

/* Seconds between the end of the last batch and the start of these. */
guint muri_plan_get_pause (MuriOperation *operation, GPtrArray *next);

/* Until the deadline of a batch of @targets (microseconds): longer where hosts take a few of
 * theirs at a time. */
gint64 muri_plan_get_life (MuriOperation *operation, GPtrArray *targets);

/* What a receiver would refuse is not sent. */
gboolean muri_plan_check (MuriOperation *operation, GError **error);

G_END_DECLS
