/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri.h"

G_BEGIN_DECLS

/* What a console knows of a target beyond the outcomes of the wire (MURI_OUTCOME_*). */
enum
{
  MURI_TARGET_STORED = 256, /* on disk, not published yet */
  MURI_TARGET_SENT,         /* published, its agent has not said anything yet */
  MURI_TARGET_UNREACHABLE,  /* its agent said nothing until the deadline */
  MURI_TARGET_UNSENT,       /* its batch was not sent yet */
  MURI_TARGET_WAITING,      /* its host cannot be reached; done when it is heard of again */
};

/**
 * MuriTarget: one target of an operation and what became of it.
 *
 * Properties: state (guint: MURI_OUTCOME_* or MURI_TARGET_*), message (string, nullable),
 * name (string), node-name (string), vm-id (string, as MuriVm:id; the node's for a node),
 * started, finished (gint64, microseconds since the epoch, 0 not yet), vm-state (guint),
 * step (guint, MURI_STEP_*: what it is at while it runs), percent (guint: of that step;
 * %MURI_PERCENT_UNKNOWN), argument (string, nullable: what it was given beside the parameters; of a
 * clone its name).
 */
#define MURI_TYPE_TARGET (muri_target_get_type ())
G_DECLARE_FINAL_TYPE (MuriTarget, muri_target, MURI, TARGET, GObject)

guint muri_target_get_state (MuriTarget *target);
const char *muri_target_get_message (MuriTarget *target);
const char *muri_target_get_name (MuriTarget *target);
const char *muri_target_get_node_name (MuriTarget *target);
const char *muri_target_get_vm_id (MuriTarget *target);
guint muri_target_get_step (MuriTarget *target);
guint muri_target_get_percent (MuriTarget *target);
const char *muri_target_get_argument (MuriTarget *target);
gint64 muri_target_get_started (MuriTarget *target);
gint64 muri_target_get_finished (MuriTarget *target);

/* Which batch it was sent with, from 1; 0 not yet. */
guint muri_target_get_batch (MuriTarget *target);

/* MURI_VM_STATE_* when it was asked for, as far as this console knew. */
guint muri_target_get_state_before (MuriTarget *target);

gboolean muri_target_state_is_final (guint state);
gboolean muri_target_state_is_success (guint state);

G_END_DECLS
