/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-target-key.h"
#include "muri-target.h"

G_BEGIN_DECLS

/* What became of a target, by whoever says so. */
typedef struct
{
  guint state;
  guint vm_state;
  gint error;
  gint64 started;
  gint64 finished;
  const char *message; /* nullable */
  guint step;          /* while it runs */
  guint percent;
} MuriTargetOutcome;

/* Not public: a target is a part of its operation. */
MuriTarget *
muri_target_new (const MuriTargetKey *key, guint zone, const char *name, const char *node_name);
const MuriTargetKey *muri_target_get_key (MuriTarget *target);
guint muri_target_get_zone (MuriTarget *target);
guint muri_target_get_position (MuriTarget *target);
void muri_target_set_position (MuriTarget *target, guint position);
guint muri_target_get_turn (MuriTarget *target);
guint muri_target_get_delay (MuriTarget *target);
void muri_target_set_batch (MuriTarget *target, guint batch);
void muri_target_set_plan (MuriTarget *target, guint turn, guint delay, guint before);
void muri_target_set_argument (MuriTarget *target, const char *argument);
gint muri_target_get_error (MuriTarget *target);
guint muri_target_get_vm_state (MuriTarget *target);
gboolean muri_target_set_outcome (MuriTarget *target, const MuriTargetOutcome *outcome);

G_END_DECLS
