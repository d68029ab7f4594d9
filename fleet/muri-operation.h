/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-pacing.h"
#include "muri-target.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * MuriOperation: one thing that a person asked for, of one or many targets.
 *
 * Properties: id (string), verb (guint), issuer (string), issued, deadline (gint64), group
 * (string, nullable), own (gboolean: this console asked), finished (gboolean), n-targets, n-done,
 * n-failed, n-unreachable, n-cancelled, n-open, n-unsent, n-waiting (guint; both open), held
 * (gboolean: the rest is not sent until muri_fleet_continue()), parent (string, nullable: the id of
 * the operation that it repeats), progress (counter of changes, guint).
 * It is a GListModel of MuriTarget.
 */
#define MURI_TYPE_OPERATION (muri_operation_get_type ())
G_DECLARE_FINAL_TYPE (MuriOperation, muri_operation, MURI, OPERATION, GObject)

const muri_v1_Uuid *muri_operation_get_uuid (MuriOperation *operation);
const char *muri_operation_get_id (MuriOperation *operation);
guint muri_operation_get_verb (MuriOperation *operation);
const char *muri_operation_get_issuer (MuriOperation *operation);
const char *muri_operation_get_group (MuriOperation *operation);

/* What the verb was given, by the names in muri-words.h; NULL when it was not. */
const char *muri_operation_get_parameter (MuriOperation *operation, const char *name);

/* (nullable): what is too long for a parameter: cloud-init's user-data, notes. */
const char *muri_operation_get_document (MuriOperation *operation);

gint64 muri_operation_get_issued (MuriOperation *operation);
gint64 muri_operation_get_deadline (MuriOperation *operation);
gboolean muri_operation_is_own (MuriOperation *operation);
gboolean muri_operation_is_finished (MuriOperation *operation);
gint64 muri_operation_get_finished (MuriOperation *operation);
guint muri_operation_get_n_targets (MuriOperation *operation);

/* Counts of targets: done includes already so; failed everything final that is neither. */
guint muri_operation_get_n_done (MuriOperation *operation);
guint muri_operation_get_n_failed (MuriOperation *operation);
guint muri_operation_get_n_unreachable (MuriOperation *operation);
guint muri_operation_get_n_cancelled (MuriOperation *operation);
guint muri_operation_get_n_open (MuriOperation *operation);

/* Of these that are open: not sent yet, and waiting for their host. */
guint muri_operation_get_n_unsent (MuriOperation *operation);
guint muri_operation_get_n_waiting (MuriOperation *operation);

/* What is unsent is not sent by itself: Muri ended in the midst, or muri_fleet_stop_sending(). */
gboolean muri_operation_is_held (MuriOperation *operation);

/* How it goes out; of another console's, all 0. */
const MuriPacing *muri_operation_get_pacing (MuriOperation *operation);
const char *muri_operation_get_order_group (MuriOperation *operation);

/* Batches sent, and with those to come. */
guint muri_operation_get_n_batches_sent (MuriOperation *operation);
guint muri_operation_get_n_batches (MuriOperation *operation);

/* (nullable): the id of the operation that it repeats or follows. */
const char *muri_operation_get_parent (MuriOperation *operation);

G_END_DECLS
